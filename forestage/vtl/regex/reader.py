"""Reads a regular expression in Java's syntax into its tree."""

from __future__ import annotations

import re
import string
from typing import Final

from forestage.vtl.regex.classes import ANCHORS, ANY, CONTROLS, LINE_ENDS, PREDEFINED, literal, named, quoted, union
from forestage.vtl.regex.nodes import (
    INFINITE,
    Anchor,
    Atomic,
    Back,
    Choice,
    Greed,
    Group,
    Look,
    Node,
    One,
    RegexError,
    Repeat,
    Sequence,
    Syntax,
)

_GROUPS_LIMIT: Final = 100
_NESTING_LIMIT: Final = 50
_LAST_CODE: Final = 0x10FFFF
_QUANTIFIER: Final = re.compile(r"\{(\d{1,9})(,?)(\d{0,9})\}")
_NAMED_GROUP: Final = re.compile(r"<([A-Za-z][A-Za-z0-9]*)>")
_FLAGS: Final = re.compile(r"([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])")
_LOOKS: Final = (("=", False, False), ("!", False, True), ("<=", True, False), ("<!", True, True))


def read_pattern(pattern: str, *, flags: str = "") -> Syntax:
    """Read a pattern; ``flags`` are those of ``(?idmsux)``.

    Raises:
        RegexError: Java would throw a PatternSyntaxException, or the pattern is too deep or has too many groups.
    """
    return _Reader(pattern, flags).read()


