"""Rules about stages and deployments: diff.md, section 2.5."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.diff.walk.throttles import Effective
    from forestage.model.values import OpenJson

_COST = (Operation.COST,)


@rule("stale-deployment", Concern.STALE, DANGEROUS, operations=(Operation.STALE,))
def stale_deployment(change: Change[None]) -> Iterator[Verdict]:
    """Callers see nothing of the change: a deployment is a snapshot, and no stage serves a new one.

    Somebody's next deployment brings it all at once.

    Instead: give the deployment a new logical id with every change, as the CDK's `latest_deployment` does.
    """
    yield Verdict(message=f"no stage serves the change, the API is not deployed again: {change.note}")


@rule("deployment-misses-methods", Concern.DEPLOYMENT_MISSES, DANGEROUS, operations=(Operation.STALE,))
def deployment_misses_methods(change: Change[None]) -> Iterator[Verdict]:
    """The new snapshot may be taken before the method changes: callers then see the former one.

    Instead: let the deployment depend (DependsOn) on every method.
    """
    yield Verdict(
        message=f"deployment {change.place.logical_id} does not wait for {change.note}, and may be taken before it"
    )


@rule("redeploy-only", Concern.REDEPLOYED, SAFE, operations=(Operation.REDEPLOY,))
def redeploy_only(change: Change[str]) -> Iterator[Verdict]:
    """Callers see no difference: the stage serves a new snapshot of the same content.

    Instead: nothing needs to be done.
    """
    yield Verdict(message="the stage serves a new snapshot of the same content")


@rule("stage-on-older-deployment", Concern.OLDER_DEPLOYMENT, DANGEROUS)
def stage_on_older_deployment(change: Change[str]) -> Iterator[Verdict]:
    """The stage goes back to a snapshot that was there before: whatever came since is gone for callers.

    Instead: make a new deployment of the content that is wanted.
    """
    yield Verdict(message=f"the stage serves {change.after}, which was there before; it served {change.before}")


@rule("stage-removed", Concern.STAGE_REMOVED, BREAKING, operations=(Operation.URL_CHANGE,))
def stage_removed(change: Change[str]) -> Iterator[Verdict]:
    """Calls to the stage's address answer 403 Forbidden; a renamed stage is removed and added.

    Instead: keep the stage until its callers have the other address, or hide the name behind a custom domain.
    """
    yield Verdict(message=f"stage {change.before} is removed")


@rule("stage-added", Concern.STAGE_ADDED, SAFE, operations=(Operation.URL_CHANGE,))
def stage_added(change: Change[str]) -> Iterator[Verdict]:
    """Nobody calls a new stage yet.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"stage {change.after} is new")


@rule("stage-variable-removed", Concern.STAGE_VARIABLE_REMOVED, SAFE, BREAKING)
def stage_variable_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Where an address, a mapping or a template still uses the variable, calls fail or send nothing in its place.

    Instead: remove the uses first, and deploy.
    """
    severity = BREAKING if Fact.USED in change.facts else SAFE
    yield Verdict(message=f"stage variable {change.detail} is gone", severity=severity)


@rule("stage-variable-changed", Concern.STAGE_VARIABLE_CHANGED, SAFE, DANGEROUS)
def stage_variable_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Where an address, a mapping or a template uses the variable, it has the new value at once.

    Instead: check what the variable leads to.
    """
    severity = DANGEROUS if Fact.USED in change.facts else SAFE
    yield Verdict(message=f"stage variable {change.detail} has another value", severity=severity)


def _at(change: Change[Effective]) -> str:
    return f" of {change.detail}" if change.detail else ""


def _is_zero(change: Change[Effective]) -> bool:
    return 0 in {change.after.throttle.rate, change.after.throttle.burst}


def _is_lower(change: Change[Effective]) -> bool:
    before, after = change.before.throttle, change.after.throttle
    return (after.rate or 0) < (before.rate or 0) or (after.burst or 0) < (before.burst or 0)


def _is_higher(change: Change[Effective]) -> bool:
    before, after = change.before.throttle, change.after.throttle
    return (after.rate or 0) > (before.rate or 0) or (after.burst or 0) > (before.burst or 0)


def _is_removed(change: Change[Effective]) -> bool:
    return change.before.is_set and not change.after.is_set


def _throttle(change: Change[Effective]) -> str:
    before, after = change.before.throttle, change.after.throttle
    return f"{after.rate:g}/s and a burst of {after.burst:g}, it was {before.rate:g}/s and {before.burst:g}"


