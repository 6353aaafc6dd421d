"""Runs the request cases: each file of ``requests/`` is one test."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import orjson
import pytest

from forestage.preview.engine.effects import CallBackend, InvokeFunction, StreamBackend, StreamFunction
from forestage.preview.trace import to_json
from tests.cases.compare import differences, has_path, header_differences
from tests.cases.form import Api, Body, Call, Case, Expect, Invoke, Step, header_lines, read_case
from tests.cases.script import ARRIVED_AT, Kept, play, wire_request
from tests.cases.short_api import FUNCTION_ARN, api_runtime, usage_plans

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.preview.compile.runtime import ApiRuntime
    from tests.cases.script import Played

FOLDER = Path(__file__).parent / "requests"
CASES = sorted(FOLDER.glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_request_case_holds(path: Path) -> None:
    case = read_case(path.read_text("utf-8"))

    found = run_case(case)

    assert not found, "\n".join([f"{case.why} ({case.source})", *found])


def test_example_of_the_readme_holds() -> None:
    readme = (FOLDER.parent / "README.md").read_text("utf-8")
    example = readme.partition("```yaml\n")[2].partition("```")[0]

    assert run_case(read_case(example)) == []


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        pytest.param({"status": 201}, "status is 200, expected 201", id="status"),
        pytest.param({"body": "other"}, "body is", id="body"),
        pytest.param({"json": {"route": "other"}}, "body.route is", id="json"),
        pytest.param({"body_base64": "AA=="}, "body is", id="bytes"),
        pytest.param({"headers": {"X-None": "1"}}, "header X-None is missing", id="header"),
        pytest.param({"headers_absent": ["Content-Type"]}, "header Content-Type should not be there", id="absent"),
        pytest.param({"failure": "THROTTLED"}, "failure is None, expected 'THROTTLED'", id="failure"),
        pytest.param({"reason": "why"}, "reason is None", id="reason"),
    ],
)
def test_difference_is_told_with_its_step(change: dict[str, object], difference: str) -> None:
    step = msgspec.convert({"request": "GET /dev/", "expect": change}, Step)
    case = Case(why="w", source="s", api=Api(methods={"GET /": "mock"}), steps=[step])

    found = run_case(case)

    assert len(found) == 1
    assert found[0].startswith(f"step 1, GET /dev/: {difference}")


@pytest.mark.parametrize(
    ("step", "difference"),
    [
        pytest.param({"request": "GET /dev/f"}, "the script has no answer to InvokeFunction", id="not-expected"),
        pytest.param({"request": "GET /dev/", "invoke": {}}, "nobody asked for [FunctionAnswer", id="not-asked"),
        pytest.param({"request": "GET /dev/f", "call": {}}, "BackendAnswer(", id="wrong-kind"),
        pytest.param({"request": "GET /dev/f", "invoke": {"function": "g"}}, "function is", id="function"),
        pytest.param({"request": "GET /dev/f", "invoke": {"event": {"path": "/g"}}}, "event.path is", id="event"),
        pytest.param({"request": "GET /dev/f", "invoke": {"event_absent": ["path"]}}, "event.path should", id="absent"),
        pytest.param({"request": "GET /dev/h", "call": {"url": "http://x/"}}, "URL of the backend's", id="url"),
        pytest.param({"request": "GET /dev/h", "call": {"body": "x"}}, "body of the backend's", id="body"),
    ],
)
def test_difference_in_what_is_asked_is_told(step: dict[str, object], difference: str) -> None:
    methods = {"GET /": "mock", "GET /f": "lambda", "GET /h": "http_proxy"}
    case = Case(why="w", source="s", api=Api(methods=methods), steps=[msgspec.convert(step, Step)])

    found = run_case(case)

    assert found
    assert found[0].startswith(f"step 1, {step['request']}: {difference}")


def run_case(case: Case) -> list[str]:
    """Play the steps of a case, and tell every difference."""
    api = api_runtime(case.api.methods, stages=case.api.stages, vpc_links=case.api.vpc_links, **case.api.fields)
    plans = usage_plans(case.keys, case.plans)
    kept = Kept(plans)
    return [
        f"step {number}, {step.request}: {difference}"
        for number, step in enumerate(case.steps, 1)
        for difference in run_step(api, step, kept if case.keeps else Kept(plans))
    ]


def run_step(api: ApiRuntime, step: Step, kept: Kept) -> Iterator[str]:
    headers = {"Host": "localhost:3000", **step.headers}
    wire = wire_request(
        step.request,
        headers=header_lines(headers),
        body=step.content(),
        client=step.client,
        at=ARRIVED_AT + step.after_seconds,
    )
    expected = [asked for asked in (step.authorizer, step.call or step.invoke) if asked]
    try:
        played = play(api, wire, [asked.answer.answer() for asked in expected], kept=kept, canary_draw=step.canary_draw)
    except AssertionError as difference:
        yield str(difference)
        return
    for effect, asked in zip(played.asked, expected, strict=True):
        yield from asked_differences(effect, asked)
    yield from answer_differences(played, step.expect)
    yield from untold(played)
    yield from replay_differences(played)


def asked_differences(effect: object, asked: Call | Invoke) -> Iterator[str]:
    if isinstance(effect, StreamBackend) and isinstance(asked, Call):
        yield from differences(asked.idle_ms or "*", effect.idle_ms, "idle time of the backend's stream")
        effect = effect.call
    if isinstance(effect, StreamFunction):
        effect = effect.invocation
    if isinstance(effect, CallBackend) and isinstance(asked, Call):
        yield from call_differences(effect, asked)
    if isinstance(effect, InvokeFunction) and isinstance(asked, Invoke):
        yield from invoke_differences(effect, asked)


def call_differences(effect: CallBackend, call: Call) -> Iterator[str]:
    yield from differences(call.method or "*", effect.method, "method of the backend's request")
    yield from differences(call.url or "*", effect.url, "URL of the backend's request")
    yield from differences(call.through or "*", effect.through, "address of the VPC link")
    yield from differences(call.certificate or "*", effect.client_certificate, "client certificate")
    yield from header_differences(call.headers, call.headers_absent, effect.headers, "backend's request header")
    yield from body_differences(call, effect.body, "body of the backend's request")


def invoke_differences(effect: InvokeFunction, invoke: Invoke) -> Iterator[str]:
    event = orjson.loads(effect.payload)
    yield from differences(invoke.function or FUNCTION_ARN, effect.arn, "function")
    yield from differences(invoke.event, event, "event", subset=True)
    yield from (f"event.{path} should not be there" for path in invoke.event_absent if has_path(event, path))


def answer_differences(played: Played, expect: Expect) -> Iterator[str]:
    yield from differences(expect.status, played.response.status, "status")
    yield from header_differences(expect.headers, expect.headers_absent, played.response.headers, "header")
    yield from body_differences(expect, played.body, "body")
    failure = played.failed.response_type if played.failed else None
    yield from differences(expect.failure, failure, "failure")
    if expect.reason is not None:
        reason = played.failed.reason if played.failed else None
        yield from differences(f"/{expect.reason}/", reason, "reason")
    if expect.access_log is not None:
        yield from differences(expect.access_log, played.access_line, "line of the access log")


def body_differences(expected: Body, actual: bytes, where: str) -> Iterator[str]:
    if expected.json is not msgspec.UNSET:
        yield from differences(expected.json, orjson.loads(actual), where)
    elif expected.body_base64 is not None:
        yield from differences(expected.content(), actual, where)
    elif expected.body is not None:
        yield from differences(expected.body, actual.decode("utf-8", "replace"), where)


def replay_differences(played: Played) -> Iterator[str]:
    """What is told of a request later is what happened; a body on its way is equal to none but itself."""
    later = msgspec.structs.replace(played.trace, entries=played.replay)
    yield from differences(orjson.dumps(to_json(played.trace)), orjson.dumps(to_json(later)), "trace made anew")
    if isinstance(played.response.body, bytes) and list(played.replay) != list(played.trace.entries):
        yield "the results of the stages are others when they are made anew"


def untold(played: Played) -> Iterator[str]:
    """Whatever happens to a request, its trace can be told as JSON."""
    try:
        orjson.dumps(to_json(played.trace))
    except (TypeError, KeyError, AssertionError) as error:
        yield f"its trace cannot be told: {error!r}"
