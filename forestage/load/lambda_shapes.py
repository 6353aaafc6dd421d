"""The properties of ``AWS::Lambda`` types as CloudFormation has them, where the model says them otherwise."""

from __future__ import annotations

from collections.abc import Mapping  # ruff: ignore[typing-only-standard-library-import] - load_shape reads the annotations

from forestage.model.records import dataclass, field
from forestage.model.values import Text  # ruff: ignore[typing-only-first-party-import] - as above
from forestage.model.vocabulary import FunctionTimeout  # ruff: ignore[typing-only-first-party-import] - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeProperties:
    """Where code or a layer's content is."""

    image_uri: Text | None = None
    s3_bucket: Text | None = None
    s3_key: Text | None = None
    s3_object_version: Text | None = None
    zip_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentProperties:
    """Environment variables."""

    variables: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class FunctionProperties:
    """``AWS::Lambda::Function``; ``code`` is read apart, since it may be a path."""

    architectures: tuple[str, ...] = ()
    description: Text | None = None
    environment: EnvironmentProperties | None = None
    handler: str | None = None
    layers: tuple[Text, ...] = ()
    memory_size: int | None = None
    package_type: str | None = None
    reserved_concurrent_executions: int | None = None
    role: Text | None = None
    runtime: str | None = None
    timeout: FunctionTimeout | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LayerVersionProperties:
    """``AWS::Lambda::LayerVersion`` without its content."""

    compatible_runtimes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionProperties:
    """``AWS::Lambda::Version``."""

    function_name: Text
    description: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSourceMappingProperties:
    """``AWS::Lambda::EventSourceMapping``, as far as the model spells it out."""

    function_name: Text
    event_source_arn: Text | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationProperties:
    """Where the outcome of an asynchronous invocation goes."""

    destination: Text


@dataclass(frozen=True, slots=True, kw_only=True)
class DestinationConfigProperties:
    """Destinations by outcome."""

    on_failure: DestinationProperties | None = None
    on_success: DestinationProperties | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventInvokeConfigProperties:
    """``AWS::Lambda::EventInvokeConfig``."""

    function_name: Text
    destination_config: DestinationConfigProperties | None = None
    maximum_event_age_in_seconds: int | None = None
    maximum_retry_attempts: int | None = None
    qualifier: Text | None = None
