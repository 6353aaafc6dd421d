"""The life of ``forestage preview``: load, answer, tell, watch, end in good order.

The order is for speed: first the preview answers, then people are told, then files are watched.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from forestage.commands.caller_options import CallerOptions
from forestage.commands.printing import TerminalTalk
from forestage.errors import ParameterError, StateError
from forestage.load.source import find_source, is_here
from forestage.model.records import dataclass, field
from forestage.preview.host.clock import AdjustableClock, SystemClock
from forestage.preview.host.preview import Preview, PreviewOptions
from forestage.preview.host.request_log import RequestLog, open_log_file, wants_colours
from forestage.preview.host.run_file import RunFile, announce
from forestage.preview.host.truststores import Truststores

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Mapping, Sequence
    from typing import TextIO

    from forestage.commands.function_lines import FunctionLines
    from forestage.commands.options import SourceOptions
    from forestage.load import Loaded
    from forestage.preview.compile.usage import Throttle
    from forestage.preview.host.debugging import Debugging
    from forestage.preview.host.lambdas.settings import EnvVars, FunctionLogLine, FunctionSettings
    from forestage.preview.host.reload import Reloader
    from forestage.preview.host.watcher import Watcher

EXIT_CTRL_C: Final = 130

TELL_AFTER_SECONDS: Final = 0.02
"""How long after the first answer is possible the tables are printed: a waiting client goes first."""

GC_THRESHOLDS: Final = (50_000, 20, 50)
"""Requests make few objects that refer to each other: the garbage of cycles is looked for rarely."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServeOptions:
    """How an application is served, as typed; ``access_log`` is a file, or ``-`` for the terminal."""

    host: str
    port: int
    exact_port: bool
    env_vars_file: Path | None = None
    debug_port: int | None = None
    is_eager: bool = True
    watches: bool = True
    strict: bool = False
    log_file: Path | None = None
    access_log: str | None = None
    canary_seed: int | None = None
    vpc_links: Mapping[str, str] = field(default_factory=dict)
    truststores: Mapping[str, Path] = field(default_factory=dict)
    state: Path | None = None
    account: Throttle | None = None
    callers: CallerOptions = field(default_factory=CallerOptions)


def serve(source: SourceOptions, options: ServeOptions) -> int:
    """Serve until a signal says otherwise, and return the exit code: 0, or 130 on Ctrl-C.

    Raises:
        ForestageError: the source cannot be loaded or a port not be had.
        click.BadParameter: the file of ``--env-vars`` has a wrong shape.
    """
    env_vars = _read_env_vars(options.env_vars_file)
    began_at = time.time()
    loaded = source.load()
    if options.strict:
        loaded.fidelity.refuse()
    with contextlib.ExitStack() as stack:
        log_file = stack.enter_context(open_log_file(options.log_file)) if options.log_file else None
        access_log = _open_access_log(options.access_log, stack)
        lines = RequestLog(
            clock=SystemClock(),
            terminal=sys.stdout,
            has_colours=wants_colours(os.environ, is_terminal=sys.stdout.isatty()),
            file=log_file,
        )
        runner = stack.enter_context(asyncio.Runner(loop_factory=_loop_factory()))
        session = _Session(
            source=source,
            options=options,
            env_vars=env_vars,
            lines=lines,
            access_log=access_log,
            log_files=[file for file in (log_file, access_log) if file],
            began_at=began_at,
        )
        return runner.run(session.run(loaded))


def _open_access_log(name: str | None, stack: contextlib.ExitStack) -> TextIO | None:
    if name is None:
        return None
    return sys.stdout if name == "-" else stack.enter_context(open_log_file(Path(name)))


def _read_env_vars(file: Path | None) -> EnvVars:
    if file is None:
        return {}
    from forestage.commands.env_vars import read_env_vars

    return read_env_vars(file)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop]:
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop
    factory: Callable[[], asyncio.AbstractEventLoop] = uvloop.new_event_loop
    return factory


