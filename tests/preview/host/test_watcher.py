from __future__ import annotations

import os
import queue
import socket
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from forestage.load.app_watch import WatchRules
from forestage.load.deployment import Loaded
from forestage.load.fidelity import FidelityReport
from forestage.model import Deployment
from forestage.model.functions import Function, InlineCode, Layer, LocalCode
from forestage.preview.host.watcher import (
    MAX_COMPARED_BYTES,
    Changes,
    Watcher,
    WatchPlan,
    classify,
    folders_of,
    plan_watch,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from forestage.preview.host.watcher import Interruption

PATIENCE_SECONDS = 10
NEVER = float("inf")
CLOSED_HANDLE = 1_000_000


def function(name: str, code: str, *layers: str) -> Function:
    return Function(
        logical_id=name,
        name=name,
        arn=f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
        code=LocalCode(path=code),
        layers=tuple(Layer(logical_id="", arn="", code=LocalCode(path=layer)) for layer in layers),
    )


def loaded(deployment: Deployment, *watch: str) -> Loaded:
    return Loaded(
        deployment=deployment,
        fidelity=FidelityReport(),
        watch=watch,
        watch_rules=dict.fromkeys(watch, WatchRules(exclude=("docs",))),
    )


def test_plan_names_functions_by_the_folders_of_code_and_layers() -> None:
    deployment = Deployment(functions=(function("pets", "/app/pets", "/app/common"), function("cats", "/app/pets")))

    plan = plan_watch(loaded(deployment, "/app/template.yaml"), environments=["/app/env.json"])

    assert plan.functions == {"/app/pets": frozenset({"pets", "cats"}), "/app/common": frozenset({"pets"})}
    assert plan.sources == frozenset({"/app/template.yaml"})
    assert plan.environments == frozenset({"/app/env.json"})


def test_plan_leaves_out_inline_code() -> None:
    inline = Function(logical_id="f", name="f", arn="arn", code=InlineCode(text=""))

    assert not plan_watch(loaded(Deployment(functions=(inline,)))).functions


def test_plan_follows_links_of_roots(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")

    plan = plan_watch(loaded(Deployment(), str(tmp_path / "link")))

    assert plan.sources == frozenset({str((tmp_path / "real").resolve())})
    assert plan.rules == {str((tmp_path / "real").resolve()): WatchRules(exclude=("docs",))}


PLAN = WatchPlan(
    functions={"/app/pets": frozenset({"pets"}), "/app/cats.zip": frozenset({"cats"}), "/both": frozenset({"both"})},
    sources=frozenset({"/app", "/other/template.yaml", "/both"}),
)


@pytest.mark.parametrize(
    ("path", "functions", "is_source_changed"),
    [
        pytest.param("/app/pets/index.py", {"pets"}, False, id="handler code is about its function alone"),
        pytest.param("/app/pets/deep/er.py", {"pets"}, False, id="below the folder of code"),
        pytest.param("/app/cats.zip", {"cats"}, False, id="an archive"),
        pytest.param("/app/app.py", set(), True, id="an input of the app"),
        pytest.param("/app/petshop/stack.py", set(), True, id="a folder whose name begins alike"),
        pytest.param("/other/template.yaml", set(), True, id="a template"),
        pytest.param("/both/index.py", {"both"}, True, id="code and app in one folder"),
    ],
)
def test_change_is_about_the_nearest_root(path: str, functions: set[str], is_source_changed: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]
    changes = classify(PLAN, [path])

    assert changes == Changes(functions=frozenset(functions), is_source_changed=is_source_changed, paths=(path,))


@pytest.mark.parametrize(
    "path",
    [
        "/other/readme.md",
        "/app/cdk.out/manifest.json",
        "/app/.git/index",
        "/app/pets/__pycache__/index.cpython-311.pyc",
        "/app/pets/node_modules/left-pad/index.js",
        "/app/pets/.index.py.swp",
        "/app/pets/index.py~",
        "/app/pets/4913",
        "/app/pets/requests.log",
        "/app/pets/.#index.py",
        "/app/node_modules",
    ],
)
def test_change_of_what_is_no_input_is_about_nothing(path: str) -> None:
    assert classify(PLAN, [path]) is None


@pytest.mark.parametrize("name", [".package-lock.json", ".yarn-integrity", ".modules.yaml"])
def test_list_of_installed_packages_stands_for_the_packages_of_a_function(name: str) -> None:
    changes = classify(PLAN, [f"/app/pets/deep/node_modules/{name}"])

    assert changes is not None
    assert changes.functions == {"pets"}


@pytest.mark.parametrize(
    "path",
    ["/other/node_modules/.package-lock.json", "/app/pets/.git/node_modules/.package-lock.json", "/app/pets/x/.swp"],
    ids=["of a source", "in an ignored folder", "elsewhere"],
)
def test_list_of_packages_elsewhere_is_about_nothing(path: str) -> None:
    assert classify(PLAN, [path]) is None


def test_file_of_the_environment_is_about_the_environment() -> None:
    plan = WatchPlan(functions={}, sources=frozenset({"/app"}), environments=frozenset({"/app/env.json"}))

    assert classify(plan, ["/app/env.json"]) == Changes(
        functions=frozenset(), is_source_changed=False, is_environment_changed=True, paths=("/app/env.json",)
    )


RULED = WatchPlan(
    functions={"/app/pets": frozenset({"pets"}), "/app": frozenset({"all"})},
    sources=frozenset({"/app"}),
    rules={"/app": WatchRules(exclude=("README.md", "**/*.js"))},
)


@pytest.mark.parametrize(
    ("path", "functions", "is_source_changed"),
    [
        ("/app/stack.ts", {"all"}, True),
        ("/app/README.md", {"all"}, False),
        ("/app/pets/index.js", {"pets"}, False),
    ],
)
def test_rules_of_an_app_are_for_its_synthesis_and_not_for_code(
    path: str,
    functions: set[str],
    is_source_changed: bool,  # ruff: ignore[boolean-type-hint-positional-argument]
) -> None:
    changes = classify(RULED, [path])

    assert changes == Changes(functions=frozenset(functions), is_source_changed=is_source_changed, paths=(path,))


def test_root_inside_an_ignored_folder_counts() -> None:
    plan = WatchPlan(functions={"/app/cdk.out/asset.1": frozenset({"pets"})}, sources=frozenset())

    changes = classify(plan, ["/app/cdk.out/asset.1/index.py"])

    assert changes is not None
    assert changes.functions == {"pets"}


def test_changes_of_one_moment_are_told_together() -> None:
    changes = classify(PLAN, ["/app/app.py", "/app/pets/a.py", "/nowhere"])

    assert changes == Changes(
        functions=frozenset({"pets"}), is_source_changed=True, paths=("/app/app.py", "/app/pets/a.py")
    )


def test_folders_are_those_of_the_roots_but_for_ignored_ones(tmp_path: Path) -> None:
    for name in ("code/deep", "code/node_modules/x", "code/.git", "elsewhere"):
        (tmp_path / name).mkdir(parents=True)
    template = tmp_path / "elsewhere" / "template.json"
    template.touch()
    plan = WatchPlan(functions={str(tmp_path / "code"): frozenset({"f"})}, sources=frozenset({str(template)}))

    folders = folders_of(plan)

    watched = ("code", "code/deep", "code/node_modules", "elsewhere")
    assert folders == {str(tmp_path / name) for name in watched}


def test_folders_that_rules_exclude_are_not_watched(tmp_path: Path) -> None:
    for name in ("docs/pages", "stacks", ".cache", "functions/docs"):
        (tmp_path / name).mkdir(parents=True)
    plan = WatchPlan(
        functions={str(tmp_path / "docs" / "pages"): frozenset({"f"})},
        sources=frozenset({str(tmp_path)}),
        rules={str(tmp_path): WatchRules(exclude=("docs",))},
    )

    folders = folders_of(plan)

    assert folders == {str(tmp_path / name) for name in ("", "docs/pages", "stacks", "functions", "functions/docs")}


def test_links_to_folders_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "gone").symlink_to(tmp_path)
    plan = WatchPlan(functions={}, sources=frozenset({str(tmp_path)}))

    assert folders_of(plan) == {str(tmp_path)}


def test_folder_of_a_missing_root_is_the_one_it_would_be_in(tmp_path: Path) -> None:
    plan = WatchPlan(functions={}, sources=frozenset({str(tmp_path / "not" / "there.yaml")}))

    assert folders_of(plan) == {str(tmp_path)}


@dataclass
class Told:
    """Keeps what a watcher tells, for a test to wait for."""

    changes: queue.Queue[Changes] = field(default_factory=queue.Queue)
    failures: queue.Queue[str] = field(default_factory=queue.Queue)

    def next(self) -> Changes:
        return self.changes.get(timeout=PATIENCE_SECONDS)


class ScriptedNotifier:
    """Plays batches of changes; afterwards waits until it is interrupted."""

    def __init__(self, batches: list[set[tuple[int, str]]]) -> None:
        self.batches = batches
        self.is_closed = False

    def watch(self, debounce_ms: int, step_ms: int, timeout_ms: int, stop_event: Interruption) -> object:
        del debounce_ms, step_ms
        if self.batches:
            return self.batches.pop(0)
        while not timeout_ms and not stop_event.is_set():
            os.sched_yield()
        return "stop"

    def close(self) -> None:
        self.is_closed = True


class Rewriting(ScriptedNotifier):
    """Plays batches of changes, and writes the files of each anew before, as they were."""

    def watch(self, debounce_ms: int, step_ms: int, timeout_ms: int, stop_event: Interruption) -> object:
        outcome = super().watch(debounce_ms, step_ms, timeout_ms, stop_event)
        for _, path in outcome if isinstance(outcome, set) else ():
            content = Path(path).read_bytes()
            Path(path).unlink()
            Path(path).write_bytes(content)
            os.utime(path, ns=(len(self.batches), len(self.batches)))
        return outcome


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def start(told: Told) -> Iterator[Callable[..., Watcher]]:
    watchers: list[Watcher] = []

    def begin(plan: WatchPlan, *notifiers: ScriptedNotifier, since: float = NEVER) -> Watcher:
        script = iter(notifiers)
        watcher = (
            Watcher(
                plan,
                tell=told.changes.put,
                on_failure=told.failures.put,
                since=NEVER,
                notify=lambda _: next(script),
            )
            if notifiers
            else Watcher(plan, tell=told.changes.put, on_failure=told.failures.put, since=since)
        )
        watcher.start()
        watchers.append(watcher)
        return watcher

    yield begin
    for watcher in watchers:
        watcher.close()


def test_watcher_tells_one_save_once(tmp_path: Path, told: Told, start: Callable[..., Watcher]) -> None:
    saved, other = tmp_path / "a.py", tmp_path / "b.py"
    saved.write_text("saved", encoding="utf-8")
    plan = WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset())

    start(plan, ScriptedNotifier([{(1, str(saved))}, {(2, str(saved))}, {(1, str(other))}]))

    assert told.next().paths == (str(saved),)
    assert told.next().paths == (str(other),)


