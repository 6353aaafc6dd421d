"""A mapping template: parsed and compiled once, rendered many times."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, Final

import msgspec

from forestage.vtl.budget import STEP_LIMIT
from forestage.vtl.compilation import Compilation, to_syntax_error
from forestage.vtl.context import (
    REQUEST_OVERRIDE,
    RESPONSE_OVERRIDE,
    has_overrides,
    make_context,
    names_in,
    override_of,
    untouched,
)
from forestage.vtl.errors import LimitError, TemplateSyntaxError, Thrown
from forestage.vtl.expressions import compile_value
from forestage.vtl.grammar import SyntaxFault
from forestage.vtl.input import Input
from forestage.vtl.parser import parse
from forestage.vtl.runtime import Break, Run, Stop, Variables
from forestage.vtl.statements import compile_block
from forestage.vtl.utf16 import encodable
from forestage.vtl.util import Util
from forestage.vtl.values import LENGTH_LIMIT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Json
    from forestage.vtl.runtime import Notice, Renderer
    from forestage.vtl.values import Branch

TEMPLATE_BYTES_LIMIT: Final = 300 * 1024
"""Source: Amazon API Gateway quotas, "Size of a mapping template"."""


class Profile(Enum):
    """Which Velocity a template is rendered by."""

    API_GATEWAY = "apigw"
    """Velocity 1.7 with API Gateway's objects, where a reference without a value is the empty string."""

    PLAIN = "plain"
    """Velocity 1.7 as it comes, where such a reference prints itself; the scope's variables are all there is."""


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """What a template can see.

    ``body`` is the payload as text. ``path``, ``querystring`` and ``header`` are the parameters of the method
    request, of several values the last. ``context`` is ``$context``, without the overrides; ``request_override`` and
    ``response_override`` are what an earlier template of the same request has set. ``variables`` are further
    variables, for tools and tests. A rendering changes nothing in it.
    """

    body: str = ""
    path: Mapping[str, str] = msgspec.field(default_factory=dict)
    querystring: Mapping[str, str] = msgspec.field(default_factory=dict)
    header: Mapping[str, str] = msgspec.field(default_factory=dict)
    stage_variables: Mapping[str, str] = msgspec.field(default_factory=dict)
    context: Mapping[str, Json] = msgspec.field(default_factory=dict)
    request_override: Mapping[str, Json] = msgspec.field(default_factory=dict)
    response_override: Mapping[str, Json] = msgspec.field(default_factory=dict)
    variables: Mapping[str, object] = msgspec.field(default_factory=dict)


