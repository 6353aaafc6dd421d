from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forestage.constructs.integrations.attributes import MAX_DEPTH, Attribute, attribute, attributes, plain_item
from forestage.constructs.integrations.values import Value
from tests.constructs.integrations.routed import NASTY, rendered

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=5)
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-999, 999) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=10,
)


def depth_of(value: Any) -> int:
    if isinstance(value, dict):
        return 1 + max(map(depth_of, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(depth_of, value), default=0)
    return 0


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(item=st.dictionaries(NAMES, PLAIN, max_size=4).filter(lambda item: depth_of(item) <= MAX_DEPTH))
def test_item_reads_as_it_was_written(item: dict[str, Any]) -> None:
    written = rendered(attributes(item)).text

    read = rendered(f"#set($item = $input.path('$')){plain_item('$item')}", body=written).text

    assert json.loads(read) == item


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        pytest.param({"S": "x"}, "x", id="string"),
        pytest.param({"N": "1.5"}, 1.5, id="number"),
        pytest.param({"BOOL": False}, False, id="truth"),
        pytest.param({"NULL": True}, None, id="null"),
        pytest.param({"B": "AQI="}, "AQI=", id="binary"),
        pytest.param({"SS": ["a", '"']}, ["a", '"'], id="set of strings"),
        pytest.param({"NS": ["1", "2"]}, [1, 2], id="set of numbers"),
        pytest.param({"BS": ["AQI=", "Aw=="]}, ["AQI=", "Aw=="], id="set of binaries"),
        pytest.param({"L": []}, [], id="empty list"),
        pytest.param({"M": {}}, {}, id="empty map"),
    ],
)
def test_each_type_reads_as_plain_json(typed: dict[str, Any], plain: object) -> None:
    item = {"before": {"S": "1"}, "it": typed, "after": {"S": "2"}}

    read = rendered(f"#set($item = $input.path('$')){plain_item('$item')}", body=json.dumps(item)).text

    assert json.loads(read) == {"before": "1", "it": plain, "after": "2"}


def test_what_lies_deeper_is_null() -> None:
    item: Any = {"S": "deep"}
    for _ in range(MAX_DEPTH):
        item = {"M": {"in": item}}

    read = rendered(f"#set($item = $input.path('$')){plain_item('$item')}", body=json.dumps({"in": item})).text

    assert read == '{"in":{"in":{"in":{"in":{"in":null}}}}}'


def test_long_list_is_cut_where_the_template_language_ends_it() -> None:
    item = {"all": {"L": [{"N": "1"}] * 1200}, "names": {"SS": [f"{number}" for number in range(1200)]}}

    read = rendered(f"#set($item = $input.path('$')){plain_item('$item')}", body=json.dumps(item)).text

    assert {name: len(elements) for name, elements in json.loads(read).items()} == {"all": 1000, "names": 1000}


@pytest.mark.parametrize(
    ("constant", "expected"),
    [
        pytest.param("x$#", {"S": "x$#"}, id="string"),
        pytest.param(3, {"N": "3"}, id="integer"),
        pytest.param(0.5, {"N": "0.5"}, id="float"),
        pytest.param(Decimal("1.10"), {"N": "1.10"}, id="decimal"),
        pytest.param(True, {"BOOL": True}, id="truth"),
        pytest.param(None, {"NULL": True}, id="null"),
        pytest.param({"a": [1, "b"]}, {"M": {"a": {"L": [{"N": "1"}, {"S": "b"}]}}}, id="nested"),
    ],
)
def test_constants_have_their_types(constant: Any, expected: dict[str, Any]) -> None:
    assert json.loads(rendered(attribute(constant).text).text) == expected


BODY = {"n": 5, "yes": True, "no": "nope", "tags": ["a", 'b"'], "ages": [1, 2], "none": []}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(Attribute.string("PET#", Value.body("$.n")), {"S": "PET#5"}, id="string of parts"),
        pytest.param(Attribute.number(Value.body("$.n")), {"N": "5"}, id="number"),
        pytest.param(Attribute.boolean(Value.body("$.yes")), {"BOOL": True}, id="true"),
        pytest.param(Attribute.boolean(Value.body("$.no")), {"BOOL": False}, id="false"),
        pytest.param(Attribute.boolean(Value.body("$.missing")), {"BOOL": False}, id="missing is false"),
        pytest.param(Attribute.json(Value.json("$.tags")), {"S": '["a","b\\""]'}, id="JSON"),
        pytest.param(Attribute.strings(Value.body("$.tags")), {"L": [{"S": "a"}, {"S": 'b"'}]}, id="strings"),
        pytest.param(Attribute.numbers(Value.body("$.ages")), {"L": [{"N": "1"}, {"N": "2"}]}, id="numbers"),
        pytest.param(Attribute.string_set(Value.body("$.tags")), {"SS": ["a", 'b"']}, id="set of strings"),
        pytest.param(Attribute.number_set(Value.body("$.ages")), {"NS": ["1", "2"]}, id="set of numbers"),
        pytest.param(Attribute.strings(Value.body("$.none")), {"L": []}, id="no strings"),
        pytest.param(Value.body("$.n"), {"S": "5"}, id="a value is a string"),
        pytest.param([Value.body("$.x").if_present()], {"L": [{"S": ""}]}, id="a list keeps its places"),
    ],
)
def test_attributes_are_made_of_values(value: Any, expected: dict[str, Any]) -> None:
    template = attributes({"it": value})

    assert json.loads(rendered(template, body=json.dumps(BODY)).text) == {"it": expected}


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_elements_of_lists_are_escaped(text: str) -> None:
    template = attribute(Attribute.strings(Value.body("$.tags"))).text

    sent = rendered(template, body=json.dumps({"tags": [text, text]})).text

    assert json.loads(sent) == {"L": [{"S": text}, {"S": text}]}


def test_optional_attribute_is_left_out() -> None:
    template = attributes(
        {
            "id": Value.path("id"),
            "tags": Attribute.strings(Value.body("$.tags").if_present()),
            "both": Attribute.string(Value.body("$.a").if_present(), "/", Value.body("$.b").if_present()),
        }
    )

    assert json.loads(rendered(template, path={"id": "1"}, body='{"a": "x"}').text) == {"id": {"S": "1"}}
    assert json.loads(rendered(template, path={"id": "1"}, body='{"a": "x", "b": "y", "tags": []}').text) == {
        "id": {"S": "1"},
        "tags": {"L": []},
        "both": {"S": "x/y"},
    }


@pytest.mark.parametrize("value", [b"bytes", {1, 2}, object()], ids=["bytes", "set", "object"])
def test_value_that_is_no_attribute_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="an attribute is a text, a number, a truth, None, a list, a mapping"):
        attribute(value)
