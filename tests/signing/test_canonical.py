import pytest

from forestage.signing.canonical import canonical_path, canonical_request, shown_request
from forestage.signing.request import SignedRequest

EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def request(raw_query: str = "", *headers: tuple[str, str]) -> SignedRequest:
    return SignedRequest(method="GET", path="/a", raw_query=raw_query, headers=headers, body=b"")


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("", "/"),
        ("/", "/"),
        ("//", "/"),
        ("/..", "/"),
        ("/../../a", "/a"),
        ("/a/./b//c/", "/a/b/c/"),
        ("/a/b/..", "/a"),
        ("/a/b/../", "/a/"),
        ("/a%2Fb%20c", "/a%252Fb%2520c"),
        ("/%2e%2e/a", "/%252e%252e/a"),
        ("/@x/id=", "/%40x/id%3D"),
        ("/caf\xc3\xa9/~!*'()", "/caf%C3%A9/~%21%2A%27%28%29"),
    ],
)
def test_path_is_normalized_and_encoded_once_more(path: str, expected: str) -> None:
    assert canonical_path(path) == expected


@pytest.mark.parametrize(
    ("raw_query", "expected"),
    [
        pytest.param("b=2&a=1&a=0", "a=0&a=1&b=2", id="sorted"),
        pytest.param("a-b=1&a=2", "a=2&a-b=1", id="by-name-before-value"),
        pytest.param("a&b=", "a=&b=", id="no-value"),
        pytest.param("&&a=1&", "a=1", id="empty-pieces"),
        pytest.param("a=x+y%20z", "a=x%20y%20z", id="blanks"),
        pytest.param("a=%2b:/%7E", "a=%2B%3A%2F~", id="encoding"),
        pytest.param("a=b=c", "a=b%3Dc", id="equal-sign"),
        pytest.param("a=%zz", "a=%25zz", id="no-escape"),
        pytest.param("X-Amz-Signature=1&X-Amz-Date=2", "X-Amz-Date=2", id="signature"),
    ],
)
def test_query_is_sorted_and_encoded(raw_query: str, expected: str) -> None:
    assert canonical_request(request(raw_query), ()) == f"GET\n/a\n{expected}\n\n\n{EMPTY}"


def test_headers_are_trimmed_folded_and_joined() -> None:
    lines = (("X-B", " x \t  y "), ("x-b", ""), ("X-A", "caf\xc3\xa0"), ("X-C", "unsigned"))

    text = canonical_request(request("", *lines), ("x-a", "x-b"))

    assert text == f"GET\n/a\n\nx-a:caf\xc3\xa0\nx-b:x y,\n\nx-a;x-b\n{EMPTY}"


def test_shown_request_masks_what_carries_secrets() -> None:
    lines = (("Cookie", "id=1"), ("Host", "h"))

    text = shown_request(request("X-Amz-Security-Token=t&a=1", *lines), ("cookie", "host"))

    assert text == f"GET\n/a\nX-Amz-Security-Token=***&a=1\ncookie:***\nhost:h\n\ncookie;host\n{EMPTY}"
