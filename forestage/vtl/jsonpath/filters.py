"""The conditions of filters: ``[?(@.price < 10 && @.name =~ /a.*/i)]``.

Source: the filter compiler and evaluators of Jayway JsonPath 2.9, by behaviour.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Final, TypeAlias

from forestage.vtl.arithmetic import compare
from forestage.vtl.comparing import equals
from forestage.vtl.json_reader import JsonError, read_json
from forestage.vtl.jsonpath.steps import NothingFound, PathError, Step, Walk, is_definite
from forestage.vtl.jsonpath.text import closing, end_of_quotes, unescaped
from forestage.vtl.printing import text_of
from forestage.vtl.regex import JavaPattern, RegexError, compile_pattern
from forestage.vtl.values import is_number

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.vtl.budget import Budget
    from forestage.vtl.jsonpath.steps import Predicate

    Reader: TypeAlias = Callable[[str], tuple[Step, ...]]
    Comparison: TypeAlias = Callable[[object, object, Budget], bool]

_NESTING_LIMIT: Final = 20
_LONGEST_NUMBER: Final = 1_000
_NUMBER: Final = re.compile(r"-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?")
_OPERATOR: Final = re.compile(r"[<>=~!]+|[A-Za-z]+(?=[\s'\"\[(@$]|$)")
_END_OF_PATH: Final = frozenset(" <>=~!&|)")
_CONSTANTS: Final = {"true": True, "false": False, "null": None}


class _Undefined:
    """What a definite path in a filter gives where it leads nowhere; it equals nothing, null included."""

    __slots__ = ()


_UNDEFINED: Final = _Undefined()


@dataclass(frozen=True, slots=True)
class PathOperand:
    """``@.price`` or ``$.limit``."""

    steps: tuple[Step, ...]
    from_root: bool

    def value(self, item: object, root: object, budget: Budget) -> object:
        """Follow the path from the item or the root."""
        start = root if self.from_root else item
        walk = Walk(self.steps, root, budget)
        try:
            walk.go(0, start, definite=True)
        except NothingFound:
            return _UNDEFINED
        if not is_definite(self.steps):
            return walk.found
        return walk.found[-1] if walk.found else _UNDEFINED


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal, or a pattern."""

    content: object

    def value(self, _item: object, _root: object, _budget: Budget) -> object:
        """Return it."""
        return self.content


Operand: TypeAlias = PathOperand | Constant


@dataclass(frozen=True, slots=True)
class Exists:
    """A path alone: it leads somewhere, if only to null."""

    operand: PathOperand
    expected: bool

    def holds(self, item: object, root: object, budget: Budget) -> bool:
        """Tell whether it does, or does not."""
        return (self.operand.value(item, root, budget) is not _UNDEFINED) is self.expected


@dataclass(frozen=True, slots=True)
class Comparing:
    """Two operands and what stands between them."""

    left: Operand
    comparison: Comparison
    right: Operand

    def holds(self, item: object, root: object, budget: Budget) -> bool:
        """Tell whether the comparison holds; a path that cannot be applied to the item makes it false."""
        budget.spend(1)
        try:
            left, right = self.left.value(item, root, budget), self.right.value(item, root, budget)
        except PathError:
            return False
        return self.comparison(left, right, budget)


