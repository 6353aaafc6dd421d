"""The figures of the speed table: what is measured, and how each one is got."""

from __future__ import annotations

import http.client
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, replace
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.groups import LAST_GROUP, write_groups
from benchmarks.load import ratios
from benchmarks.processes import cpu_seconds, memory_mib
from benchmarks.rendering import ITEMS, ORDER, compare
from benchmarks.servers import FORESTAGE, ROOT, Server, get, preview, uvicorn

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

EXAMPLES = ROOT / "examples"
FUNCTIONS = EXAMPLES / "two-functions"
UNTHROTTLED = ("--account-throttle", "1000000/1000000")
"""The load is more than an account may have, 10,000 requests a second; the buckets are still asked."""

STARTS = 5
HELPS = 10
EDITS = 5
SETTLE_S = 0.5
WARM_REQUESTS = 50
SLOW = 3
"""An answer that takes this many times the warm median is not at full speed yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table; ``beside`` says what bare uvicorn or Python takes for the like."""

    what: str
    value: float
    unit: str
    beside: str
    at_least: float
    goal: float

    @property
    def is_ratio(self) -> bool:
        """Say whether more is better."""
        return not self.unit

    def reaches(self, bound: float) -> bool:
        """Tell whether the value is as good as a bound."""
        return self.value >= bound if self.is_ratio else self.value <= bound


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """Where and how long to measure; ``folder`` is a scratch folder."""

    folder: Path
    seconds: int
    rounds: int

    def application(self, source: Path) -> Path:
        """Copy an application to the scratch folder and return its template."""
        copy = self.folder / source.name
        if not copy.exists():
            shutil.copytree(source, copy)
        (template,) = copy.glob("template.*")
        return template


def mock(bench: Bench) -> Iterator[Figure]:
    """Measure a MOCK integration with constant templates."""
    template = bench.application(EXAMPLES / "mock-api")
    with uvicorn("floor:constant", bench.folder) as floor, preview(template, "/dev/status", *UNTHROTTLED) as ours:
        yield _ratio(bench, "MOCK, constant templates", floor, ours, at_least=1.0, goal=1.6)


def bodies(bench: Bench) -> Iterator[Figure]:
    """Measure MOCK integrations that look into the body: a template, and a model."""
    template = bench.application(ROOT / "benchmarks/orders")
    for what, path in (
        ("MOCK, template that reads the body", "/dev/orders"),
        ("MOCK, template that reads a validated body", "/dev/checked-orders"),
    ):
        with uvicorn("floor:constant", bench.folder) as floor, preview(template, path, *UNTHROTTLED) as ours:
            loaded = (replace(server, post=ORDER) for server in (floor, ours))
            yield _ratio(bench, what, *loaded, at_least=0.35, goal=0.6)


def routing(bench: Bench) -> Iterator[Figure]:
    """Measure how an API of 300 resources finds its way beside one of 3, on the same path."""
    small, large = (write_groups(bench.folder, groups) for groups in (1, 100))
    path = f"/dev/{LAST_GROUP}/17/parts"
    with preview(small, path, *UNTHROTTLED) as few, preview(large, path, *UNTHROTTLED) as many:
        ratio, cost_us = ratios(few, many, seconds=bench.seconds, rounds=bench.rounds)
    beside = f"{cost_us:.0f} us, 3 resources {ratio * cost_us:.0f} us"
    yield Figure(what="routing, 300 resources beside 3", value=ratio, unit="", beside=beside, at_least=0.95, goal=0.98)


def templates(bench: Bench) -> Iterator[Figure]:
    """Measure mapping templates beside airspeed-ext, each parsed once."""
    for what, name, body in (
        ("35-line template, times airspeed-ext", "passthrough.vtl", ORDER),
        ("#foreach over 1,000 items, times airspeed-ext", "items.vtl", ITEMS),
    ):
        found = compare(name, body, rounds=bench.rounds)
        beside = f"{found.ours_ms:.3f} ms, airspeed-ext {found.airspeed_ms:.3f} ms"
        yield Figure(what=what, value=found.times, unit="", beside=beside, at_least=3, goal=4)


def proxy(bench: Bench) -> Iterator[Figure]:
    """Measure an HTTP_PROXY integration; the backend's own cost does not count."""
    template = bench.application(EXAMPLES / "http-proxy")
    with uvicorn("floor:constant", bench.folder) as floor, uvicorn("floor:kilobyte", bench.folder) as backend:
        options = ("--parameter", f"Backend=http://127.0.0.1:{backend.port}", *UNTHROTTLED)
        with preview(template, "/dev/items", *options) as ours:
            yield _ratio(bench, "HTTP_PROXY, 1 KB JSON", floor, ours, at_least=0.20, goal=0.40)


def functions(bench: Bench) -> Iterator[Figure]:
    """Measure Lambda proxy integrations."""
    template = bench.application(FUNCTIONS)
    for name in ("python", "node"):
        with uvicorn("floor:constant", bench.folder) as floor, preview(template, f"/dev/{name}") as ours:
            yield _ratio(bench, f"Lambda proxy, {name.capitalize()}", floor, ours, at_least=0.11, goal=0.15)


