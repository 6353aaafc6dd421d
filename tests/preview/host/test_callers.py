from __future__ import annotations

from typing import Any

import pytest

from forestage.model.principals import AccessKey, IamPrincipal, Identity, KnownPrincipal, PrincipalKind
from forestage.model.values import Secret
from forestage.preview.engine.results import Caller
from forestage.preview.host.callers import Arrived, Callers
from tests.cases.script import wire_request

ADA = Identity(
    name="ada",
    source_ip="10.0.0.7",
    vpc_endpoint_id="vpce-1",
    vpc_id="vpc-1",
    headers=(("Authorization", "Bearer ada"), ("X-New", "1")),
)
BOB = Identity(name="bob")


def arrive(
    callers: Callers,
    *headers: tuple[str, str],
    client: str = "127.0.0.1",
    host: str = "localhost:3000",
    is_known_host: bool = False,
) -> Arrived | str:
    wire = wire_request("GET /dev/", headers=(("Host", host), *headers), client=client)
    return callers.arrive(wire, host=host, is_known_host=is_known_host)


def test_a_caller_is_who_it_is_where_no_identities_are_declared() -> None:
    arrived = arrive(Callers(), ("X-Forestage-As", "ada"))

    assert isinstance(arrived, Arrived)
    assert arrived.caller == Caller(source_ip="127.0.0.1")
    assert ("X-Forestage-As", "ada") in arrived.wire.headers


def test_a_request_takes_on_the_identity_that_it_names() -> None:
    arrived = arrive(Callers(identities=[ADA, BOB]), ("x-forestage-as", "ada"), ("authorization", "mine"))

    assert isinstance(arrived, Arrived)
    assert arrived.caller == Caller(source_ip="10.0.0.7", vpc_endpoint="vpce-1", vpc="vpc-1", assumed=ADA)
    assert arrived.wire.headers == (("Host", "localhost:3000"), ("Authorization", "Bearer ada"), ("X-New", "1"))


def test_an_identity_leaves_as_it_is_what_it_does_not_declare() -> None:
    arrived = arrive(Callers(identities=[BOB], taken_on="bob"), client="127.0.0.9")

    assert isinstance(arrived, Arrived)
    assert arrived.caller == Caller(source_ip="127.0.0.9", assumed=BOB)


def test_every_request_takes_on_the_identity_of_the_command_line() -> None:
    callers = Callers(identities=[ADA, BOB], taken_on="ada")

    arrived, other = arrive(callers), arrive(callers, ("X-Forestage-As", "bob"))

    assert isinstance(arrived, Arrived)
    assert isinstance(other, Arrived)
    assert (arrived.caller.assumed, other.caller.assumed) == (ADA, BOB)


@pytest.mark.parametrize(
    ("host", "headers"),
    [
        pytest.param("localhost:3000", [], id="no-browser"),
        pytest.param("localhost:3000", [("Sec-Fetch-Site", "none")], id="typed"),
        pytest.param("localhost:3000", [("Sec-Fetch-Site", "same-origin")], id="same-origin"),
        pytest.param(
            "localhost:3000", [("Origin", "http://localhost:5173"), ("Sec-Fetch-Site", "same-site")], id="own-page"
        ),
        pytest.param(
            "localhost:3000", [("Origin", "http://127.0.0.1:5173"), ("Sec-Fetch-Site", "cross-site")], id="by-number"
        ),
        pytest.param("localhost:3000", [("Origin", "http://[::1]")], id="old-browser"),
        pytest.param("localhost:3000", [("Sec-Fetch-Site", "same-site")], id="image-of-own-page"),
        pytest.param("localhost:5173", [("Sec-Fetch-Site", "same-origin")], id="through-a-proxy"),
        pytest.param("192.168.1.5:3000", [("Origin", "http://192.168.1.5:3000")], id="other-machine"),
        pytest.param("a.execute-api.localhost:3000", [], id="below-localhost"),
    ],
)
def test_identity_of_the_command_line_is_for_tools_and_own_pages(host: str, headers: list[tuple[str, str]]) -> None:
    arrived = arrive(Callers(identities=[ADA], taken_on="ada"), *headers, host=host)

    assert isinstance(arrived, Arrived)
    assert arrived.caller.assumed == ADA


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param([("Sec-Fetch-Site", "cross-site")], id="image-or-link"),
        pytest.param([("Origin", "https://evil.example"), ("Sec-Fetch-Site", "cross-site")], id="page"),
        pytest.param([("Origin", "https://evil.example")], id="old-browser"),
        pytest.param([("Origin", "null"), ("Sec-Fetch-Site", "cross-site")], id="sandbox"),
        pytest.param([("Origin", "null")], id="sandbox-of-an-old-browser"),
        pytest.param([("Origin", "http://203.0.113.9"), ("Sec-Fetch-Site", "cross-site")], id="page-by-number"),
        pytest.param([("Origin", "http://localhost"), ("Origin", "https://evil.example")], id="two-origins"),
        pytest.param([("Origin", "http://localhost.evil.example")], id="looks-like-one"),
        pytest.param([("Sec-Fetch-Site", "same-site"), ("Sec-Fetch-Site", "cross-site")], id="two-answers"),
    ],
)
def test_identity_of_the_command_line_is_not_for_pages_of_other_sites(headers: list[tuple[str, str]]) -> None:
    arrived = arrive(Callers(identities=[ADA], taken_on="ada"), *headers)

    assert arrived == "the identity of --as is not for pages of other sites"


