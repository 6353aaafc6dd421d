"""Signed requests, made by botocore's signers and by one of our own where botocore needs more."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from botocore.auth import SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest, HTTPHeaders
from botocore.credentials import Credentials
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from forestage.model.principals import AccessKey
from forestage.model.values import Secret
from forestage.signing import Refused, SignedRequest, Verified, verify
from forestage.signing.algorithms import private_number

KEY = AccessKey(id="AKIDEXAMPLE", secret_access_key=Secret("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"))
TEMPORARY_KEY = replace(KEY, id="ASIAEXAMPLE", session_token=Secret("a+token/=="))
KEYS = {key.id: key for key in (KEY, TEMPORARY_KEY)}
REGION = "eu-west-1"
HOST = "abc123.execute-api.eu-west-1.amazonaws.com"


class SigV4AsymmetricAuth(SigV4Auth):  # type: ignore[misc]  # botocore has no types
    """SigV4a on top of botocore's canonical request; botocore's own needs a library in C."""

    def _modify_request_before_signing(self, request: AWSRequest) -> None:
        super()._modify_request_before_signing(request)
        request.headers["X-Amz-Region-Set"] = self._region_name

    def _scope(self, request: AWSRequest) -> str:
        return f"{request.context['timestamp'][:8]}/{self._service_name}/aws4_request"

    def string_to_sign(self, request: AWSRequest, canonical_request: str) -> str:
        _, date, _, digest = super().string_to_sign(request, canonical_request).split("\n")
        return "\n".join(("AWS4-ECDSA-P256-SHA256", date, self._scope(request), digest))

    def signature(self, string_to_sign: str, _request: AWSRequest) -> str:
        number = private_number(self.credentials.access_key, self.credentials.secret_key)
        key = ec.derive_private_key(number, ec.SECP256R1())
        return key.sign(string_to_sign.encode(), ec.ECDSA(hashes.SHA256())).hex()

    def _inject_signature_to_request(self, request: AWSRequest, signature: str) -> None:
        names = self.signed_headers(self.headers_to_sign(request))
        request.headers["Authorization"] = (
            f"AWS4-ECDSA-P256-SHA256 Credential={self.credentials.access_key}/{self._scope(request)}, "
            f"SignedHeaders={names}, Signature={signature}"
        )


@dataclass(frozen=True)
class Signed:
    """A signed request, and when it was signed: botocore reads its own clock."""

    request: SignedRequest
    now: float

    def verify(self, *, later: float = 0.0, region: str = REGION) -> Verified | Refused:
        return verify(self.request, KEYS.get, now=self.now + later, region=region)


def signed(
    target: str = "/dev/pets",
    *,
    method: str = "GET",
    headers: tuple[tuple[str, str], ...] = (),
    body: bytes = b"",
    key: AccessKey = KEY,
    signer: type[SigV4Auth] = SigV4Auth,
    region: str = REGION,
    service: str = "execute-api",
) -> Signed:
    """Sign a request as a client of the preview would, and return what arrives."""
    lines = HTTPHeaders()
    for name, value in headers:
        lines.add_header(name, value)
    request = AWSRequest(method=method, url=f"http://{HOST}{target}", headers=lines, data=body)
    token = key.session_token.reveal() if key.session_token else None
    signer(Credentials(key.id, key.secret_access_key.reveal(), token), service, region).add_auth(request)
    parts = urlsplit(request.url)
    pairs = [("Host", HOST), *request.headers.items()]
    if issubclass(signer, SigV4QueryAuth):
        date = parse_qs(parts.query)["X-Amz-Date"][0]
    else:
        date = request.context["timestamp"]
    return Signed(
        request=SignedRequest(
            method=method,
            path=parts.path,
            raw_query=parts.query,
            headers=tuple((name, value.encode().decode("latin-1")) for name, value in pairs),
            body=body,
        ),
        now=datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).timestamp(),
    )


def authorization(request: SignedRequest) -> str:
    """Return the Authorization header of a request that has one."""
    value = request.header("authorization")
    assert value is not None
    return value


def with_header(request: SignedRequest, name: str, value: str) -> SignedRequest:
    """Put a header in place of those with the same name."""
    others = tuple(pair for pair in request.headers if pair[0].lower() != name.lower())
    return replace(request, headers=(*others, (name, value)))


def without_header(request: SignedRequest, name: str) -> SignedRequest:
    """Take a header away."""
    return replace(request, headers=tuple(pair for pair in request.headers if pair[0].lower() != name.lower()))
