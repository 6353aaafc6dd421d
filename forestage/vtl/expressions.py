"""Compiles expressions: their value, and whether they hold as a condition.

A bare literal, a list or a sum never holds, whatever its value is; so it is in Velocity 1.7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.vtl import arithmetic
from forestage.vtl.comparing import loosely_equal, order
from forestage.vtl.errors import Thrown, ThrownLimit
from forestage.vtl.grammar import SyntaxFault
from forestage.vtl.nodes import (
    Binary,
    BooleanLiteral,
    ListLiteral,
    MapLiteral,
    Not,
    NumberLiteral,
    Operator,
    RangeLiteral,
    Reference,
    StringLiteral,
    Text,
)
from forestage.vtl.parser import parse
from forestage.vtl.printing import text_of
from forestage.vtl.references import compile_reference, compile_truth
from forestage.vtl.values import SIZE_LIMIT, JavaList, Rendered, checked_text, is_number, key_of, put

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Set as AbstractSet

    from forestage.vtl.arithmetic import Number
    from forestage.vtl.budget import Budget
    from forestage.vtl.compilation import Compilation
    from forestage.vtl.nodes import Expression
    from forestage.vtl.runtime import Context, Getter, Test

    Calculation = Callable[[Number, Number], Number | None]

_RANGE_STEPS: Final = 8


def compile_value(node: Expression, compilation: Compilation) -> Getter:
    """Compile the value of an expression."""
    match node:
        case Reference():
            return compile_reference(node, compilation)
        case StringLiteral(interpolated=True):
            return _compile_interpolation(node, compilation)
        case StringLiteral(text=text):
            return lambda _context: text
        case NumberLiteral(value=number):
            return lambda _context: number
        case BooleanLiteral(value=truth):
            return lambda _context: truth
        case ListLiteral(items=items):
            return _compile_list(items, compilation)
        case MapLiteral(entries=entries):
            return _compile_map(entries, compilation)
        case RangeLiteral():
            return _compile_range(node, compilation)
        case Binary(operator=operator) if operator in _CALCULATIONS:
            return _compile_calculation(node, compilation)
        case Binary() | Not():
            return compile_test(node, compilation)
        case _:
            # A bare word, which is no value.
            return lambda _context: None


def compile_test(node: Expression, compilation: Compilation) -> Test:
    """Compile whether an expression holds as a condition."""
    match node:
        case Reference():
            return compile_truth(node, compilation)
        case BooleanLiteral(value=truth):
            return lambda _context: truth
        case Not(operand=operand):
            holds = compile_test(operand, compilation)
            return lambda context: not holds(context)
        case Binary(operator=Operator.AND | Operator.OR):
            return _compile_junction(node, compilation)
        case Binary(operator=operator) if operator not in _CALCULATIONS:
            return _compile_comparison(node, compilation)
        case _:
            # What is no condition is not evaluated, but it must be right.
            compile_value(node, compilation)
            return lambda _context: False


def _compile_comparison(node: Binary, compilation: Compilation) -> Test:
    left, right = compile_value(node.left, compilation), compile_value(node.right, compilation)
    if node.operator in {Operator.EQUAL, Operator.NOT_EQUAL}:
        expected = node.operator is Operator.EQUAL

        def equal(context: Context) -> bool:
            try:
                return loosely_equal(left(context), right(context), context.run.budget) is expected
            except Thrown as thrown:
                raise compilation.failure(thrown, node.offset, node.source) from None

        return equal
    signs = _SIGNS[node.operator]
    return lambda context: order(left(context), right(context)) in signs


_SIGNS: Final = {
    Operator.LESS: frozenset({-1}),
    Operator.LESS_EQUAL: frozenset({-1, 0}),
    Operator.GREATER: frozenset({1}),
    Operator.GREATER_EQUAL: frozenset({0, 1}),
}
_CALCULATIONS: Final[dict[Operator, Calculation]] = {
    Operator.ADD: arithmetic.add,
    Operator.SUBTRACT: arithmetic.subtract,
    Operator.MULTIPLY: arithmetic.multiply,
    Operator.DIVIDE: arithmetic.divide,
    Operator.MODULO: arithmetic.modulo,
}


def _operands(node: Binary, operators: AbstractSet[Operator]) -> tuple[Expression, list[Binary]]:
    """Return the first operand of a chain and the nodes upon it, so that a long chain is no deep recursion."""
    chain = [node]
    while isinstance(chain[-1].left, Binary) and chain[-1].left.operator in operators:
        chain.append(chain[-1].left)
    return chain[-1].left, chain[::-1]


def _compile_junction(node: Binary, compilation: Compilation) -> Test:
    first, chain = _operands(node, {node.operator})
    tests = tuple(compile_test(each, compilation) for each in (first, *(link.right for link in chain)))
    if len(tests) == 2:  # ruff: ignore[magic-value-comparison]  (most have two operands, and need no loop)
        left, right = tests
        if node.operator is Operator.AND:
            return lambda context: left(context) and right(context)
        return lambda context: left(context) or right(context)
    if node.operator is Operator.AND:
        return lambda context: all(test(context) for test in tests)
    return lambda context: any(test(context) for test in tests)


def _compile_calculation(node: Binary, compilation: Compilation) -> Getter:
    first, chain = _operands(node, _CALCULATIONS.keys())
    first_value = compile_value(first, compilation)
    links = tuple((link, _CALCULATIONS[link.operator], compile_value(link.right, compilation)) for link in chain)

    def value(context: Context) -> object:
        total = first_value(context)
        for link, calculation, right_value in links:
            try:
                total = _calculate(link, calculation, total, right_value(context), context.run.budget)
            except Thrown as thrown:
                raise compilation.failure(thrown, link.offset, link.source) from None
        return total

    return value


def _calculate(node: Binary, calculation: Calculation, left: object, right: object, budget: Budget) -> object:
    if calculation is arithmetic.add and (left.__class__ is str or right.__class__ is str):
        return checked_text(_joined(node.left, left, budget) + _joined(node.right, right, budget))
    if is_number(left) and is_number(right):
        return calculation(left, right)  # type: ignore[arg-type]  # both are numbers
    return None


def _joined(operand: Expression, value: object, budget: Budget) -> str:
    """Return the text of an operand beside a string; one without a value is as it is written."""
    if value is None:
        return operand.source
    if not isinstance(value, Rendered):
        return text_of(value, budget)
    text = value.to_text()
    if text is None:
        raise Thrown("a block that stands in itself has no text there (NullPointerException)")
    return text


def _compile_list(items: tuple[Expression, ...], compilation: Compilation) -> Getter:
    getters = tuple(compile_value(item, compilation) for item in items)

    def make_list(context: Context) -> JavaList:
        context.run.budget.spend(1)
        return JavaList([get(context) for get in getters])

    return make_list


def _compile_map(entries: tuple[tuple[Expression, Expression], ...], compilation: Compilation) -> Getter:
    getters = tuple((compile_value(key, compilation), compile_value(value, compilation)) for key, value in entries)

    def make_map(context: Context) -> dict[object, object]:
        context.run.budget.spend(1)
        made: dict[object, object] = {}
        for key, value in getters:
            put(made, key_of(key(context)), value(context))
        return made

    return make_map


def _compile_range(node: RangeLiteral, compilation: Compilation) -> Getter:
    first_value, last_value = compile_value(node.first, compilation), compile_value(node.last, compilation)

    def make_range(context: Context) -> JavaList | None:
        first, last = first_value(context), last_value(context)
        if not is_number(first) or not is_number(last):
            return None
        begin, end = arithmetic.wrap(first, 32), arithmetic.wrap(last, 32)  # type: ignore[arg-type]  # both are numbers
        size = abs(begin - end) + 1
        try:
            if size > SIZE_LIMIT:
                raise ThrownLimit(f"a range of {size} elements, {SIZE_LIMIT} are allowed")
            context.run.budget.spend(1 + size // _RANGE_STEPS)
        except Thrown as thrown:
            raise compilation.failure(thrown, node.offset, node.source) from None
        return JavaList(range(begin, end + 1) if begin < end else range(begin, end - 1, -1))

    return make_range


def _compile_interpolation(node: StringLiteral, compilation: Compilation) -> Getter:
    """Compile a string with references in it: a template of its own, with a blank behind it that is dropped again."""
    has_comment = "##" in node.text
    try:
        tree = parse(
            node.text if has_comment else f"{node.text} ", base=node.offset + 1, macro_names=compilation.macro_names
        )
    except SyntaxFault as fault:
        raise compilation.syntax_error(fault) from None
    statements = tree.statements
    dropped = not has_comment
    last = statements[-1] if statements else None
    if dropped and isinstance(last, Text) and last.text.endswith(" "):
        shortened = Text(offset=last.offset, source=last.source, text=last.text[:-1])
        statements = (*statements[:-1], *((shortened,) if shortened.text else ()))
        dropped = False
    render = compilation.block(statements, compilation)
    offset, source = node.offset, node.source

    def interpolate(context: Context) -> str:
        parts: list[str] = []
        try:
            context.run.budget.spend(1)
            render(context, parts.append)
            text = checked_text("".join(parts))
        except Thrown as thrown:
            raise compilation.failure(thrown, offset, source) from None
        return text[:-1] if dropped else text

    return interpolate
