"""What an attacker would send to a running preview: nothing of it is admitted, smuggled or left hanging."""

from __future__ import annotations

import json
import socket
from typing import TYPE_CHECKING, Any

import pytest

from tests.commands.applications import MOCK, api, method, write_template
from tests.functional.preview_process import PATIENCE_SECONDS, PreviewProcess
from tests.functional.serving import Client

if TYPE_CHECKING:
    from collections.abc import Iterator

KEY = "a-key-of-twenty-characters"
IDENTITIES = {"identities": {"ada": {"source_ip": "203.0.113.7"}}}


def template() -> dict[str, Any]:
    """An API for one address alone, with a method that demands a key and one that demands a signature."""
    rest_api = {"RestApiId": {"Ref": "Api"}}
    resources: dict[str, Any] = {
        name: {
            "Type": "AWS::ApiGateway::Resource",
            "Properties": {**rest_api, "ParentId": {"Fn::GetAtt": ["Api", "RootResourceId"]}, "PathPart": part},
        }
        for name, part in (("Keyed", "keyed"), ("Signed", "signed"), ("Any", "{proxy+}"))
    }
    keyed = method(MOCK, at={"Ref": "Keyed"})
    keyed["Properties"]["ApiKeyRequired"] = True
    made = api(
        **resources,
        KeyedGet=keyed,
        SignedGet=method(MOCK, at={"Ref": "Signed"}, authorization="AWS_IAM"),
        AnyGet=method(MOCK, at={"Ref": "Any"}, verb="ANY"),
        ApiKey={"Type": "AWS::ApiGateway::ApiKey", "Properties": {"Enabled": True, "Value": KEY}},
        Plan={
            "Type": "AWS::ApiGateway::UsagePlan",
            "DependsOn": "Stagedev",
            "Properties": {"ApiStages": [{"ApiId": {"Ref": "Api"}, "Stage": "dev"}]},
        },
        KeyOfPlan={
            "Type": "AWS::ApiGateway::UsagePlanKey",
            "Properties": {"KeyId": {"Ref": "ApiKey"}, "KeyType": "API_KEY", "UsagePlanId": {"Ref": "Plan"}},
        },
    )
    everybody = {"Principal": "*", "Action": "execute-api:Invoke"}
    office = {"NotIpAddress": {"aws:SourceIp": "203.0.113.7"}}
    made["Resources"]["Api"]["Properties"]["Policy"] = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Resource": "execute-api:/*", **everybody},
            {"Effect": "Deny", "Resource": "execute-api:/*/*/office/*", "Condition": office, **everybody},
            {"Effect": "Deny", "Resource": "execute-api:/*/DELETE/*", **everybody},
        ],
    }
    return made


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PreviewProcess]:
    folder = tmp_path_factory.mktemp("attacks")
    write_template(folder, template())
    (folder / "identities.json").write_text(json.dumps(IDENTITIES), encoding="utf-8")
    words = ("template.json", "--identities", "identities.json", "--port", "0")
    with PreviewProcess(*words, folder=folder, home=folder / "home") as preview:
        yield preview
        assert "defect" not in preview.talk()


def statuses(preview: PreviewProcess, raw: bytes) -> list[int]:
    """Send bytes, say no more, and return the status of every answer up to the end of the connection."""
    client = Client(socket.create_connection(("127.0.0.1", preview.port), PATIENCE_SECONDS))
    client.send(raw)
    client.sock.shutdown(socket.SHUT_WR)
    answered = client.rest()
    client.close()
    found = []
    while answered:
        head, _, rest = answered.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        found.append(int(lines[0].split(" ")[1]))
        length = next(int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length"))
        answered = rest[length:]
    return found


def request(target: str, *headers: str, verb: str = "GET", host: str = "localhost:PORT", body: str = "") -> str:
    return "\r\n".join((f"{verb} {target} HTTP/1.1", f"Host: {host}", *headers, "", body))


def sent(preview: PreviewProcess, *requests: str) -> list[int]:
    text = "".join(requests).replace("PORT", str(preview.port))
    return statuses(preview, text.encode("latin-1"))


OPEN = request("/dev/open")
OFFICE = request("/dev/office/a")
SMUGGLED = {
    "length-and-chunks": (["Content-Length: 4", "Transfer-Encoding: chunked"], "0\r\n\r\n"),
    "chunks-and-length": (["Transfer-Encoding: chunked", "Content-Length: 4"], "0\r\n\r\n"),
    "two-lengths": (["Content-Length: 0", "Content-Length: 44"], ""),
    "two-lengths-in-one": (["Content-Length: 0, 44"], ""),
    "length-with-sign": (["Content-Length: +0"], ""),
    "length-in-hex": (["Content-Length: 0x0"], ""),
    "negative-length": (["Content-Length: -1"], ""),
    "length-of-words": (["Content-Length: none"], ""),
    "blank-before-colon": (["Transfer-Encoding : chunked"], "0\r\n\r\n"),
    "coding-not-last": (["Transfer-Encoding: chunked, identity"], "0\r\n\r\n"),
    "coding-twice": (["Transfer-Encoding: chunked", "Transfer-Encoding: identity"], "0\r\n\r\n"),
    "coding-with-tab": (["Transfer-Encoding:\x0bchunked"], "0\r\n\r\n"),
    "coding-unknown": (["Transfer-Encoding: xchunked"], "0\r\n\r\n"),
    "size-with-sign": (["Transfer-Encoding: chunked"], "+0\r\n\r\n"),
    "size-negative": (["Transfer-Encoding: chunked"], "-1\r\n\r\n"),
    "size-beyond-64-bits": (["Transfer-Encoding: chunked"], "ffffffffffffffff1\r\n"),
    "chunk-longer-than-said": (["Transfer-Encoding: chunked"], "1\r\nab\r\n0\r\n\r\n"),
    "name-with-null": (["X\0: 1"], ""),
    "value-with-null": (["X: a\0b"], ""),
    "value-with-return": (["X: a\rb"], ""),
    "no-colon": (["X"], ""),
    "two-hosts": (["Host: a1b2c3d4e5.execute-api.localhost"], ""),
    "two-hosts-in-another-case": (["hOST: x"], ""),
}


@pytest.mark.parametrize(("headers", "body"), SMUGGLED.values(), ids=SMUGGLED)
def test_nothing_follows_a_request_whose_end_is_in_doubt(
    running: PreviewProcess, headers: list[str], body: str
) -> None:
    found = sent(running, request("/dev/open", *headers, verb="POST", body=body), OPEN)

    assert len(found) == 1
    assert found[0] in {400, 501}


def test_body_is_no_request(running: PreviewProcess) -> None:
    inner = OPEN.replace("PORT", "3")

    assert (
        sent(running, request("/dev/open", f"Content-Length: {len(inner)}", body=inner, verb="PUT"), OPEN) == [200] * 2
    )


@pytest.mark.parametrize("upgrade", ["h2c", "websocket", "TLS/1.0"])
def test_body_of_a_request_for_an_upgrade_is_no_request(running: PreviewProcess, upgrade: str) -> None:
    inner = OPEN.replace("PORT", "3")
    headers = (f"Upgrade: {upgrade}", "Connection: Upgrade", f"Content-Length: {len(inner)}")

    found = sent(running, request("/dev/open", *headers, verb="POST", body=inner), OPEN)

    # Behind the body of such a request nothing is read.
    assert found == [200]


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param(["X-A: a", f" x-api-key: {KEY}"], id="folded-behind-another"),
        pytest.param([f"x-api-key : {KEY}"], id="blank-before-colon"),
        pytest.param(["x-api-key:", f" x{KEY}"], id="folded-value"),
        pytest.param([f"x-api-key: {KEY}", "X-Api-Key: x"], id="last-of-two"),
        pytest.param([f"x-api-key: {KEY}, x"], id="list"),
        pytest.param([f"x_api_key: {KEY}"], id="underscores"),
        pytest.param([f"Cookie: x-api-key={KEY}"], id="cookie"),
        pytest.param(["Connection: x-api-key", "x-api-key: x"], id="hop-by-hop"),
    ],
)
def test_no_key_is_admitted_by_a_trick_with_headers(running: PreviewProcess, headers: list[str]) -> None:
    (found,) = sent(running, request("/dev/keyed", *headers))

    assert found in {400, 403}


def test_key_is_admitted_in_any_case_of_its_header(running: PreviewProcess) -> None:
    keyed = [request("/dev/keyed", f"{name}: {KEY}") for name in ("x-api-key", "X-API-Key", "X-aPI-kEY")]

    assert sent(running, *keyed) == [200] * 3


def test_trailer_is_no_header(running: PreviewProcess) -> None:
    body = f"0\r\nx-api-key: {KEY}\r\n\r\n"

    assert sent(running, request("/dev/keyed", "Transfer-Encoding: chunked", "Trailer: x-api-key", body=body)) == [403]


@pytest.mark.parametrize(
    "target",
    [
        "/dev/office/a",
        "//dev/office/a",
        "/dev//office/a",
        "/dev/office//a",
        "/dev/./office/a",
        "/dev/x/../office/a",
        "/dev/x/%2e%2e/office/a",
        "/dev/%6fffice/a",
        "/dev/office%2fa",
        "/dev/office;x/a",
        "/dev/x/..;/office/a",
        "http://localhost:PORT/dev/office/a",
        "HTTP://elsewhere.example/dev/office/a",
        "/_aws/execute-api/API_ID/dev/office/a",
        "/restapis/API_ID/dev/_user_request_/office/a",
        "/restapis/API_ID/dev/_user_request_//office/a",
    ],
)
def test_no_target_leads_past_the_policy(running: PreviewProcess, target: str) -> None:
    api_id = json.loads(running.call("GET", "/_forestage/apis").body)["apis"][0]["id"]

    assert sent(running, request(target.replace("API_ID", api_id))) == [403]


@pytest.mark.parametrize(
    "target", ["*", "localhost:3000", "ftp://localhost/dev/open", "dev/open", "http:///dev/open", "http://a@b/dev/open"]
)
def test_target_that_is_no_path_is_refused(running: PreviewProcess, target: str) -> None:
    (found,) = sent(running, request(target))

    assert found in {400, 403}


@pytest.mark.parametrize(
    "headers",
    [
        ["X-HTTP-Method-Override: DELETE"],
        ["x-http-method-override: delete"],
        ["X-HTTP-Method-Override: GET", "X-HTTP-METHOD-OVERRIDE: DELETE"],
        ["X-Method-Override: GET", "X-HTTP-Method-Override: DELETE"],
    ],
)
def test_denied_method_is_not_reached_by_an_override(running: PreviewProcess, headers: list[str]) -> None:
    assert sent(running, request("/dev/open", *headers)) == [403]


@pytest.mark.parametrize(
    "headers",
    [
        ["X-Forwarded-For: 203.0.113.7"],
        ["Forwarded: for=203.0.113.7"],
        ["X-Real-IP: 203.0.113.7"],
        ["True-Client-IP: 203.0.113.7", "CF-Connecting-IP: 203.0.113.7"],
        ["X-Amz-Source-Ip: 203.0.113.7"],
    ],
)
def test_no_header_says_where_a_request_comes_from(running: PreviewProcess, headers: list[str]) -> None:
    assert sent(running, request("/dev/office/a", *headers)) == [403]


def test_identity_is_taken_on_at_this_machine(running: PreviewProcess) -> None:
    assert sent(running, request("/dev/office/a", "X-Forestage-As: ada"), OFFICE) == [200, 403]


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("evil.example:PORT", ["Sec-Fetch-Site: same-origin", "Origin: http://evil.example:PORT"]),
        ("evil.example:PORT", []),
        ("localhost.evil.example", []),
        ("localhost:PORT", ["Sec-Fetch-Site: cross-site"]),
        ("localhost:PORT", ["Sec-Fetch-Site: same-site"]),
        ("localhost:PORT", ["Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"]),
        ("localhost:PORT", ["Origin: https://evil.example"]),
        ("localhost:PORT", ["Origin: null"]),
        ("localhost:PORT", ["X-Forestage-As: ada"]),
        ("localhost:PORT", ["x-forestage-as: eve"]),
    ],
)
def test_page_of_another_site_takes_on_nobody(running: PreviewProcess, host: str, headers: list[str]) -> None:
    found = sent(running, request("/dev/office/a", "X-Forestage-As: ada", *headers, host=host))

    assert found == [400]


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        ("evil.example:PORT", []),
        ("localhost", []),
        ("localhost.:PORT", []),
        ("localhost:PORT", ["Origin: http://evil.example"]),
        ("localhost:PORT", ["Origin: null"]),
        ("localhost:PORT", ["Sec-Fetch-Site: cross-site"]),
        ("a1b2c3d4e5.execute-api.localhost:PORT", []),
    ],
)
@pytest.mark.parametrize("page", ["keys?includeValues", "apis", "traces", "clock"])
def test_page_of_another_site_sees_nothing_of_the_control_plane(
    running: PreviewProcess, host: str, headers: list[str], page: str
) -> None:
    assert sent(running, request(f"/_forestage/{page}", *headers, host=host)) == [403]


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_form_of_a_page_changes_nothing(running: PreviewProcess, content_type: str) -> None:
    headers = (f"Content-Type: {content_type}", "Content-Length: 2")

    assert sent(running, request("/_forestage/clock", *headers, verb="POST", body="{}")) == [415]


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(b"\x16\x03\x01\xff\xff" + b"\0" * 100, id="hello-without-end"),
        pytest.param(b"\x16", id="one-byte"),
        pytest.param(b"\x80\x2e\x01\x03\x01", id="old-hello"),
        pytest.param(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", id="http-2"),
        pytest.param(b"\r\n" * 10_000, id="empty-lines"),
        pytest.param(b"\0" * 1_000, id="nulls"),
        pytest.param(b"GET /" + b"a" * 100_000, id="endless-target"),
        pytest.param(b"GET / HTTP/1.1\r\nX: " + b"a" * 100_000, id="endless-header"),
        pytest.param(b"GET / HTTP/1.1\r\n" + b"X:1\r\n" * 30_000, id="many-headers"),
    ],
)
def test_connection_that_makes_no_request_ends(running: PreviewProcess, raw: bytes) -> None:
    client = Client(socket.create_connection(("127.0.0.1", running.port), PATIENCE_SECONDS))
    try:
        client.send(raw)
        client.sock.shutdown(socket.SHUT_WR)
        answered = client.rest()
    except ConnectionError:
        # It was broken off while more was sent than is read.
        answered = b""
    client.close()

    assert b"200" not in answered.partition(b"\r\n")[0]
    assert sent(running, OPEN) == [200]
