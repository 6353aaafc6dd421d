"""Stage 6 of a request: are parameters and body as the method wants them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.preview.compile.media import media_type
from forestage.preview.compile.parameters import SourceKind
from forestage.preview.engine.failures import GatewayFailure, ResponseType, configuration_error
from forestage.preview.engine.query import parse_query
from forestage.preview.engine.results import Admitted, Validated

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.preview.compile.validation import BodyModel, RequiredParameter
    from forestage.preview.engine.results import Matched


def validate(admitted: Admitted) -> Validated:
    """Check what the method's validator checks: parameters first, then the body.

    Raises:
        GatewayFailure: a parameter is missing or blank, or the body does not fit its model (400).

    Source: rest-facts.md section 4 (recorded).
    """
    matched = admitted.authorized.matched
    validation = matched.method.validation
    if validation is not None:
        if validation.parameters:
            _check_parameters(matched, validation.parameters)
        if validation.models is not None:
            _check_body(matched, validation.models)
    return Validated(admitted=admitted)


def _check_parameters(matched: Matched, parameters: tuple[RequiredParameter, ...]) -> None:
    given = {
        SourceKind.HEADER: dict(matched.addressed.headers),
        SourceKind.PATH: dict(matched.route.path_parameters),
        SourceKind.QUERY: dict(parse_query(matched.addressed.raw_query)),
    }
    missing = [entry.name for entry in parameters if not given[entry.kind].get(entry.name, "").strip()]
    if missing:
        message = f"Missing required request parameters: [{', '.join(missing)}]"
        raise GatewayFailure(ResponseType.BAD_REQUEST_PARAMETERS, message, message=message)


def _check_body(matched: Matched, models: Mapping[str, BodyModel]) -> None:
    """Hold the body against the model of its content type; a type without model is let pass.

    Source: rest-pipeline.md, Validation (documented; ``$default`` from LocalStack).
    """
    kind = media_type(matched.addressed.content_type) or "application/json"
    model = models.get(kind) or models.get("$default")
    if model is None:
        return
    if model.schema is None:
        raise configuration_error(model.fault or "the model cannot be used")
    errors = model.schema.errors(matched.addressed.body)
    if errors:
        text = f"[{', '.join(errors)}]"
        reason = f"the body does not match model {model.name!r} for {kind}: {text}"
        logged = f"Request body does not match model schema for content type {kind}: {text}"
        raise GatewayFailure(ResponseType.BAD_REQUEST_BODY, reason, validation_errors=text, logged=logged)
