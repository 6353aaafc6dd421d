"""Files with settings of a comparison: one with everything, one of severities, one of ignores.

::

    fail_on: breaking
    format: [terminal, markdown=report.md]
    severity: {throttle-lowered: safe}
    ignore:
      - {id: method-removed, where: GET /internal/*, until: 2027-03-31, reason: nobody calls it}
    approvals:
      - {fingerprint: 3f1c0d9a52be, by: ann, reason: agreed with the shop, until: 2027-03-31}

``severity`` and ``ignore`` may name a file instead. Files in it are named from where it lies.
"""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Final, TypeVar

from forestage.diff.decisions import ApprovedFingerprint, Decisions, Ignore
from forestage.diff.report import Approval, Operation, Severity
from forestage.errors import DiffSettingsError
from forestage.load.fields import Fields, Root
from forestage.load.positions import MarkedList, MarkedMap
from forestage.load.scope import nearest
from forestage.load.shape import shown
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    T = TypeVar("T")

FINGERPRINT: Final = re.compile(r"[0-9a-f]{12}")
NEVER: Final = "never"
WEAKER: Final = "weaker"
_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffSettings:
    """What a file of settings holds; None or empty is what it does not say.

    ``fail_on`` is the value of a severity, or ``never``. Paths are as seen from the current folder.
    """

    decisions: Decisions = field(default_factory=Decisions)
    fail_on: str | None = None
    fail_on_security: str | None = None
    fail_on_operation: tuple[str, ...] = ()
    formats: tuple[str, ...] = ()
    only: str | None = None
    match_path: str | None = None
    unmatch_path: str | None = None
    context_lines: int | None = None
    includes_hidden: bool | None = None


def read_settings(file: Path, *, rule_ids: Sequence[str]) -> DiffSettings:
    """Read a file of settings, in JSON or YAML, and the files that it names.

    Raises:
        DiffSettingsError: a file cannot be read or has faults; all of them are told.
    """
    root = Root(file, error=DiffSettingsError)
    fields = root.fields()
    settings = DiffSettings() if fields is None else _settings(fields, rule_ids)
    root.raise_any()
    return settings


def read_severities(file: Path, *, rule_ids: Sequence[str]) -> Mapping[str, Severity]:
    """Read a file of severities, ``{throttle-lowered: safe}``.

    Raises:
        DiffSettingsError: it cannot be read or has faults; all of them are told.
    """
    root = Root(file, error=DiffSettingsError)
    fields = root.fields()
    severities = {} if fields is None else _severities(fields, rule_ids)
    root.raise_any()
    return severities


def read_ignores(file: Path, *, rule_ids: Sequence[str]) -> tuple[Ignore, ...]:
    """Read a file of ignores, ``ignore: [{id: method-removed, until: 2027-03-31}]``.

    Raises:
        DiffSettingsError: it cannot be read or has faults; all of them are told.
    """
    root = Root(file, error=DiffSettingsError)
    fields = root.fields()
    ignores: tuple[Ignore, ...] = ()
    if fields is not None:
        ignores = tuple(_items(fields, "ignore", lambda item: _ignore(item, rule_ids)))
        if not fields.has("ignore"):
            fields.lacking("ignore")
        fields.report_unknown()
    root.raise_any()
    return ignores


def _settings(fields: Fields, rule_ids: Sequence[str]) -> DiffSettings:
    folder = fields.root.folder
    settings = DiffSettings(
        decisions=Decisions(
            severities=_severity(fields, folder, rule_ids),
            ignores=_ignores(fields, folder, rule_ids),
            approvals=tuple(_items(fields, "approvals", _approval)),
        ),
        fail_on=_choice(fields, "fail_on", (*(severity.value for severity in Severity), NEVER)),
        fail_on_security=_choice(fields, "fail_on_security", (WEAKER, NEVER)),
        fail_on_operation=_operations(fields),
        formats=tuple(_placed(text, folder) for text in fields.texts("format")),
        only=fields.text("only"),
        match_path=_pattern(fields, "match_path"),
        unmatch_path=_pattern(fields, "unmatch_path"),
        context_lines=_count(fields, "context_lines"),
        includes_hidden=_flag(fields, "all"),
    )
    fields.report_unknown()
    return settings


def _placed(text: str, folder: Path) -> str:
    """Name the file of ``markdown=report.md`` from the current folder instead of the file of settings."""
    form, is_file, file = text.partition("=")
    return f"{form}={folder / file}" if is_file else form


