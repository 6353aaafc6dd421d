"""Rules about integrations: diff.md, section 2.3."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.integrations import DEFAULT_TIMEOUT_MS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.model.values import OpenJson

_STRICTNESS = {"WHEN_NO_MATCH": 0, "WHEN_NO_TEMPLATES": 1, "NEVER": 2}


@rule("integration-type-changed", Concern.INTEGRATION_TYPE, DANGEROUS)
def integration_type_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """The backend gets other requests, and its answers are read otherwise.

    Instead: check that statuses, headers and bodies stay as they were.
    """
    if change.after != "MOCK":
        yield Verdict(message=f"the integration is {change.after}, it was {change.before}")


@rule("integration-target-changed", Concern.INTEGRATION_TARGET, DANGEROUS)
def integration_target_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Another function, address, action, queue or table answers.

    Instead: check that it answers alike; a canary deployment lets few callers try it.
    """
    yield Verdict(message="the integration leads elsewhere")


@rule("integration-became-mock", Concern.INTEGRATION_TYPE, DANGEROUS)
def integration_became_mock(change: Change[str | None]) -> Iterator[Verdict]:
    """A fixed answer comes in place of the backend's.

    Instead: keep the backend, or check that the fixed answer is what callers need.
    """
    if change.after == "MOCK":
        yield Verdict(message=f"a mock answers, it was {change.before}")


@rule("integration-target-code-changed", Concern.FUNCTION_CODE, SAFE)
def integration_target_code_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """The function has other code; what it answers is not in the template.

    Instead: let the tests of the function tell.
    """
    yield Verdict(message=f"the code of {change.place.logical_id} is another")


@rule("integration-verb-changed", Concern.INTEGRATION_VERB, DANGEROUS, BREAKING)
def integration_verb_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """The backend is called with another verb; a function that is not called with POST is not called at all: 500.

    Instead: keep the verb, which is POST for functions.
    """
    fails = Fact.FUNCTION in change.facts and change.after != "POST"
    yield Verdict(
        message=f"the backend is called with {change.after}, it was {change.before}",
        severity=BREAKING if fails else DANGEROUS,
    )


@rule("integration-timeout-lowered", Concern.INTEGRATION_TIMEOUT, DANGEROUS)
def integration_timeout_lowered(change: Change[int]) -> Iterator[Verdict]:
    """Calls that take longer answer 504.

    Instead: look at the latency of the integration first.
    """
    if change.after < change.before:
        yield Verdict(message=f"the timeout is {change.after} ms, it was {change.before} ms")


@rule("integration-timeout-raised", Concern.INTEGRATION_TIMEOUT, SAFE)
def integration_timeout_raised(change: Change[int]) -> Iterator[Verdict]:
    """Calls may take longer; more than 29 seconds need a quota of the account.

    Instead: ask for the quota before the deployment.
    """
    if change.after > change.before:
        conflicts = (Operation.DEPLOY_CONFLICT,) if change.after > DEFAULT_TIMEOUT_MS else ()
        yield Verdict(message=f"the timeout is {change.after} ms, it was {change.before} ms", operations=conflicts)


@rule("passthrough-narrowed", Concern.PASSTHROUGH, BREAKING)
def passthrough_narrowed(change: Change[str]) -> Iterator[Verdict]:
    """Content types that were passed on as they are get 415 Unsupported Media Type.

    Instead: add a template for each content type that callers send.
    """
    if _STRICTNESS[change.after] > _STRICTNESS[change.before] and (
        change.after == "NEVER" or Fact.HAS_TEMPLATES in change.facts
    ):
        yield Verdict(message=f"bodies without a template are refused: {change.after}, it was {change.before}")


@rule("passthrough-widened", Concern.PASSTHROUGH, SAFE, security=WEAKER)
def passthrough_widened(change: Change[str]) -> Iterator[Verdict]:
    """Bodies that were refused with 415 reach the backend as they are.

    Instead: keep the stricter behaviour where templates are what checks bodies.
    """
    if _STRICTNESS[change.after] < _STRICTNESS[change.before]:
        yield Verdict(message=f"bodies without a template are passed on: {change.after}, it was {change.before}")


@rule("request-template-removed", Concern.REQUEST_TEMPLATE_REMOVED, DANGEROUS, BREAKING)
def request_template_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Bodies of this type are passed on as they are, or refused with 415 where passthrough is not allowed.

    Instead: keep the template while callers send this type.
    """
    severity = BREAKING if Fact.CHECKED in change.facts else DANGEROUS
    yield Verdict(message=f"the request template for {change.detail} is gone", severity=severity)


@rule("request-template-changed", Concern.REQUEST_TEMPLATE_CHANGED, DANGEROUS)
def request_template_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The backend gets other bodies.

    Instead: render both templates with a recent request (`forestage render`) and compare.
    """
    yield Verdict(message=f"the request template for {change.detail} is another")


@rule("request-template-added", Concern.REQUEST_TEMPLATE_ADDED, SAFE)
def request_template_added(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Bodies of one more type go through a template.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"{change.detail} has a request template now")