def test_watcher_tells_nothing_of_files_without_meaning(
    tmp_path: Path, told: Told, start: Callable[..., Watcher]
) -> None:
    plan = WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset())
    last = str(tmp_path / "last.py")

    start(plan, ScriptedNotifier([{(1, str(tmp_path / "a.py~"))}, {(1, last)}]))

    assert told.next().paths == (last,)


def test_watcher_tells_nothing_of_what_the_preview_itself_writes(tmp_path: Path, told: Told) -> None:
    output, gone, edited = tmp_path / "preview.log", tmp_path / "gone.py", tmp_path / "index.py"
    edited.touch()
    script = ScriptedNotifier([{(1, str(output))}, {(3, str(gone))}, {(2, str(edited))}])
    with output.open("w") as log, socket.socket() as no_file:
        watcher = Watcher(
            WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset()),
            tell=told.changes.put,
            on_failure=told.failures.put,
            since=NEVER,
            notify=lambda _: script,
            outputs=(log.fileno(), no_file.fileno(), CLOSED_HANDLE),
        )
    watcher.start()

    first, second = told.next(), told.next()
    watcher.close()

    assert first.paths == (str(gone),)
    assert second.paths == (str(edited),)


def test_watcher_tells_nothing_of_a_file_written_as_it_was(
    tmp_path: Path, told: Told, start: Callable[..., Watcher]
) -> None:
    made, large, last = tmp_path / "made.json", tmp_path / "large.bin", tmp_path / "last.py"
    made.write_text("{}", encoding="utf-8")
    large.write_bytes(bytes(MAX_COMPARED_BYTES + 1))
    last.write_text("", encoding="utf-8")
    plan = WatchPlan(functions={}, sources=frozenset({str(tmp_path)}))

    start(plan, Rewriting([{(2, str(made)), (2, str(large))}, {(2, str(made)), (2, str(large))}, {(2, str(last))}]))

    assert told.next().paths == (str(large), str(made))
    assert told.next().paths == (str(large),)
    assert told.next().paths == (str(last),)


