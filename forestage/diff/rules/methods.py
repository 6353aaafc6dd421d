"""Rules about paths and methods: diff.md, section 2.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change


@rule("method-removed", Concern.METHOD_REMOVED, BREAKING)
def method_removed(change: Change[str]) -> Iterator[Verdict]:
    """Calls answer 403 Missing Authentication Token.

    Instead: keep the method until nobody calls it, or answer 410 from a mock.
    """
    yield Verdict(message=f"{change.before} is removed; calls answer 403")


@rule("method-added", Concern.METHOD_ADDED, SAFE)
def method_added(change: Change[str]) -> Iterator[Verdict]:
    """Nobody calls a new method yet.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"{change.after} is new")


@rule("method-added-open", Concern.METHOD_ADDED, SAFE, security=WEAKER)
def method_added_open(change: Change[str]) -> Iterator[Verdict]:
    """Everybody may call the new method, while other methods of the API ask for authorization.

    Instead: give the method the authorizer of its siblings, or say in an ignore why it is open.
    """
    if Fact.OPEN in change.facts and Fact.OTHERS_AUTHORIZED in change.facts:
        yield Verdict(message=f"{change.after} is open to everybody, other methods are not")


@rule("any-method-narrowed", Concern.ANY_NARROWED, BREAKING, SAFE)
def any_method_narrowed(change: Change[str]) -> Iterator[Verdict]:
    """Calls with the verbs that no method is left for answer 403.

    Instead: add methods for the verbs that are called, which the access log tells.
    """
    if Fact.COVERED in change.facts:
        yield Verdict(message="ANY is gone, every verb has a method of its own", severity=SAFE)
    else:
        yield Verdict(message=f"ANY is gone; nothing answers {change.note}")


@rule("any-method-widened", Concern.ANY_WIDENED, SAFE)
def any_method_widened(change: Change[str]) -> Iterator[Verdict]:
    """Every verb is answered, also those that nobody thought of.

    Instead: keep the explicit verbs where the method asks for no authorization.
    """
    security = WEAKER if Fact.OPEN in change.facts else None
    yield Verdict(message=f"ANY answers every verb, it was {change.before}", security=security)


@rule(
    "path-parameter-renamed",
    Concern.PATH_PARAMETER,
    SAFE,
    DANGEROUS,
    operations=(Operation.DEPLOY_CONFLICT,),
)
def path_parameter_renamed(change: Change[str]) -> Iterator[Verdict]:
    """Callers see no difference, but the backend is given the parameter under another name.

    It is safe where the integration cannot see the name. CloudFormation makes the new resource before it deletes
    the old one, and a path may have one parameter at one place: the deployment fails.

    Instead: keep the name, or delete the old resource in a deployment of its own.
    """
    severity = DANGEROUS if Fact.USED in change.facts else SAFE
    operations = () if Fact.IMPORTED in change.facts else None
    yield Verdict(message=f"{change.before} is {change.after} now", severity=severity, operations=operations)


@rule("path-segment-changed", Concern.PATH_MOVED, BREAKING, operations=(Operation.REPLACE,))
def path_segment_changed(change: Change[str]) -> Iterator[Verdict]:
    """Calls to the former path answer 403: the resource has another path.

    Instead: add the new path beside the old one.
    """
    yield Verdict(message=f"{change.before} is at {change.note} now; calls to the former path answer 403")


@rule("greedy-added", Concern.GREEDY_ADDED, SAFE, DANGEROUS)
def greedy_added(change: Change[str]) -> Iterator[Verdict]:
    """Paths that answered 403 reach the backend.

    It is dangerous, and weaker, where everybody may call it.

    Instead: add the paths that are meant, or ask for authorization.
    """
    if Fact.OPEN in change.facts:
        yield Verdict(message=f"{change.after} takes every path, from everybody", severity=DANGEROUS, security=WEAKER)
    else:
        yield Verdict(message=f"{change.after} takes every path")


@rule("greedy-removed", Concern.GREEDY_REMOVED, BREAKING)
def greedy_removed(change: Change[str]) -> Iterator[Verdict]:
    """Calls to paths that only the greedy path answered get 403.

    Instead: add the paths that are called, which the access log tells, before it goes.
    """
    yield Verdict(message=f"{change.before} is removed; paths that only it answered are lost")


