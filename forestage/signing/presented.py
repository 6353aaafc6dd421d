"""The signature that a request presents, in its ``Authorization`` header or in its query string."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.signing.authorization import IncompleteError, read_authorization
from forestage.signing.refusal import Refusal, RefusedError

if TYPE_CHECKING:
    from forestage.signing.request import SignedRequest

ALGORITHM: Final = "X-Amz-Algorithm"
SIGNATURE: Final = "X-Amz-Signature"
SECURITY: Final = "X-Amz-Security-Token"
REGION_SET: Final = "X-Amz-Region-Set"
_REQUIRED = (ALGORITHM, "X-Amz-Credential", SIGNATURE, "X-Amz-SignedHeaders", "X-Amz-Date")


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """A signature and what it says of itself; nothing of it is checked yet.

    ``signed_headers`` are lower-case names in their canonical order. ``region_set`` and ``token`` are None where
    the request has none. ``in_query`` is true for a presigned URL.
    """

    algorithm: str
    credential: str
    signed_headers: tuple[str, ...]
    signature: str
    date: str
    token: str | None
    region_set: str | None
    in_query: bool


def presented_by(request: SignedRequest) -> Presented:
    """Find the signature of a request.

    Raises:
        RefusedError: there is none, there are two, or it lacks a part.

    Source of the texts for query strings and for two signatures: what AWS services in front of the same signature
    check answer (mhart/dynalite, test/connection.js).
    """
    authorization = request.header("authorization")
    query = _first_values(request)
    if ALGORITHM in query:
        if authorization is not None:
            raise RefusedError(
                Refusal.AMBIGUOUS,
                f"Found both '{ALGORITHM}' as a query-string param and 'Authorization' as HTTP header.",
                "a request is signed in its query string or in its header, not in both",
            )
        return _from_query(query)
    if not authorization:
        raise RefusedError(Refusal.UNSIGNED, "Missing Authentication Token", "the request is not signed")
    return _from_header(request, authorization)


def _first_values(request: SignedRequest) -> dict[str, str]:
    values: dict[str, str] = {}
    for name, value in request.query_pairs():
        values.setdefault(name.decode("latin-1"), value.decode("latin-1"))
    return values


def _from_header(request: SignedRequest, authorization: str) -> Presented:
    date = request.header("x-amz-date") or request.header("date")
    try:
        header = read_authorization(authorization, dated=date is not None)
    except IncompleteError as error:
        raise RefusedError(Refusal.INCOMPLETE, str(error), "the Authorization header is no signature") from None
    assert date is not None  # A header without a date is incomplete.
    return Presented(
        algorithm=header.algorithm,
        credential=header.credential,
        signed_headers=_names(header.signed_headers),
        signature=header.signature,
        date=date,
        token=request.header(SECURITY.lower()),
        region_set=request.header(REGION_SET.lower()),
        in_query=False,
    )


def _from_query(query: dict[str, str]) -> Presented:
    """Read a presigned URL; ``X-Amz-Expires`` is passed over, as API Gateway does.

    Source: stackoverflow.com/questions/66961500 (recorded, March 2021: a link is good for five minutes whatever
    ``X-Amz-Expires`` says).
    """
    missing = [f"AWS query-string parameters must include '{name}'. " for name in _REQUIRED if not query.get(name)]
    if missing:
        raise RefusedError(
            Refusal.INCOMPLETE,
            "".join(missing) + "Re-examine the query-string parameters.",
            "the query string is no complete signature",
        )
    return Presented(
        algorithm=query[ALGORITHM],
        credential=query["X-Amz-Credential"],
        signed_headers=_names(query["X-Amz-SignedHeaders"]),
        signature=query[SIGNATURE],
        date=query["X-Amz-Date"],
        token=query.get(SECURITY),
        region_set=query.get(REGION_SET),
        in_query=True,
    )


def _names(signed_headers: str) -> tuple[str, ...]:
    return tuple(sorted({name.lower() for name in signed_headers.split(";")}))
