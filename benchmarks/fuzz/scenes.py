"""What is fuzzed in this process: each kind of scene changes another kind of input."""

from __future__ import annotations

import copy
import hashlib
import hmac
import json
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from benchmarks.fuzz.corpus import PATH_WORDS, POLICY_WORDS, SCHEMA_WORDS, TEMPLATE_WORDS
from benchmarks.fuzz.mutation import ODD, written
from benchmarks.fuzz.playing import Call, Scene, loaded
from forestage.model.principals import AccessKey, IamPrincipal, KnownPrincipal, PolicyDocument, PrincipalKind
from forestage.model.rest import JwtConfiguration, JwtIssuer
from forestage.model.values import Secret
from forestage.signing.canonical import canonical_request
from forestage.signing.request import SignedRequest
from forestage.tokens import KeySet, VerificationKey
from tests.cases.form import header_lines
from tests.cases.script import ARRIVED_AT
from tests.cases.short_api import API_ID, integration_uri
from tests.tokens.signing_keys import part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.fuzz.corpus import Corpus
    from benchmarks.fuzz.mutation import Mutator

_JSON: Final = "application/json"
_HOST: Final = f"{API_ID}.execute-api.us-east-1.amazonaws.com"
_ISSUER: Final = "https://issuer.example"
_SECRET: Final = "secret"
_STATUS: Final = '{"statusCode": 200}'
_ANSWERS: Final = (
    {"statusCode": 200, "headers": {"X-A": "1"}, "multiValueHeaders": {"X-B": ["1", "2"]}, "body": "text"},
    {"statusCode": "201", "body": '{"a": 1}', "isBase64Encoded": True},
    {"errorMessage": "failed: (x)", "errorType": "Error", "stackTrace": []},
    {"a": [1, {"b": None}]},
    "text",
)

_FUNCTION: Final = {"uri": integration_uri("fn"), "integration_http_method": "POST"}
_STREAMING_URI: Final = (
    integration_uri("fn").replace("2015-03-31", "2021-11-15").replace("/invocations", "/response-streaming-invocations")
)

# Fields of the model, as ``short_api`` takes them.
Fields = dict[str, Any]


def template_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change mapping templates of requests and responses, and the bodies that they read."""
    templates = corpus.templates

    def drawn() -> str:
        return mutator.text(mutator.draw.choice(templates), TEMPLATE_WORDS, others=templates)

    back = [{"status_code": "200", "response_templates": {_JSON: drawn()}, "response_parameters": _PARAMETERS_BACK}]
    there = [drawn() if mutator.maybe(0.5) else usual for usual in (_STATUS, "$input.json('$')")]
    methods: Fields = {
        "POST /m/{id}": {"type": "MOCK", "request_templates": {_JSON: there[0]}, "integration_responses": back},
        "POST /h/{id}": {
            "type": "HTTP",
            "integration_http_method": "POST",
            "uri": _seldom(mutator, "http://backend.example/${stageVariables.v}/{p}"),
            "request_templates": {_JSON: there[1]},
            "request_parameters": {"integration.request.path.p": "method.request.path.id"},
            "integration_responses": back,
        },
    }
    target = _target(mutator, f"{mutator.draw.choice('mh')}/1?a=1&b=2")
    call = Call(line=f"POST {target}", headers=_headers(mutator), body=_body(mutator, corpus))
    variables = {"v": mutator.text("one"), "endpoint": "x"}
    return _scene("template", methods, call, stages={"dev": {"variables": variables}})


_PARAMETERS_BACK: Final = {
    "method.response.header.X-One": "integration.response.header.X-A",
    "method.response.header.X-Two": "integration.response.body.a[0].b",
    "method.response.header.X-Three": "context.requestId",
}


def path_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change JSONPaths: of templates, of parameters from the body, and of those from the answer."""

    def drawn() -> str:
        return mutator.text(mutator.draw.choice(corpus.paths), PATH_WORDS, others=corpus.paths)

    quoted = drawn().replace("'", "''")
    template = f"$input.json('{quoted}') $input.path('{quoted}') $input.path('{quoted}').size()"
    methods: Fields = {
        "POST /p": {
            "type": "HTTP",
            "uri": "http://backend.example/",
            "integration_http_method": "POST",
            "request_templates": {_JSON: template},
            "request_parameters": {"integration.request.header.X-A": f"method.request.body.{drawn()}"},
            "integration_responses": [
                {
                    "status_code": "200",
                    "response_templates": {_JSON: template},
                    "response_parameters": {"method.response.header.X-A": f"integration.response.body.{drawn()}"},
                }
            ],
            "method": {"request_parameters": {f"method.request.body.{drawn()}": True}},
        }
    }
    call = Call(line="POST /dev/p", headers=_headers(mutator), body=_body(mutator, corpus))
    return _scene("path", methods, call, backend_bodies=corpus.bodies)


