"""The gateway: which plane and API a request goes to, what is kept of it, and what a defect becomes."""

from __future__ import annotations

import asyncio
from collections import UserDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.principals import Identity
from forestage.preview.compile.runtime import ApiRuntime, Runtime
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendStream,
    CallBackend,
    FindIssuerKeys,
    FunctionAnswer,
    InvokeFunction,
    KeysUnavailable,
    Spend,
    StreamBackend,
)
from forestage.preview.engine.wire import WireResponse
from forestage.preview.host.access_logs import AccessLogs
from forestage.preview.host.callers import Callers
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.driver import Driver
from forestage.preview.host.gateway import MAX_CONSTANTS, Gateway
from forestage.preview.host.ids import Ids
from forestage.preview.host.ledger import Ledger
from forestage.preview.host.truststores import Truststores
from forestage.preview.trace import TraceLog, summarize, to_json
from tests.cases.script import ARRIVED_AT, ScriptedBody, whole, wire_request
from tests.cases.short_api import API_ID, rest_api, runtime_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.rest import RestApi
    from forestage.preview.engine.wire import WireRequest
    from forestage.preview.trace import Trace

OTHER_ID = "z9y8x7w6v5"
CONTROL = WireResponse(status=299, headers=(), body=b"control plane")


@dataclass
class World:
    """Everything around a gateway, and the gateway."""

    runtime: Runtime
    fails: bool = False
    lines: list[Mapping[str, object]] = field(default_factory=list)
    defects: list[BaseException] = field(default_factory=list)
    controlled: list[str] = field(default_factory=list)
    callers: Callers = field(default_factory=Callers)
    truststores: Truststores = field(default_factory=Truststores)
    clock: ManualClock = field(default_factory=ManualClock)
    traces: TraceLog = field(default_factory=TraceLog)

    def __post_init__(self) -> None:
        self.access_logs = AccessLogs(clock=self.clock)
        self.gateway = Gateway(
            runtime=self.runtime,
            driver=Driver(
                functions=self,
                backends=self,
                issuer_keys=self,
                immediate={Spend: Ledger(clock=self.clock).spend},
                monotonic=self.clock.monotonic,
            ),
            control=self.control,
            clock=self.clock,
            ids=Ids(),
            callers=self.callers,
            certificates=self.truststores.check,
            traces=self.traces,
            access_logs=self.access_logs,
            lines=self,
            on_defect=self.defects.append,
        )

    def control(self, wire: WireRequest) -> WireResponse:
        self.controlled.append(wire.target)
        return CONTROL

    def write(self, **line: object) -> None:
        self.lines.append(line)

    async def invoke(self, effect: InvokeFunction) -> FunctionAnswer:
        del effect
        self.clock.advance(0.25)
        return FunctionAnswer(payload=b'{"body": "from the function"}')

    # It stands for functions and backends alike, whose streams differ in type.
    async def stream(self, effect: Any) -> Any:
        assert isinstance(effect, StreamBackend)
        return BackendStream(status=206, headers=(), body=ScriptedBody(b"from", b"the backend"))

    async def find(self, effect: FindIssuerKeys) -> KeysUnavailable:
        return KeysUnavailable(detail=effect.issuer)

    async def call(self, effect: CallBackend) -> BackendAnswer:
        del effect
        if self.fails:
            raise ZeroDivisionError("of ours")
        return BackendAnswer(status=200, headers=(), body=b"from the backend")

    def answer(self, request: str, *, home: str = API_ID, host: str = "localhost:3000", **headers: str) -> WireResponse:
        """Have a request answered, and wait for it."""
        lines = (("Host", host), *((name.replace("_", "-"), value) for name, value in headers.items()))

        async def handle() -> WireResponse:
            found = self.gateway.handle(home, wire_request(request, headers=lines))
            return found if isinstance(found, WireResponse) else await found

        return asyncio.run(handle())


