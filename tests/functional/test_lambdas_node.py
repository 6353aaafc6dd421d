"""Node functions on AWS's client: how they are found, what they may import, what they answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.functions import Layer, LocalCode
from forestage.preview.host.folders import cache_folder
from forestage.preview.host.lambdas import FunctionSettings, LogStream, Warm, Wire
from tests.functional.function_deployment import (
    Deployment,
    a_function,
    deployed,
    share_node_packages,
    write_files,
)

if TYPE_CHECKING:
    from pathlib import Path

    from forestage.model.functions import Function


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    folder = tmp_path / "cache"
    folder.mkdir()
    share_node_packages(folder)
    return folder


def result_of(function: Function, cache: Path, event: object = None, **settings: Any) -> Any:
    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(function)
        return await deployment.result(function.name, event)

    return deployed(FunctionSettings(cache=cache, warm=Warm.LAZY, **settings), scenario)


def error_of(function: Function, cache: Path) -> Any:
    async def scenario(deployment: Deployment) -> Any:
        await deployment.deploy(function)
        return await deployment.fault(function.name)

    return deployed(FunctionSettings(cache=cache, warm=Warm.LAZY), scenario)


ESM = "export const handler = async (event) => ({ kind: typeof require, event });\n"
COMMONJS = "exports.handler = async (event) => ({ kind: typeof require, event });\n"
PACKAGE = '{"type": "module"}'


@pytest.mark.parametrize("runtime", ["nodejs24.x", "nodejs20.x"])
@pytest.mark.parametrize(
    ("files", "handler", "kind"),
    [
        pytest.param({"index_dot_mjs": ESM}, "index.handler", "undefined", id="module"),
        pytest.param(
            {"index_dot_js": ESM, "package_dot_json": PACKAGE}, "index.handler", "undefined", id="type-module"
        ),
        pytest.param({"index_dot_js": COMMONJS}, "index.handler", "function", id="commonjs"),
        pytest.param({"index_dot_cjs": COMMONJS, "package_dot_json": PACKAGE}, "index.handler", "function", id="cjs"),
        pytest.param({"src__app_dot_js": COMMONJS}, "src/app.handler", "function", id="subfolder"),
        pytest.param(
            {"app_dot_js": "exports.a = {b: async () => ({kind: 'nested'})}"}, "app.a.b", "nested", id="nested"
        ),
    ],
)
def test_node_handler_is_found(
    runtime: str, files: dict[str, str], handler: str, kind: str, tmp_path: Path, cache: Path
) -> None:
    code = write_files(tmp_path / "code", **files)

    result = result_of(a_function(code, runtime=runtime, handler=handler), cache)

    assert result["kind"] == kind


@pytest.mark.parametrize("runtime", ["nodejs24.x", "nodejs22.x"])
@pytest.mark.parametrize("name", ["index_dot_js", "index_dot_mjs"])
def test_node_function_ignores_packages_of_the_project_around_it(
    runtime: str, name: str, tmp_path: Path, cache: Path
) -> None:
    write_files(tmp_path, node_modules__outer__index_dot_js="module.exports = 1;\n", package_dot_json=PACKAGE)
    statement = "import 'outer';\n" + ESM if name.endswith("mjs") else "require('outer');\n" + COMMONJS
    code = write_files(tmp_path / "cdk.out" / "asset.1", **{name: statement})

    wrong = error_of(a_function(code, runtime=runtime), cache)

    assert "outer" in wrong["errorMessage"]
    assert wrong["errorType"] in {"Runtime.ImportModuleError", "Error"}


@pytest.mark.parametrize("runtime", ["nodejs24.x", "nodejs22.x"])
def test_node_function_ignores_the_module_type_of_the_project_around_it(
    runtime: str, tmp_path: Path, cache: Path
) -> None:
    write_files(tmp_path, package_dot_json=PACKAGE)
    code = write_files(
        tmp_path / "cdk.out" / "asset.1",
        index_dot_js="const { part } = require('./part');\nexports.handler = async () => ({ kind: part });\n",
        part_dot_js="exports.part = typeof module;\n",
    )

    result = result_of(a_function(code, runtime=runtime), cache)

    assert result == {"kind": "object"}


@pytest.mark.parametrize("name", ["index_dot_js", "index_dot_mjs"])
def test_node_function_imports_its_own_packages_through_links(name: str, tmp_path: Path, cache: Path) -> None:
    store = write_files(
        tmp_path / "store",
        real__index_dot_js="module.exports = require('other');\n",
        real__node_modules__other__index_dot_js="module.exports = 'linked';\n",
    )
    text = (
        "import dep from 'dep';\nexport const handler = async () => dep;\n"
        if name.endswith("mjs")
        else "const dep = require('dep');\nexports.handler = async () => dep;\n"
    )
    code = write_files(tmp_path / "code", **{name: text})
    (code / "node_modules").mkdir()
    (code / "node_modules" / "dep").symlink_to(store / "real")

    result = result_of(a_function(code, runtime="nodejs24.x"), cache)

    assert result == "linked"


def a_layer(folder: Path, name: str, value: str) -> Layer:
    files = {f"nodejs__node_modules__{name}__index_dot_js": f"module.exports = '{value}';\n"}
    path = write_files(folder / f"layer-{name}-{value}", **files)
    return Layer(logical_id=f"{name}{value}", arn="arn", code=LocalCode(path=str(path)))


@pytest.mark.parametrize("runtime", ["nodejs24.x", "nodejs22.x"])
@pytest.mark.parametrize("name", ["index_dot_js", "index_dot_mjs"])
def test_node_function_imports_from_layers_and_the_later_wins(
    runtime: str, name: str, tmp_path: Path, cache: Path
) -> None:
    text = (
        "import a from 'first';\nimport b from 'second';\nexport const handler = async () => [a, b];\n"
        if name.endswith("mjs")
        else "exports.handler = async () => [require('first'), require('second')];\n"
    )
    code = write_files(tmp_path / "code", **{name: text})
    layers = (a_layer(tmp_path, "first", "old"), a_layer(tmp_path, "first", "new"), a_layer(tmp_path, "second", "2"))

    result = result_of(a_function(code, runtime=runtime, layers=layers), cache)

    assert result == ["new", "2"]


@pytest.mark.parametrize("name", ["index_dot_js", "index_dot_mjs"])
def test_node_function_has_the_sdk_without_shipping_it(name: str, tmp_path: Path) -> None:
    sdk = write_files(tmp_path / "sdk", node_modules__client__index_dot_js="exports.S3Client = 'a client';\n")
    (sdk / "node_modules" / "@aws-sdk").mkdir()
    (sdk / "node_modules" / "client").rename(sdk / "node_modules" / "@aws-sdk" / "client-s3")
    text = (
        "import { S3Client } from '@aws-sdk/client-s3';\nexport const handler = async () => S3Client;\n"
        if name.endswith("mjs")
        else "const { S3Client } = require('@aws-sdk/client-s3');\nexports.handler = async () => S3Client;\n"
    )
    code = write_files(tmp_path / "code", **{name: text})

    result = result_of(a_function(code, runtime="nodejs24.x"), a_cache(tmp_path, sdk=sdk))

    assert result == "a client"


def a_cache(folder: Path, *, sdk: Path) -> Path:
    """Make a cache that has AWS's client as fetched before, and an SDK of the test's."""
    cache = folder / "cache"
    node = cache_folder() / "node"
    (cache / "node").mkdir(parents=True)
    for client in node.glob("aws-lambda-ric-*"):
        (cache / "node" / client.name).symlink_to(client)
    (cache / "node" / "sdk").symlink_to(sdk)
    return cache


def test_node_callback_answers_up_to_node_22(cache: Path) -> None:
    code = (
        "exports.handler = (event, context, callback) => {\n"
        "  setTimeout(() => callback(null, context.functionName), 5);\n};\n"
    )

    result = result_of(a_function(code, runtime="nodejs22.x"), cache)

    assert result == "orders"


def test_node_callback_is_refused_from_node_24_on(cache: Path) -> None:
    wrong = error_of(a_function("exports.handler = (event, context, callback) => {};\n", runtime="nodejs24.x"), cache)

    assert wrong["errorType"] == "Runtime.CallbackHandlerDeprecated"


@pytest.mark.parametrize("wire", list(Wire), ids=lambda wire: wire.value)
@pytest.mark.parametrize("runtime", ["nodejs24.x", "nodejs22.x"])
def test_node_streamed_answer_is_collected(wire: Wire, runtime: str, cache: Path) -> None:
    code = (
        "exports.handler = awslambda.streamifyResponse(async (event, stream) => {\n"
        "  stream.setContentType('application/json'); stream.write('[1,'); stream.write('2]'); stream.end();\n});\n"
    )

    result = result_of(a_function(code, runtime=runtime), cache, wire=wire)

    assert result == [1, 2]


def test_node_function_whose_promise_never_settles_ends(cache: Path) -> None:
    wrong = error_of(a_function("exports.handler = () => new Promise(() => {});\n", runtime="nodejs24.x"), cache)

    assert wrong["errorType"] == "Runtime.ExitError"


def test_node_context_tells_of_the_invocation(cache: Path) -> None:
    code = (
        "exports.handler = async (event, context) => ({ ...context, left: context.getRemainingTimeInMillis(),"
        " trace: process.env._X_AMZN_TRACE_ID, own: process.env._FORESTAGE });\n"
    )
    function = a_function(code, runtime="nodejs24.x", memory_mb=256, timeout_seconds=9)

    result = result_of(function, cache)

    assert result["functionName"] == "orders"
    assert result["memoryLimitInMB"] == "256"
    assert result["invokedFunctionArn"] == function.arn
    assert 8000 < result["left"] <= 9000
    assert result["trace"].startswith("Root=1-")
    assert "own" not in result


def test_node_log_lines_are_told_one_by_one(cache: Path) -> None:
    code = "exports.handler = async () => { console.log('one\\ntwo'); console.error('three'); };\n"

    async def scenario(deployment: Deployment) -> list[str]:
        await deployment.deploy(a_function(code, runtime="nodejs24.x"))
        await deployment.result(request_id="the-id")
        return deployment.printed()

    lines = deployed(FunctionSettings(cache=cache), scenario)

    assert [line.split("\t")[1:] for line in lines] == [["the-id", "INFO", "one"], [], ["the-id", "ERROR", "three"]]
    assert lines[1] == "two"


def test_node_large_event_and_answer_arrive_whole(cache: Path) -> None:
    text = "x" * 6_000_000

    result = result_of(a_function("exports.handler = async (event) => event;\n", runtime="nodejs24.x"), cache, text)

    assert result == text


def test_node_of_another_version_is_said_once(cache: Path) -> None:
    code = "exports.handler = async () => 1;\n"

    async def scenario(deployment: Deployment) -> list[str]:
        await deployment.deploy(
            a_function(code, name="one", runtime="nodejs18.x"), a_function(code, name="two", runtime="nodejs18.x")
        )
        await deployment.result("one")
        await deployment.result("two")
        return [line for line in deployment.printed(LogStream.PREVIEW) if "nodejs18.x is not on" in line]

    lines = deployed(FunctionSettings(cache=cache), scenario)

    assert len(lines) == 1
