"""A backtracking machine for patterns that Python's ``re`` might never finish; each of its steps is paid for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias, assert_never

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
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.vtl.budget import Budget

    Matcher: TypeAlias = Callable[[str, int], re.Match[str] | None]

_PROGRAM_LIMIT: Final = 20_000
_STEPS: Final = 3

Slots: TypeAlias = "tuple[int, ...]"
"""Where each group begins and ends, -1 where it took no part; behind them where each loop stood."""


@dataclass(frozen=True, slots=True)
class Check:
    """One character of a class, or a place: where this matches, go on behind it."""

    match: Matcher


@dataclass(frozen=True, slots=True)
class Run:
    """A repeated class: as many as match, and fewer on the way back."""

    match: Matcher
    least: int
    greed: Greed


@dataclass(frozen=True, slots=True)
class Split:
    """Two ways, the first first."""

    first: int
    second: int


@dataclass(frozen=True, slots=True)
class Jump:
    """Go on elsewhere."""

    target: int


@dataclass(frozen=True, slots=True)
class Save:
    """Remember this place."""

    slot: int


@dataclass(frozen=True, slots=True)
class Progress:
    """Give up where the loop has not moved since its place was remembered."""

    slot: int


@dataclass(frozen=True, slots=True)
class Inner:
    """A pattern of its own at this place: a look around, or an atomic group, which moves on."""

    program: Program
    behind: bool
    negated: bool
    moves: bool


@dataclass(frozen=True, slots=True)
class Repeated:
    """The text of an earlier group."""

    number: int
    ignore_case: bool


Instruction: TypeAlias = Check | Run | Split | Jump | Save | Progress | Inner | Repeated
Program: TypeAlias = "tuple[Instruction, ...]"


class Compiler:
    """Turns a tree into a program."""

    def __init__(self, groups: int) -> None:
        self.slots = 2 * (groups + 1)
        self._code: list[Instruction] = []
        self._size = 0

    def program(self, node: Node) -> Program:
        """Compile a tree.

        Raises:
            RegexError: the program would be too large.
        """
        self._emit(node)
        return tuple(self._code)

    def _inner(self, node: Node) -> Program:
        outer, self._code = self._code, []
        self._emit(node)
        inner, self._code = tuple(self._code), outer
        return inner

    def _add(self, instruction: Instruction) -> int:
        # Of all programs together: those within looks around are repeated like any other.
        self._size += 1
        if self._size > _PROGRAM_LIMIT:
            raise RegexError("the regular expression is too large")
        self._code.append(instruction)
        return len(self._code) - 1

    def _emit(self, node: Node) -> None:
        match node:
            case One() | Anchor():
                self._add(Check(re.compile(one_source(node)).match))
            case Sequence(items):
                for item in items:
                    self._emit(item)
            case Choice(options):
                self._choice(options)
            case Group(number, inside):
                self._add(Save(2 * number))
                self._emit(inside)
                self._add(Save(2 * number + 1))
            case Repeat():
                self._repeat(node)
            case Look(inside, behind, negated):
                self._add(Inner(self._inner(inside), behind, negated, moves=False))
            case Atomic(inside):
                self._add(Inner(self._inner(inside), behind=False, negated=False, moves=True))
            case Back(number, ignore_case):
                self._add(Repeated(number, ignore_case))
            case _:
                assert_never(node)

    def _choice(self, options: tuple[Node, ...]) -> None:
        ends = []
        for option in options[:-1]:
            split = self._add(Jump(0))
            self._emit(option)
            ends.append(self._add(Jump(0)))
            self._code[split] = Split(split + 1, len(self._code))
        self._emit(options[-1])
        for end in ends:
            self._code[end] = Jump(len(self._code))

    def _repeat(self, node: Repeat) -> None:
        if isinstance(node.node, One):
            most = "" if node.most >= INFINITE else node.most
            run = re.compile(f"{one_source(node.node)}{{0,{most}}}")
            self._add(Run(run.match, node.least, node.greed))
            return
        if node.greed is Greed.POSSESSIVE:
            self._emit(Atomic(Repeat(node.node, node.least, node.most, Greed.GREEDY)))
            return
        before = self._size
        for _ in range(node.least):
            self._emit(node.node)
            if self._size == before:
                # Nothing, however often: (?:){99999999}.
                return
        if node.most >= INFINITE:
            self._loop(node)
            return
        splits: list[int] = []
        for _ in range(node.most - node.least):
            splits.append(self._add(Jump(0)))
            self._emit(node.node)
        for split in splits:
            self._code[split] = self._ways(node, split + 1, len(self._code))

    def _loop(self, node: Repeat) -> None:
        slot = self.slots
        self.slots += 1
        start = self._add(Jump(0))
        self._add(Save(slot))
        self._emit(node.node)
        self._add(Progress(slot))
        self._add(Jump(start))
        self._code[start] = self._ways(node, start + 1, len(self._code))

    @staticmethod
    def _ways(node: Repeat, into: int, past: int) -> Split:
        return Split(past, into) if node.greed is Greed.RELUCTANT else Split(into, past)


def one_source(node: One | Anchor) -> str:
    """Write a node in Python's syntax; Java ignores the case of ASCII letters only."""
    if isinstance(node, One) and node.ignore_case:
        return f"(?ai:{node.source})"
    return node.source


