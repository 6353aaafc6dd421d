"""Texts of a policy that may hold variables: ``${aws:username}``, ``${aws:username, 'nobody'}``, ``${*}``.

Source: IAM user guide, "Policy elements: Variables and tags" (documented).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.model.records import dataclass
from forestage.policy.wildcards import Glob, Piece, compile_glob

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Keys: TypeAlias = Mapping[str, tuple[str, ...]]

_OPEN: Final = "${"
_CLOSE: Final = "}"
_CHARACTERS: Final = frozenset("*?$")
_ARN_COLONS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A place that a key of the request fills; ``key`` is in lower case."""

    key: str
    default: str | None

    def value(self, keys: Keys) -> str | None:
        """Return what stands there; None where the request has no such key, or several values of it."""
        values = keys.get(self.key, ())
        return values[0] if len(values) == 1 else self.default


Stretch: TypeAlias = Piece | Variable


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern:
    """A text of a policy.

    ``glob`` is there at once when no variable has to be filled.
    """

    source: str
    stretches: tuple[Stretch, ...]
    glob: Glob | None

    def text(self, keys: Keys, *, longest: int) -> str | None:
        """Fill the variables and take wildcards for what they are; None where a variable has no value.

        None as well where their values alone are longer than what it is to be compared with.
        """
        pieces = self._filled(keys, longest)
        return None if pieces is None else "".join(piece.text for piece in pieces)

    def covers(self, text: str, keys: Keys) -> bool:
        """Tell whether a text matches; where a variable has no value nothing does."""
        if self.glob:
            return self.glob.matches(text)
        pieces = self._filled(keys, len(text))
        return pieces is not None and compile_glob(pieces).matches(text)

    def _filled(self, keys: Keys, room: int) -> list[Piece] | None:
        """Fill the variables, while there is room for their values: a long header may stand in for each of many."""
        pieces: list[Piece] = []
        for stretch in self.stretches:
            if isinstance(stretch, Variable):
                value = stretch.value(keys)
                if value is None or len(value) > room:
                    return None
                room -= len(value)
                pieces.append(Piece(value, literal=True))
            else:
                pieces.append(stretch)
        return pieces


def read_pattern(source: str, *, variables: bool) -> Pattern:
    """Read a text; where variables are not allowed ``${`` stands for itself."""
    return _pattern(source, tuple(_stretches(source)) if variables else (Piece(source, literal=False),))


def read_resource(source: str, *, variables: bool) -> Pattern:
    """Read a pattern of ``Resource``, where variables may stand behind the fifth colon of the ARN only.

    A star runs on past colons, as IAM documents of one that ends a part of the ARN; of others it says nothing.
    """
    head, tail = _behind_account(source)
    stretches = (Piece(head, literal=False), *(_stretches(tail) if variables else [Piece(tail, literal=False)]))
    return _pattern(source, stretches)


def read_arn(source: str, *, variables: bool) -> tuple[Pattern, ...]:
    """Read the six parts of an ARN pattern; colons within a variable part nothing. Empty where it has fewer parts."""
    parts: list[list[Stretch]] = [[]]
    for stretch in _stretches(source) if variables else [Piece(source, literal=False)]:
        if isinstance(stretch, Variable):
            parts[-1].append(stretch)
            continue
        first, *others = stretch.text.split(":", _ARN_COLONS + 1 - len(parts))
        parts[-1].append(Piece(first, stretch.literal))
        parts.extend([Piece(text, stretch.literal)] for text in others)
    return tuple(_pattern(source, tuple(part)) for part in parts) if len(parts) == _ARN_COLONS + 1 else ()


def arn_parts(arn: str) -> tuple[str, ...]:
    """Cut an ARN into its six parts; empty where it has fewer."""
    parts = arn.split(":", _ARN_COLONS)
    return tuple(parts) if len(parts) == _ARN_COLONS + 1 else ()


def _pattern(source: str, stretches: tuple[Stretch, ...]) -> Pattern:
    pieces = [stretch for stretch in stretches if isinstance(stretch, Piece)]
    glob = compile_glob(pieces) if len(pieces) == len(stretches) else None
    return Pattern(source=source, stretches=stretches, glob=glob)


def _behind_account(source: str) -> tuple[str, str]:
    at = -1
    for _ in range(_ARN_COLONS):
        at = source.find(":", at + 1)
        if at < 0:
            return source, ""
    return source[: at + 1], source[at + 1 :]


def _stretches(source: str) -> Iterator[Stretch]:
    at = 0
    while (start := source.find(_OPEN, at)) >= 0 and (end := source.find(_CLOSE, start)) >= 0:
        if start > at:
            yield Piece(source[at:start], literal=False)
        yield _variable(source[start + len(_OPEN) : end])
        at = end + len(_CLOSE)
    if at < len(source) or not source:
        yield Piece(source[at:], literal=False)


def _variable(inside: str) -> Stretch:
    if inside in _CHARACTERS:
        return Piece(inside, literal=True)
    key, _, rest = inside.partition(",")
    quoted = rest.strip(" ")
    default = quoted[1:-1] if len(quoted) > 1 and quoted[0] == quoted[-1] == "'" else None
    return Variable(key=key.strip(" ").lower(), default=default)
