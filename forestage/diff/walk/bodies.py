"""Where the OpenAPI body of an API has what a template would have in resources.

Source: API Gateway developer guide, "OpenAPI extensions for API Gateway".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.values import Origin

ANY_METHOD: Final = "x-amazon-apigateway-any-method"
INTEGRATION: Final = "x-amazon-apigateway-integration"

OTHER_NAMES: Final[Mapping[str, str]] = {"IntegrationHttpMethod": "httpMethod", "IntegrationResponses": "responses"}
"""Properties of an integration that have another name there; the others only begin with a small letter."""

_BY_PATTERN: Final = "IntegrationResponses"
"""What a body has by the pattern, and a template as a list."""


def operation_path(owner: str, path: str, verb: str, origin: Origin | None) -> tuple[str, ...]:
    """Tell where the body of an API has an operation.

    ``path`` is that of the method, which may begin with a base path that the operation's key is without.
    """
    key = ANY_METHOD if verb == "ANY" else verb.lower()
    written = origin.path if origin is not None else ""
    before, after = f"Resources/{owner}/Properties/Body/paths/", f"/{key}"
    if written.startswith(before) and written.endswith(after):
        path = written.removeprefix(before).removesuffix(after)
    return ("paths", path, key)


def in_operation(path: tuple[str | int, ...]) -> tuple[str | int, ...]:
    """Tell where an operation has a property of a method, as far as it has it in one place."""
    match path:
        case ("Integration", str() as name, *rest):
            key = OTHER_NAMES.get(name, f"{name[:1].lower()}{name[1:]}")
            return (INTEGRATION, key, *(() if name == _BY_PATTERN else rest))
        case ("Integration",):
            return (INTEGRATION,)
        case _:
            return ()
