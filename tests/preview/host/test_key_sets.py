from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from forestage.model import Deployment
from forestage.model.deployment import OtherResource
from forestage.preview.engine.effects import (
    BackendAnswer,
    BackendFailure,
    BackendFault,
    CallBackend,
    FindIssuerKeys,
    KeysUnavailable,
)
from forestage.preview.host.clock import ManualClock
from forestage.preview.host.key_sets import MAX_DOCUMENT_BYTES, KeySets, own_issuers
from forestage.tokens import KeySet, read_local_key_sets
from tests.tokens.signing_keys import ec_key, jwks

if TYPE_CHECKING:
    from collections.abc import Mapping

ISSUER = "https://issuer.example"
DISCOVERY = f"{ISSUER}/.well-known/openid-configuration"
KEYS = "https://keys.example/jwks"


def answer(body: str, *, status: int = 200) -> BackendAnswer:
    return BackendAnswer(status=status, headers=(), body=body.encode())


PUBLISHED = {
    DISCOVERY: answer(json.dumps({"issuer": ISSUER, "jwks_uri": KEYS})),
    KEYS: answer(jwks(ec_key().jwk())),
}


@dataclass
class Web:
    """Pages by address, and which were asked for."""

    pages: Mapping[str, BackendAnswer | BackendFailure]
    asked: list[str] = field(default_factory=list)

    async def call(self, effect: CallBackend) -> BackendAnswer | BackendFailure:
        self.asked.append(effect.url)
        return self.pages[effect.url]


def find(key_sets: KeySets, issuer: str = ISSUER) -> KeySet | KeysUnavailable:
    return asyncio.run(key_sets.find(FindIssuerKeys(issuer=issuer)))


def test_keys_are_those_that_the_issuer_publishes() -> None:
    web = Web(PUBLISHED)

    found = find(KeySets(backends=web, clock=ManualClock()))

    assert isinstance(found, KeySet)
    assert found.find(ec_key().kid, "ES256") is not None
    assert web.asked == [DISCOVERY, KEYS]


def test_keys_are_kept_for_two_hours() -> None:
    web, clock = Web(PUBLISHED), ManualClock()
    key_sets = KeySets(backends=web, clock=clock)

    find(key_sets)
    clock.advance(7199)
    find(key_sets)
    asked = len(web.asked)
    clock.advance(1)
    find(key_sets)

    assert (asked, len(web.asked)) == (2, 4)


def test_an_issuer_that_failed_is_asked_again_after_a_while() -> None:
    web, clock = Web({DISCOVERY: answer("", status=503)}), ManualClock()
    key_sets = KeySets(backends=web, clock=clock)

    find(key_sets)
    find(key_sets)
    clock.advance(10)
    find(key_sets)

    assert web.asked == [DISCOVERY, DISCOVERY]


def test_requests_that_want_the_same_keys_at_once_wait_for_one_fetch() -> None:
    web = Web(PUBLISHED)
    key_sets = KeySets(backends=web, clock=ManualClock())

    async def both() -> tuple[object, object]:
        first, second = await asyncio.gather(*(key_sets.find(FindIssuerKeys(issuer=ISSUER)) for _ in range(2)))
        return first, second

    first, second = asyncio.run(both())

    assert first is second
    assert web.asked == [DISCOVERY, KEYS]


@pytest.mark.parametrize(
    ("pages", "detail"),
    [
        pytest.param({DISCOVERY: answer("", status=404)}, "answers 404", id="no-discovery"),
        pytest.param({DISCOVERY: answer("[]")}, "discovery document", id="no-document"),
        pytest.param({**PUBLISHED, KEYS: answer("no")}, "the key set", id="no-keys"),
        pytest.param({DISCOVERY: answer(" " * (MAX_DOCUMENT_BYTES + 1))}, "more than", id="too-large"),
        pytest.param(
            {DISCOVERY: BackendFailure(fault=BackendFault.UNREACHABLE, detail="refused")},
            "no answer: refused",
            id="down",
        ),
        pytest.param({DISCOVERY: BackendFailure(fault=BackendFault.TIMEOUT)}, "did not answer in time", id="late"),
    ],
)
def test_keys_that_are_not_to_be_had_say_why(pages: Mapping[str, BackendAnswer | BackendFailure], detail: str) -> None:
    found = find(KeySets(backends=Web(pages), clock=ManualClock()))

    assert isinstance(found, KeysUnavailable)
    assert detail in found.detail
    assert "--jwks FILE" in found.detail


def test_keys_of_the_local_file_go_first() -> None:
    web = Web({})

    found = find(KeySets(backends=web, clock=ManualClock(), local=read_local_key_sets(jwks(ec_key().jwk()))))

    assert isinstance(found, KeySet)
    assert web.asked == []


def test_pools_of_the_template_are_never_asked_over_the_network() -> None:
    web = Web({})
    key_sets = KeySets(backends=web, clock=ManualClock())
    pool = OtherResource(logical_id="Pool", type="AWS::Cognito::UserPool", id="us-east-1_abc")
    other = OtherResource(logical_id="Table", type="AWS::DynamoDB::Table", id="table")
    issuers = list(own_issuers(Deployment(resources=(pool, other))))
    key_sets.own(issuers)

    found = find(key_sets, issuers[0])

    assert issuers == ["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_abc"]
    assert isinstance(found, KeysUnavailable)
    assert "is a user pool of the template" in found.detail
    assert web.asked == []
