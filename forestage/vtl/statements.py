"""Compiles statements: text, ``#set``, ``#if``, ``#foreach``, macros and blocks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from forestage.vtl.errors import LimitError, MethodError, TemplateSyntaxError, Thrown, UnavailableError
from forestage.vtl.expressions import compile_test, compile_value
from forestage.vtl.nodes import (
    BooleanLiteral,
    Define,
    Foreach,
    If,
    MacroCall,
    MacroDefinition,
    NumberLiteral,
    Reference,
    Set,
    Text,
    Unavailable,
    Word,
)
from forestage.vtl.nodes import (
    Break as BreakStatement,
)
from forestage.vtl.nodes import (
    Stop as StopStatement,
)
from forestage.vtl.references import compile_assignment, compile_execution, compile_print
from forestage.vtl.runtime import (
    DEFINE_DEPTH_LIMIT,
    MACRO_DEPTH_LIMIT,
    Break,
    DefinedBlock,
    Macro,
    MacroFrame,
    Notice,
    NullElement,
    Stop,
)
from forestage.vtl.values import Loop, turns
from forestage.vtl.weights import weigh

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from forestage.vtl.compilation import Compilation
    from forestage.vtl.nodes import Active, Block, Expression
    from forestage.vtl.runtime import Context, Getter, Out, Renderer

LOOP_LIMIT: Final = 1_000
"""Turns of one ``#foreach``; source: API Gateway developer guide, "Amazon API Gateway important notes"."""


def compile_block(statements: Block, compilation: Compilation) -> Renderer:
    """Compile statements, one after the other."""
    parts: list[str | Renderer] = []
    for statement in statements:
        if not isinstance(statement, Text):
            parts.append(_compile(statement, compilation))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += statement.text
        else:
            parts.append(statement.text)
    if not parts:
        return lambda _context, _out: None
    if len(parts) == 1:
        only = parts[0]
        return (lambda _context, out: out(only)) if isinstance(only, str) else only
    return _compile_sequence(parts)


def _compile_sequence(parts: Sequence[str | Renderer]) -> Renderer:
    """Compile texts and what stands between them: pairs of a text and what follows it, and the text at the end."""
    pairs: list[tuple[str, Renderer]] = []
    text = ""
    for part in parts:
        if isinstance(part, str):
            text = part
        else:
            pairs.append((text, part))
            text = ""
    sequence, end = tuple(pairs), text

    def render(context: Context, out: Out) -> None:
        for before, part in sequence:
            if before:
                out(before)
            part(context, out)
        if end:
            out(end)

    return render


def _compile(statement: Active, compilation: Compilation) -> Renderer:
    match statement:
        case Reference():
            return compile_print(statement, compilation)
        case Set():
            return _compile_set(statement, compilation)
        case If():
            return _compile_if(statement, compilation)
        case Foreach():
            return _compile_foreach(statement, compilation)
        case MacroDefinition():
            return _compile_macro(statement, compilation)
        case MacroCall():
            return _compile_call(statement, compilation)
        case Define():
            return _compile_define(statement, compilation)
        case BreakStatement():
            return _compile_break(statement, compilation)
        case StopStatement():
            return _compile_stop(statement, compilation)
        case Unavailable():
            return _compile_unavailable(statement, compilation)
        case _:
            assert_never(statement)


def _compile_set(node: Set, compilation: Compilation) -> Renderer:
    value = compile_value(node.value, compilation)
    assign = compile_assignment(node.target, compilation)
    offset, source = node.offset, node.source
    if not node.target.steps:
        target = node.target.target

        def set_variable(context: Context, _out: Out) -> None:
            new = value(context)
            if new is not None:
                context.put(target, new)

        return set_variable

    def set_part(context: Context, _out: Out) -> None:
        new = value(context)
        if new is not None:
            try:
                assign(context, new)
            except Thrown as thrown:
                raise compilation.failure(thrown, offset, source) from None

    return set_part


def _compile_if(node: If, compilation: Compilation) -> Renderer:
    branches = tuple(
        (compile_test(condition, compilation), compile_block(block, compilation)) for condition, block in node.branches
    )
    otherwise = compile_block(node.otherwise, compilation)
    if len(branches) == 1:
        holds, then = branches[0]
        return lambda context, out: then(context, out) if holds(context) else otherwise(context, out)

    def render(context: Context, out: Out) -> None:
        for holds, then in branches:
            if holds(context):
                then(context, out)
                return
        otherwise(context, out)

    return render


def _compile_foreach(node: Foreach, compilation: Compilation) -> Renderer:
    if node.source is None:
        compile_block(node.body, compilation)
        return lambda _context, _out: None
    source = compile_value(node.source, compilation)
    body = compile_block(node.body, compilation)
    name, weight, offset = node.element, weigh(node.body), node.offset
    last = None if compilation.plain else LOOP_LIMIT - 1
    counts_turns = compilation.counts_turns
    set_aside = (name, "velocityCount", "velocityHasNext") if counts_turns else (name,)

    def loop(context: Context, out: Out) -> None:
        budget, put = context.run.budget, context.put
        turn = Loop(context.get("foreach"))
        try:
            elements = turns(source(context), turn, budget)
        except Thrown as thrown:
            raise compilation.failure(thrown, offset, "#foreach") from None
        if elements is None:
            return
        saved = [(kept, context.get(kept)) for kept in set_aside]
        put("foreach", turn)
        try:
            for element in elements:
                budget.steps -= weight
                if budget.steps < 0:
                    budget.spend(0)
                if counts_turns:
                    put("velocityCount", turn.index + 1)
                    put("velocityHasNext", turn.has_next)
                put(name, element)
                body(context if element is not None else NullElement(context, name), out)
                if turn.index == last and turn.has_next:
                    _notice_cut(context, node, compilation)
                    break
        except Break as signal:
            if signal.scope is not None and signal.scope is not turn:
                raise
        except Thrown as thrown:
            raise compilation.failure(thrown, offset, "#foreach") from None
        for kept, value in saved:
            _restore(context, kept, value)
        _leave(context)

    return loop