def other_api() -> RestApi:
    api = rest_api({"GET /other": "mock"})
    # The other API differs in its id alone, which short data does not have.
    values: dict[str, Any] = {name: getattr(api, name) for name in ("definition", "deployments", "stages", "name")}
    return type(api)(logical_id="Other", id=OTHER_ID, **values)


@pytest.fixture
def world() -> World:
    api = rest_api(
        {
            "GET /": "mock",
            "GET /pets": "mock",
            "POST /pets": "mock",
            "GET /health": "mock",
            "GET /f": "lambda",
            "GET /b": "http_proxy",
        },
        stages={"dev": {}, "_forestage": {}, "_aws": {}, "restapis": {}},
    )
    return World(runtime_of(api, other_api()))


def routed(response: WireResponse) -> object:
    return response.status, response.body


PETS = (200, b'{"route": "GET /pets"}')
OTHER = (200, b'{"route": "GET /other"}')
FORBIDDEN = (403, b'{"message":"Forbidden"}')


# -- which plane and which API --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("request_line", "home", "host", "expected"),
    [
        pytest.param("GET /dev/pets", API_ID, "localhost:3000", PETS, id="port"),
        pytest.param("GET /dev/other", OTHER_ID, "localhost:3001", OTHER, id="other-port"),
        pytest.param("GET /dev/pets", API_ID, "shop.example", PETS, id="unknown-host"),
        pytest.param("GET /dev/pets", API_ID, "", PETS, id="blank-host"),
        pytest.param("GET /dev/other", API_ID, f"{OTHER_ID}.execute-api.localhost:3000", OTHER, id="host"),
        pytest.param("GET /dev/other", API_ID, f"{OTHER_ID}.execute-api.us-east-1.amazonaws.com", OTHER, id="aws-host"),
        pytest.param("GET /dev/other", API_ID, f"{OTHER_ID.upper()}.Execute-Api.Localhost", OTHER, id="case-of-host"),
        pytest.param("GET /dev/pets", OTHER_ID, "gone.execute-api.localhost", FORBIDDEN, id="host-of-no-api"),
        pytest.param(f"GET /_aws/execute-api/{OTHER_ID}/dev/other", API_ID, "localhost", OTHER, id="path-form"),
        pytest.param(f"GET /restapis/{OTHER_ID}/dev/_user_request_/other", API_ID, "localhost", OTHER, id="old-form"),
        pytest.param("GET /_aws/execute-api/gone/dev/other", OTHER_ID, "localhost", FORBIDDEN, id="path-of-no-api"),
        pytest.param("GET /dev/pets", "gone", "localhost", FORBIDDEN, id="port-of-no-api"),
        pytest.param("GET http://localhost:3000/dev/pets", API_ID, "localhost:3000", PETS, id="absolute-target"),
        pytest.param(
            f"GET http://{OTHER_ID}.execute-api.localhost/dev/other", API_ID, "localhost", OTHER, id="absolute-host"
        ),
        pytest.param("OPTIONS *", API_ID, "localhost", FORBIDDEN, id="asterisk"),
    ],
)
def test_request_goes_to_the_api_it_names(
    world: World, request_line: str, home: str, host: str, expected: object
) -> None:
    assert routed(world.answer(request_line, home=home, host=host)) == expected


@pytest.mark.parametrize("host", ["localhost:3000", "127.0.0.1", "evil.example", "abc.execute-api.evil.example", ""])
def test_control_plane_is_reached_by_its_prefix(world: World, host: str) -> None:
    assert world.answer("GET /_forestage/health?x=1", host=host) is CONTROL
    assert world.controlled == ["/_forestage/health?x=1"]
    assert (world.lines, world.traces.latest()) == ([], [])


