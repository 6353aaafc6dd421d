"""The trace of a request as lines for people, from the JSON that the control plane tells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from forestage.commands.printing import dim, heading, verb
from forestage.preview.host.request_log import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.model.values import Json

_INDENT: Final = "    "
_TITLES: Final[Mapping[str, str]] = {
    "arrival": "request as it arrived",
    "address": "API and stage",
    "match": "method",
    "authorize": "authorization",
    "admit": "key, throttle and quota",
    "validate": "validation",
    "prepare": "request to the integration",
    "effect": "call",
    "integrate": "answer of the integration",
    "respond": "response",
    "gateway response": "the gateway itself answers",
    "defect": "a defect of forestage",
}
"""What the stages are called for people; a stage without an entry has its own name."""


def trace_lines(trace: Mapping[str, Json]) -> list[str]:
    """Lay out a trace: a summary, then each stage with what it found out.

    Source of the shape: ``forestage.preview.trace.to_json``.
    """
    lines = [_summary(trace)]
    if trace.get("failure"):
        lines.append(f"  {_text(trace['failure'])}")
    steps = trace.get("steps")
    for number, step in enumerate(steps if isinstance(steps, list) else [], start=1):
        lines += ["", *_step(number, step)]
    response = trace.get("response")
    if isinstance(response, dict):
        lines += ["", heading("response as it was sent"), *_fields(response)]
    return lines


def _summary(trace: Mapping[str, Json]) -> str:
    ms = trace.get("ms")
    duration = f"{ms:.1f} ms" if isinstance(ms, int | float) else "under way"
    method = verb(_text(trace.get("method")))
    return (
        f"{method} {_text(trace.get('path'))}  {_text(trace.get('status'))}  {duration}  {_text(trace['request_id'])}"
    )


def _step(number: int, step: Json) -> Iterator[str]:
    assert isinstance(step, dict)
    stage = str(step.get("stage"))
    title = _TITLES.get(stage)
    yield f"{number:2} {heading(stage)}" + (f"  {dim(title)}" if title else "")
    yield from _fields({name: value for name, value in step.items() if name != "stage"})


def _fields(fields: Mapping[str, Json]) -> Iterator[str]:
    for name, value in fields.items():
        if value in (None, "", [], {}):
            continue
        yield from _field(name.replace("_", " "), value)


def _field(name: str, value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        yield f"{_INDENT}{dim(name)}"
        for key, item in value.items():
            yield f"{_INDENT}  {_text(key)}: {_text(item)}"
    elif isinstance(value, list):
        yield f"{_INDENT}{dim(name)}"
        yield from (f"{_INDENT}  {_item(item)}" for item in value)
    else:
        yield from _block(name, _text_lines(value))


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
