"""What the tests share: Node.js for aws_cdk, the template, and the preview."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from forestage.load.app import bundled_node

# Before the first import of aws_cdk, which runs on Node.js: the one that forestage brings.
os.environ.setdefault("JSII_NODE", str(bundled_node()))

from aws_cdk import App
from aws_cdk.assertions import Template

from app import ServiceStack

PROJECT = Path(__file__).parent.parent
START_SECONDS = 60


@pytest.fixture(scope="session")
def template() -> Template:
    """What would be deployed."""
    return Template.from_stack(ServiceStack(App(), "Test"))


@pytest.fixture(scope="session")
def preview() -> Iterator[str]:
    """The address of the first API of the application, which runs on this machine as long as the tests do."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "forestage", "preview", "--no-watch", "--port", str(port)]
    with subprocess.Popen(command, cwd=PROJECT) as process:
        address = f"http://localhost:{port}"
        try:
            wait_until_healthy(process, address)
            yield address
        finally:
            process.terminate()


def wait_until_healthy(process: subprocess.Popen[bytes], address: str) -> None:
    """Wait until every API answers."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        assert process.poll() is None, "the preview has ended, see above"
        try:
            with urllib.request.urlopen(f"{address}/_forestage/health"):
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError(f"no preview at {address} after {START_SECONDS} seconds")
