from __future__ import annotations

import json
import os
import select
import sys
from typing import TYPE_CHECKING, Any

import pytest

from forestage.errors import SourceError, StateError, SynthesisError
from forestage.load.app_watch import WatchRules
from forestage.load.resolve import LoadOptions, load_source
from tests.load.loading import plain, properties_of

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.load.resolved import ResolvedSource

# Writes an assembly as a CDK app would, from what stands beside it, and counts its runs.
APP = """
import json, os, sys
from pathlib import Path

out = Path(os.environ["CDK_OUTDIR"])
context = json.loads(os.environ["CDK_CONTEXT_JSON"])
if "CONTEXT_OVERFLOW_LOCATION_ENV" in os.environ:
    context = json.loads(Path(os.environ["CONTEXT_OVERFLOW_LOCATION_ENV"]).read_text())
print("synthesizing", flush=True)
print("with care", file=sys.stderr, flush=True)
runs = Path(os.environ["RUNS"])
runs.write_text(runs.read_text() + "x" if runs.exists() else "x")
properties = {
    "Greeting": context.get("greeting"), "Region": os.environ["CDK_DEFAULT_REGION"],
    "Text": Path("text.txt").read_text(), "Length": len(context.get("long", "")),
}
template = {"Resources": {"R": {"Type": "Custom::R", "Properties": properties}}}
(out / "A.template.json").write_text(json.dumps(template))
files = {"abc": {"source": {"path": os.path.abspath("handlers")}, "destinations": {}}}
(out / "A.assets.json").write_text(json.dumps({"files": files}))
(out / "manifest.json").write_text(json.dumps({"artifacts": {
    "A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.template.json"}},
    "A.assets": {"type": "cdk:asset-manifest", "properties": {"file": "A.assets.json"}},
}}))
"""
REAL_APP = """
import aws_cdk as cdk
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_


class Site(cdk.Stack):
    def __init__(self, scope, id):
        super().__init__(scope, id)
        function = lambda_.Function(
            self, "Fn", runtime=lambda_.Runtime.PYTHON_3_12, handler="index.handler",
            code=lambda_.Code.from_asset("functions/get"),
        )
        apigateway.LambdaRestApi(self, "Api", handler=function)


app = cdk.App()
Site(app, "Site")
app.synth()
"""


