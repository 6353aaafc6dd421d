"""What made-up texts are called on both sides: ids, ARNs and names that follow from logical ids.

Source: diff.md, section 2.0, M6: what is not known before deployment is compared after logical ids are renamed.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

from forestage.model.records import dataclass
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.model.values import OpenJson

_RUN = re.compile(r"[A-Za-z0-9]+")
_HEAD = re.compile(r"[A-Za-z0-9-]+-$")
_LONGEST_HEAD = 64
_SUFFIX_LENGTHS = frozenset({12, 13})
"""CloudFormation ends physical names in so many letters and digits.

Source: CloudFormation user guide, "Name type" of resource properties, and names seen in stacks.
"""
_SHORTEST = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUp:
    """What a run of letters and digits stands for, with what belongs to it before and behind it in a text."""

    label: str
    head: str = ""
    tail: str = ""


class Names:
    """The texts of one side that stand for resources, and the label of each: that of its pair, where it has one.

    ``made_up`` is by run of letters and digits; ``words`` goes from logical ids to labels where the other side has
    another one, ``stacks`` from names of stacks that differ to their label. ``heads`` goes from what stands before
    the end of a physical name, ``shop-Handler-``, to its label: the end is another where AWS made the name.
    """

    __slots__ = ("_heads", "_made_up", "_stacks", "_words")

    def __init__(
        self,
        *,
        made_up: Mapping[str, MadeUp],
        words: Mapping[str, str],
        stacks: Mapping[str, str],
        heads: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self._made_up = made_up
        self._words = words
        self._heads = heads
        self._stacks = {
            re.compile(rf"(?<![A-Za-z0-9-]){re.escape(name)}(?![A-Za-z0-9])"): label for name, label in stacks.items()
        }

    def text(self, text: str) -> str:
        """Put labels in the place of made-up texts: ``${Handler}``."""
        if len(text) >= _SHORTEST:
            text = self._labelled(text)
        for pattern, label in self._stacks.items():
            text = pattern.sub(label, text)
        return text

    def _labelled(self, text: str) -> str:
        parts: list[str] = []
        end = 0
        for run in _RUN.finditer(text):
            found = self._made_up.get(run[0]) or self._physical(text, run, end)
            if found is None or run.start() < end:
                continue
            has_head = found.head and text.endswith(found.head, end, run.start())
            start = run.start() - (len(found.head) if has_head else 0)
            parts += (text[end:start], f"${{{found.label}}}")
            has_tail = found.tail and text.startswith(found.tail, run.end())
            end = run.end() + (len(found.tail) if has_tail else 0)
        return "".join((*parts, text[end:])) if parts else text

    def _physical(self, text: str, run: re.Match[str], end: int) -> MadeUp | None:
        """Read the end of a physical name that AWS made."""
        if len(run[0]) not in _SUFFIX_LENGTHS or text[run.start() - 1 : run.start()] != "-":
            return None
        head = _HEAD.search(text, max(end, run.start() - _LONGEST_HEAD), run.start())
        label = self._heads.get(head[0]) if head else None
        return MadeUp(label=label, head=head[0]) if head and label else None

    def expression(self, expression: str) -> str:
        """Rename logical ids in what the template says of a value that is not known yet."""
        renamed = _RUN.sub(lambda run: self._words.get(run[0], run[0]), expression) if self._words else expression
        return self.text(renamed)

    def of(self, value: OpenJson) -> OpenJson:
        """Put labels into every text of a document."""
        match value:
            case str():
                return self.text(value)
            case Unknown():
                return Unknown(self.expression(value.expression))
            case Secret():
                return Secret(self.text(value.reveal()))
            case Mapping():
                return {self.text(key): self.of(item) for key, item in value.items()}
            case Sequence():
                return [self.of(item) for item in value]
            case _:
                return value
