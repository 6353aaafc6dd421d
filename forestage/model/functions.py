"""Lambda functions, and what belongs to them."""

from __future__ import annotations

from collections.abc import Mapping

from forestage.model.records import dataclass, field
from forestage.model.values import OpenJson, Origin, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class InlineCode:
    """Source text in the template (``ZipFile``); the file is ``index.py`` or ``index.js`` by the runtime."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalCode:
    """A folder or a zip file on this machine; ``path`` is absolute."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoteCode:
    """Code that is not on this machine: an object in S3, a container image, or a layer that others publish."""

    uri: Text


Code = InlineCode | LocalCode | RemoteCode


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """A layer's content; layers are laid over one another in the order in which a function lists them.

    ``logical_id`` is empty for a layer that the source only names.
    """

    logical_id: str
    arn: Text
    code: Code
    compatible_runtimes: tuple[str, ...] = ()
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """Who may invoke a function; ``source_arn`` None is any source."""

    logical_id: str
    function_name: Text
    action: str
    principal: Text
    source_arn: Text | None = None
    source_account: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSource:
    """A queue, stream or topic that feeds a function; ``properties`` are as resolved."""

    logical_id: str
    function_name: Text
    event_source_arn: Text | None
    properties: OpenJson = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A published version of a function; ``arn`` ends in its number."""

    logical_id: str
    arn: Text
    function_name: Text
    description: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alias:
    """A name for a version of a function. A preview runs one version of each function: the current code."""

    logical_id: str
    name: str
    function_name: Text
    function_version: Text
    arn: Text | None = None
    description: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class EventInvokeConfig:
    """What happens to asynchronous invocations of a function.

    ``on_success`` and ``on_failure`` are ARNs of destinations; age and attempts None are 6 hours and 2.
    """

    logical_id: str
    function_name: Text
    qualifier: Text | None = None
    maximum_event_age_seconds: int | None = None
    maximum_retry_attempts: int | None = None
    on_success: Text | None = None
    on_failure: Text | None = None
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Function:
    """A Lambda function.

    ``name`` is the physical name, ``arn`` the unqualified ARN. ``handler`` and ``runtime`` are None for
    container images. ``environment`` values may be unknown until deployment. ``timeout_seconds`` is 3 and
    ``memory_mb`` 128 where the template is silent. ``reserved_concurrency`` None is unreserved, 0 means never invoked.
    ``package`` is what the template says of the code: an object key, an image, a path, or the text itself.
    """

    logical_id: str
    name: str
    arn: str
    code: Code
    runtime: str | None = None
    handler: str | None = None
    layers: tuple[Layer, ...] = ()
    environment: Mapping[str, Text] = field(default_factory=dict)
    timeout_seconds: int = 3
    memory_mb: int = 128
    reserved_concurrency: int | None = None
    architecture: str = "x86_64"
    description: Text | None = None
    role: Text | None = None
    package: Text | None = None
    aliases: tuple[Alias, ...] = ()
    versions: tuple[Version, ...] = ()
    permissions: tuple[Permission, ...] = ()
    event_sources: tuple[EventSource, ...] = ()
    event_invoke_configs: tuple[EventInvokeConfig, ...] = ()
    stack: str = ""
    origin: Origin | None = field(default=None, compare=False, repr=False)
