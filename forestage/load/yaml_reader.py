"""YAML as CloudFormation reads it, with the position of every entry.

The short tags become their long forms (``!Ref x`` is ``{"Ref": "x"}``). Plain scalars are null, true, false or numbers
only where they look so in JSON (or ``~``, ``Null``, ``True`` ...): dates, ``12:30``, ``on``, ``0123`` stay text, and
keys are always text.
Source: CloudFormation user guide, "CloudFormation template format" (no timestamps, no binary) and
"Intrinsic function reference" (short forms).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from forestage.errors import Fault
from forestage.load.json_reader import duplicate_key, to_number
from forestage.load.positions import MAX_DEPTH, Document, MarkedList, MarkedMap, Raw, SyntaxFaultError
from forestage.load.scope import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

Node: TypeAlias = "MarkedMap[Raw] | MarkedList[Raw]"

MAX_NODES = 1_000_000
"""How many values a document may have once its aliases are written out."""

_FUNCTIONS = (
    *("And", "Base64", "Cidr", "Contains", "EachMemberEquals", "EachMemberIn", "Equals", "FindInMap", "GetAtt"),
    *(
        "GetAZs",
        "GetStackOutput",
        "If",
        "ImportValue",
        "Join",
        "Length",
        "Not",
        "Or",
        "RefAll",
        "Select",
        "Split",
        "Sub",
    ),
    *("ToJsonString", "Transform", "ValueOf", "ValueOfAll"),
)
TAGS = {"!Ref": "Ref", "!Condition": "Condition"} | {f"!{name}": f"Fn::{name}" for name in _FUNCTIONS}

_STANDARD = "tag:yaml.org,2002:"
_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read_yaml(document: Document) -> tuple[Raw, tuple[Fault, ...]]:
    """Read a YAML text; duplicate keys, unknown tags and dangling aliases are returned as faults.

    Raises:
        SyntaxFaultError: the text is no YAML, or more than a template may be.
    """
    builder = _Builder(document)
    try:
        for event in _events(document.text):
            builder.feed(event)
    except yaml.YAMLError as error:
        raise SyntaxFaultError(_syntax_fault(document, error)) from None
    return builder.root, tuple(builder.faults)


def to_scalar(text: str) -> bool | float | str | None:
    """Read a plain scalar: a word, a number as in JSON, or text."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] in "-0123456789":
        number = to_number(text)
        return text if number is None else number
    return text


def _events(text: str) -> Iterator[Event]:
    loader = yaml.CSafeLoader if hasattr(yaml, "CSafeLoader") else yaml.SafeLoader
    return yaml.parse(text, Loader=loader)


def _mark(event: Event) -> int:
    assert event.start_mark, "a parser tells where each event starts"
    return event.start_mark.index


class _Frame:
    """A map or list that is being built; ``size`` counts its values with aliases written out."""

    __slots__ = ("anchor", "entries", "is_map", "items", "key", "key_mark", "mark", "marks", "merges", "size", "tag")

    def __init__(self, event: NodeEvent, *, is_map: bool) -> None:
        self.mark: int = _mark(event)
        self.anchor: str | None = event.anchor
        self.tag: str | None = getattr(event, "tag", None)
        self.is_map = is_map
        self.entries: dict[str, Raw] = {}
        self.marks: dict[str, int] = {}
        self.items: list[tuple[Raw, int]] = []
        self.merges: list[Raw] = []
        self.key: str | None = None
        self.key_mark = 0
        self.size = 1


