"""``forestage invoke``: one request through an application, without a server."""

from __future__ import annotations

import re
import sys
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from forestage.commands.caller_options import CallerOptions, caller_options
from forestage.commands.canary_seed_option import canary_seed_option
from forestage.commands.options import DEFAULT_SOURCE, load_options
from forestage.commands.vpc_link_option import vpc_link_option

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from forestage.commands.options import SourceOptions
    from forestage.load import Loaded
    from forestage.model.rest import RestApi
    from forestage.preview.engine.wire import Headers
    from forestage.preview.host.lambdas.settings import FunctionLogLine, FunctionSettings
    from forestage.preview.host.once import Request, Sent
    from forestage.preview.secret_texts import SecretTexts

_METHOD: Final = re.compile(r"[A-Za-z]+")
_WORDS: Final = range(2, 4)


@click.command("invoke")
@click.argument("words", nargs=-1, metavar="[SOURCE] METHOD PATH")
@load_options
@caller_options
@vpc_link_option
@canary_seed_option
@click.option("--body", "-d", metavar="TEXT|@FILE|-", help="Body of the request: text, a file, or standard input.")
@click.option("--header", "-H", "headers", multiple=True, metavar="'NAME: VALUE'", help="A header; may be repeated.")
@click.option("--api", metavar="NAME", help="Which API is called, by name, logical id or id, where there are several.")
@click.option("--env-vars", "-n", type=click.Path(exists=True, dir_okay=False), metavar="FILE",
              help="JSON file with environment variables of functions.")  # fmt: skip
@click.option("--trace", is_flag=True, help="Tell what happened, stage by stage, templates beside their renderings.")
@click.option("--aws-log", is_flag=True, help="Tell it in the words of API Gateway's own execution log.")
@click.option("--fail", "-f", is_flag=True, help="End with 1 where the status is 400 or more.")
def command(
    *,
    words: tuple[str, ...],
    options: SourceOptions,
    callers: CallerOptions,
    body: str | None,
    headers: tuple[str, ...],
    api: str | None,
    env_vars: str | None,
    vpc_links: Mapping[str, str],
    canary_seed: int | None,
    trace: bool,
    aws_log: bool,
    fail: bool,
) -> int:
    """Send one request through an application, functions included, and print the response.

    PATH begins with the stage, like /dev/pets?limit=2. The body goes to standard output, all else to standard
    error. Whatever the status, the exit code is 0, unless --fail is given.
    """
    source, method, target = _split(words)
    pairs, content = _headers(headers), _body(body)
    loaded = options.at(source).load()
    api_id = _choose(loaded.deployment.rest_apis, api)
    from forestage.preview.host.once import Request
    from forestage.preview.secret_texts import SecretTexts

    request = Request(method=method, target=target, headers=pairs, body=content)
    sent = _send(request, api_id, loaded, options, callers, env_vars, vpc_links, canary_seed)
    _print(sent, SecretTexts(loaded.secrets), has_trace=trace, has_log=aws_log)
    return int(fail and sent.status >= HTTPStatus.BAD_REQUEST)


def _split(words: tuple[str, ...]) -> tuple[str, str, str]:
    if len(words) not in _WORDS:
        raise click.UsageError(f"METHOD and PATH are needed, and SOURCE may stand before them; got {len(words)} words")
    *source, method, target = words
    if not _METHOD.fullmatch(method):
        raise click.BadParameter(f"{method!r} is no HTTP method, like GET", param_hint="METHOD")
    _, scheme, rest = target.partition("://")
    if scheme:
        target = f"/{rest.partition('/')[2]}"
    if not target.startswith("/"):
        raise click.BadParameter(f"{target!r} must begin with / and the stage, like /dev/pets", param_hint="PATH")
    return (source[0] if source else DEFAULT_SOURCE), method.upper(), target