class _Reader:
    """Walks over the pattern once."""

    def __init__(self, pattern: str, flags: str) -> None:
        self._text = pattern
        self._at = 0
        self._flags = set(flags)
        self._groups = 0
        self._names: dict[str, int] = {}
        self._depth = 0

    def read(self) -> Syntax:
        node = self._choice()
        if self._at < len(self._text):
            raise self._fault("unmatched closing ')'")
        return Syntax(node=node, groups=self._groups, names=self._names)

    def _fault(self, what: str) -> RegexError:
        return RegexError(f"{what} in the regular expression {self._text!r} near index {self._at}")

    def _next(self) -> str:
        if self._at >= len(self._text):
            raise self._fault("unexpected end")
        self._at += 1
        return self._text[self._at - 1]

    def _follows(self, text: str) -> bool:
        if self._text.startswith(text, self._at):
            self._at += len(text)
            return True
        return False

    def _nest(self) -> None:
        self._depth += 1
        if self._depth > _NESTING_LIMIT:
            raise self._fault(f"more than {_NESTING_LIMIT} groups or classes within each other")

    @property
    def _ignore_case(self) -> bool:
        return "i" in self._flags

    # Structure

    def _choice(self) -> Node:
        self._nest()
        flags = set(self._flags)
        options = [self._sequence()]
        while self._follows("|"):
            options.append(self._sequence())
        self._flags = flags
        self._depth -= 1
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def _sequence(self) -> Node:
        items: list[Node] = []
        while self._at < len(self._text) and self._text[self._at] not in "|)":
            if "x" in self._flags and self._skip_comment():
                continue
            atoms = self._atoms()
            items.extend(atoms[:-1])
            items.extend(map(self._quantified, atoms[-1:]))
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def _skip_comment(self) -> bool:
        character = self._text[self._at]
        if character == "#":
            end = self._text.find("\n", self._at)
            self._at = len(self._text) if end < 0 else end
        elif character.isspace():
            self._at += 1
        else:
            return False
        return True

    def _quantified(self, node: Node) -> Node:
        found = self._quantifier()
        if found is None:
            return node
        greed = Greed.RELUCTANT if self._follows("?") else Greed.POSSESSIVE if self._follows("+") else Greed.GREEDY
        return Repeat(node, *found, greed)

    def _quantifier(self) -> tuple[int, int] | None:
        for sign, bounds in (("*", (0, INFINITE)), ("+", (1, INFINITE)), ("?", (0, 1))):
            if self._follows(sign):
                return bounds
        if not self._text.startswith("{", self._at):
            return None
        found = _QUANTIFIER.match(self._text, self._at)
        if found is None:
            raise self._fault("illegal repetition")
        self._at = found.end()
        least = int(found[1])
        most = int(found[3]) if found[3] else INFINITE if found[2] else least
        if most < least:
            raise self._fault("illegal repetition range")
        return least, most

    def _atoms(self) -> list[Node]:
        """Read what a quantifier may follow; it belongs to the last of these. None at all where only flags were set."""
        character = self._next()
        if character == "\\":
            return self._escape()
        if character == "[":
            return [One(self._class(), self._ignore_case)]
        if character == "(":
            return self._group()
        if character == ".":
            return [One(ANY if "s" in self._flags else f"[^{LINE_ENDS}]")]
        if character == "^":
            return [Anchor(rf"(?:\A|(?<=[{LINE_ENDS}])(?!\Z))" if "m" in self._flags else r"\A")]
        if character == "$":
            return [Anchor(rf"(?=[{LINE_ENDS}]|\Z)" if "m" in self._flags else ANCHORS["Z"])]
        if character in "*+?":
            raise self._fault(f"dangling meta character {character!r}")
        if character == "{":
            # Java repeats nothing here, be it at the beginning or behind another repetition: a{2}{3} is a{2}.
            self._at -= 1
            return [Sequence(())]
        return [literal(character, ignore_case=self._ignore_case)]

    # Escapes

    def _escape(self) -> list[Node]:
        character = self._next()
        if character == "Q":
            return [literal(each, ignore_case=self._ignore_case) for each in self._quotation()]
        if character == "E":
            return []
        if character in ANCHORS:
            return [Anchor(ANCHORS[character])]
        if character == "R":
            pair = Sequence((literal("\r", ignore_case=False), literal("\n", ignore_case=False)))
            return [Choice((pair, One(rf"[{PREDEFINED['v']}]")))]
        if character == "X":
            return [One(ANY)]
        if character in "123456789":
            return [self._back(character)]
        if character == "k":
            return [self._named_back()]
        inside = self._class_escape(character)
        if inside is not None:
            return [One(inside, self._ignore_case)]
        return [literal(self._character(character), ignore_case=self._ignore_case)]

    def _quotation(self) -> str:
        end = self._text.find("\\E", self._at)
        text = self._text[self._at :] if end < 0 else self._text[self._at : end]
        self._at = len(self._text) if end < 0 else end + 2
        return text

    def _back(self, digit: str) -> Node:
        number = int(digit)
        while self._at < len(self._text) and self._text[self._at] in string.digits:
            longer = number * 10 + int(self._text[self._at])
            if longer > self._groups:
                break
            number = longer
            self._at += 1
        return Back(number, self._ignore_case)

    def _named_back(self) -> Node:
        found = _NAMED_GROUP.match(self._text, self._at)
        if found is None or found[1] not in self._names:
            raise self._fault("no such named group")
        self._at = found.end()
        return Back(self._names[found[1]], self._ignore_case)

    def _class_escape(self, character: str) -> str | None:
        r"""Return the class of ``\d`` or ``\p{…}``; None for an escape that is a character."""
        if character in "pP":
            inside = self._named_class()
        elif character.lower() in PREDEFINED:
            inside = PREDEFINED[character.lower()]
        else:
            return None
        return f"[{'^' if character.isupper() else ''}{inside}]"

    def _named_class(self) -> str:
        name = self._next()
        if name == "{":
            end = self._text.find("}", self._at)
            if end < 0:
                raise self._fault("unclosed character family")
            name = self._text[self._at : end]
            self._at = end + 1
        inside = named(name)
        if inside is None:
            raise self._fault(f"unknown character property {name!r}")
        return inside

    def _character(self, escaped: str) -> str:
        """Return the character that an escape stands for."""
        if escaped in CONTROLS:
            return CONTROLS[escaped]
        if escaped == "0":
            return self._number(r"[0-3]?[0-7]{1,2}", 8)
        if escaped == "x" and self._follows("{"):
            character = self._number(r"[0-9a-fA-F]{1,6}", 16)
            if not self._follows("}"):
                raise self._fault("unclosed hexadecimal escape")
            return character
        if escaped == "x":
            return self._number(r"[0-9a-fA-F]{2}", 16)
        if escaped == "u":
            return self._number(r"[0-9a-fA-F]{4}", 16)
        if escaped == "c":
            return chr(ord(self._next()) ^ 64)
        if escaped.isascii() and escaped.isalpha():
            raise self._fault(f"illegal escape sequence \\{escaped}")
        return escaped

    def _number(self, digits: str, base: int) -> str:
        found = re.compile(digits).match(self._text, self._at)
        if found is None or int(found[0], base) > _LAST_CODE:
            raise self._fault("illegal numeric escape sequence")
        self._at = found.end()
        return chr(int(found[0], base))

    # Classes

    def _class(self) -> str:
        """Read a class behind its ``[``."""
        self._nest()
        negated = self._follows("^")
        intersected: list[str] = []
        members: list[str] = []
        first = True
        while (character := self._next()) != "]" or first:
            first = False
            if character == "[":
                members.append(self._class())
            elif character == "&" and self._follows("&"):
                intersected.append(union(members))
                members = []
            else:
                members.append(self._member(character))
        self._depth -= 1
        if not intersected:
            return union(members, negated=negated)
        if members:
            intersected.append(union(members))
        both = "".join(f"(?={each})" for each in intersected[:-1]) + intersected[-1]
        return union([f"(?:{both})"], negated=negated)

    def _member(self, character: str) -> str:
        if character == "\\":
            escaped = self._next()
            if escaped == "Q":
                return union([f"[{quoted(each)}]" for each in self._quotation()])
            inside = self._class_escape(escaped)
            if inside is not None:
                return inside
            character = self._character(escaped)
        following = self._text[self._at + 1 : self._at + 2]
        if not self._text.startswith("-", self._at) or following in {"]", "[", ""}:
            return f"[{quoted(character)}]"
        self._at += 1
        last = self._next()
        if last == "\\":
            last = self._character(self._next())
        if last < character:
            raise self._fault("illegal character range")
        return f"[{quoted(character)}-{quoted(last)}]"

    # Groups

    def _group(self) -> list[Node]:
        if not self._follows("?"):
            return [self._capture("")]
        for opening, behind, negated in _LOOKS:
            if self._follows(opening):
                return [Look(self._inside(), behind, negated)]
        if self._follows(">"):
            return [Atomic(self._inside())]
        found = _NAMED_GROUP.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
            if found[1] in self._names:
                raise self._fault(f"named group {found[1]!r} is already defined")
            return [self._capture(found[1])]
        return self._flag_group()

    def _capture(self, name: str) -> Node:
        self._groups += 1
        number = self._groups
        if number > _GROUPS_LIMIT:
            raise self._fault(f"more than {_GROUPS_LIMIT} groups")
        if name:
            self._names[name] = number
        return Group(number, self._inside())

    def _inside(self) -> Node:
        node = self._choice()
        if not self._follows(")"):
            raise self._fault("unclosed group")
        return node

    def _flag_group(self) -> list[Node]:
        found = _FLAGS.match(self._text, self._at)
        if found is None or not set(found[1] + (found[2] or "")) <= set("idmsuxU"):
            raise self._fault("unknown inline modifier or group")
        self._at = found.end()
        before = set(self._flags)
        self._flags = (self._flags | set(found[1])) - set(found[2] or "")
        if found[3] == ")":
            return []
        node = self._inside()
        self._flags = before
        return [node]
