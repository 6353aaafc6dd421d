"""What is put into a template before its intrinsics are resolved: AWS::Include and Fn::ForEach."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.load.documents import is_file, read_document
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.load.resolved import Assets
from forestage.load.scope import Scope, describe
from forestage.load.template import INCLUDE, Template, transforms_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.errors import Fault

FOR_EACH = "Fn::ForEach::"
MAX_INCLUDES = 10
"""How deep an included file may include others."""

_PLACEHOLDER = re.compile(r"\$\{([A-Za-z0-9]+)\}|&\{([A-Za-z0-9]+)\}")
_NOT_ALPHANUMERIC = re.compile(r"[^A-Za-z0-9]")


def needs_expansion(template: Template) -> bool:
    """Tell whether a template can hold anything to expand: a quick look at its text."""
    text = template.root.document.text
    return "Transform" in text or FOR_EACH in text


@dataclass(slots=True, kw_only=True)
class Expansion:
    """Expands one template; ``files`` are those that were included, ``faults`` what was wrong inside them."""

    scope: Scope
    folder: Path
    assets: Assets = field(default_factory=Assets)
    files: list[Path] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def expand(self, template: Template) -> Template:
        """Return the template with everything put in."""
        root = template.root
        for name, transform in transforms_of(root):
            if name == INCLUDE and isinstance(transform, MarkedMap):
                included = self._include(transform, root, 0)
                root = self._merge(root, included, transform)
        expanded = self._walk(root, {}, 0)
        assert isinstance(expanded, MarkedMap), "a map that is no include expands to a map"
        return replace(template, root=expanded)

    def _walk(self, node: Raw, loops: Mapping[str, str], depth: int) -> Raw:
        if isinstance(node, str):
            return _replace(node, loops) if loops else node
        if isinstance(node, MarkedList):
            return MarkedList(node.document, node.mark, node.marks, [self._walk(item, loops, depth) for item in node])
        if isinstance(node, MarkedMap):
            return self._walk_map(node, loops, depth)
        return node

    def _walk_map(self, node: MarkedMap[Raw], loops: Mapping[str, str], depth: int) -> Raw:
        if len(node) == 1 and isinstance(name := node.get("Ref"), str) and name in loops:
            return loops[name]
        transform = node.get("Fn::Transform")
        if isinstance(transform, MarkedMap) and transform.get("Name") == INCLUDE:
            included = self._walk(self._include(transform, node, depth), loops, depth + 1)
            rest = node.like({key: value for key, value in node.items() if key != "Fn::Transform"})
            return included if not rest else self._merge(self._entries(rest, loops, depth), included, transform)
        return self._entries(node, loops, depth)

    def _entries(self, node: MarkedMap[Raw], loops: Mapping[str, str], depth: int) -> MarkedMap[Raw]:
        entries: dict[str, Raw] = {}
        marks: dict[str, int] = {}
        for key, value in node.items():
            mark = node.marks[key]
            is_loop = key.startswith(FOR_EACH) and self.scope.has_language_extensions
            once = ((_replace(key, loops), value, loops),)
            for name, child, inner in self._loop(key, value, node, loops, depth) if is_loop else once:
                if name in entries:
                    self.scope.fault(f"the key {name!r} is made twice here", node)
                entries[name] = self._walk(child, inner, depth)
                marks[name] = mark
        return MarkedMap(node.document, node.mark, marks, entries)

    def _loop(
        self, key: str, loop: Raw, node: MarkedMap[Raw], loops: Mapping[str, str], depth: int
    ) -> Iterator[tuple[str, Raw, Mapping[str, str]]]:
        """Yield the entries that a loop makes, not walked yet: key, value, and the loops that they stand in."""
        if (
            not isinstance(loop, MarkedList)
            or len(loop) != 3  # ruff: ignore[magic-value-comparison]
            or not isinstance(identifier := loop[0], str)
            or not isinstance(fragment := loop[2], MarkedMap)
        ):
            self.scope.fault(f"{key} takes [identifier, [value, ...], {{key: value}}], got {describe(loop)}", node)
            return
        for value in self._collection(key, self._walk(loop[1], loops, depth), loop):
            inner = {**loops, identifier: value}
            for name, child in fragment.items():
                if name.startswith(FOR_EACH):
                    yield from self._loop(name, child, fragment, inner, depth)
                else:
                    yield _replace(name, inner), child, inner

    def _collection(self, key: str, written: Raw, loop: MarkedList[Raw]) -> Sequence[str]:
        values = self.scope.resolve(written, loop)
        if isinstance(values, (list, tuple)) and all(isinstance(value, (str, int)) for value in values):
            return [str(value) for value in values]
        self.scope.fault(f"{key} goes over a list of texts, got {describe(values)}", loop)
        return ()

    def _include(self, transform: MarkedMap[Raw], holder: MarkedMap[Raw], depth: int) -> Raw:
        parameters = transform.get("Parameters")
        location = (
            self.scope.resolve(parameters.get("Location"), parameters) if isinstance(parameters, MarkedMap) else None
        )
        empty: MarkedMap[Raw] = holder.like({})
        if not isinstance(location, str):
            self.scope.fault(f"{INCLUDE} needs the parameter Location, got {describe(location)}", transform)
            return empty
        if depth >= MAX_INCLUDES:
            self.scope.fault(f"{INCLUDE} of {location}: files include one another {MAX_INCLUDES} deep", transform)
            return empty
        file = self._find(location)
        if file is None:
            hint = f"put a copy of it beside the template, in {self.folder}" if "://" in location else None
            self.scope.fault(f"{INCLUDE}: there is no file {location}", transform, hint=hint)
            return empty
        if "://" in location and str(file) != self.assets.find(location):
            self.scope.warn(f"{INCLUDE}: {file.name} beside the template is read in place of {location}", transform)
        self.files.append(file)
        reading = read_document(file)
        self.faults += reading.faults
        return reading.root if not reading.faults else empty

    def _find(self, location: str) -> Path | None:
        """Find an included file: an asset, a path, or for an object in S3 a file of its key beside the template."""
        asset = self.assets.find(location)
        if asset is not None and is_file(Path(asset)):
            return Path(asset)
        if "://" not in location:
            candidates = [self.folder / location]
        else:
            parts = location.partition("://")[2].split("/")
            candidates = [self.folder.joinpath(*parts[at:]) for at in range(1, len(parts))]
        return next((file for file in candidates if is_file(file)), None)

    def _merge(self, node: MarkedMap[Raw], included: Raw, transform: MarkedMap[Raw]) -> MarkedMap[Raw]:
        """Lay an included map beside the entries of the map that includes it; sections are laid into one another."""
        if not isinstance(included, MarkedMap):
            self.scope.fault(f"{INCLUDE} beside other keys needs a map, the file is {describe(included)}", transform)
            return node
        entries = dict(node)
        marks = dict(node.marks)
        for key, value in included.items():
            mine = entries.get(key)
            if isinstance(mine, MarkedMap) and isinstance(value, MarkedMap):
                entries[key] = self._merge(mine, value, transform)
            else:
                entries[key] = value
                marks[key] = included.marks[key]
        return MarkedMap(node.document, node.mark, marks, entries)


def _replace(text: str, loops: Mapping[str, str]) -> str:
    """Put the values of loops in place of ``${Identifier}``; ``&{Identifier}`` drops all but letters and digits."""
    if not loops or "{" not in text:
        return text

    def value(match: re.Match[str]) -> str:
        if match[1] in loops:
            return loops[match[1]]
        if match[2] in loops:
            return _NOT_ALPHANUMERIC.sub("", loops[match[2]])
        return match[0]

    return _PLACEHOLDER.sub(value, text)
