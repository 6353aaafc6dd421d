import dataclasses
import json
from typing import Any, NotRequired

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from typing_extensions import TypedDict

from forestage.constructs.sample_templates import sample_template
from forestage.constructs.samples import sample_body
from forestage.vtl import Scope, compile_template
from tests.constructs.schemas.types import types
from tests.constructs.test_samples import fits


@dataclasses.dataclass
class Tag:
    name: str
    color: str = "red"


@dataclasses.dataclass
class Pet:
    name: str
    tags: list[Tag]
    age: int = 0
    owner: Tag | None = None
    kittens: "list[Pet]" = dataclasses.field(default_factory=list)


Odd = TypedDict("Odd", {"first-name": str, "a.b": NotRequired[int]})
Strange = TypedDict("Strange", {"it's": str})


def rendered(template: str, body: object) -> Any:  # JSON
    return json.loads(compile_template(template, name="sample").render(Scope(body=json.dumps(body))).text)


def test_template_writes_fields_and_loops_over_objects() -> None:
    assert sample_template(Pet) == (
        "#set($body = $input.path('$'))\n"
        "{\n"
        '  "name": $input.json("$.name"),\n'
        '  "tags": [\n'
        "    #foreach($item1 in $body.get('tags'))\n"
        "    #set($index1 = $foreach.index)\n"
        "    {\n"
        '      "name": $input.json("$.tags[${index1}].name")\n'
        '      #set($comma = ",")\n'
        "      #if($item1.containsKey('color'))$comma\n"
        '      "color": $input.json("$.tags[${index1}].color")\n'
        '      #set($comma = ",")#end\n'
        "    }#if($foreach.hasNext),#end\n"
        "    #end\n"
        "  ]\n"
        '  #set($comma = ",")\n'
        "  #if($body.containsKey('age'))$comma\n"
        '  "age": $input.json("$.age")\n'
        '  #set($comma = ",")#end\n'
        "  #if($body.containsKey('owner'))$comma\n"
        "  \"owner\": #if($body.get('owner') == '')null#else$input.json(\"$.owner\")#end\n"
        '  #set($comma = ",")#end\n'
        "  #if($body.containsKey('kittens'))$comma\n"
        '  "kittens": $input.json("$.kittens")\n'
        '  #set($comma = ",")#end\n'
        "}\n"
    )


@pytest.mark.parametrize(
    ("type_", "body"),
    [
        (Pet, {"name": "a \"b\" 'c'\n$x #if é😀", "tags": []}),
        (Pet, {"name": "a", "tags": [{"name": "x"}, {"name": "y", "color": "z"}], "age": 3}),
        (Pet, {"name": "a", "tags": [], "owner": None, "kittens": [{"name": "b", "tags": []}]}),
        (list[Pet], [{"name": "a", "tags": [{"name": "x"}]}, {"name": "b", "tags": [{"name": "y"}, {"name": "z"}]}]),
        (dict[str, Tag], {"a": {"name": "x"}}),
        (Odd, {"first-name": "a", "a.b": 1}),
        (Odd, {"first-name": "a"}),
        (Strange, {"it's": "a"}),
        (list[Strange], [{"it's": "a"}]),
        (list[list[Tag]], [[{"name": "x"}]]),
        (list, [1, "a"]),
        (Tag | Pet, {"name": "a"}),
        ({"title": "Raw", "properties": {"a": {}}}, {"a": 1}),
        ({"title": "Raw", "$ref": "#/definitions/Raw"}, {"a": 1}),
        ({"title": "Raw", "type": "object", "properties": {"a": {"$ref": "#/definitions/B"}}}, {"a": 1}),
    ],
    ids=str,
)
def test_body_is_passed_on(type_: Any, body: object) -> None:  # any annotation
    assert rendered(sample_template(type_), body) == body


def test_what_the_type_has_not_is_left_out() -> None:
    body = {"name": "a", "tags": [{"name": "x", "more": 1}], "more": 2}

    assert rendered(sample_template(Pet), body) == {"name": "a", "tags": [{"name": "x"}]}


def test_sample_body_is_passed_on() -> None:
    assert rendered(sample_template(Pet), sample_body(Pet)) == sample_body(Pet)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(data=st.data())
def test_every_body_of_a_type_is_passed_on(data: st.DataObject) -> None:
    type_, near = data.draw(types())
    body = data.draw(near | st.just(sample_body(type_)))
    assume(fits(type_, body))

    assert alike(rendered(sample_template(type_), body)) == alike(body)


# JSON, of any type.
def alike(body: Any) -> Any:
    """Take away what a template cannot tell, null from an empty string, and what the types have not."""
    match body:
        case dict():
            return {name: alike(value) for name, value in body.items() if name != "more"}
        case list():
            return [alike(value) for value in body]
        case _:
            return body if body != "" else None  # ruff: ignore[compare-to-empty-string]  (0 and False are values)
