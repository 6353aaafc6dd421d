"""What several commands take: SOURCE, and how it is loaded."""

from __future__ import annotations

import os
from contextlib import ExitStack
from dataclasses import replace
from functools import wraps
from typing import TYPE_CHECKING

import click

from forestage.commands.progress import Progress
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.load import Loaded, LoadOptions
    from forestage.model.deployment import Environment

DEFAULT_SOURCE = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """A SOURCE and how it is loaded, as typed.

    ``account_id`` is where stacks go that name no account, None for an account that nobody has.
    """

    source: str
    stacks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    region: str | None = None
    profile: str | None = None
    account_id: str | None = None

    def load(self, progress: Progress | None = None, *, is_fresh: bool = False, tells_unused: bool = False) -> Loaded:
        """Load the SOURCE; what an app prints meanwhile goes to the person.

        ``is_fresh`` tells that an app was synthesized a moment ago with these options. With ``tells_unused``, what was
        loaded tells of parameters that are not there, which are faults otherwise.

        Raises:
            ForestageError: it cannot be loaded.
        """
        from forestage.load import load
        from forestage.load.source import find_source, is_app

        what = "synthesizing the app" if is_app(find_source(self.source)) else "loading"
        with progress or Progress(f"{what} {self.source}") as shown:
            options = self._load_options(shown.message, is_fresh=is_fresh, tells_unused=tells_unused)
            return load(self.source, options=options)

    def _load_options(self, messages: Callable[[str], None], *, is_fresh: bool, tells_unused: bool) -> LoadOptions:
        from forestage.load import LoadOptions
        from forestage.load.environment import DEFAULT_ACCOUNT_ID

        if self.profile is not None:
            # As the CDK and AWS command lines do: the app and its functions see the profile.
            os.environ["AWS_PROFILE"] = self.profile
        return LoadOptions(
            parameters=self.parameters,
            stacks=self.stacks,
            region=self.chosen_region,
            account_id=self.account_id or DEFAULT_ACCOUNT_ID,
            messages=messages,
            is_fresh=is_fresh,
            lifetime=_lifetime(),
            tells_unused=tells_unused,
        )

    @property
    def chosen_region(self) -> str | None:
        """The region that was typed, or else that of the environment."""
        return self.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")

    def at(self, source: str) -> SourceOptions:
        """Return the same options for another SOURCE."""
        return replace(self, source=source)

    def within(self, environment: Environment | None) -> SourceOptions:
        """Return the same options for stacks that would be somewhere, None for where they are by these options."""
        if environment is None:
            return self
        return replace(self, region=environment.region, account_id=environment.account_id)

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


def _lifetime() -> ExitStack | None:
    """Let what a SOURCE needs on disk last as long as the command; outside of one, as long as loading."""
    context = click.get_current_context(silent=True)
    return None if context is None else context.with_resource(ExitStack())


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
    click.option(
        "--stack",
        "stacks",
        multiple=True,
        metavar="NAME",
        help="Only this stack; may be repeated, with * and ? as usual. A template file is given this name.",
    ),
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
