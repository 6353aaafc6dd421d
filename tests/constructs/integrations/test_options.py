from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnParameter, Duration
from aws_cdk.assertions import Annotations, Match

from forestage.constructs.checks import ConstructError
from forestage.constructs.integrations.options import IntegrationOptions, check_options, check_websocket_options

if TYPE_CHECKING:
    from collections.abc import Callable

    from aws_cdk import Stack


@pytest.mark.parametrize(
    ("timeout", "streaming"),
    [
        pytest.param(Duration.millis(50), False, id="shortest"),
        pytest.param(Duration.seconds(29), False, id="longest"),
        pytest.param(Duration.minutes(15), True, id="longest stream"),
    ],
)
def test_time_limit_is_taken(stack: Stack, timeout: Duration, streaming: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the test)
    check_options(stack, IntegrationOptions(timeout=timeout), streaming=streaming)

    Annotations.from_stack(stack).has_no_warning("*", Match.any_value())


def test_time_limit_that_needs_a_quota_is_warned_of(stack: Stack) -> None:
    check_options(stack, IntegrationOptions(timeout=Duration.seconds(30)))

    Annotations.from_stack(stack).has_warning(
        "/Stack", Match.string_like_regexp("a time limit of 30000 ms needs a raised quota, .*")
    )


def test_time_limit_that_is_known_later_is_not_judged(stack: Stack) -> None:
    later = CfnParameter(stack, "Seconds", type="Number").value_as_number

    check_options(stack, IntegrationOptions(timeout=Duration.seconds(later)))
    check_websocket_options(stack, IntegrationOptions(timeout=Duration.seconds(later)))


def test_short_time_limit_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="is 50 ms or more, got 49 ms"):
        check_options(stack, IntegrationOptions(timeout=Duration.millis(49)))


def test_long_stream_is_refused(stack: Stack) -> None:
    with pytest.raises(ConstructError, match="15 minutes or less, got 901000 ms"):
        check_options(stack, IntegrationOptions(timeout=Duration.seconds(901)), streaming=True)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        pytest.param(IntegrationOptions(cache_namespace="x"), "a WebSocket API has no cache", id="cache"),
        pytest.param(IntegrationOptions(cache_key_parameters=[]), "a WebSocket API has no cache", id="cache key"),
        pytest.param(IntegrationOptions(timeout=Duration.seconds(30)), "50 ms to 29 s on a WebSocket API", id="long"),
        pytest.param(IntegrationOptions(timeout=Duration.millis(1)), "50 ms to 29 s on a WebSocket API", id="short"),
    ],
)
def test_what_a_websocket_api_lacks_is_refused(stack: Stack, options: IntegrationOptions, message: str) -> None:
    with pytest.raises(ConstructError, match=message):
        check_websocket_options(stack, options)


def test_option_that_no_integration_has_is_refused(stack: Stack) -> None:
    misspelt: Any = {"time_out": Duration.seconds(5)}

    with pytest.raises(ConstructError, match=r"^Stack: the integration has no 'time_out': choose from cache_key"):
        check_options(stack, misspelt)


@pytest.mark.parametrize("check", [check_options, check_websocket_options])
def test_time_limit_is_a_duration(stack: Stack, check: Callable[[Stack, Any], None]) -> None:
    with pytest.raises(ConstructError, match=r"timeout cannot be 5: write Duration.seconds\(5\)"):
        check(stack, {"timeout": 5})


def test_cache_keys_are_several(stack: Stack) -> None:
    options = IntegrationOptions(cache_key_parameters="method.request.querystring.page")

    with pytest.raises(ConstructError, match="cache_key_parameters are several"):
        check_options(stack, options)
