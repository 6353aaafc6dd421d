"""The credential of a signature: whose key it is, and for which day, region and service it was made."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from forestage.model.records import dataclass
from forestage.signing.dates import basic
from forestage.signing.presented import REGION_SET, Presented
from forestage.signing.refusal import Refusal, RefusedError

if TYPE_CHECKING:
    from datetime import datetime

HMAC: Final = "AWS4-HMAC-SHA256"
ECDSA: Final = "AWS4-ECDSA-P256-SHA256"
TERMINATOR: Final = "aws4_request"

_FORMS = {HMAC: ("keyid", "date", "region", "service", "term"), ECDSA: ("keyid", "date", "service", "term")}
_SHOWN_LENGTH = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """A credential, taken apart.

    ``region`` is that of a SigV4 signature; a SigV4a signature has ``region_set`` in its place, ``us-east-1,eu-*``.
    """

    access_key_id: str
    date: str
    region: str | None
    region_set: str
    service: str
    terminator: str

    def covers(self, region: str) -> bool:
        """Tell whether the signature is for a region; ``*`` at the end of an entry stands for any rest.

        Source: IAM user guide, "Create a signed AWS API request" (``X-Amz-Region-Set``).
        """
        if self.region is not None:
            return self.region == region
        return any(_is_in(region, entry.strip()) for entry in self.region_set.split(","))


def check_algorithm(presented: Presented) -> None:
    """Refuse what is neither SigV4 nor SigV4a.

    Raises:
        RefusedError: the algorithm is another one.
    """
    if presented.algorithm not in _FORMS:
        raise RefusedError(
            Refusal.INCOMPLETE,
            f"Unsupported AWS 'algorithm': '{presented.algorithm[:_SHOWN_LENGTH]}'.",
            f"the algorithms are {' and '.join(_FORMS)}",
        )


def scope_of(presented: Presented) -> Scope:
    """Take the credential of a signature apart; slashes at its end are passed over.

    Raises:
        RefusedError: it has not the parts that its algorithm wants.
    """
    form = _FORMS[presented.algorithm]
    parts = presented.credential.rstrip("/").split("/")
    if len(parts) != len(form):
        raise RefusedError(
            Refusal.INCOMPLETE,
            f"Credential must have exactly {len(form)} slash-delimited elements, "
            f"e.g. {'/'.join(form)}, got '{presented.credential[:_SHOWN_LENGTH]}'",
            "the credential has another form",
        )
    if presented.algorithm == ECDSA:
        access_key_id, date, service, terminator = parts
        region = None
    else:
        access_key_id, date, region, service, terminator = parts
    return Scope(
        access_key_id=access_key_id,
        date=date,
        region=region,
        region_set=presented.region_set or "",
        service=service,
        terminator=terminator,
    )


def check_signed_headers(presented: Presented) -> None:
    """Refuse a signature that leaves the host open, or the region set of a SigV4a header.

    Raises:
        RefusedError: one of them is not among the signed headers.
    """
    if "host" not in presented.signed_headers:
        raise _not_signed("'Host' or ':authority'")
    is_in_header = presented.algorithm == ECDSA and not presented.in_query
    if is_in_header and REGION_SET.lower() not in presented.signed_headers:
        raise _not_signed(f"'{REGION_SET}'")


def check_scope(scope: Scope, moment: datetime, *, region: str, service: str) -> None:
    """Refuse a signature that was made for another day, region or service; all that is wrong is told.

    Raises:
        RefusedError: something of the scope is wrong.

    Source: IAM user guide, "Troubleshoot signed requests"; the order and the last two texts are those of
    mhart/dynalite's record, the text for regions is what REST APIs answer.
    """
    day = basic(moment)[:8]
    faults = []
    if not scope.covers(region):
        faults.append("Credential should be scoped to a valid region.")
    if scope.service != service:
        faults.append(f"Credential should be scoped to correct service: '{service}'.")
    if scope.terminator != TERMINATOR:
        faults.append(
            f"Credential should be scoped with a valid terminator: '{TERMINATOR}', "
            f"not '{scope.terminator[:_SHOWN_LENGTH]}'."
        )
    if scope.date != day:
        faults.append(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
            f"'{scope.date[:_SHOWN_LENGTH]}' != '{day}', from '{basic(moment)}'."
        )
    if faults:
        raise RefusedError(
            Refusal.WRONG_SCOPE,
            " ".join(faults),
            f"the API is in {region} and its service is {service}",
        )


def _is_in(region: str, entry: str) -> bool:
    return region.startswith(entry[:-1]) if entry.endswith("*") else region == entry


def _not_signed(names: str) -> RefusedError:
    return RefusedError(
        Refusal.UNSIGNED_HEADER,
        f"{names} must be a 'SignedHeader' in the AWS Authorization.",
        "what is not signed could be changed on the way",
    )