@rule("throttle-lowered", Concern.STAGE_THROTTLE, DANGEROUS)
def throttle_lowered(change: Change[Effective]) -> Iterator[Verdict]:
    """Calls beyond the lower rate or burst get 429 Too Many Requests.

    Instead: look at the highest rate of the last weeks first.
    """
    if _is_lower(change) and not _is_zero(change) and not _is_removed(change):
        yield Verdict(message=f"the throttle{_at(change)} is {_throttle(change)}")


@rule("throttle-raised", Concern.STAGE_THROTTLE, SAFE, security=WEAKER, operations=_COST)
def throttle_raised(change: Change[Effective]) -> Iterator[Verdict]:
    """More calls reach the backend.

    Instead: check that the backend bears them.
    """
    if _is_higher(change) and not _is_removed(change):
        yield Verdict(message=f"the throttle{_at(change)} is {_throttle(change)}")


@rule("throttle-zero", Concern.STAGE_THROTTLE, BREAKING, operations=(Operation.DOWNTIME,))
def throttle_zero(change: Change[Effective]) -> Iterator[Verdict]:
    """Every call gets 429 Too Many Requests.

    Instead: remove the stage or the method if nobody is to call it.
    """
    if _is_zero(change):
        yield Verdict(message=f"the throttle{_at(change)} is zero; every call is refused")


@rule("throttle-removed", Concern.STAGE_THROTTLE, SAFE, security=WEAKER, operations=_COST)
def throttle_removed(change: Change[Effective]) -> Iterator[Verdict]:
    """Only the account's throttle holds: more calls reach the backend.

    Instead: keep a throttle that the backend bears.
    """
    if _is_removed(change):
        yield Verdict(message=f"the throttle{_at(change)} is gone; the account's holds")


@rule("cache-enabled", Concern.STAGE_CACHE, DANGEROUS, operations=_COST)
def cache_enabled(change: Change[bool]) -> Iterator[Verdict]:
    """Callers may get answers that are older than the data, or another caller's where the keys do not tell them apart.

    Instead: key the cache by everything on which answers depend, the Authorization header included.
    """
    if change.after:
        yield Verdict(message=f"answers{_of(change)} are cached")


@rule("cache-disabled", Concern.STAGE_CACHE, SAFE, operations=_COST)
def cache_disabled(change: Change[bool]) -> Iterator[Verdict]:
    """Every call reaches the backend.

    Instead: check that the backend bears the load.
    """
    if not change.after:
        yield Verdict(message=f"answers{_of(change)} are cached no longer")


def _of(change: Change[bool]) -> str:
    return f" of {change.detail}" if change.detail not in {"", "cluster"} else ""


@rule("cache-ttl-raised", Concern.STAGE_CACHE_TTL, DANGEROUS, operations=_COST)
def cache_ttl_raised(change: Change[int]) -> Iterator[Verdict]:
    """Callers get older answers.

    Instead: check how old the data may be.
    """
    if change.after > change.before:
        yield Verdict(message=f"answers are cached for {change.after} s, it was {change.before} s")


@rule("cache-resized", Concern.STAGE_CACHE_SIZE, DANGEROUS, operations=(Operation.DOWNTIME, Operation.COST))
def cache_resized(change: Change[str | None]) -> Iterator[Verdict]:
    """The cache is built anew, which takes minutes: until then every call reaches the backend.

    Instead: resize when few call.
    """
    yield Verdict(message=f"the cache has {change.after} GB, it had {change.before} GB; it is built anew")


@rule("cache-encryption-off", Concern.STAGE_CACHE_ENCRYPTION, SAFE, security=WEAKER)
def cache_encryption_off(change: Change[bool]) -> Iterator[Verdict]:
    """Cached answers are stored unencrypted.

    Instead: keep the encryption.
    """
    if not change.after:
        yield Verdict(message="cached answers are not encrypted any more")


@rule("cache-invalidation-open", Concern.STAGE_CACHE_INVALIDATION, SAFE, security=WEAKER)
def cache_invalidation_open(change: Change[bool]) -> Iterator[Verdict]:
    """Every caller may invalidate cached answers with Cache-Control: max-age=0.

    Instead: ask for authorization of invalidation.
    """
    if not change.after:
        yield Verdict(message="every caller may invalidate cached answers")