@pytest.mark.parametrize("host", ["evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", ""])
def test_identity_of_the_command_line_is_not_for_a_host_that_was_made_to_resolve_here(host: str) -> None:
    callers = Callers(identities=[ADA], taken_on="ada")

    assert arrive(callers, host=host) == (
        f"the identity of --as is for requests to localhost, an API or a custom domain, not to {host!r}"
    )
    assert isinstance(arrive(callers, host=host, is_known_host=True), Arrived)


def test_page_of_another_site_is_let_pass_where_nothing_is_taken_on() -> None:
    arrived = arrive(Callers(identities=[ADA]), ("Origin", "https://evil.example"), host="evil.example")

    assert isinstance(arrived, Arrived)
    assert arrived.caller.assumed is None


def test_nobody_is_taken_on_unasked() -> None:
    arrived = arrive(Callers(identities=[ADA]))

    assert isinstance(arrived, Arrived)
    assert arrived.caller.assumed is None


@pytest.mark.parametrize(
    ("headers", "client", "objection"),
    [
        pytest.param([("X-Forestage-As", "eve")], "127.0.0.1", "has to name one of the identities: ada", id="unknown"),
        pytest.param(
            [("X-Forestage-As", "ada"), ("X-Forestage-As", "ada")], "127.0.0.1", "has to name one", id="twice"
        ),
        pytest.param([("X-Forestage-As", "ada")], "192.168.1.5", "is for this machine alone", id="elsewhere"),
        pytest.param(
            [("X-Forestage-As", "ada"), ("Sec-Fetch-Site", "cross-site")],
            "::1",
            "is not for pages of other sites",
            id="other-site",
        ),
        pytest.param(
            [("X-Forestage-As", "ada"), ("Sec-Fetch-Site", "none"), ("sec-fetch-site", "same-site")],
            "127.0.0.1",
            "is not for pages of other sites",
            id="two-answers",
        ),
        pytest.param(
            [("X-Forestage-As", "ada"), ("Origin", "http://localhost:5173")],
            "127.0.0.1",
            "is not for pages of other sites",
            id="other-origin",
        ),
        pytest.param([("X-Forestage-As", "ada")], "no address", "is for this machine alone", id="no-address"),
    ],
)
def test_an_identity_is_not_taken_on_by_just_anybody(
    headers: list[tuple[str, str]], client: str, objection: str
) -> None:
    found = arrive(Callers(identities=[ADA]), *headers, client=client)

    assert isinstance(found, str)
    assert objection in found


@pytest.mark.parametrize("host", ["evil.example:3000", "localhost.evil.example", "127.0.0.1.evil.example", ""])
def test_a_page_whose_host_was_made_to_resolve_here_takes_on_nobody(host: str) -> None:
    callers = Callers(identities=[ADA])
    headers = (("X-Forestage-As", "ada"), ("Sec-Fetch-Site", "same-origin"), ("Origin", f"http://{host}"))

    assert "is for requests to localhost" in str(arrive(callers, *headers, host=host))
    assert isinstance(arrive(callers, *headers, host=host, is_known_host=True), Arrived)


@pytest.mark.parametrize("host", ["LOCALHOST:3000", "127.0.0.1:3000", "[::1]:3000"])
@pytest.mark.parametrize("client", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_an_identity_is_taken_on_at_this_machine(host: str, client: str) -> None:
    headers = (("X-Forestage-As", "ada"), ("Origin", f"http://{host}"))

    assert isinstance(arrive(Callers(identities=[ADA]), *headers, client=client, host=host), Arrived)


def test_principals_are_found_by_their_access_key() -> None:
    fields: dict[str, Any] = {"name": "ada", "arn": "arn", "account_id": "1", "user_id": "A"}
    known = KnownPrincipal(
        principal=IamPrincipal(kind=PrincipalKind.USER, **fields),
        access_key=AccessKey(id="AKIAADA", secret_access_key=Secret("s")),
    )

    assert Callers(principals=[known]).principals == {"AKIAADA": known}