def _notice_cut(context: Context, node: Foreach, compilation: Compilation) -> None:
    context.run.notices.append(
        Notice(
            message=f"#foreach ended after {LOOP_LIMIT} turns, which is all that API Gateway takes; elements were left",
            position=compilation.position(node.offset),
        )
    )


def _restore(context: Context, name: str, value: object) -> None:
    if value is None:
        context.remove(name)
    else:
        context.put(name, value)


def _leave(context: Context) -> None:
    """Give ``$foreach`` back to the loop around, unless the template made something else of it."""
    turn = context.get("foreach")
    if isinstance(turn, Loop):
        _restore(context, "foreach", turn.parent if turn.parent is not None else turn.replaced)


def _located(render: Renderer, offset: int, source: str, compilation: Compilation) -> Renderer:
    def located(context: Context, out: Out) -> None:
        try:
            render(context, out)
        except Thrown as thrown:
            raise compilation.failure(thrown, offset, source) from None

    return located


# Macros and blocks


def _compile_macro(node: MacroDefinition, compilation: Compilation) -> Renderer:
    body = compile_block(node.body, compilation)
    # Of two macros with one name the first stays.
    compilation.macros.setdefault(node.name, Macro(parameters=node.parameters, body=body, weight=weigh(node.body)))
    return lambda _context, _out: None


def _compile_call(node: MacroCall, compilation: Compilation) -> Renderer:
    arguments = tuple(_compile_argument(argument, compilation) for argument in node.arguments)
    content = None if node.body is None else compile_block(node.body, compilation)
    content_weight = 0 if node.body is None else weigh(node.body)
    macros, name, source = compilation.macros, node.name, node.source
    position = node.offset
    word = next((argument for argument in node.arguments if isinstance(argument, Word)), None)

    def call_macro(context: Context, out: Out) -> None:
        macro = macros.get(name)
        if macro is None:
            out(source)
            return
        if word is not None:
            raise TemplateSyntaxError(
                f"#{name} takes no bare word, found {word.word!r}",
                template=compilation.name,
                position=compilation.position(word.offset),
                offending=word.word,
            )
        run = context.run
        if run.macro_depth == MACRO_DEPTH_LIMIT:
            raise LimitError(
                f"#{name} is called more than {MACRO_DEPTH_LIMIT} macros deep",
                template=compilation.name,
                position=compilation.position(position),
                offending=source,
            )
        frame = MacroFrame(context)
        for parameter, bind in zip(macro.parameters, arguments, strict=False):
            bind(frame, parameter, context)
        if content is not None:
            frame.bind("bodyContent", DefinedBlock(content, context, limit=MACRO_DEPTH_LIMIT, weight=content_weight))
        run.budget.spend(macro.weight)
        run.macro_depth += 1
        try:
            macro.body(frame, out)
        except Break as signal:
            if signal.scope is not None:
                raise
        run.macro_depth -= 1

    return _located(call_macro, position, source, compilation)


def _compile_argument(node: Expression, compilation: Compilation) -> Callable[[MacroFrame, str, Context], None]:
    """Compile how an argument gets into a macro.

    A number or a truth by its value, anything else to be evaluated at each use.
    """
    if isinstance(node, NumberLiteral | BooleanLiteral | Word):
        value = compile_value(node, compilation)
        return lambda frame, parameter, context: frame.bind(parameter, value(context))
    getter = _compile_by_name(node, compilation)
    written = node.source
    return lambda frame, parameter, _context: frame.bind_by_name(parameter, getter, written)


def _compile_by_name(node: Expression, compilation: Compilation) -> Getter:
    if not isinstance(node, Reference):
        return compile_value(node, compilation)
    if node.steps:
        return compile_execution(node, compilation)
    root = node.root
    return lambda context: context.get(root)


def _compile_define(node: Define, compilation: Compilation) -> Renderer:
    body = compile_block(node.body, compilation)
    name, weight = node.name, weigh(node.body)
    return lambda context, _out: context.put(name, DefinedBlock(body, context, limit=DEFINE_DEPTH_LIMIT, weight=weight))


# Ways out


def _compile_break(node: BreakStatement, compilation: Compilation) -> Renderer:
    scope = None if node.scope is None else compile_value(node.scope, compilation)

    def leave(context: Context, _out: Out) -> None:
        left = None if scope is None else scope(context)
        if scope is not None and not isinstance(left, Loop):
            raise MethodError(
                "#break takes nothing but $foreach",
                template=compilation.name,
                position=compilation.position(node.offset),
                offending=node.source,
            )
        raise Break(left)

    return leave


def _compile_stop(node: StopStatement, compilation: Compilation) -> Renderer:
    message = None if node.message is None else compile_value(node.message, compilation)

    def stop(context: Context, _out: Out) -> None:
        if message is not None:
            message(context)
        raise Stop

    return stop


def _compile_unavailable(node: Unavailable, compilation: Compilation) -> Renderer:
    def refuse(_context: Context, _out: Out) -> None:
        raise UnavailableError(
            f"#{node.name} is not available in mapping templates",
            template=compilation.name,
            position=compilation.position(node.offset),
            offending=node.source,
        )

    return refuse
