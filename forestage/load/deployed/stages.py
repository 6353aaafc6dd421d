"""What a deployed stage serves, as resolved stacks: in the words of the stack that made its API, if one did.

CloudFormation knows resources by logical ids, API Gateway by ids of its own. Where a stack made the API, its template
is read as well: what is deployed as the template says keeps the template's words, ids and spelling; what is not is told
as it is deployed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from forestage.errors import AwsError, Fault, SourceError
from forestage.load.attributes import Subject, attribute_of
from forestage.load.deployed import rest, websocket
from forestage.load.deployed.meaning import says_same
from forestage.load.deployed.owners import ids_of, owning_stack
from forestage.load.deployed.parts import REST, V2, keyed, properties_of, renamed, renaming
from forestage.load.environment import environment_in
from forestage.load.intake import property_of
from forestage.load.openapi.attach import import_of
from forestage.load.resolved import ResolvedResource, ResolvedSource, ResolvedStack

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forestage.aws import Aws
    from forestage.load.deployed.parts import Key
    from forestage.load.deployed.rest import LiveApi
    from forestage.load.findings import Findings
    from forestage.load.openapi.importer import OpenApiImport
    from forestage.load.resolved import Resolved
    from forestage.load.source import StageSource
    from forestage.model.deployment import Environment

_NOT_FOUND: Final = "NotFoundException"
_BODY: Final = ("Body", "BodyS3Location", "CloneFrom", "Parameters", "Mode", "FailOnWarnings")
_DEFINED: Final = frozenset(
    {
        *(f"{REST}{kind}" for kind in ("Resource", "Method", "Model", "RequestValidator", "Authorizer")),
        *(f"{REST}{kind}" for kind in ("GatewayResponse", "DocumentationPart")),
        *(f"{V2}{kind}" for kind in ("Route", "RouteResponse", "Integration", "IntegrationResponse")),
        *(f"{V2}{kind}" for kind in ("Model", "Authorizer")),
    }
)
"""Types of what is defined in an API."""

_REFERRED: Final = frozenset(f"{REST}{kind}" for kind in ("Resource", "RequestValidator", "Authorizer"))
"""Types of what others in an API refer to by an id."""


def served(
    aws: Aws, source: StageSource, *, stack_of: Callable[[str], ResolvedSource], findings: Findings
) -> ResolvedSource:
    """Read what a stage serves; ``stack_of`` resolves a deployed stack.

    Raises:
        AwsError: AWS refuses, or cannot be asked.
        SourceError: there is no such API or stage.
    """
    live = _read(aws, source, findings)
    try:
        root = owning_stack(aws, source.api_id)
    except AwsError as error:
        if not error.is_denial:
            raise
        message = f"whether a stack made API {source.api_id} is not known, its parts have API Gateway's ids"
        findings.warn(Fault(message=message, hint=error.hint))
        root = None
    if root is None:
        return _alone(aws, source, live)
    base = stack_of(root)
    return _Merge(base, ids_of(aws, root, base), live, source).merged()


def _read(aws: Aws, source: StageSource, findings: Findings) -> LiveApi:
    try:
        api = aws.ask(rest.SERVICE, "get_rest_api", restApiId=source.api_id)
    except AwsError as error:
        _pass_over(error)
    else:
        return _staged(source, lambda: rest.read_rest(aws, source, api, findings))
    try:
        api = aws.ask(websocket.SERVICE, "get_api", ApiId=source.api_id)
    except AwsError as error:
        _pass_over(error)
        hint = "are --profile and --region those of its account?"
        raise SourceError(f"there is no API {source.api_id!r} in region {aws.region}", hint=hint) from None
    return _staged(source, lambda: websocket.read_websocket(aws, source, api))


def _pass_over(error: AwsError) -> None:
    """Raise whatever is not that something is not there."""
    if error.code != _NOT_FOUND:
        raise error


def _staged(source: StageSource, read: Callable[[], LiveApi]) -> LiveApi:
    try:
        return read()
    except AwsError as error:
        _pass_over(error)
        raise SourceError(f"API {source.api_id} has no stage {source.stage!r}", hint=error.message) from None


def _alone(aws: Aws, source: StageSource, live: LiveApi) -> ResolvedSource:
    """Make a stack of what no stack made; logical ids say what a part is."""
    environment = environment_in(aws.account_id(), aws.region)
    rename = renaming({live.root_id: _root_id(live.api, environment)})
    everything = [renamed(item, rename) for item in (live.api, *live.definition, *live.others)]
    labelled = keyed(everything, rename(live.root_id))
    parts = tuple(replace(item, logical_id=name) for (_, name), item in labelled.items())
    return ResolvedSource(stacks=(ResolvedStack(name=source.api_id, resources=parts, environment=environment),))


def _root_id(api: ResolvedResource, environment: Environment) -> str:
    """Return the id that the resource ``/`` of a REST API has here."""
    subject = Subject(
        stack=api.stack, logical_id=api.logical_id, type=api.type, environment=environment, read=lambda _: None
    )
    return str(attribute_of(subject, "RootResourceId")) if api.type == f"{REST}RestApi" else ""


class _Merge:
    """Lays what is deployed over the stacks that describe it."""

    def __init__(self, base: ResolvedSource, ids: Mapping[str, str], live: LiveApi, source: StageSource) -> None:
        self._base = base
        self._owner = live.owner
        self._stage = source.stage
        self._stack, self._api = _find_api(base, live.api.type, ids.get(source.api_id, ""))
        root_id = _root_id(self._api, self._stack.environment)
        written = tuple(self._written(root_id))
        self._plans = {
            item.id
            for stack in base.stacks
            for item in stack.resources
            if item.type == f"{REST}UsagePlan" and any(self._is_here(entry) for entry in _entries(item))
        }
        rename = renaming({**ids, live.root_id: root_id})
        self._live_api = renamed(live.api, rename)
        others = (renamed(item, rename) for item in live.others)
        self._others = tuple(item for item in others if not self._is_made_by_a_deployment(item))
        self._written_parts = keyed(written, root_id)
        self._live_parts = _under_ids_of(self._written_parts, live.definition, rename, root_id)

    def merged(self) -> ResolvedSource:
        """Return the stacks with what is deployed in the place of what the template says otherwise."""
        settings = {**self._body_settings(), **properties_of(self._api)}
        is_same = says_same(self._api.type, properties_of(self._live_api), settings)
        chosen = {key: self._chosen(key, item) for key, item in self._live_parts.items()}
        if is_same and chosen == self._written_parts:
            return self._with(self._api, definition=None)
        own = settings if is_same else properties_of(self._live_api)
        api = replace(self._api, properties={name: own[name] for name in own if name not in _BODY})
        return self._with(api, definition=chosen)

    def _chosen(self, key: Key, item: ResolvedResource) -> ResolvedResource:
        written = self._written_parts.get(key)
        if written is None:
            return replace(item, stack=self._stack.name, logical_id=key[1])
        if says_same(item.type, properties_of(item), properties_of(written)):
            return written
        return _as(written, properties_of(item))

    def _with(self, api: ResolvedResource, *, definition: Mapping[Key, ResolvedResource] | None) -> ResolvedSource:
        """Put the API and what goes with its stage into the stacks; a definition of None is the template's."""
        live = {(item.type, item.id): item for item in self._others}
        anew = None if definition is None else dict(definition)
        kept = {stack.name: list(self._kept(stack, api, live, anew)) for stack in self._base.stacks}
        for item in (*(anew or {}).values(), *(replace(item, stack=self._stack.name) for item in live.values())):
            kept[item.stack].append(item)
        stacks = tuple(replace(stack, resources=tuple(kept[stack.name])) for stack in self._base.stacks)
        return replace(self._base, stacks=stacks)

    def _kept(
        self,
        stack: ResolvedStack,
        api: ResolvedResource,
        live: dict[tuple[str, str], ResolvedResource],
        definition: dict[Key, ResolvedResource] | None,
    ) -> Iterator[ResolvedResource]:
        """Yield the resources of a stack; what is deployed of them is taken out of ``live`` and ``definition``."""
        keys = {id(item): key for key, item in self._written_parts.items()}
        for resource in stack.resources:
            if resource is self._api:
                yield api
            elif definition is not None and self._is_defined(resource):
                found = definition.pop(keys[id(resource)], None)
                if found is not None:
                    yield found
            elif not self._goes_with_the_stage(resource):
                yield resource
            elif (there := live.pop((resource.type, resource.id), None)) is not None:
                yield self._current(resource, there)

    def _current(self, written: ResolvedResource, live: ResolvedResource) -> ResolvedResource:
        """Return a resource as it is deployed, in the template's words where these say the same."""
        if written.type in {f"{REST}Deployment", f"{V2}Deployment"}:
            return written  # A deployment that is there is what it was made as.
        own, theirs = properties_of(live), properties_of(written)
        if written.type == f"{REST}UsagePlan":
            elsewhere = [entry for entry in _entries(written) if not self._is_here(entry)]
            own = {**own, "ApiStages": [*_entries(live), *elsewhere]}
        return written if says_same(written.type, own, theirs) else _as(written, own)

    def _is_defined(self, resource: ResolvedResource) -> bool:
        return resource.type in _DEFINED and property_of(resource, self._owner) == self._api.id

    def _goes_with_the_stage(self, resource: ResolvedResource) -> bool:
        """Tell whether API Gateway was asked for a resource: whether it is there is known."""
        if resource.type in {f"{REST}Stage", f"{V2}Stage"}:
            return resource.id == self._stage and property_of(resource, self._owner) == self._api.id
        if resource.type in {f"{REST}Deployment", f"{V2}Deployment"}:
            return (resource.type, resource.id) in {(item.type, item.id) for item in self._others}
        if resource.type == f"{REST}UsagePlan":
            return resource.id in self._plans
        if resource.type == f"{REST}UsagePlanKey":
            return property_of(resource, "UsagePlanId") in self._plans
        if resource.type in {f"{REST}BasePathMapping", f"{V2}ApiMapping"}:
            api_id = property_of(resource, self._owner)
            return api_id == self._api.id and property_of(resource, "Stage") == self._stage
        return (resource.type, resource.id) in {(item.type, item.id) for item in self._others}

    def _is_made_by_a_deployment(self, stage: ResolvedResource) -> bool:
        """Tell whether a stage is as a deployment of the template makes it, without a resource of its own."""
        made = (
            property_of(item, "StageDescription")
            for stack in self._base.stacks
            for item in stack.resources
            if item.type == f"{REST}Deployment"
            and (property_of(item, self._owner), property_of(item, "StageName")) == (self._api.id, self._stage)
        )
        own = properties_of(stage)
        known = {name: own[name] for name in ("RestApiId", "StageName", "DeploymentId") if name in own}
        return stage.type == f"{REST}Stage" and any(
            says_same(stage.type, own, {**known, **(described if isinstance(described, Mapping) else {})})
            for described in made
        )

    def _is_here(self, entry: Resolved) -> bool:
        return isinstance(entry, Mapping) and (entry.get("ApiId"), entry.get("Stage")) == (self._api.id, self._stage)

    def _written(self, root_id: str) -> Iterator[ResolvedResource]:
        """Yield what the template defines in the API: by resources, and by a body."""
        body = self._body(root_id)
        yield from body.parts if body is not None else ()
        for stack in self._base.stacks:
            yield from (item for item in stack.resources if self._is_defined(item))

    def _body(self, root_id: str) -> OpenApiImport | None:
        if self._owner != "RestApiId" or all(property_of(self._api, name) is None for name in _BODY[:2]):
            return None
        return import_of(self._stack, self._api, root_id)

    def _body_settings(self) -> Mapping[str, Resolved]:
        body = self._body("")
        return properties_of(body.settings) if body is not None and body.settings is not None else {}


