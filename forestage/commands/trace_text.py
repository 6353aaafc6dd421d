"""The trace of a request as lines for people, from the JSON that the control plane tells."""

from __future__ import annotations

import json
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Final

from forestage.commands.printing import dim, heading, verb
from forestage.commands.side_by_side import side_by_side
from forestage.preview.host.request_log import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.model.values import Json

SHORTEST_REFERRED: Final = 40
"""A text of fewer characters is shown again, which is no longer than saying where it was shown."""

_INDENT: Final = "    "
_TITLES: Final[Mapping[str, str]] = {
    "arrival": "request as it arrived",
    "address": "API and stage",
    "match": "method",
    "authorize": "authorization",
    "admit": "key, throttle and quota",
    "validate": "validation",
    "cache": "cache of the stage",
    "prepare": "request to the integration",
    "effect": "call",
    "integrate": "answer of the integration",
    "respond": "response",
    "compress": "compression",
    "gateway response": "the gateway itself answers",
    "defect": "a defect of forestage",
}
"""What the stages are called for people; a stage without an entry has its own name."""


def trace_lines(trace: Mapping[str, Json], *, columns: int | None = None) -> list[str]:
    """Lay out a trace: a summary, then each stage with what it found out.

    ``columns`` is how wide the terminal is, by default this one. A long text that was shown before is referred to.

    Source of the shape: ``forestage.preview.trace.to_json``.
    """
    layout = _Layout(columns or get_terminal_size().columns)
    lines = [_summary(trace)]
    if trace.get("failure"):
        lines.append(f"  {_text(trace['failure'])}")
    if trace.get("clock"):
        lines.append(f"  by a clock that was {_text(trace['clock'])}")
    steps = trace.get("steps")
    for number, step in enumerate(steps if isinstance(steps, list) else [], start=1):
        lines += ["", *layout.step(number, step)]
    response = trace.get("response")
    if isinstance(response, dict):
        lines += ["", heading("response as it was sent"), *layout.fields(response, "the response")]
    return lines


def _summary(trace: Mapping[str, Json]) -> str:
    ms = trace.get("ms")
    duration = f"{ms:.1f} ms" if isinstance(ms, int | float) else "under way"
    method = verb(_text(trace.get("method")))
    return (
        f"{method} {_text(trace.get('path'))}  {_text(trace.get('status'))}  {duration}  {_text(trace['request_id'])}"
    )


class _Layout:
    """Lays out the steps of one trace, and knows what it has shown."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._shown: dict[str, str] = {}

    def step(self, number: int, step: Json) -> Iterator[str]:
        assert isinstance(step, dict)
        stage = str(step.get("stage"))
        title = _TITLES.get(stage)
        yield f"{number:2} {heading(stage)}" + (f"  {dim(title)}" if title else "")
        yield from self.fields({name: value for name, value in step.items() if name != "stage"}, f"{number} {stage}")

    def fields(self, fields: Mapping[str, Json], place: str) -> Iterator[str]:
        for name, value in fields.items():
            if value in (None, "", [], {}):
                continue
            if name == "template" and isinstance(value, dict):
                yield from self._template(value)
                rendering = value.get("rendering")
                if isinstance(rendering, str):
                    self._shown.setdefault(rendering, f"the rendering of {place}")
            else:
                yield from self._field(name.replace("_", " "), value, place)

    def _field(self, name: str, value: Json, place: str) -> Iterator[str]:
        if isinstance(value, dict):
            yield f"{_INDENT}{dim(name)}"
            for key, item in value.items():
                yield f"{_INDENT}  {_text(key)}: {_text(item)}"
        elif isinstance(value, list):
            yield f"{_INDENT}{dim(name)}"
            yield from (f"{_INDENT}  {_item(item)}" for item in value)
        elif isinstance(value, str) and len(value) >= SHORTEST_REFERRED:
            before = self._shown.get(value)
            if before is None:
                self._shown[value] = f"the {name} of {place}"
                yield from _block(name, _text_lines(value))
            else:
                yield f"{_INDENT}{dim(name)} {dim('is ' + before)}"
        else:
            yield from _block(name, _text_lines(value))

    def _template(self, template: Mapping[str, Json]) -> Iterator[str]:
        """Lay out a template beside what it saw and what came of it, after where it failed."""
        if template.get("caret"):
            yield f"{_INDENT}{dim('where')}"
            yield from (f"{_INDENT}  {line}" for line in _lines(template["caret"]))
        if template.get("value"):
            yield f"{_INDENT}{dim('the value is')} {_text(template['value'])}"
        if template.get("hint"):
            yield f"{_INDENT}{dim('hint')} {_text(template['hint'])}"
        notices = template.get("notices")
        for notice in notices if isinstance(notices, list) else ():
            yield f"{_INDENT}{dim('notice')} {_text(notice)}"
        columns = {
            "template": _lines(template.get("text")),
            "what it saw": _seen_lines(template.get("sees")),
            "rendering": _lines(template.get("rendering")),
        }
        for line in side_by_side(columns, total=self._columns - len(_INDENT)):
            yield f"{_INDENT}{line}"


def _seen_lines(seen: Json) -> list[str]:
    """List what a template saw: ``body`` as it came, the rest by name."""
    lines: list[str] = []
    for name, value in seen.items() if isinstance(seen, dict) else ():
        lines += _named_lines(name, value) if isinstance(value, dict) else [name, *_text_lines(value)]
    return lines


def _named_lines(name: str, value: Json) -> Iterator[str]:
    """List what an object holds by the way to it, ``params.querystring.q cat``."""
    if isinstance(value, dict):
        for key, member in value.items():
            yield from _named_lines(f"{name}.{key}", member)
    elif value is not None:
        yield f"{_text(name)} {_text(value)}"


def _lines(text: Json) -> list[str]:
    """Return the lines of a text; tabs are as wide as two blanks."""
    if not isinstance(text, str):
        return []
    return [_printable(line.expandtabs(2)) for line in text.replace("\r\n", "\n").rstrip("\n").split("\n")]


def _block(name: str, lines: Sequence[str]) -> Iterator[str]:
    if len(lines) == 1:
        yield f"{_INDENT}{dim(name)} {lines[0]}"
        return
    yield f"{_INDENT}{dim(name)}"
    yield from (f"{_INDENT}  {line}" for line in lines)


def _item(item: Json) -> str:
    """Write a header line, which is a pair, as one."""
    if isinstance(item, list):
        name, *values = map(_text, item)
        return f"{name}: {' '.join(values)}"
    return _text(item)


def _text_lines(value: Json) -> list[str]:
    """Lay out a body: JSON over several lines, other text line by line."""
    if not isinstance(value, str):
        return [_text(value)]
    text = value
    if text[:1] in {"{", "["}:
        try:
            text = json.dumps(json.loads(text), indent=2, ensure_ascii=False)
        except ValueError:
            text = value
    # What a client sent must not move the cursor of the terminal that shows it.
    return [_printable(line) for line in text.split("\n")]


def _text(value: Json) -> str:
    return _printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _printable(text: str) -> str:
    return text if text.isprintable() else shown(text)