def schema_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change JSON schemas, and the bodies that they are held against."""
    schemas = [mutator.json(mutator.draw.choice(corpus.schemas), SCHEMA_WORDS) for _ in range(2)]
    methods: Fields = {
        "POST /v": {
            "type": "MOCK",
            "request_templates": {_JSON: _STATUS},
            "integration_responses": [{"status_code": "200"}],
            "method": {"request_validator_id": "v", "request_models": {_JSON: "Pet"}},
        }
    }
    fields: Fields = {
        "models": {"Pet": schemas[0], "Other": json.dumps(schemas[1])},
        "validators": {"v": {"validate_request_body": True, "validate_request_parameters": True}},
    }
    bodies = [json.dumps(mutator.json(_sample(schema, 0))).encode() for schema in schemas]
    calls = [Call(line="POST /dev/v", headers=_headers(mutator), body=_body(mutator, corpus))]
    calls += [Call(line="POST /dev/v", body=body) for body in bodies]
    return _scene("schema", methods, *calls, fields=fields)


# Schemas are any JSON.
def _sample(schema: Any, depth: int) -> Any:
    """Make a value that a schema is about."""
    if not isinstance(schema, dict) or depth > 8:
        return 1
    properties = schema.get("properties")
    if isinstance(properties, dict):
        return {name: _sample(inner, depth + 1) for name, inner in properties.items()}
    if "items" in schema:
        return [_sample(schema["items"], depth + 1)] * 2
    return {"string": "a" * 30 + "!", "integer": 3, "number": 2.5, "boolean": True}.get(str(schema.get("type")), "x")


def policy_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change resource policies, those in answers of authorizers, and those of principals."""

    def drawn(*, named: bool = False) -> Any:
        policies = [policy for policy in corpus.policies if ("Principal" in json.dumps(policy)) is named]
        policy = mutator.draw.choice(policies)
        return mutator.json(policy, POLICY_WORDS) if mutator.maybe(0.6) else policy

    methods: Fields = {
        f"GET /{name}/pets/{{proxy+}}": {
            "type": "MOCK",
            "request_templates": {_JSON: _STATUS},
            "integration_responses": [{"status_code": "200"}],
            "method": method,
        }
        for name, method in (
            ("open", {}),
            ("guarded", {"authorization_type": "CUSTOM", "authorizer_id": "guard"}),
            ("iam", {"authorization_type": "AWS_IAM"}),
        )
    }
    answers = [{"principalId": "a", "policyDocument": drawn(), "context": {"a": 1}} for _ in range(3)]
    calls = []
    for name in ("open", "guarded", "iam"):
        target = _target(mutator, f"{name}/pets/17")
        signed = _signed(target, _SECRET)
        calls.append(
            Call(line=f"GET {target}", headers=(*signed, ("T", "t"), *_headers(mutator)[1:]), client=_ip(mutator))
        )
    fields = {"policy": drawn(named=True) if mutator.maybe(0.5) else None, "authorizers": {"guard": _guard(mutator)}}
    return _scene(
        "policy",
        methods,
        *calls,
        fields=fields,
        function_answers=tuple(answers),
        principals=(_principal(loaded(drawn())),),
    )


