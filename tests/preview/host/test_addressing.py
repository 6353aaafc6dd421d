import pytest

from forestage.preview.host.addressing import (
    NamedApi,
    api_of_host,
    api_of_path,
    is_in_numbers,
    is_local,
    split_target,
)
from tests.cases.short_api import API_ID, api_runtime

API = api_runtime({"GET /": "mock"})
APIS = {API_ID: API}


@pytest.mark.parametrize(
    ("host", "api_id"),
    [
        ("abc.execute-api.localhost", "abc"),
        ("abc.execute-api.localhost:3000", "abc"),
        ("ABC.Execute-API.LocalHost:3000", "abc"),
        ("abc.execute-api.localhost.:3000", "abc"),
        ("abc.execute-api.us-east-1.amazonaws.com", "abc"),
        ("abc.execute-api.us-east-1.amazonaws.com:443", "abc"),
        ("abc.execute-api.cn-north-1.amazonaws.com.cn", "abc"),
        ("", None),
        ("localhost:3000", None),
        ("127.0.0.1", None),
        ("[::1]:3000", None),
        ("shop.example", None),
        ("execute-api.localhost", None),
        ("abc.execute-api.example", None),
        ("abc.execute-api.amazonaws.com.example", None),
        ("abc.execute-api.notamazonaws.com", None),
        ("abc.lambda-url.us-east-1.amazonaws.com", None),
    ],
)
def test_host_names_an_api(host: str, api_id: str | None) -> None:
    assert api_of_host(host, ()) == (None if api_id is None else NamedApi(api_id=api_id))


@pytest.mark.parametrize(
    ("host", "named"),
    [
        (
            "abc-vpce-0a1b.execute-api.us-east-1.amazonaws.com",
            NamedApi(api_id="abc", vpc_endpoint="vpce-0a1b", by_alias=True),
        ),
        ("abc-vpce-0a1b.execute-api.localhost:3000", NamedApi(api_id="abc", vpc_endpoint="vpce-0a1b", by_alias=True)),
        (
            "vpce-0a1b-x1y2.execute-api.us-east-1.vpce.amazonaws.com",
            NamedApi(api_id="named", vpc_endpoint="vpce-0a1b"),
        ),
        ("vpce-0a1b-x1y2.execute-api.localhost:3000", NamedApi(api_id="named", vpc_endpoint="vpce-0a1b")),
    ],
)
def test_host_names_a_vpc_endpoint(host: str, named: NamedApi) -> None:
    assert api_of_host(host, (("X-ApiGW-Api-Id", "named"),)) == named


def test_host_of_a_vpc_endpoint_alone_names_no_api() -> None:
    host = "vpce-0a1b-x1y2.execute-api.us-east-1.vpce.amazonaws.com"

    assert api_of_host(host, ()) == NamedApi(api_id=None, vpc_endpoint="vpce-0a1b")


def test_header_alone_names_no_api() -> None:
    assert api_of_host("localhost:3000", (("x-apigw-api-id", "abc"),)) is None


@pytest.mark.parametrize(
    ("target", "rest"),
    [
        (f"/_aws/execute-api/{API_ID}/dev/pets?x=1", "/dev/pets?x=1"),
        (f"/_aws/execute-api/{API_ID}/dev//pets/", "/dev//pets/"),
        (f"/_aws/execute-api/{API_ID}/dev", "/dev"),
        (f"/_aws/execute-api/{API_ID}", "/"),
        (f"/restapis/{API_ID}/dev/_user_request_/pets?x=1", "/dev/pets?x=1"),
        (f"/restapis/{API_ID}/dev/_user_request_/", "/dev/"),
        (f"/restapis/{API_ID}/dev/_user_request_", "/dev"),
        (f"/restapis/{API_ID}/dev/_user_request_?x=1", "/dev?x=1"),
        (f"/restapis/{API_ID}/dev/_user_request_//a", "/dev//a"),
    ],
)
def test_path_form_names_an_api(target: str, rest: str) -> None:
    assert api_of_path(target, APIS) == (API, rest)


@pytest.mark.parametrize(
    "target",
    [
        "/",
        "/dev/pets",
        "/_aws/execute-api/unknown/dev",
        "/_aws/other",
        "/restapis/unknown/dev/_user_request_/",
        f"/restapis/{API_ID}/dev/pets",
        f"/restapis/{API_ID}",
        f"/dev/restapis/{API_ID}/dev/_user_request_/",
    ],
)
def test_other_path_names_none(target: str) -> None:
    assert api_of_path(target, APIS) is None


@pytest.mark.parametrize(
    ("target", "authority", "path"),
    [
        ("http://localhost:3000/dev/pets?x=1", "localhost:3000", "/dev/pets?x=1"),
        ("http://localhost:3000//dev", "localhost:3000", "//dev"),
        ("http://localhost:3000", "localhost:3000", "/"),
        ("https://a.execute-api.localhost/", "a.execute-api.localhost", "/"),
        ("*", None, "/"),
        ("localhost:3000", None, "/"),
        ("dev/pets", None, "/"),
        ("http:///dev", "", "/dev"),
    ],
)
def test_absolute_target_is_split(target: str, authority: str | None, path: str) -> None:
    assert split_target(target) == (authority, path)


@pytest.mark.parametrize(
    ("host", "local", "in_numbers"),
    [
        ("localhost", True, False),
        ("LocalHost:3000", True, False),
        ("a.localhost:3000", True, False),
        ("127.0.0.9:1", True, True),
        ("[::1]:3000", True, True),
        ("[::1]", True, True),
        ("[::ffff:127.0.0.1]", True, True),
        ("192.168.1.5:3000", False, True),
        ("[2001:db8::1]:3000", False, True),
        ("localhost.example", False, False),
        ("127.0.0.1.example:3000", False, False),
        ("notlocalhost", False, False),
        ("localhost:x", False, False),
        ("null", False, False),
        ("", False, False),
    ],
)
def test_host_is_this_machine_or_an_address_in_numbers(host: str, *, local: bool, in_numbers: bool) -> None:
    assert (is_local(host), is_in_numbers(host)) == (local, in_numbers)