class Workshop:
    """A folder with an app, the cache for it, and a count of how often it ran."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "app"
        self.cache = folder / "cache"
        self.runs = folder / "runs"
        self.lines: list[str] = []
        (self.folder / "handlers").mkdir(parents=True)
        self.write("app.py", APP)
        self.write("text.txt", "first")
        self.write("handlers/index.py", "")
        self.settings()

    def settings(self, command: str = "python3 app.py", **entries: Any) -> None:
        runs = f"RUNS={self.runs} "
        self.write("cdk.json", json.dumps({"app": runs + command, **entries}))

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, encoding="utf-8")

    def load(self, **options: Any) -> ResolvedSource:
        given = LoadOptions(messages=self.lines.append, cache=self.cache, **options)
        return load_source(str(self.folder), options=given)

    def count(self) -> int:
        return len(self.runs.read_text()) if self.runs.exists() else 0


@pytest.fixture
def workshop(tmp_path: Path) -> Workshop:
    return Workshop(tmp_path)


def test_app_is_run_with_its_context_and_messages_are_passed_on(workshop: Workshop) -> None:
    workshop.settings(context={"greeting": "hello"})

    source = workshop.load(region="eu-west-1")

    [resource] = source.stacks[0].resources
    assert resource.properties == {"Greeting": "hello", "Region": "eu-west-1", "Text": "first", "Length": 0}
    assert workshop.lines == ["synthesizing", "with care"]
    assert source.watch == (str(workshop.folder),)
    assert source.watch_rules == {str(workshop.folder): WatchRules()}


def test_pattern_of_watch_that_is_not_understood_is_told(workshop: Workshop) -> None:
    workshop.settings(watch={"exclude": ["@(a|b)"]})

    [warning] = workshop.load().warnings

    file = workshop.folder / "cdk.json"
    assert warning.message == f"the pattern '@(a|b)' in watch of {file} matches nothing in a preview"


def test_app_that_was_just_synthesized_is_not_run_for_what_changed_meanwhile(workshop: Workshop) -> None:
    workshop.load()
    workshop.write("text.txt", "changed meanwhile")

    source = workshop.load(is_fresh=True)

    assert workshop.count() == 1
    assert properties_of(source.stacks[0], "R")["Text"] == "first"


def test_app_with_other_settings_is_run_however_fresh_it_is(workshop: Workshop) -> None:
    workshop.load()
    workshop.settings(context={"greeting": "hello"})

    source = workshop.load(is_fresh=True)

    assert workshop.count() == 2
    assert properties_of(source.stacks[0], "R")["Greeting"] == "hello"


def test_app_is_not_run_again_until_an_input_changes(workshop: Workshop) -> None:
    workshop.load()
    workshop.load()
    assert workshop.count() == 1

    workshop.write("handlers/index.py", "changed = True")
    workshop.load()
    assert workshop.count() == 1

    workshop.write("text.txt", "the second")
    [stack] = workshop.load().stacks
    assert workshop.count() == 2
    assert properties_of(stack, "R")["Text"] == "the second"

    workshop.load(use_cache=False)
    assert workshop.count() == 3


def test_handler_runs_from_where_it_is_written(workshop: Workshop) -> None:
    [stack] = workshop.load().stacks

    assert stack.local_asset("abc") == str(workshop.folder / "handlers")


def test_only_the_newest_assemblies_are_kept(workshop: Workshop) -> None:
    for _ in range(6):
        workshop.load(use_cache=False)

    assert len(list(workshop.cache.glob("*/assembly-*/manifest.json"))) == 4


def test_broken_index_of_the_cache_is_passed_over(workshop: Workshop) -> None:
    workshop.load()
    [index] = workshop.cache.glob("*/index.json")
    index.write_text("{")

    workshop.load()

    assert workshop.count() == 2


def test_long_context_goes_through_a_file(workshop: Workshop) -> None:
    workshop.settings(context={"long": "x" * 200_000})

    [stack] = workshop.load().stacks

    assert properties_of(stack, "R")["Length"] == 200_000


def test_build_command_runs_first(workshop: Workshop) -> None:
    workshop.settings(build="echo building; echo built > text.txt")

    [stack] = workshop.load().stacks

    assert properties_of(stack, "R")["Text"] == "built\n"
    assert workshop.lines[0] == "building"


def test_app_that_is_an_assembly_is_not_run(workshop: Workshop) -> None:
    out = workshop.folder / "cdk.out"
    out.mkdir()
    (out / "A.json").write_text('{"Resources": {"R": {"Type": "Custom::R"}}}')
    artifact = {"type": "aws:cloudformation:stack", "properties": {"templateFile": "A.json"}}
    (out / "manifest.json").write_text(json.dumps({"artifacts": {"A": artifact}}))
    workshop.write("cdk.json", '{"app": "cdk.out"}')

    source = workshop.load()

    assert [stack.name for stack in source.stacks] == ["A"]
    assert workshop.lines == []
    assert source.watch == (str(workshop.folder), str(out / "manifest.json"), str(out / "A.json"))


def test_app_that_fails_says_where(workshop: Workshop) -> None:
    workshop.write("app.py", "def build():\n    raise ValueError('no stage')\n\nbuild()\n")

    with pytest.raises(SynthesisError) as caught:
        workshop.load()

    assert caught.value.message.startswith("the CDK app ended with exit code 1: ")
    assert [str(fault).replace(f"{workshop.folder}/", "") for fault in caught.value.faults] == [
        "app.py:4 (<module>): build()",
        "app.py:2 (build): raise ValueError('no stage')",
        "ValueError: no stage",
    ]
    assert list(workshop.cache.glob("*/assembly-*")) == []


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("no-such-program app.py", "the app command of cdk.json cannot be found: no-such-program"),
        ("./text.txt", "the app command of cdk.json cannot be executed: ./text.txt"),
        ("kill -9 $$", "the CDK app was ended by signal 9: kill -9 $$"),
        ("true", "the CDK app ended without writing a cloud assembly: true"),
    ],
    ids=["not-found", "not-executable", "killed", "no-assembly"],
)
def test_app_command_that_does_not_work_says_why(command: str, message: str, workshop: Workshop) -> None:
    workshop.write("cdk.json", json.dumps({"app": command}))

    with pytest.raises(SynthesisError) as caught:
        workshop.load()

    assert caught.value.message == message


def test_app_ends_with_the_load_that_started_it(workshop: Workshop) -> None:
    workshop.write(
        "app.py", "import os\nheld = open('alive', 'w')\nprint('started', flush=True)\nos.read(os.pipe()[0], 1)\n"
    )
    alive = workshop.folder / "alive"
    os.mkfifo(alive)
    reader = os.open(alive, os.O_RDONLY | os.O_NONBLOCK)

    def interrupt(line: str) -> None:
        raise KeyboardInterrupt(line)

    with pytest.raises(KeyboardInterrupt, match="started"):
        load_source(str(workshop.folder), options=LoadOptions(messages=interrupt, cache=workshop.cache))

    readable, _, _ = select.select([reader], [], [], 10)
    assert readable == [reader]
    assert os.read(reader, 1) == b""
    os.close(reader)


def test_cache_that_cannot_be_written_is_an_error(workshop: Workshop) -> None:
    workshop.cache.write_text("in the way")

    with pytest.raises(StateError, match="the folder for synthesized apps cannot be written"):
        workshop.load()


def test_folder_without_app_command_is_an_error(workshop: Workshop) -> None:
    workshop.write("cdk.json", "{}")

    with pytest.raises(SourceError, match="has no app command"):
        workshop.load()


def test_real_cdk_app_is_loaded_with_construct_paths_and_handlers_in_place(workshop: Workshop) -> None:
    workshop.write("app.py", REAL_APP)
    (workshop.folder / "functions" / "get").mkdir(parents=True)
    workshop.write("functions/get/index.py", "def handler(event, context): return {'statusCode': 200}")
    workshop.settings(command=f"{sys.executable} app.py")

    [stack] = workshop.load().stacks

    resources = {resource.construct_path: resource for resource in stack.resources}
    function = properties_of(stack, resources["Site/Fn/Resource"].logical_id)
    code = plain(function["Code"])
    assert isinstance(code, dict)
    assert code["S3Bucket"] == "cdk-hnb659fds-assets-123456789012-us-east-1"
    assert stack.local_asset(f"bucket/{code['S3Key']}") == str(workshop.folder / "functions" / "get")
    assert resources["Site/Api/Default/ANY/Resource"].origin("Integration", "Uri").line > 1