@pytest.mark.parametrize(
    "host",
    [
        f"{API_ID}.execute-api.localhost:3000",
        f"{API_ID.upper()}.EXECUTE-API.LOCALHOST:3000",
        f"{API_ID}.execute-api.localhost.:3000",
        f"{API_ID}.execute-api.us-east-1.amazonaws.com",
        "gone.execute-api.localhost",
        "gone.execute-api.eu-west-1.amazonaws.com",
    ],
)
def test_host_that_names_an_api_never_reaches_the_control_plane(world: World, host: str) -> None:
    world.answer("GET /_forestage/health", host=host)

    assert world.controlled == []


@pytest.mark.parametrize(
    "target",
    [
        f"/_aws/execute-api/{API_ID}/_forestage/health",
        f"/restapis/{API_ID}/_forestage/_user_request_/health",
        f"http://{API_ID}.execute-api.localhost/_forestage/health",
    ],
)
def test_target_that_names_an_api_never_reaches_the_control_plane(world: World, target: str) -> None:
    assert routed(world.answer(f"GET {target}")) == (200, b'{"route": "GET /health"}')
    assert world.controlled == []


@pytest.mark.parametrize("stage", ["_forestage", "_aws", "restapis"])
def test_stage_with_a_name_of_ours_is_reached_by_host(world: World, stage: str) -> None:
    assert routed(world.answer(f"GET /{stage}/pets", host=f"{API_ID}.execute-api.localhost")) == PETS


def test_answer_of_no_api_looks_like_the_gateways(world: World) -> None:
    response = world.answer("GET /dev/pets", home="gone")

    names = [name for name, _ in response.headers]
    assert names == ["Content-Type", "x-amzn-RequestId", "x-amz-apigw-id", "x-amzn-ErrorType"]
    assert ("x-amzn-ErrorType", "ForbiddenException") in response.headers
    assert [(line["status"], line["path"], line["function"]) for line in world.lines] == [(403, "/dev/pets", None)]


def test_request_to_no_api_leaves_a_trace_that_says_so(world: World) -> None:
    response = world.answer("GET /dev/pets", home="gone")

    summary = summarize(world.traces.latest()[0])
    assert ("x-amzn-RequestId", summary["request_id"]) in response.headers
    assert (summary["status"], summary["api"]) == (403, None)
    assert summary["failure"] == "no such API is served here"


def test_runtime_is_replaced_between_requests(world: World) -> None:
    world.gateway.runtime = runtime_of(other_api())

    assert routed(world.answer("GET /dev/pets")) == FORBIDDEN
    assert routed(world.answer("GET /dev/other", home=OTHER_ID)) == OTHER


# -- what is kept ---------------------------------------------------------------------------------------------------


def test_request_leaves_a_line_and_a_trace(world: World) -> None:
    response = world.answer("GET /dev/pets?x=1")

    (trace,) = world.traces.latest()
    assert world.lines == [
        {
            "method": "GET",
            "path": "/dev/pets?x=1",
            "status": 200,
            "ms": 0.0,
            "function": None,
            "request_id": trace.request_id,
        }
    ]
    assert ("x-amzn-RequestId", trace.request_id) in response.headers
    assert (trace.started_at, trace.response, trace.body_bytes) == (ARRIVED_AT, response, len(PETS[1]))


def test_line_tells_the_function_and_how_long_it_took(world: World) -> None:
    response = world.answer("GET /dev/f")

    assert response.body == b"from the function"
    assert [(line["function"], line["ms"]) for line in world.lines] == [("fn", 250.0)]


def test_function_of_another_form_is_told_whole() -> None:
    uri = "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${stageVariables.fn}/invocations"
    fields = {"type": "AWS_PROXY", "integration_http_method": "POST", "uri": uri}
    world = World(runtime_of(rest_api({"GET /": fields}, stages={"dev": {"variables": {"fn": "mine"}}})))

    world.answer("GET /dev")

    assert [line["function"] for line in world.lines] == ["mine"]


def test_backend_is_no_function(world: World) -> None:
    assert world.answer("GET /dev/b").body == b"from the backend"
    assert [line["function"] for line in world.lines] == [None]