def _find_api(base: ResolvedSource, resource_type: str, api_id: str) -> tuple[ResolvedStack, ResolvedResource]:
    for stack in base.stacks:
        for resource in stack.resources:
            if (resource.type, resource.id) == (resource_type, api_id):
                return stack, resource
    raise SourceError("the template of the stack that made the API does not have it", hint="is an update under way?")


def _under_ids_of(
    written: Mapping[Key, ResolvedResource],
    live: tuple[ResolvedResource, ...],
    rename: Callable[[str], str],
    root_id: str,
) -> dict[Key, ResolvedResource]:
    """Give the parts of an API the ids that they have in the template, also those that a body of it defines."""
    own = keyed((renamed(item, rename) for item in live), root_id)
    ids = {item.id: written[key].id for key, item in own.items() if key in written and key[0] in _REFERRED}
    again = renaming(ids)
    return {key: renamed(item, again) for key, item in own.items()}


def _as(written: ResolvedResource, properties: Mapping[str, Resolved]) -> ResolvedResource:
    """Return a resource of a template with other properties: what it is made after is not known of them."""
    return replace(written, properties=dict(properties), depends_on=frozenset())


def _entries(plan: ResolvedResource) -> tuple[Resolved, ...]:
    found = property_of(plan, "ApiStages")
    return tuple(found) if isinstance(found, Sequence) and not isinstance(found, str) else ()
