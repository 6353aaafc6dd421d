from __future__ import annotations

import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model.functions import Code, Function, InlineCode, Layer, LocalCode, RemoteCode
from forestage.preview.host.lambdas.bundle import BundleError, make_bundle, tree_digest

if TYPE_CHECKING:
    from collections.abc import Callable


def a_function(code: Code, **more: Any) -> Function:
    more.setdefault("runtime", "python3.11")
    return Function(logical_id="Orders", name="orders", arn="arn", code=code, handler="app.run", **more)


def a_layer(path: Path) -> Layer:
    return Layer(logical_id="Shared", arn="arn", code=LocalCode(path=str(path)))


def write(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def names_in(folder: str) -> list[str]:
    return sorted(path.name for path in Path(folder).iterdir())


@pytest.mark.parametrize(("runtime", "name"), [("python3.11", "index.py"), ("nodejs22.x", "index.js")])
def test_inline_code_is_the_file_index(runtime: str, name: str, tmp_path: Path) -> None:
    bundle = make_bundle(a_function(InlineCode(text="x = 1"), runtime=runtime), tmp_path)

    assert names_in(bundle.task) == [name]


def test_inline_code_has_the_same_folder_again(tmp_path: Path) -> None:
    function = a_function(InlineCode(text="x = 1"))

    assert make_bundle(function, tmp_path) == make_bundle(function, tmp_path)


def test_folder_is_used_where_it_is(tmp_path: Path) -> None:
    code = write(tmp_path / "code" / "app.py").parent

    bundle = make_bundle(a_function(LocalCode(path=str(code))), tmp_path / "cache")

    assert bundle.task == str(code.resolve())


def test_zip_file_is_unpacked_once_for_its_content(tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as file:
            file.writestr(zipfile.ZipInfo("app.py"), "x = 1")

    one, two = (
        make_bundle(a_function(LocalCode(path=str(tmp_path / name))), tmp_path / "cache")
        for name in ("one.zip", "two.zip")
    )

    assert one.task == two.task
    assert names_in(one.task) == ["app.py"]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (RemoteCode(uri="s3://bucket/key"), "the code of function orders is s3://bucket/key, which is not on this"),
        (LocalCode(path="/nothing/here"), "the code of function orders should be at /nothing/here, where there is no"),
        (LocalCode(path=__file__), "the code of function orders must be a folder or a zip file"),
    ],
    ids=["remote", "missing", "neither"],
)
def test_code_that_cannot_be_had_is_said(code: Code, message: str, tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=message):
        make_bundle(a_function(code), tmp_path)


def test_damaged_zip_file_is_said(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "code.zip", "w") as file:
        file.writestr("../evil", "")

    with pytest.raises(BundleError, match=r"the code of function orders, .*/code\.zip, member '\.\./evil' would be"):
        make_bundle(a_function(LocalCode(path=str(tmp_path / "code.zip"))), tmp_path / "cache")


def test_missing_layer_is_said(tmp_path: Path) -> None:
    function = a_function(InlineCode(text=""), layers=(a_layer(tmp_path / "nothing"),))

    with pytest.raises(BundleError, match="the code of layer Shared should be at"):
        make_bundle(function, tmp_path)


def test_layer_that_is_elsewhere_is_left_out(tmp_path: Path) -> None:
    arn = "arn:aws:lambda:us-east-1:017000801446:layer:AWSLambdaPowertoolsPythonV3:1"
    elsewhere = Layer(logical_id="", arn=arn, code=RemoteCode(uri=arn))
    layer = write(tmp_path / "layer" / "python" / "a.py").parents[1]
    function = a_function(InlineCode(text=""), layers=(elsewhere, a_layer(layer)))

    assert make_bundle(function, tmp_path / "cache").layers == (str(layer.resolve()),)


def test_function_without_layers_has_an_empty_folder_for_them(tmp_path: Path) -> None:
    bundle = make_bundle(a_function(InlineCode(text="")), tmp_path)

    assert names_in(bundle.opt) == []
    assert bundle.layers == ()


def test_single_layer_is_used_where_it_is(tmp_path: Path) -> None:
    layer = write(tmp_path / "layer" / "python" / "a.py").parents[1]

    bundle = make_bundle(a_function(InlineCode(text=""), layers=(a_layer(layer),)), tmp_path / "cache")

    assert bundle.opt == str(layer)


def test_later_layer_lies_over_the_earlier(tmp_path: Path) -> None:
    write(tmp_path / "one" / "python" / "a.py", "one")
    write(tmp_path / "one" / "python" / "only.py", "one")
    write(tmp_path / "one" / "python" / "deep" / "x" / "a.py", "one")
    write(tmp_path / "one" / "swap" / "file", "one")
    write(tmp_path / "two" / "python" / "a.py", "two")
    write(tmp_path / "two" / "python" / "deep" / "x" / "b.py", "two")
    write(tmp_path / "two" / "swap", "two")
    layers = (a_layer(tmp_path / "one"), a_layer(tmp_path / "two"))

    bundle = make_bundle(a_function(InlineCode(text=""), layers=layers), tmp_path / "cache")

    files = {
        str(Path(folder, name).relative_to(bundle.opt))
        for folder, _, names in os.walk(bundle.opt, followlinks=True)
        for name in names
    }
    assert files == {"python/a.py", "python/only.py", "python/deep/x/a.py", "python/deep/x/b.py", "swap"}
    assert Path(bundle.opt, "python", "a.py").read_text(encoding="utf-8") == "two"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    write(tmp_path / "tree" / "a.py", "1")
    write(tmp_path / "tree" / "b" / "c.py", "1")
    return tmp_path / "tree"


def test_digest_of_an_unchanged_tree_is_the_same(tree: Path) -> None:
    assert tree_digest(tree) == tree_digest(tree)


@pytest.mark.parametrize("change", ["edit", "touch", "add", "remove", "rename"])
def test_digest_changes_with_the_tree(change: str, tree: Path) -> None:
    before = tree_digest(tree)
    changes: dict[str, Callable[[], object]] = {
        "edit": lambda: write(tree / "b" / "c.py", "22"),
        "touch": lambda: os.utime(tree / "b" / "c.py", ns=(1, 1)),
        "add": lambda: write(tree / "d.py"),
        "remove": (tree / "a.py").unlink,
        "rename": lambda: (tree / "a.py").rename(tree / "z.py"),
    }

    changes[change]()

    assert tree_digest(tree) != before


def test_digest_ignores_bytecode_and_dead_links(tree: Path) -> None:
    before = tree_digest(tree)

    write(tree / "__pycache__" / "a.pyc")
    (tree / "dead").symlink_to(tree / "nothing")

    assert tree_digest(tree) == before


def test_digest_follows_links_but_not_in_circles(tree: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "x.py", "1").parent
    (tree / "out").symlink_to(outside)
    (tree / "b" / "self").symlink_to(tree)
    before = tree_digest(tree)

    write(outside / "x.py", "22")

    assert tree_digest(tree) != before