def test_refused_request_leaves_a_line_and_a_trace(world: World) -> None:
    world.answer("GET /none/pets")

    (trace,) = world.traces.latest()
    assert [line["status"] for line in world.lines] == [403]
    assert to_json(trace)["failure"] == "there is no stage 'none'"


def test_trace_is_found_by_the_request_id_of_the_client(world: World) -> None:
    chosen = "11111111-2222-4333-8444-555555555555"

    world.answer("GET /dev/pets", x_amzn_RequestId=chosen)

    assert world.traces.get(chosen) is not None
    assert [line["request_id"] for line in world.lines] == [chosen]


def test_path_form_is_kept_without_its_prefix(world: World) -> None:
    world.answer(f"GET /_aws/execute-api/{API_ID}/dev/pets")

    assert [line["path"] for line in world.lines] == ["/dev/pets"]


def test_bodies_of_a_trace_are_counted(world: World) -> None:
    wire = wire_request("POST /dev/pets", headers=(), body=b"words")

    answer = world.gateway.handle(API_ID, wire)

    assert isinstance(answer, WireResponse)
    (trace,) = world.traces.latest()
    assert trace.body_bytes == len(b"words") + len('{"route": "POST /pets"}')


# -- defects --------------------------------------------------------------------------------------------------------


class BrokenStages(UserDict[str, Any]):
    """Stages that cannot even be looked up."""

    def get(self, key: object, default: object = None) -> object:
        raise ZeroDivisionError(f"of ours: {key} {default}")


def broken_world() -> World:
    api = runtime_of(rest_api({"GET /": "mock"})).apis[API_ID]
    broken = ApiRuntime(identity=api.identity, stages=BrokenStages())
    return World(Runtime(deployment=runtime_of().deployment, apis={API_ID: broken}))


def test_defect_before_anything_is_known_is_a_500() -> None:
    world = broken_world()

    response = world.answer("GET /dev/pets")

    (trace,) = world.traces.latest()
    assert routed(response) == (500, b'{"message": "Internal server error"}')
    assert ("x-amzn-RequestId", trace.request_id) in response.headers
    assert [type(defect) for defect in world.defects] == [ZeroDivisionError]
    assert "a defect of forestage: ZeroDivisionError" in str(to_json(trace)["failure"])
    assert [line["status"] for line in world.lines] == [500]


def test_defect_while_waiting_is_a_500_under_the_clients_request_id(world: World) -> None:
    chosen = "11111111-2222-4333-8444-555555555555"
    world.fails = True

    response = world.answer("GET /dev/b", x_amzn_RequestId=chosen)

    trace = world.traces.get(chosen)
    assert trace is not None
    assert routed(response) == (500, b'{"message": "Internal server error"}')
    assert ("x-amzn-RequestId", chosen) in response.headers
    assert ("x-amzn-ErrorType", "InternalServerErrorException") in response.headers
    assert [str(defect) for defect in world.defects] == ["of ours"]
    assert to_json(trace)["failure"] == "a defect of forestage: ZeroDivisionError('of ours')"


# -- access logs and canaries ---------------------------------------------------------------------------------------


@pytest.fixture
def logging_world() -> World:
    stages: dict[str, Any] = {
        "dev": {"access_log_setting": {"format": "$context.status $context.responseLatency"}},
        "split": {
            "access_log_setting": {"format": "$context.isCanaryRequest"},
            "canary_setting": {"percent_traffic": 50},
        },
        "silent": {},
    }
    return World(runtime_of(rest_api({"GET /": "mock", "GET /f": "lambda"}, stages=stages)))


def test_request_to_a_stage_with_an_access_log_leaves_a_line(logging_world: World) -> None:
    for target in ("/dev/", "/dev/none", "/dev/f", "/silent/", "/gone/"):
        logging_world.answer(f"GET {target}")

    assert logging_world.access_logs.lines(API_ID, "dev") == ("200 0", "403 0", "200 250")
    assert logging_world.access_logs.lines(API_ID, "silent") == ()


