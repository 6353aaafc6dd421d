"""Compiles references: what their value is, whether it is true, and what they print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, assert_never

from forestage.vtl.access import (
    LONG,
    body_for_text,
    body_without_arguments,
    call,
    call_with_one,
    from_end,
    pay_for,
    property_of,
    set_index,
    set_property,
)
from forestage.vtl.errors import Thrown
from forestage.vtl.nodes import Escape, Index, Method, Property, Reference
from forestage.vtl.printing import text_of
from forestage.vtl.runtime import DefinedBlock
from forestage.vtl.values import Branch

if TYPE_CHECKING:
    from collections.abc import Callable

    from forestage.vtl.access import PropertyReader
    from forestage.vtl.compilation import Compilation
    from forestage.vtl.methods.table import Body
    from forestage.vtl.nodes import Expression, Step
    from forestage.vtl.runtime import Context, Getter, Out, Renderer, Test

_LONG: Final = 256


def compile_reference(node: Reference, compilation: Compilation) -> Getter:
    """Compile what a reference gives as an operand, an argument, or the right side of ``#set``."""
    if node.runt or node.escape is Escape.BROKEN:
        return lambda _context: None
    return compile_execution(node, compilation)


def compile_truth(node: Reference, compilation: Compilation) -> Test:
    """Compile whether a reference holds as a condition: everything does but false and no value."""
    execute = compile_execution(node, compilation)

    def holds(context: Context) -> bool:
        value = execute(context)
        if value.__class__ is bool:
            return value
        if value.__class__ is DefinedBlock:
            return value.to_text() is not None
        return value is not None

    return holds


def compile_execution(node: Reference, compilation: Compilation) -> Getter:
    """Compile the walk from the root along the steps; in API Gateway it ends at ``""`` where there is no value."""
    root, absent = node.root, None if compilation.plain else ""
    if not node.steps:

        def variable(context: Context) -> object:
            value = context.get(root)
            return absent if value is None else value

        return variable

    if len(node.steps) == 1:
        only = node.steps[0]
        if isinstance(only, Property):
            return _compile_one_property(node, only.name, compilation)
        if isinstance(only, Method) and len(only.arguments) == 1:
            return _compile_one_call(node, only, compilation)
    steps = tuple(_compile_step(step, compilation) for step in node.steps)
    offset, source = node.offset, node.source

    def walk(context: Context) -> object:
        value = context.get(root)
        if value is None:
            return absent
        try:
            for step in steps:
                value = step(context, value)
                if value is None:
                    return absent
        except Thrown as thrown:
            raise compilation.failure(thrown, offset, source, value) from None
        return value

    return walk


def _compile_one_property(node: Reference, name: str, compilation: Compilation) -> Getter:
    """Compile ``$a.b``, the most frequent of all, without a function for its step."""
    root, absent = node.root, None if compilation.plain else ""
    is_entry = name != "class"
    readers: dict[type, PropertyReader | None] = {}

    def one_property(context: Context) -> object:
        value = context.get(root)
        of = value.__class__
        if (value.__class__ is dict or value.__class__ is Branch) and is_entry:
            value = value.get(name)
        elif value is not None:
            try:
                reader = readers[of]
            except KeyError:
                reader = readers[of] = property_of(of, name)
            value = None if reader is None else reader(context.run.budget, value)
        return absent if value is None else value

    return one_property


def variable_of(node: Expression) -> str | None:
    """Return the name of an expression that is a variable and nothing else."""
    if isinstance(node, Reference) and not node.steps and not node.runt and node.escape is not Escape.BROKEN:
        return node.root
    return None


def _compile_one_call(node: Reference, step: Method, compilation: Compilation) -> Getter:
    """Compile ``$a.b(c)``, the next frequent, without a function for its step."""
    root, absent = node.root, None if compilation.plain else ""
    key = step.name, 1
    argument = compilation.value(step.arguments[0], compilation)
    variable = variable_of(step.arguments[0])
    gets_entry = step.name == "get"
    bodies: dict[type, Body | None] = {}

    def one_call(context: Context) -> object:
        value = context.get(root)
        if value is None:
            return absent
        if variable is None:
            given = argument(context)
        else:
            given = context.get(variable)
            if given is None:
                given = absent
        of = value.__class__
        body: Body | None = None
        if given.__class__ is str:
            if gets_entry and value.__class__ is dict:
                value = value.get(given)
                return absent if value is None else value
            try:
                body = bodies[of]
            except KeyError:
                body = bodies[of] = body_for_text(of, key)
        budget = context.run.budget
        try:
            if body is None:
                value = call_with_one(value, key, given, budget)
            else:
                value = body(budget, value, given)
                if value.__class__ is str and len(value) > LONG:
                    pay_for(value, budget)
        except Thrown as thrown:
            raise compilation.failure(thrown, node.offset, node.source, value) from None
        return absent if value is None else value

    return one_call


def _compile_step(step: Step, compilation: Compilation) -> Callable[[Context, object], object]:
    match step:
        case Property(name=name):
            return _compile_property(name)
        case Method():
            return _compile_method(step, compilation)
        case Index(argument=argument):
            return _compile_index(compilation.value(argument, compilation))
        case _:
            assert_never(step)


