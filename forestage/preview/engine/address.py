"""Stages 0 and 1 of a request: which stage it is for, and what of it gets past the door."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

import msgspec

from forestage.preview.engine.failures import GatewayFailure, ResponseType
from forestage.preview.engine.headers import DROPPED_ON_ARRIVAL, RESPELLED_ON_ARRIVAL
from forestage.preview.engine.results import Addressed

if TYPE_CHECKING:
    from forestage.preview.engine.results import Arrival
    from forestage.preview.engine.wire import Headers

MAX_BODY_BYTES = 10 * 1024 * 1024
"""Source: endpoints.md section 5."""

_WINDOW_BITS = {"gzip": zlib.MAX_WBITS | 16, "deflate": zlib.MAX_WBITS}
"""What makes zlib accept the one format alone."""

_NOTICED = DROPPED_ON_ARRIVAL | {
    "accept",
    "authorization",
    "content-encoding",
    "content-type",
    "user-agent",
    "x-amzn-requestid",
    "x-amzn-trace-id",
    "x-http-method-override",
}

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)


def address(arrival: Arrival) -> Addressed:
    """Find the stage, take the path apart, and read the headers.

    The first path segment is the stage, and a share of its requests is its canary's. Slashes before it are dropped,
    those after it are folded for routing but stay in ``context_path``. Source: rest-facts.md section 1 (recorded).

    Raises:
        GatewayFailure: no such stage, or a way in that is not open (403 Forbidden), or a body that its
            Content-Encoding does not describe (415).
    """
    target, _, raw_query = arrival.target.partition("?")
    domain = arrival.domain
    if domain is None:
        name, slash, rest = target.lstrip("/").partition("/")
        context_path = f"/{name}{slash}{rest}"
    else:
        name, rest, context_path = domain.stage, domain.path, domain.called_path
    _refuse_at_entrance(arrival)
    stage = arrival.api.stages.get(name)
    if stage is None:
        raise GatewayFailure(ResponseType.INVALID_API_KEY, f"there is no stage {name!r}")
    if stage.canary is not None and arrival.canary_draw < stage.canary.percent:
        stage = stage.canary.stage
    read = _read_headers(arrival.wire.headers)
    body = arrival.wire.body
    if body and read.content_encoding:
        body = decompress(body, read.content_encoding)
    return Addressed(
        arrival=arrival,
        stage=stage,
        verb=read.verb or arrival.wire.method,
        path="/" + rest.lstrip("/"),
        context_path=context_path,
        raw_query=raw_query,
        headers=tuple(read.headers),
        accept=read.accept,
        content_type=read.content_type,
        body=body,
        request_id=read.request_id or arrival.request_id,
        trace_id=trace_header(
            read.trace, root=arrival.trace_root, parent=arrival.trace_parent, is_traced=stage.tracing
        ),
    )


def _refuse_at_entrance(arrival: Arrival) -> None:
    if arrival.api.closed:
        raise GatewayFailure(ResponseType.INVALID_API_KEY, arrival.api.closed)
    if arrival.caller.vpc_endpoint is not None:
        from forestage.preview.engine.entrance import refuse_vpc_endpoint

        refuse_vpc_endpoint(arrival)
    if arrival.api.entrance is not None:
        from forestage.preview.engine.entrance import refuse_at_entrance

        refuse_at_entrance(arrival, arrival.api.entrance)


class _Read(msgspec.Struct):
    """The headers that pass the door, and what the gateway itself reads of them."""

    headers: list[tuple[str, str]]
    accept: str | None = None
    content_type: str | None = None
    content_encoding: str | None = None
    trace: str | None = None
    verb: str | None = None
    request_id: str | None = None


def _read_headers(headers: Headers) -> _Read:
    read = _Read([])
    keep = read.headers.append
    for header in headers:
        name = header[0].lower()
        if name not in _NOTICED:
            keep(header)
            continue
        value = header[1]
        match name:
            case "accept":
                read.accept = value
            case "user-agent" | "authorization":
                keep((RESPELLED_ON_ARRIVAL[name], value))
                continue
            case "content-type":
                read.content_type = value
            case "content-encoding":
                read.content_encoding = value
            case "x-http-method-override":
                read.verb = value.upper()
            case "x-amzn-requestid":
                read.request_id = value if _UUID.fullmatch(value) else None
            case "x-amzn-trace-id":
                read.trace = value
                continue
            case _:
                continue
        keep(header)
    return read


def trace_header(sent: str | None, *, root: str, parent: str, is_traced: bool) -> str:
    """Continue the client's trace or begin one: ``Root=1-...;Parent=...;Sampled=0``.

    Root, Parent and Sampled are kept where sent. Sampled is 1 for a client that sent a Parent and on a stage with
    tracing, else 0.

    Source: rest-facts.md section 1 (recorded; the defaults from an AWS-validated unit test). Differs from API Gateway:
    a stage with tracing samples every request, not the first of each second and 5 % of the others, which is X-Ray's
    default rule (documented).
    """
    if sent is None:
        return f"Root={root};Parent={parent};Sampled={int(is_traced)}"
    parts = dict(part.strip().split("=", 1) for part in sent.split(";") if "=" in part)
    sampled = parts.get("Sampled") or ("1" if is_traced or "Parent" in parts else "0")
    return f"Root={parts.get('Root') or root};Parent={parts.get('Parent') or parent};Sampled={sampled}"


def decompress(body: bytes, encoding: str) -> bytes:
    """Undo a request's Content-Encoding: gzip, deflate or identity, 10 MB at most.

    Source: endpoints.md section 10 (documented).

    Raises:
        GatewayFailure: the encoding is another one or does not fit the body (415), or the content is too large (413).
    """
    kind = encoding.strip().lower()
    if kind == "identity":
        return body
    if kind not in _WINDOW_BITS:
        raise GatewayFailure(ResponseType.UNSUPPORTED_MEDIA_TYPE, f"Content-Encoding {encoding!r} is not known")
    inflater = zlib.decompressobj(wbits=_WINDOW_BITS[kind])
    try:
        content = inflater.decompress(body, MAX_BODY_BYTES + 1)
    except zlib.error:
        reason = f"the body is not encoded as its Content-Encoding {encoding!r} says"
        raise GatewayFailure(ResponseType.UNSUPPORTED_MEDIA_TYPE, reason) from None
    if len(content) > MAX_BODY_BYTES:
        raise GatewayFailure(ResponseType.REQUEST_TOO_LARGE, "the decompressed body is larger than 10 MB")
    if not inflater.eof or inflater.unused_data:
        reason = f"the body does not end where its Content-Encoding {encoding!r} does"
        raise GatewayFailure(ResponseType.UNSUPPORTED_MEDIA_TYPE, reason)
    return content