def _guard(mutator: Mutator) -> Fields:
    return {
        "type": mutator.draw.choice(("TOKEN", "REQUEST")),
        "identity_source": mutator.text("method.request.header.T") if mutator.maybe(0.2) else "method.request.header.T",
        "identity_validation_expression": mutator.text("^Bearer [-0-9a-zA-z.]*$") if mutator.maybe(0.4) else None,
        "authorizer_uri": integration_uri(mutator.text("guard") if mutator.maybe(0.1) else "guard"),
        "authorizer_result_ttl_in_seconds": mutator.draw.choice((None, 0, 300)),
    }


def token_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change tokens, their claims and the expressions that they are held against."""
    del corpus
    header = {"alg": "ES256", "kid": "k", "typ": "JWT"}
    claims = {
        "iss": _ISSUER,
        "aud": ["pets"],
        "exp": ARRIVED_AT + 60,
        "iat": ARRIVED_AT - 60,
        "scope": "read write",
        "sub": "ada",
        "nested": {"a": [1, None]},
    }
    calls = []
    for _ in range(3):
        head, body = (
            mutator.json(entry, ("none", "HS256", "jwk", "kid", "crit", *ODD)) if mutator.maybe(0.4) else entry
            for entry in (header, claims)
        )
        token = _token(written(head), written(body))
        token = mutator.text(token) if mutator.maybe(0.2) else token
        value = mutator.text(f"Bearer {token}") if mutator.maybe(0.1) else f"Bearer {token}"
        calls.append(Call(line="GET /dev/jwt", headers=(("Host", _HOST), ("Authorization", _latin(value)))))
    jwt = JwtConfiguration(
        issuers=(JwtIssuer(issuer=_ISSUER, audiences=("pets",)),), default_algorithms=("ES256", "RS256")
    )
    source = "method.request.header.Authorization"
    authorizer = {"type": "JWT", "identity_source": source, "jwt_configuration": jwt}
    method = {"authorization_type": "JWT", "authorizer_id": "a", "authorization_scopes": ("read",)}
    claims_template = "$context.authorizer.claims.sub $context.authorizer.claims.nested"
    back = [{"status_code": "200", "response_templates": {_JSON: claims_template}}]
    methods: Fields = {
        "GET /jwt": {
            "type": "MOCK",
            "request_templates": {_JSON: _STATUS},
            "integration_responses": back,
            "method": method,
        }
    }
    fields: Fields = {"authorizers": {"a": authorizer}}
    return _scene("token", methods, *calls, fields=fields, issuer_keys=_key_set())


def signature_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change signed requests, and Authorization headers of any kind."""
    method = {"authorization_type": "AWS_IAM"}
    methods: Fields = {"ANY /iam/{proxy+}": {"type": "AWS_PROXY", **_FUNCTION, "method": method}}
    policy: Any = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
    calls = []
    for _ in range(3):
        target = _target(mutator, "iam/a?x=1&y=%20")
        signed = _signed(target, _SECRET)
        lines = [
            (name, _latin(mutator.text(value, ("Credential=", "Signature=", "AWS4-HMAC-SHA256", *ODD))))
            if mutator.maybe(0.15)
            else (name, value)
            for name, value in signed
        ]
        if mutator.maybe(0.2):
            lines.append(mutator.draw.choice(signed))
        calls.append(
            Call(line=f"GET {target}", headers=tuple(lines), body=_body(mutator, corpus) if mutator.maybe(0.2) else b"")
        )
    return _scene("signature", methods, *calls, principals=(_principal(policy),), function_answers=_ANSWERS)


