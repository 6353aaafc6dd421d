"""What API Gateway refuses about the features of stages: variables, access logs, and the keys of cached answers.

Source: endpoints.md sections 5, 8 and 9; API Gateway developer guide, "Set up CloudWatch logging for REST APIs" and
"Use method or integration parameters as cache keys" (documented).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.load.shape import shown
from forestage.model.limits import (
    MAX_ACCESS_LOG_FORMAT_BYTES,
    MAX_VARIABLE_VALUE,
    MAX_VARIABLES,
    VARIABLE_NAME,
    VARIABLE_VALUE,
)
from forestage.model.values import Unknown, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.load.intake import Intake, Item
    from forestage.load.shape import Path
    from forestage.model.rest import ApiDeployment, Integration, Method
    from forestage.model.stages import AccessLogSetting, Stage
    from forestage.model.values import Origin, Text

_KEY: Final = re.compile(
    r"(?P<place>method|integration)\.request\.(multivalue(?=[hq]))?(?P<kind>header|querystring|path)\.(?P<name>.+)",
    re.DOTALL,
)
_REQUEST_ID: Final = re.compile(r"\$\{?context\.(?:extended)?[rR]equestId\b")


def check_variables(intake: Intake, item: Item[object], variables: Mapping[str, Text], at: Path) -> None:
    """Note stage variables that API Gateway refuses; values known only after deployment are not judged.

    Source: endpoints.md section 5, quotas of REST APIs and of HTTP APIs (documented). The documented pattern of values
    has no space, and the service's message, which lists "alphanumeric characters and the symbols ' ', -', '.', ..."
    (github.com/sirceljm/aws-lambda-blog/issues/10, of an empty value), has neither ~ nor #: what one of them takes is
    no fault. Names have "only word characters" (github.com/serverless/serverless/issues/6133).
    """
    if len(variables) > MAX_VARIABLES:
        intake.fault(
            f"a stage has up to {MAX_VARIABLES} variables, got {len(variables)}",
            item.origin(*at),
            hint="leave out those that nothing reads",
        )
    for name, text in variables.items():
        place = item.origin(*at, name)
        if not VARIABLE_NAME.admits(name):
            intake.fault(
                f"the name of a stage variable has {VARIABLE_NAME}, got {shown(name)}",
                place,
                hint="rename it, also where it is read",
            )
        _check_variable_value(intake, text, place)


def _check_variable_value(intake: Intake, text: Text, place: Origin) -> None:
    value = known(text)
    if value is None:
        return
    if not VARIABLE_VALUE.admits(value):
        intake.fault(
            f"the value of a stage variable has {VARIABLE_VALUE}, got {shown(text)}",
            place,
            hint="leave an empty one out; write other characters in an encoding such as base64url",
        )
    if len(value) > MAX_VARIABLE_VALUE:
        intake.fault(
            f"the value of a stage variable has up to {MAX_VARIABLE_VALUE} characters, got {len(value)}",
            place,
            hint="spread it over several variables",
        )


def check_access_log(
    intake: Intake, item: Item[Stage] | Item[ApiDeployment], setting: AccessLogSetting | None, at: Path
) -> None:
    """Warn of a format that API Gateway refuses; its lines are written all the same."""
    text = known(setting.format) if setting else None
    if text is None:
        return
    objections = []
    if not _REQUEST_ID.search(text):
        objections.append("has neither $context.requestId nor $context.extendedRequestId")
    if "\n" in text.rstrip("\r\n"):
        objections.append("has several lines")
    if len(text.encode("utf-8", "replace")) > MAX_ACCESS_LOG_FORMAT_BYTES:
        objections.append(f"is longer than {MAX_ACCESS_LOG_FORMAT_BYTES} bytes")
    for objection in objections:
        intake.warn(f"the format of the access log {objection}: API Gateway refuses it", item.origin(*at, "Format"))


def check_cache_keys(intake: Intake, item: Item[Method], integration: Integration) -> None:
    """Note parameters of a cache key that are none: answers would be told apart by less than their author thinks."""
    declared = set(item.value.request_parameters)
    for index, text in enumerate(integration.cache_key_parameters):
        place = item.origin("Integration", "CacheKeyParameters", index)
        if isinstance(text, Unknown):
            intake.fault(f"a cache key parameter has to be known before deployment, got {text}", place)
            continue
        name = known(text) or ""
        found = _KEY.fullmatch(name)
        if found is None:
            hint = "like method.request.querystring.x, method.request.header.X or method.request.path.x"
            intake.fault(f"{name!r} is no cache key parameter", place, hint=hint)
        elif found["place"] == "integration" and name not in integration.request_parameters:
            intake.fault(f"{name} is a cache key parameter, and nothing is mapped to it", place)
        elif found["place"] == "method" and f"method.request.{found['kind']}.{found['name']}" not in declared:
            intake.warn(
                f"{name} is a cache key parameter, and not among the method's RequestParameters: "
                "API Gateway refuses it",
                place,
            )
