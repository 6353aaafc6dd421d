"""``forestage render``: one mapping template, rendered alone."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.commands.printing import TerminalTalk
    from forestage.model.values import Json
    from forestage.vtl import Rendering, Scope, VtlError
    from forestage.vtl.errors import Position

_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)


@click.command("render")
@click.argument("template", required=False, type=_FILE)
@click.option(
    "--body", type=_FILE, metavar="FILE", help="File with the payload that $input reads; - for standard input."
)
@click.option(
    "--context",
    type=_FILE,
    metavar="FILE",
    help="JSON or YAML file with what else the template sees: context, stageVariables, params and body.",
)
@click.option(
    "--cases",
    type=_FILE,
    metavar="FILE",
    help="Render the cases of a file instead, and print one line of JSON for each.",
)
def command(*, template: Path | None, body: Path | None, context: Path | None, cases: Path | None) -> int:
    """Render a mapping template alone, and tell what is doubtful about it.

    The rendering goes to standard output. Advice, and where the template fails, go to standard error.
    """
    if (template is None) == (cases is None):
        raise click.UsageError("give either a TEMPLATE or --cases FILE")
    if cases is not None:
        if body is not None or context is not None:
            raise click.UsageError("cases have a body and a context of their own")
        _render_cases(_document(cases, "--cases"))
        return 0
    assert template is not None
    return _render_file(template, _scope(body, context))


def _render_file(file: Path, scope: Scope) -> int:
    from forestage.commands.printing import TerminalTalk, complain
    from forestage.vtl import VtlError, compile_template
    from forestage.vtl.lint import lint_template

    text, name = _read(file, "TEMPLATE"), "standard input" if str(file) == "-" else str(file)
    talk = TerminalTalk()
    try:
        template = compile_template(text, name=name)
        for advice in lint_template(text, name=name):
            talk.warn(_placed(f"{advice.message} ({advice.rule})", advice.position, text, name))
        rendering = template.render(scope)
    except VtlError as error:
        complain(error, talk, places=_failed_lines(error, text))
        return 1
    _tell(rendering, talk, text, name)
    sys.stdout.buffer.write(rendering.text.encode())
    if rendering.text and sys.stdout.isatty():
        click.echo()
    return 0


def _failed_lines(error: VtlError, text: str) -> list[str]:
    value = [f"the value is {error.value}"] if error.value else []
    return [*error.caret(text).splitlines(), *value]


def _tell(rendering: Rendering, talk: TerminalTalk, text: str, name: str) -> None:
    """Tell what came of a template besides its text."""
    from forestage.vtl.context import REQUEST_OVERRIDE, RESPONSE_OVERRIDE

    for notice in rendering.notices:
        talk.warn(_placed(notice.message, notice.position, text, name))
    overrides = ((REQUEST_OVERRIDE, rendering.request_override), (RESPONSE_OVERRIDE, rendering.response_override))
    for what, override in overrides:
        if any(override.values()):
            talk.info(f"$context.{what}: {json.dumps(override, ensure_ascii=False)}")


def _placed(message: str, position: Position, text: str, name: str) -> str:
    lines = (f"  {line}" for line in position.caret(text).splitlines())
    return "\n".join((f"{name}:{position.line}:{position.column}: {message}", *lines))


def _scope(body: Path | None, context: Path | None) -> Scope:
    from forestage.commands.render_context import ShapeError, read_scope

    content = _document(context, "--context") if context is not None else {}
    if body is not None and isinstance(content, dict):
        content = {**content, "body": _read(body, "--body")}
    try:
        return read_scope(content)
    except ShapeError as error:
        raise click.BadParameter(f"{context}: {error}", param_hint="--context") from None


def _document(file: Path, option: str) -> object:
    """Read a file of JSON or YAML."""
    text = _read(file, option)
    try:
        document: object = json.loads(text)
    except RecursionError:
        raise click.BadParameter(f"{file} is nested too deeply", param_hint=option) from None
    except ValueError:
        document = _yaml(text, file, option)
    return document


def _yaml(text: str, file: Path, option: str) -> object:
    import yaml

    try:
        # It makes no objects but JSON's and dates.
        document: object = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as error:
        raise click.BadParameter(f"{file} is neither JSON nor YAML: {error}", param_hint=option) from None
    return document


def _read(file: Path, option: str) -> str:
    try:
        content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
        return content.decode()
    except (OSError, UnicodeDecodeError) as error:
        raise click.BadParameter(f"{file} cannot be read: {error}", param_hint=option) from error


# Cases are JSON of somebody else's; each is looked at before it is used.
def _render_cases(cases: object) -> None:
    from forestage.commands.printing import put
    from forestage.commands.render_context import ShapeError

    if not isinstance(cases, list):
        raise click.BadParameter("the file must hold a list of cases", param_hint="--cases")
    for number, case in enumerate(cases, start=1):
        try:
            put(json.dumps(_outcome(case)))
        except ShapeError as error:
            raise click.BadParameter(f"case {number}: {error}", param_hint="--cases") from None


def _outcome(case: Any) -> Mapping[str, Json]:
    """Render a case of ``conformance/vtl``: its output and overrides, or the kind of its error."""
    from forestage.commands.render_context import ShapeError, read_scope
    from forestage.vtl import VtlError, compile_template

    if not isinstance(case, dict) or not isinstance(case.get("id"), str) or not isinstance(case.get("template"), str):
        raise ShapeError("a case has an id and a template, which are text")
    scope = read_scope(case.get("context", {}))
    try:
        rendering = compile_template(case["template"], name=case["id"]).render(scope)
    except VtlError as error:
        return {"id": case["id"], "error": error.kind, "message": str(error)}
    return {
        "id": case["id"],
        "output": rendering.text,
        "request_override": rendering.request_override,
        "response_override": rendering.response_override,
    }
