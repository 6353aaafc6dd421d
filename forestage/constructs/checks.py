"""How constructs refuse and advise, and the checks that several of them share.

Every check asks first whether a value is known: what CloudFormation fills in at deployment is not judged.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Final, NoReturn

from aws_cdk import Annotations, Token

from forestage.model import limits
from forestage.vtl import TemplateSyntaxError
from forestage.vtl.lint import lint_template
from forestage.vtl.template import TEMPLATE_BYTES_LIMIT

if TYPE_CHECKING:
    from types import UnionType

    from constructs import IConstruct

    from forestage.model.vocabulary import Constraint

RESERVED_STAGE_NAMES: Final = frozenset({"test-invoke-stage"})

_FILLED_LIST: Final = "#{Token["
_TOKEN: Final = re.compile(r"\$\{Token\[[^\]]*\]\}")


class ConstructError(ValueError):
    """API Gateway would refuse what is described, or ignore it without a word.

    The message begins with the path of the construct and ends with the remedy; ``path`` holds the path alone.
    """

    def __init__(self, path: str, message: str) -> None:
        super().__init__(f"{path}: {_shown(message)}")
        self.path = path


def refuse(scope: IConstruct, message: str) -> NoReturn:
    """Raise the error of a construct; ``message`` says what is wrong, what was got, and what to write instead."""
    raise ConstructError(scope.node.path, message)


def warn(scope: IConstruct, id: str, message: str) -> None:  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
    """Advise at synthesis; ``id`` is permanent and acknowledged as ``forestage:ID``."""
    Annotations.of(scope).add_warning_v2(f"forestage:{id}", _shown(message))


def _shown(message: str) -> str:
    """Put words in the place of tokens, whose numbers tell nothing and change from one synthesis to the next."""
    return _TOKEN.sub("(filled in later)", message)


def is_known(value: object) -> bool:
    """Tell whether a value is here already, rather than filled in by CloudFormation.

    CDK writes a list that is filled in as a list of one text, which it knows only by the list.
    """
    return not (Token.is_unresolved(value) or (isinstance(value, str) and value.startswith(_FILLED_LIST)))


def check_allowed(scope: IConstruct, what: str, value: object, allowed: Constraint) -> None:
    """Refuse a value outside of what is allowed: ``the name of a stage has 1 to 128 letters ..., got 'x y'``.

    None is no value, and not judged.
    """
    if value is not None and is_known(value) and not allowed.admits(value):
        refuse(scope, f"{what} has to be {allowed}, got {value!r}")


def check_kind(scope: IConstruct, what: str, value: object, kind: type | UnionType, remedy: str) -> None:
    """Refuse a value of another kind, which would fail later with words that tell nothing; None is no value.

    Type checkers find the same, and few apps are looked at by one.
    """
    if value is not None and not isinstance(value, kind):
        refuse(scope, f"{what} cannot be {value!r}: write {remedy}")


def check_several(scope: IConstruct, what: str, values: object) -> None:
    """Refuse one value where several are wanted: a text would be taken for its letters."""
    if isinstance(values, str) or not isinstance(values, Iterable):
        refuse(scope, f"{what} are several, got {values!r}: write them in a list, [...]")


def check_function(scope: IConstruct, handler: object) -> None:
    """Refuse what is no function, its ARN or name for instance."""
    if not hasattr(handler, "function_arn"):
        refuse(scope, f"{handler!r} is no function: give it as a construct, aws_lambda.Function.from_function_arn()")


def check_words(scope: IConstruct, of: str, given: Mapping[str, object], known: type) -> None:
    """Refuse keywords that a ``TypedDict`` does not have: Python takes them without a word.

    ``of`` is what they were given to.
    """
    words: frozenset[str] = getattr(known, "__optional_keys__", frozenset())
    for name in sorted(given.keys() - words):
        refuse(scope, f"{of} has no {name!r}: choose from {', '.join(sorted(words))}")


def check_names(scope: IConstruct, what: str, names: object, allowed: Constraint) -> None:
    """Refuse names of headers or parameters that no request has; ``names`` has them as keys."""
    if not isinstance(names, Mapping):
        refuse(scope, f"{what} cannot be {names!r}: write the names and what belongs to them, {{'X-Name': ...}}")
    for name in names:
        if not is_known(name):
            refuse(scope, f"{what} has a name that CloudFormation fills in, and names are keys: write it as a text")
        check_allowed(scope, f"a name in {what}", name, allowed)


def check_status(scope: IConstruct, status: object) -> None:
    """Refuse a status that no response can have; it is a part of names, so that it has to be known."""
    if not is_known(status):
        refuse(scope, "a status that CloudFormation fills in names no response: write a number")
    check_allowed(scope, "the status of a response", str(status), limits.STATUS_CODE)


def check_stage_name(scope: IConstruct, name: str) -> None:
    """Refuse a stage name that API Gateway does not take.

    Source: endpoints.md section 5 (documented).
    """
    check_allowed(scope, "the name of a stage", name, limits.STAGE_NAME)
    if name in RESERVED_STAGE_NAMES:
        refuse(scope, f"API Gateway keeps the stage name {name!r} for itself: choose another")


def check_variables(scope: IConstruct, variables: Mapping[str, str]) -> None:
    """Refuse stage variables that API Gateway does not take: their number, names and values.

    Source: endpoints.md section 5 (documented).
    """
    if len(variables) > limits.MAX_VARIABLES:
        refuse(scope, f"a stage has up to {limits.MAX_VARIABLES} variables, got {len(variables)}: leave some out")
    for name, value in variables.items():
        check_allowed(scope, "the name of a stage variable", name, limits.VARIABLE_NAME)
        check_allowed(scope, f"the value of stage variable {name}", value, limits.VARIABLE_VALUE)
        if is_known(value) and len(value) > limits.MAX_VARIABLE_VALUE:
            refuse(
                scope,
                f"stage variable {name} has {len(value)} characters, and up to {limits.MAX_VARIABLE_VALUE} are "
                "allowed: spread it over several variables",
            )


def check_mapping_template(scope: IConstruct, what: str, template: str) -> None:
    """Refuse a mapping template that does not parse, and advise where API Gateway does what nobody expects.

    What CloudFormation fills in is text to a template; a word of the same length stands for it, so that places hold.

    Source: vtl.md sections 2, 3 and 7.
    """
    text = template if is_known(template) else _TOKEN.sub(lambda found: "x" * len(found[0]), template)
    size = len(text.encode())
    if size > TEMPLATE_BYTES_LIMIT:
        refuse(scope, f"{what} has {size} bytes, and {TEMPLATE_BYTES_LIMIT} are allowed: let the backend do the work")
    try:
        found = lint_template(text, name=what)
    except TemplateSyntaxError as error:
        refuse(
            scope,
            f"{what} does not parse in line {error.line}, column {error.column}, {error.reason}: mend the template\n"
            f"{error.caret(text)}",
        )
    for advice in found:
        place = f"{what}, line {advice.position.line}, column {advice.position.column}"
        warn(scope, f"template-{advice.rule}", f"{place}: {advice.message}")