def test_watcher_tells_of_code_that_is_saved_again(tmp_path: Path, told: Told, start: Callable[..., Watcher]) -> None:
    saved = tmp_path / "index.py"
    saved.write_text("code", encoding="utf-8")
    plan = WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset())

    start(plan, Rewriting([{(2, str(saved))}, {(2, str(saved))}]))

    assert [told.next().paths, told.next().paths] == [(str(saved),)] * 2


def test_watcher_tells_of_files_and_not_of_folders(tmp_path: Path, told: Told, start: Callable[..., Watcher]) -> None:
    plan = WatchPlan(functions={}, sources=frozenset({str(tmp_path)}))
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "folder")

    start(plan, ScriptedNotifier([{(1, str(tmp_path / "folder")), (1, str(tmp_path / "link"))}]), ScriptedNotifier([]))

    assert told.next().paths == (str(tmp_path / "link"),)


def test_watcher_watches_a_folder_anew_that_was_made_again(
    tmp_path: Path, told: Told, start: Callable[..., Watcher]
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    (made / "index.py").touch()
    plan = WatchPlan(functions={str(made): frozenset({"f"})}, sources=frozenset())
    second = str(made / "second.py")

    start(plan, ScriptedNotifier([{(3, str(made)), (1, str(made))}]), ScriptedNotifier([{(1, second)}]))

    assert told.next().paths == (str(made / "index.py"),)
    assert told.next().paths == (second,)


def test_watcher_gives_an_emptied_file_time_to_be_filled(
    tmp_path: Path, told: Told, start: Callable[..., Watcher]
) -> None:
    emptied, other = tmp_path / "a.py", tmp_path / "b.py"
    emptied.touch()
    other.write_text("filled", encoding="utf-8")
    plan = WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset())

    start(plan, ScriptedNotifier([{(2, str(emptied))}, {(2, str(other))}]))

    assert told.next().paths == (str(emptied), str(other))