def _compile_property(name: str) -> Callable[[Context, object], object]:
    is_entry = name != "class"
    readers: dict[type, PropertyReader | None] = {}

    def read_property(context: Context, value: object) -> object:
        if value.__class__ is dict and is_entry:
            return value.get(name)
        of = value.__class__
        try:
            reader = readers[of]
        except KeyError:
            reader = readers[of] = property_of(of, name)
        return None if reader is None else reader(context.run.budget, value)

    return read_property


def _compile_method(step: Method, compilation: Compilation) -> Callable[[Context, object], object]:
    key = step.name, len(step.arguments)
    getters = tuple(compilation.value(argument, compilation) for argument in step.arguments)
    if not getters:
        return _compile_bare_method(step.name)
    if len(getters) == 1:
        getter = getters[0]
        return lambda context, value: call_with_one(value, key, getter(context), context.run.budget)
    return lambda context, value: call(value, key, [get(context) for get in getters], context.run.budget)


def _compile_bare_method(name: str) -> Callable[[Context, object], object]:
    """Compile a method without arguments, which the class of the value alone decides."""
    bodies: dict[type, Body | None] = {}

    def call_bare(context: Context, value: object) -> object:
        of = value.__class__
        try:
            body = bodies[of]
        except KeyError:
            body = bodies[of] = body_without_arguments(of, name)
        if body is None:
            return None
        budget = context.run.budget
        result = body(budget, value)
        for text in (value, result):
            if text.__class__ is str and len(text) > LONG:
                pay_for(text, budget)
        return result

    return call_bare


def _compile_index(getter: Getter) -> Callable[[Context, object], object]:
    key = ("get", 1)

    def read_index(context: Context, value: object) -> object:
        budget = context.run.budget
        return call_with_one(value, key, from_end(value, getter(context), budget), budget)

    return read_index


def compile_print(node: Reference, compilation: Compilation) -> Renderer:
    """Compile what a reference prints as a statement."""
    if node.runt:
        root = node.root
        return lambda _context, out: out(root)
    execute = compile_execution(node, compilation)
    if node.escape is Escape.ESCAPED:
        return _compile_escaped(node, execute)
    before = node.slashes + node.prefix
    before_nothing = node.slashes * 2 + node.prefix
    unset, offset, source = node.unset, node.offset, node.source

    def print_value(value: object, context: Context, out: Out) -> None:
        if value.__class__ is str:
            text: str = value
        elif value.__class__ is int:
            text = str(value)
        elif value is None:
            out(before_nothing + context.literal(unset))
            return
        else:
            try:
                if value.__class__ is DefinedBlock:
                    rendered = value.render(context, out)
                    if not rendered:
                        out(before_nothing + context.literal(unset))
                    return
                text = text_of(value, context.run.budget)
            except Thrown as thrown:
                raise compilation.failure(thrown, offset, source) from None
        if len(text) > _LONG:
            _pay(text, context, node, compilation)
        out(before + text if before else text)

    # Most print a short text: they get by with fewer calls.
    if not node.steps and not before:
        root, absent = node.root, None if compilation.plain else ""

        def print_variable(context: Context, out: Out) -> None:
            value = context.get(root)
            if value.__class__ is str and len(value) <= _LONG:
                out(value)
            else:
                print_value(absent if value is None else value, context, out)

        return print_variable

    def print_reference(context: Context, out: Out) -> None:
        value = execute(context)
        if value.__class__ is str and len(value) <= _LONG and not before:
            out(value)
        else:
            print_value(value, context, out)

    return print_reference


def _pay(text: str, context: Context, node: Reference, compilation: Compilation) -> None:
    try:
        context.run.budget.spend_printed(len(text))
    except Thrown as thrown:
        raise compilation.failure(thrown, node.offset, node.source) from None


def _compile_escaped(node: Reference, execute: Getter) -> Renderer:
    slashes, unset = node.slashes, node.unset

    def print_escaped(context: Context, out: Out) -> None:
        backslash = "\\" if execute(context) is None else ""
        out(slashes + backslash + context.literal(unset))

    return print_escaped


def compile_assignment(node: Reference, compilation: Compilation) -> Callable[[Context, object], None]:
    """Compile giving a value to what a reference leads to; nothing happens where it leads nowhere."""
    if not node.steps:
        target = node.target
        return lambda context, value: context.put(target, value)
    root = node.root
    steps = tuple(_compile_step(step, compilation) for step in node.steps[:-1])
    setter = _compile_setter(node.steps[-1], compilation)

    def assign(context: Context, value: object) -> None:
        owner = context.get(root)
        for step in steps:
            if owner is None:
                return
            owner = step(context, owner)
        if owner is not None:
            setter(context, owner, value)

    return assign


def _compile_setter(step: Step, compilation: Compilation) -> Callable[[Context, object, object], None]:
    if isinstance(step, Index):
        index = compilation.value(step.argument, compilation)
        return lambda context, owner, value: set_index(owner, index(context), value, context.run.budget)
    name = step.name
    return lambda _context, owner, value: set_property(owner, name, value)
