"""One run of ``forestage diff``: settings, comparison, what was decided, and what is written."""

from __future__ import annotations

import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

import click

from forestage.commands.diff_output import Output, output_of, tell, write_files, write_to_terminal
from forestage.commands.diff_sides import Sides, load_sides
from forestage.commands.printing import TerminalTalk
from forestage.commands.progress import Progress
from forestage.commands.review import review_at
from forestage.diff.compare import compare
from forestage.diff.decision_files import (
    FINGERPRINT,
    NEVER,
    WEAKER,
    DiffSettings,
    read_ignores,
    read_settings,
    read_severities,
)
from forestage.diff.decisions import ApprovedFingerprint, Decisions, decide
from forestage.diff.gate import Gate, is_reached
from forestage.diff.render.options import DEFAULT_CONTEXT_LINES, DEFAULT_KEY, RenderOptions
from forestage.diff.report import Approval, Operation, Severity
from forestage.diff.rules.table import RULES
from forestage.diff.selection import Selection, select
from forestage.model.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from forestage.aws.port import Aws
    from forestage.commands.options import SourceOptions
    from forestage.diff.compare import Compared
    from forestage.diff.report import Report
    from forestage.load import Loaded
    from forestage.model.usage import PlanUse

T = TypeVar("T")

DEFAULT_CONFIG: Final = "forestage.diff.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffRequest:
    """What was asked for on the command line, as typed; None and empty are what was not."""

    sides: Sides
    formats: tuple[str, ...] = ()
    fail_on: str | None = None
    fail_on_security: str | None = None
    fail_on_operation: tuple[str, ...] = ()
    severity_files: tuple[Path, ...] = ()
    ignore_files: tuple[Path, ...] = ()
    approved: tuple[str, ...] = ()
    only: str | None = None
    match_path: str | None = None
    unmatch_path: str | None = None
    context_lines: int | None = None
    includes_hidden: bool | None = None
    with_usage: bool = False
    config: Path | None = None
    is_quiet: bool = False
    is_colourless: bool = False
    post: str | None = None
    comment_key: str | None = None


def _today() -> date:
    return datetime.now(UTC).date()


def _aws(options: SourceOptions) -> Aws:
    from forestage.aws.boto import Boto

    return Boto(region=options.chosen_region)


def run_diff(
    request: DiffRequest,
    options: SourceOptions,
    *,
    today: Callable[[], date] = _today,
    open_aws: Callable[[SourceOptions], Aws] = _aws,
) -> bool:
    """Compare, write what was asked for, and tell whether the gate was reached.

    ``today`` decides which ignores and approvals have ended. AWS is asked only for how much keys have used.

    Raises:
        ForestageError: a side cannot be loaded, or a file cannot be read or written.
        click.UsageError: options are wrong.
    """
    review = review_at(request.post, os.environ)
    settings = _settings(request)
    gate = _gate(request, settings)
    selection = _selection(request, settings)
    decisions = settings.decisions + _decisions(request)
    outputs = _outputs(request.formats or settings.formats)
    day = today()
    before, after = load_sides(
        request.sides, lambda source, place: _load(options.at(source).within(place), is_quiet=request.is_quiet)
    )
    use = _use(before, after, open_aws(options), day) if request.with_usage else ()
    whole = compare(before, after, use=use)
    _check_api(selection.api, whole)
    decided = decide(whole, decisions, today=day)
    report = select(decided, selection)
    written = RenderOptions(
        gate=gate,
        context_lines=_first(request.context_lines, settings.context_lines, DEFAULT_CONTEXT_LINES),
        folder=_folder_in_repository(),
        key=request.comment_key or DEFAULT_KEY,
    )
    reached = is_reached(gate, report)
    with review.guarded():
        if report.findings or not request.is_quiet:
            tell(report, TerminalTalk(), missing=len(decided.findings) - len(report.findings))
            write_to_terminal(report, outputs, written, is_colourless=request.is_colourless)
        write_files(report, outputs, written)
    review.post(report, written, is_reached=reached)
    return reached


class _SilentTalk(TerminalTalk):
    """Tells only what is wrong."""

    @staticmethod
    def info(text: str) -> None:
        """Keep silent."""


