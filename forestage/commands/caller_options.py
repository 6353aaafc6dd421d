"""What commands take of callers: known principals, keys of token issuers, identities to take on."""

from __future__ import annotations

from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.model.deployment import Environment
    from forestage.preview.host.callers import Callers
    from forestage.tokens import LocalKeySets

IDENTITIES_FILE: Final = "forestage.identities.yaml"
"""Where identities are declared unless another file is named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerOptions:
    """Files that say who can call, as typed."""

    credentials: str | None = None
    jwks: str | None = None
    identities: str | None = None
    taken_on: str | None = None

    def callers(self, environment: Environment) -> Callers:
        """Read who is known, and who can be taken on; what a file leaves out is as the ``environment`` has it.

        Raises:
            ForestageError: a file cannot be read, with all its faults.
            click.BadParameter: there is no identity of that name.
        """
        from forestage.preview.host.callers import Callers

        if self.credentials is None and self.identities is None and self.taken_on is None:
            return Callers()
        from forestage.load.credentials import read_credentials
        from forestage.load.identities import read_identities

        principals = read_credentials(Path(self.credentials), environment) if self.credentials else ()
        file = self.identities or (IDENTITIES_FILE if self.taken_on else None)
        identities = read_identities(Path(file), environment, principals) if file else ()
        names = sorted(identity.name for identity in identities)
        if self.taken_on is not None and self.taken_on not in names:
            raise click.BadParameter(
                f"{file} declares no identity {self.taken_on!r}, only {', '.join(names)}", param_hint="--as"
            )
        return Callers(principals=principals, identities=identities, taken_on=self.taken_on)

    def key_sets(self) -> LocalKeySets | None:
        """Read the keys of token issuers.

        Raises:
            ForestageError: the file cannot be used.
        """
        if self.jwks is None:
            return None
        from forestage.errors import KeySetError
        from forestage.tokens import read_local_key_sets

        try:
            text = Path(self.jwks).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise KeySetError(f"cannot read {self.jwks}: {error}") from error
        return read_local_key_sets(text, name=self.jwks)


def caller_options(function: Callable[..., object]) -> Callable[..., object]:
    """Let a command take who calls; it gets that as ``callers``."""

    @wraps(function)
    def run(
        *args: object,
        credentials: str | None,
        jwks: str | None,
        identities: str | None,
        taken_on: str | None,
        **others: object,
    ) -> object:
        callers = CallerOptions(credentials=credentials, jwks=jwks, identities=identities, taken_on=taken_on)
        return function(*args, callers=callers, **others)

    decorated: Callable[..., object] = run
    for option in reversed(_OPTIONS):
        decorated = option(decorated)
    return decorated


_FILE = click.Path(exists=True, dir_okay=False)
_OPTIONS = (
    click.option(
        "--credentials", type=_FILE, metavar="FILE", help="Principals whose signatures are known, with their policies."
    ),
    click.option(
        "--jwks", type=_FILE, metavar="FILE", help="Keys of token issuers, which are not asked for them then."
    ),
    click.option(
        "--identities",
        type=_FILE,
        metavar="FILE",
        help=f"Identities that requests can take on; with --as, {IDENTITIES_FILE} unless named.",
    ),
    click.option("--as", "taken_on", metavar="NAME", help="Take on this identity in every request."),
)
