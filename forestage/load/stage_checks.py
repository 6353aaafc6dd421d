"""What API Gateway refuses about the stage features of a REST API: access logs, and the keys of cached answers.

Source: endpoints.md sections 8 and 9; API Gateway developer guide, "Set up CloudWatch logging for REST APIs" and "Use
method or integration parameters as cache keys" (documented).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from forestage.model.values import Unknown, known

if TYPE_CHECKING:
    from forestage.load.intake import Intake, Item
    from forestage.load.shape import Path
    from forestage.model.rest import ApiDeployment, Integration, Method
    from forestage.model.stages import AccessLogSetting, Stage

MAX_FORMAT_BYTES: Final = 3 * 1024

_KEY: Final = re.compile(
    r"(?P<place>method|integration)\.request\.(multivalue(?=[hq]))?(?P<kind>header|querystring|path)\.(?P<name>.+)",
    re.DOTALL,
)
_REQUEST_ID: Final = re.compile(r"\$\{?context\.(?:extended)?[rR]equestId\b")


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
    if len(text.encode("utf-8", "replace")) > MAX_FORMAT_BYTES:
        objections.append(f"is longer than {MAX_FORMAT_BYTES} bytes")
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
