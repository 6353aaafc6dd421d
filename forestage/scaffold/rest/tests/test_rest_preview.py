"""What callers of the REST API get."""

import json
import urllib.error
import urllib.request

import pytest


def call(url: str, body: object = None) -> object:
    """Send a request, with JSON if there is some, and return the JSON of the answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def test_status(preview: str) -> None:
    assert call(f"{preview}/dev/status") == {"status": "ok"}


def test_guest_of_the_path_is_greeted(preview: str) -> None:
    assert call(f"{preview}/dev/greetings/Ann") == {"message": "Hello, Ann!"}


def test_guest_of_the_body_is_greeted(preview: str) -> None:
    assert call(f"{preview}/dev/greetings", {"name": "Bob"}) == {"message": "Hello, Bob!"}


def test_guest_without_a_name_is_refused(preview: str) -> None:
    with pytest.raises(urllib.error.HTTPError, match="400"):
        call(f"{preview}/dev/greetings", {"name": ""})
