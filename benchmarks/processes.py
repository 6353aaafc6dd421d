"""What a process and all its descendants cost, read from /proc (Linux)."""

from __future__ import annotations

import os
from collections import defaultdict
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def process_tree(root: int) -> tuple[int, ...]:
    """List a process and its descendants, also those that have made a session of their own."""
    children: dict[int, list[int]] = defaultdict(list)
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            fields = _stat(int(folder.name))
            if fields:
                children[int(fields[1])].append(int(folder.name))
    found, waiting = [], [root]
    while waiting:
        process = waiting.pop()
        found.append(process)
        waiting += children[process]
    return tuple(found)


def cpu_seconds(root: int) -> float:
    """Sum the CPU time of a process tree, descendants that have ended and were waited for included."""
    ticks = 0
    for process in process_tree(root):
        fields = _stat(process)
        ticks += sum(map(int, fields[11:15]))  # utime, stime, cutime, cstime of proc(5), counted from the state
    return ticks / TICKS_PER_SECOND


def memory_mib(root: int) -> float:
    """Sum the proportional set size of a process tree: shared pages are counted once in all."""
    kibibytes = 0
    for process in process_tree(root):
        try:
            lines = (PROC / str(process) / "smaps_rollup").read_text(encoding="ascii").splitlines()
        except (FileNotFoundError, ProcessLookupError):
            continue
        kibibytes += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return kibibytes / 1024


def _stat(process: int) -> list[str]:
    """Return the fields after the command's name, none for a process that has ended."""
    try:
        text = (PROC / str(process) / "stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return []
    return text.rpartition(")")[2].split()
