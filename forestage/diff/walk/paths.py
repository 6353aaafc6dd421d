"""Paths and verbs that came, went, or lead to another method."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.match.paths import ANY, VERBS, is_greedy, parameters_of, shape_of
from forestage.diff.match.rest import lost_verbs, served_by
from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.match.pairs import MethodPair
    from forestage.diff.match.sides import MethodView, RestView
    from forestage.diff.walk.context import RestContext

_OPTIONS = "OPTIONS"
_PROXIES = frozenset({"AWS_PROXY", "HTTP_PROXY"})


def walk_paths(context: RestContext) -> Iterator[Change[str | None]]:
    """Tell which methods came and went, and which requests another method answers."""
    yield from _removed(context)
    yield from _added(context)
    for shape in context.pair.after.shapes:
        yield from _verbs(context, shape)
        if shape not in context.pair.before.shapes:
            yield from _taken_over(context, shape)
    for pair in context.pair.methods:
        if pair.is_same:
            yield from _parameter_names(context, pair)


def _removed(context: RestContext) -> Iterator[Change[str | None]]:
    moved = _moved_paths(context)
    for view in context.pair.removed:
        shape = shape_of(view.path)
        verbs = context.pair.after.shapes.get(shape, {})
        if ANY in verbs or (view.verb == ANY and verbs):
            continue  # ANY takes over; an ANY that became some verbs is told of once.
        if shape not in context.pair.after.shapes and _is_answered(context.pair.after, view, shape):
            yield from _left_to_greedy(context, view, shape)
            continue
        concern = _concern_of_removed(view, verbs, is_moved=view.path in moved)
        yield Change(
            concern=concern,
            place=context.gone.method(view),
            before=view.where,
            after=moved.get(view.path) if concern is Concern.PATH_MOVED else None,
            note=moved.get(view.path, ""),
            is_held=True,
        )


def _left_to_greedy(context: RestContext, view: MethodView, shape: str) -> Iterator[Change[str | None]]:
    served = served_by(context.pair.after, shape)
    taker = served.get(view.verb) or served[ANY]
    yield Change(
        concern=Concern.GREEDY_REROUTED,
        place=context.gone.method(view),
        before=view.where,
        after=taker.where,
        facts=frozenset({Fact.COVERED}) if _has_same_target(context, view, taker) else frozenset(),
        is_held=True,
    )


def _concern_of_removed(view: MethodView, left: Mapping[str, MethodView], *, is_moved: bool) -> Concern:
    if view.verb == _OPTIONS and any(verb != _OPTIONS for verb in left):
        return Concern.PREFLIGHT_REMOVED
    if is_greedy(view.path):
        return Concern.GREEDY_REMOVED
    return Concern.PATH_MOVED if is_moved else Concern.METHOD_REMOVED


def _moved_paths(context: RestContext) -> Mapping[str, str]:
    """Tell the paths whose resource has another segment now, by the path before.

    The same logical id says that it is the same resource; CloudFormation replaces it.
    """
    before, after = context.pair.before, context.pair.after
    ours = {item.logical_id: before.paths.get(item.id) for item in before.definition.resources}
    theirs = {item.logical_id: after.paths.get(item.id) for item in after.definition.resources}
    moved: dict[str, str] = {}
    for logical_id, path in ours.items():
        new = theirs.get(logical_id)
        if path and new and shape_of(path) != shape_of(new) and ":" not in logical_id:
            moved[path] = new
    return moved


def _added(context: RestContext) -> Iterator[Change[str | None]]:
    others = [view for key, view in context.pair.after.methods.items() if key in context.pair.before.methods]
    are_authorized = any(not _is_open(view) and view.verb != _OPTIONS for view in others)
    for view in context.pair.added:
        shape = shape_of(view.path)
        if view.verb == ANY and shape in context.pair.before.shapes:
            continue  # Told of as ANY that was widened.
        if ANY in context.pair.before.shapes.get(shape, {}) and ANY not in context.pair.after.shapes[shape]:
            continue  # Told of as ANY that was narrowed.
        if shape not in context.pair.before.shapes and _is_answered(context.pair.before, view, shape):
            continue  # A greedy path answered it before.
        facts = {
            *([Fact.OPEN] if _is_open(view) else ()),
            *([Fact.OTHERS_AUTHORIZED] if are_authorized and view.verb != _OPTIONS else ()),
        }
        yield Change(
            concern=Concern.GREEDY_ADDED if is_greedy(view.path) else Concern.METHOD_ADDED,
            place=context.here.method(view),
            before=None,
            after=view.where,
            facts=frozenset(facts),
            is_held=True,
        )


def _is_answered(side: RestView, view: MethodView, shape: str) -> bool:
    """Tell whether a greedy or parameter path answers what a method of another path is for."""
    served = served_by(side, shape)
    return bool(served) and (view.verb in served or ANY in served)


def _is_open(view: MethodView) -> bool:
    method = view.method
    return (method.authorization_type or "NONE") == "NONE" and not method.api_key_required


def _verbs(context: RestContext, shape: str) -> Iterator[Change[str | None]]:
    before = context.pair.before.shapes.get(shape, {})
    after = context.pair.after.shapes[shape]
    if ANY in before and ANY not in after:
        view = before[ANY]
        lost = lost_verbs(before, after)
        yield Change(
            concern=Concern.ANY_NARROWED,
            place=context.gone.method(view),
            before=ANY,
            after=", ".join(sorted(after)),
            note=", ".join(lost),
            facts=frozenset() if lost else frozenset({Fact.COVERED}),
            is_held=True,
        )
    elif ANY in after and before and ANY not in before:
        yield Change(
            concern=Concern.ANY_WIDENED,
            place=context.here.method(after[ANY]),
            before=", ".join(sorted(before)),
            after=ANY,
            facts=frozenset({Fact.OPEN}) if _is_open(after[ANY]) else frozenset(),
            is_held=True,
        )


def _taken_over(context: RestContext, shape: str) -> Iterator[Change[str | None]]:
    """Tell of requests that a greedy or parameter path answered, and a more specific one takes.

    Source: rest-facts.md, routing: the path is chosen first, then the verb; nothing falls back.
    """
    served = served_by(context.pair.before, shape)
    if not served:
        return
    after = context.pair.after.shapes[shape]
    lost = lost_verbs(served, after)
    path = next(iter(after.values())).path
    if lost:
        view = served.get(ANY) or served[lost[0]]
        yield Change(
            concern=Concern.GREEDY_SHADOWED,
            place=context.gone.method(view),
            before=view.where,
            after=path,
            note=", ".join(lost) if len(lost) < len(VERBS) else "every verb",
            detail=shape,
            is_held=True,
        )
    for verb, view in after.items():
        former = served.get(verb) or served.get(ANY)
        if former is not None:
            same = _has_same_target(context, former, view)
            yield Change(
                concern=Concern.GREEDY_REROUTED,
                place=context.here.method(view),
                before=former.where,
                after=view.where,
                facts=frozenset({Fact.COVERED}) if same else frozenset(),
                is_held=True,
            )


def _has_same_target(context: RestContext, before: MethodView, after: MethodView) -> bool:
    ours, theirs = before.method.integration, after.method.integration
    if ours is None or theirs is None:
        return ours is theirs
    return ours.type == theirs.type and context.sides.are_same(ours.uri, theirs.uri)


def _parameter_names(context: RestContext, pair: MethodPair) -> Iterator[Change[str | None]]:
    if parameters_of(pair.before.path) == parameters_of(pair.after.path):
        return
    facts = set()
    if _sees_parameters(pair):
        facts.add(Fact.USED)
    if ":" in pair.after.method.logical_id or ":" in pair.before.method.logical_id:
        facts.add(Fact.IMPORTED)
    yield Change(
        concern=Concern.PATH_PARAMETER,
        place=context.here.method(pair.after),
        before=pair.before.path,
        after=pair.after.path,
        facts=frozenset(facts),
        is_held=True,
    )


def _sees_parameters(pair: MethodPair) -> bool:
    """Tell whether an integration can see how a path parameter is called."""
    for view in (pair.before, pair.after):
        integration = view.method.integration
        if integration is None:
            continue
        if integration.type in _PROXIES:
            return True
        templates = (known(text) or "" for text in integration.request_templates.values())
        if any("params" in text or "pathParameters" in text for text in templates):
            return True
        if any("method.request.path." in (known(text) or "") for text in integration.request_parameters.values()):
            return True
        if any(name.startswith("method.request.path.") for name in view.method.request_parameters):
            return True
    return False
