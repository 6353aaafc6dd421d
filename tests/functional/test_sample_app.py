"""The sample app, previewed as a newcomer does: one synthesis, which takes its 5 to 8 seconds."""

from __future__ import annotations

import json
import shutil
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest

from tests.functional.function_deployment import share_node_packages
from tests.functional.preview_process import ROOT, PreviewProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Backend(BaseHTTPRequestHandler):
    """Answers with the path that was called."""

    def do_GET(self) -> None:
        content = f"backend got {self.path}".encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def backend() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Backend)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sample, so that its handlers can be edited."""
    folder = tmp_path_factory.mktemp("sample-app")
    for name in ("app.py", "cdk.json"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "sample", folder / "sample")
    return folder


@pytest.fixture(scope="module")
def sample(app: Path, backend: str) -> Iterator[PreviewProcess]:
    home = app.parent / "home"
    share_node_packages(home / "cache" / "forestage")
    with PreviewProcess("--port", "0", "--parameter", f"Backend={backend}", folder=app, home=home) as running:
        running.wait_for_talk("curl")
        yield running


def test_mock_answers(sample: PreviewProcess) -> None:
    answer = sample.call("GET", "/dev/status")

    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})


def test_preflight_lets_pages_call(sample: PreviewProcess) -> None:
    answer = sample.call("OPTIONS", "/dev/orders/7", headers={"Origin": "https://shop.example"})

    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET,PUT,DELETE,OPTIONS"


def test_python_function_keeps_orders(sample: PreviewProcess) -> None:
    placed = sample.call("PUT", "/dev/orders/7", '{"tea": 2}', {"Content-Type": "application/json"})
    found = sample.call("GET", "/prod/orders/7")
    missing = sample.call("GET", "/dev/orders/8")
    broken = sample.call("PUT", "/dev/orders/9", "{", {"Content-Type": "application/json"})

    assert placed.status == 200
    assert json.loads(found.body) == {"id": "7", "order": {"tea": 2}, "currency": "EUR"}
    assert (missing.status, json.loads(missing.body)) == (404, {"message": "there is no order 8"})
    assert broken.status == 400


@pytest.mark.parametrize(("stage", "greeting"), [("dev", "Hello"), ("prod", "Bonjour")])
def test_node_function_greets_in_the_language_of_the_stage(stage: str, greeting: str, sample: PreviewProcess) -> None:
    answer = sample.call("POST", f"/{stage}/greeting/Ada/Grace")

    assert json.loads(answer.body) == {"message": f"{greeting}, Ada and Grace!"}


@pytest.mark.parametrize(
    ("path", "asked"), [("/dev/backend", "/"), ("/dev/backend/a/b?c=1", "/a/b?c=1")], ids=["root", "below"]
)
def test_backend_is_the_one_that_the_stage_variable_names(path: str, asked: str, sample: PreviewProcess) -> None:
    assert sample.call("GET", path).body == f"backend got {asked}"


def test_unknown_path_is_refused_as_api_gateway_does(sample: PreviewProcess) -> None:
    answer = sample.call("GET", "/dev/nothing")

    assert (answer.status, json.loads(answer.body)) == (403, {"message": "Missing Authentication Token"})


def test_both_stages_are_told(sample: PreviewProcess) -> None:
    (api,) = json.loads(sample.call("GET", "/_forestage/apis").body)["apis"]

    assert api["name"] == "Shop"
    assert [stage["name"] for stage in api["stages"]] == ["dev", "prod"]
    assert api["routes"] == 10


def test_edit_of_a_handler_needs_no_synthesis(app: Path, sample: PreviewProcess) -> None:
    code = app / "sample" / "orders" / "index.py"

    code.write_text(code.read_text(encoding="utf-8").replace('"currency"', '"money"'), encoding="utf-8")

    sample.wait_for_answer("/dev/orders", '{"orders": [], "money": "EUR"}')
    assert "changed: new code for ForestageSample-Orders" in sample.talk()
    assert "loading" not in sample.talk()
