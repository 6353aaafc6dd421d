"""Resources and methods as the paths of an OpenAPI document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.export.openapi_models import SCHEMAS, model_name
from forestage.load.openapi.integration import DEFAULT
from forestage.load.openapi.operations import ANY_METHOD, INTEGRATION, PLACES, VALIDATOR
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.export.openapi_security import Schemes
    from forestage.export.plain import Gaps
    from forestage.model.rest import Definition, Integration, IntegrationResponse, Method, MethodResponse
    from forestage.model.values import Json, OpenJson

_IN: Final = {place: word for word, place in PLACES.items()}
_TEXT: Json = {"type": "string"}


class Methods:
    """Writes the methods of one API.

    ``validators`` has the names of request validators by id; ``used_models`` are the names that methods refer to.
    """

    def __init__(self, definition: Definition, schemes: Schemes, gaps: Gaps) -> None:
        self._definition = definition
        self._schemes = schemes
        self._gaps = gaps
        self.validators = {item.id: known(item.name) or item.id for item in definition.request_validators}
        self.used_models: set[str] = set()
        self._models = {item.id: model_name(item) for item in definition.models}

    def paths(self) -> Json:
        """Write every resource with its methods; one without methods is there too, for it is part of the API."""
        paths = self._definition.paths()
        root = self._definition.root_resource_id
        used = {root} & {method.resource_id for method in self._definition.methods}
        ids = (*used, *(item.id for item in self._definition.resources))
        items: dict[str, dict[str, Json]] = {paths[resource_id]: {} for resource_id in ids if resource_id in paths}
        for method in self._definition.methods:
            path = paths.get(method.resource_id)
            if path is None:
                self._gaps.add(f"method {method.http_method} is left out: its resource is not part of the API")
                continue
            key = ANY_METHOD if method.http_method == "ANY" else method.http_method.lower()
            items[path][key] = self._operation(method, f"{method.http_method} {path}")
        return dict(items)

    def _operation(self, method: Method, where: str) -> Json:
        operation: dict[str, Json] = {}
        if method.operation_name is not None:
            operation["operationId"] = self._gaps.plain(method.operation_name, where)
        parameters = self._parameters(method, where)
        if parameters:
            operation["parameters"] = parameters
        if method.request_models:
            operation["requestBody"] = {"content": self._content(method.request_models)}
        operation["responses"] = {item.status_code: self._response(item) for item in method.method_responses}
        security = self._schemes.security(method, where)
        if security:
            operation["security"] = security
        if method.request_validator_id is not None:
            validator = method.request_validator_id
            operation[VALIDATOR] = self.validators.get(validator, validator)
        if method.integration is not None:
            operation[INTEGRATION] = self._integration(method.integration, where)
        return operation

    def _parameters(self, method: Method, where: str) -> list[Json]:
        found: list[Json] = []
        for key, required in method.request_parameters.items():
            _, _, place, name = key.split(".", 3) if key.startswith("method.request.") else ("", "", "", "")
            if place in _IN and name:
                found.append({"name": name, "in": _IN[place], "required": required, "schema": _TEXT})
            else:
                self._gaps.add(f"parameter {key} of {where} has no place in OpenAPI")
        return found

    def _content(self, models: Mapping[str, str]) -> Json:
        names = {kind: self._models.get(name, name) for kind, name in models.items()}
        self.used_models.update(names.values())
        return {kind: {"schema": {"$ref": f"{SCHEMAS}{name}"}} for kind, name in names.items()}

    def _response(self, response: MethodResponse) -> Json:
        written: dict[str, Json] = {"description": f"{response.status_code} response"}
        if response.response_parameters:
            written["headers"] = {
                key.removeprefix("method.response.header."): {"schema": _TEXT, **({"required": True} if needed else {})}
                for key, needed in response.response_parameters.items()
            }
        if response.response_models:
            written["content"] = self._content(response.response_models)
        return written

    def _integration(self, integration: Integration, where: str) -> Json:
        where = f"the integration of {where}"
        passthrough = integration.passthrough_behavior
        tls = integration.tls_config
        found: dict[str, OpenJson] = {
            "type": integration.type.lower(),
            "httpMethod": integration.integration_http_method,
            "uri": integration.uri,
            "credentials": integration.credentials,
            "connectionType": integration.connection_type,
            "connectionId": integration.connection_id,
            "integrationTarget": integration.integration_target,
            "requestParameters": integration.request_parameters or None,
            "requestTemplates": integration.request_templates or None,
            "passthroughBehavior": None if passthrough is None else passthrough.lower(),
            "contentHandling": integration.content_handling,
            "timeoutInMillis": integration.timeout_in_millis,
            "cacheNamespace": integration.cache_namespace,
            "cacheKeyParameters": integration.cache_key_parameters or None,
            "responseTransferMode": integration.response_transfer_mode,
        }
        written = {name: self._gaps.plain(value, where) for name, value in found.items() if value is not None}
        if tls is not None:
            skipped = tls.insecure_skip_verification
            written["tlsConfig"] = {} if skipped is None else {"insecureSkipVerification": skipped}
        if integration.integration_responses:
            written["responses"] = self._integration_responses(integration, where)
        return written

    def _integration_responses(self, integration: Integration, where: str) -> Json:
        written: dict[str, Json] = {}
        for response in integration.integration_responses:
            pattern = str(self._gaps.plain(response.selection_pattern or DEFAULT, where))
            if pattern in written:
                self._gaps.add(f"{where} has several responses for {pattern!r}: the first is written")
                continue
            written[pattern] = self._integration_response(response, where)
        return written

    def _integration_response(self, response: IntegrationResponse, where: str) -> Json:
        found: dict[str, OpenJson] = {
            "statusCode": response.status_code,
            "contentHandling": response.content_handling,
            "responseParameters": response.response_parameters or None,
            "responseTemplates": response.response_templates or None,
        }
        return {name: self._gaps.plain(value, where) for name, value in found.items() if value is not None}
