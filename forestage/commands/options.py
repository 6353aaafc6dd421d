"""What several commands take: SOURCE, and how it is loaded."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

import click

from forestage.commands.progress import Progress
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.load import Loaded, LoadOptions

DEFAULT_SOURCE = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """A SOURCE and how it is loaded, as typed."""

    source: str
    stacks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    region: str | None = None
    profile: str | None = None

    def load(self, progress: Progress | None = None) -> Loaded:
        """Load the SOURCE; what an app prints meanwhile goes to the person.

        Raises:
            ForestageError: it cannot be loaded.
        """
        from forestage.load import load
        from forestage.load.source import SourceKind, find_source

        found = find_source(self.source)
        what = "synthesizing the app" if found.kind is SourceKind.APP else "loading"
        with progress or Progress(f"{what} {self.source}") as shown:
            return load(self.source, options=self._load_options(shown.message))

    def _load_options(self, messages: Callable[[str], None]) -> LoadOptions:
        from forestage.load import LoadOptions

        if self.profile is not None:
            # As the CDK and AWS command lines do: the app and its functions see the profile.
            os.environ["AWS_PROFILE"] = self.profile
        return LoadOptions(
            parameters=self.parameters,
            stacks=self.stacks,
            region=self.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION"),
            messages=messages,
        )

    def at(self, source: str) -> SourceOptions:
        """Return the same options for another SOURCE."""
        return replace(self, source=source)

    def arguments(self) -> tuple[str, ...]:
        """Write the options as they are typed, for a child process."""
        words = [self.source]
        for stack in self.stacks:
            words += ["--stack", stack]
        for parameter in self.parameters:
            words += ["--parameter", parameter]
        if self.region:
            words += ["--region", self.region]
        if self.profile:
            words += ["--profile", self.profile]
        return tuple(words)


def load_options(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take how a SOURCE is loaded; it gets that as ``options``."""

    @wraps(function)
    def run(
        *,
        source: str = DEFAULT_SOURCE,
        stacks: tuple[str, ...],
        parameters: tuple[str, ...],
        region: str | None,
        profile: str | None,
        **others: object,
    ) -> object:
        options = SourceOptions(source=source, stacks=stacks, parameters=parameters, region=region, profile=profile)
        return function(options=options, **others)

    decorated: Callable[..., object] = run
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


def source_options(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take SOURCE as its argument, by default the current folder, and how it is loaded."""
    return click.argument("source", default=DEFAULT_SOURCE, metavar="[SOURCE]")(load_options(function))


_OPTIONS = (
    click.option("--stack", "stacks", multiple=True, metavar="NAME", help="Only this stack; may be repeated."),
    click.option(
        "--parameter",
        "-P",
        "parameters",
        multiple=True,
        metavar="NAME=VALUE",
        help="Value of a template parameter, or STACK:NAME=VALUE; may be repeated.",
    ),
    click.option("--region", metavar="NAME", help="Region that the application would be in."),
    click.option("--profile", metavar="NAME", help="AWS profile that the app and its functions use."),
)
