"""A deployment of functions whose processes are real, for tests."""

from __future__ import annotations

import asyncio
import os
import uuid
from typing import TYPE_CHECKING, Any, TypeVar

import orjson
import uvloop

from forestage.model.functions import Function, InlineCode, LocalCode
from forestage.preview.engine.effects import FunctionAnswer, FunctionUnavailable, InvokeFunction
from forestage.preview.host.folders import cache_folder
from forestage.preview.host.lambdas import FunctionHost, FunctionLogLine, FunctionSettings, LogStream
from scripts.node_packages import missing_clients

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable
    from pathlib import Path

T = TypeVar("T")

ACCOUNT = "123456789012"
REGION = "eu-west-1"
PATIENCE_SECONDS = 10.0


def arn_of(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


def a_function(code: str | Path, *, name: str = "orders", runtime: str = "python3.11", **more: Any) -> Function:
    more.setdefault("handler", "index.handler")
    place = InlineCode(text=code) if isinstance(code, str) else LocalCode(path=str(code))
    return Function(logical_id=name.title(), name=name, arn=arn_of(name), code=place, runtime=runtime, **more)


def write_files(folder: Path, **files: str) -> Path:
    """Write files whose names have ``__`` for a slash, ``_dot_`` for a dot and INIT for ``__init__``."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".").replace("INIT", "__init__")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def share_node_packages(cache: Path) -> None:
    """Let a cache have the packages of the machine's own: no test asks npm's registry for them."""
    missing = missing_clients(cache_folder())
    assert not missing, f"{' and '.join(missing)} must be in the cache: run make node-packages"
    cache.mkdir(parents=True, exist_ok=True)
    (cache / "node").symlink_to(cache_folder() / "node")


class Deployment:
    """A host of functions, with its log and shorthands."""

    def __init__(self, settings: FunctionSettings) -> None:
        self.lines: list[FunctionLogLine] = []
        self.host = FunctionHost(settings=settings, log=self._hear)
        self._heard = asyncio.Event()

    def _hear(self, line: FunctionLogLine) -> None:
        self.lines.append(line)
        self._heard.set()

    async def heard(self, text: str, *, times: int = 1) -> None:
        """Wait until functions have printed a line so many times."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.printed().count(text) < times:
                self._heard.clear()
                await self._heard.wait()

    async def deploy(self, *functions: Function) -> None:
        await self.host.replace(functions, account_id=ACCOUNT, region=REGION)

    async def ask(
        self, name: str = "orders", event: object = None, *, arn: str | None = None, source_arn: str = "", **more: Any
    ) -> FunctionAnswer | FunctionUnavailable:
        payload = event if isinstance(event, bytes) else orjson.dumps(event)
        effect = InvokeFunction(
            arn=arn or arn_of(name),
            payload=payload,
            request_id=more.pop("request_id", None) or str(uuid.uuid4()),
            trace_id=more.pop("trace_id", "Root=1-5759e988-bd862e3fe1be46a994272793"),
            source_arn=source_arn,
            **more,
        )
        return await self.host.invoke(effect)

    async def answer(self, name: str = "orders", event: object = None, **more: Any) -> FunctionAnswer:
        answer = await self.ask(name, event, **more)
        assert isinstance(answer, FunctionAnswer), answer
        return answer

    async def result(self, name: str = "orders", event: object = None, **more: Any) -> Any:
        answer = await self.answer(name, event, **more)
        assert not answer.failed, answer.payload
        return orjson.loads(answer.payload)

    async def fault(self, name: str = "orders", event: object = None, **more: Any) -> Any:
        answer = await self.answer(name, event, **more)
        assert answer.failed, answer.payload
        return orjson.loads(answer.payload)

    def printed(self, stream: LogStream = LogStream.FUNCTION) -> list[str]:
        return [line.text for line in self.lines if line.stream is stream]


def deployed(settings: FunctionSettings, scenario: Callable[[Deployment], Coroutine[Any, Any, T]]) -> T:
    """Play a scenario in an event loop of its own, and end all processes."""

    async def play() -> T:
        deployment = Deployment(settings)
        try:
            return await scenario(deployment)
        finally:
            await deployment.host.close()

    return uvloop.run(play())


async def ended(pid: int) -> None:
    """Wait until a process has ended; it may be a zombie still."""
    try:
        handle = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    loop, is_over = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(handle, is_over.set)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await is_over.wait()
    finally:
        loop.remove_reader(handle)
        os.close(handle)


async def all_but_one_ended(pids: Iterable[int]) -> int:
    """Wait until one of several processes is left, and return its id."""
    waiting = {asyncio.create_task(ended(pid)): pid for pid in pids}
    while len(waiting) > 1:
        done, _ = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            await task
            del waiting[task]
    [(task, pid)] = waiting.items()
    task.cancel()
    return pid


async def together(*calls: Awaitable[T]) -> list[T]:
    return list(await asyncio.gather(*calls))