def _severity(fields: Fields, folder: Path, rule_ids: Sequence[str]) -> Mapping[str, Severity]:
    if isinstance(fields.value("severity"), str):
        return read_severities(folder / (fields.text("severity") or ""), rule_ids=rule_ids)
    inner = fields.fields("severity")
    return {} if inner is None else _severities(inner, rule_ids)


def _ignores(fields: Fields, folder: Path, rule_ids: Sequence[str]) -> tuple[Ignore, ...]:
    if isinstance(fields.value("ignore"), str):
        return read_ignores(folder / (fields.text("ignore") or ""), rule_ids=rule_ids)
    return tuple(_items(fields, "ignore", lambda item: _ignore(item, rule_ids)))


def _severities(fields: Fields, rule_ids: Sequence[str]) -> Mapping[str, Severity]:
    known = {severity.value: severity for severity in Severity}
    found = {}
    for rule_id in fields.entries:
        _check_rule(fields, rule_id, rule_id, rule_ids)
        word = _choice(fields, rule_id, tuple(known))
        if word is not None:
            found[rule_id] = known[word]
    return found


def _ignore(item: Fields, rule_ids: Sequence[str]) -> Ignore | None:
    rule_id, where = item.text("id"), item.text("where")
    if rule_id is None and where is None:
        item.lacking("id or where")
    if rule_id is not None and "*" not in rule_id:
        _check_rule(item, "id", rule_id, rule_ids)
    return Ignore(id=rule_id, where=where, until=_day(item, "until"), reason=item.text("reason"), origin=item.origin())


def _approval(item: Fields) -> ApprovedFingerprint | None:
    fingerprint = item.text("fingerprint", required=True, form=FINGERPRINT, meaning="12 hexadecimal digits")
    approval = Approval(by=item.text("by"), reason=item.text("reason"), until=_day(item, "until"))
    if fingerprint is None:
        return None
    return ApprovedFingerprint(fingerprint=fingerprint, approval=approval, origin=item.origin())


def _check_rule(fields: Fields, key: str, rule_id: str, rule_ids: Sequence[str]) -> None:
    if rule_id not in rule_ids:
        fields.wrong(key, f"is no rule, got {shown(rule_id)}", hint=nearest(rule_id, rule_ids))


def _items(fields: Fields, key: str, read: Callable[[Fields], T | None]) -> Iterator[T]:
    """Read the maps of a list."""
    items = fields.value(key)
    if items is None:
        return
    if not isinstance(items, MarkedList):
        fields.wrong(key, f"must be a list, got {shown(items)}")
        return
    for index, item in enumerate(items):
        if not isinstance(item, MarkedMap):
            fields.wrong(key, f"must be a map, got {shown(item)}", index)
            continue
        inner = Fields(fields.root, item, (*fields.path, key, index))
        found = read(inner)
        inner.report_unknown()
        if found is not None:
            yield found


def _day(fields: Fields, key: str) -> date | None:
    text = fields.text(key, form=_DAY, meaning="a day like 2027-03-31")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        fields.wrong(key, f"must be a day of the calendar, got {shown(text)}")
        return None


def _choice(fields: Fields, key: str, words: Sequence[str]) -> str | None:
    text = fields.text(key)
    if text is not None and text not in words:
        fields.wrong(key, f"must be {', '.join(words[:-1])} or {words[-1]}, got {shown(text)}")
        return None
    return text


def _operations(fields: Fields) -> tuple[str, ...]:
    known = tuple(operation.value for operation in Operation)
    words = fields.texts("fail_on_operation")
    for word in words:
        if word not in known:
            fields.wrong("fail_on_operation", f"must be of {', '.join(known)}, got {shown(word)}")
    return words


def _pattern(fields: Fields, key: str) -> str | None:
    text = fields.text(key)
    try:
        re.compile(text or "")
    except re.error as error:
        fields.wrong(key, f"must be a regular expression, got {shown(text)}: {error}")
    return text


def _count(fields: Fields, key: str) -> int | None:
    value = fields.value(key)
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    fields.wrong(key, f"must be a whole number of 0 or more, got {shown(value)}")
    return None


def _flag(fields: Fields, key: str) -> bool | None:
    value = fields.value(key)
    if value is None or isinstance(value, bool):
        return value
    fields.wrong(key, f"must be true or false, got {shown(value)}")
    return None
