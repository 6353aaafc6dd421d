"""What stands around the APIs: data, rights, outputs, parameters, custom resources."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from forestage.diff.walk.changes import Change
from forestage.diff.walk.concerns import Concern, Fact
from forestage.diff.walk.equality import Sides, meaning
from forestage.diff.walk.functions import used_functions
from forestage.diff.walk.places import Places
from forestage.diff.walk.policies import compare_documents
from forestage.diff.walk.stateful import KEEPS, REPLACED_BY, USER_POOL
from forestage.model.values import Secret, Unknown, known

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.diff.match.pairs import DeploymentPair, Pair
    from forestage.diff.match.sides import SideView
    from forestage.diff.walk.changes import Place
    from forestage.model.deployment import OtherResource, Output, Parameter, TemplateResource
    from forestage.model.values import OpenJson, Text

# Whatever stands around may have changed.
AnyChange = Change[Any]

_ROLE, _POLICY = "AWS::IAM::Role", "AWS::IAM::Policy"
_RIGHTS = frozenset({_ROLE, _POLICY, "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"})
_GROUPS = frozenset({"AWS::EC2::SecurityGroup", "AWS::EC2::SecurityGroupIngress"})
_NOISE = frozenset({"AWS::CDK::Metadata"})
_BOOTSTRAP = "BootstrapVersion"
MAX_TOLD: Final = 3
"""Rights that stand in the sentence of a finding."""
_HASH = re.compile(r"\b[0-9a-f]{32,64}\b")
_URL = re.compile(r"execute-api|\.cloudfront\.net")


def walk_around(pair: DeploymentPair) -> Iterator[AnyChange]:
    """Tell what is different in everything that is no part of an API."""
    walk = _Walk(pair)
    yield from walk.resources()
    yield from walk.policies_of_deletion()
    yield from walk.rights()
    yield from walk.outputs()
    yield from walk.parameters()


class _Walk:
    def __init__(self, pair: DeploymentPair) -> None:
        self.pair = pair
        self.sides = Sides(pair.before, pair.after)
        self._gone = Places(pair.before)
        self._here = Places(pair.after)

    def _place(self, item: OtherResource | TemplateResource, *, gone: bool = False) -> Place:
        places = self._gone if gone else self._here
        return places.named("RESOURCE", item.logical_id, item.logical_id, item.type, item.origin)

    # Resources.

    def resources(self) -> Iterator[AnyChange]:
        for pair in self.pair.resources:
            both = pair.both
            if pair.either.type in _NOISE:
                continue
            if pair.either.type in _GROUPS:
                yield from self._group(pair)
            if both is None:
                if pair.before is not None:
                    yield from self._removed(pair.before)
                continue
            before, after = both
            ours, theirs = self.sides.document(before.properties, after.properties)
            if before.type in REPLACED_BY:
                yield from self._replaced(before, after, ours, theirs)
            elif is_custom(before.type) and meaning(ours) != meaning(theirs):
                yield from self._custom(after, ours, theirs)
            elif meaning(ours) != meaning(theirs) and meaning(_hashless(ours)) == meaning(_hashless(theirs)):
                yield Change(concern=Concern.ASSET_HASH, place=self._place(after), before=None, after=None)

    def _removed(self, before: OtherResource) -> Iterator[AnyChange]:
        if before.type not in REPLACED_BY:
            return
        resource = self.pair.before.template.get(before.logical_id)
        if resource is not None and resource.deletion_policy in KEEPS:
            return
        yield Change(
            concern=Concern.STATEFUL_REMOVED,
            place=self._place(before, gone=True),
            before=before.type,
            after=None,
        )

    def _replaced(
        self, before: OtherResource, after: OtherResource, ours: OpenJson, theirs: OpenJson
    ) -> Iterator[AnyChange]:
        changed = [
            name for name in REPLACED_BY[before.type] if meaning(_entry(ours, name)) != meaning(_entry(theirs, name))
        ]
        if not changed:
            return
        resource = self.pair.after.template.get(after.logical_id)
        keeps = resource is not None and resource.update_replace_policy in KEEPS
        facts = {*([Fact.RETAINED] if keeps else ()), *([Fact.USER_POOL] if before.type == USER_POOL else ())}
        yield Change(
            concern=Concern.STATEFUL_REPLACED,
            place=self._place(after),
            before=_entry(ours, changed[0]),
            after=_entry(theirs, changed[0]),
            path=(changed[0],),
            note=", ".join(changed),
            facts=frozenset(facts),
        )

    def _custom(self, after: OtherResource, ours: OpenJson, theirs: OpenJson) -> Iterator[AnyChange]:
        same = meaning(_hashless(ours)) == meaning(_hashless(theirs))
        names = sorted(
            name
            for name in {*(_keys(ours)), *(_keys(theirs))}
            if meaning(_entry(ours, name)) != meaning(_entry(theirs, name))
        )
        yield Change(
            concern=Concern.ASSET_HASH if same else Concern.CUSTOM_RESOURCE,
            place=self._place(after),
            before={name: _entry(ours, name) for name in names},
            after={name: _entry(theirs, name) for name in names},
            note=", ".join(names),
        )

    def _group(self, pair: Pair[OtherResource]) -> Iterator[AnyChange]:
        rules = tuple(
            _ingress(side.names.of(item.properties)) if item is not None else frozenset[str]()
            for item, side in ((pair.before, self.pair.before), (pair.after, self.pair.after))
        )
        if rules[0] == rules[1] or (pair.both is None and pair.either.type == "AWS::EC2::SecurityGroup"):
            return
        for concern, more in (
            (Concern.SECURITY_GROUP_WIDENED, rules[1] - rules[0]),
            (Concern.SECURITY_GROUP_NARROWED, rules[0] - rules[1]),
        ):
            if more:
                yield Change(
                    concern=concern,
                    place=self._place(pair.either, gone=pair.after is None),
                    before=rules[0],
                    after=rules[1],
                    note="; ".join(sorted(more)),
                )

    def policies_of_deletion(self) -> Iterator[AnyChange]:
        for pair in self.pair.template:
            both = pair.both
            if both is None or both[0].type in _NOISE:
                continue
            for name in ("DeletionPolicy", "UpdateReplacePolicy"):
                ours, theirs = (
                    item.deletion_policy if name == "DeletionPolicy" else item.update_replace_policy for item in both
                )
                if ours in KEEPS and theirs not in KEEPS:
                    place = self._place(both[1])
                    yield Change(
                        concern=Concern.DELETION_POLICY,
                        place=place,
                        before=ours,
                        after=theirs or "Delete",
                        detail=name,
                    )

    # Rights.

    def rights(self) -> Iterator[AnyChange]:
        roles = _roles_used(self.pair.after) | _roles_used(self.pair.before)
        for pair in self.pair.resources:
            if pair.either.type != _ROLE or pair.either.id not in roles or pair.both is None:
                continue
            before, after = pair.both
            documents = tuple(
                [side.names.of(document) for document in _documents(side, role)]
                for side, role in ((self.pair.before, before), (self.pair.after, after))
            )
            found = compare_documents(*documents)
            trust = compare_documents(
                *(
                    [side.names.of(_entry(role.properties, "AssumeRolePolicyDocument"))]
                    for side, role in ((self.pair.before, before), (self.pair.after, after))
                )
            )
            managed = tuple(
                frozenset(map(str, _list(side.names.of(_entry(role.properties, "ManagedPolicyArns")))))
                for side, role in ((self.pair.before, before), (self.pair.after, after))
            )
            for concern, texts in (
                (Concern.RIGHTS_WIDENED, (*found.widened, *trust.widened, *sorted(managed[1] - managed[0]))),
                (Concern.RIGHTS_NARROWED, (*found.narrowed, *trust.narrowed, *sorted(managed[0] - managed[1]))),
            ):
                if texts:
                    yield Change(
                        concern=concern,
                        place=self._place(after),
                        before=None,
                        after=None,
                        note=_told(list(dict.fromkeys(texts))),
                        shown=(None, list(dict.fromkeys(texts))),
                    )

    # Outputs and parameters.

    def outputs(self) -> Iterator[AnyChange]:
        ours = {item.name: item for item in self.pair.before.deployment.outputs}
        theirs = {item.name: item for item in self.pair.after.deployment.outputs}
        for name, before in ours.items():
            after = theirs.get(name)
            place = self._output_place(before, gone=after is None)
            exports = tuple(
                None if item is None or item.export is None else side.names.text(item.export)
                for item, side in ((before, self.pair.before), (after, self.pair.after))
            )
            values = self.sides.document(before.value, after.value if after else None)
            if exports[0] is not None and exports[1] is None:
                yield Change(concern=Concern.EXPORT_REMOVED, place=place, before=exports[0], after=None)
            elif exports[0] is not None and (exports[0] != exports[1] or meaning(values[0]) != meaning(values[1])):
                yield Change(
                    concern=Concern.EXPORT_CHANGED,
                    place=place,
                    before=[exports[0], values[0]],
                    after=[exports[1], values[1]],
                )
            if _URL.search(str(before.value)) and meaning(values[0]) != meaning(values[1]):
                yield Change(concern=Concern.OUTPUT_URL, place=place, before=values[0], after=values[1])

    def _output_place(self, output: Output, *, gone: bool) -> Place:
        places = self._gone if gone else self._here
        place = places.named("RESOURCE", output.name, output.name, "AWS::CloudFormation::Output", None)
        return _moved(place, f"/Outputs/{output.name}")

    def parameters(self) -> Iterator[AnyChange]:
        ours = {item.name: item for item in self.pair.before.deployment.parameters}
        for after in self.pair.after.deployment.parameters:
            before = ours.get(after.name)
            if before is None or after.name == _BOOTSTRAP or _same_default(before, after):
                continue
            is_asset = after.name.startswith("AssetParameters")
            place = self._here.named("RESOURCE", after.name, after.name, "AWS::CloudFormation::Parameter", after.origin)
            yield Change(
                concern=Concern.ASSET_HASH if is_asset else Concern.PARAMETER_DEFAULT,
                place=_moved(place, f"/Parameters/{after.name}"),
                before=before.default,
                after=after.default,
            )


def _moved(place: Place, pointer: str) -> Place:
    from dataclasses import replace

    return replace(place, pointer=pointer)


def _same_default(before: Parameter, after: Parameter) -> bool:
    return meaning(before.default) == meaning(after.default)


def is_custom(resource_type: str) -> bool:
    """Tell whether a resource is made by code of the app's own."""
    return resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource"