def _load(options: SourceOptions, *, is_quiet: bool) -> Loaded:
    progress = Progress(f"loading {options.source}", talk=_SilentTalk()) if is_quiet else None
    return options.load(progress, tells_unused=True)


def _outputs(formats: Sequence[str]) -> Sequence[Output]:
    outputs = [output_of(text) for text in formats] or [Output()]
    if sum(output.file is None for output in outputs) > 1:
        raise click.UsageError("only one format can go to standard output, give the others a file: --format json=FILE")
    return outputs


def _settings(request: DiffRequest) -> DiffSettings:
    file = request.config
    if file is None:
        file = Path(DEFAULT_CONFIG)
        if not file.is_file():
            return DiffSettings()
    return read_settings(file, rule_ids=_rule_ids())


def _rule_ids() -> tuple[str, ...]:
    return tuple(rule.id for rule in RULES)


def _decisions(request: DiffRequest) -> Decisions:
    ids = _rule_ids()
    severities = {
        rule: severity
        for file in request.severity_files
        for rule, severity in read_severities(file, rule_ids=ids).items()
    }
    return Decisions(
        severities=severities,
        ignores=tuple(ignore for file in request.ignore_files for ignore in read_ignores(file, rule_ids=ids)),
        approvals=tuple(map(_approval, request.approved)),
    )


def _approval(text: str) -> ApprovedFingerprint:
    fingerprint, _, reason = text.partition("=")
    if not FINGERPRINT.fullmatch(fingerprint):
        raise click.BadParameter(f"{fingerprint!r} is no fingerprint of 12 hexadecimal digits", param_hint="--approve")
    return ApprovedFingerprint(fingerprint=fingerprint, approval=Approval(reason=reason or None))


def _gate(request: DiffRequest, settings: DiffSettings) -> Gate:
    severity = _first(request.fail_on, settings.fail_on, NEVER)
    return Gate(
        severity=None if severity == NEVER else Severity(severity),
        stops_weaker_security=_first(request.fail_on_security, settings.fail_on_security, NEVER) == WEAKER,
        operations=frozenset(_operations(request.fail_on_operation or settings.fail_on_operation)),
    )


def _operations(texts: Sequence[str]) -> Iterable[Operation]:
    known = {operation.value: operation for operation in Operation}
    for word in (word for text in texts for word in text.split(",") if word):
        if word not in known:
            raise click.BadParameter(f"{word!r} is none of {', '.join(known)}", param_hint="--fail-on-operation")
        yield known[word]


def _selection(request: DiffRequest, settings: DiffSettings) -> Selection:
    return Selection(
        api=_first(request.only, settings.only, None),
        matching=_pattern(_first(request.match_path, settings.match_path, None), "--match-path"),
        unmatching=_pattern(_first(request.unmatch_path, settings.unmatch_path, None), "--unmatch-path"),
        includes_hidden=_first(request.includes_hidden, settings.includes_hidden, False),
    )


def _pattern(text: str | None, option: str) -> re.Pattern[str] | None:
    if text is None:
        return None
    try:
        return re.compile(text)
    except re.error as error:
        raise click.BadParameter(f"{text!r} is no regular expression: {error}", param_hint=option) from None


def _first(given: T | None, configured: T | None, default: T) -> T:
    """Return what was typed, or else what is configured, or else the default."""
    if given is not None:
        return given
    return default if configured is None else configured


def _check_api(wanted: str | None, report: Report) -> None:
    names = report.api_names
    if wanted is not None and wanted not in {*names, *names.values()}:
        known = ", ".join(names) or "none"
        raise click.BadParameter(f"no API is called {wanted!r}, there are {known}", param_hint="--only")


def _use(before: Compared, after: Compared, aws: Aws, today: date) -> Sequence[PlanUse]:
    """Ask how much keys have used of the plans of BEFORE, in the periods of those of AFTER."""
    from forestage.load.deployed.quota_use import plan_use

    return plan_use(aws, before.deployment, after.deployment, today=today)


def _folder_in_repository() -> str:
    """Name the current folder from the root of the repository; empty where that is not known."""
    here = Path.cwd()
    root = next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
    return here.relative_to(root).as_posix().removeprefix(".")