class Rendering(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a template.

    The overrides are as they stand after it, those of the scope included: ``{"path": {}, "querystring": {}, "header":
    {"x": "1"}}`` and ``{"header": {}, "status": 404}``. A value may be of any JSON type; a list is a header of
    several values.
    """

    text: str
    request_override: Mapping[str, Json] = msgspec.field(default_factory=dict)
    response_override: Mapping[str, Json] = msgspec.field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A compiled template.

    ``constant`` is the text it always renders, where it has neither references nor directives; None otherwise.
    """

    scope: ClassVar[type[Scope]] = Scope
    """What a rendering takes; whoever must not import this package at its start has the class from here."""

    name: str
    text: str
    constant: str | None
    profile: Profile
    _render: Renderer = field(repr=False, compare=False)
    _only_trees: bool = field(repr=False)
    _asks_for: frozenset[str] = field(repr=False)
    _context_names: frozenset[str] | None = field(repr=False)

    @property
    def may_override(self) -> bool:
        """Tell whether a rendering may change overrides; if not, those of the scope stand."""
        return "context" in self._asks_for and has_overrides(self._context_names)

    @property
    def reads_params(self) -> bool:
        """Tell whether a rendering may ask for parameters of the request."""
        return "params" in self._asks_for

    def render(self, scope: Scope, *, step_limit: int = STEP_LIMIT) -> Rendering:
        """Render the template; it may take so many steps, each about a node of the template or an element looked at.

        Raises:
            MethodError: a Java call throws, or a bound is reached.
            InputError: the template reads the body, which begins like JSON and is none.
        """
        if self.constant is not None:
            return _rendering(self.constant, scope)
        run = Run(step_limit=step_limit, only_trees=self._only_trees)
        variables = Variables(scope.variables, run)
        context = None
        if self.profile is Profile.API_GATEWAY:
            if "input" in self._asks_for:
                variables["input"] = Input(
                    body=scope.body, path=scope.path, querystring=scope.querystring, header=scope.header
                )
            variables["util"] = _UTIL
            if "stageVariables" in self._asks_for:
                variables["stageVariables"] = dict(scope.stage_variables)
            if "context" in self._asks_for:
                variables["context"] = made = make_context(
                    scope.context,
                    request_override=scope.request_override,
                    response_override=scope.response_override,
                    names=self._context_names,
                )
                context = made if has_overrides(self._context_names) else None
        try:
            return self._run(scope, variables, context)
        except Thrown as thrown:
            raise thrown.error(str(thrown), template=self.name) from None
        except RecursionError:
            raise LimitError("the template, or what it makes, is nested too deeply", template=self.name) from None

    def _run(self, scope: Scope, variables: Variables, context: Branch | None) -> Rendering:
        parts: list[str] = []
        try:  # ruff: ignore[suppressible-exception]  (a context manager takes as long as a short template)
            self._render(variables, parts.append)
        except (Break, Stop):
            # Both end the template here; what was printed stays.
            pass
        text = "".join(parts)
        if len(text) > LENGTH_LIMIT:
            raise LimitError(f"the output has more than {LENGTH_LIMIT} characters", template=self.name)
        run = variables.run
        return _rendering(encodable(text), scope, context=context, run=run)


def _rendering(text: str, scope: Scope, *, context: Branch | None = None, run: Run | None = None) -> Rendering:
    if context is None or run is None:
        request_override = scope.request_override or untouched(REQUEST_OVERRIDE)
        response_override = scope.response_override or untouched(RESPONSE_OVERRIDE)
    else:
        request_override = override_of(context, REQUEST_OVERRIDE, run.budget)
        response_override = override_of(context, RESPONSE_OVERRIDE, run.budget)
    return Rendering(
        text=text,
        request_override=request_override,
        response_override=response_override,
        notices=tuple(run.notices) if run is not None else (),
    )


_UTIL: Final = Util()
_WORDS: Final = ("input", "params", "stageVariables", "context")
"""What is not made for a template without the word in it."""

# What may put one list or map into another: setting a part of a reference, and the methods that do.
_CHANGING: Final = re.compile(r"#\{?set\}? *\(\s*[^=]*[.\[]|\.(?:put|add|set|replace\()")


def compile_template(text: str, *, name: str, profile: Profile = Profile.API_GATEWAY) -> Template:
    """Parse and compile a template; ``name`` is what errors call it.

    Raises:
        TemplateSyntaxError: the text is no template, or is larger than API Gateway takes.
    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > TEMPLATE_BYTES_LIMIT:
        raise TemplateSyntaxError(f"the template has {size} bytes, {TEMPLATE_BYTES_LIMIT} are allowed", template=name)
    if "#" not in text and "$" not in text:
        return Template(
            name=name,
            text=text,
            constant=text,
            profile=profile,
            _render=lambda _context, _out: None,
            _only_trees=True,
            _asks_for=frozenset(),
            _context_names=frozenset(),
        )
    try:
        tree = parse(text)
        compilation = Compilation(
            name=name,
            text=text,
            plain=profile is Profile.PLAIN,
            macro_names=tree.macro_names,
            block=compile_block,
            value=compile_value,
            counts_turns="velocity" in text or "\\u" in text,
        )
        render = compile_block(tree.statements, compilation)
    except SyntaxFault as fault:
        raise to_syntax_error(fault, text=text, name=name) from None
    except RecursionError:
        raise TemplateSyntaxError("the template is nested too deeply", template=name) from None
    # A name may be written with escapes in a string, so that one with a backslash u may have any.
    escaped = "\\u" in text
    return Template(
        name=name,
        text=text,
        constant=None,
        profile=profile,
        _render=render,
        _only_trees=not escaped and _CHANGING.search(text) is None,
        _asks_for=frozenset(word for word in _WORDS if escaped or word in text),
        _context_names=None if escaped else names_in(text),
    )
