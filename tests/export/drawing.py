"""Draws definitions of REST APIs that OpenAPI can say wholly: in the form that an import yields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from forestage.load.openapi.models import model_address
from forestage.model.rest import (
    Authorizer,
    Definition,
    DocumentationPart,
    GatewayResponse,
    Integration,
    IntegrationResponse,
    JwtAdditionalClaim,
    JwtConfiguration,
    JwtIssuer,
    Location,
    Method,
    MethodResponse,
    Model,
    RequestValidator,
    Resource,
    TlsConfig,
)
from tests.export.importing import API_ID

if TYPE_CHECKING:
    from collections.abc import Sequence

    from hypothesis.strategies import DrawFn

ROOT = "root"

names = st.text("abcXYZ019", min_size=1, max_size=6)
words = st.text("ab $'\"/.{}\\é\n", max_size=12)
media_types = st.sampled_from(["application/json", "text/plain", "application/x.y+json"])
templates = st.dictionaries(media_types, words, max_size=2)
statuses = st.sampled_from(["200", "201", "404", "500"])
verbs = ("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_LAMBDA = "arn:aws:apigateway:us-east-1:lambda:path/"
_ADDRESSES = {"AWS": _LAMBDA, "AWS_PROXY": _LAMBDA, "HTTP": "http://back", "HTTP_PROXY": "https://back"}


def maybe(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[str | None]:
    return st.none() | strategy


def mappings(place: str) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(names.map(f"{place}{{}}".format), words.map("'{}'".format), max_size=2)


@st.composite
def definitions(draw: DrawFn) -> Definition:
    models = draw(st.lists(names, max_size=3, unique=True))
    validators = draw(st.lists(names, max_size=2, unique=True))
    resources = draw(trees())
    authorizers = tuple(draw(authorizers_named(name)) for name in draw(st.lists(names, max_size=3, unique=True)))
    return Definition(
        root_resource_id=ROOT,
        resources=resources,
        methods=draw(methods(resources, authorizers, models, validators)),
        models=tuple(draw(models_named(name, models)) for name in models),
        request_validators=tuple(draw(validators_named(name)) for name in validators),
        authorizers=authorizers,
        gateway_responses=draw(gateway_responses()),
        documentation_parts=draw(documentation()),
    )


@st.composite
def trees(draw: DrawFn) -> tuple[Resource, ...]:
    """Draw a tree, parents first as an import makes it, with one variable among siblings."""
    variable = st.sampled_from(["a", "b-c", "{id}"])
    paths = draw(st.lists(st.lists(variable, max_size=3), max_size=4))
    paths += [["c", "{all+}"]] * draw(st.booleans())
    found: dict[str, Resource] = {}
    for path in paths:
        above = ROOT
        for length in range(1, len(path) + 1):
            own = "/".join(path[:length])
            resource = Resource(
                logical_id=own, id=f"r{own}", parent_id=above, path_part=path[length - 1], rest_api_id=API_ID
            )
            found.setdefault(own, resource)
            above = resource.id
    return tuple(found.values())


@st.composite
def methods(
    draw: DrawFn,
    resources: Sequence[Resource],
    authorizers: Sequence[Authorizer],
    models: Sequence[str],
    validators: Sequence[str],
) -> tuple[Method, ...]:
    found: list[Method] = []
    for resource_id, part in ((ROOT, ""), *((resource.id, resource.path_part) for resource in resources)):
        for verb in draw(st.lists(st.sampled_from(verbs), max_size=2, unique=True)):
            kind, authorizer_id, scopes = draw(demands(authorizers))
            found.append(
                Method(
                    logical_id=f"{verb} {resource_id}",
                    id=f"{verb} {resource_id}",
                    http_method=verb,
                    resource_id=resource_id,
                    rest_api_id=API_ID,
                    api_key_required=draw(st.none() | st.just(value=True)),
                    authorization_scopes=scopes,
                    authorization_type=kind,
                    authorizer_id=authorizer_id,
                    integration=draw(st.none() | integrations()),
                    method_responses=draw(method_responses(models)),
                    operation_name=draw(maybe(names)),
                    request_models=draw(references(models)),
                    request_parameters=draw(request_parameters(part)),
                    request_validator_id=draw(st.none() | st.sampled_from(validators)) if validators else None,
                )
            )
    return tuple(found)


@st.composite
def demands(draw: DrawFn, authorizers: Sequence[Authorizer]) -> tuple[str, str | None, tuple[str, ...]]:
    authorizer = draw(st.sampled_from([None, "AWS_IAM", *authorizers]))
    if not isinstance(authorizer, Authorizer):
        return authorizer or "NONE", None, ()
    kind = "CUSTOM" if authorizer.type in {"TOKEN", "REQUEST"} else authorizer.type
    return kind, authorizer.id, tuple(draw(st.lists(names, max_size=2)))


def references(models: Sequence[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.dictionaries(media_types, st.sampled_from([*models, "Empty", "Error"]), max_size=2)


@st.composite
def request_parameters(draw: DrawFn, part: str) -> dict[str, bool]:
    places = st.sampled_from(["querystring", "header", "path"])
    keys = st.tuples(places, st.sampled_from(["x", "X-Y", "a.b", "t[]"])).map(".".join)
    found = {f"method.request.{key}": needed for key, needed in draw(st.dictionaries(keys, st.booleans())).items()}
    if part.startswith("{") and not part.endswith("+}"):
        found[f"method.request.path.{part[1:-1]}"] = True
    return found


@st.composite
def method_responses(draw: DrawFn, models: Sequence[str]) -> tuple[MethodResponse, ...]:
    headers = st.sampled_from(["method.response.header.X", "method.response.header.a-b"])
    return tuple(
        MethodResponse(
            status_code=status,
            response_models=draw(references(models)),
            response_parameters=draw(st.dictionaries(headers, st.booleans(), max_size=2)),
        )
        for status in draw(st.lists(statuses, max_size=2, unique=True))
    )


@st.composite
def integrations(draw: DrawFn) -> Integration:
    kind = draw(st.sampled_from(["AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK"]))
    verb = st.sampled_from(verbs)
    connection_type = draw(maybe(st.sampled_from(["INTERNET", "VPC_LINK"])))
    return Integration(
        type=kind,
        cache_key_parameters=tuple(f"method.request.header.{name}" for name in draw(st.lists(names, max_size=2))),
        cache_namespace=draw(maybe(names)),
        connection_id=draw(names if connection_type == "VPC_LINK" else maybe(names)),
        connection_type=connection_type,
        content_handling=draw(maybe(st.sampled_from(["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]))),
        credentials=draw(maybe(words)),
        integration_http_method=draw(maybe(verb) if kind == "MOCK" else verb),
        integration_responses=draw(integration_responses()),
        integration_target=draw(maybe(names)),
        passthrough_behavior=draw(maybe(st.sampled_from(["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"]))),
        request_parameters=draw(mappings("integration.request.querystring.")),
        request_templates=draw(templates),
        response_transfer_mode=draw(
            maybe(st.sampled_from(["BUFFERED", *(["STREAM"] if kind.endswith("_PROXY") else [])]))
        ),
        timeout_in_millis=draw(st.none() | st.integers(50, 900_000)),
        tls_config=draw(st.none() | st.builds(TlsConfig, insecure_skip_verification=st.none() | st.booleans())),
        uri=draw(maybe(words) if kind == "MOCK" else words.map(f"{_ADDRESSES[kind]}{{}}".format)),
    )


@st.composite
def integration_responses(draw: DrawFn) -> tuple[IntegrationResponse, ...]:
    return tuple(
        IntegrationResponse(
            status_code=draw(statuses),
            content_handling=draw(maybe(st.sampled_from(["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"]))),
            response_parameters=draw(mappings("method.response.header.")),
            response_templates=draw(templates),
            selection_pattern=pattern,
        )
        for pattern in draw(st.lists(st.sampled_from([None, r"4\d{2}", ".*", "200"]), max_size=2, unique=True))
    )


@st.composite
def models_named(draw: DrawFn, name: str, models: Sequence[str]) -> Model:
    addresses = [f"{model_address(API_ID)}{other}" for other in models]
    properties = st.sampled_from(
        [{"type": "string"}, {"$ref": "#/definitions/own"}, *({"$ref": address} for address in addresses)]
    )
    description = draw(maybe(names))
    return Model(
        logical_id=name,
        id=name,
        rest_api_id=API_ID,
        content_type="application/json",
        description=description,
        name=name,
        schema={
            **({"description": description} if description is not None else {}),
            "type": "object",
            "properties": draw(st.dictionaries(st.sampled_from(["a", "$ref2", "items"]), properties, max_size=2)),
            "definitions": {"own": {"type": "array", "items": {"enum": [1, 2.5, None, True, "x"]}}},
        },
    )


def validators_named(name: str) -> st.SearchStrategy[RequestValidator]:
    flags = st.none() | st.booleans()
    return st.builds(
        RequestValidator,
        logical_id=st.just(name),
        id=st.just(name),
        rest_api_id=st.just(API_ID),
        name=st.just(name),
        validate_request_body=flags,
        validate_request_parameters=flags,
    )


@st.composite
def authorizers_named(draw: DrawFn, name: str) -> Authorizer:
    kind = draw(st.sampled_from(["TOKEN", "REQUEST", "COGNITO_USER_POOLS", "JWT"]))
    header = "method.request.header.X-Token"
    return Authorizer(
        logical_id=name,
        id=name,
        name=name,
        rest_api_id=API_ID,
        type=kind,
        auth_type=draw(maybe(names)),
        authorizer_credentials=draw(maybe(words)),
        authorizer_result_ttl_in_seconds=draw(st.none() | st.integers(0, 3600)),
        authorizer_uri=draw(maybe(words)),
        identity_source=draw(maybe(st.sampled_from([header, f"{header}, context.path", "stageVariables.a"]))),
        identity_validation_expression=draw(maybe(words)),
        jwt_configuration=draw(st.none() | jwt_configurations()) if kind == "JWT" else None,
        provider_arns=tuple(draw(st.lists(names, max_size=2))),
    )


def jwt_configurations() -> st.SearchStrategy[JwtConfiguration]:
    several = st.lists(names, max_size=2).map(tuple)
    claims = st.builds(
        JwtAdditionalClaim,
        claim_name=names,
        format=st.just("SINGLE_STRING"),
        required=st.none() | st.booleans(),
        expected_values=several,
    )
    issuers = st.builds(
        JwtIssuer, issuer=names, audiences=several, additional_claims=st.lists(claims, max_size=2).map(tuple)
    )
    return st.builds(
        JwtConfiguration,
        issuers=st.lists(issuers, max_size=2).map(tuple),
        default_algorithms=st.lists(st.sampled_from(["RS256", "ES384"]), max_size=2).map(tuple),
    )


@st.composite
def gateway_responses(draw: DrawFn) -> tuple[GatewayResponse, ...]:
    kinds = st.sampled_from(["DEFAULT_4XX", "UNAUTHORIZED", "THROTTLED"])
    return tuple(
        GatewayResponse(
            logical_id=kind,
            id=kind,
            response_type=kind,
            rest_api_id=API_ID,
            response_parameters=draw(mappings("gatewayresponse.header.")),
            response_templates=draw(templates),
            status_code=draw(maybe(statuses)),
        )
        for kind in draw(st.lists(kinds, max_size=2, unique=True))
    )


@st.composite
def documentation(draw: DrawFn) -> tuple[DocumentationPart, ...]:
    location = st.builds(
        Location,
        method=maybe(st.sampled_from(verbs)),
        name=maybe(names),
        path=maybe(st.just("/a")),
        status_code=maybe(statuses),
        type=maybe(st.sampled_from(["API", "METHOD", "MODEL"])),
    )
    properties = st.dictionaries(names, st.integers() | words, min_size=1, max_size=2)
    return tuple(
        DocumentationPart(logical_id="", id="", location=place, properties=content, rest_api_id=API_ID)
        for place, content in draw(st.lists(st.tuples(location, properties), max_size=2))
    )
