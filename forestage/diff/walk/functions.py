"""Functions behind the APIs: their code, their limits, and who may invoke them."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from forestage.diff.match.sides import is_function_uri
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern
from forestage.diff.walk.equality import Sides
from forestage.diff.walk.places import Places
from forestage.model.values import Unknown, known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from forestage.diff.match.pairs import DeploymentPair, MethodPair
    from forestage.diff.match.sides import MethodView, RestView, SideView
    from forestage.diff.walk.changes import Place
    from forestage.diff.walk.context import RestContext
    from forestage.model.functions import Function, Permission
    from forestage.model.values import Text

_FUNCTION = "AWS::Lambda::Function"
_GATEWAY = "apigateway.amazonaws.com"
_ACTIONS = frozenset({"lambda:InvokeFunction", "lambda:*", "*"})

# Whatever a function has may have changed.
AnyChange = Change[Any]


def function_place(places: Places, function: Function) -> Place:
    """Return the place of a function."""
    name = None if re.search(r"-[A-Z0-9]{12}$", function.name) else function.name
    return places.named("RESOURCE", function.logical_id, function.logical_id, _FUNCTION, function.origin, name)


def walk_functions(pair: DeploymentPair) -> Iterator[AnyChange]:
    """Tell what is different in functions as such."""
    sides, places = Sides(pair.before, pair.after), Places(pair.after)
    used = {function.logical_id for function in used_functions(pair.after)}
    for functions in pair.functions:
        both = functions.both
        if both is not None:
            place = function_place(places, both[1])
            yield from _function(sides, place, *both, is_used=both[1].logical_id in used)
            if both[1].logical_id in used:
                yield from _permissions(sides, places, *both)


def used_functions(side: SideView) -> Iterator[Function]:
    """List the functions that APIs call, as integrations or authorizers."""
    for view in side.rest.values():
        uris: list[Text | None] = [
            method.integration.uri for method in view.definition.methods if method.integration is not None
        ]
        uris += [authorizer.authorizer_uri for authorizer in view.definition.authorizers]
        for uri in uris:
            yield from view.functions_of(uri)
    for api in side.deployment.apis:
        uris = [integration.integration_uri for integration in api.definition.integrations]
        uris += [authorizer.authorizer_uri for authorizer in api.definition.authorizers]
        stages = [stage.stage_variables for stage in api.stages]
        for uri in uris:
            yield from side.functions_of(uri, stages)


def _function(sides: Sides, place: Place, before: Function, after: Function, *, is_used: bool) -> Iterator[AnyChange]:
    def change(concern: Concern, ours: object, theirs: object, path: str, detail: str = "") -> AnyChange:
        return Change(concern=concern, place=place, before=ours, after=theirs, path=(path,), detail=detail)

    if not sides.are_same(before.package, after.package):
        concern = Concern.FUNCTION_CODE if is_used else Concern.ASSET_HASH
        codes = (_shown_package(before), _shown_package(after))
        yield change(concern, *codes, "Code")
    if is_used:
        for path, ours, theirs in (
            ("Timeout", before.timeout_seconds, after.timeout_seconds),
            ("MemorySize", before.memory_mb, after.memory_mb),
        ):
            if theirs < ours:
                yield change(Concern.FUNCTION_LIMIT, ours, theirs, path, path)
        limits = before.reserved_concurrency, after.reserved_concurrency
        if limits[1] is not None and (limits[0] is None or limits[1] < limits[0]):
            yield change(Concern.FUNCTION_LIMIT, *limits, "ReservedConcurrentExecutions", "reserved concurrency")
    if (before.runtime, before.handler, before.architecture) != (after.runtime, after.handler, after.architecture):
        yield change(
            Concern.FUNCTION_RUNTIME,
            [before.runtime, before.handler, before.architecture],
            [after.runtime, after.handler, after.architecture],
            "Runtime",
        )
    mine, other = sides.texts(before.environment, after.environment)
    names = sorted(name for name in {*mine} | {*other} if mine.get(name) != other.get(name))
    if names:  # Values of variables may be secrets: only names are told.
        yield change(
            Concern.FUNCTION_ENVIRONMENT,
            [name for name in names if name in mine],
            [name for name in names if name in other],
            "Environment",
        )


def _shown_package(function: Function) -> str | None:
    """Write what the template says of the code; the text of inline code is not repeated."""
    package = function.package
    if package is None or isinstance(package, Unknown):
        return str(package)
    text = known(package) or ""
    return text if "\n" not in text else "inline code"


# Permissions.


def walk_permission(context: RestContext, pair: MethodPair, place: Place) -> Iterator[AnyChange]:
    """Tell that a method's function lets the gateway in no longer.

    Source: rest-facts.md 8.3: without permission a call answers 500.
    """
    before = _is_permitted(context.pair.before, pair.before)
    after = _is_permitted(context.pair.after, pair.after)
    if before is True and after is False:
        yield Change(
            concern=Concern.PERMISSION_LOST,
            place=place,
            before=True,
            after=False,
            path=("Integration", "Uri"),
        )


def _is_permitted(view: RestView, method: MethodView) -> bool | None:
    """Tell whether a method may invoke its function; None where it calls none of the source, or by its own role."""
    integration = method.method.integration
    if integration is None or integration.credentials is not None or not is_function_uri(integration.uri):
        return None
    functions = view.functions_of(integration.uri)
    if not functions:
        return None
    arns = _arns(view, method)
    return all(_lets_in(function, arns) for function in functions)


def _lets_in(function: Function, arns: Sequence[str]) -> bool:
    return any(
        permission.action in _ACTIONS
        and known(permission.principal) in {_GATEWAY, "*"}
        and any(covers(permission, arn) for arn in arns)
        for permission in function.permissions
    )


def _arns(view: RestView, method: MethodView) -> Sequence[str]:
    """Write what asks for permission, for each stage; an ARN has ``*`` for ``ANY`` and for path parameters."""
    environment = view.side.deployment.environment
    verb = "*" if method.verb == "ANY" else method.verb
    path = re.sub(r"\{[^{}]*\}", "*", method.path)
    stages = [stage.stage_name for stage in view.api.stages] or ["*"]
    return [
        f"arn:{environment.partition}:execute-api:{environment.region}:{environment.account_id}:{view.api.id}/{stage}/{verb}{path}"
        for stage in stages
    ]


def covers(permission: Permission, arn: str) -> bool:
    """Tell whether a permission is for an ARN; one whose source is not known yet is taken to be."""
    pattern = known(permission.source_arn)
    return pattern is None or is_like(arn, pattern)


def is_like(text: str, pattern: str) -> bool:
    """Tell whether a text fits a pattern with ``*`` and ``?``."""
    parts = (".*" if part == "*" else "." if part == "?" else re.escape(part) for part in re.split(r"([*?])", pattern))
    return re.fullmatch("".join(parts), text) is not None


def _permissions(sides: Sides, places: Places, before: Function, after: Function) -> Iterator[AnyChange]:
    """Tell of permissions that let more in than any before."""
    former = [item for item in before.permissions if item.action in _ACTIONS]
    if not former:
        return
    by_principal: Mapping[str, list[Permission]] = defaultdict(list)
    for item in former:
        by_principal[str(item.principal)].append(item)
    for permission in after.permissions:
        others = by_principal.get(str(permission.principal), [])
        if permission.action not in _ACTIONS or not others:
            continue
        if any(_is_as_wide(sides, item, permission) for item in others):
            continue
        if any(_is_as_wide_text(sides, permission, item) for item in others):
            ours, theirs = sides.text(others[0].source_arn, permission.source_arn)
            yield Change(
                concern=Concern.PERMISSION_WIDENED,
                place=places.named(
                    "RESOURCE",
                    permission.logical_id,
                    permission.logical_id,
                    "AWS::Lambda::Permission",
                    permission.origin,
                    f"permission of {after.logical_id}",
                ),
                before=ours,
                after=theirs,
                path=("SourceArn",),
                detail=str(theirs),
            )


def _is_as_wide(sides: Sides, before: Permission, after: Permission) -> bool:
    """Tell whether a permission before let in whatever one after does."""
    arns = sides.text(before.source_arn, after.source_arn)
    accounts = sides.text(before.source_account, after.source_account)
    return _fits(arns[0], arns[1]) and accounts[0] in {None, accounts[1]}


def _is_as_wide_text(sides: Sides, after: Permission, before: Permission) -> bool:
    """Tell whether a permission after lets in whatever one before did."""
    arns = sides.text(before.source_arn, after.source_arn)
    accounts = sides.text(before.source_account, after.source_account)
    return _fits(arns[1], arns[0]) and accounts[1] in {None, accounts[0]}


def _fits(wide: Text | None, narrow: Text | None) -> bool:
    if wide is None or wide == narrow:
        return True
    return isinstance(wide, str) and isinstance(narrow, str) and is_like(narrow, wide)
