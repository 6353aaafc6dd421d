"""How many steps a piece of a template is worth, each time it is rendered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.vtl.nodes import (
    Binary,
    Expression,
    Foreach,
    If,
    Index,
    ListLiteral,
    MacroCall,
    MapLiteral,
    Method,
    Not,
    RangeLiteral,
    Reference,
    Set,
    Statement,
    StringLiteral,
)

if TYPE_CHECKING:
    from forestage.vtl.nodes import Block, Step

_CHARACTERS_A_STEP: Final = 16


def weigh(block: Block) -> int:
    """Count the nodes of a block; those of a loop or a macro within it are paid for where they are rendered."""
    return 1 + sum(map(_statement, block))


def _statement(statement: Statement) -> int:
    match statement:
        case Expression():
            return _expression(statement)
        case Set(target=target, value=value):
            return _expression(target) + _expression(value)
        case If(branches=branches, otherwise=otherwise):
            return weigh(otherwise) + sum(_expression(condition) + weigh(block) for condition, block in branches)
        case Foreach(source=source):
            return 1 if source is None else 1 + _expression(source)
        case MacroCall(arguments=arguments):
            return 1 + len(arguments)
        case _:
            return 1


def _expression(expression: Expression) -> int:
    match expression:
        case Reference(steps=steps):
            return 1 + sum(map(_step, steps))
        case Binary():
            return _chain(expression)
        case Not(operand=operand):
            return 1 + _expression(operand)
        case ListLiteral(items=items):
            return 1 + sum(map(_expression, items))
        case MapLiteral(entries=entries):
            return 1 + sum(_expression(key) + _expression(value) for key, value in entries)
        case RangeLiteral(first=first, last=last):
            return _expression(first) + _expression(last)
        case StringLiteral(text=text, interpolated=True):
            return 1 + len(text) // _CHARACTERS_A_STEP
        case _:
            return 1


def _chain(expression: Expression) -> int:
    # The operands of a chain hang upon each other from left to right, however many there are.
    steps = 1
    while isinstance(expression, Binary):
        steps += 1 + _expression(expression.right)
        expression = expression.left
    return steps + _expression(expression)


def _step(step: Step) -> int:
    match step:
        case Method(arguments=arguments):
            return 1 + sum(map(_expression, arguments))
        case Index(argument=argument):
            return 1 + _expression(argument)
        case _:
            return 1
