from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from forestage.errors import ParameterError, SynthesisError
from forestage.load.deployment import Loaded
from forestage.load.fidelity import FidelityReport
from forestage.model import Deployment
from forestage.model.deployment import Environment
from forestage.preview.host.reload import MAX_SUPERSEDED, Reloader, shown_path
from forestage.preview.host.watcher import Changes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable


def version(region: str) -> Loaded:
    return Loaded(deployment=Deployment(environment=Environment(region=region)), fidelity=FidelityReport())


OLD, NEW, NEWER = version("eu-west-1"), version("eu-west-2"), version("eu-west-3")
SOURCE = Changes(functions=frozenset(), is_source_changed=True, paths=("/app/template.json",))
ENVIRONMENT = Changes(
    functions=frozenset(), is_source_changed=False, is_environment_changed=True, paths=("/app/env.json",)
)
CODE = Changes(functions=frozenset({"pets", "cats"}), is_source_changed=False, paths=("/app/pets/index.py",))


@dataclass
class World:
    """What a reloader acts on, and what it says."""

    loads: list[Loaded | Exception] = field(default_factory=list)
    served: list[Loaded] = field(default_factory=list)
    swapped: list[Loaded] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    defects: list[BaseException] = field(default_factory=list)
    environment_faults: list[Exception] = field(default_factory=list)
    prepare: Callable[[], Awaitable[bool]] | None = None

    async def swap(self, loaded: Loaded) -> None:
        self.served.append(loaded)

    def info(self, text: str) -> None:
        self.told.append(text)

    def warn(self, text: str) -> None:
        self.told.append(f"warning: {text}")

    def error(self, text: str) -> None:
        self.told.append(f"error: {text}")

    def load(self) -> Loaded:
        outcome = self.loads.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def read_environment(self) -> None:
        for fault in self.environment_faults:
            raise fault

    async def succeed(self) -> bool:
        return True

    def reloader(self) -> Reloader:
        return Reloader(
            self,
            OLD,
            prepare=self.prepare or self.succeed,
            load=self.load,
            read_environment=self.read_environment,
            talk=self,
            on_swapped=self.swapped.append,
            on_defect=self.defects.append,
        )

    def act(self, *changes: Changes) -> None:
        async def run() -> None:
            reloader = self.reloader()
            for change in changes:
                reloader.act(change)
                await reloader.settle()

        asyncio.run(run())


def test_changed_source_is_loaded_and_served() -> None:
    world = World(loads=[NEW])

    world.act(SOURCE)

    assert world.served == [NEW]
    assert world.swapped == [NEW]
    assert world.told == ["/app/template.json changed: loading", "the new version is served"]


def test_changed_code_replaces_functions_without_a_load() -> None:
    world = World()

    world.act(CODE)

    assert world.served == [OLD]
    assert world.told == ["/app/pets/index.py changed: new code for cats, pets"]


def test_code_changed_after_a_load_is_that_of_the_loaded_version() -> None:
    world = World(loads=[NEW])

    world.act(SOURCE, CODE)

    assert world.served == [NEW, NEW]


def test_changed_environment_replaces_functions_without_a_load() -> None:
    world = World()

    world.act(ENVIRONMENT)

    assert world.served == [OLD]
    assert world.told == ["/app/env.json changed: new environment for functions"]


def test_environment_that_cannot_be_read_changes_nothing() -> None:
    world = World(environment_faults=[ParameterError("env.json must hold a JSON object")])

    world.act(ENVIRONMENT)

    assert world.served == []
    assert world.told[1:] == [
        "error: env.json must hold a JSON object",
        "warning: the version from before the change goes on",
    ]


def test_load_that_changes_nothing_is_not_served_again() -> None:
    same = version("eu-west-1")
    world = World(loads=[same])

    world.act(SOURCE)

    assert world.served == []
    assert world.swapped == [same]
    assert world.told[-1] == "nothing that is served has changed"


def test_failed_load_keeps_what_is_served_and_says_why() -> None:
    world = World(loads=[SynthesisError("the app failed", hint="mend it"), NEW])

    world.act(SOURCE)

    assert world.served == []
    assert world.told[1:] == [
        "error: the app failed\nhint: mend it",
        "warning: the version from before the change goes on",
    ]


def test_load_after_a_failed_one_is_served() -> None:
    world = World(loads=[SynthesisError("the app failed"), NEW])

    world.act(SOURCE, SOURCE)

    assert world.served == [NEW]


def test_failed_synthesis_keeps_what_is_served() -> None:
    async def fail() -> bool:  # ruff: ignore[unused-async]  (it stands where a synthesis is awaited)
        return False

    world = World(prepare=fail)

    world.act(SOURCE)

    assert world.served == []
    assert world.told[-1] == "warning: the version from before the change goes on"