def test_watcher_says_why_it_cannot_watch(tmp_path: Path, told: Told) -> None:
    def refuse(folders: frozenset[str]) -> ScriptedNotifier:
        del folders
        raise OSError(28, "no space left on device")

    plan = WatchPlan(functions={}, sources=frozenset({str(tmp_path)}))
    watcher = Watcher(plan, tell=told.changes.put, on_failure=told.failures.put, since=NEVER, notify=refuse)
    watcher.start()

    failure = told.failures.get(timeout=PATIENCE_SECONDS)

    assert failure == "cannot watch 1 folders: [Errno 28] no space left on device"


def test_watcher_follows_another_plan_and_gives_the_old_watches_back(
    tmp_path: Path, told: Told, start: Callable[..., Watcher]
) -> None:
    (tmp_path / "new").mkdir()
    first = ScriptedNotifier([])
    seen = str(tmp_path / "new" / "index.py")
    watcher = start(WatchPlan(functions={}, sources=frozenset({str(tmp_path)})), first, ScriptedNotifier([{(1, seen)}]))

    watcher.replace_plan(WatchPlan(functions={str(tmp_path / "new"): frozenset({"f"})}, sources=frozenset()))

    assert told.next().functions == {"f"}
    assert first.is_closed


def test_watcher_tells_of_a_real_edit(tmp_path: Path, told: Told, start: Callable[..., Watcher]) -> None:
    handler = tmp_path / "index.py"
    handler.write_text("1")
    start(WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset()))

    changes = edit_until_told(handler, told)

    assert changes.functions == {"f"}
    assert changes.paths == (str(handler),)


def test_watcher_tells_of_what_changed_before_it_began(
    tmp_path: Path, told: Told, start: Callable[..., Watcher]
) -> None:
    for name, written_at in (("old.py", 1_000), ("new.py", 2_000), ("of-the-future.py", 9_999_999_999)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (written_at, written_at))

    start(WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset()), since=1_500)

    assert told.next().paths == (str(tmp_path / "new.py"),)


def test_watcher_tells_of_files_in_a_folder_made_later(
    tmp_path: Path, told: Told, start: Callable[..., Watcher]
) -> None:
    start(WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset()))
    edit_until_told(tmp_path / "first.py", told)

    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "index.py").write_text("")

    paths: set[str] = set()
    while str(tmp_path / "made" / "index.py") not in paths:
        paths.update(told.next().paths)


def edit_until_told(file: Path, told: Told) -> Changes:
    """Edit a file again and again: the moment at which the system begins to watch is not told."""
    for attempt in range(PATIENCE_SECONDS * 20):
        file.write_text(str(attempt), encoding="utf-8")
        try:
            return told.changes.get(timeout=0.05)
        except queue.Empty:
            continue
    raise AssertionError("the edit was not told")


def test_watcher_watches_what_was_made_just_before_it_began(tmp_path: Path, told: Told) -> None:
    made = tmp_path / "made"
    first, second = ScriptedNotifier([]), ScriptedNotifier([{(1, str(made / "index.py"))}])
    script = iter([first, second])
    watched: list[frozenset[str]] = []

    def notify(folders: frozenset[str]) -> ScriptedNotifier:
        made.mkdir(exist_ok=True)
        watched.append(folders)
        return next(script)

    plan = WatchPlan(functions={str(tmp_path): frozenset({"f"})}, sources=frozenset())
    watcher = Watcher(plan, tell=told.changes.put, on_failure=told.failures.put, since=NEVER, notify=notify)
    watcher.start()
    changes = told.next()
    watcher.close()

    assert changes.paths == (str(made / "index.py"),)
    assert [str(made) in folders for folders in watched] == [False, True]
    assert first.is_closed
