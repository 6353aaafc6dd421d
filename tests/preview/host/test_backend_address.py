from __future__ import annotations

import pytest

from forestage.preview.host.backend_address import AddressError, Origin, find_peer, split


@pytest.mark.parametrize(
    ("url", "origin", "target"),
    [
        ("http://a.example", Origin(False, "a.example", 80, "a.example"), "/"),
        ("http://a.example/", Origin(False, "a.example", 80, "a.example"), "/"),
        ("HTTPS://A.example:443/x", Origin(True, "A.example", 443, "A.example"), "/x"),
        ("https://a.example:8443/x", Origin(True, "a.example", 8443, "a.example:8443"), "/x"),
        ("http://a.example:/x", Origin(False, "a.example", 80, "a.example"), "/x"),
        ("http://my_service:8080/x", Origin(False, "my_service", 8080, "my_service:8080"), "/x"),
        ("http://user:pass@a.example/x", Origin(False, "a.example", 80, "a.example"), "/x"),
        ("http://[::1]:3000/x", Origin(False, "::1", 3000, "[::1]:3000"), "/x"),
        ("http://b\xfccher.example/", Origin(False, "xn--bcher-kva.example", 80, "xn--bcher-kva.example"), "/"),
        ("http://a.example?b=c", Origin(False, "a.example", 80, "a.example"), "/?b=c"),
        ("http://a.example#f", Origin(False, "a.example", 80, "a.example"), "/"),
        ("http://a.example//b/../%2F?c=%2b&c#f", Origin(False, "a.example", 80, "a.example"), "//b/../%2F?c=%2b&c"),
        ("http://a.example/{x}|\"'", Origin(False, "a.example", 80, "a.example"), "/{x}|\"'"),
        ("http://a.example/caf\xe9", Origin(False, "a.example", 80, "a.example"), "/caf%E9"),
        ("http://a.example/\u20ac%20", Origin(False, "a.example", 80, "a.example"), "/%E2%82%AC%20"),
    ],
)
def test_address_is_taken_apart_and_nothing_is_folded(url: str, origin: Origin, target: str) -> None:
    assert split(url) == (origin, target)


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("", "is no http:// or https:// address with a host"),
        ("a.example/x", "is no http"),
        ("ftp://a.example/", "is no http"),
        ("http://", "is no http"),
        ("http:///x", "is no http"),
        ("http://:80/", "is no http"),
        ("http://a b/", "host 'a b' is no host name"),
        ("http://-a/", "host '-a' is no host name"),
        ("http://a\r\nb/", "is no host name"),
        ("http://{host}/", "host '{host}' is no host name"),
        ("http://" + "\xfc" * 70 + "/", "is no host name"),
        ("http://[::1", "is no http"),
        ("http://[1.2]/", r"host '\[1.2\]' is no IPv6 address"),
        ("http://a:0/", "port 0 of 'http://a:0' is no port, allowed are 1 to 65535"),
        ("http://a:65536/", "port 65536"),
        ("http://a:x/", "is no http"),
        ("http://a/b c", "must be percent-encoded"),
        ("http://a/b\r\nX: y", "must be percent-encoded"),
    ],
)
def test_what_is_no_address_is_said(url: str, message: str) -> None:
    with pytest.raises(AddressError, match=message):
        split(url)


@pytest.mark.parametrize(
    ("url", "through", "expected"),
    [
        ("http://a.example/", None, ("a.example", 80, "a.example")),
        ("https://a.example/", None, ("a.example", 443, "a.example")),
        ("http://a.example:81/", "http://127.0.0.1:9000", ("127.0.0.1", 9000, "127.0.0.1")),
        ("https://a.example/", "https://127.0.0.1:9443", ("127.0.0.1", 9443, "a.example")),
        ("https://a.example/", "http://127.0.0.1:9000", ("127.0.0.1", 9000, "a.example")),
        ("http://a.example/", "https://localhost", ("localhost", 443, "localhost")),
    ],
)
def test_link_says_where_a_request_goes_and_the_url_what_is_there(
    url: str, through: str | None, expected: tuple[str, int, str]
) -> None:
    origin, _ = split(url)

    peer = find_peer(origin, through=through)

    assert (peer.origin.host, peer.origin.port, peer.server_name) == expected


@pytest.mark.parametrize(("url", "expected"), [("https://a.example", "mine"), ("http://a.example", None)])
def test_certificate_is_shown_where_tls_is_spoken(url: str, expected: str | None) -> None:
    origin, _ = split(url)

    assert find_peer(origin, client_certificate="mine").client_certificate == expected
