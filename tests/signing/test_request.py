from forestage.signing import SignedRequest

REQUEST = SignedRequest(
    method="GET",
    path="/",
    raw_query="a=1&&b&c=x%20y+z=&%zz=%E9",
    headers=(("X-A", "1"), ("x-a", "2"), ("X-B", "")),
    body=b"",
)


def test_header_is_found_by_any_spelling_and_its_lines_are_joined() -> None:
    assert REQUEST.header("x-a") == "1,2"
    assert REQUEST.header_lines("x-b") == ("",)
    assert REQUEST.header("x-c") is None


def test_query_is_decoded_in_order() -> None:
    assert list(REQUEST.query_pairs()) == [(b"a", b"1"), (b"b", b""), (b"c", b"x y z="), (b"%zz", b"\xe9")]
