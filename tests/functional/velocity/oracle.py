"""Apache Velocity 1.7 in a process of its own, asked what a template renders."""

from __future__ import annotations

import shutil
import struct
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

JARS: Final = tuple(
    Path("/usr/share/java", f"{name}.jar") for name in ("velocity", "commons-collections3", "commons-lang")
)
"""Where Debian's package ``velocity`` and what it depends on are."""

PROGRAM: Final = Path(__file__).with_name("Velocity.java")
KINDS: Final = {b"T": "text", b"P": "parse", b"M": "method"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of a template: its ``text``, or, where ``kind`` is an error's, Velocity's message."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Oracle:
    """The running process."""

    questions: IO[bytes]
    answers: IO[bytes]

    def ask(self, template: str, variables: Mapping[str, object]) -> tuple[Answer, Answer]:
        """Render a template as Velocity comes, and with blanks for what has no value."""
        self.questions.write(_text(template) + _value(variables))
        self.questions.flush()
        return self._answer(), self._answer()

    def _answer(self) -> Answer:
        kind = KINDS[self.answers.read(1)]
        (size,) = struct.unpack(">i", self.answers.read(4))
        return Answer(kind=kind, text=self.answers.read(size).decode())


def missing() -> str:
    """Tell what this machine lacks; nothing where all is there."""
    lacks = [] if shutil.which("javac") else ["a JDK (apt-get install default-jdk-headless)"]
    if not all(jar.exists() for jar in JARS):
        lacks.append("Apache Velocity (apt-get install velocity)")
    return " and ".join(lacks)


@contextmanager
def velocity() -> Generator[Oracle]:
    """Start Velocity and end it."""
    command = ["java", "-XX:TieredStopAtLevel=1", "-cp", ":".join(map(str, JARS)), str(PROGRAM)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        yield Oracle(questions=process.stdin, answers=process.stdout)


def _text(text: str) -> bytes:
    data = text.encode()
    return struct.pack(">i", len(data)) + data


def _value(value: object) -> bytes:
    match value:
        case None:
            return b"N"
        case bool():
            return b"B" + struct.pack(">?", value)
        case int():
            return b"I" + _text(str(value))
        case float():
            return b"D" + struct.pack(">d", value)
        case str():
            return b"S" + _text(value)
        case list():
            return b"L" + struct.pack(">i", len(value)) + b"".join(map(_value, value))
        case dict():
            entries = (_text(key) + _value(member) for key, member in value.items())
            return b"M" + struct.pack(">i", len(value)) + b"".join(entries)
        case _:
            raise TypeError(f"JSON has no {type(value).__name__}")