def test_share_of_the_requests_goes_to_the_canary(logging_world: World) -> None:
    for _ in range(200):
        logging_world.answer("GET /split/")

    assert set(logging_world.access_logs.lines(API_ID, "split")) == {"true", "false"}


def test_request_whose_response_is_streamed_ends_with_it() -> None:
    streamed = {"type": "HTTP_PROXY", "uri": "http://backend.example/", "response_transfer_mode": "STREAM"}
    log = {"access_log_setting": {"format": "$context.responseLength $context.integration.responseTransferMode"}}
    world = World(runtime_of(rest_api({"GET /s": streamed}, stages={"dev": log})))

    response = world.answer("GET /dev/s")
    under_way = to_json(world.traces.latest()[0])
    world.clock.advance(0.5)
    body = whole(response.body)

    trace = world.traces.latest()[0]
    assert (response.status, body) == (206, b"fromthe backend")
    assert (under_way["ms"], under_way["status"]) == (None, 206)
    assert (trace.duration_ms, trace.response is not None and trace.response.body) == (500.0, b"")
    assert [(line["status"], line["ms"]) for line in world.lines] == [(206, 500.0)]
    assert world.access_logs.lines(API_ID, "dev") == ("15 STREAMED",)


# -- the short way --------------------------------------------------------------------------------------------------


def test_request_like_one_before_is_answered_alike_with_ids_of_its_own(world: World) -> None:
    first, second = world.answer("GET /dev/pets?x=1"), world.answer("GET /dev/pets?x=1")

    later, before = world.traces.latest()
    assert (first.status, first.body) == (second.status, second.body)
    assert [name for name, _ in first.headers] == [name for name, _ in second.headers]
    assert ("x-amzn-RequestId", later.request_id) in second.headers
    assert later.request_id != before.request_id
    assert [line["path"] for line in world.lines] == ["/dev/pets?x=1"] * 2
    assert [step["stage"] for step in list_of_steps(later)] == [step["stage"] for step in list_of_steps(before)]


def list_of_steps(trace: Trace) -> list[Any]:
    found = to_json(trace)["steps"]
    assert isinstance(found, list)
    return found


def test_request_that_differs_in_a_header_is_looked_at_for_itself(world: World) -> None:
    world.answer("GET /dev/pets")

    assert world.answer("GET /dev/pets", X_HTTP_Method_Override="DELETE").status == 403
    assert world.answer("GET /dev/pets").status == 200


def test_throttle_is_asked_for_each_of_requests_that_are_alike() -> None:
    setting = {"resource_path": "/*", "http_method": "*", "throttling_burst_limit": 2, "throttling_rate_limit": 1.0}
    api = rest_api({"GET /pets": "mock"}, stages={"dev": {"method_settings": [setting]}})
    world = World(runtime_of(api))

    assert [world.answer("GET /dev/pets").status for _ in range(4)] == [200, 200, 429, 429]


def test_no_answer_outlives_the_runtime_that_gave_it(world: World) -> None:
    world.answer("GET /dev/pets")
    world.gateway.runtime = runtime_of(rest_api({"GET /cats": "mock"}))

    assert world.answer("GET /dev/pets").status == 403


def test_kinds_of_requests_that_are_remembered_are_bounded(world: World) -> None:
    answers = [
        world.answer(f"GET /dev/pets?x={number}").status for _ in range(2) for number in range(MAX_CONSTANTS + 1)
    ]

    assert set(answers) == {200}


def test_identity_that_nobody_declared_is_told(world: World) -> None:
    world = World(world.runtime, callers=Callers(identities=[Identity(name="ada")]))

    assert world.answer("GET /dev/pets", x_forestage_as="bob").status == 400
    assert routed(world.answer("GET /dev/pets", x_forestage_as="ada")) == PETS
