"""Mapping templates rendered by our engine and by airspeed-ext, the fastest other one for Python, on the same request.

airspeed-ext knows none of API Gateway's objects. It is given the least that the templates here need of them, each on
what Python's own library does fastest.
"""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

import airspeed

from forestage.vtl import Scope, compile_template

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

TEMPLATES: Final = Path(__file__).with_name("vtl")
ROUND_S: Final = 0.5

# What comes through an edge-optimized API.
HEADERS: Final = {
    "Accept": "application/json",
    "Accept-Encoding": "gzip, deflate, br",
    "Authorization": "Bearer abcdefghijklmnop",
    "CloudFront-Forwarded-Proto": "https",
    "CloudFront-Is-Desktop-Viewer": "true",
    "CloudFront-Is-Mobile-Viewer": "false",
    "CloudFront-Is-SmartTV-Viewer": "false",
    "CloudFront-Is-Tablet-Viewer": "false",
    "CloudFront-Viewer-Country": "DE",
    "Content-Type": "application/json",
    "Host": "abcdef1234.execute-api.us-east-1.amazonaws.com",
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64)",
    "Via": "1.1 0123456789abcdef.cloudfront.net (CloudFront)",
    "X-Amz-Cf-Id": "nBsWBOrSHMgnaROZJK1wGCZ9PcRcSpq_oSXZNQwQ10OTZL4cimZo3g==",
    "X-Amzn-Trace-Id": "Root=1-58337262-36d228ad5d99923122bbe354",
    "X-Forwarded-For": "192.0.2.44, 198.51.100.7",
    "X-Forwarded-Port": "443",
    "X-Forwarded-Proto": "https",
}
QUERYSTRING: Final = {"page": "2", "sort": "name"}
PATH: Final = {"id": "17"}
STAGE_VARIABLES: Final = {"table": "orders", "owner": "Ada's team"}
CONTEXT: Final[dict[str, Any]] = {
    "apiId": "abcdef1234",
    "httpMethod": "POST",
    "protocol": "HTTP/1.1",
    "requestId": "11111111-2222-3333-4444-555555555555",
    "resourceId": "abc123",
    "resourcePath": "/orders/{id}",
    "stage": "dev",
    "identity": {"accountId": "123456789012", "sourceIp": "192.0.2.44", "userAgent": "Mozilla/5.0 (X11; Linux x86_64)"},
}
ORDER: Final = json.dumps(
    {"customer": "Ada", "lines": [{"sku": f"sku-{number}", "count": number} for number in range(8)]}
)
ITEMS: Final = json.dumps({"items": [{"id": number, "name": f"the item's name {number}"} for number in range(1_000)]})


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What one rendering costs; ``times`` is how many of ours fit into one of airspeed-ext's."""

    times: float
    ours_ms: float
    airspeed_ms: float


class _Input:
    """``$input`` for airspeed-ext."""

    def __init__(self, body: str) -> None:
        self._document = json.loads(body)

    def path(self, path: str) -> object:
        return self._document if path == "$" else self._document[path.removeprefix("$.")]

    def json(self, path: str) -> str:
        return json.dumps(self.path(path), separators=(",", ":"))

    @staticmethod
    def params() -> Mapping[str, Mapping[str, str]]:
        return {"path": PATH, "querystring": QUERYSTRING, "header": dict(sorted(HEADERS.items()))}


_ESCAPES: Final = str.maketrans(
    {"'": "\\'", '"': '\\"', "\\": "\\\\", "/": "\\/", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
)


class _Util:
    """``$util`` for airspeed-ext."""

    @staticmethod
    def escapeJavaScript(text: str) -> str:  # ruff: ignore[invalid-function-name]  (what templates call it)
        return text.translate(_ESCAPES)


def ours(name: str, body: str) -> Callable[[], str]:
    """Compile a template and return what renders it."""
    template = compile_template((TEMPLATES / name).read_text(encoding="utf-8"), name=name)
    scope = Scope(
        body=body, path=PATH, querystring=QUERYSTRING, header=HEADERS, stage_variables=STAGE_VARIABLES, context=CONTEXT
    )
    return lambda: template.render(scope).text


def of_airspeed(name: str, body: str) -> Callable[[], str]:
    """Parse a template with airspeed-ext and return what renders it."""
    template = airspeed.Template((TEMPLATES / name).read_text(encoding="utf-8"))
    variables = {"util": _Util(), "stageVariables": STAGE_VARIABLES, "context": CONTEXT}

    def render() -> str:
        text: str = template.merge({**variables, "input": _Input(body)})
        return text

    return render


def compare(name: str, body: str, *, rounds: int) -> Comparison:
    """Render a template with both, in turn, each parsed once.

    Raises:
        ValueError: the two do not say the same, blanks apart.
    """
    mine, other = ours(name, body), of_airspeed(name, body)
    if mine().split() != other().split():
        raise ValueError(f"{name}: ours rendered\n{mine()}\nairspeed-ext\n{other()}")
    pairs = [(_cpu_ms(mine), _cpu_ms(other)) for _ in range(rounds)]
    return Comparison(
        times=median(theirs / own for own, theirs in pairs),
        ours_ms=median(own for own, _ in pairs),
        airspeed_ms=median(theirs for _, theirs in pairs),
    )


def _cpu_ms(render: Callable[[], str]) -> float:
    """Return the CPU time of one rendering, over half a second of them."""
    count, began = 0, time.process_time()
    while (took := time.process_time() - began) < ROUND_S:
        render()
        count += 1
    return took / count * 1_000
