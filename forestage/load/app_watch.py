"""Which files of a CDK app's folder call for a new synthesis: ``watch`` of cdk.json.

    {"app": "python3 app.py", "watch": {"include": ["**"], "exclude": ["README.md", "tests"]}}

Patterns are those that the CDK CLI has: relative to the folder, with ``*``, ``?``, ``[ab]``, ``{a,b}`` and ``**`` for
any number of folders; a name without any of these stands for a file, or for all that is in a folder. A ``!`` before a
pattern takes back what the others match.

Source: AWS CDK developer guide, "cdk watch" (documented), and the CLI's defaults: everything is included; the output
folder, names that begin with a dot, and ``node_modules`` are excluded whatever cdk.json says.

Differs from the CDK CLI: cdk.json itself always counts, although ``cdk init`` excludes it. It holds the app's command
and context.
"""

from __future__ import annotations

import os
import re
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from forestage.errors import Fault, SourceError
from forestage.load.app_inputs import LOG_ENDING, is_made_folder
from forestage.load.documents import shown_path
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

OUTPUT_FOLDER = "cdk.out"
"""Where the CDK CLI puts assemblies unless ``output`` of cdk.json says otherwise."""

MAX_ALTERNATIVES = 256
"""How many patterns one pattern with braces may stand for."""

_SETTINGS = "cdk.json"
_PACKAGES = "node_modules"
_MAGIC = re.compile(r"[*?\[{]")
_UNSUPPORTED = re.compile(r"[@+*?!]\(|\{[^{},]*\.\.[^{},]*\}")
_BRACES = re.compile(r"\{([^{}]*,[^{}]*)\}")

_Segments: TypeAlias = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRules:
    """What of an app's folder is watched; patterns as they are written."""

    include: tuple[str, ...] = ("**",)
    exclude: tuple[str, ...] = ()
    output: str = OUTPUT_FOLDER

    def is_input(self, folder: str, path: str) -> bool:
        """Tell whether a change of a path in an app's folder calls for a synthesis; both paths are absolute."""
        parts = _below(folder, path)
        if parts in {(), (_SETTINGS,)}:
            return True
        return (
            self._is_open(folder, parts[:-1])
            and not self._is_excluded(parts)
            and not parts[-1].endswith(LOG_ENDING)
            and _matches(self.include, parts)
        )

    def may_hold_inputs(self, folder: str, path: str) -> bool:
        """Tell whether a folder may hold inputs where the one that it is in may; both paths are absolute."""
        return not (is_made_folder(path) or self._is_excluded(_below(folder, path)))

    def _is_open(self, folder: str, parts: _Segments) -> bool:
        paths = (str(Path(folder, *parts[:end])) for end in range(1, len(parts) + 1))
        return all(self.may_hold_inputs(folder, path) for path in paths)

    def _is_excluded(self, parts: _Segments) -> bool:
        name = parts[-1]
        if name.startswith(".") or name == _PACKAGES or "/".join(parts) == self.output:
            return True
        return _matches(self.exclude, parts)


def read_watch_rules(settings: Mapping[str, Raw], file: Path) -> WatchRules:
    """Read ``watch`` and ``output`` of cdk.json; without ``watch`` everything is included.

    Raises:
        SourceError: they have another shape than the CDK CLI takes.
    """
    written = settings.get("watch")
    output = settings.get("output")
    given = WatchRules(output=_folder_name(output, file.parent) if isinstance(output, str) else OUTPUT_FOLDER)
    if written is None:
        return given
    if not isinstance(written, MarkedMap):
        raise SourceError(f"watch of {shown_path(file)} must be a map", hint='like "watch": {"exclude": ["tests"]}')
    return WatchRules(
        include=_patterns(written, "include", file) or given.include,
        exclude=_patterns(written, "exclude", file),
        output=given.output,
    )


