"""Each example of the documentation, previewed as the documentation says."""

from __future__ import annotations

import http.server
import threading
from typing import TYPE_CHECKING

import pytest

from tests.functional.preview_process import ROOT, PreviewProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = ROOT / "examples"
TRIED = {
    "mock-api/template.yaml": ["/dev/status"],
    "lambda-proxy/template.yaml": ["/dev/pets/rex"],
    "two-functions/template.yaml": ["/dev/python", "/dev/node", "/dev/status"],
    "http-proxy/template.json": ["/dev/anything"],
}


class Backend(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")


@pytest.fixture
def backend() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Backend) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def test_every_example_is_tried() -> None:
    templates = {str(file.relative_to(EXAMPLES)) for file in EXAMPLES.glob("*/template.*")}

    assert templates == set(TRIED)


@pytest.mark.parametrize("template", TRIED)
def test_example_answers(template: str, backend: str, tmp_path: Path) -> None:
    words = [str(EXAMPLES / template), "--no-watch", "--port", "0"]
    if template.startswith("http-proxy"):
        words += ["--parameter", f"Backend={backend}"]

    with PreviewProcess(*words, folder=tmp_path, home=tmp_path / "home") as preview:
        statuses = [preview.call("GET", path).status for path in TRIED[template]]

        assert statuses == [200] * len(statuses), preview.talk()
        assert preview.end() == 0
