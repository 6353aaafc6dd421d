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


def arrive(callers: Callers, *headers: tuple[str, str], client: str = "127.0.0.1") -> Arrived | str:
    return callers.arrive(wire_request("GET /dev/", headers=(("Host", "localhost:3000"), *headers), client=client))


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
    ],
)
def test_an_identity_is_not_taken_on_by_just_anybody(
    headers: list[tuple[str, str]], client: str, objection: str
) -> None:
    found = arrive(Callers(identities=[ADA]), *headers, client=client)

    assert isinstance(found, str)
    assert objection in found


def test_principals_are_found_by_their_access_key() -> None:
    fields: dict[str, Any] = {"name": "ada", "arn": "arn", "account_id": "1", "user_id": "A"}
    known = KnownPrincipal(
        principal=IamPrincipal(kind=PrincipalKind.USER, **fields),
        access_key=AccessKey(id="AKIAADA", secret_access_key=Secret("s")),
    )

    assert Callers(principals=[known]).principals == {"AKIAADA": known}