def answer_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change what functions and backends answer, with selection patterns, gateway responses, access logs and keys."""
    pattern = mutator.text(mutator.draw.choice((r"failed: .*", "4\\d{2}", "(a|a)*b", "")))
    back = [
        {"status_code": "200"},
        {
            "status_code": "500",
            "selection_pattern": pattern,
            "response_templates": {_JSON: "$input.path('$.errorMessage')"},
            "response_parameters": {"method.response.header.X-A": "integration.response.header.X-A"},
        },
    ]
    to_backend = {"uri": _seldom(mutator, "http://backend.example/{proxy}?a=b"), "integration_http_method": "ANY"}
    keyed = {"api_key_required": True}
    methods: Fields = {
        "ANY /f/{proxy+}": {"type": "AWS_PROXY", **_FUNCTION, "method": keyed},
        "ANY /c/{proxy+}": {"type": "AWS", **_FUNCTION, "integration_responses": back},
        "ANY /h/{proxy+}": {"type": "HTTP_PROXY", **to_backend, "request_parameters": _PROXIED},
        "ANY /i/{proxy+}": {"type": "HTTP", **to_backend, "integration_responses": back},
        "ANY /s/{proxy+}": {"type": "HTTP_PROXY", **to_backend, "response_transfer_mode": "STREAM"},
        "ANY /t/{proxy+}": {
            "type": "AWS_PROXY",
            "uri": _STREAMING_URI,
            "integration_http_method": "POST",
            "response_transfer_mode": "STREAM",
        },
    }
    stages: Fields = {
        "dev": {
            "access_log_setting": {"format": mutator.text(_LOG, TEMPLATE_WORDS)},
            "variables": {"v": mutator.text("x")},
        }
    }
    fields: Fields = {
        "gateway_responses": {
            kind: {
                "response_parameters": {"gatewayresponse.header.X-A": mutator.draw.choice(_CUSTOM_PARAMETERS)},
                "response_templates": {_JSON: mutator.text('{"m": $context.error.messageString}', TEMPLATE_WORDS)},
            }
            for kind in mutator.draw.sample(("DEFAULT_4XX", "DEFAULT_5XX", "INVALID_API_KEY"), 2)
        },
        "binary_media_types": tuple(mutator.text(kind) for kind in ("image/*", "*/*") if mutator.maybe(0.3)),
        "minimum_compression_size": mutator.draw.choice((None, 0, 10)),
    }
    calls = [
        Call(
            line=f"{_verb(mutator)} {_target(mutator, f'{folder}/a?x=1&x=2')}",
            headers=(*_headers(mutator), ("X-Api-Key", mutator.draw.choice(("key-1", "key-2", "")))),
            body=_body(mutator, corpus) if mutator.maybe(0.5) else b"",
            client=_ip(mutator),
        )
        for folder in mutator.draw.sample("fchist", 3)
    ]
    return _scene(
        "answer",
        methods,
        *calls,
        stages=stages,
        fields=fields,
        function_answers=_ANSWERS,
        backend_bodies=corpus.bodies,
        keys={"k": {"name": "k", "value": "key-1", "in": ["p"]}},
        plans={"p": {"stages": {"dev": {}}, "throttle": {"rate_limit": 1.0, "burst_limit": 2}}},
    )


_LOG: Final = '$context.requestId $context.identity.sourceIp "$context.httpMethod" $context.error.message $context.path'
_PROXIED: Final = {
    "integration.request.path.proxy": "method.request.path.proxy",
    "integration.request.header.X-X": "method.request.querystring.x",
}
_CUSTOM_PARAMETERS: Final = ("method.request.header.X-A", "method.request.querystring.x", "context.path", "'*'")


def request_scene(mutator: Mutator, corpus: Corpus) -> Scene:
    """Change the requests of a case, and the texts of its API."""
    case = mutator.draw.choice(corpus.requests)
    api = case["api"]
    methods = {route: _changed_method(mutator, spec) for route, spec in api["methods"].items()}
    calls, answers = [], list(_ANSWERS)
    for step in mutator.draw.sample(case["steps"], min(3, len(case["steps"]))):
        verb, _, target = step["request"].partition(" ")
        lines = header_lines({"Host": "localhost:3000", **step.get("headers", {})})
        body = step["body"] if "body" in step else json.dumps(step["json"], default=str) if "json" in step else ""
        calls.append(
            Call(
                line=f"{verb} {_latin(mutator.text(target) if mutator.maybe(0.3) else target)}",
                headers=(
                    *((name, _latin(mutator.text(value) if mutator.maybe(0.3) else value)) for name, value in lines),
                    *_headers(mutator),
                ),
                body=(mutator.text(body or "") if mutator.maybe(0.5) else body or "").encode("utf-8", "surrogatepass"),
                client=step.get("client", "127.0.0.1"),
            )
        )
        for asked in (step.get("authorizer"), step.get("invoke")):
            if asked and "returns" in asked.get("answer", {}):
                answers += [asked["answer"]["returns"]] * 5
    return _scene(
        "request",
        methods,
        *calls,
        stages=copy.deepcopy(api.get("stages")),
        fields=copy.deepcopy(api.get("fields", {})),
        function_answers=tuple(answers),
        keys=case.get("keys", {}),
        plans=copy.deepcopy(case.get("plans", {})),
    )


_FREE_TEXTS: Final = frozenset(
    {"request_templates", "response_templates", "response_parameters", "request_parameters", "selection_pattern", "uri"}
)
"""Fields of the model that hold what the author of a template wrote."""


def _changed_method(mutator: Mutator, spec: Any) -> Any:
    if not isinstance(spec, dict):
        return spec
    return {name: _changed_field(mutator, name, copy.deepcopy(value)) for name, value in spec.items()}


def _changed_field(mutator: Mutator, name: str, value: Any) -> Any:
    if name == "integration_responses":
        return [_changed_method(mutator, entry) for entry in value]
    if name not in _FREE_TEXTS or mutator.maybe(0.8):
        return value
    if isinstance(value, dict):
        return {key: mutator.text(item) if isinstance(item, str) else item for key, item in value.items()}
    return mutator.text(value) if isinstance(value, str) else value


KINDS: Final[Mapping[str, Callable[[Mutator, Corpus], Scene]]] = {
    "template": template_scene,
    "path": path_scene,
    "schema": schema_scene,
    "policy": policy_scene,
    "token": token_scene,
    "signature": signature_scene,
    "answer": answer_scene,
    "request": request_scene,
}
"""Each kind of scene by its name."""


def _scene(kind: str, methods: Fields, *calls: Call, **more: Any) -> Scene:
    return Scene(
        kind=kind,
        methods=methods,
        calls=calls,
        **{"fields": {}, "keys": {}, "plans": {}, **more},
    )


# -- parts of requests ------------------------------------------------------------------------------------------------


def _latin(text: str) -> str:
    """Make a text one of the wire: a character for each byte, without line ends."""
    return text.encode("utf-8", "surrogatepass").replace(b"\r", b"").replace(b"\n", b"").decode("latin-1")


def _target(mutator: Mutator, path: str) -> str:
    return "/dev/" + _latin(mutator.text(path) if mutator.maybe(0.2) else path).replace(" ", "%20")


def _seldom(mutator: Mutator, text: str) -> str:
    """Change a text that nothing works without."""
    return mutator.text(text) if mutator.maybe(0.1) else text


def _verb(mutator: Mutator) -> str:
    return mutator.draw.choice(("GET", "POST", "PUT", "HEAD", "OPTIONS", "PATCH"))


def _ip(mutator: Mutator) -> str:
    return mutator.draw.choice(("127.0.0.1", "10.1.2.3", "::1", "2001:db8::1", "::ffff:10.0.0.1", "fe80::1%eth0"))


def _headers(mutator: Mutator) -> tuple[tuple[str, str], ...]:
    lines = [("Host", "localhost:3000")]
    for name, values in _HEADERS.items():
        if mutator.maybe(0.02 if name in _DECISIVE else 0.12):
            value = mutator.draw.choice(values)
            lines.append((name, _latin(mutator.text(value)) if mutator.maybe(0.5) else value))
    return tuple(lines)


_DECISIVE: Final = frozenset({"Content-Type", "Content-Encoding", "X-HTTP-Method-Override"})
"""With most values of these a request does not get far."""


_HEADERS: Final = {
    "Content-Type": (
        _JSON,
        "text/plain",
        "application/json; charset=utf-8",
        "application/x-www-form-urlencoded",
        "*/*",
    ),
    "Accept": (_JSON, "image/png", "*/*;q=0.1", ""),
    "Accept-Encoding": ("gzip", "deflate;q=0.5, gzip;q=0", "*", "identity;q=0, *;q=0"),
    "Content-Encoding": ("gzip", "deflate", "identity", "br"),
    "X-HTTP-Method-Override": ("GET", "DELETE", "x"),
    "X-Amzn-Trace-Id": ("Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1", "Self=;=;"),
    "x-amzn-RequestId": ("0f1e2d3c-4b5a-4978-a695-847362514039", "x"),
    "Cache-Control": ("max-age=0", "no-cache"),
    "X-Amz-Invocation-Type": ("Event", "RequestResponse", "x"),
    "X-Forwarded-For": ("1.2.3.4, 5.6.7.8",),
    "Authorization": ("Bearer x", "AWS4-HMAC-SHA256 Credential=a/b/c, SignedHeaders=host, Signature=0", "Basic =="),
    "Cookie": ("a=b; c=d",),
    "Range": ("bytes=0-1",),
    "Origin": ("https://elsewhere.example",),
    "User-Agent": ("fuzz", "a" * 3_000),
}


def _body(mutator: Mutator, corpus: Corpus) -> bytes:
    body = mutator.draw.choice(corpus.bodies)
    if mutator.maybe(0.4):
        try:
            return json.dumps(mutator.json(json.loads(body))).encode()
        except (ValueError, RecursionError):
            pass
    content = mutator.text(body, others=corpus.bodies).encode("utf-8", "surrogatepass")
    if mutator.maybe(0.1):
        content = content.replace(b"a", bytes([0xFF, 0xC3]))
    return content


# -- signatures -------------------------------------------------------------------------------------------------------


def _principal(policy: Any) -> KnownPrincipal:
    return KnownPrincipal(
        principal=IamPrincipal(
            name="ada",
            arn="arn:aws:iam::123456789012:user/ada",
            account_id="123456789012",
            user_id="AIDAADA",
            kind=PrincipalKind.USER,
            policies=(PolicyDocument(name="own", document=policy),),
            tags={"a": "b"},
        ),
        access_key=AccessKey(id="AKIAADA", secret_access_key=Secret(_SECRET)),
    )


def _signed(target: str, secret: str) -> tuple[tuple[str, str], ...]:
    """Return the headers of a GET that is signed when it arrives."""
    moment = datetime.fromtimestamp(ARRIVED_AT, UTC).strftime("%Y%m%dT%H%M%SZ")
    path, _, query = target.partition("?")
    lines = (("Host", _HOST), ("X-Amz-Date", moment))
    request = SignedRequest(method="GET", path=path, raw_query=query, headers=lines, body=b"")
    canonical = canonical_request(request, ("host", "x-amz-date"))
    scope = f"{moment[:8]}/us-east-1/execute-api/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(canonical.encode('latin-1')).hexdigest()}"
    key = f"AWS4{secret}".encode()
    for step in scope.split("/"):
        key = hmac.digest(key, step.encode(), "sha256")
    signature = hmac.new(key, text.encode(), "sha256").hexdigest()
    credential = f"AWS4-HMAC-SHA256 Credential=AKIAADA/{scope}, SignedHeaders=host;x-amz-date, Signature={signature}"
    return (*lines, ("Authorization", credential))


@cache
def _private_key() -> ec.EllipticCurvePrivateKey:
    # The same in every run, so that a seed gives the same tokens.
    return ec.derive_private_key(20_260_728, ec.SECP256R1())


@cache
def _key_set() -> KeySet:
    return KeySet(keys=(VerificationKey(id="k", algorithms=("ES256",), public=_private_key().public_key()),))


def _token(header: bytes, claims: bytes) -> str:
    signed = f"{part(header)}.{part(claims)}"
    made = _private_key().sign(signed.encode(), ec.ECDSA(hashes.SHA256(), deterministic_signing=True))
    r, s = decode_dss_signature(made)
    return f"{signed}.{part(r.to_bytes(32) + s.to_bytes(32))}"