@rule("greedy-shadowed", Concern.GREEDY_SHADOWED, BREAKING)
def greedy_shadowed(change: Change[str]) -> Iterator[Verdict]:
    """A more specific path takes calls away, and lacks verbs: those calls answer 403.

    The path is chosen first, then the verb; nothing falls back to the greedy path.

    Instead: give the new path all verbs that were answered, or ANY.
    """
    yield Verdict(message=f"{change.after} takes calls from {change.before}, and has no {change.note}")


@rule("greedy-rerouted", Concern.GREEDY_REROUTED, DANGEROUS, SAFE)
def greedy_rerouted(change: Change[str]) -> Iterator[Verdict]:
    """Calls reach another integration than before.

    Instead: check that both answer alike.
    """
    severity = SAFE if Fact.COVERED in change.facts else DANGEROUS
    yield Verdict(message=f"{change.after} answers what {change.before} answered", severity=severity)


@rule("logical-id-churn", Concern.LOGICAL_ID, SAFE)
def logical_id_churn(change: Change[str]) -> Iterator[Verdict]:
    """Callers see no difference; CloudFormation deletes a resource and makes the same one under another logical id.

    Where there can be one only, as a method on a path, it makes the new one first and the deployment fails.

    Instead: keep the logical id (`override_logical_id` in the CDK), or refactor the stack with CloudFormation.
    """
    conflicts = {Fact.NAMED, Fact.PARENT_STAYS} <= change.facts
    operation = Operation.DEPLOY_CONFLICT if conflicts else Operation.CHURN
    what = change.detail or change.place.where
    yield Verdict(message=f"{what}: {change.before} is called {change.after} now", operations=(operation,))


@rule("authorization-added", Concern.AUTHORIZATION, BREAKING, security=STRONGER)
def authorization_added(change: Change[str]) -> Iterator[Verdict]:
    """Callers without credentials are refused with 401 or 403.

    Instead: give callers credentials, and let the authorizer allow everybody until they send them.
    """
    if change.before == "NONE":
        yield Verdict(message=f"{change.place.where} asks for {change.after} authorization now")


@rule("authorization-removed", Concern.AUTHORIZATION, SAFE, security=WEAKER)
def authorization_removed(change: Change[str]) -> Iterator[Verdict]:
    """Everybody may call.

    Instead: keep the authorization, or check that the backend asks for its own.
    """
    if change.after == "NONE":
        yield Verdict(message=f"{change.place.where} is open to everybody, it asked for {change.before} authorization")


@rule("authorization-type-changed", Concern.AUTHORIZATION, BREAKING)
def authorization_type_changed(change: Change[str]) -> Iterator[Verdict]:
    """Credentials that callers have count no longer: 401 or 403.

    Instead: accept both in a Lambda authorizer while callers change over.
    """
    if "NONE" not in {change.before, change.after}:
        yield Verdict(
            message=f"{change.place.where} asks for {change.after} authorization, it asked for {change.before}"
        )


@rule("method-authorizer-changed", Concern.METHOD_AUTHORIZER, BREAKING)
def method_authorizer_changed(change: Change[str]) -> Iterator[Verdict]:
    """Another authorizer decides: tokens of the former user pool, or for the former function, may count no longer.

    Instead: let both authorizers accept what callers have while they change over.
    """
    yield Verdict(message=f"authorizer {change.after} decides, it was {change.before}")


