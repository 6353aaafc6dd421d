"""Each example of the documentation, previewed as the documentation says."""

from __future__ import annotations

import http.client
import http.server
import json
import socket
import ssl
import subprocess
import sys
import threading
from typing import TYPE_CHECKING

import pytest

from tests.functional.function_deployment import share_node_packages
from tests.functional.preview_process import PATIENCE_SECONDS, ROOT, PreviewProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

EXAMPLES = ROOT / "examples"
TRIED = {
    "mock-api/template.yaml": ["/dev/status"],
    "lambda-proxy/template.yaml": ["/dev/pets/rex"],
    "two-functions/template.yaml": ["/dev/python", "/dev/node", "/dev/status"],
    "http-proxy/template.json": ["/dev/anything"],
    "stages/template.yaml": ["/dev/time", "/dev/time?zone=utc"],
    "sam/template.yaml": ["/Prod/pets/rex", "/Stage/pets/rex"],
}

WITH_BACKENDS = {"streaming/template.yaml", "private-integrations/template.yaml"}
"""Tried in test_streaming_preview.py."""

WITH_TOKENS = "token-authorizers/template.yaml"
WITH_SIGNATURES = "iam-auth/template.yaml"
WITH_DOMAINS = "custom-domains/template.yaml"
PRIVATE = "private-api/template.yaml"


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

    assert templates == {*TRIED, *WITH_BACKENDS, WITH_TOKENS, WITH_SIGNATURES, WITH_DOMAINS, PRIVATE}


@pytest.mark.parametrize("template", TRIED)
def test_example_answers(template: str, backend: str, tmp_path: Path) -> None:
    share_node_packages(tmp_path / "home" / "cache" / "forestage")
    words = [str(EXAMPLES / template), "--no-watch", "--port", "0"]
    if template.startswith("http-proxy"):
        words += ["--parameter", f"Backend={backend}"]

    with PreviewProcess(*words, folder=tmp_path, home=tmp_path / "home") as preview:
        statuses = [preview.call("GET", path).status for path in TRIED[template]]

        assert statuses == [200] * len(statuses), preview.talk()
        assert preview.end() == 0


def test_example_with_tokens_answers_who_has_one(tmp_path: Path) -> None:
    program = EXAMPLES / WITH_TOKENS.replace("template.yaml", "make_tokens.py")
    subprocess.run([sys.executable, str(program), str(tmp_path)], check=True)
    tokens = {name: (tmp_path / f"{name}.token").read_text(encoding="ascii") for name in ("issuer", "pool")}
    words = [str(EXAMPLES / WITH_TOKENS), "--jwks", "keys.json", "--no-watch", "--port", "0"]

    with PreviewProcess(*words, folder=tmp_path, home=tmp_path / "home") as preview:
        pets, me, without, swapped = (
            preview.call("GET", path, headers={"Authorization": value} if value else {})
            for path, value in (
                ("/dev/pets", f"Bearer {tokens['issuer']}"),
                ("/dev/me", f"Bearer {tokens['pool']}"),
                ("/dev/pets", None),
                ("/dev/me", f"Bearer {tokens['issuer']}"),
            )
        )

        assert (pets.status, pets.body) == (200, '{"caller": "user-7"}'), preview.talk()
        assert (me.status, me.body) == (200, '{"email": "ada@example.com", "groups": "editors,admins"}')
        assert [without.status, swapped.status] == [401, 401]
        assert preview.end() == 0


def test_example_with_signatures_answers_who_may_call(tmp_path: Path) -> None:
    folder = EXAMPLES / "iam-auth"
    words = [str(EXAMPLES / WITH_SIGNATURES), "--credentials", str(folder / "credentials.yaml")]

    with PreviewProcess(*words, "--no-watch", "--port", "0", folder=tmp_path, home=tmp_path / "home") as preview:
        url = f"http://127.0.0.1:{preview.port}/dev/pets"
        told = [
            subprocess.run(
                [sys.executable, str(folder / "call.py"), method, url], check=True, capture_output=True, text=True
            ).stdout
            for method in ("GET", "DELETE")
        ]

        assert told[0] == '200 {"caller": "arn:aws:iam::123456789012:user/alice"}\n', preview.talk()
        assert told[1].startswith("403 ")
        assert "because no identity-based policy allows the execute-api:Invoke action" in told[1]
        assert preview.call("GET", "/dev/pets").status == 403
        assert preview.end() == 0


