"""The custom domains of a preview, for the control plane and for people."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from forestage.model.values import Json
    from forestage.preview.compile import Runtime
    from forestage.preview.compile.domains import DomainRuntime, PathMapping, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class WayOverview:
    """What leads from a domain to a stage: the mapping or rule, the path, and a command that calls it.

    ``stage`` is ``{stage}`` where callers name one.
    """

    by: str
    path: str
    api: str
    stage: str
    curl: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainOverview:
    """A custom domain and its ways, in the order in which they are tried."""

    name: str
    logical_id: str
    endpoint_type: str
    ways: tuple[WayOverview, ...]

    def to_json(self) -> Mapping[str, Json]:
        """Tell the domain as ``GET /_forestage/apis`` does."""
        return {
            "name": self.name,
            "logical_id": self.logical_id,
            "endpoint_type": self.endpoint_type,
            "ways": [
                {"by": way.by, "path": way.path, "api": way.api, "stage": way.stage, "curl": way.curl}
                for way in self.ways
            ],
        }


def describe_domains(runtime: Runtime, *, ports: Mapping[str, int], authority: Path) -> tuple[DomainOverview, ...]:
    """Describe the domains that are served.

    ``ports`` are those of the APIs, any of which serves a domain, unless several have its name: then the port decides.
    ``authority`` is the certificate that clients have to trust.
    """
    return tuple(
        DomainOverview(
            name=domain.name,
            logical_id=domain.logical_id,
            endpoint_type=domain.endpoint_type,
            ways=tuple(_Commands(domain, _port(domain, runtime, ports), authority).ways(runtime)),
        )
        for domain in runtime.domains or ()
    )


def _port(domain: DomainRuntime, runtime: Runtime, ports: Mapping[str, int]) -> int:
    assert runtime.domains is not None  # There is this one.
    own = [port for api_id, port in ports.items() if api_id in domain.api_ids]
    is_alone = len(runtime.domains.by_name[domain.name]) == 1
    return next(iter(ports.values() if is_alone or not own else own))


class _Commands:
    """Writes the commands that call a domain: by its Host, or by TLS where it wants a certificate."""

    def __init__(self, domain: DomainRuntime, port: int, authority: Path) -> None:
        self._domain = domain
        self._port = port
        self._authority = authority
        self._host = domain.name.replace("*", "any")

    def ways(self, runtime: Runtime) -> Iterator[WayOverview]:
        names = {api_id: api.identity.name for api_id, api in runtime.apis.items()}
        for step in self._domain.steps:
            path = "/" + "/".join(step.base_path_segments)
            yield WayOverview(
                by=str(step),
                path=path,
                api=names.get(step.api_id or "", step.api_id or "nothing"),
                stage=step.stage or "{stage}",
                curl=self._curl(path, step),
            )

    def _curl(self, path: str, step: PathMapping | Rule) -> str:
        words = ["curl"]
        address = f"http://localhost:{self._port}{path}"
        if self._domain.truststore_uri is not None:
            address = f"https://{self._host}:{self._port}{path}"
            words += ["--cacert", str(self._authority), "--resolve", f"{self._host}:{self._port}:127.0.0.1"]
            words += ["--cert", "client.pem", "--key", "client.key"]
        else:
            words += ["-H", f"Host: {self._host}"]
        for pattern in step.sample_headers:
            words += ["-H", f"{pattern.header}: {pattern.glob.replace('*', '')}"]
        return shlex.join([*words, address])
