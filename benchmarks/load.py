"""Load by wrk, and what a request costs under it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.processes import cpu_seconds

if TYPE_CHECKING:
    from benchmarks.servers import Server

CONNECTIONS = 16
WARM_UP_S = 1

_POST = """
wrk.method = "POST"
wrk.body = [[{body}]]
wrk.headers["Content-Type"] = "application/json"
"""


def bring_wrk() -> None:
    """Install wrk where it is missing and may be installed."""
    if shutil.which("wrk"):
        return
    if os.geteuid() or not shutil.which("apt-get"):
        sys.exit("wrk is missing: install it (apt-get install wrk)")
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", "wrk"], check=True, stdout=subprocess.DEVNULL)


def cpu_us_per_request(server: Server, seconds: int) -> float:
    """Load a server over kept-alive connections and divide its tree's CPU time by the requests it answered."""
    _wrk(server, WARM_UP_S)
    before = cpu_seconds(server.process)
    requests = _wrk(server, seconds)
    return (cpu_seconds(server.process) - before) / requests * 1e6


def ratios(floor: Server, server: Server, *, seconds: int, rounds: int) -> tuple[float, float]:
    """Measure a server in turn with the floor; return the median ratio floor / server, and its median microseconds."""
    pairs = [(cpu_us_per_request(floor, seconds), cpu_us_per_request(server, seconds)) for _ in range(rounds)]
    return median(bare / ours for bare, ours in pairs), median(ours for _, ours in pairs)


def _wrk(server: Server, seconds: int) -> int:
    """Return the number of requests answered; an answer other than 2xx or a broken connection ends the benchmark."""
    command = ["wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s", server.url]
    with tempfile.NamedTemporaryFile("w", suffix=".lua", encoding="utf-8") as script:
        if server.post:
            script.write(_POST.format(body=server.post))
            script.flush()
            command += ["--script", script.name]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    trouble = re.search(r"Non-2xx.*|Socket errors.*", output)
    found = re.search(r"(\d+) requests in", output)
    if trouble or not found:
        sys.exit(f"{' '.join(command)}: {trouble[0] if trouble else output}")
    return int(found[1])
