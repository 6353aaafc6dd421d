"""Advice about a template: what API Gateway does without a word, and its author hardly meant.

Rule ids are permanent. Source: spec/vtl.md sections 2, 3 and 7.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from forestage.vtl.compilation import to_syntax_error
from forestage.vtl.errors import Position
from forestage.vtl.grammar import SyntaxFault
from forestage.vtl.input import INPUT_METHODS
from forestage.vtl.nodes import (
    Binary,
    BooleanLiteral,
    Define,
    Foreach,
    If,
    Index,
    ListLiteral,
    MacroCall,
    MacroDefinition,
    MapLiteral,
    Method,
    Not,
    Operator,
    Property,
    Reference,
    Set,
    StringLiteral,
)
from forestage.vtl.parser import parse
from forestage.vtl.util import UTIL_METHODS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.vtl.nodes import Block, Expression, Statement

_OBJECTS: Final = {
    "util": frozenset(name for name, _ in UTIL_METHODS.table),
    "input": frozenset(name for name, _ in INPUT_METHODS.table),
}
_HYPHEN: Final = re.compile(r"-(?:[0-9]|-*$)")
_MISSPELT: Final = {"elsif": "elseif", "elif": "elseif", "endif": "end", "endfor": "end", "for": "foreach"}
_DIRECTIVES: Final = frozenset({"if", "elseif", "else", "end", "set", "foreach", "macro", "define", "break", "stop"})
# What gives a Boolean, so that it may stand alone as a condition.
_QUESTIONS: Final = re.compile(
    r"(?:is|has|contains|starts|ends|equals|matches|regionMatches|add|remove|parseBoolean).*"
)
_QUESTION_PROPERTIES: Final = frozenset({"first", "last", "hasNext", "empty", "blank"})
_JUNCTIONS: Final = frozenset({Operator.AND, Operator.OR})
_CALCULATIONS: Final = frozenset(
    {
        Operator.ADD,
        Operator.SUBTRACT,
        Operator.MULTIPLY,
        Operator.DIVIDE,
        Operator.MODULO,
    }
)
_OVERRIDES: Final = frozenset({"requestOverride", "responseOverride"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """One thing to look at; ``rule`` is its permanent id."""

    rule: str
    message: str
    position: Position


def lint_template(text: str, *, name: str) -> tuple[Advice, ...]:
    """Look through a template, from its beginning to its end.

    Raises:
        TemplateSyntaxError: the text is no template.
    """
    try:
        linter = _Linter(text)
        linter.block(parse(text).statements)
    except SyntaxFault as fault:
        raise to_syntax_error(fault, text=text, name=name) from None
    return tuple(linter.advice)


class _Linter:
    def __init__(self, text: str) -> None:
        self.advice: list[Advice] = []
        self._text = text
        self._booleans: set[str] = set()
        self._bodies: set[str] = set()

    def _say(self, rule: str, offset: int, message: str) -> None:
        self.advice.append(Advice(rule=rule, message=message, position=Position.of(self._text, offset)))

    def block(self, statements: Block) -> None:
        overridden: set[str] = set()
        for statement in statements:
            self._statement(statement)
            if isinstance(statement, Set):
                self._override(statement, overridden)

    def _statement(self, statement: Statement) -> None:
        match statement:
            case Reference():
                self._printed(statement)
                self._expression(statement)
            case Set(target=target, value=value):
                self._expression(target)
                self._expression(value)
                self._remember(target, value)
            case If(branches=branches, otherwise=otherwise):
                for condition, then in branches:
                    self._condition(condition)
                    self.block(then)
                self.block(otherwise)
            case Foreach(source=source, body=body):
                if source is not None:
                    self._expression(source)
                self.block(body)
            case MacroCall():
                self._call(statement)
            case MacroDefinition(body=body) | Define(body=body):
                self.block(body)
            case _:
                pass

    def _remember(self, target: Reference, value: Expression) -> None:
        if target.steps:
            return
        self._bodies.discard(target.root)
        if _is_boolean(value):
            self._booleans.add(target.root)
        elif isinstance(value, Reference) and _is_whole_body(value):
            self._bodies.add(target.root)

    def _override(self, statement: Set, overridden: set[str]) -> None:
        path = _override_path(statement.target)
        if path in overridden:
            self._say(
                "override-set-twice",
                statement.offset,
                f"{path} is set a second time; API Gateway then answers with an error: collect the value in a variable",
            )
        if path:
            overridden.add(path)

    def _printed(self, reference: Reference) -> None:
        if _is_whole_body(reference) or (not reference.steps and reference.root in self._bodies):
            self._say(
                "object-printed",
                reference.offset,
                f"{reference.source} prints an object as {{a=1}}, which is no JSON; $input.json('$') prints JSON",
            )

    def _call(self, call: MacroCall) -> None:
        for argument in call.arguments:
            self._expression(argument)
        if call.body is not None:
            self.block(call.body)
        meant = _MISSPELT.get(call.name.lower(), call.name.lower())
        if meant in _DIRECTIVES and call.name not in _DIRECTIVES:
            self._say("misspelt-directive", call.offset, f"#{call.name} is printed as text; the directive is #{meant}")

    # Conditions

    def _condition(self, condition: Expression) -> None:
        operands = [condition]
        while operands:
            operand = operands.pop()
            match operand:
                case Binary(operator=operator, left=left, right=right) if operator in _JUNCTIONS:
                    operands += [right, left]
                case Not(operand=negated):
                    operands.append(negated)
                case _:
                    self._operand(operand)
        self._expression(condition)

    def _operand(self, operand: Expression) -> None:
        if isinstance(operand, Reference):
            if not self._is_question(operand):
                self._say(
                    "condition-without-value",
                    operand.offset,
                    f"{operand.source} holds also where it has no value: only the Boolean false does not;"
                    f" compare it, {operand.source} != ''",
                )
        elif not _is_boolean(operand):
            self._say(
                "condition-never-true",
                operand.offset,
                f"{operand.source.strip()} never holds: a bare literal or a calculation is never true",
            )

    def _is_question(self, reference: Reference) -> bool:
        if not reference.steps:
            return reference.root in self._booleans
        match reference.steps[-1]:
            case Method(name=name):
                return _QUESTIONS.fullmatch(name) is not None
            case Property(name=name):
                return name in _QUESTION_PROPERTIES
            case _:
                return False

    # Expressions

    def _expression(self, expression: Expression) -> None:
        pending = [expression]
        while pending:
            part = pending.pop()
            if isinstance(part, Reference):
                self._reference(part)
            elif isinstance(part, StringLiteral) and part.interpolated:
                self.block(parse(f"{part.text} ", base=part.offset + 1).statements)
            pending += reversed(list(_operands(part)))

    def _reference(self, reference: Reference) -> None:
        names = [reference.root, *(step.name for step in reference.steps if not isinstance(step, Index))]
        for name in names:
            if _HYPHEN.search(name):
                self._say(
                    "hyphen-in-name",
                    reference.offset,
                    f"a hyphen belongs to a name, so that {reference.source} reads {name!r}; write ${{name}}-",
                )
        methods = _OBJECTS.get(reference.root)
        first = reference.steps[0] if reference.steps else None
        if methods is not None and isinstance(first, Method) and first.name not in methods:
            self._say(
                "unknown-method", reference.offset, f"${reference.root} has no method {first.name}, and prints nothing"
            )


def _operands(expression: Expression) -> Iterator[Expression]:
    match expression:
        case Reference(steps=steps):
            for step in steps:
                if isinstance(step, Method):
                    yield from step.arguments
                elif isinstance(step, Index):
                    yield step.argument
        case Binary(left=left, right=right):
            yield left
            yield right
        case Not(operand=operand):
            yield operand
        case ListLiteral(items=items):
            yield from items
        case MapLiteral(entries=entries):
            for key, value in entries:
                yield key
                yield value
        case _:
            return


def _is_boolean(value: Expression) -> bool:
    if isinstance(value, Binary):
        return value.operator not in _CALCULATIONS
    return isinstance(value, BooleanLiteral | Not)


def _is_whole_body(reference: Reference) -> bool:
    match reference.steps:
        case (Method(name="path", arguments=(StringLiteral(text="$"),)),):
            return reference.root == "input"
        case _:
            return False


def _override_path(target: Reference) -> str:
    """Write a target as ``$context.requestOverride.header.x``; empty where it is none that can be known."""
    names = [_step_name(step) for step in target.steps]
    if target.root != "context" or len(names) < 2 or names[0] not in _OVERRIDES or "" in names:  # ruff: ignore[magic-value-comparison]
        return ""
    return ".".join(["$context", *names])


def _step_name(step: Property | Method | Index) -> str:
    if isinstance(step, Property):
        return step.name
    if isinstance(step, Index) and isinstance(step.argument, StringLiteral) and not step.argument.interpolated:
        return step.argument.text
    return ""
