"""Rules about what stands around the APIs: diff.md, section 2.10."""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.diff.report import Operation
from forestage.diff.rules.rule import BREAKING, DANGEROUS, SAFE, STRONGER, WEAKER, Verdict, rule
from forestage.diff.walk.concerns import Concern, Fact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.walk.changes import Change
    from forestage.model.values import OpenJson


@rule("stateful-replaced", Concern.STATEFUL_REPLACED, BREAKING, operations=(Operation.REPLACE, Operation.DATA_LOSS))
def stateful_replaced(change: Change[OpenJson]) -> Iterator[Verdict]:
    """CloudFormation makes a new, empty resource and deletes the one with the data.

    Instead: keep the property, or copy the data to a second resource first and retain the old one.
    """
    if Fact.USER_POOL not in change.facts:
        operations = (Operation.REPLACE,) if Fact.RETAINED in change.facts else None
        yield Verdict(
            message=f"{change.place.logical_id} is replaced, its {change.note} is another", operations=operations
        )


@rule("stateful-removed", Concern.STATEFUL_REMOVED, BREAKING, operations=(Operation.DESTROY, Operation.DATA_LOSS))
def stateful_removed(change: Change[str]) -> Iterator[Verdict]:
    """The resource and its data are deleted.

    Instead: set DeletionPolicy to Retain, and deploy, before it leaves the template.
    """
    yield Verdict(message=f"{change.place.logical_id} is removed with its data")


@rule("user-pool-replaced", Concern.STATEFUL_REPLACED, BREAKING, operations=(Operation.REPLACE, Operation.DATA_LOSS))
def user_pool_replaced(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The new pool has no users, and every token becomes invalid; the old pool stays only where it is retained.

    Instead: make a second pool, and move users to it.
    """
    if Fact.USER_POOL in change.facts:
        operations = (Operation.REPLACE,) if Fact.RETAINED in change.facts else None
        yield Verdict(
            message=f"user pool {change.place.logical_id} is replaced, its {change.note} is another",
            operations=operations,
        )


@rule("deletion-policy-weakened", Concern.DELETION_POLICY, SAFE, security=WEAKER)
def deletion_policy_weakened(change: Change[str]) -> Iterator[Verdict]:
    """Data that was kept is deleted with the resource or the stack.

    Instead: keep Retain or Snapshot.
    """
    yield Verdict(message=f"{change.detail} of {change.place.logical_id} is {change.after}, it was {change.before}")


@rule("iam-widened", Concern.RIGHTS_WIDENED, SAFE, security=WEAKER)
def iam_widened(change: Change[None]) -> Iterator[Verdict]:
    """What the API's functions or integrations may do is more.

    Instead: check that each new right is needed.
    """
    yield Verdict(message=f"{change.place.logical_id} may do more: {change.note}")


@rule("iam-narrowed", Concern.RIGHTS_NARROWED, DANGEROUS, security=STRONGER)
def iam_narrowed(change: Change[None]) -> Iterator[Verdict]:
    """Calls of the API's functions or integrations may be denied: 500.

    Instead: look at which rights were used last (IAM's last accessed information).
    """
    yield Verdict(message=f"{change.place.logical_id} may do less: {change.note}")


@rule("security-group-widened", Concern.SECURITY_GROUP_WIDENED, SAFE, security=WEAKER)
def security_group_widened(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """More networks reach what is behind the group.

    Instead: name the networks or groups that are meant.
    """
    yield Verdict(message=f"{change.place.logical_id} lets in {change.note}")


@rule("security-group-narrowed", Concern.SECURITY_GROUP_NARROWED, DANGEROUS, security=STRONGER)
def security_group_narrowed(change: Change[frozenset[str]]) -> Iterator[Verdict]:
    """Backends behind the group may not be reached any more: 504.

    Instead: look in the flow log for what used the rule.
    """
    yield Verdict(message=f"{change.place.logical_id} does not let in {change.note} any more")


@rule("function-runtime-changed", Concern.FUNCTION_RUNTIME, DANGEROUS)
def function_runtime_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The function runs on another runtime, architecture or handler.

    Instead: let the tests of the function run on it first.
    """
    yield Verdict(message=f"{change.place.logical_id} has another runtime, architecture or handler")


@rule("function-env-changed", Concern.FUNCTION_ENVIRONMENT, DANGEROUS)
def function_env_changed(change: Change[list[str]]) -> Iterator[Verdict]:
    """The function reads other environment variables; their values are not shown.

    Instead: check what the function does with them.
    """
    names = ", ".join(dict.fromkeys((*change.before, *change.after)))
    yield Verdict(message=f"environment of {change.place.logical_id}: {names}")


@rule("export-removed", Concern.EXPORT_REMOVED, DANGEROUS, operations=(Operation.DEPLOY_CONFLICT,))
def export_removed(change: Change[str]) -> Iterator[Verdict]:
    """The deployment fails as long as another stack imports the value.

    Instead: remove the imports first.
    """
    yield Verdict(message=f"export {change.before} is removed")


@rule("export-changed", Concern.EXPORT_CHANGED, DANGEROUS, operations=(Operation.DEPLOY_CONFLICT,))
def export_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The deployment fails as long as another stack imports the value.

    Instead: export the new value under a second name.
    """
    yield Verdict(message=f"the export of output {change.place.logical_id} is another")


@rule("output-url-changed", Concern.OUTPUT_URL, DANGEROUS, operations=(Operation.URL_CHANGE,))
def output_url_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Whoever reads the address from the stack's outputs gets another one, or none.

    Instead: check who reads it.
    """
    yield Verdict(message=f"output {change.place.logical_id} has another address")


@rule("parameter-default-changed", Concern.PARAMETER_DEFAULT, DANGEROUS)
def parameter_default_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """A stack that was made without the parameter keeps the former value, a new one gets the new value.

    Instead: give the parameter a value in every deployment.
    """
    yield Verdict(message=f"parameter {change.place.logical_id} has another default")


@rule("custom-resource-changed", Concern.CUSTOM_RESOURCE, DANGEROUS)
def custom_resource_changed(change: Change[OpenJson]) -> Iterator[Verdict]:
    """The code behind the custom resource runs again; what it does is not in the template.

    Instead: read what it does on an update.
    """
    yield Verdict(message=f"custom resource {change.place.logical_id}: {change.note}")


@rule("metadata-only", Concern.METADATA, SAFE, hidden=True)
def metadata_only(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Nobody notices: only metadata is another.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"metadata of {change.place.logical_id} is another")


@rule("tags-only", Concern.TAGS, SAFE, hidden=True)
def tags_only(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Nobody who calls notices: only tags are others.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"tags of {change.place.logical_id} are others")


@rule("description-only", Concern.DESCRIPTION, SAFE, hidden=True)
def description_only(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Nobody who calls notices: only a description is another.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"description of {change.place.logical_id} is another")


@rule("asset-hash-only", Concern.ASSET_HASH, SAFE, hidden=True)
def asset_hash_only(change: Change[OpenJson]) -> Iterator[Verdict]:
    """Only the hash of an asset that no API calls is another.

    Instead: nothing needs to be done.
    """
    yield Verdict(message=f"only asset hashes in {change.place.logical_id} are others")