def _headers(lines: Sequence[str]) -> Headers:
    pairs = []
    for line in lines:
        name, colon, value = line.partition(":")
        if not colon or not name.strip():
            raise click.BadParameter(f"{line!r} must be a name and a value, like 'Accept: text/plain'", param_hint="-H")
        pairs.append((name.strip(), value.strip()))
    return tuple(pairs)


def _body(text: str | None) -> bytes:
    if text is None:
        return b""
    if text == "-":
        return sys.stdin.buffer.read()
    if not text.startswith("@"):
        return text.encode()
    try:
        return Path(text[1:]).read_bytes()
    except OSError as error:
        raise click.BadParameter(f"{text[1:]} cannot be read: {error.strerror}", param_hint="--body") from error


def _choose(apis: tuple[RestApi, ...], wanted: str | None) -> str:
    """Find the API that is meant."""
    from forestage.errors import SourceError

    named = {name: api.id for api in apis for name in (api.id, api.logical_id, str(api.name))}
    known = ", ".join(api.logical_id for api in apis) or "none"
    if wanted is not None:
        if wanted not in named:
            raise click.BadParameter(f"there is no REST API {wanted!r}; there are: {known}", param_hint="--api")
        return named[wanted]
    if len(apis) > 1:
        raise click.UsageError(f"there are several REST APIs, choose one with --api: {known}")
    if not apis:
        raise SourceError("there is no REST API in the application")
    return apis[0].id


def _send(
    request: Request,
    api_id: str,
    loaded: Loaded,
    options: SourceOptions,
    callers: CallerOptions,
    env_vars: str | None,
    vpc_links: Mapping[str, str],
    canary_seed: int | None,
) -> Sent:
    import asyncio

    from forestage.commands.defects import report_defect
    from forestage.commands.env_vars import read_env_vars
    from forestage.commands.printing import TerminalTalk, dim
    from forestage.preview.host.lambdas.settings import FunctionSettings, Warm
    from forestage.preview.host.once import send

    talk = TerminalTalk()
    overrides = read_env_vars(Path(env_vars)) if env_vars else {}

    def settings(ca_bundle: Path) -> FunctionSettings:
        return FunctionSettings(
            warm=Warm.LAZY,
            env_vars=overrides,
            ca_bundle=ca_bundle,
            pass_credentials=options.profile is not None,
            has_platform_lines=False,
        )

    def on_line(line: FunctionLogLine) -> None:
        talk.info(f"{dim(f'[{line.function}]')} {line.text}")

    return asyncio.run(
        send(
            request,
            api_id,
            loaded,
            settings=settings,
            callers=callers.callers(loaded.deployment.environment),
            key_sets=callers.key_sets(),
            vpc_links=vpc_links,
            canary_seed=canary_seed,
            on_function_line=on_line,
            on_defect=lambda defect: talk.error(report_defect(defect)),
        )
    )


def _print(sent: Sent, secrets: SecretTexts, *, has_trace: bool, has_log: bool) -> None:
    from forestage.commands.printing import TerminalTalk, heading
    from forestage.commands.trace_text import trace_lines
    from forestage.preview.trace import to_json

    talk = TerminalTalk()
    head = [
        heading(" ".join((str(sent.status), *_phrase(sent.status)))),
        *(f"{name}: {value}" for name, value in sent.headers),
        "",
    ]
    talk.info("\n".join(head))
    sys.stdout.buffer.write(sent.body)
    if sent.body and sys.stdout.isatty():
        click.echo()
    sys.stdout.flush()
    if has_trace:
        told = {name: secrets.json(value) for name, value in to_json(sent.trace).items()}
        talk.info("\n".join(["", *trace_lines(told)]))
    if has_log:
        from forestage.preview.aws_log import aws_log

        talk.info("\n".join(["", *map(secrets.text, aws_log(sent.trace))]))


def _phrase(status: int) -> tuple[str, ...]:
    """Return what HTTP calls a status, nothing for one that it does not know."""
    try:
        return (HTTPStatus(status).phrase,)
    except ValueError:
        return ()
