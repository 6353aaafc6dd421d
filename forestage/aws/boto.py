"""AWS through boto3; nothing else in the package imports it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # ruff: ignore[builtin-import-shadowing]  (botocore's own)
    CredentialRetrievalError,
    HTTPClientError,
    LoginError,
    NoCredentialsError,
    NoRegionError,
    PartialCredentialsError,
    ProfileNotFound,
    SSOError,
    TokenRetrievalError,
)

from forestage.errors import AwsError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forestage.aws.port import Answer

_CONFIG = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 5})
_STALE = frozenset(
    {
        *("ExpiredToken", "ExpiredTokenException", "InvalidClientTokenId", "UnrecognizedClientException"),
        *("SignatureDoesNotMatch", "InvalidSignatureException", "RequestExpired", "AuthFailure"),
    }
)
"""Codes that say that AWS does not know the credentials, or no longer."""

_LOG_IN = "log in with aws sso login or aws configure, or name a profile with --profile or AWS_PROFILE"
_NO_REGION = "no AWS region is set"
_NAME_REGION = "name one with --region or AWS_REGION, or run aws configure"
_FAILURES = (
    ((ProfileNotFound,), "there is no such AWS profile", "aws configure list-profiles names those there are"),
    ((NoRegionError,), _NO_REGION, _NAME_REGION),
    ((NoCredentialsError, PartialCredentialsError), "there are no AWS credentials to ask with", _LOG_IN),
    (
        (CredentialRetrievalError, LoginError, SSOError, TokenRetrievalError),
        "the AWS credentials are no longer good",
        _LOG_IN,
    ),
    (
        (ConnectionError, HTTPClientError),
        "AWS cannot be reached",
        "is the network up, and does the region have the service?",
    ),
)
"""What boto3 raises before AWS answers: kinds of errors, what they mean, and the remedy."""


class Boto:
    """AWS as boto3 sees it, with the credentials of the environment, AWS_PROFILE included."""

    def __init__(self, *, region: str | None = None) -> None:
        """Choose the region, None for that of the environment or the profile.

        Raises:
            AwsError: there is no such profile, or no region.
        """
        # Services are opened once; their classes are made at run time and have no common type.
        self._clients: dict[str, Any] = {}
        self._source = _translated("boto3", "Session", lambda: boto3.Session(region_name=region))
        found = self._source.region_name
        if not found:
            raise AwsError(_NO_REGION, hint=_NAME_REGION, code="")
        self._region: str = found

    @property
    def region(self) -> str:
        """The region that is asked."""
        return self._region

    def account_id(self) -> str:
        """Return the caller's account."""
        return str(self.ask("sts", "get_caller_identity")["Account"])

    # Parameters are whatever an operation takes.
    def ask(self, service: str, operation: str, **parameters: Any) -> Answer:
        """Ask once."""
        answer: Answer = self._call(service, operation, lambda: getattr(self._client(service), operation)(**parameters))
        return answer

    # As above.
    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[Answer]:
        """Ask for a list, page by page; where boto3 has no pages for it, by the token of each answer."""
        client = self._call(service, operation, lambda: self._client(service))
        if not client.can_paginate(operation):
            yield from self._by_token(service, operation, parameters)
            return
        pages = iter(client.get_paginator(operation).paginate(**parameters))
        while (page := self._call(service, operation, lambda: next(pages, None))) is not None:
            yield page

    # As above.
    def _by_token(self, service: str, operation: str, parameters: dict[str, Any]) -> Iterator[Answer]:
        answer = self.ask(service, operation, **parameters)
        yield answer
        while answer.get("NextToken"):
            answer = self.ask(service, operation, **parameters, NextToken=answer["NextToken"])
            yield answer

    # See _clients.
    def _client(self, service: str) -> Any:
        if service not in self._clients:
            self._clients[service] = self._source.client(service, config=_CONFIG)
        return self._clients[service]

    # What boto3 returns has no type.
    def _call(self, service: str, operation: str, call: Callable[[], Any]) -> Any:
        return _translated(service, "".join(word.capitalize() for word in operation.split("_")), call)


# As above.
def _translated(service: str, operation: str, call: Callable[[], Any]) -> Any:
    """Call boto3, and tell its errors in our words."""
    try:
        return call()
    except ClientError as error:
        raise _refusal(error, service, operation) from None
    except BotoCoreError as error:
        for kinds, message, hint in _FAILURES:
            if isinstance(error, kinds):
                raise AwsError(f"{message}: {_in_one_line(error)}", hint=hint, code="") from None
        raise AwsError(f"AWS cannot be asked for {service} {operation}: {_in_one_line(error)}", code="") from None


def _refusal(error: ClientError, service: str, operation: str) -> AwsError:
    told = error.response.get("Error", {})
    code, reason = str(told.get("Code", "")), str(told.get("Message", ""))
    if code in _STALE:
        return AwsError(f"AWS does not accept the credentials: {code}, {reason}", hint=_LOG_IN, code=code)
    refusal = AwsError(f"AWS refuses {service} {operation}: {reason or code}", code=code)
    if refusal.is_denial:
        right = "apigateway:GET" if service.startswith("apigateway") else f"{service}:{operation}"
        refusal.hint = f"the caller needs the right to {right}"
    return refusal


def _in_one_line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
