"""Kills the functions' processes when the preview is gone, even when it was killed itself.

A shell, some 1.5 MB of memory, reads the process groups from a pipe whose other end only the preview holds. The
pipe's end is the preview's end, however it came about; then the shell kills each group that is left: the functions'
processes and what these started. It works the same on all systems, without a signal on the death of a parent, which
is Linux's alone and reaches no grandchildren.
"""

from __future__ import annotations

import contextlib
import os
import subprocess  # ruff: ignore[suspicious-subprocess-import] - what this module is for

_SCRIPT = """
trap '' HUP INT TERM
groups=
while read -r verb group; do
  left=
  for one in $groups; do [ "$one" = "$group" ] || left="$left $one"; done
  groups=$left
  if [ "$verb" = add ]; then groups="$groups $group"; fi
done
for one in $groups; do kill -s KILL -- "-$one"; done
"""
_LAST_WORD_SECONDS = 2


class Guardian:
    """The shell that outlives the preview; it is started with the first process."""

    def __init__(self, *, shell: str = "/bin/sh") -> None:
        self._shell = shell
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: set[int] = set()

    def watch(self, group: int) -> None:
        """Have a process group killed when the preview is gone."""
        self._groups.add(group)
        self._tell(f"add {group}\n")

    def forget(self, group: int) -> None:
        """The group is gone."""
        self._groups.discard(group)
        if self._process is not None:
            self._tell(f"remove {group}\n")

    def close(self, *, seconds: float = _LAST_WORD_SECONDS) -> None:
        """End the shell; groups that are left are killed."""
        if self._process is None:
            return
        self._close_pipe(self._process)
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _tell(self, line: str) -> None:
        if self._process is None or not self._write(self._process, line):
            self._start()

    def _start(self) -> None:
        """Start the shell, again when somebody killed it, and tell it all groups."""
        if self._process is not None:
            self._close_pipe(self._process)
            self._process.kill()
            self._process.wait()
        self._process = subprocess.Popen(  # ruff: ignore[subprocess-without-shell-equals-true] - no shell reads it
            (self._shell, "-c", _SCRIPT),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            bufsize=0,
            env={},
            start_new_session=True,
        )
        self._write(self._process, "".join(f"add {group}\n" for group in sorted(self._groups)))

    @staticmethod
    def _write(process: subprocess.Popen[bytes], text: str) -> bool:
        assert process.stdin is not None
        try:
            os.write(process.stdin.fileno(), text.encode())
        except BrokenPipeError:
            return False
        return True

    @staticmethod
    def _close_pipe(process: subprocess.Popen[bytes]) -> None:
        assert process.stdin is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
