from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.principals import IamPrincipal, Identity, PolicyDocument
from forestage.model.principals import PrincipalKind as Kind
from forestage.preview.engine.cache import MAX_RESPONSE_BYTES
from forestage.preview.engine.effects import BackendAnswer, BackendFailure, BackendFault
from forestage.preview.engine.results import Caller, Compressed, Hit, Mapped, Missed, Stored, Uncached
from tests.cases.script import ARRIVED_AT, Kept, Played, play, wire_request
from tests.cases.short_api import api_runtime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from forestage.preview.engine.wire import Headers

API = api_runtime(
    {
        "GET /open": {
            "type": "HTTP_PROXY",
            "uri": "http://backend.example/",
            "integration_http_method": "GET",
            "cache_key_parameters": ["method.request.querystring.q"],
        },
        "POST /open": "http_proxy",
        "GET /signed": {
            "type": "HTTP_PROXY",
            "uri": "http://backend.example/",
            "integration_http_method": "GET",
            "method": {"authorization_type": "AWS_IAM"},
        },
        "GET /body": {
            "type": "HTTP_PROXY",
            "uri": "http://backend.example/",
            "integration_http_method": "GET",
            "request_parameters": {"integration.request.header.X": "method.request.body.a"},
            "cache_key_parameters": ["integration.request.header.X"],
        },
    },
    stages={"dev": {"cache_cluster_enabled": True, "method_settings": [{"caching_enabled": True}]}},
    minimum_compression_size=4,
)
ZERO = ("Cache-Control", "max-age=0")


def caller(*actions: str, account: str = "123456789012") -> Caller:
    """Make a caller whose policies allow some actions."""
    statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
    principal = IamPrincipal(
        name="ada",
        kind=Kind.USER,
        arn=f"arn:aws:iam::{account}:user/ada",
        account_id=account,
        user_id="AIDAADA",
        policies=(PolicyDocument(name="own", document={"Version": "2012-10-17", "Statement": [statement]}),),
    )
    return Caller(source_ip="10.0.0.1", assumed=Identity(name="ada", principal=principal))


# Answers are of the type of what they answer.
def ask(
    kept: Kept,
    request: str,
    answers: Sequence[Any] = (),
    *,
    headers: Headers = (),
    caller: Caller | None = None,
    after: float = 0.0,
    body: bytes = b"",
) -> Played:
    wire = wire_request(request, headers=(("Host", "h"), *headers), at=ARRIVED_AT + after, body=body)
    return play(API, wire, answers, kept=kept, caller=caller)


def body(content: bytes, status: int = 200) -> list[BackendAnswer]:
    return [BackendAnswer(status=status, headers=(("X-One", "1"),), body=content)]


def kinds(played: Played) -> list[type]:
    wanted = Hit, Missed, Uncached, Stored, Mapped, Compressed
    return [type(entry) for entry in played.trace.entries if isinstance(entry, wanted)]


def only(played: Played, kind: type) -> Any:
    (found,) = [entry for entry in played.trace.entries if isinstance(entry, kind)]
    return found


def test_first_answer_is_stored_and_the_second_is_it() -> None:
    kept = Kept()

    first = ask(kept, "GET /dev/open?q=1", body(b"words"))
    second = ask(kept, "GET /dev/open?q=1", after=2.5)

    assert kinds(first) == [Missed, Mapped, Stored, Compressed]
    assert kinds(second) == [Hit, Compressed]
    assert (second.response.status, second.body) == (200, b"words")
    assert second.response.headers == first.response.headers
    assert only(second, Hit).kept.kept_at == ARRIVED_AT


def test_what_is_kept_serves_every_accept_encoding() -> None:
    kept = Kept()

    first = ask(kept, "GET /dev/open", body(b"words"), headers=(("Accept-Encoding", "gzip"),))
    second = ask(kept, "GET /dev/open")
    third = ask(kept, "GET /dev/open", headers=(("Accept-Encoding", "deflate"),))

    assert [played.header("Content-Encoding") for played in (first, second, third)] == ["gzip", None, "deflate"]
    assert second.body == b"words"


