"""AWS's published signatures: github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite."""

from dataclasses import dataclass

HOST = ("Host", "example.amazonaws.com")
DATE = ("X-Amz-Date", "20150830T123600Z")
REGION_SET = ("X-Amz-Region-Set", "us-east-1")
TOKEN = "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267"
FORM = ("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
FORM_HASH = ("x-amz-content-sha256", "9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e")
UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
PUBLIC_X = 0xB6618F6A65740A99E650B33B6B4B5BD0D43B176D721A3EDFEA7E7D2D56D936B1
PUBLIC_Y = 0x865ED22A7EADC9C5CB9D2CBACA1B3699139FEDC5043DC6661864218330C8E518

_V4 = "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request"
_V4A = "AWS4-ECDSA-P256-SHA256 Credential=AKIDEXAMPLE/20150830/service/aws4_request"


@dataclass(frozen=True)
class Vector:
    """One signed request; ``token`` is that of a temporary key."""

    name: str
    target: str
    headers: tuple[tuple[str, str], ...]
    method: str = "GET"
    body: bytes = b""
    token: str | None = None


def _headers(credential: str, signature: str, *headers: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    names = ";".join(sorted({name.lower() for name, _ in headers}))
    return (*headers, ("Authorization", f"{credential}, SignedHeaders={names}, Signature={signature}"))


VECTORS = (
    Vector(
        "get-header-key-duplicate",
        "/",
        _headers(
            _V4,
            "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
            *(HOST, ("My-Header1", "value2"), ("My-Header1", "value2"), ("My-Header1", "value1"), DATE),
        ),
    ),
    Vector(
        "get-header-value-trim",
        "/",
        _headers(
            _V4,
            "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
            *(HOST, ("My-Header1", " value1"), ("My-Header2", ' "a   b   c"'), DATE),
        ),
    ),
    Vector(
        "get-relative-normalized",
        "/example/..",
        _headers(_V4, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31", HOST, DATE),
    ),
    Vector(
        "get-slash-pointless-dot-normalized",
        "/./example",
        _headers(_V4, "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5", HOST, DATE),
    ),
    Vector(
        "get-slashes-normalized",
        "//example//",
        _headers(_V4, "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84", HOST, DATE),
    ),
    Vector(
        "get-space-normalized",
        "/example space/",
        _headers(_V4, "652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741", HOST, DATE),
    ),
    Vector(
        "get-unreserved",
        f"/{UNRESERVED}",
        _headers(_V4, "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f", HOST, DATE),
    ),
    Vector(
        "get-utf8",
        "/\u1234",
        _headers(_V4, "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85", HOST, DATE),
    ),
    Vector(
        "get-vanilla-query-order-encoded",
        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
        _headers(_V4, "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac", HOST, DATE),
    ),
    Vector(
        "get-vanilla-query-unreserved",
        f"/?{UNRESERVED}={UNRESERVED}",
        _headers(_V4, "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197", HOST, DATE),
    ),
    Vector(
        "get-vanilla-utf8-query",
        "/?\u1234=bar",
        _headers(_V4, "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04", HOST, DATE),
    ),
    Vector(
        "get-vanilla-with-token",
        "/",
        _headers(
            _V4,
            "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8",
            *(HOST, ("X-Amz-Security-Token", TOKEN), DATE),
        ),
        token=TOKEN,
    ),
    Vector(
        "post-header-value-case",
        "/",
        _headers(
            _V4,
            "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
            *(HOST, ("My-Header1", "VALUE1"), DATE),
        ),
        method="POST",
    ),
    Vector(
        "post-x-www-form-urlencoded-parameters",
        "/",
        _headers(
            _V4,
            "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
            *(FORM, HOST, ("Content-Length", "13"), DATE, FORM_HASH),
        ),
        method="POST",
        body=b"Param1=value1",
    ),
    Vector(
        "get-header-value-trim-in-query",
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z"
        "&X-Amz-SignedHeaders=host%3Bmy-header1%3Bmy-header2&X-Amz-Expires=3600"
        "&X-Amz-Signature=e7bb0fd515e125e1aec2ecc4c0c17484fb06f6846b927c35e46005dd3df3acd4",
        (HOST, ("My-Header1", " value1"), ("My-Header2", ' "a   b   c"')),
    ),
    Vector(
        "get-vanilla-with-token-in-query",
        "/?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z"
        f"&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Security-Token={TOKEN}"
        "&X-Amz-Signature=7ff2b50b376cb4d151970630573d6291dc128cc5c2a12ffb237f73cc53f67b6c",
        (HOST,),
        token=TOKEN,
    ),
    Vector(
        "v4a-get-vanilla",
        "/",
        _headers(
            _V4A,
            "3046022100fddaaf816a31e30d04973875b13bc27b98da10907a3a1872fd5819a221334abc022100de2ee81d83b54f31efc82834d"
            "e07e6cd4d5c6f25bfa08e0f29a15bb0977c343e",
            *(HOST, DATE, REGION_SET),
        ),
    ),
    Vector(
        "v4a-get-slashes-normalized",
        "//example//",
        _headers(
            _V4A,
            "304402203d34870fcc77b0f5a3f6d440cd1cecb75c7e534cfbcc68f60743d308ae92fef602200f9fbaacc5010b9a7e046b1b5ae58"
            "764bd32c24c47ef65b63ad9ff756c478e4d",
            *(HOST, DATE, REGION_SET),
        ),
    ),
    Vector(
        "v4a-get-vanilla-utf8-query",
        "/?\u1234=bar",
        _headers(
            _V4A,
            "304502206e0b9d70bb0413a557946314e04739d721c9f301d452c072590edfdcb9320572022100846f242fb0346c8c56c76a6f0e7"
            "0c521d7ac02742f09c2e7b5253f1e9afe5a44",
            *(HOST, DATE, REGION_SET),
        ),
    ),
    Vector(
        "v4a-get-vanilla-with-token",
        "/",
        _headers(
            _V4A,
            "30450221008f4516c8850ed9eb29502658d1f0e0f6cabc11a44963c558efd1dd8e9fb084a0022032e47df89ad1a5b4e2b82d3a68d"
            "be31d6ef8e1ea8c3815b2097538c4695d184e",
            *(HOST, ("X-Amz-Security-Token", TOKEN), DATE, REGION_SET),
        ),
        token=TOKEN,
    ),
    Vector(
        "v4a-get-vanilla-in-query",
        "/?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256"
        "&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fservice%2Faws4_request&X-Amz-Date=20150830T123600Z"
        "&X-Amz-SignedHeaders=host&X-Amz-Expires=3600&X-Amz-Region-Set=us-east-1"
        "&X-Amz-Signature=3045022100a28466db6c76223d5aa6ed436a8451b30e21ba0a076e7f2f943dd1f3d2816249022049e4b3746929cd"
        "2a2cb7b7984dbe0f5d40a300e7d9a7a7f1307c196b6f96b61a",
        (HOST,),
    ),
)