@rule("request-mapping-changed", Concern.REQUEST_MAPPING, DANGEROUS)
def request_mapping_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The backend gets other headers, query parameters or paths.

    Instead: check what the backend reads of them.
    """
    yield Verdict(message="the parameters of the integration request are mapped otherwise")


@rule("integration-response-removed", Concern.INTEGRATION_RESPONSE_REMOVED, DANGEROUS, BREAKING)
def integration_response_removed(change: Change[str]) -> Iterator[Verdict]:
    """Answers that the pattern took fall to the default response; without a default they answer 500.

    Instead: keep the default response, and map the statuses that callers know.
    """
    if Fact.DEFAULT in change.facts:
        yield Verdict(message="the default integration response is gone; other answers are 500", severity=BREAKING)
    else:
        yield Verdict(message=f"the integration response for {change.detail} is gone")


@rule("integration-response-status-changed", Concern.INTEGRATION_RESPONSE_STATUS, BREAKING)
def integration_response_status_changed(change: Change[str]) -> Iterator[Verdict]:
    """Callers get another status for the same answer of the backend.

    Instead: keep the status.
    """
    what = f"for {change.detail}" if change.detail else "by default"
    yield Verdict(message=f"status {change.after} is answered {what}, it was {change.before}")


@rule("integration-response-template-changed", Concern.INTEGRATION_RESPONSE_TEMPLATE, DANGEROUS)
def integration_response_template_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers may get other bodies.

    Instead: render both templates with a recent answer (`forestage render`) and compare.
    """
    what = f"the response template for {change.detail}" if change.detail else "the default response template"
    yield Verdict(message=f"{what} is another")


@rule("integration-response-header-changed", Concern.INTEGRATION_RESPONSE_HEADER, DANGEROUS)
def integration_response_header_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Callers get another value of a header, or none.

    Instead: keep the mapping of headers that callers read.
    """
    yield Verdict(message=f"response header {change.detail} is mapped otherwise")


@rule("content-handling-changed", Concern.CONTENT_HANDLING, DANGEROUS)
def content_handling_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """Bodies are converted between text and binary otherwise.

    Instead: check with a body that has bytes beyond ASCII.
    """
    yield Verdict(message=f"content handling is {change.after}, it was {change.before}")


@rule("response-transfer-mode-changed", Concern.RESPONSE_TRANSFER_MODE, DANGEROUS)
def response_transfer_mode_changed(change: Change[str]) -> Iterator[Verdict]:
    """Answers are streamed or buffered: caching, templates, limits of size and the function's own format differ.

    Instead: change the function together with the mode.
    """
    yield Verdict(message=f"the response transfer mode is {change.after}, it was {change.before}")


@rule("integration-credentials-changed", Concern.INTEGRATION_CREDENTIALS, DANGEROUS)
def integration_credentials_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The backend is called by another role, which may lack rights; or by each caller's own.

    Instead: check that the role may do what the former one did.
    """
    own = isinstance(change.after, str) and change.after.endswith(":user/*")
    message = "the backend is called with the caller's own rights" if own else "the backend is called by another role"
    yield Verdict(message=message, security=WEAKER if own else None)


@rule("integration-tls-check-disabled", Concern.INTEGRATION_TLS_CHECK, SAFE, security=WEAKER)
def integration_tls_check_disabled(change: Change[bool]) -> Iterator[Verdict]:
    """The backend's certificate is not checked: somebody else could answer in its place.

    Instead: give the backend a certificate of a known authority.
    """
    if change.after:
        yield Verdict(message="the certificate of the backend is not checked any more")


@rule("integration-tls-check-enabled", Concern.INTEGRATION_TLS_CHECK, DANGEROUS, security=STRONGER)
def integration_tls_check_enabled(change: Change[bool]) -> Iterator[Verdict]:
    """Calls answer 502 or 504 where the backend's certificate does not hold.

    Instead: check the certificate first.
    """
    if not change.after:
        yield Verdict(message="the certificate of the backend is checked now")


@rule("connection-type-changed", Concern.CONNECTION, DANGEROUS)
def connection_type_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The backend is reached another way: over the internet, or by another VPC link.

    Instead: check that the backend lets the new way in.
    """
    yield Verdict(message="the backend is reached another way")


@rule("cache-keys-changed", Concern.CACHE_KEYS, DANGEROUS)
def cache_keys_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Requests that differ in a parameter may get the same cached answer, or cached answers are not found.

    Instead: key the cache by every parameter on which the answer depends.
    """
    yield Verdict(message="answers are cached by other keys")


@rule("invoke-permission-lost", Concern.PERMISSION_LOST, BREAKING, security=STRONGER)
def invoke_permission_lost(change: Change[bool]) -> Iterator[Verdict]:
    """Calls answer 500: the function lets API Gateway in no longer.

    Instead: add an AWS::Lambda::Permission whose SourceArn covers API, stage, verb and path.
    """
    yield Verdict(message=f"no permission lets {change.place.where} invoke its function any more")


@rule("invoke-permission-widened", Concern.PERMISSION_WIDENED, SAFE, security=WEAKER)
def invoke_permission_widened(change: Change[OpenJson]) -> Iterator[Verdict]:
    """More may invoke the function than the method that needs it.

    Instead: name the API, stage, verb and path in SourceArn.
    """
    yield Verdict(message=f"{change.place.logical_id} lets more invoke the function")


@rule("backend-timeout-lowered", Concern.FUNCTION_LIMIT, DANGEROUS, BREAKING)
def backend_timeout_lowered(change: Change[int | None]) -> Iterator[Verdict]:
    """Calls that need more time or memory fail with 502 or 504; those beyond the reserved concurrency with 500.

    A function with no reserved concurrency at all (0) is never invoked, which is breaking.

    Instead: look at duration, memory and concurrency of the function first.
    """
    what = f"{change.detail} of {change.place.logical_id} is {change.after}"
    if change.after == 0:
        yield Verdict(message=f"{what}; it is never invoked", severity=BREAKING)
    else:
        yield Verdict(message=f"{what}, it was {'not reserved' if change.before is None else change.before}")
