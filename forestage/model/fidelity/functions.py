"""Rows of ``AWS::Lambda``, by top-level property: a row covers what is nested in it."""

from __future__ import annotations

from collections.abc import Mapping

from forestage.model.fidelity import features as on
from forestage.model.fidelity.rows import HONOURED, ResourceRows, honoured


def is_image(value: object) -> bool:
    """Tell whether a function's code is a container image."""
    return isinstance(value, Mapping) and "ImageUri" in value


def is_foreign_runtime(value: object) -> bool:
    """Tell whether nothing on this machine runs a runtime."""
    return not (isinstance(value, str) and value.startswith(("python3", "nodejs", "provided")))


FUNCTIONS: dict[str, ResourceRows] = {
    "AWS::Lambda::Alias": ResourceRows(
        rows={
            **honoured("Description", "FunctionName", "Name"),
            "FunctionVersion": on.PUBLISHED_VERSIONS.unless("$LATEST"),
            "ProvisionedConcurrencyConfig": on.CONCURRENCY,
            "RoutingConfig": on.PUBLISHED_VERSIONS,
        }
    ),
    "AWS::Lambda::EventInvokeConfig": ResourceRows(
        whole=on.ASYNCHRONOUS,
        rows=honoured(
            "DestinationConfig", "FunctionName", "MaximumEventAgeInSeconds", "MaximumRetryAttempts", "Qualifier"
        ),
    ),
    "AWS::Lambda::EventSourceMapping": ResourceRows(whole=on.EVENT_SOURCES, rows={"*": HONOURED}),
    "AWS::Lambda::Function": ResourceRows(
        rows={
            "Architectures": on.ARCHITECTURE,
            "CapacityProviderConfig": on.FUNCTION_SETTINGS,
            "Code": on.CONTAINER_IMAGES.when(is_image),
            "CodeSigningConfigArn": on.INERT,
            "DeadLetterConfig": on.ASYNCHRONOUS,
            "Description": on.INERT,
            "DurableConfig": on.FUNCTION_SETTINGS,
            "Environment": HONOURED,
            "EphemeralStorage": on.FUNCTION_LIMITS,
            "FileSystemConfigs": on.FUNCTION_FILES,
            "FunctionName": HONOURED,
            "FunctionScalingConfig": on.CONCURRENCY,
            "Handler": HONOURED,
            "ImageConfig": on.CONTAINER_IMAGES,
            "KmsKeyArn": on.INERT,
            "Layers": HONOURED,
            "LoggingConfig": on.FUNCTION_LOGS,
            "MemorySize": on.FUNCTION_LIMITS,
            "PackageType": on.CONTAINER_IMAGES.only("Image"),
            "PublishToLatestPublished": on.PUBLISHED_VERSIONS.unless(False),
            "RecursiveLoop": on.FUNCTION_SETTINGS,
            "ReservedConcurrentExecutions": on.RESERVED_CONCURRENCY,
            "Role": on.CREDENTIALS,
            "Runtime": on.RUNTIMES.when(is_foreign_runtime),
            "RuntimeManagementConfig": on.INERT,
            "SnapStart": on.FUNCTION_SETTINGS,
            "Tags": on.INERT,
            "TenancyConfig": on.FUNCTION_SETTINGS,
            "Timeout": HONOURED,
            "TracingConfig": on.TRACING,
            "VpcConfig": on.FUNCTION_NETWORK,
        }
    ),
    "AWS::Lambda::LayerVersion": ResourceRows(
        rows=honoured(
            "CompatibleArchitectures", "CompatibleRuntimes", "Content", "Description", "LayerName", "LicenseInfo"
        )
    ),
    "AWS::Lambda::Permission": ResourceRows(
        whole=on.PERMISSIONS,
        rows=honoured(
            "Action",
            "EventSourceToken",
            "FunctionName",
            "FunctionUrlAuthType",
            "InvokedViaFunctionUrl",
            "Principal",
            "PrincipalOrgID",
            "SourceAccount",
            "SourceArn",
        ),
    ),
    "AWS::Lambda::Version": ResourceRows(
        whole=on.PUBLISHED_VERSIONS,
        rows=honoured(
            "CodeSha256",
            "Description",
            "FunctionName",
            "FunctionScalingConfig",
            "ProvisionedConcurrencyConfig",
            "RuntimePolicy",
        ),
    ),
}