def _entry(document: OpenJson, name: str) -> OpenJson:
    return document.get(name) if isinstance(document, Mapping) else None


def _keys(document: OpenJson) -> Sequence[str]:
    return list(document) if isinstance(document, Mapping) else []


def _list(value: OpenJson) -> Sequence[OpenJson]:
    if isinstance(value, Sequence) and not isinstance(value, str | Unknown | Secret):
        return value
    return () if value is None else (value,)


def _hashless(value: OpenJson) -> OpenJson:
    """Write a document without the hashes of assets in its texts."""
    match value:
        case str():
            return _HASH.sub("", value)
        case Unknown() | Secret():
            return value
        case Mapping():
            return {key: _hashless(item) for key, item in value.items()}
        case Sequence():
            return [_hashless(item) for item in value]
        case _:
            return value


def _ingress(properties: OpenJson) -> frozenset[str]:
    """Write who may come in, rule by rule."""
    rules = _entry(properties, "SecurityGroupIngress")
    own = [properties] if rules is None and _entry(properties, "IpProtocol") is not None else _list(rules)
    found = set()
    for rule in own:
        parts = (
            _entry(rule, name)
            for name in ("IpProtocol", "FromPort", "ToPort", "CidrIp", "CidrIpv6", "SourceSecurityGroupId")
        )
        found.add(" ".join(str(meaning(part)) for part in parts if part is not None))
    return frozenset(found)