def test_caller_with_the_permission_has_an_answer_forgotten() -> None:
    kept, may = Kept(), caller("execute-api:*")
    ask(kept, "GET /dev/signed", body(b"old words"), caller=may)

    fresh = ask(kept, "GET /dev/signed", body(b"new words"), caller=may, headers=(ZERO,))
    after = ask(kept, "GET /dev/signed", caller=may)

    assert only(fresh, Missed).reason == "the client had it forgotten"
    assert fresh.header("Warning") is None
    assert after.body == b"new words"


def test_answer_that_was_forgotten_is_gone_also_where_the_next_fails() -> None:
    kept, may = Kept(), caller("execute-api:*")
    ask(kept, "GET /dev/signed", body(b"words"), caller=may)

    failed = ask(kept, "GET /dev/signed", [BackendFailure(fault=BackendFault.TIMEOUT)], caller=may, headers=(ZERO,))
    after = ask(kept, "GET /dev/signed", body(b"again"), caller=may)

    assert failed.response.status == 504
    assert after.body == b"again"


@pytest.mark.parametrize(
    "who",
    [
        pytest.param(caller("execute-api:Invoke"), id="no-permission"),
        pytest.param(caller("execute-api:Inv*oke"), id="other-permission"),
    ],
)
def test_caller_without_the_permission_gets_what_is_kept_and_a_warning(who: Caller) -> None:
    kept = Kept()
    ask(kept, "GET /dev/signed", body(b"words"), caller=who)

    played = ask(kept, "GET /dev/signed", caller=who, headers=(ZERO,))

    assert only(played, Hit).ignored is True
    assert played.header("Warning") == ("199 Cache-control headers were ignored because the caller was unauthorized.")


def test_anybody_has_an_answer_forgotten_where_the_stage_lets_them() -> None:
    setting = {"caching_enabled": True, "require_authorization_for_cache_control": False}
    stages = {"dev": {"cache_cluster_enabled": True, "method_settings": [setting]}}
    api, kept = api_runtime({"GET /": "http_proxy"}, stages=stages), Kept()
    play(api, wire_request("GET /dev/"), body(b"old"), kept=kept)

    fresh = play(api, wire_request("GET /dev/", headers=(ZERO,)), body(b"new"), kept=kept)

    assert (fresh.body, fresh.header("Warning")) == (b"new", None)
    assert play(api, wire_request("GET /dev/"), kept=kept).body == b"new"


@pytest.mark.parametrize(
    "value", ["max-age=1", "no-cache", "max-age=00", "s-maxage=0", "max-age", "max-age=0=0", "min-fresh=max-age=0"]
)
def test_other_directives_are_not_looked_at(value: str) -> None:
    kept = Kept()

    played = ask(kept, "GET /dev/open", body(b"words"), headers=(("Cache-Control", value),))

    assert played.header("Warning") is None


def test_response_of_the_largest_size_is_kept_and_a_larger_one_not() -> None:
    kept = Kept()

    largest = ask(kept, "GET /dev/open?q=1", body(b"x" * MAX_RESPONSE_BYTES))
    larger = ask(kept, "GET /dev/open?q=2", body(b"x" * (MAX_RESPONSE_BYTES + 1)))

    assert only(largest, Stored) == Stored(ttl_seconds=300)
    assert only(larger, Stored) == Stored(reason="1048577 bytes are more than 1048576, which is not kept")
    assert kinds(ask(kept, "GET /dev/open?q=1")) == [Hit, Compressed]
    assert kinds(ask(kept, "GET /dev/open?q=2", body(b"words"))) == [Missed, Mapped, Stored, Compressed]


def test_method_that_does_not_use_the_cache_says_so() -> None:
    played = ask(Kept(), "POST /dev/open", body(b"words"))

    assert only(played, Uncached).reason == "caching is not enabled for this method"


def test_key_that_is_read_from_a_body_that_is_none_fails_as_the_mapping_does() -> None:
    played = ask(Kept(), "GET /dev/body", body=b"{no")

    assert (played.response.status, played.body) == (400, b'{"message": "Invalid JSON in request body"}')


def test_keys_are_of_one_length_whatever_a_client_sends() -> None:
    long = only(ask(Kept(), f"GET /dev/open?q={'x' * 8_000}", body(b"words")), Missed)
    short = only(ask(Kept(), "GET /dev/open", body(b"words")), Missed)

    assert len(long.digest) == len(short.digest) == 64
    assert long.digest != short.digest
