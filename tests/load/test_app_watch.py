from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.errors import SourceError
from forestage.load.app import read_app
from forestage.load.app_watch import MAX_ALTERNATIVES, WatchRules, unsupported_patterns

if TYPE_CHECKING:
    from pathlib import Path

APP = "/app"

PYTHON = ("README.md", "cdk*.json", "requirements*.txt", "source.bat", "**/__init__.py", "**/__pycache__", "tests")
"""What ``cdk init app --language python`` excludes."""

TYPESCRIPT = (
    "README.md",
    "cdk*.json",
    "**/*.d.ts",
    "**/*.js",
    "tsconfig.json",
    "package*.json",
    "node_modules",
    "test",
)
"""What ``cdk init app --language typescript`` excludes."""


def is_input(path: str, *, include: tuple[str, ...] = ("**",), exclude: tuple[str, ...] = ()) -> bool:
    return WatchRules(include=include, exclude=exclude).is_input(APP, f"{APP}/{path}")


@pytest.mark.parametrize("path", ["app.py", "stacks/api.py", "a/b/c/openapi.yaml", "cdk.json"])
def test_everything_is_an_input_without_settings(path: str) -> None:
    assert is_input(path)


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "stacks/.hidden",
        ".git/HEAD",
        "a/.cache/x/y.py",
        "cdk.out/manifest.json",
        "node_modules/x/index.js",
        "packages/a/node_modules/x.js",
        "venv/lib/x.py",
        "requests.log",
    ],
)
def test_some_names_are_never_inputs(path: str) -> None:
    assert not is_input(path, include=("**", ".*", "cdk.out", "node_modules"))


@pytest.mark.parametrize(
    ("exclude", "path", "expected"),
    [
        (PYTHON, "app.py", True),
        (PYTHON, "README.md", False),
        (PYTHON, "docs/README.md", True),
        (PYTHON, "cdk.context.json", False),
        (PYTHON, "cdk.json", True),
        (PYTHON, "infra/cdk.json", True),
        (PYTHON, "requirements-dev.txt", False),
        (PYTHON, "stacks/__init__.py", False),
        (PYTHON, "__init__.py", False),
        (PYTHON, "tests/unit/test_stack.py", False),
        (PYTHON, "my/tests/test_stack.py", True),
        (TYPESCRIPT, "bin/app.ts", True),
        (TYPESCRIPT, "lib/stack.js", False),
        (TYPESCRIPT, "lib/stack.d.ts", False),
        (TYPESCRIPT, "package-lock.json", False),
    ],
)
def test_what_cdk_init_excludes(exclude: tuple[str, ...], path: str, expected: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]
    assert is_input(path, exclude=exclude) is expected


@pytest.mark.parametrize(
    ("pattern", "path", "expected"),
    [
        ("*.py", "app.py", True),
        ("*.py", "stacks/app.py", False),
        ("**/*.py", "stacks/deep/app.py", True),
        ("stacks", "stacks/deep/app.py", True),
        ("stacks", "stacks.py", False),
        ("stacks/*", "stacks/deep/app.py", False),
        ("stacks/**", "stacks/deep/app.py", True),
        ("**/deep/**", "stacks/deep/app.py", True),
        ("**/**/*.py", "app.py", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "abc.py", False),
        ("[ab].py", "a.py", True),
        ("[^ab].py", "a.py", False),
        ("[!ab].py", "c.py", True),
        ("*.{ts,json}", "app.json", True),
        ("{lib,bin/{x,y}}/*.ts", "bin/y/app.ts", True),
        ("{lib,bin}/*.ts", "src/app.ts", False),
        ("+(a|b).py", "a.py", False),
        ("a{1..3}.py", "a1.py", False),
    ],
)
def test_patterns(pattern: str, path: str, expected: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]
    assert is_input(path, include=(pattern,)) is expected


def test_folder_that_matches_a_pattern_is_excluded_with_all_that_is_in_it() -> None:
    assert not is_input("docs-old/a/b.md", exclude=("docs*",))


def test_negated_pattern_takes_back_what_others_match() -> None:
    rules = ("**/*.js", "!lib/keep.js")

    assert not is_input("lib/other.js", exclude=rules)
    assert is_input("lib/keep.js", exclude=rules)