class _Builder:
    """Builds marked maps and lists from the events of a parser."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.faults: list[Fault] = []
        self.root: Raw = None
        self._documents = 0
        self._stack: list[_Frame] = []
        self._anchors: dict[str, tuple[Raw, int]] = {}

    def feed(self, event: Event) -> None:
        if isinstance(event, ScalarEvent):
            self._scalar(event)
        elif isinstance(event, (MappingStartEvent, SequenceStartEvent)):
            self._open(event)
        elif isinstance(event, CollectionEndEvent):
            self._close()
        elif isinstance(event, AliasEvent):
            self._alias(event)
        elif isinstance(event, DocumentStartEvent):
            self._documents += 1
            if self._documents > 1:
                raise self._fatal("a template is one YAML document, here begins another", _mark(event))

    def _scalar(self, event: ScalarEvent) -> None:
        mark = _mark(event)
        frame = self._stack[-1] if self._stack else None
        if frame and frame.is_map and frame.key is None:
            self._key(frame, event.value, mark, tag=event.tag)
            if event.anchor:
                self._anchors[event.anchor] = (event.value, 1)
            return
        tag = event.tag
        is_plain = tag is None and event.implicit[0]
        value: Raw = to_scalar(event.value) if is_plain else self._tagged_scalar(event.value, tag, mark)
        self._add(value, mark, 1, event.anchor)

    def _key(self, frame: _Frame, key: str, mark: int, *, tag: str | None) -> None:
        if tag and tag != "!" and not tag.startswith(_STANDARD):
            self._fault(f"a key cannot have the tag {tag}", mark)
        if key in frame.entries:
            self.faults.append(duplicate_key(self.document, key, mark, frame.marks[key]))
        frame.key = key
        frame.key_mark = mark

    def _tagged_scalar(self, text: str, tag: str | None, mark: int) -> Raw:
        if tag is None or tag in {"!", f"{_STANDARD}str"}:
            return text
        if tag in {f"{_STANDARD}{name}" for name in ("null", "bool", "int", "float")}:
            return to_scalar(text)
        return self._tagged(text, tag, mark)

    def _tagged(self, value: Raw, tag: str, mark: int) -> Raw:
        if tag in {f"{_STANDARD}map", f"{_STANDARD}seq"}:
            return value
        name = TAGS.get(tag)
        if name is None:
            shown = f"!!{tag.removeprefix(_STANDARD)}" if tag.startswith(_STANDARD) else tag
            hint = nearest(shown, tuple(TAGS)) or f"CloudFormation knows {', '.join(sorted(TAGS))}"
            self._fault(f"unknown tag {shown}", mark, hint=hint)
            return value
        return MarkedMap(self.document, mark, {name: mark}, {name: value})

    def _open(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        mark = _mark(event)
        parent = self._stack[-1] if self._stack else None
        if parent and parent.is_map and parent.key is None:
            raise self._fatal("a key must be text, not a map or a list", mark)
        if len(self._stack) >= MAX_DEPTH:
            raise self._fatal(f"nested deeper than {MAX_DEPTH} levels", mark)
        self._stack.append(_Frame(event, is_map=isinstance(event, MappingStartEvent)))

    def _close(self) -> None:
        frame = self._stack.pop()
        value: Raw
        if frame.is_map:
            self._merge(frame)
            value = MarkedMap(self.document, frame.mark, frame.marks, frame.entries)
        else:
            items = [item for item, _ in frame.items]
            value = MarkedList(self.document, frame.mark, [mark for _, mark in frame.items], items)
        if frame.tag is not None and frame.tag != "!":
            value = self._tagged(value, frame.tag, frame.mark)
        self._add(value, frame.mark, frame.size, frame.anchor)

    def _merge(self, frame: _Frame) -> None:
        for merged in frame.merges:
            for source in merged if isinstance(merged, MarkedList) else (merged,):
                if not isinstance(source, MarkedMap):
                    self._fault("'<<' takes a map or a list of maps", frame.mark)
                    continue
                for key, value in source.items():
                    if key not in frame.entries:
                        frame.entries[key] = value
                        frame.marks[key] = source.marks[key]

    def _alias(self, event: AliasEvent) -> None:
        mark = _mark(event)
        name = event.anchor or ""
        if name not in self._anchors:
            self._fault(f"the alias *{name} stands for nothing: no anchor &{name} is complete before it", mark)
        value, size = self._anchors.get(name, (None, 1))
        frame = self._stack[-1] if self._stack else None
        if frame and frame.is_map and frame.key is None:
            if not isinstance(value, str):
                raise self._fatal("a key must be text", mark)
            self._key(frame, value, mark, tag=None)
            return
        self._add(value, mark, size, None)

    def _add(self, value: Raw, mark: int, size: int, anchor: str | None) -> None:
        if anchor:
            self._anchors[anchor] = (value, size)
        if not self._stack:
            self.root = value
            return
        frame = self._stack[-1]
        frame.size += size
        if frame.size > MAX_NODES:
            raise self._fatal(f"aliases blow the document up to more than {MAX_NODES:,} values", mark)
        if not frame.is_map:
            frame.items.append((value, mark))
            return
        assert frame.key is not None, "a parser gives a key before its value"
        if frame.key == "<<" and not isinstance(value, str):
            frame.merges.append(value)
        else:
            frame.entries[frame.key] = value
            frame.marks[frame.key] = frame.key_mark
        frame.key = None

    def _fault(self, message: str, mark: int, *, hint: str | None = None) -> None:
        self.faults.append(Fault(message=message, origin=self.document.origin(mark), hint=hint))

    def _fatal(self, message: str, mark: int) -> SyntaxFaultError:
        return SyntaxFaultError(Fault(message=message, origin=self.document.origin(mark)))


def _syntax_fault(document: Document, error: yaml.YAMLError) -> Fault:
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        position = getattr(error, "position", 0)
        reason = getattr(error, "reason", str(error))
        return Fault(message=f"invalid YAML: {reason}", origin=document.origin(position))
    at = min(error.problem_mark.index, len(document.text))
    message = f"invalid YAML: {error.problem}"
    if error.context and error.context_mark:
        message += f", {error.context} that begins in line {error.context_mark.line + 1}"
    hint = "YAML is indented with spaces, here is a tab" if document.text[at : at + 1] == "\t" else None
    return Fault(message=message, origin=document.origin(at), hint=hint)