def test_defect_is_reported_and_the_next_change_acted_on() -> None:
    defect = KeyError("x")
    world = World(loads=[defect, NEW])

    world.act(SOURCE, SOURCE)

    assert world.defects == [defect]
    assert world.served == [NEW]


def test_newer_change_takes_the_place_of_a_load_under_way() -> None:
    world = World(loads=[NEWER])
    stopped: list[str] = []

    async def run() -> None:
        blocked, started = asyncio.Event(), asyncio.Event()

        async def prepare() -> bool:
            if stopped or started.is_set():
                return True
            started.set()
            try:
                await blocked.wait()
            except asyncio.CancelledError:
                stopped.append("the first")
                raise
            return True

        world.prepare = prepare
        reloader = world.reloader()
        reloader.act(SOURCE)
        await started.wait()
        reloader.act(SOURCE)
        await reloader.settle()

    asyncio.run(run())

    assert stopped == ["the first"]
    assert world.served == [NEWER]


@dataclass
class Pace:
    """Lets syntheses begin and end when a test says so."""

    begun: asyncio.Queue[asyncio.Event] = field(default_factory=asyncio.Queue)
    under_way: int = 0
    most_under_way: int = 0

    async def prepare(self) -> bool:
        release = asyncio.Event()
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        self.begun.put_nowait(release)
        try:
            await release.wait()
        finally:
            self.under_way -= 1
        return True


def test_load_is_let_finish_where_each_was_stopped() -> None:
    world, pace = World(loads=[NEW, NEWER]), Pace()
    world.prepare = pace.prepare

    async def run() -> None:
        reloader = world.reloader()
        for _ in range(MAX_SUPERSEDED + 1):
            reloader.act(SOURCE)
            patient = await pace.begun.get()
        reloader.act(SOURCE)
        patient.set()
        (await pace.begun.get()).set()
        await reloader.settle()

    asyncio.run(run())

    assert world.swapped == [NEW, NEWER]
    assert pace.most_under_way == 1


def test_stream_of_changes_leads_to_one_load_after_the_one_under_way() -> None:
    world, pace = World(loads=[NEW, NEWER]), Pace()
    world.prepare = pace.prepare

    async def run() -> None:
        reloader = world.reloader()
        for _ in range(MAX_SUPERSEDED + 100):
            reloader.act(SOURCE)
        (await pace.begun.get()).set()
        (await pace.begun.get()).set()
        await reloader.settle()

    asyncio.run(run())

    assert world.swapped == [NEW, NEWER]


def test_load_that_waits_its_turn_is_forgotten_when_all_is_closed() -> None:
    world, pace = World(), Pace()
    world.prepare = pace.prepare

    async def run() -> None:
        reloader = world.reloader()
        for _ in range(MAX_SUPERSEDED + 2):
            reloader.act(SOURCE)
        await pace.begun.get()
        await reloader.close()

    asyncio.run(run())

    assert world.swapped == []
    assert pace.under_way == 0


def test_close_stops_a_load_under_way() -> None:
    world = World()
    ends = []

    async def run() -> None:
        started = asyncio.Event()

        async def prepare() -> bool:
            started.set()
            try:
                await asyncio.Event().wait()
            finally:
                ends.append("stopped")
            return True

        world.prepare = prepare
        reloader = world.reloader()
        reloader.act(SOURCE)
        await started.wait()
        await reloader.close()

    asyncio.run(run())

    assert ends == ["stopped"]
    assert world.served == []


@dataclass
class SlowWorld(World):
    """Never comes to the end of a swap."""

    swapping: asyncio.Event = field(default_factory=asyncio.Event)

    async def swap(self, loaded: Loaded) -> None:
        self.swapping.set()
        await asyncio.Event().wait()
        await super().swap(loaded)


def test_close_stops_a_version_that_is_being_swapped_in() -> None:
    world = SlowWorld(loads=[NEW])

    async def run() -> None:
        reloader = world.reloader()
        reloader.act(SOURCE)
        await world.swapping.wait()
        await reloader.close()

    asyncio.run(run())

    assert (world.served, world.swapped) == ([], [])


def test_close_without_anything_under_way_is_harmless() -> None:
    world = World()

    async def run() -> None:
        await world.reloader().close()

    asyncio.run(run())

    assert world.told == []


def test_many_changed_files_are_not_all_named() -> None:
    world = World(loads=[NEW])
    paths = tuple(f"/app/{number}" for number in range(5))

    world.act(Changes(functions=frozenset(), is_source_changed=True, paths=paths))

    assert world.told[0] == "/app/0, /app/1, /app/2 and 2 more changed: loading"


def test_path_below_the_current_folder_is_shown_from_there() -> None:
    here = Path.cwd().resolve()

    assert shown_path(str(here / "tests" / "x.py")) == "tests/x.py"
    assert shown_path("/elsewhere/x.py") == "/elsewhere/x.py"
