"""What exists while a template is rendered: variables, macros' frames, blocks, and the ways out of a loop."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from forestage.vtl.budget import Budget
from forestage.vtl.values import Rendered

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from forestage.vtl.errors import Position

MACRO_DEPTH_LIMIT: Final = 20
"""How deep macros may call macros; source: ``velocimacro.max.depth`` of Velocity 1.7."""

DEFINE_DEPTH_LIMIT: Final = 2
"""How often a block may stand in itself; source: ``define.directive.maxdepth`` of Velocity 1.7."""

Out: TypeAlias = "Callable[[str], None]"
Renderer: TypeAlias = "Callable[[Context, Out], None]"
Getter: TypeAlias = "Callable[[Context], object]"
Test: TypeAlias = "Callable[[Context], bool]"


class Break(Exception):
    """``#break``: leaves the innermost loop, macro or block; ``scope`` is the loop to leave where one is named."""

    def __init__(self, scope: object = None) -> None:
        super().__init__()
        self.scope = scope


class Stop(Exception):
    """``#stop``: ends the template; what was printed stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something that happened in a rendering without failing it: a loop was cut."""

    message: str
    position: Position


class Run:
    """One rendering: its budget, its depth, and what is to be told about it."""

    __slots__ = ("budget", "macro_depth", "notices")

    def __init__(self, *, step_limit: int, only_trees: bool) -> None:
        self.budget = Budget(step_limit, only_trees=only_trees)
        self.macro_depth = 0
        self.notices: list[Notice] = []


class Context(Protocol):
    """Where variables are looked up and put."""

    @property
    def run(self) -> Run:
        """The rendering that this belongs to."""

    def get(self, name: str, /) -> object:
        """Return a variable; None where it has no value."""

    def put(self, name: str, value: object, /) -> None:
        """Give a variable a value."""

    def remove(self, name: str, /) -> None:
        """Take a variable away."""

    def literal(self, written: str, /) -> str:
        """Return what the caller of the macro wrote for a parameter, or the text itself."""


class Variables(dict[str, object]):  # ruff: ignore[subclass-builtin]
    """The variables of a template; ``get`` is that of a dict, for its speed."""

    __slots__ = ("run",)

    def __init__(self, variables: Mapping[str, object], run: Run) -> None:
        super().__init__(variables)
        self.run = run

    put = dict.__setitem__

    def remove(self, name: str) -> None:
        """Take a variable away."""
        self.pop(name, None)

    def literal(self, written: str) -> str:
        """Return the text itself."""
        return written


class MacroFrame:
    """The variables within a macro: its arguments are evaluated at each use, what it sets is set outside as well."""

    __slots__ = ("_arguments", "_literals", "_local", "_outer", "run")

    def __init__(self, outer: Context) -> None:
        self.run = outer.run
        self._outer = outer
        self._local: dict[str, object] = {}
        self._arguments: dict[str, Getter] = {}
        self._literals: dict[str, str] = {}

    def bind(self, name: str, value: object) -> None:
        """Give a parameter the value of a constant."""
        self._local[name] = value

    def bind_by_name(self, name: str, getter: Getter, written: str) -> None:
        """Give a parameter an expression."""
        self._arguments[name] = getter
        self._literals[f"${name}"] = written

    def get(self, name: str) -> object:
        """Return a variable."""
        value = self._local.get(name)
        if value is not None:
            return value
        argument = self._arguments.get(name)
        return self._outer.get(name) if argument is None else argument(self._outer)

    def put(self, name: str, value: object) -> None:
        """Set a variable, here and outside."""
        self._local[name] = value
        self._outer.put(name, value)

    def remove(self, name: str) -> None:
        """Take a variable away, and the argument of this name."""
        self._local.pop(name, None)
        self._arguments.pop(name, None)
        self._outer.remove(name)

    def literal(self, written: str) -> str:
        """Return what the caller wrote for a parameter."""
        return self._literals.get(written) or self._outer.literal(written)


class NullElement:
    """The variables in a turn of a loop whose element is null: its variable has no value, whatever is outside."""

    __slots__ = ("_name", "_outer", "run")

    def __init__(self, outer: Context, name: str) -> None:
        self.run = outer.run
        self._outer = outer
        self._name = name

    def get(self, name: str) -> object:
        """Return a variable."""
        return None if name == self._name else self._outer.get(name)

    def put(self, name: str, value: object) -> None:
        """Set a variable."""
        self._outer.put(name, value)

    def remove(self, name: str) -> None:
        """Take a variable away."""
        self._outer.remove(name)

    def literal(self, written: str) -> str:
        """Return what the caller of a macro wrote for a parameter."""
        return self._outer.literal(written)


class DefinedBlock(Rendered):
    """What ``#define`` and the body of a macro call make: rendered at each use, with the variables of then."""

    __slots__ = ("_body", "_context", "_depth", "_limit", "_weight")

    def __init__(self, body: Renderer, context: Context, *, limit: int, weight: int) -> None:
        self._body = body
        self._context = context
        self._limit = limit
        self._weight = weight
        self._depth = 0

    def render(self, context: Context, out: Out) -> bool:
        """Render the block; tell whether it was: it is not, more deeply within itself than it may be."""
        if self._depth >= self._limit:
            return False
        context.run.budget.spend(self._weight)
        self._depth += 1
        try:
            self._body(context, out)
        except Break as signal:
            if signal.scope is not None:
                raise
        finally:
            self._depth -= 1
        return True

    def to_text(self) -> str | None:
        """Render the block with the variables of where it was defined; None where it was not rendered."""
        parts: list[str] = []
        return "".join(parts) if self.render(self._context, parts.append) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """A macro that can be called."""

    parameters: tuple[str, ...]
    body: Renderer
    weight: int
