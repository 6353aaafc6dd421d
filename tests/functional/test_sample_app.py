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


ADA = {"Authorization": "let-me-in Ada"}
JSON = {"Content-Type": "application/json"}
CARE = '{"kind": "dog", "service": "walking", "hours": 2}'


@pytest.fixture(scope="module")
def partner(sample: PreviewProcess) -> dict[str, str]:
    """The headers of a partner of the shop: a token, and the generated key."""
    (key,) = json.loads(sample.call("GET", "/_forestage/apis").body)["api_keys"]
    return {**ADA, **JSON, "x-api-key": key["value"]}


def test_mock_answers_everybody_and_lets_pages_of_the_shop_read(sample: PreviewProcess) -> None:
    answer = sample.call("GET", "/dev/status")

    assert (answer.status, json.loads(answer.body)) == (200, {"status": "ok"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_preflight_tells_the_verbs_of_its_resource(sample: PreviewProcess) -> None:
    answer = sample.call("OPTIONS", "/dev/pets/1", headers={"Origin": "https://shop.example"})

    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"
    assert answer.headers["Access-Control-Allow-Methods"] == "DELETE,GET,OPTIONS"


@pytest.mark.parametrize(
    "headers", [pytest.param({}, id="no-token"), pytest.param({"Authorization": "let-them-in"}, id="wrong-token")]
)
def test_caller_without_token_is_refused_so_that_pages_can_read_it(
    headers: dict[str, str], sample: PreviewProcess
) -> None:
    answer = sample.call("GET", "/dev/pets", headers=headers)

    assert (answer.status, json.loads(answer.body)) == (401, {"message": "Unauthorized"})
    assert answer.headers["Access-Control-Allow-Origin"] == "https://shop.example"


def test_python_function_keeps_pets(sample: PreviewProcess) -> None:
    added = sample.call("POST", "/dev/pets", '{"name": "Tom", "kind": "cat", "price": 30}', {**ADA, **JSON})
    tom = json.loads(added.body)
    found = sample.call("GET", f"/prod/pets/{tom['id']}", headers=ADA)
    cats = sample.call("GET", "/dev/pets?kind=cat&limit=1", headers=ADA)
    removed = sample.call("DELETE", f"/dev/pets/{tom['id']}", headers=ADA)
    missing = sample.call("GET", f"/dev/pets/{tom['id']}", headers=ADA)

    assert added.status == 201
    assert json.loads(found.body) == {"id": tom["id"], "name": "Tom", "kind": "cat", "price": 30}
    assert [pet["name"] for pet in json.loads(cats.body)["pets"]] == ["Ada"]
    assert removed.status == 204
    assert (missing.status, json.loads(missing.body)) == (404, {"title": f"there is no pet {tom['id']}"})


@pytest.mark.parametrize(
    "body",
    [
        pytest.param('{"name": "Tom", "kind": "cow", "price": 1}', id="kind"),
        pytest.param('{"name": "", "kind": "cat", "price": 1}', id="name"),
        pytest.param('{"name": "Tom", "kind": "cat"}', id="price"),
        pytest.param("{", id="no-json"),
    ],
)
def test_body_that_is_no_pet_is_refused_before_the_function(body: str, sample: PreviewProcess) -> None:
    answer = sample.call("POST", "/dev/pets", body, {**ADA, **JSON})

    assert (answer.status, json.loads(answer.body)) == (400, {"message": "Invalid request body"})


def test_quotes_are_for_partners_with_a_key(partner: dict[str, str], sample: PreviewProcess) -> None:
    without_key = sample.call("POST", "/dev/quotes", CARE, {**ADA, **JSON})
    with_key = sample.call("POST", "/dev/quotes", CARE, partner)

    assert (without_key.status, json.loads(without_key.body)) == (403, {"message": "Forbidden"})
    assert (with_key.status, json.loads(with_key.body)) == (200, {"service": "walking", "total": 24})


def test_error_of_a_function_is_mapped_to_not_found(partner: dict[str, str], sample: PreviewProcess) -> None:
    answer = sample.call("POST", "/dev/quotes", CARE.replace("dog", "horse's mouth"), partner)

    assert answer.status == 404
    assert json.loads(answer.body) == {"title": "we do not care for a horse's mouth"}


@pytest.mark.parametrize(("stage", "greeting"), [("dev", "Hello"), ("prod", "Bonjour")])
def test_node_function_greets_in_the_language_of_the_stage(stage: str, greeting: str, sample: PreviewProcess) -> None:
    answer = sample.call("POST", f"/{stage}/greeting/Ada/Grace", headers=ADA)

    assert json.loads(answer.body) == {"message": f"{greeting}, Ada and Grace!"}


def test_story_is_streamed(sample: PreviewProcess) -> None:
    answer = sample.call("GET", "/dev/story", headers=ADA)

    assert answer.body == "Once there was a cat that bought a dog. "
    assert answer.headers["Transfer-Encoding"] == "chunked"


@pytest.mark.parametrize(
    ("path", "asked"), [("/dev/backend", "/"), ("/dev/backend/a/b?c=1", "/a/b?c=1")], ids=["root", "below"]
)
def test_backend_is_the_one_that_the_stage_variable_names(path: str, asked: str, sample: PreviewProcess) -> None:
    assert sample.call("GET", path, headers=ADA).body == f"backend got {asked}"


def test_answer_of_the_backend_is_mapped(sample: PreviewProcess) -> None:
    answer = sample.call("GET", "/dev/address", headers=ADA)

    assert (answer.status, json.loads(answer.body)) == (200, {"address": "backend got /"})


def test_unknown_path_is_refused_as_api_gateway_does(sample: PreviewProcess) -> None:
    answer = sample.call("GET", "/dev/nothing")

    assert (answer.status, json.loads(answer.body)) == (403, {"message": "Missing Authentication Token"})


def test_both_stages_are_told(sample: PreviewProcess) -> None:
    (api,) = json.loads(sample.call("GET", "/_forestage/apis").body)["apis"]

    assert api["name"] == "PetShop"
    assert [stage["name"] for stage in api["stages"]] == ["dev", "prod"]
    assert api["routes"] == 20


def test_edit_of_a_handler_needs_no_synthesis(app: Path, sample: PreviewProcess) -> None:
    code = app / "sample" / "pets" / "index.py"

    code.write_text(code.read_text(encoding="utf-8").replace('"currency"', '"money"'), encoding="utf-8")

    sample.wait_for_answer("/dev/pets?kind=fish", '{"pets": [], "money": "EUR"}', headers=ADA)
    assert "changed: new code for ForestageSample-Pets" in sample.talk()
    assert "loading" not in sample.talk()
