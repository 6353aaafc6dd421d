"""Rules about routes: diff.md, section 2.8. Those about authorization are the ones of methods."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.sockets import CONNECT, DEFAULT, DISCONNECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.diff.walk.throttles import Effective
    from forestage.model.values import OpenJson

_SPECIAL = frozenset({CONNECT, DEFAULT, DISCONNECT})


@rule("route-removed", Concern.ROUTE_REMOVED, BREAKING)
def route_removed(change: Change[str]) -> Iterator[Verdict]:
    """Messages for the route are answered with an error, since there is no $default.

    Instead: keep the route, or add a $default that says what to send instead.
    """
    if change.before not in _SPECIAL and Fact.COVERED not in change.facts:
        yield Verdict(message=f"route {change.before} is removed; its messages are answered with an error")


@rule("route-removed-default", Concern.ROUTE_REMOVED, DANGEROUS)
def route_removed_default(change: Change[str]) -> Iterator[Verdict]:
    """Messages for the route go to $default, which may not know them.

    Instead: check that $default does what the route did.
    """
    if change.before not in _SPECIAL and Fact.COVERED in change.facts:
        yield Verdict(message=f"route {change.before} is removed; $default gets its messages")


@rule("default-route-removed", Concern.ROUTE_REMOVED, BREAKING)
def default_route_removed(change: Change[str]) -> Iterator[Verdict]:
    """Messages that no other route takes are answered with an error.

    Instead: keep $default, or add routes for every message that clients send.
    """
    if change.before == DEFAULT:
        yield Verdict(message="$default is removed; messages without a route are answered with an error")


@rule("connect-route-removed", Concern.ROUTE_REMOVED, SAFE)
def connect_route_removed(change: Change[str]) -> Iterator[Verdict]:
    """Everybody may connect: without $connect nobody is asked.

    It is weaker where an authorizer stood before it.

    Instead: keep $connect with its authorizer.
    """
    if change.before == CONNECT:
        security = WEAKER if Fact.OTHERS_AUTHORIZED in change.facts else None
        yield Verdict(message="$connect is removed; everybody may connect", security=security)


@rule("disconnect-route-removed", Concern.ROUTE_REMOVED, SAFE, operations=(Operation.COST,))
def disconnect_route_removed(change: Change[str]) -> Iterator[Verdict]:
    """Nothing cleans up after a client that is gone.

    Instead: keep $disconnect, or let stored connections expire.
    """
    if change.before == DISCONNECT:
        yield Verdict(message="$disconnect is removed; nothing cleans up")


@rule("route-added", Concern.ROUTE_ADDED, SAFE)
def route_added(change: Change[str]) -> Iterator[Verdict]:
    """Messages that went to $default, or got an error, have a route.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"route {change.after} is new")


@rule("route-selection-changed", Concern.ROUTE_SELECTION, BREAKING)
def route_selection_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """Messages that clients send now do not find their routes.

    Instead: make a second API with the new expression, and move clients.
    """
    yield Verdict(message=f"routes are selected by {change.after}, it was {change.before}")


@rule("route-response-removed", Concern.ROUTE_RESPONSE, BREAKING)
def route_response_removed(change: Change[bool]) -> Iterator[Verdict]:
    """Clients wait for an answer that does not come.

    Instead: answer by @connections before the response goes.
    """
    if not change.after:
        yield Verdict(message=f"{change.place.where} answers no longer")


@rule("route-response-added", Concern.ROUTE_RESPONSE, DANGEROUS)
def route_response_added(change: Change[bool]) -> Iterator[Verdict]:
    """Clients get answers that they may not expect.

    Instead: check that clients ignore what they do not know.
    """
    if change.after:
        yield Verdict(message=f"{change.place.where} answers now")


@rule("route-response-model-changed", Concern.ROUTE_RESPONSE_MODEL, BREAKING, SAFE)
def route_response_model_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """Nothing is promised of the answers any more, or something is promised that was not.

    What is different within a model has the ids of response bodies.

    Instead: keep the model, and change it compatibly.
    """
    if change.after is None:
        yield Verdict(message=f"the answer {change.detail} has no model any more")
    else:
        yield Verdict(message=f"the answer {change.detail} has a model", severity=SAFE)


@rule("connect-api-key-required-added", Concern.CONNECT_API_KEY, BREAKING, security=STRONGER)
def connect_api_key_required_added(change: Change[bool]) -> Iterator[Verdict]:
    """Clients that send no key of a usage plan of this stage cannot connect.

    Instead: hand out keys, and see that clients send them, before they are asked for.
    """
    yield Verdict(message=f"{change.place.where} now requires an API key")


@rule("api-key-selection-changed", Concern.API_KEY_SELECTION, SAFE, BREAKING)
def api_key_selection_changed(change: Change[str]) -> Iterator[Verdict]:
    """Where a route needs a key, keys are looked for elsewhere: clients are refused.

    Instead: let clients send the key in both places first.
    """
    severity = BREAKING if Fact.USED in change.facts else SAFE
    yield Verdict(message=f"API keys come from {change.after}, they came from {change.before}", severity=severity)


@rule("route-model-selection-changed", Concern.MODEL_SELECTION, DANGEROUS)
def route_model_selection_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """Messages are checked against another model, or none.

    Instead: check recent messages against the model that is selected now.
    """
    yield Verdict(message=f"the model is selected by {change.after}, it was {change.before}")


@rule("route-integration-changed", Concern.ROUTE_INTEGRATION, DANGEROUS)
def route_integration_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Another backend gets the messages, or gets them otherwise.

    Instead: check that it answers alike.
    """
    yield Verdict(message=f"{change.place.where} has another integration")


@rule("integration-response-changed", Concern.ROUTE_INTEGRATION_RESPONSE, DANGEROUS)
def integration_response_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Clients get other answers for the same answer of the backend.

    Instead: check what clients read of them.
    """
    yield Verdict(message=f"the integration response for {change.detail} is another")


@rule("route-throttle-lowered", Concern.ROUTE_THROTTLE, DANGEROUS, BREAKING)
def route_throttle_lowered(change: Change[Effective]) -> Iterator[Verdict]:
    """Messages beyond the lower rate or burst are answered with an error.

    A rate or burst of zero refuses every message, which is breaking.

    Instead: look at the highest rate of the last weeks first.
    """
    before, after = change.before.throttle, change.after.throttle
    if (after.rate or 0) < (before.rate or 0) or (after.burst or 0) < (before.burst or 0):
        is_zero = 0 in {after.rate, after.burst}
        yield Verdict(
            message=f"the throttle of {change.detail or 'all routes'} is lower",
            severity=BREAKING if is_zero else DANGEROUS,
            operations=(Operation.DOWNTIME,) if is_zero else (),
        )


@rule("connect-parameter-required", Concern.CONNECT_PARAMETER, BREAKING)
def connect_parameter_required(change: Change[bool | None]) -> Iterator[Verdict]:
    """Clients that do not send the header or query parameter cannot connect.

    Instead: let clients send it first.
    """
    yield Verdict(message=f"{change.detail} is required to connect")