class _Session:
    """One run of the command."""

    def __init__(
        self,
        *,
        source: SourceOptions,
        options: ServeOptions,
        env_vars: EnvVars,
        lines: RequestLog,
        access_log: TextIO | None,
        log_files: Sequence[TextIO],
        began_at: float,
    ) -> None:
        self._source = source
        self._options = options
        self._env_vars = env_vars
        self._lines = lines
        self._access_log = access_log
        self._log_files = log_files
        self._clock = AdjustableClock(SystemClock())
        self._began_at = began_at
        self._talk = TerminalTalk()
        self._debugging: Debugging | None = None
        self._function_lines: FunctionLines | None = None
        self._watcher: Watcher | None = None
        self._reloader: Reloader | None = None
        self._told: list[str] = []

    async def run(self, loaded: Loaded) -> int:
        """Serve until a signal comes."""
        loop = asyncio.get_running_loop()
        stopped: asyncio.Future[int] = loop.create_future()
        for number, code in ((signal.SIGTERM, 0), (signal.SIGHUP, 0), (signal.SIGINT, EXIT_CTRL_C)):
            loop.add_signal_handler(number, self._stop, stopped, code)
        self._plan_debugging(loaded)
        loaded = self._prepared(loaded)
        preview = Preview(
            options=PreviewOptions(
                host=self._options.host,
                port=self._options.port,
                exact_port=self._options.exact_port,
                functions=self._function_settings,
                state=self._options.state,
                account=self._options.account,
                callers=self._options.callers.callers(loaded.deployment.environment),
                key_sets=self._options.callers.key_sets(),
                canary_seed=self._options.canary_seed,
                vpc_links=self._options.vpc_links,
                truststores=Truststores(self._options.truststores),
            ),
            talk=self._talk,
            lines=self._lines,
            on_function_line=self._write_function_line,
            access_sink=self._access_log,
            clock=self._clock,
        )
        await preview.start(loaded)
        with self._announced(preview):
            timer = loop.call_later(TELL_AFTER_SECONDS, self._follow_up, preview, loaded)
            try:
                return await stopped
            finally:
                timer.cancel()
                await self._close(preview)

    def _stop(self, stopped: asyncio.Future[int], code: int) -> None:
        if stopped.done():
            # Asked twice: what is under way is not waited for. Function processes end with this one.
            os._exit(code)
        stopped.set_result(code)

    async def _close(self, preview: Preview) -> None:
        if self._watcher is not None:
            self._watcher.close()
        if self._reloader is not None:
            await self._reloader.close()
        await preview.close()
        if self._function_lines is not None:
            self._function_lines.flush()
        self._lines.close()

    @contextlib.contextmanager
    def _announced(self, preview: Preview) -> Generator[None]:
        host = self._options.host
        running = RunFile(
            pid=os.getpid(),
            host="127.0.0.1" if host in {"0.0.0.0", "::", "localhost"} else host,  # ruff: ignore[hardcoded-bind-all-interfaces]
            port=preview.port(),
            source=self._source.source,
            started_at=time.time(),
        )
        try:
            announcement = announce(Path.cwd(), running)
        except StateError as error:
            self._talk.warn(f"{error.message}; name the port to `forestage explain` and the like with --port")
            yield
            return
        try:
            yield
        finally:
            announcement.withdraw()

    # -- functions ----------------------------------------------------------------------------------------------

    def _prepared(self, loaded: Loaded) -> Loaded:
        """Give functions time where they are debugged."""
        if self._options.debug_port is None:
            return loaded
        from forestage.preview.host.debugging import without_timeouts

        return replace(loaded, deployment=without_timeouts(loaded.deployment))

    def _plan_debugging(self, loaded: Loaded) -> None:
        if self._options.debug_port is None:
            return
        from forestage.preview.host.debugging import plan_debugging
        from forestage.preview.host.folders import cache_folder

        self._debugging = plan_debugging(
            loaded.deployment.functions, port=self._options.debug_port, host="127.0.0.1", cache=cache_folder()
        )
        for name, port in self._debugging.ports.items():
            self._talk.info(f"function {name} is debugged at 127.0.0.1:{port}")
        for reason in self._debugging.reasons:
            self._talk.warn(reason)

    def _function_settings(self, ca_bundle: Path) -> FunctionSettings:
        from forestage.preview.host.lambdas.settings import FunctionSettings, Warm, default_max_workers

        is_debugged = self._options.debug_port is not None
        return FunctionSettings(
            warm=Warm.EAGER if self._options.is_eager else Warm.LAZY,
            env_vars=self._variables(),
            max_workers=1 if is_debugged else default_max_workers(),
            ca_bundle=ca_bundle,
            pass_credentials=self._source.profile is not None,
        )

    def _variables(self) -> EnvVars:
        if self._debugging is None:
            return self._env_vars
        merged = dict(self._env_vars)
        for name, variables in self._debugging.variables.items():
            merged[name] = {**merged.get(name, {}), **variables}
        return merged

    def _write_function_line(self, line: FunctionLogLine) -> None:
        if self._function_lines is None:
            from forestage.commands.function_lines import FunctionLines

            has_colors = wants_colours(os.environ, is_terminal=sys.stderr.isatty())
            self._function_lines = FunctionLines(clock=SystemClock(), terminal=sys.stderr, has_colors=has_colors)
        self._function_lines.write(line)

    # -- after the first answer ---------------------------------------------------------------------------------

    def _follow_up(self, preview: Preview, loaded: Loaded) -> None:
        """Tell people what is served, and begin to watch."""
        self._tell(preview, loaded)
        if self._options.watches and is_here(find_source(self._source.source)):
            self._watch(preview, loaded)
        # What lives now lives as long as the process: it need not be looked through again.
        gc.collect()
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        gc.enable()

    def _tell(self, preview: Preview, loaded: Loaded) -> None:
        """Print what is served, as far as it has not been told."""
        from forestage.commands.env_vars import unknown_functions
        from forestage.commands.overview_text import api_lines, domain_lines, fidelity_lines

        for name in unknown_functions(self._env_vars, loaded.deployment.functions):
            self._talk.warn(f"{self._options.env_vars_file} has variables for {name}, which is no function here")
        for warning in loaded.warnings:
            self._talk.warn(f"{warning}")
        lines = [
            *api_lines(preview.apis_served()),
            *domain_lines(preview.domains_served()),
            *fidelity_lines(loaded.fidelity),
            "",
        ]
        if lines != self._told:
            self._talk.info("\n".join(lines))
            self._told = lines

    def _watch(self, preview: Preview, loaded: Loaded) -> None:
        from forestage.commands.reloading import begin_watching

        self._watcher, self._reloader = begin_watching(
            preview,
            loaded,
            since=self._began_at,
            source=self._source,
            prepared=self._prepared,
            tell=self._tell,
            talk=self._talk,
            env_vars_file=self._options.env_vars_file,
            read_env_vars=self._read_env_vars,
            log_files=self._log_files,
        )

    def _read_env_vars(self) -> None:
        """Read the file of ``--env-vars`` again; the next swap gives functions what it says.

        Raises:
            ParameterError: it has a wrong shape; what it said before goes on.
        """
        try:
            self._env_vars = _read_env_vars(self._options.env_vars_file)
        except click.BadParameter as error:
            raise ParameterError(error.format_message()) from error
