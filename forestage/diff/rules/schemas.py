"""Rules about the schemas of bodies: diff.md, section 2.9. One rule an id, made from the table of kinds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, Rule, Verdict
from forestage.diff.schema_judge.kinds import KINDS
from forestage.diff.walk.concerns import Concern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.report import Severity
    from forestage.diff.rules.rule import Judge
    from forestage.diff.schema_judge.kinds import Kind
    from forestage.diff.walk.changes import Change
    from forestage.diff.walk.schemas import SchemaUse

_REQUEST_TEXT: Final = {
    BREAKING: """Bodies that were accepted are refused with 400 where a validator checks them.

    Without a validator it is dangerous.

    Instead: accept both for a while, or make a second model for a second version.
    """,
    DANGEROUS: """Bodies that callers send may be refused, or may not have the effect that they had.

    Instead: check recent bodies against the model first.
    """,
    SAFE: """Bodies that were accepted still are.

    Instead: nothing needs to be done.
    """,
}
_RESPONSE_TEXT: Final = {
    BREAKING: """Readers may find what they were promised not to, or miss what they were promised.

    Instead: keep the promise, and add what is new beside it.
    """,
    DANGEROUS: """Readers may find something that they do not know.

    Instead: tell readers first, and see that they pass over what they do not know.
    """,
    SAFE: """Readers find nothing that they were not told.

    Instead: nothing needs to be done.
    """,
}
_IGNORED: Final = """A keyword that API Gateway passes over: it checks nothing.

    Models are read as JSON schema draft 4, and this keyword is of a later draft.

    Instead: say it in the words of draft 4, or check it in the backend.
    """


def _rules() -> Iterator[Rule]:
    kinds: dict[str, list[tuple[str, Kind]]] = {}
    sides: dict[str, bool] = {}
    for name, kind in KINDS.items():
        for id_, is_request in kind.ids():
            known = kinds.setdefault(id_, [])
            sides.setdefault(id_, is_request)
            if (name, kind) not in known:
                known.append((name, kind))
    for id_, found in kinds.items():
        yield _rule(id_, found, is_request=sides[id_])


def _rule(id_: str, kinds: list[tuple[str, Kind]], *, is_request: bool) -> Rule:
    severities = dict.fromkeys(kind.severity_of(is_request=is_request) for _, kind in kinds)
    for name, kind in kinds:
        severities.update(dict.fromkeys(_others(name, kind, is_request=is_request)))
    usual = next(iter(severities))
    text = (_REQUEST_TEXT if is_request else _RESPONSE_TEXT)[usual]
    if id_ == KINDS["keyword-ignored"].request_id:
        text = _IGNORED
    what = "; ".join(dict.fromkeys(_subjectless(kind.text) for _, kind in kinds))
    return Rule(
        id=id_,
        concern=Concern.SCHEMA,
        severities=tuple(severities),
        judge=_judge(id_),
        text=f"{what[:1].upper()}{what[1:]}.\n\n    {text}",
        family="schemas",
    )


_OPEN_CHOICES: Final = frozenset({"one-of-added", "wrapped-in-one-of"})
"""Kinds that are dangerous for requests where it is not proved that the choices exclude each other."""


def _others(name: str, kind: Kind, *, is_request: bool) -> Iterator[Severity]:
    """Tell which severities a kind may have beside its usual one."""
    usual = kind.severity_of(is_request=is_request)
    if is_request:
        if usual is BREAKING:
            yield DANGEROUS  # Nothing enforces it.
        if name in {"required-removed", "optional-removed", "pattern-property-removed"}:
            yield from (BREAKING, DANGEROUS)
        if name in _OPEN_CHOICES:
            yield DANGEROUS
        if usual is not SAFE or name in _OPEN_CHOICES or name == "pattern-property-removed":
            yield SAFE  # No method uses the model.
    elif name in {"one-of-removed", "pattern-property-added"}:
        yield DANGEROUS


def _subjectless(text: str) -> str:
    return text.format(subject="a body or property", detail="something")


def _judge(id_: str) -> Judge:
    # The values of a change are of any type: here uses of schemas.
    def judge(change: Change[Any]) -> Iterator[Verdict]:
        use: SchemaUse = change.after
        kind = KINDS[use.change.kind]
        if kind.id_of(is_request=use.is_request, is_property=use.change.is_property) == id_:
            yield Verdict(message=_message(change, use, kind), severity=_severity(use, kind))

    return judge


def _severity(use: SchemaUse, kind: Kind) -> Severity:
    """Return how bad a difference is where it is used.

    Source: diff.md, 2.9: what nothing enforces is dangerous at most.
    """
    found = (use.change.request if use.is_request else use.change.response) or kind.severity_of(
        is_request=use.is_request
    )
    if not use.is_used:
        return SAFE
    return DANGEROUS if use.is_request and not use.is_enforced and found is BREAKING else found


def _message(change: Change[SchemaUse], use: SchemaUse, kind: Kind) -> str:
    text = kind.text.format(subject=use.change.subject, detail=use.change.detail)
    side = "request" if use.is_request else "response"
    return f"{side} {change.note}: {text}".replace("  ", " ").replace(" :", ":")


RULES: Final[tuple[Rule, ...]] = tuple(_rules())
