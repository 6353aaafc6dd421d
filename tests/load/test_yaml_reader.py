from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.load.positions import Document, MarkedMap, SyntaxFaultError
from forestage.load.yaml_reader import TAGS, read_yaml

# YAML takes no control characters and no lone surrogates, and two separators of Unicode end a line in it; json.dumps
# escapes the rest as YAML does.
TEXTS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Zl", "Zp"), exclude_characters="\ufeff"), max_size=100
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda children: st.lists(children) | st.dictionaries(TEXTS.filter(lambda key: key != "<<"), children),
)


def read(text: str) -> Any:
    root, faults = read_yaml(Document("t.yaml", text))
    assert faults == ()
    return root


def faults_of(text: str) -> list[str]:
    _, faults = read_yaml(Document("t.yaml", text))
    return [str(fault) for fault in faults]


@given(value=VALUES)
def test_json_text_is_read_as_yaml_alike(value: Any) -> None:
    assert read(json.dumps(value, ensure_ascii=False)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("2012-10-17", "2012-10-17", id="date"),
        pytest.param("2010-09-09T10:00:00Z", "2010-09-09T10:00:00Z", id="time"),
        pytest.param("12:30", "12:30", id="sexagesimal"),
        pytest.param("on", "on", id="on"),
        pytest.param("Yes", "Yes", id="yes"),
        pytest.param("n", "n", id="n"),
        pytest.param("0123", "0123", id="leading-zero"),
        pytest.param("0x1F", "0x1F", id="hexadecimal"),
        pytest.param("1_000", "1_000", id="underscore"),
        pytest.param("+15551234567", "+15551234567", id="phone"),
        pytest.param(".5", ".5", id="no-leading-digit"),
        pytest.param("12e4567", "12e4567", id="beyond-a-double"),
        pytest.param("-", [None], id="item"),
        pytest.param("--- -x", "-x", id="dash"),
        pytest.param("TRUE", True, id="true"),
        pytest.param("False", False, id="false"),
        pytest.param("~", None, id="tilde"),
        pytest.param("Null", None, id="null"),
        pytest.param("a:", {"a": None}, id="empty"),
        pytest.param("12", 12, id="integer"),
        pytest.param("-1.5", -1.5, id="number"),
        pytest.param("'12'", "12", id="quoted-number"),
        pytest.param('"true"', "true", id="quoted-true"),
        pytest.param("|\n true\n", "true\n", id="block"),
        pytest.param("!!str 12", "12", id="tagged-text"),
        pytest.param("!!int '12'", 12, id="tagged-number"),
        pytest.param("!!map {a: 1}", {"a": 1}, id="tagged-map"),
        pytest.param("! 12", "12", id="tag-of-no-name"),
        pytest.param("! [12]", [12], id="list-with-tag-of-no-name"),
        pytest.param("{200: a, null: b, true: c}", {"200": "a", "null": "b", "true": "c"}, id="keys-are-text"),
        pytest.param("{!!str a: 1}", {"a": 1}, id="key-with-standard-tag"),
        pytest.param("{! a: 1}", {"a": 1}, id="key-with-tag-of-no-name"),
    ],
)
def test_yaml_scalar_is_read_as_cloudformation_does(text: str, value: object) -> None:
    found = read(text)

    assert found == value
    assert type(found) is type(value) or isinstance(value, (dict, list))


@pytest.mark.parametrize("tag", sorted(TAGS))
def test_yaml_short_tag_becomes_the_long_form(tag: str) -> None:
    assert read(f"[{tag} [a, 1], {tag} text, {tag} {{a: b}}]") == [
        {TAGS[tag]: ["a", 1]},
        {TAGS[tag]: "text"},
        {TAGS[tag]: {"a": "b"}},
    ]


def test_yaml_tags_may_be_nested() -> None:
    assert read("!Sub\n  - ${a}\n  - a: !GetAtt B.C\n") == {"Fn::Sub": ["${a}", {"a": {"Fn::GetAtt": "B.C"}}]}


def test_yaml_number_under_a_tag_stays_text() -> None:
    assert read("!Sub 012") == {"Fn::Sub": "012"}


def test_yaml_entries_know_their_place() -> None:
    root = read("a: é\nb:\n  - 😀\n  - c: !Ref d\n")

    items = root["b"]
    origins = [root.document.origin(mark) for mark in (root.marks["b"], items.marks[1], items[1]["c"].mark)]
    assert [(origin.line, origin.column) for origin in origins] == [(2, 1), (4, 5), (4, 8)]


