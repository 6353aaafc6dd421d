"""Asks the API of a code host, in JSON; the token is in no message."""

from __future__ import annotations

import http.client
import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from forestage import __version__
from forestage.errors import ReviewError
from forestage.model.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import Message
    from typing import IO

TIMEOUT_SECONDS: Final = 30.0
MAX_ANSWER_BYTES: Final = 64 * 1024 * 1024
"""A hundred comments of the greatest length, several times over."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Answer(NamedTuple):
    """What an API answered; ``content`` is the JSON, None where there is none, which each reader looks into."""

    status: int
    headers: Mapping[str, str]
    content: Any

    @property
    def is_good(self) -> bool:
        """Tell whether the API did what it was asked."""
        return self.status in range(200, 300)

    @property
    def message(self) -> str:
        """What the API says was wrong."""
        said = self.content.get("message") if isinstance(self.content, dict) else None
        errors = self.content.get("errors") if isinstance(self.content, dict) else None
        details = [str(item.get("message", "")) if isinstance(item, dict) else str(item) for item in errors or ()]
        words = "; ".join(filter(None, (str(said) if said else "", *details)))
        return words or http.client.responses.get(self.status, "")


class _NoRedirects(HTTPRedirectHandler):
    """Follows no redirect: the token is for the host that was named."""

    # The signature is the standard library's.
    def redirect_request(self, req: Request, fp: IO[bytes], code: int, msg: str, headers: Message, newurl: str) -> None:
        """Follow nothing."""
        del req, fp, code, msg, headers, newurl


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewClient:
    """Asks the API at ``url``; ``headers`` go with every request, the token among them."""

    url: str
    headers: Mapping[str, str] = field(repr=False)

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """Send one request.

        Raises:
            ReviewError: nobody answers, or what answers speaks no JSON.
        """
        self._check_url()
        sent = {"User-Agent": f"forestage/{__version__}", "Content-Type": "application/json", **self.headers}
        content = None if body is None else json.dumps(body).encode()
        request = Request(f"{self.url}{path}", data=content, headers=sent, method=method)  # ruff: ignore[suspicious-url-open-usage]  (the scheme is checked)
        try:
            with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as response:
                return _read(response.status, response.headers, response)
        except HTTPError as error:
            with error:
                return _read(error.code, error.headers, error)
        except (URLError, OSError, http.client.HTTPException) as error:
            reason = error.reason if isinstance(error, URLError) else error
            raise ReviewError(f"{self.url} does not answer: {reason}", hint="run the job again") from error

    def _check_url(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
            raise ReviewError(f"the API must be asked over https, got {self.url}")


def _read(status: int, headers: Message, stream: IO[bytes]) -> Answer:
    text = stream.read(MAX_ANSWER_BYTES)
    try:
        content = json.loads(text) if text else None
    except (ValueError, RecursionError):
        content = None
    return Answer(status, {name.lower(): value for name, value in headers.items()}, content)