@rule("authorization-scopes-required", Concern.SCOPES, BREAKING, security=STRONGER)
def authorization_scopes_required(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Tokens without one of the scopes are refused; a Cognito method then wants access tokens, not ID tokens.

    Instead: let callers ask for the scopes and send access tokens first.
    """
    if not change.before:
        yield Verdict(message=f"a token needs one of the scopes {_listed(change.after)}")


@rule("authorization-scope-added", Concern.SCOPES, SAFE, security=WEAKER)
def authorization_scope_added(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Tokens with the new scope are accepted too: any one scope is enough.

    Instead: check that holders of the scope are meant.
    """
    if change.before and change.after - change.before:
        yield Verdict(message=f"scope {_listed(change.after - change.before)} is enough too")


@rule("authorization-scope-removed", Concern.SCOPES, BREAKING, security=STRONGER)
def authorization_scope_removed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Tokens that have only this scope are refused.

    Instead: give their holders one of the scopes that stay.
    """
    if change.after and change.before - change.after:
        yield Verdict(message=f"scope {_listed(change.before - change.after)} is enough no longer")


@rule("authorization-scopes-dropped", Concern.SCOPES, BREAKING)
def authorization_scopes_dropped(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """A Cognito method without scopes expects ID tokens: the access tokens that callers send are refused.

    Instead: keep one scope that all callers have.
    """
    if not change.after:
        yield Verdict(message=f"no scope is asked for, it was {_listed(change.before)}; ID tokens are expected")


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names))


@rule("api-key-required-added", Concern.API_KEY_REQUIRED, BREAKING, security=STRONGER)
def api_key_required_added(change: Change[bool]) -> Iterator[Verdict]:
    """Callers that send no key of a usage plan of this stage get 403 Forbidden.

    Instead: hand out keys, and see in the access log that callers send them, before they are asked for.
    """
    if change.after:
        yield Verdict(message=f"{change.place.where} now requires an API key")


@rule("api-key-required-removed", Concern.API_KEY_REQUIRED, SAFE, security=WEAKER)
def api_key_required_removed(change: Change[bool]) -> Iterator[Verdict]:
    """Callers need no key; quotas and throttles of usage plans do not apply to them.

    Instead: keep the key where plans limit use.
    """
    if not change.after:
        yield Verdict(message=f"{change.place.where} requires no API key any more")


@rule("request-validator-added", Concern.VALIDATOR_ADDED, SAFE, BREAKING, security=STRONGER)
def request_validator_added(change: Change[bool]) -> Iterator[Verdict]:
    """Requests that do not fit the model, or lack a required parameter, get 400 before they reach the backend.

    It is safe where there is nothing to check.

    Instead: check recent requests against the model first.
    """
    severity = BREAKING if Fact.USED in change.facts else SAFE
    yield Verdict(message=f"the {change.detail} of requests is checked now", severity=severity)


@rule("request-validator-removed", Concern.VALIDATOR_REMOVED, SAFE, security=WEAKER)
def request_validator_removed(change: Change[bool]) -> Iterator[Verdict]:
    """Requests that were refused with 400 reach the backend.

    Instead: keep the validator, or check in the backend.
    """
    yield Verdict(message=f"the {change.detail} of requests is checked no longer")


@rule("request-parameter-required", Concern.REQUEST_PARAMETER_REQUIRED, BREAKING, DANGEROUS)
def request_parameter_required(change: Change[bool | None]) -> Iterator[Verdict]:
    """Requests without the parameter get 400 Missing required request parameters.

    It is dangerous where no validator checks parameters.

    Instead: give it a default in the backend, and leave it optional.
    """
    if change.after:
        severity = BREAKING if Fact.CHECKED in change.facts else DANGEROUS
        yield Verdict(message=f"{change.detail} is required now", severity=severity)


@rule("request-parameter-optional", Concern.REQUEST_PARAMETER_REQUIRED, SAFE)
def request_parameter_optional(change: Change[bool | None]) -> Iterator[Verdict]:
    """Requests may leave the parameter out.

    Instead: nothing needs to be done.
    """
    if not change.after:
        yield Verdict(message=f"{change.detail} is no longer required")


@rule("request-parameter-added", Concern.REQUEST_PARAMETER_ADDED, SAFE)
def request_parameter_added(change: Change[bool | None]) -> Iterator[Verdict]:
    """Requests may have a parameter that is declared now.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"{change.detail} is a parameter now")


