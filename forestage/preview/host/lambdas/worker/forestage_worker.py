"""The inside of a Python function's process: the search path as AWS has it, and AWS's client on a wire of ours.

It runs in the function's own interpreter, which can be any Python from 3.10 on, and imports only what AWS's client
imports itself: each further module would delay every cold start.
"""

from __future__ import annotations

import builtins
import json
import os
import select
import sys
import time
import types
from _sitebuiltins import Quitter  # ruff: ignore[import-private-name] - site itself would run its own search
from importlib import machinery
from struct import Struct

# As typing has it, which would take four milliseconds to import.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.abc import PathEntryFinder
    from typing import Any, TypedDict

    class Settings(TypedDict):
        """What the host says: the document in ``launch.py``."""

        wire: str
        fd: int
        task: str
        opt: str
        runtime: str
        version: str
        bytecode: str
        foreign: list[str]


HEADER = Struct(">BII")
"""Kind, length of the head, length of the body; head and body follow."""

READY, RESULT, ERROR, INIT_ERROR, TOO_LARGE = 1, 2, 3, 4, 5
MAX_RESULT_BYTES = 6_291_556
FRESH_SECONDS = 2
PLAIN = frozenset((str, int, float, bool, type(None)))
LISTS = frozenset((list, tuple))
MAX_PLAIN_DEPTH = 100
READ_BYTES = 65_536


def start(argument: str) -> None:
    """Prepare the interpreter as AWS's bootstrap does, then serve invocations until the wire is closed."""
    settings: Settings = json.loads(argument)
    standard = sys.path[:]
    sys.argv = [settings["runtime"] + "/bootstrap.py"]
    # AWS's runtime is imported before the function's folder is on the path: a function's json.py does not hurt it.
    sys.path[:] = [settings["runtime"], *standard]
    frames = Frames(settings["fd"]) if settings["wire"] == "frames" else None
    if frames is not None:
        sys.modules["runtime_client"] = frames.module()
    from awslambdaric import bootstrap, lambda_runtime_client

    mend_json()
    client = lambda_runtime_client.LambdaRuntimeClient
    if frames is not None:
        frames.take_over(client)
    add_quitters()
    cache_bytecode(settings["bytecode"], settings["foreign"])
    set_search_path(settings, standard)
    # The thread that AWS's own start uses from Python 3.12 on is there for signals, and would halve the rate.
    bootstrap.run(os.environ["_HANDLER"], client(os.environ["AWS_LAMBDA_RUNTIME_API"], False))


def mend_json() -> None:
    """Read and write with the standard library where simplejson has no extension module for this interpreter.

    It is linked from the host's own packages, which may be for another version; in Python alone it takes ten times
    as long for the same values.
    """
    import simplejson
    from awslambdaric import lambda_runtime_marshaller
    from simplejson import scanner

    if scanner.c_make_scanner is None:
        simplejson.loads = json.loads
        mend_encoder(lambda_runtime_marshaller.Encoder)


def mend_encoder(encoder: Any) -> None:
    """Have results that hold nothing but what JSON has written by the standard library, which writes the same."""
    encode = encoder.encode
    plain = {ensured: json.JSONEncoder(ensure_ascii=ensured).encode for ensured in (True, False)}

    def encode_result(self: Any, result: Any) -> str:
        text: str = plain[self.ensure_ascii](result) if is_plain(result) else encode(self, result)
        return text

    encoder.encode = encode_result


# A function may return anything.
def is_plain(value: Any, depth: int = MAX_PLAIN_DEPTH) -> bool:
    """Tell whether a value is of JSON's own types, not of others made from them, and not nested too deeply."""
    kind = type(value)
    if kind in PLAIN:
        return True
    if not depth:
        return False
    if kind is dict:
        return all(type(name) is str and is_plain(item, depth - 1) for name, item in value.items())
    return kind in LISTS and all(is_plain(item, depth - 1) for item in value)


def add_quitters() -> None:
    """Define ``exit`` and ``quit``, which the site module would define."""
    for name in ("exit", "quit"):
        setattr(builtins, name, Quitter(name, "Ctrl-D (i.e. EOF)"))


def set_search_path(settings: Settings, standard: list[str]) -> None:
    """Put the function's folder first, then layers, then what the runtime ships.

    A PYTHONPATH of the function replaces the layers. Source: ``bootstrap.py`` of AWS's images for Python.
    """
    task, runtime = settings["task"], settings["runtime"]
    own = os.environ.get("PYTHONPATH")
    if own:
        layers = [entry for entry in own.split(os.pathsep) if entry]
        folders = [task]
    else:
        layers = layer_folders(settings)
        folders = [task, *layers]
        os.environ["PYTHONPATH"] = runtime
    sys.path[:] = [task, *layers, runtime, *standard]
    for folder in folders:
        read_path_files(folder)


def layer_folders(settings: Settings) -> list[str]:
    """Return where layers have packages: for the version asked for, for the one that runs, for any."""
    root = settings["opt"] + "/python"
    versions = dict.fromkeys((settings["version"], f"{sys.version_info.major}.{sys.version_info.minor}"))
    return [*(f"{root}/lib/python{version}/site-packages" for version in versions), root]


