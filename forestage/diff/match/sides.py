"""One side of a comparison, indexed: what the rest of match and walk look up."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

from forestage.diff.match.paths import shape_of
from forestage.model.records import dataclass
from forestage.model.rest import Definition
from forestage.model.values import known

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.diff.match.naming import Names
    from forestage.model.deployment import Deployment, TemplateResource
    from forestage.model.functions import Function
    from forestage.model.rest import Authorizer, Method, Model, RequestValidator, RestApi
    from forestage.model.values import Json, Text

_FUNCTION = re.compile(r"/functions/(?P<arn>.+?)/(?:response-streaming-)?invocations$")
_VARIABLE = re.compile(r"\$\{stageVariables\.(?P<name>[A-Za-z0-9_]+)\}")
_ARN_PARTS = 7
_EMPTY = Definition(root_resource_id="")
BUILT_IN: Mapping[str, Mapping[str, Json]] = {
    "Empty": {"type": "object"},
    "Error": {"type": "object", "properties": {"message": {"type": "string"}}},
}
"""The models that every API has.

Source: rest-pipeline.md, Validation (recorded).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodView:
    """A method with its place in the API."""

    method: Method
    path: str

    @property
    def verb(self) -> str:
        """The verb, or ``ANY``."""
        return self.method.http_method

    @property
    def where(self) -> str:
        """The place in the API's terms, ``GET /pets/{id}``."""
        return f"{self.method.http_method} {self.path}"


class RestView:
    """A REST API of one side, indexed."""

    def __init__(self, api: RestApi, side: SideView) -> None:
        self.api = api
        self.side = side
        self.definition = api.definition or _EMPTY
        self.paths = self.definition.paths()

    @cached_property
    def methods(self) -> Mapping[tuple[str, str], MethodView]:
        """The methods by shape of the path and verb."""
        views = (
            MethodView(method=method, path=self.paths.get(method.resource_id, "?"))
            for method in self.definition.methods
        )
        return {(shape_of(view.path), view.verb): view for view in views}

    @cached_property
    def shapes(self) -> Mapping[str, Mapping[str, MethodView]]:
        """The methods of each shape, by verb."""
        found: dict[str, dict[str, MethodView]] = defaultdict(dict)
        for (shape, verb), view in self.methods.items():
            found[shape][verb] = view
        return found

    @cached_property
    def models(self) -> Mapping[str, Model]:
        """The models by id and by name."""
        by_id = {model.id: model for model in self.definition.models}
        return {**by_id, **{name: model for model in by_id.values() if (name := known(model.name))}}

    @cached_property
    def validators(self) -> Mapping[str, RequestValidator]:
        """The request validators by id."""
        return {validator.id: validator for validator in self.definition.request_validators}

    @cached_property
    def authorizers(self) -> Mapping[str, Authorizer]:
        """The authorizers by id."""
        return {authorizer.id: authorizer for authorizer in self.definition.authorizers}

    def functions_of(self, uri: Text | None) -> tuple[Function, ...]:
        """Find the functions that an integration or an authorizer calls, with the variables of each stage."""
        return self.side.functions_of(uri, self._variables)

    @cached_property
    def _variables(self) -> Sequence[Mapping[str, Text]]:
        """The variables of the stages, and those of their canaries."""
        canaries = [
            {**stage.variables, **stage.canary_setting.stage_variable_overrides}
            for stage in self.api.stages
            if stage.canary_setting is not None
        ]
        return [*(stage.variables for stage in self.api.stages), *canaries]

    def authorizer_of(self, method: Method) -> Authorizer | None:
        """Return the authorizer of a method; None where it has none, or the source has it not."""
        return self.authorizers.get(method.authorizer_id or "")

    def checks(self, method: Method) -> tuple[bool, bool]:
        """Tell whether a method's validator checks bodies, and parameters."""
        validator = self.validators.get(method.request_validator_id or "")
        if validator is None:
            return False, False
        return bool(validator.validate_request_body), bool(validator.validate_request_parameters)


class SideView:
    """A deployment, indexed; ``names`` are set once both sides are paired."""

    names: Names

    def __init__(self, deployment: Deployment) -> None:
        self.deployment = deployment

    @cached_property
    def rest(self) -> Mapping[str, RestView]:
        """The REST APIs by id."""
        return {api.id: RestView(api, self) for api in self.deployment.rest_apis}

    @cached_property
    def template(self) -> Mapping[str, TemplateResource]:
        """What templates say of each resource, by logical id; of several stacks' the first."""
        found: dict[str, TemplateResource] = {}
        for resource in self.deployment.template_resources:
            found.setdefault(resource.logical_id, resource)
        return found

    @cached_property
    def functions(self) -> Mapping[str, Function]:
        """The functions by ARN."""
        return {function.arn: function for function in self.deployment.functions}

    def functions_of(self, uri: Text | None, stages: Sequence[Mapping[str, Text]]) -> tuple[Function, ...]:
        """Find the functions that are called, with the variables of each of the stages."""
        text = known(uri) or ""
        texts = {_filled(text, variables): None for variables in stages} if "${" in text else {text: None}
        return tuple(filter(None, map(self.function_of, texts)))

    def function_of(self, uri: Text | None) -> Function | None:
        """Find the function that an integration or an authorizer calls; None where the source has it not."""
        found = _FUNCTION.search(known(uri) or "")
        return self.functions.get(":".join(found["arn"].split(":")[:_ARN_PARTS])) if found else None


def _filled(text: str, variables: Mapping[str, Text]) -> str:
    """Put stage variables into a URI; one that is not there, or not known yet, is empty."""
    return _VARIABLE.sub(lambda found: known(variables.get(found["name"])) or "", text)


def is_function_uri(uri: Text | None) -> bool:
    """Tell whether a URI invokes a function, known or not yet."""
    return ":lambda:path/" in (uri if isinstance(uri, str) else str(uri or ""))