# The locals are the registers of the machine.
def run(  # ruff: ignore[too-many-locals]
    program: Program, text: str, start: int, slots: Slots, budget: Budget, end: int = -1
) -> tuple[int, Slots] | None:
    """Match from ``start`` on, and up to ``end`` where one is given; return where the match ends, and the slots."""
    # Where to go on, from which place and with what; a run leaves its further ends as a limit and the step towards it.
    stack: list[tuple[int, int, Slots, int, int]] = [(0, start, slots, start, 0)]
    while stack:
        at, position, slots, limit, step = stack.pop()
        if position != limit:
            stack.append((at, position + step, slots, limit, step))
        while True:
            budget.spend(_STEPS)
            if at == len(program):
                if end < 0 or position == end:
                    return position, slots
                break
            instruction = program[at]
            at += 1
            match instruction:
                case Check(match):
                    found = match(text, position)
                    if found is None:
                        break
                    position = found.end()
                case Run(match, least, greed):
                    found = match(text, position)
                    assert found is not None
                    longest, shortest = found.end(), position + least
                    if longest < shortest:
                        break
                    budget.spend_characters(longest - position)
                    position = shortest if greed is Greed.RELUCTANT else longest
                    if shortest < longest and greed is Greed.GREEDY:
                        stack.append((at, longest - 1, slots, shortest, -1))
                    elif shortest < longest and greed is Greed.RELUCTANT:
                        stack.append((at, shortest + 1, slots, longest, 1))
                case Split(first, second):
                    stack.append((second, position, slots, position, 0))
                    at = first
                case Jump(target):
                    at = target
                case Save(slot):
                    slots = (*slots[:slot], position, *slots[slot + 1 :])
                case Progress(slot):
                    if slots[slot] == position:
                        break
                case Inner():
                    entered = _enter(instruction, text, position, slots, budget)
                    if (entered is None) is not instruction.negated:
                        break
                    if entered is not None:
                        slots = entered[1]
                        position = entered[0] if instruction.moves else position
                case Repeated(number, ignore_case):
                    length = _repeated(text, position, slots, number, ignore_case=ignore_case)
                    if length < 0:
                        break
                    budget.spend_characters(length)
                    position += length
                case _:
                    assert_never(instruction)
    return None


def _enter(inner: Inner, text: str, position: int, slots: Slots, budget: Budget) -> tuple[int, Slots] | None:
    if not inner.behind:
        return run(inner.program, text, position, slots, budget)
    for start in range(position, -1, -1):
        found = run(inner.program, text, start, slots, budget, position)
        if found is not None:
            return found
    return None


def _repeated(text: str, position: int, slots: Slots, number: int, *, ignore_case: bool) -> int:
    """Return the length of the group's text where it stands here again, otherwise -1."""
    begin, finish = (slots[2 * number], slots[2 * number + 1]) if 2 * number + 1 < len(slots) else (-1, -1)
    if begin < 0 or finish < 0:
        return -1
    wanted, found = text[begin:finish], text[position : position + finish - begin]
    same = wanted.lower() == found.lower() if ignore_case else wanted == found
    return finish - begin if same else -1