def test_example_of_identities_takes_one_on(tmp_path: Path) -> None:
    folder = EXAMPLES / "iam-auth"
    words = [str(EXAMPLES / WITH_SIGNATURES), "--credentials", str(folder / "credentials.yaml")]
    words += ["--identities", str(folder / "forestage.identities.yaml"), "--as", "alice"]

    with PreviewProcess(*words, "--no-watch", "--port", "0", folder=tmp_path, home=tmp_path / "home") as preview:
        answer = preview.call("GET", "/dev/pets")

        assert (answer.status, answer.body) == (200, '{"caller": "arn:aws:iam::123456789012:user/alice"}')
        assert preview.end() == 0


def test_example_with_domains_answers_by_their_hosts(tmp_path: Path) -> None:
    program = EXAMPLES / "custom-domains" / "make_certificates.py"
    stranger = tmp_path / "stranger"
    stranger.mkdir()
    for folder in (tmp_path, stranger):
        subprocess.run([sys.executable, str(program), str(folder)], check=True)
    words = [
        str(EXAMPLES / WITH_DOMAINS),
        "--truststore",
        "partners.example.com=trust.pem",
        "--no-watch",
        "--port",
        "0",
    ]

    with PreviewProcess(*words, folder=tmp_path, home=tmp_path / "home") as preview:
        shop = {"Host": "shop.example.com"}
        prod, beta, elsewhere, disabled = (
            preview.call("GET", path, headers=headers)
            for path, headers in (
                ("/orders/v1/items", shop),
                ("/orders/v1/items", {**shop, "X-Version": "beta-2"}),
                ("/other", shop),
                ("/prod/items", {}),
            )
        )
        without, certified, unvouched = (
            partner_call(preview, tmp_path / "home", shown) for shown in (None, tmp_path, stranger)
        )
        told = preview.call("GET", "/_forestage/traces").body
        described = json.loads(preview.call("GET", "/_forestage/apis").body)["domains"]

        assert json.loads(prod.body) == {"stage": "prod", "path": "/orders/v1/items", "resource": "/items", **NOBODY}
        assert json.loads(beta.body) == {"stage": "beta", "path": "/orders/v1/items", "resource": "/items", **NOBODY}
        assert [elsewhere.status, disabled.status] == [403, 403]
        assert [without, unvouched] == [(403, {"message": "Forbidden"})] * 2
        assert "and it was refused: could not find issuer for certificate CN=partner-7,C=DE" in told
        assert certified == (
            200,
            {"stage": "prod", "path": "/items", "resource": "/items", "certificate": "C=DE,CN=partner-7"},
        )
        assert [domain["name"] for domain in described] == ["partners.example.com", "shop.example.com"]
        preview.wait_for_talk("shop.example.com  custom domain, regional")
        assert preview.end() == 0


NOBODY = {"certificate": ""}


def partner_call(preview: PreviewProcess, home: Path, shown: Path | None) -> tuple[int, object]:
    """Call the domain of partners over TLS, and show the certificate that is in a folder."""
    context = ssl.create_default_context(cafile=home / "cache/forestage/authority/authority.pem")
    if shown is not None:
        context.load_cert_chain(shown / "client.pem", shown / "client.key")
    with (
        socket.create_connection(("127.0.0.1", preview.port), PATIENCE_SECONDS) as plain,
        context.wrap_socket(plain, server_hostname="partners.example.com") as sock,
    ):
        sock.sendall(b"GET /items HTTP/1.1\r\nHost: partners.example.com\r\nConnection: close\r\n\r\n")
        response = http.client.HTTPResponse(sock)
        response.begin()
        return response.status, json.loads(response.read())


def test_example_of_a_private_api_answers_through_its_endpoint(tmp_path: Path) -> None:
    words = [str(EXAMPLES / PRIVATE), "--no-watch", "--port", "0"]

    with PreviewProcess(*words, folder=tmp_path, home=tmp_path / "home") as preview:
        through = json.loads(preview.call("GET", "/dev/status").body)["endpoint"]
        api = json.loads(preview.call("GET", "/_forestage/apis").body)["apis"][0]["id"]
        host = f"{api}-{through}.execute-api.localhost"
        other = {"Host": "vpce-0a1b-x.execute-api.localhost", "x-apigw-api-id": api}
        answers = [
            preview.call("GET", path, headers=headers)
            for path, headers in (("/dev/status", {"Host": host}), ("/dev/admin", {}), ("/dev/status", other))
        ]

        assert through.startswith("vpce-")
        assert [answer.status for answer in answers] == [200, 403, 403]
        assert "with an explicit deny in a VPC endpoint policy" in answers[1].body
        assert "with an explicit deny in a resource-based policy" in answers[2].body
        preview.wait_for_talk(f"are taken to come through {through}")
        assert preview.end() == 0