def read_path_files(folder: str) -> None:
    """Obey the ``.pth`` files of a folder, as AWS does."""
    try:
        names = os.listdir(folder)  # ruff: ignore[os-listdir] - pathlib is not imported here
    except OSError:
        return
    if any(name.endswith(".pth") for name in names):
        import site

        site.addsitedir(folder)


def cache_bytecode(folder: str, roots: Sequence[str]) -> None:
    """Keep bytecode of the function's files in a folder of ours, since its own folder is read only on AWS."""

    class Loader(machinery.SourceFileLoader):
        """Loads a module with its bytecode elsewhere."""

        def get_code(self, fullname: str) -> types.CodeType | None:
            path = self.get_filename(fullname)
            # Bytecode is told apart by whole seconds, and an edit may follow an edit: it is not kept at once.
            if time.time() - os.stat(path).st_mtime < FRESH_SECONDS:  # ruff: ignore[os-stat] - as above
                code: types.CodeType = self.source_to_code(self.get_data(path), path)
                return code
            sys.pycache_prefix = folder
            try:
                return super().get_code(fullname)
            finally:
                sys.pycache_prefix = None

    finder = machinery.FileFinder.path_hook(
        (machinery.ExtensionFileLoader, machinery.EXTENSION_SUFFIXES),
        (Loader, machinery.SOURCE_SUFFIXES),
        (machinery.SourcelessFileLoader, machinery.BYTECODE_SUFFIXES),
    )
    own = tuple(roots)

    def hook(path: str) -> PathEntryFinder:
        if not path.startswith(own):
            raise ImportError(path)
        return finder(path)

    sys.path_hooks.insert(0, hook)


class Frames:
    """AWS's ``runtime_client`` extension module, over an inherited socket."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self.is_ready = False
        self.arrival = select.poll()
        self.arrival.register(fd, select.POLLIN)
        os.set_inheritable(fd, False)

    def module(self) -> types.ModuleType:
        """Return a module that stands for the extension module."""
        module = types.ModuleType("runtime_client")
        for name in ("initialize_client", "next", "post_invocation_result", "post_error"):
            setattr(module, name, getattr(self, name))
        return module

    def take_over(self, client: Any) -> None:
        """Replace the calls that AWS's client makes in Python over HTTP: those about init and restore."""

        def post_init_error(_: object, error: dict[str, Any], error_type: str | None = None) -> None:
            self.send(INIT_ERROR, encode(error), (error_type or error["errorType"]).encode())

        def report_restore_error(_: object, error: dict[str, Any]) -> None:
            self.send(INIT_ERROR, encode(error), b"Runtime.AfterRestoreError")

        client.post_init_error = post_init_error
        client.report_restore_error = report_restore_error
        client.restore_next = lambda _: None

    def initialize_client(self, _user_agent: str) -> None:
        """Do nothing: there is no connection to open."""

    def next(self) -> tuple[bytes, dict[str, Any]]:
        """Wait for an invocation."""
        if not self.is_ready:
            self.is_ready = True
            self.send(READY, b"")
        # A read that waits is woken for nothing when the host takes the last result: Linux tells it of the room.
        self.arrival.poll()
        data = self.receive(READ_BYTES)
        while len(data) < HEADER.size:
            data += self.receive(HEADER.size)
        _, head_bytes, body_bytes = HEADER.unpack_from(data)
        body_at = HEADER.size + head_bytes
        missing = body_at + body_bytes - len(data)
        if missing:
            data = self.complete(data, missing)
        request_id, deadline_ms, arn, trace_id = data[HEADER.size : body_at].decode().split("\n")
        return data[body_at:], {
            "Lambda-Runtime-Aws-Request-Id": request_id,
            "Lambda-Runtime-Deadline-Ms": int(deadline_ms),
            "Lambda-Runtime-Invoked-Function-Arn": arn,
            "Lambda-Runtime-Trace-Id": trace_id or None,
            "Content-Type": "application/json",
        }

    def complete(self, data: bytes, missing: int) -> bytes:
        """Read the rest of a frame."""
        parts = [data]
        while missing:
            part = self.receive(missing)
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)

    def receive(self, size: int) -> bytes:
        """Read what has come; the process ends with the host's end of the wire."""
        data = os.read(self.fd, size)
        if not data:
            os._exit(0)
        return data

    def post_invocation_result(self, _request_id: str, data: bytes, *_: object) -> None:
        """Send a result; one that is too large ends the process, as it does with AWS's client."""
        if len(data) > MAX_RESULT_BYTES:
            self.send(TOO_LARGE, b"")
            raise RuntimeError("Failed to post invocation response")
        self.send(RESULT, data)

    def post_error(self, _request_id: str, error: str, *_: object) -> None:
        """Send what the function raised."""
        self.send(ERROR, error.encode())

    def send(self, kind: int, body: bytes, head: bytes = b"") -> None:
        """Write one frame at once."""
        frame = HEADER.pack(kind, len(head), len(body)) + head + body
        written = os.write(self.fd, frame)
        while written < len(frame):
            written += os.write(self.fd, memoryview(frame)[written:])


def encode(error: dict[str, Any]) -> bytes:
    """Return an error as JSON, by AWS's own encoder."""
    from awslambdaric.lambda_runtime_marshaller import to_json

    text: str = to_json(error)
    return text.encode()