def test_yaml_alias_stands_for_its_anchor() -> None:
    assert read("a: &x {k: &y 1}\nb: *x\nc: *y\n") == {"a": {"k": 1}, "b": {"k": 1}, "c": 1}


def test_yaml_alias_may_be_a_key() -> None:
    assert read("a: &x name\n*x : 1\n") == {"a": "name", "name": 1}
    assert read("&k a: 1\nb: *k\n") == {"a": 1, "b": "a"}


def test_yaml_merge_key_lays_maps_under_one() -> None:
    assert read("x: &x {a: 1, b: 2}\ny: &y {c: 3}\nz: {<<: [*x, *y], b: 9}\nw: {<<: *x}\n")["z"] == {
        "a": 1,
        "b": 9,
        "c": 3,
    }


def test_yaml_merge_key_with_text_is_a_key() -> None:
    assert read("'<<': text") == {"<<": "text"}


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param("a: 1\na: 2\n", "t.yaml:2: the key 'a' is already in this map, in line 1", id="duplicate"),
        pytest.param(
            "a: *x\n", "t.yaml:1: the alias *x stands for nothing: no anchor &x is complete before it", id="alias"
        ),
        pytest.param(
            "a: &x [*x]\n", "t.yaml:1: the alias *x stands for nothing: no anchor &x is complete before it", id="self"
        ),
        pytest.param("{!Ref a: 1}", "t.yaml:1: a key cannot have the tag !Ref", id="tagged-key"),
        pytest.param("{<<: [1]}", "t.yaml:1: '<<' takes a map or a list of maps", id="merge-of-a-number"),
    ],
)
def test_yaml_fault_does_not_end_the_reading(text: str, fault: str) -> None:
    assert faults_of(text) == [fault]


@pytest.mark.parametrize(
    ("tag", "hint"),
    [
        ("!Reff", "did you mean !Ref?"),
        ("!!timestamp", "CloudFormation knows !And, !Base64, "),
        ("!Rain::Embed", "CloudFormation knows !And, !Base64, "),
    ],
)
def test_yaml_unknown_tag_is_a_fault(tag: str, hint: str) -> None:
    [fault] = faults_of(f"{tag} x")

    assert fault.startswith(f"t.yaml:1: unknown tag {tag} ({hint}")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        pytest.param(
            "a: b: c", "t.yaml:1: invalid YAML: mapping values are not allowed in this context", id="two-colons"
        ),
        pytest.param(
            "a: [1, 2\nb: 3\n",
            "t.yaml:2: invalid YAML: did not find expected ',' or ']', while parsing a flow sequence "
            "that begins in line 1",
            id="unclosed-list",
        ),
        pytest.param(
            "a:\n\t- b\n",
            "t.yaml:2: invalid YAML: found character that cannot start any token, while scanning for the next token "
            "that begins in line 2 (YAML is indented with spaces, here is a tab)",
            id="tab",
        ),
        pytest.param("a: \x01", "t.yaml:1: invalid YAML: control characters are not allowed", id="control-character"),
        pytest.param(
            "--- 1\n--- 2\n", "t.yaml:2: a template is one YAML document, here begins another", id="documents"
        ),
        pytest.param("{[a]: 1}", "t.yaml:1: a key must be text, not a map or a list", id="key-is-a-list"),
        pytest.param("a: &x [1]\n*x : 1", "t.yaml:2: a key must be text", id="key-is-an-alias-of-a-list"),
        pytest.param("[" * 101, "t.yaml:1: nested deeper than 100 levels", id="too-deep"),
    ],
)
def test_yaml_that_cannot_be_read_says_where(text: str, fault: str) -> None:
    with pytest.raises(SyntaxFaultError) as caught:
        read_yaml(Document("t.yaml", text))

    assert str(caught.value.fault) == fault


def test_yaml_aliases_may_not_blow_up() -> None:
    lines = ["a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 10)}]" for level in range(1, 9)]

    with pytest.raises(SyntaxFaultError, match="aliases blow the document up to more than 1,000,000 values"):
        read_yaml(Document("t.yaml", "\n".join(lines)))


def test_yaml_map_is_a_marked_one() -> None:
    assert isinstance(read("a: {}")["a"], MarkedMap)
