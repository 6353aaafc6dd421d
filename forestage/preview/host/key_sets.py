"""The keys that tokens are verified with: of a local file, or as their issuers publish them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, Protocol

import msgspec

from forestage.errors import KeySetError
from forestage.preview.engine.effects import BackendAnswer, CallBackend, KeysUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable, Iterator

    from forestage.model import Deployment
    from forestage.preview.engine.effects import BackendFailure, FindIssuerKeys
    from forestage.preview.host.clock import Clock
    from forestage.tokens import KeySet, LocalKeySets

TIMEOUT_MS: Final = 5_000
MAX_DOCUMENT_BYTES: Final = 256 * 1024
_OK: Final = 200


class Backends(Protocol):
    """What calls HTTP backends."""

    def call(self, effect: CallBackend) -> Awaitable[BackendAnswer | BackendFailure]:
        """Send a request; a failure of any kind is an answer."""
        ...


def own_issuers(deployment: Deployment) -> Iterator[str]:
    """Tell the issuers of the user pools that a template defines."""
    environment = deployment.environment
    for resource in deployment.resources:
        if resource.type == "AWS::Cognito::UserPool":
            yield f"https://cognito-idp.{environment.region}.{environment.url_suffix}/{resource.id}"


class _Fetched(msgspec.Struct):
    keys: KeySet | KeysUnavailable
    at: float


class KeySets:
    """Finds the keys of issuers; what was fetched is kept for as long as API Gateway keeps it.

    The keys of ``local`` go first. Issuers of ``own``, pools that the template itself defines, are never asked over
    the network: they do not exist there.
    """

    def __init__(self, *, backends: Backends, clock: Clock, local: LocalKeySets | None = None) -> None:
        self._backends = backends
        self._clock = clock
        self._local = local
        self._own: frozenset[str] = frozenset()
        self._fetched: dict[str, _Fetched] = {}
        self._fetching: dict[str, asyncio.Task[KeySet | KeysUnavailable]] = {}

    def own(self, issuers: Iterable[str]) -> None:
        """Say which issuers the template itself defines."""
        self._own = frozenset(issuers)

    async def find(self, effect: FindIssuerKeys) -> KeySet | KeysUnavailable:
        """Find the keys of an issuer; requests that want the same keys at once wait for one fetch."""
        issuer = effect.issuer
        local = self._local.of(issuer) if self._local else None
        if local is not None:
            return local
        if issuer in self._own:
            return KeysUnavailable(
                detail=f"{issuer} is a user pool of the template, which is not simulated; give its keys with "
                "--jwks FILE"
            )
        fetched = self._fetched.get(issuer)
        if fetched is not None and not self._is_due(fetched):
            return fetched.keys
        task = self._fetching.get(issuer)
        if task is None:
            task = self._fetching[issuer] = asyncio.create_task(self._fetch(issuer))
        return await asyncio.shield(task)

    def _is_due(self, fetched: _Fetched) -> bool:
        from forestage.tokens import KEY_SET_POLICY

        return KEY_SET_POLICY.is_due(
            age_seconds=self._clock.now() - fetched.at, failed=isinstance(fetched.keys, KeysUnavailable)
        )

    async def _fetch(self, issuer: str) -> KeySet | KeysUnavailable:
        try:
            keys = await self._read(issuer)
        finally:
            del self._fetching[issuer]
        self._fetched[issuer] = _Fetched(keys, self._clock.now())
        return keys

    async def _read(self, issuer: str) -> KeySet | KeysUnavailable:
        # Most APIs know no tokens.
        from forestage.tokens import discovery_url, parse_discovery, parse_key_set

        try:
            address = parse_discovery(await self._get(discovery_url(issuer)), issuer=issuer)
            return parse_key_set(await self._get(address))
        except KeySetError as error:
            return KeysUnavailable(detail=f"{error}; give the keys with --jwks FILE")

    async def _get(self, url: str) -> str:
        answer = await self._backends.call(
            CallBackend(
                method="GET", url=url, headers=(("Accept", "application/json"),), body=b"", timeout_ms=TIMEOUT_MS
            )
        )
        if not isinstance(answer, BackendAnswer):
            raise KeySetError(f"{url} gives no answer: {answer.detail or answer.fault.value}")
        if answer.status != _OK:
            raise KeySetError(f"{url} answers {answer.status}")
        if len(answer.body) > MAX_DOCUMENT_BYTES:
            raise KeySetError(f"{url} answers with more than {MAX_DOCUMENT_BYTES} bytes")
        return answer.body.decode("utf-8", "replace")
