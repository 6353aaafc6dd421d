"""What a property may say: words, ranges and forms, as annotations of the model's fields.

``ContentHandling`` is a ``str`` to a type checker; the loader refuses what its annotation does not allow.
Sources: CloudFormation's schemas, the API Gateway API reference and botocore's model of it.
"""

from __future__ import annotations

import re
from typing import Annotated, Protocol, TypeAlias


class Constraint(Protocol):
    """What a value has to satisfy; ``__str__`` says what is allowed."""

    def admits(self, value: object) -> bool:
        """Tell whether a value is allowed."""


class OneOf:
    """One of some words, spelled exactly."""

    def __init__(self, *words: str) -> None:
        self.words = words

    def admits(self, value: object) -> bool:
        """Tell whether a value is one of the words."""
        return value in self.words

    def __str__(self) -> str:
        return f"one of {', '.join(self.words)}"


class Between:
    """A number in a range, both ends included; None is no upper end."""

    def __init__(self, low: int, high: int | None = None) -> None:
        self.low = low
        self.high = high

    def admits(self, value: object) -> bool:
        """Tell whether a number is in the range."""
        return isinstance(value, int | float) and self.low <= value and (self.high is None or value <= self.high)

    def __str__(self) -> str:
        return f"{self.low} or more" if self.high is None else f"from {self.low} to {self.high}"


class Matches:
    """A text of a certain form, which ``meaning`` puts into words."""

    def __init__(self, pattern: str, meaning: str) -> None:
        self.pattern = pattern
        self.meaning = meaning

    def admits(self, value: object) -> bool:
        """Tell whether the whole text has the form."""
        return isinstance(value, str) and re.fullmatch(self.pattern, value) is not None

    def __str__(self) -> str:
        return self.meaning


NotNegative: TypeAlias = Annotated[int, Between(0)]
Rate: TypeAlias = Annotated[float, Between(0)]
Percent: TypeAlias = Annotated[float, Between(0, 100)]
CacheSeconds: TypeAlias = Annotated[int, Between(0, 3600)]
CompressionSize: TypeAlias = Annotated[int, Between(0, 10_485_760)]
TimeoutMillis: TypeAlias = Annotated[int, Between(50, 900_000)]
"""Source: whats-new.md: 29 s by default, more by quota, 15 minutes with response streaming."""
RegionalTimeoutMillis: TypeAlias = Annotated[int, Between(50, 30_000)]
FunctionTimeout: TypeAlias = Annotated[int, Between(1, 900)]
Priority: TypeAlias = Annotated[int, Between(1, 1_000_000)]

StatusCode: TypeAlias = Annotated[str, Matches(r"[1-5]\d\d", "an HTTP status from 100 to 599")]
StageName: TypeAlias = Annotated[str, Matches(r"[A-Za-z0-9_-]{1,128}", "1 to 128 letters, digits, _ and -")]
RegionalStageName: TypeAlias = Annotated[
    str, Matches(r"\$default|[A-Za-z0-9_-]{1,128}", "$default or 1 to 128 letters, digits, _ and -")
]

HttpMethod: TypeAlias = Annotated[str, OneOf("ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")]
EndpointType: TypeAlias = Annotated[str, OneOf("EDGE", "REGIONAL", "PRIVATE")]
IpAddressType: TypeAlias = Annotated[str, OneOf("ipv4", "dualstack")]
EndpointAccessMode: TypeAlias = Annotated[str, OneOf("BASIC", "STRICT")]
ApiKeySourceType: TypeAlias = Annotated[str, OneOf("HEADER", "AUTHORIZER")]
ImportMode: TypeAlias = Annotated[str, OneOf("overwrite", "merge")]
ContentHandling: TypeAlias = Annotated[str, OneOf("CONVERT_TO_BINARY", "CONVERT_TO_TEXT")]
IntegrationType: TypeAlias = Annotated[str, OneOf("AWS", "AWS_PROXY", "HTTP", "HTTP_PROXY", "MOCK")]
ConnectionType: TypeAlias = Annotated[str, OneOf("INTERNET", "VPC_LINK")]
PassthroughBehavior: TypeAlias = Annotated[str, OneOf("WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER")]
ResponseTransferMode: TypeAlias = Annotated[str, OneOf("BUFFERED", "STREAM")]
AuthorizationType: TypeAlias = Annotated[str, OneOf("NONE", "AWS_IAM", "CUSTOM", "COGNITO_USER_POOLS", "JWT")]
AuthorizerType: TypeAlias = Annotated[str, OneOf("TOKEN", "REQUEST", "COGNITO_USER_POOLS", "JWT")]
JwtAlgorithm: TypeAlias = Annotated[str, OneOf("RS256", "RS384", "RS512", "ES256", "ES384", "ES512")]
JwtClaimFormat: TypeAlias = Annotated[str, OneOf("SINGLE_STRING")]
LoggingLevel: TypeAlias = Annotated[str, OneOf("OFF", "ERROR", "INFO")]
CacheClusterSize: TypeAlias = Annotated[str, OneOf("0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237")]
QuotaPeriod: TypeAlias = Annotated[str, OneOf("DAY", "WEEK", "MONTH")]
KeyType: TypeAlias = Annotated[str, OneOf("API_KEY")]
AccessAssociationSourceType: TypeAlias = Annotated[str, OneOf("VPCE")]
RoutingMode: TypeAlias = Annotated[
    str, OneOf("BASE_PATH_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING")
]
RegionalRoutingMode: TypeAlias = Annotated[
    str, OneOf("API_MAPPING_ONLY", "ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_API_MAPPING")
]
ProtocolType: TypeAlias = Annotated[str, OneOf("HTTP", "WEBSOCKET")]
RouteAuthorizationType: TypeAlias = Annotated[str, OneOf("NONE", "AWS_IAM", "CUSTOM", "JWT")]
RouteAuthorizerType: TypeAlias = Annotated[str, OneOf("REQUEST", "JWT")]
DocumentationPartType: TypeAlias = Annotated[
    str,
    OneOf(
        "API", "AUTHORIZER", "MODEL", "RESOURCE", "METHOD", "PATH_PARAMETER", "QUERY_PARAMETER", "REQUEST_HEADER",
        "REQUEST_BODY", "RESPONSE", "RESPONSE_HEADER", "RESPONSE_BODY",
    ),
]  # fmt: skip
GatewayResponseType: TypeAlias = Annotated[
    str,
    OneOf(
        "ACCESS_DENIED", "API_CONFIGURATION_ERROR", "AUTHORIZER_CONFIGURATION_ERROR", "AUTHORIZER_FAILURE",
        "BAD_REQUEST_BODY", "BAD_REQUEST_PARAMETERS", "DEFAULT_4XX", "DEFAULT_5XX", "EXPIRED_TOKEN",
        "INTEGRATION_FAILURE", "INTEGRATION_TIMEOUT", "INVALID_API_KEY", "INVALID_SIGNATURE",
        "MISSING_AUTHENTICATION_TOKEN", "QUOTA_EXCEEDED", "REQUEST_TOO_LARGE", "RESOURCE_NOT_FOUND", "THROTTLED",
        "UNAUTHORIZED", "UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED",
    ),
]  # fmt: skip
