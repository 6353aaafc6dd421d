"""Load a preview while its functions' processes are killed at random: no request may lose its answer.

``python -m benchmarks.chaos`` sends 10,000 requests over 16 kept-alive connections to a Python and a Node function.
Each answer must be the function's own, or the 502 that API Gateway gives for a function that crashed. Linux only.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import random
import re
import signal
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from benchmarks.processes import process_tree
from benchmarks.servers import preview

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FUNCTIONS = ("python", "node")
ANSWER_TIMEOUT_S = 60
FAULTS_SHOWN = 20

CODE = {
    "python/index.py": """import json

def handler(event, context):
    body = {"function": "python", "number": event["queryStringParameters"]["number"]}
    return {"statusCode": 200, "body": json.dumps(body)}
""",
    "node/index.mjs": """export const handler = async (event) => ({
  statusCode: 200,
  body: JSON.stringify({ function: "node", number: event.queryStringParameters.number }),
});
""",
}

CRASHED = b'{"message": "Internal server error"}'
"""The body that API Gateway answers for a function that crashed (spec: gateway-responses, measured bodies)."""

SHAPES: Mapping[str, re.Pattern[str]] = {
    "content-type": re.compile(r"application/json"),
    "x-amzn-requestid": re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
    "x-amz-apigw-id": re.compile(r"\S{16}"),
    "x-amzn-trace-id": re.compile(r"Root=1-[0-9a-f]{8}-[0-9a-f]{24};Parent=[0-9a-f]{16};Sampled=[01]"),
    "connection": re.compile(r"keep-alive"),
}
"""Headers that every answer of a proxy integration has, with what they look like."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Storm:
    """A load on a preview, and how often a process of it is killed: once in ``answers_per_kill`` on average."""

    process: int
    port: int
    requests: int
    answers_per_kill: int = 25
    connections: int = 16
    seed: int = 0


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What came of a storm; ``faults`` are the requests without an answer as API Gateway shapes it."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    request_ids: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    killed: list[int] = field(default_factory=list)
    slowest_ms: float = 0.0


def write_application(folder: Path, *, python: str = "python3.13", node: str = "nodejs24.x") -> Path:
    """Write a template with two functions that answer the number they are asked for, and return its file."""
    for name, source in CODE.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(source, encoding="utf-8")
    resources = {
        "Api": _resource("AWS::ApiGateway::RestApi", Name="chaos", EndpointConfiguration={"Types": ["REGIONAL"]}),
        **_function("python", python),
        **_function("node", node),
        "Deployment": _resource("AWS::ApiGateway::Deployment", RestApiId={"Ref": "Api"}, StageName="dev")
        | {"DependsOn": [f"{name}Method" for name in FUNCTIONS]},
    }
    template = folder / "template.json"
    template.write_text(json.dumps({"Resources": resources}, indent=1), encoding="utf-8")
    return template


def _function(name: str, runtime: str) -> dict[str, Any]:
    uri = f"arn:aws:apigateway:${{AWS::Region}}:lambda:path/2015-03-31/functions/${{{name}.Arn}}/invocations"
    return {
        name: _resource(
            "AWS::Lambda::Function",
            Runtime=runtime,
            Handler="index.handler",
            Code=name,
            Role="arn:aws:iam::123456789012:role/function",
        ),
        f"{name}Permission": _resource(
            "AWS::Lambda::Permission",
            Action="lambda:InvokeFunction",
            FunctionName={"Ref": name},
            Principal="apigateway.amazonaws.com",
        ),
        f"{name}Resource": _resource(
            "AWS::ApiGateway::Resource",
            RestApiId={"Ref": "Api"},
            ParentId={"Fn::GetAtt": ["Api", "RootResourceId"]},
            PathPart=name,
        ),
        f"{name}Method": _resource(
            "AWS::ApiGateway::Method",
            RestApiId={"Ref": "Api"},
            ResourceId={"Ref": f"{name}Resource"},
            HttpMethod="GET",
            AuthorizationType="NONE",
            Integration={"Type": "AWS_PROXY", "IntegrationHttpMethod": "POST", "Uri": {"Fn::Sub": uri}},
        ),
    }


def _resource(kind: str, **properties: Any) -> dict[str, Any]:
    # Properties of a template are whatever JSON CloudFormation takes.
    return {"Type": kind, "Properties": properties}