def test_folder_itself_is_an_input() -> None:
    assert WatchRules().is_input(APP, APP)


def test_folder_that_a_build_fills_holds_no_input(tmp_path: Path) -> None:
    for name in ("target", "lib/target"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "pom.xml").touch()

    assert not WatchRules().is_input(str(tmp_path), str(tmp_path / "target" / "App.class"))
    assert WatchRules().is_input(str(tmp_path), str(tmp_path / "lib" / "target" / "x"))
    assert not WatchRules().may_hold_inputs(str(tmp_path), str(tmp_path / "target"))
    assert WatchRules().is_input(str(tmp_path), str(tmp_path / "gone" / "target" / "x"))


SEGMENTS = st.sampled_from(["a", "b", "ab", "**", "*", "?", "a*", "[ab]"])


def naive(pattern: list[str], path: list[str]) -> bool:
    """Match segment by segment, trying everything."""
    if not pattern:
        return not path
    if pattern[0] == "**":
        return any(naive(pattern[1:], path[skipped:]) for skipped in range(len(path) + 1))
    if not path:
        return False
    expression = pattern[0].replace("*", ".*").replace("?", ".")
    return bool(re.fullmatch(expression, path[0])) and naive(pattern[1:], path[1:])


@given(pattern=st.lists(SEGMENTS, min_size=1, max_size=6), path=st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1))
def test_patterns_match_as_a_naive_matcher_does(pattern: list[str], path: list[str]) -> None:
    written = "/".join(["*", *pattern, "*"])

    assert is_input("/".join(["x", *path, "y"]), include=(written,)) is naive(pattern, path)


def app_rules(folder: Path, settings: str) -> WatchRules:
    (folder / "cdk.json").write_text('{"app": "python3 app.py"' + settings + "}", encoding="utf-8")
    return read_app(folder).watch


@pytest.mark.parametrize(
    ("settings", "rules"),
    [
        ("", WatchRules()),
        (', "watch": {}', WatchRules()),
        (', "watch": {"include": [], "exclude": []}', WatchRules()),
        (', "watch": {"include": "src", "exclude": "docs"}', WatchRules(include=("src",), exclude=("docs",))),
        (', "watch": {"include": ["./**", "!./x/"]}', WatchRules(include=("**", "!x"))),
        (', "watch": {"include": ["."]}', WatchRules(include=("**",))),
        (', "output": "build/cdk"', WatchRules(output="build/cdk")),
        (', "output": "./out/", "watch": {"exclude": ["a"]}', WatchRules(exclude=("a",), output="out")),
    ],
)
def test_settings_are_read(settings: str, rules: WatchRules, tmp_path: Path) -> None:
    assert app_rules(tmp_path, settings) == rules


def test_patterns_may_be_absolute(tmp_path: Path) -> None:
    rules = app_rules(tmp_path, f', "watch": {{"include": ["{tmp_path}"], "exclude": ["{tmp_path}/docs/**"]}}')

    assert rules == WatchRules(include=("**",), exclude=("docs/**",))


def test_output_folder_is_no_input(tmp_path: Path) -> None:
    rules = app_rules(tmp_path, ', "output": "build/cdk"')

    assert not rules.is_input(str(tmp_path), str(tmp_path / "build" / "cdk" / "manifest.json"))
    assert rules.is_input(str(tmp_path), str(tmp_path / "build" / "x"))


@pytest.mark.parametrize("settings", ['"src"', "true", '{"include": 1}', '{"exclude": ["a", 2]}', '{"include": {}}'])
def test_settings_of_another_shape_are_refused(settings: str, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="watch"):
        app_rules(tmp_path, f', "watch": {settings}')


def test_patterns_that_are_not_understood_are_told(tmp_path: Path) -> None:
    many = "{a,b}" * 10
    rules = WatchRules(include=("src/@(a|b)",), exclude=(many, "*.md"))

    faults = unsupported_patterns(rules, tmp_path / "cdk.json")

    assert MAX_ALTERNATIVES < 2**10
    assert [fault.message.split("'")[1] for fault in faults] == ["src/@(a|b)", many]
    assert not is_input("ababababab", exclude=("zz",), include=(many,))
