"""``forestage preview``: serve an application on this machine."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING, Final

import click
from click.core import ParameterSource

from forestage.commands.caller_options import CallerOptions, caller_options
from forestage.commands.canary_seed_option import canary_seed_option
from forestage.commands.lean_imports import import_msgspec
from forestage.commands.options import SourceOptions, source_options
from forestage.commands.vpc_link_option import vpc_link_option

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from forestage.preview.compile.usage import Throttle

MAX_RATE: Final = 1_000_000_000


class AccountThrottle(click.ParamType["Throttle"]):
    """Rate and burst, ``10000/5000``."""

    name = "throttle"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> Throttle:
        """Read rate and burst."""
        from forestage.preview.compile.usage import Throttle

        rate, slash, burst = str(value).partition("/")
        try:
            throttle = Throttle(rate=float(rate), burst=int(burst))
        except ValueError:
            throttle = None
        if throttle is None or not slash or not 0 <= throttle.rate < MAX_RATE or not 0 <= throttle.burst < MAX_RATE:
            self.fail(f"{value!r} is no RATE/BURST like 10000/5000", param, ctx)
        return throttle


class Truststore(click.ParamType["tuple[str, Path]"]):
    """A custom domain and the file of its truststore, ``shop.example.com=trust.pem``."""

    name = "truststore"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, Path]:
        """Read domain and file, which has to be there."""
        from pathlib import Path

        domain, equals, name = str(value).partition("=")
        if not domain or not equals:
            self.fail(f"{value!r} is no DOMAIN=FILE like shop.example.com=trust.pem", param, ctx)
        file = Path(name)
        if not file.is_file():
            self.fail(f"{domain}: there is no file {name!r}", param, ctx)
        return domain, file


@click.command("preview")
@source_options
@click.option(
    "--port",
    "-p",
    default=3000,
    show_default=True,
    type=click.IntRange(0, 65_535),
    help="Port of the first API; the others follow. A taken one is skipped, unless it is named here.",
)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="Address to listen on.")
@click.option(
    "--env-vars",
    "-n",
    type=click.Path(exists=True, dir_okay=False),
    metavar="FILE",
    help="JSON file with environment variables of functions, as SAM has it; null takes one away.",
)
@click.option(
    "--debug-port",
    "-d",
    type=click.IntRange(1, 65_535),
    metavar="PORT",
    help="Wait for a debugger: Node functions under its inspector, Python functions under debugpy.",
)
@click.option(
    "--warm-containers",
    "warm",
    default="EAGER",
    show_default=True,
    type=click.Choice(["EAGER", "LAZY"], case_sensitive=False),
    metavar="[EAGER|LAZY]",
    help="Start a process of each function at once, or at its first request.",
)
@click.option("--no-watch", is_flag=True, help="Leave changes of files alone.")
@click.option("--strict", is_flag=True, help="Refuse an application of which something is not simulated.")
@click.option(
    "--log-file", type=click.Path(dir_okay=False, writable=True), metavar="FILE", help="Write request lines there, too."
)
@click.option(
    "--access-log",
    type=click.Path(dir_okay=False, writable=True, allow_dash=True),
    metavar="FILE|-",
    help="Write the access logs of stages there, in the stage's own format; - is the terminal.",
)
@canary_seed_option
@click.option(
    "--state",
    type=click.Path(file_okay=False),
    metavar="DIR",
    help="Keep API keys and the counters of usage plans in this folder, so that they survive.",
)
@click.option(
    "--account-throttle",
    "account",
    type=AccountThrottle(),
    metavar="RATE/BURST",
    help="Requests per second and burst of the account, where they were raised: by default the Region's, 10000/5000.",
)
@click.option(
    "--truststore",
    "truststores",
    multiple=True,
    type=Truststore(),
    metavar="DOMAIN=FILE",
    help="Certificates that a custom domain with mutual TLS trusts, in PEM; may be repeated.",
)
@vpc_link_option
@caller_options
@click.pass_context
def command(
    context: click.Context,
    *,
    options: SourceOptions,
    callers: CallerOptions,
    port: int,
    host: str,
    env_vars: str | None,
    debug_port: int | None,
    warm: str,
    no_watch: bool,
    strict: bool,
    log_file: str | None,
    access_log: str | None,
    canary_seed: int | None,
    vpc_links: Mapping[str, str],
    truststores: tuple[tuple[str, Path], ...],
    state: str | None,
    account: Throttle | None,
) -> int:
    """Serve an application on this machine, functions included, until Ctrl-C."""
    # Nothing that is made until the preview answers is garbage: it is what is served.
    gc.disable()
    import_msgspec()
    from forestage.commands.serving import ServeOptions, serve

    return serve(
        options,
        ServeOptions(
            # Addresses that are told say localhost, which is ::1 on some machines.
            host=host if _is_typed(context, "host") else "localhost",
            port=port,
            exact_port=_is_typed(context, "port") and port != 0,
            env_vars_file=_path(env_vars),
            debug_port=debug_port,
            is_eager=warm.upper() == "EAGER",
            watches=not no_watch,
            strict=strict,
            log_file=_path(log_file),
            access_log=access_log,
            canary_seed=canary_seed,
            vpc_links=vpc_links,
            truststores=dict(truststores),
            state=_path(state),
            account=account,
            callers=callers,
        ),
    )


def _is_typed(context: click.Context, name: str) -> bool:
    return context.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _path(text: str | None) -> Path | None:
    from pathlib import Path

    return None if text is None else Path(text)