def start(bench: Bench) -> Iterator[Figure]:
    """Measure from the command to the first 200 of an API without services."""
    template = bench.application(EXAMPLES / "mock-api")
    ours, bare = [], []
    for _ in range(STARTS):
        with preview(template, "/dev/status") as server:
            ours.append(server.start_ms)
        with uvicorn("floor:constant", bench.folder) as server:
            bare.append(server.start_ms)
    what = "command to first 200, template without services"
    yield Figure(
        what=what, value=median(ours), unit="ms", beside=f"uvicorn {median(bare):.0f} ms", at_least=400, goal=250
    )


def cold(bench: Bench) -> Iterator[Figure]:
    """Measure the first answer of functions, without a process and with one that waits."""
    template = bench.application(FUNCTIONS)
    for name in ("python", "node"):
        for kind, mode, at_least, goal in (("cold", "LAZY", 70, 50), ("pre-warmed", "EAGER", 10, 5)):
            answers = [_first_answers_ms(template, mode, f"/dev/{name}") for _ in range(STARTS)]
            first, second = (median(took) for took in zip(*answers, strict=True))
            what = f"first answer of a {kind} function, {name.capitalize()}"
            beside = f"second answer {second:.1f} ms"
            yield Figure(what=what, value=first, unit="ms", beside=beside, at_least=at_least, goal=goal)


def edit(bench: Bench) -> Iterator[Figure]:
    """Measure from the edit of a handler to an answer of the new code that is as fast as the old was."""
    template = bench.application(FUNCTIONS)
    handler = template.parent / "python/index.py"
    with preview(template, "/dev/python") as server:
        took = [_edit_ms(server, handler, version) for version in range(1, EDITS + 1)]
    what = "handler edit to new code answering, at full warm speed"
    yield Figure(what=what, value=median(took), unit="ms", beside=f"worst {max(took):.0f} ms", at_least=120, goal=80)


def help_(_bench: Bench) -> Iterator[Figure]:
    """Measure ``forestage --help``."""
    ours = [_timed_ms(lambda: _run([str(FORESTAGE), "--help"])) for _ in range(HELPS)]
    bare = [_timed_ms(lambda: _run([sys.executable, "-c", "pass"])) for _ in range(HELPS)]
    beside = f"python -c pass {median(bare):.0f} ms"
    yield Figure(what="forestage --help", value=median(ours), unit="ms", beside=beside, at_least=100, goal=70)


def memory(bench: Bench) -> Iterator[Figure]:
    """Measure the memory of a preview with two functions, each with one process that has answered."""
    template = bench.application(FUNCTIONS)
    with uvicorn("floor:constant", bench.folder) as floor, preview(template, "/dev/status") as ours:
        _settle(ours)
        for name in ("python", "node"):
            get(ours.port, f"/dev/{name}")
        _settle(ours)
        value, bare = memory_mib(ours.process), memory_mib(floor.process)
    what = "memory with two functions, one process each"
    yield Figure(what=what, value=value, unit="MiB", beside=f"uvicorn {bare:.0f} MiB", at_least=180, goal=130)


ALL: dict[str, Callable[[Bench], Iterator[Figure]]] = {
    "mock": mock,
    "bodies": bodies,
    "routing": routing,
    "templates": templates,
    "proxy": proxy,
    "functions": functions,
    "start": start,
    "cold": cold,
    "edit": edit,
    "help": help_,
    "memory": memory,
}


def _ratio(bench: Bench, what: str, floor: Server, ours: Server, *, at_least: float, goal: float) -> Figure:
    ratio, cost_us = ratios(floor, ours, seconds=bench.seconds, rounds=bench.rounds)
    beside = f"{cost_us:.0f} us, uvicorn {ratio * cost_us:.0f} us"
    return Figure(what=what, value=ratio, unit="", beside=beside, at_least=at_least, goal=goal)


def _first_answers_ms(template: Path, mode: str, path: str) -> tuple[float, float]:
    """Time the first two answers of a function, each on a connection of its own."""
    with preview(template, "/dev/status", "--warm-containers", mode) as server:
        _settle(server)
        return _timed_ms(lambda: get(server.port, path)), _timed_ms(lambda: get(server.port, path))


def _edit_ms(server: Server, handler: Path, version: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", server.port)
    warm_ms = median(_timed_ms(lambda: _version(connection, server.path)) for _ in range(WARM_REQUESTS))
    text = handler.read_text(encoding="utf-8")
    started = time.perf_counter()
    handler.write_text(text.replace(f"VERSION = {version - 1}", f"VERSION = {version}"), encoding="utf-8")
    while True:
        asked = time.perf_counter()
        is_new = _version(connection, server.path) == version
        answered = time.perf_counter()
        if is_new and (answered - asked) * 1000 <= SLOW * warm_ms:
            break
        if answered - started > 10:
            sys.exit(f"the edit of {handler} was not picked up within 10 s")
    connection.close()
    _settle(server)
    return (answered - started) * 1000


def _version(connection: http.client.HTTPConnection, path: str) -> int:
    connection.request("GET", path)
    body = connection.getresponse().read()
    return int(body.rpartition(b":")[2].strip(b" }"))


def _settle(server: Server) -> None:
    """Wait until a server has nothing left to do."""
    before = -1.0
    while (now := cpu_seconds(server.process)) > before:
        before = now
        time.sleep(SETTLE_S)


def _timed_ms(action: Callable[[], object]) -> float:
    started = time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000


def _run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