def _roles_used(side: SideView) -> frozenset[str]:
    """List the names of the roles that functions of APIs have, and that integrations take on."""
    texts: list[Text | None] = [function.role for function in used_functions(side)]
    for view in side.rest.values():
        texts += [method.integration.credentials for method in view.definition.methods if method.integration]
        texts += [authorizer.authorizer_credentials for authorizer in view.definition.authorizers]
    for api in side.deployment.apis:
        texts += [integration.credentials_arn for integration in api.definition.integrations]
    return frozenset((known(text) or "").rpartition("/")[2] for text in texts)


def _told(texts: Sequence[str]) -> str:
    """Put rights into a sentence, of many the first; all of them are shown below it."""
    rest = len(texts) - MAX_TOLD
    return "; ".join(texts) if rest <= 0 else f"{'; '.join(texts[:MAX_TOLD])}; and {rest} more"


def _documents(side: SideView, role: OtherResource) -> Iterator[OpenJson]:
    """List the policies of a role: its own, and those that are attached to it."""
    for policy in _list(_entry(role.properties, "Policies")):
        yield _entry(policy, "PolicyDocument")
    for resource in side.deployment.resources:
        if resource.type in _RIGHTS and resource.type != _ROLE:
            names = [*_list(_entry(resource.properties, "Roles")), _entry(resource.properties, "RoleName")]
            attached = _list(_entry(role.properties, "ManagedPolicyArns"))
            if role.id in names or resource.id in attached:
                yield _entry(resource.properties, "PolicyDocument")