@rule("access-log-removed", Concern.ACCESS_LOG, SAFE, security=WEAKER)
def access_log_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Nobody can tell any more who called what.

    Instead: keep the access log.
    """
    if change.after is None:
        yield Verdict(message="the access log is gone")


@rule("access-log-changed", Concern.ACCESS_LOG, SAFE, security=WEAKER)
def access_log_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The access log goes elsewhere or says other things.

    Instead: check that whoever reads it finds what they need.
    """
    if change.after is not None:
        yield Verdict(message="the access log has another destination or format")


_LEVELS = {"OFF": 0, "ERROR": 1, "INFO": 2}


@rule("logging-lowered", Concern.LOGGING_LEVEL, SAFE, security=WEAKER)
def logging_lowered(change: Change[str]) -> Iterator[Verdict]:
    """Fewer lines are in the execution log.

    Instead: keep ERROR at least.
    """
    if _LEVELS[change.after] < _LEVELS[change.before]:
        yield Verdict(message=f"the execution log has level {change.after}, it had {change.before}")


@rule("data-trace-enabled", Concern.DATA_TRACE, SAFE, security=WEAKER, operations=_COST)
def data_trace_enabled(change: Change[bool]) -> Iterator[Verdict]:
    """Headers and bodies of every request stand in the log, secrets included.

    Instead: turn it on for one method, for a short time.
    """
    if change.after:
        yield Verdict(message="headers and bodies of requests are logged")


@rule("tracing-changed", Concern.TRACING, SAFE)
def tracing_changed(change: Change[bool]) -> Iterator[Verdict]:
    """Requests are traced with X-Ray, or are no longer.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"tracing is {'on' if change.after else 'off'}")


@rule("documentation-version-changed", Concern.DOCUMENTATION_VERSION, SAFE)
def documentation_version_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Readers of the documentation find another version.

    Instead: nothing needs to be done.
    """
    yield Verdict(message="the stage has another version of the documentation")


@rule("client-certificate-removed", Concern.CLIENT_CERTIFICATE, DANGEROUS, security=WEAKER)
def client_certificate_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The gateway proves itself to backends no longer; those that ask for it refuse every call.

    Instead: keep the certificate as long as a backend asks for it.
    """
    if change.after is None:
        yield Verdict(message="the gateway shows backends no certificate any more")


@rule("client-certificate-changed", Concern.CLIENT_CERTIFICATE, DANGEROUS)
def client_certificate_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Backends that know only the former certificate refuse every call.

    Instead: let backends accept both first.
    """
    if change.after is not None and change.before is not None:
        yield Verdict(message="the gateway shows backends another certificate", security=WEAKER)


@rule("web-acl-removed", Concern.WEB_ACL, SAFE, security=WEAKER)
def web_acl_removed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """No firewall stands before the stage: what it refused reaches the API.

    Instead: keep the web ACL.
    """
    if change.after is None:
        yield Verdict(message="no web ACL stands before the stage any more")


@rule("web-acl-added", Concern.WEB_ACL, DANGEROUS, security=STRONGER)
def web_acl_added(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The firewall may refuse calls with 403 that were answered.

    Instead: let its rules count only, and look at what they would refuse.
    """
    if change.before is None:
        yield Verdict(message="a web ACL stands before the stage")


@rule("web-acl-changed", Concern.WEB_ACL, DANGEROUS)
def web_acl_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Another firewall decides: it may refuse what was answered, and let in what was refused.

    Instead: compare the rules of both.
    """
    if change.before is not None and change.after is not None:
        yield Verdict(message="another web ACL stands before the stage")


@rule("canary-changed", Concern.CANARY, DANGEROUS)
def canary_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """A share of calls is answered by another deployment, or with other stage variables.

    Instead: begin with a small share, and look at its errors.
    """
    yield Verdict(message="another share of calls goes to the canary, or it answers otherwise")


@rule("auto-deploy-off", Concern.AUTO_DEPLOY, DANGEROUS, operations=(Operation.STALE,))
def auto_deploy_off(change: Change[bool]) -> Iterator[Verdict]:
    """From now on callers see changes only after a deployment.

    Instead: give the stage a deployment with every change.
    """
    if not change.after:
        yield Verdict(message="the stage does not deploy by itself any more")


@rule("auto-deploy-on", Concern.AUTO_DEPLOY, SAFE)
def auto_deploy_on(change: Change[bool]) -> Iterator[Verdict]:
    """Callers see every change at once.

    Instead: nothing needs to be done.
    """
    if change.after:
        yield Verdict(message="the stage deploys by itself")
