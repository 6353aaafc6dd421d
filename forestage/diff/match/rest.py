"""A REST API of both sides, paired part by part."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from forestage.diff.match.pairing import paired
from forestage.diff.match.pairs import MethodPair, Pair, RestPair
from forestage.diff.match.paths import ANY, VERBS, serves, shape_of, specificity
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.diff.match.sides import MethodView, RestView
    from forestage.model.rest import Model, Resource


def pair_rest(before: RestView, after: RestView) -> RestPair:
    """Pair two REST APIs that are the same one."""
    methods = tuple(_methods(before, after))
    removed = tuple(view for key, view in before.methods.items() if key not in after.methods)
    added = tuple(view for key, view in after.methods.items() if key not in before.methods)
    ours, theirs = before.definition, after.definition
    return RestPair(
        before=before,
        after=after,
        methods=methods,
        removed=removed,
        added=added,
        resources=_resources(before, after),
        models=paired(ours.models, theirs.models, lambda model: model.logical_id, _model_name, _model_content),
        validators=paired(
            ours.request_validators,
            theirs.request_validators,
            lambda item: item.logical_id,
            lambda item: known(item.name),
            lambda item: (item.validate_request_body, item.validate_request_parameters),
        ),
        authorizers=paired(
            ours.authorizers,
            theirs.authorizers,
            lambda item: item.logical_id,
            lambda item: known(item.name),
        ),
        gateway_responses=paired(ours.gateway_responses, theirs.gateway_responses, lambda item: item.response_type),
        stages=paired(before.api.stages, after.api.stages, lambda item: item.stage_name),
    )


def _resources(before: RestView, after: RestView) -> tuple[Pair[Resource], ...]:
    """Pair the nodes of the path tree by the shape of their paths."""
    shapes = {
        id(item): shape_of(view.paths.get(item.id, "?"))
        for view in (before, after)
        for item in view.definition.resources
    }
    return paired(before.definition.resources, after.definition.resources, lambda item: shapes[id(item)])


def _model_name(model: Model) -> str | None:
    return known(model.name)


def _model_content(model: Model) -> str:
    return json.dumps(model.schema, sort_keys=True, default=str)


def _methods(before: RestView, after: RestView) -> Iterator[MethodPair]:
    """Pair methods by path and verb; else with what takes over their requests.

    Source: diff.md, M2, and routing: ``ANY`` takes a verb that has no method of its own, a greedy path what no other
    path has.
    """
    for (shape, verb), view in before.methods.items():
        same = after.methods.get((shape, verb))
        if same is not None:
            yield MethodPair(before=view, after=same)
        elif verb != ANY and (shape, ANY) in after.methods:
            yield MethodPair(before=view, after=after.methods[shape, ANY], is_same=False)
        elif shape not in after.shapes:
            yield from (
                MethodPair(before=view, after=taker, is_same=False) for taker in answered_by(after, shape, verb)
            )
    for (shape, verb), view in after.methods.items():
        if (shape, verb) in before.methods:
            continue
        if verb != ANY and (shape, ANY) in before.methods:
            yield MethodPair(before=before.methods[shape, ANY], after=view, is_same=False)
        elif shape not in before.shapes:
            yield from (
                MethodPair(before=former, after=view, is_same=False) for former in answered_by(before, shape, verb)
            )


def answered_by(view: RestView, shape: str, verb: str) -> Iterator[MethodView]:
    """Find the method that answers requests for a shape which is no path of the API itself."""
    methods = served_by(view, shape)
    found = methods.get(verb) or methods.get(ANY)
    if found is not None:
        yield found


def served_by(view: RestView, shape: str) -> Mapping[str, MethodView]:
    """Find the methods of the path that requests for a shape reach where it is no path itself."""
    candidates = [other for other in view.shapes if "{" in other and serves(other, shape)]
    return view.shapes[min(candidates, key=specificity)] if candidates else {}


def lost_verbs(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    """List the verbs that were answered and are no more."""
    if ANY in after:
        return ()
    former = VERBS if ANY in before else tuple(verb for verb in VERBS if verb in before)
    return tuple(verb for verb in former if verb not in after)