@rule("request-parameter-removed", Concern.REQUEST_PARAMETER_REMOVED, SAFE, DANGEROUS)
def request_parameter_removed(change: Change[bool | None]) -> Iterator[Verdict]:
    """The parameter is declared no longer; where a mapping or the cache used it, it has no effect any more.

    Instead: keep it as long as the backend or the cache reads it.
    """
    severity = DANGEROUS if Fact.USED in change.facts else SAFE
    yield Verdict(message=f"{change.detail} is a parameter no longer", severity=severity)


@rule("request-model-added", Concern.REQUEST_MODEL_ADDED, BREAKING, DANGEROUS, SAFE, security=STRONGER)
def request_model_added(change: Change[str]) -> Iterator[Verdict]:
    """Bodies of this type that do not fit the model get 400 Invalid request body.

    It is dangerous where no validator checks bodies.

    Instead: check recent bodies against the model first.
    """
    severity = BREAKING if Fact.CHECKED in change.facts else DANGEROUS
    if Fact.COVERED in change.facts:
        severity = SAFE
    yield Verdict(message=f"bodies of {change.detail} have to fit model {change.after}", severity=severity)


@rule("request-model-removed", Concern.REQUEST_MODEL_REMOVED, SAFE, security=WEAKER)
def request_model_removed(change: Change[str]) -> Iterator[Verdict]:
    """Bodies of this type are not checked any more.

    Instead: keep the model, or check in the backend.
    """
    yield Verdict(message=f"bodies of {change.detail} need not fit model {change.before} any more")


@rule("response-status-removed", Concern.RESPONSE_STATUS_REMOVED, BREAKING, SAFE)
def response_status_removed(change: Change[str]) -> Iterator[Verdict]:
    """A status that readers were promised does not come any more.

    It is safe where it is no 2xx.

    Instead: keep answering the status, or add the new one beside it.
    """
    severity = BREAKING if change.detail.startswith("2") else SAFE
    yield Verdict(message=f"status {change.detail} is answered no longer", severity=severity)


@rule("response-status-added", Concern.RESPONSE_STATUS_ADDED, SAFE)
def response_status_added(change: Change[str]) -> Iterator[Verdict]:
    """Readers may see a status that was not declared.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"status {change.detail} is declared now")


@rule("response-header-removed", Concern.RESPONSE_HEADER_REMOVED, BREAKING, DANGEROUS)
def response_header_removed(change: Change[bool | None]) -> Iterator[Verdict]:
    """Readers miss a header; it was promised where it was declared as true.

    Instead: keep sending the header until nobody reads it.
    """
    severity = BREAKING if Fact.REQUIRED in change.facts else DANGEROUS
    yield Verdict(message=f"response {change.detail} is gone", severity=severity)


@rule("response-header-became-optional", Concern.RESPONSE_HEADER_OPTIONAL, BREAKING)
def response_header_became_optional(change: Change[bool | None]) -> Iterator[Verdict]:
    """Readers may miss a header that was promised.

    Instead: keep promising the header, and send it always.
    """
    if change.before:
        yield Verdict(message=f"response {change.detail} is promised no longer")


@rule("response-header-added", Concern.RESPONSE_HEADER_ADDED, SAFE)
def response_header_added(change: Change[bool | None]) -> Iterator[Verdict]:
    """Readers may see one more header.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"response {change.detail} is declared now")


@rule("response-model-removed", Concern.RESPONSE_MODEL_REMOVED, BREAKING)
def response_model_removed(change: Change[str]) -> Iterator[Verdict]:
    """Nothing is promised of bodies of this type any more.

    Instead: keep the model, and change it compatibly.
    """
    yield Verdict(message=f"response {change.detail} has no model any more, it was {change.before}")


@rule("response-model-added", Concern.RESPONSE_MODEL_ADDED, SAFE)
def response_model_added(change: Change[str]) -> Iterator[Verdict]:
    """Readers are told more of bodies of this type.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"response {change.detail} has model {change.after}")


@rule("operation-name-changed", Concern.OPERATION_NAME, DANGEROUS)
def operation_name_changed(change: Change[str | None]) -> Iterator[Verdict]:
    """The method of generated SDKs, and the name of an MCP tool, are others.

    Instead: keep the name until the users of the SDK have a new version.
    """
    yield Verdict(message=f"the operation is called {change.after}, it was {change.before}")