def _patterns(written: MarkedMap[Raw], name: str, file: Path) -> tuple[str, ...]:
    given = written.get(name)
    listed = given if isinstance(given, MarkedList) else [] if given is None else [given]
    patterns = [_relative(pattern, file.parent) for pattern in listed if isinstance(pattern, str)]
    if len(patterns) < len(listed):
        raise SourceError(
            f"watch.{name} of {shown_path(file)} must be a pattern or a list of patterns",
            hint='like "exclude": ["README.md", "**/*.md"]',
        )
    return tuple(patterns)


def _relative(pattern: str, folder: Path) -> str:
    """Write a pattern from the app's folder; one that is the folder itself stands for all in it."""
    is_negated = pattern.startswith("!")
    bare = pattern[is_negated:].replace("\\", "/").removeprefix(f"{folder.as_posix()}/")
    bare = os.path.normpath(bare.lstrip("/") or ".") if bare != folder.as_posix() else "."
    return ("!" if is_negated else "") + ("**" if bare == "." else bare)


def _folder_name(output: str, folder: Path) -> str:
    return os.path.relpath(folder / output, folder)


def unsupported_patterns(rules: WatchRules, file: Path) -> tuple[Fault, ...]:
    """Tell of patterns in forms that are rare and not understood: they match nothing."""
    return tuple(
        Fault(
            message=f"the pattern {pattern!r} in watch of {shown_path(file)} matches nothing in a preview",
            hint="use *, ?, [ab], {a,b} and **",
        )
        for pattern in (*rules.include, *rules.exclude)
        if _UNSUPPORTED.search(pattern) or len(_alternatives(pattern)) > MAX_ALTERNATIVES
    )


def _below(folder: str, path: str) -> _Segments:
    return Path(path).relative_to(folder).parts


def _matches(patterns: Sequence[str], parts: _Segments) -> bool:
    """Tell whether some pattern matches a path, and no negated one does."""
    is_matched = any(_matches_one(pattern, parts) for pattern in patterns if not pattern.startswith("!"))
    return is_matched and not any(_matches_one(pattern[1:], parts) for pattern in patterns if pattern.startswith("!"))


def _matches_one(pattern: str, parts: _Segments) -> bool:
    return any(_fits(alternative, parts) for alternative in _compiled(pattern))


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> tuple[_Segments, ...]:
    """Split a pattern into the alternatives of its braces, and these into segments."""
    alternatives = _alternatives(pattern)
    if _UNSUPPORTED.search(pattern) or len(alternatives) > MAX_ALTERNATIVES:
        return ()
    return tuple(tuple(_segments(alternative)) for alternative in alternatives)


def _alternatives(pattern: str) -> list[str]:
    """Write a pattern once for each alternative in its braces; one too many where there are too many."""
    done: list[str] = []
    waiting = [pattern]
    while waiting and len(done) + len(waiting) <= MAX_ALTERNATIVES:
        text = waiting.pop()
        braces = _BRACES.search(text)
        if braces is None:
            done.append(text)
        else:
            waiting += [text[: braces.start()] + choice + text[braces.end() :] for choice in braces[1].split(",")]
    return [*done, *waiting]


def _segments(pattern: str) -> Iterator[str]:
    former = ""
    for segment in filter(None, pattern.split("/")):
        # Several ** in a row are one, and would only take time.
        if not (segment == former == "**"):
            yield segment.replace("[^", "[!")
        former = segment
    if not _MAGIC.search(pattern):
        yield "**"  # A plain name is a file, or a folder with all that is in it.


def _fits(segments: _Segments, parts: _Segments) -> bool:
    """Match segments with the parts of a path: for each number of parts, whether the segments so far can be they."""
    reached = [True] + [False] * len(parts)
    for segment in segments:
        if segment == "**":
            reached = [any(reached[: end + 1]) for end in range(len(reached))]
        else:
            reached = [False, *(reached[at] and fnmatchcase(part, segment) for at, part in enumerate(parts))]
    return reached[-1]
