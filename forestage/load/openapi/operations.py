"""Operations of a body as methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.load.openapi.integration import read_integration
from forestage.load.openapi.nodes import Draft
from forestage.load.shape import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from forestage.load.openapi.document import Document
    from forestage.load.openapi.findings import ImportFindings
    from forestage.load.openapi.models import Models
    from forestage.load.openapi.nodes import BodyPart, Node
    from forestage.load.openapi.security import Security
    from forestage.load.openapi.target import Target
    from forestage.load.resolved import Resolved

ANY_METHOD: Final = "x-amazon-apigateway-any-method"
INTEGRATION: Final = "x-amazon-apigateway-integration"
VALIDATOR: Final = "x-amazon-apigateway-request-validator"
VALIDATORS: Final = "x-amazon-apigateway-request-validators"
PLACES: Final[Mapping[str, str]] = {"query": "querystring", "header": "header", "path": "path"}
"""Where parameters may be, and what API Gateway calls that."""

_VERBS = {verb: verb.upper() for verb in ("delete", "get", "head", "options", "patch", "post", "put")}
_VERBS[ANY_METHOD] = "ANY"
_DEFAULT_TYPE = "application/json"


class Operations:
    """Makes methods of the operations of one body."""

    def __init__(
        self, document: Document, target: Target, models: Models, security: Security, findings: ImportFindings
    ) -> None:
        self._document = document
        self._target = target
        self._models = models
        self._security = security
        self._findings = findings
        self._validators = frozenset(dict(document.root.child(VALIDATORS).items()))

    def of(self, item: Node, path: str) -> Iterator[BodyPart]:
        """Yield the methods of a path item, for the resource at a path of the API."""
        found = self._document.follow(item, self._findings)
        for key, operation in found.items() if found is not None else ():
            if key in _VERBS:
                yield self._method(operation, item if found is None else found, _VERBS[key], path)
            elif key == "trace":
                self._findings.warn("API Gateway has no method TRACE", operation)

    def _method(self, operation: Node, item: Node, verb: str, path: str) -> BodyPart:
        draft = Draft(operation)
        draft.put("HttpMethod", verb)
        draft.put("ResourceId", self._target.resource_id(path))
        demand = self._security.demand(operation)
        for name, value in demand.properties.items():
            draft.put(name, value, demand.node)
        if operation.get("operationId") is not None:
            draft.put("OperationName", operation.child("operationId").value, operation.child("operationId"))
        self._put_parameters(draft, operation, item, path)
        self._put_request_body(draft, operation)
        self._put_validator(draft, operation)
        self._put_responses(draft, operation)
        integration = operation.get(INTEGRATION)
        found = integration and self._document.follow(integration, self._findings)
        if found is not None:
            draft.put("Integration", read_integration(draft, found, verb), found)
        return self._target.part("Method", f"{verb} {path}", draft)

    def _put_parameters(self, draft: Draft, operation: Node, item: Node, path: str) -> None:
        """Set what the operation declares, and before it what the path does for all its operations.

        Source: LocalStack's import, validated against AWS: a variable at the path's end is a parameter of its own
        accord, unless it takes the rest of the path.
        """
        declared: dict[str, Resolved] = {}
        for parameter in (*item.child("parameters").each(), *operation.child("parameters").each()):
            found = self._document.follow(parameter, self._findings)
            if found is not None:
                self._put_parameter(draft, found, declared, operation)
        last = path.rpartition("/")[2]
        if last.startswith("{") and not last.endswith("+}"):
            declared[f"method.request.path.{last[1:-1]}"] = True
        if declared:
            draft.put("RequestParameters", declared)

    def _put_parameter(self, draft: Draft, parameter: Node, declared: dict[str, Resolved], operation: Node) -> None:
        place, name = parameter.text("in"), parameter.text("name")
        if place == "body":
            self._put_models(draft, {kind: parameter.child("schema") for kind in self._consumed(operation)})
        elif name is None or place is None:
            self._findings.fault("a parameter needs name and in", parameter)
        elif place in PLACES:
            key = f"method.request.{PLACES[place]}.{name}"
            declared[key] = parameter.get("required") is not None and parameter.child("required").value
            draft.sources["RequestParameters", key] = parameter
        else:
            self._findings.advise(
                f"parameter {name!r} is passed over: in {shown(place)} is nothing to REST APIs", parameter
            )

    def _consumed(self, operation: Node) -> tuple[str, ...]:
        consumes = operation.get("consumes") or self._document.root.child("consumes")
        return tuple(str(kind.value) for kind in consumes.each()) or (_DEFAULT_TYPE,)

    def _put_request_body(self, draft: Draft, operation: Node) -> None:
        body = operation.get("requestBody")
        found = body and self._document.follow(body, self._findings)
        if found is not None:
            self._put_models(draft, {kind: media.child("schema") for kind, media in found.child("content").items()})

    def _put_models(self, draft: Draft, schemas: Mapping[str, Node]) -> None:
        models = self._models_of(schemas)
        if models:
            draft.put("RequestModels", models)
            draft.sources |= {("RequestModels", kind): schemas[kind] for kind in models}

    def _models_of(self, schemas: Mapping[str, Node]) -> dict[str, Resolved]:
        named = {kind: self._models.of(schema) for kind, schema in schemas.items() if schema.value is not None}
        return {kind: name for kind, name in named.items() if name is not None}

    def _put_validator(self, draft: Draft, operation: Node) -> None:
        node = operation.get(VALIDATOR) or self._document.root.get(VALIDATOR)
        if node is None:
            return
        if str(node.value) in self._validators:
            draft.put("RequestValidatorId", self._target.id_of("RequestValidator", str(node.value)), node)
        else:
            allowed = ", ".join(sorted(self._validators)) or "none"
            self._findings.fault(f"there is no request validator {shown(node.value)}, the body has {allowed}", node)

    def _put_responses(self, draft: Draft, operation: Node) -> None:
        responses: list[Resolved] = []
        for status, response in operation.child("responses").items():
            if status.lower() == "default" or status.startswith("x-"):
                continue  # A method response is for one status; "default" documents the others.
            if response.get("$ref") is not None:
                self._findings.advise(
                    "API Gateway does not follow references to responses", response, hint="write the response in place"
                )
            found = self._document.follow(response, self._findings)
            if found is not None:
                draft.sources["MethodResponses", len(responses)] = found
                responses.append(self._response(status, found, operation))
        if responses:
            draft.put("MethodResponses", responses, operation.child("responses"))

    def _response(self, status: str, response: Node, operation: Node) -> dict[str, Resolved]:
        schemas = {kind: media.child("schema") for kind, media in response.child("content").items()}
        if response.get("schema") is not None:
            produces = operation.get("produces") or self._document.root.child("produces")
            kinds = [str(kind.value) for kind in produces.each()] or [_DEFAULT_TYPE]
            schemas = {kind: response.child("schema") for kind in kinds}
        parameters: dict[str, Resolved] = {
            f"method.response.header.{name}": header.get("required") is not None and header.child("required").value
            for name, header in response.child("headers").items()
        }
        models = self._models_of(schemas)
        return {
            "StatusCode": status,
            **({"ResponseModels": models} if models else {}),
            **({"ResponseParameters": parameters} if parameters else {}),
        }