@dataclass(frozen=True, slots=True)
class All:
    """``&&``."""

    parts: tuple[Predicate, ...]

    def holds(self, item: object, root: object, budget: Budget) -> bool:
        """Tell whether every part holds."""
        return all(part.holds(item, root, budget) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Any:
    """``||``."""

    parts: tuple[Predicate, ...]

    def holds(self, item: object, root: object, budget: Budget) -> bool:
        """Tell whether some part holds."""
        return any(part.holds(item, root, budget) for part in self.parts)


@dataclass(frozen=True, slots=True)
class Negated:
    """``!(…)``."""

    part: Predicate

    def holds(self, item: object, root: object, budget: Budget) -> bool:
        """Tell whether the part does not hold."""
        return not self.part.holds(item, root, budget)


# Comparisons


def _equal(left: object, right: object, budget: Budget) -> bool:
    if left is _UNDEFINED or right is _UNDEFINED:
        return False
    if is_number(left) and is_number(right):
        return compare(left, right) == 0  # type: ignore[arg-type]  # both are numbers
    if isinstance(left, str) and is_number(right):
        return left == text_of(right, budget)
    if is_number(left) and isinstance(right, str):
        try:
            return compare(left, Decimal(right)) == 0  # type: ignore[arg-type]  # it is a number
        except InvalidOperation:
            return False
    return equals(left, right, budget)


def _same_type(left: object, right: object, budget: Budget) -> bool:
    return (left.__class__ is right.__class__ or (is_number(left) and is_number(right))) and _equal(left, right, budget)


def _ordered(signs: frozenset[int]) -> Comparison:
    def comparison(left: object, right: object, _budget: Budget) -> bool:
        if is_number(left) and is_number(right):
            return compare(left, right) in signs  # type: ignore[arg-type]  # both are numbers
        if isinstance(left, str) and isinstance(right, str):
            return (left > right) - (left < right) in signs
        return False

    return comparison


def _matches(left: object, right: object, budget: Budget) -> bool:
    pattern, other = (left, right) if isinstance(left, JavaPattern) else (right, left)
    if not isinstance(pattern, JavaPattern) or isinstance(other, JavaPattern):
        return False
    subjects = other if isinstance(other, list) else [other]
    return any(
        pattern.matches(
            text_of(subject, budget) if isinstance(subject, str | bool) or is_number(subject) else "", budget
        )
        for subject in subjects
    )


def _in(left: object, right: object, budget: Budget) -> bool:
    return isinstance(right, list) and any(_equal(left, item, budget) for item in right)


def _contains(left: object, right: object, budget: Budget) -> bool:
    if isinstance(left, str):
        return isinstance(right, str) and right in left
    return isinstance(left, list) and any(_equal(right, item, budget) for item in left)


def _all(left: object, right: object, budget: Budget) -> bool:
    if not isinstance(left, list | dict) or not isinstance(right, list):
        return False
    return isinstance(left, dict) or all(_contains(left, item, budget) for item in right)


def _subset_of(left: object, right: object, budget: Budget) -> bool:
    return isinstance(left, list) and isinstance(right, list) and all(_in(item, right, budget) for item in left)


def _any_of(left: object, right: object, budget: Budget) -> bool:
    return isinstance(left, list) and isinstance(right, list) and any(_in(item, right, budget) for item in left)


def _none_of(left: object, right: object, budget: Budget) -> bool:
    return isinstance(left, list) and isinstance(right, list) and not _any_of(left, right, budget)


def _size(left: object, right: object, _budget: Budget) -> bool:
    return isinstance(left, str | list) and is_number(right) and len(left) == right


def _empty(left: object, right: object, _budget: Budget) -> bool:
    return isinstance(left, str | list | dict) and isinstance(right, bool) and (not left) is right


_COMPARISONS: Final[dict[str, Comparison]] = {
    "==": _equal,
    "===": _same_type,
    "!=": lambda left, right, budget: not _equal(left, right, budget),
    "!==": lambda left, right, budget: not _same_type(left, right, budget),
    "<": _ordered(frozenset({-1})),
    "<=": _ordered(frozenset({-1, 0})),
    ">": _ordered(frozenset({1})),
    ">=": _ordered(frozenset({0, 1})),
    "=~": _matches,
    "IN": _in,
    "NIN": lambda left, right, budget: not _in(left, right, budget),
    "CONTAINS": _contains,
    "ALL": _all,
    "SUBSETOF": _subset_of,
    "ANYOF": _any_of,
    "NONEOF": _none_of,
    "SIZE": _size,
    "EMPTY": _empty,
}


def read_filter(text: str, read: Reader) -> Predicate:
    """Read the condition of a filter; ``read`` reads the paths in it.

    Raises:
        PathError: it is malformed.
    """
    return _Reader(text, read).read()


class _Reader:
    def __init__(self, text: str, read: Reader) -> None:
        self._text = text
        self._read = read
        self._at = 0
        self._depth = 0

    def read(self) -> Predicate:
        predicate = self._any()
        if self._peek():
            raise self._fault("the end of the filter expected")
        return predicate

    def _fault(self, what: str) -> PathError:
        return PathError(f"{what} at position {self._at} of the filter {self._text!r}")

    def _peek(self) -> str:
        """Return the next character that is no blank; empty at the end."""
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1
        return self._text[self._at : self._at + 1]

    def _follows(self, sign: str) -> bool:
        self._peek()
        if self._text.startswith(sign, self._at):
            self._at += len(sign)
            return True
        return False

    def _any(self) -> Predicate:
        self._depth += 1
        if self._depth > _NESTING_LIMIT:
            raise self._fault(f"more than {_NESTING_LIMIT} parentheses within each other")
        parts = [self._all()]
        while self._follows("||"):
            parts.append(self._all())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else Any(tuple(parts))

    def _all(self) -> Predicate:
        parts = [self._part()]
        while self._follows("&&"):
            parts.append(self._part())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _part(self) -> Predicate:
        negated = False
        while self._follows("!"):
            negated = not negated
        if self._follows("("):
            predicate = self._any()
            if not self._follows(")"):
                raise self._fault("')' expected")
            return Negated(predicate) if negated else predicate
        if negated and self._peek() not in {"@", "$"}:
            raise self._fault("a path or '(' expected behind '!'")
        return self._relation(negated=negated)

    def _relation(self, *, negated: bool) -> Predicate:
        left = self._operand()
        self._peek()
        found = _OPERATOR.match(self._text, self._at)
        if found is None:
            if not isinstance(left, PathOperand):
                raise self._fault("an operator expected")
            return Exists(left, not negated)
        comparison = _COMPARISONS.get(found[0].upper())
        if comparison is None:
            raise self._fault(f"{found[0]!r} is no operator")
        self._at = found.end()
        return Comparing(left, comparison, self._operand())

    def _operand(self) -> Operand:
        character = self._peek()
        if character in {"@", "$"}:
            return self._path()
        if character in {"'", '"', "/"}:
            end = end_of_quotes(self._text, self._at)
            if end < 0:
                raise self._fault(f"{character} is not closed")
            content = self._text[self._at + 1 : end]
            self._at = end + 1
            return Constant(unescaped(content)) if character != "/" else self._pattern(content)
        if character in {"[", "{"}:
            return self._json()
        number = _NUMBER.match(self._text, self._at)
        if number is not None:
            self._at = number.end()
            return self._number(number[0])
        for word, value in _CONSTANTS.items():
            if self._follows(word):
                return Constant(value)
        raise self._fault("a path or a literal expected")

    def _path(self) -> PathOperand:
        start = self._at
        self._at += 1
        while self._at < len(self._text) and self._text[self._at] not in _END_OF_PATH:
            if self._text[self._at] in "[(":
                self._at = closing(self._text, self._at)
                if self._at < 0:
                    self._at = start
                    raise self._fault("a bracket is not closed")
            self._at += 1
        return PathOperand(self._read(self._text[start : self._at]), self._text[start] == "$")

    def _pattern(self, content: str) -> Constant:
        start = self._at
        while self._text[self._at : self._at + 1] and self._text[self._at] in "dixmsuU":
            self._at += 1
        try:
            return Constant(compile_pattern(content, self._text[start : self._at]))
        except RegexError as error:
            raise PathError(str(error)) from None

    def _number(self, digits: str) -> Constant:
        if len(digits) > _LONGEST_NUMBER:
            raise self._fault("a number of too many digits")
        try:
            return Constant(int(digits) if digits.lstrip("-").isdigit() else Decimal(digits))
        except InvalidOperation:
            raise self._fault("a number of too large an exponent") from None

    def _json(self) -> Constant:
        end = closing(self._text, self._at)
        if end < 0:
            raise self._fault("a bracket is not closed")
        try:
            value = read_json(self._text[self._at : end + 1])
        except JsonError as error:
            raise self._fault(str(error)) from None
        self._at = end + 1
        return Constant(value)
