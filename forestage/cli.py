"""The command line: finds the command, runs it, and turns what goes wrong into a message and an exit code.

Commands are imported when they run, so that ``forestage --help`` loads none of them.
"""

from __future__ import annotations

import errno
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Final, NoReturn

import click

from forestage import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

EXIT_FAILURE: Final = 1
EXIT_CTRL_C: Final = 130

_NO_ROOM: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

COMMANDS: Final[Mapping[str, str]] = {
    "preview": "Serve an application on this machine.",
    "routes": "List the routes of an application.",
    "invoke": "Send one request through an application, without a server.",
    "synth": "Load an application and tell what is wrong with it.",
    "diff": "Compare two deployments: what breaks callers, weakens security, is replaced.",
    "export": "Write an API as OpenAPI.",
    "render": "Render a mapping template alone.",
    "explain": "Tell what happened to a request, stage by stage.",
    "keys": "List, create, import and export API keys.",
    "usage": "Tell how much keys have used of their plans.",
    "clock": "Tell the time of the running preview, and change it.",
    "logs": "Show what a function of the running preview logs.",
    "init": "Write a project to begin with.",
    "doctor": "Check that this machine has what a preview needs.",
}
"""The commands with their summaries; each is ``command`` in a module of ``forestage.commands``."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are run."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands, the one people want first at the top."""
        del self, ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del self, ctx
        if cmd_name not in COMMANDS:
            return None
        command = import_module(f"forestage.commands.{cmd_name}").command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command that was typed, or name the ones that look like it."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=COMMANDS, ctx=ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their summaries, without importing any."""
        del self, ctx
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="SOURCE is a folder with cdk.json or manifest.json, a template, git:REF[:PATH], aws:STACK or"
    " stage:API_ID/STAGE; by default the current folder. `forestage COMMAND --help` tells the options of a command.",
)
@click.version_option(__version__, "-V", "--version", message="forestage %(version)s")
@click.pass_context
def program(context: click.Context) -> None:
    """Preview Amazon API Gateway applications on your machine: no Docker, no AWS account."""
    import signal

    former = signal.signal(signal.SIGTERM, _end)
    context.call_on_close(lambda: signal.signal(signal.SIGTERM, former))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code of the process.

    0 is success, also on SIGTERM; 1 failure, 2 wrong usage, 130 Ctrl-C.
    """
    try:
        outcome = program.main(
            list(sys.argv[1:] if arguments is None else arguments),
            prog_name="forestage",
            standalone_mode=False,
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (KeyboardInterrupt, click.Abort):
        return EXIT_CTRL_C
    except BrokenPipeError:
        _forget_output()
        return EXIT_FAILURE
    # The one place where every error becomes a message; which kind it is costs imports that --help does not need.
    except Exception as error:  # ruff: ignore[blind-except]
        return _fail(error)
    return outcome if isinstance(outcome, int) else 0


def _end(number: int, frame: FrameType | None) -> NoReturn:
    """End in good order on SIGTERM, so that child processes are taken down on the way out."""
    del number, frame
    raise SystemExit(0)


def _fail(error: Exception) -> int:
    """Tell what went wrong: the person's mistake in full, a defect of ours in one line and a file."""
    from forestage.commands.defects import report_defect
    from forestage.commands.printing import TerminalTalk, complain
    from forestage.errors import ForestageError

    if isinstance(error, ForestageError):
        complain(error)
        return error.exit_code
    if isinstance(error, OSError) and error.errno in _NO_ROOM:
        _forget_output()
        TerminalTalk().error(f"the output cannot be written: {error.strerror}")
        return EXIT_FAILURE
    TerminalTalk().error(report_defect(error))
    return EXIT_FAILURE


def _forget_output() -> None:
    """Send what is still buffered nowhere: the reader of our output has gone away, or the disk is full."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