def rage(storm: Storm) -> Outcome:
    """Send the requests of a storm and kill meanwhile."""
    outcome = Outcome()
    killer = _Killer(storm, outcome.killed)
    numbers, lock = count(), Lock()

    def send_all() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", storm.port, timeout=ANSWER_TIMEOUT_S)
        with lock:
            number = next(numbers)
        while number < storm.requests:
            function = FUNCTIONS[number % len(FUNCTIONS)]
            began = time.perf_counter()
            answer = _ask(connection, function, number)
            took_ms = (time.perf_counter() - began) * 1000
            with lock:
                outcome.slowest_ms = max(outcome.slowest_ms, took_ms)
                outcome.faults += _record(outcome, answer, function, number)
                killer.note_answer()
                number = next(numbers)
        connection.close()

    with ThreadPoolExecutor(storm.connections) as pool:
        for client in [pool.submit(send_all) for _ in range(storm.connections)]:
            client.result()
    return outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _ask(connection: http.client.HTTPConnection, function: str, number: int) -> _Answer | str:
    """Return the answer, or why there is none."""
    try:
        connection.request("GET", f"/dev/{function}?number={number}")
        response = connection.getresponse()
        headers = {name.lower(): value for name, value in response.getheaders()}
        return _Answer(status=response.status, headers=headers, body=response.read())
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        return repr(error)


def _record(outcome: Outcome, answer: _Answer | str, function: str, number: int) -> Iterator[str]:
    where = f"request {number} to {function}"
    if isinstance(answer, str):
        yield f"{where}: no answer: {answer}"
        return
    outcome.statuses[function, answer.status] += 1
    for name, shape in SHAPES.items():
        if not shape.fullmatch(answer.headers.get(name, "")):
            yield f"{where}: {name} is {answer.headers.get(name)!r}"
    request_id = answer.headers.get("x-amzn-requestid", "")
    if request_id in outcome.request_ids:
        yield f"{where}: request id {request_id} was given before"
    outcome.request_ids.add(request_id)
    if _content(answer) not in _expected(function, number):
        yield f"{where}: answered {_content(answer)}"


def _content(answer: _Answer) -> tuple[int, bytes, str | None]:
    return answer.status, answer.body, answer.headers.get("x-amzn-errortype")


def _expected(function: str, number: int) -> tuple[tuple[int, bytes, str | None], ...]:
    """Return what may be answered: the function's own words about this very request, or that it crashed."""
    body = {"function": function, "number": str(number)}
    separators = (",", ":") if function == "node" else None
    own = json.dumps(body, separators=separators).encode()
    return (200, own, None), (502, CRASHED, "InternalServerErrorException")


class _Killer:
    """Kills one process of a function, chosen at random, after a random number of answers."""

    def __init__(self, storm: Storm, killed: list[int]) -> None:
        self._storm = storm
        self._killed = killed
        self._random = random.Random(storm.seed)
        self._answers_left = self._draw()

    def _draw(self) -> int:
        return self._random.randint(1, 2 * self._storm.answers_per_kill - 1)

    def note_answer(self) -> None:
        self._answers_left -= 1
        if self._answers_left:
            return
        self._answers_left = self._draw()
        running = function_processes(self._storm.process)
        if running:
            self._kill(self._random.choice(running))

    def _kill(self, process: int) -> None:
        try:
            handle = os.pidfd_open(process)
        except ProcessLookupError:
            return
        try:
            # While the handle is open the number cannot come to mean another process.
            if process in function_processes(self._storm.process):
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                self._killed.append(process)
        except ProcessLookupError:
            pass
        finally:
            os.close(handle)


def function_processes(process: int) -> tuple[int, ...]:
    """List the processes that a preview started for functions: all but the shell that outlives it."""
    return tuple(child for child in process_tree(process)[1:] if _command(child) not in {"", "sh"})


def _command(process: int) -> str:
    try:
        return Path(f"/proc/{process}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def main(arguments: Sequence[str] | None = None) -> int:
    """Let a storm rage over a preview and print what came of it; 1 where a request or a process was lost."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--answers-per-kill", type=int, default=50, help="on average")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="forestage-chaos-") as folder:
        with preview(write_application(Path(folder)), "/dev/python?number=0") as server:
            began = time.perf_counter()
            outcome = rage(
                Storm(
                    process=server.process,
                    port=server.port,
                    requests=options.requests,
                    answers_per_kill=options.answers_per_kill,
                    seed=options.seed,
                )
            )
            seconds = time.perf_counter() - began
            last = process_tree(server.process)
        left = [process for process in {*last, *outcome.killed} if Path(f"/proc/{process}").exists()]
    print(f"{options.requests} requests in {seconds:.1f} s, {len(outcome.killed)} processes killed")
    for (function, status), times in sorted(outcome.statuses.items()):
        print(f"  {function:<8}{status}  {times}")
    print(f"  slowest answer {outcome.slowest_ms:.0f} ms")
    print(f"  {len(outcome.faults)} requests without an answer as API Gateway shapes it")
    for fault in outcome.faults[:FAULTS_SHOWN]:
        print(f"    {fault}")
    print(f"  {len(left)} processes left after the preview ended")
    return 1 if outcome.faults or left else 0


if __name__ == "__main__":
    sys.exit(main())
