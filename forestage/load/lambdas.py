"""From resources to functions, and what belongs to them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Protocol, TypeVar

from forestage.load.function_code import is_image, load_code, package_of
from forestage.load.lambda_shapes import (
    EventInvokeConfigProperties,
    EventSourceMappingProperties,
    FunctionProperties,
    LayerVersionProperties,
    VersionProperties,
)
from forestage.load.shape import plain_json
from forestage.model.functions import (
    Alias,
    EventInvokeConfig,
    EventSource,
    Function,
    Layer,
    Permission,
    RemoteCode,
    Version,
)
from forestage.model.records import dataclass
from forestage.model.values import Text, Unknown, known

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from forestage.load.intake import Intake, Item
    from forestage.load.resolved import ResolvedResource
    from forestage.model.values import Origin

_TYPE = "AWS::Lambda::"


class _OfFunction(Protocol):
    @property
    def function_name(self) -> Text: ...

    @property
    def origin(self) -> Origin | None: ...


P = TypeVar("P", bound=_OfFunction)


@dataclass(frozen=True, slots=True, kw_only=True)
class Functions:
    """The functions of a source, and its layers."""

    functions: tuple[Function, ...]
    layers: tuple[Layer, ...]


def load_functions(intake: Intake) -> Functions:
    """Read the functions of a source with everything that belongs to them."""
    layers = tuple(layer for layer in map(_layer_reader(intake), intake.resources(_TYPE + "LayerVersion")) if layer)
    belongings = _Belongings.read(intake)
    by_arn = {known(layer.arn): layer for layer in layers}
    functions: dict[str, Function] = {}
    for item in intake.load(FunctionProperties, _TYPE + "Function"):
        function = _function(intake, item, by_arn, belongings)
        if function is None:
            continue
        if function.name in functions:
            intake.fault(
                f"another function has the name {function.name!r} already: {functions[function.name].logical_id}",
                item.origin("FunctionName"),
            )
        functions.setdefault(function.name, function)
    belongings.warn_of_others(intake)
    return Functions(functions=tuple(functions.values()), layers=layers)


def function_name_of(text: Text) -> str | None:
    """Return the name in a name, partial ARN or ARN, each with or without qualifier; None where it is unknown.

    Source: Lambda API reference, FunctionName.
    """
    word = known(text)
    if word is None:
        return None
    parts = word.split(":")
    return parts[parts.index("function") + 1] if "function" in parts[:-1] else parts[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Belongings:
    """What belongs to functions, by the name of the function."""

    aliases: Mapping[str | None, list[Alias]]
    versions: Mapping[str | None, list[Version]]
    permissions: Mapping[str | None, list[Permission]]
    event_sources: Mapping[str | None, list[EventSource]]
    event_invoke_configs: Mapping[str | None, list[EventInvokeConfig]]

    @classmethod
    def read(cls, intake: Intake) -> _Belongings:
        return cls(
            aliases=_by_function(_aliases(intake)),
            versions=_by_function(_versions(intake)),
            permissions=_by_function(item.value for item in intake.load(Permission, _TYPE + "Permission")),
            event_sources=_by_function(_event_sources(intake)),
            event_invoke_configs=_by_function(_event_invoke_configs(intake)),
        )

    def warn_of_others(self, intake: Intake) -> None:
        """Warn of what belongs to functions that the source does not have."""
        names = {function_name_of(name) for name in intake.ids(_TYPE + "Function")}
        groups: tuple[Mapping[str | None, Sequence[_OfFunction]], ...] = (
            self.aliases,
            self.versions,
            self.permissions,
            self.event_sources,
            self.event_invoke_configs,
        )
        for group in groups:
            for name, parts in group.items():
                for part in parts if name not in names else ():
                    assert part.origin is not None, "whatever was read here has an origin"
                    intake.warn(f"function {part.function_name!s} is not in this source", part.origin)


def _by_function(parts: Iterable[P]) -> Mapping[str | None, list[P]]:
    found: dict[str | None, list[P]] = defaultdict(list)
    for part in parts:
        found[function_name_of(part.function_name)].append(part)
    return found


def _aliases(intake: Intake) -> Iterable[Alias]:
    for resource in intake.resources(_TYPE + "Alias"):
        alias = intake.read(Alias, resource, arn=resource.id)
        if alias is not None:
            yield alias


def _versions(intake: Intake) -> Iterable[Version]:
    for item in intake.load(VersionProperties, _TYPE + "Version"):
        yield Version(
            logical_id=item.resource.logical_id,
            arn=item.resource.id,
            function_name=item.value.function_name,
            description=item.value.description,
            origin=item.origin(),
        )


def _event_sources(intake: Intake) -> Iterable[EventSource]:
    for item in intake.load(EventSourceMappingProperties, _TYPE + "EventSourceMapping"):
        yield EventSource(
            logical_id=item.resource.logical_id,
            function_name=item.value.function_name,
            event_source_arn=item.value.event_source_arn,
            properties=plain_json(item.resource.properties),
            origin=item.origin(),
        )


def _event_invoke_configs(intake: Intake) -> Iterable[EventInvokeConfig]:
    for item in intake.load(EventInvokeConfigProperties, _TYPE + "EventInvokeConfig"):
        config = item.value
        to = config.destination_config
        yield EventInvokeConfig(
            logical_id=item.resource.logical_id,
            function_name=config.function_name,
            qualifier=config.qualifier,
            maximum_event_age_seconds=config.maximum_event_age_in_seconds,
            maximum_retry_attempts=config.maximum_retry_attempts,
            on_success=to.on_success.destination if to and to.on_success else None,
            on_failure=to.on_failure.destination if to and to.on_failure else None,
            origin=item.origin(),
        )


def _layer_reader(intake: Intake) -> Callable[[ResolvedResource], Layer | None]:
    def read(resource: ResolvedResource) -> Layer | None:
        properties = intake.read(LayerVersionProperties, resource)
        code = load_code(intake, resource, "Content")
        if properties is None or code is None:
            return None
        return Layer(
            logical_id=resource.logical_id,
            arn=resource.id,
            code=code,
            compatible_runtimes=properties.compatible_runtimes,
            origin=resource.origin(),
        )

    return read


def _function(
    intake: Intake,
    item: Item[FunctionProperties],
    layers: Mapping[str | None, Layer],
    belongings: _Belongings,
) -> Function | None:
    resource, properties = item.resource, item.value
    code = load_code(intake, resource, "Code")
    _check_package(intake, item)
    if code is None:
        return None
    arn = intake.attribute(resource, "Arn")
    name = resource.id
    return Function(
        logical_id=resource.logical_id,
        name=name,
        arn=str(arn),
        code=code,
        runtime=properties.runtime,
        handler=properties.handler,
        layers=tuple(_layer(intake, item, index, layers) for index in range(len(properties.layers))),
        environment=properties.environment.variables if properties.environment else {},
        timeout_seconds=properties.timeout or 3,
        memory_mb=properties.memory_size or 128,
        reserved_concurrency=properties.reserved_concurrent_executions,
        architecture=properties.architectures[0] if properties.architectures else "x86_64",
        description=properties.description,
        role=properties.role,
        package=package_of(resource, "Code"),
        aliases=tuple(belongings.aliases.get(name, ())),
        versions=tuple(belongings.versions.get(name, ())),
        permissions=tuple(belongings.permissions.get(name, ())),
        event_sources=tuple(belongings.event_sources.get(name, ())),
        event_invoke_configs=tuple(belongings.event_invoke_configs.get(name, ())),
        stack=resource.stack,
        origin=resource.origin(),
    )


def _check_package(intake: Intake, item: Item[FunctionProperties]) -> None:
    """Note a function of a zip or of inline code that lacks what such a function needs.

    Source: Lambda's own message: "Runtime and Handler are mandatory parameters for functions created with deployment
    packages".
    """
    if is_image(item.resource):
        return
    for name, value in (("Runtime", item.value.runtime), ("Handler", item.value.handler)):
        if value is None:
            intake.fault(f"{name} is required for a function that is no container image", item.origin())


def _layer(intake: Intake, item: Item[FunctionProperties], index: int, layers: Mapping[str | None, Layer]) -> Layer:
    """Find a layer of the source by its ARN; one that is elsewhere is kept by name, and warned of."""
    arn = item.value.layers[index]
    layer = layers.get(known(arn))
    if layer is not None:
        return layer
    origin = item.origin("Layers", index)
    name = f"{arn}" if isinstance(arn, Unknown) else known(arn)
    intake.warn(f"layer {name} is not in this source: the function runs without it", origin)
    return Layer(logical_id="", arn=arn, code=RemoteCode(uri=arn), origin=origin)
