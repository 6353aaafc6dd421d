"""No template reaches an attribute of Python's, or anything of Java's but what its tables hold."""

from __future__ import annotations

import pytest

from forestage.vtl.access import TABLES
from tests.vtl.rendering import render

OBJECTS = [
    "$s",
    "$n",
    "$f",
    "$b",
    "$l",
    "$m",
    "$m.keySet()",
    "$m.entrySet()",
    "$m.values()",
    "$m.entrySet().iterator().next()",
    "$l.iterator()",
    "$s.split(',')",
    "$s.charAt(0)",
    "$s.lines()",
    "$input",
    "$util",
    "$context",
    "$context.requestOverride",
    "$stageVariables",
    "$input.path('$')",
    "$input.params()",
    "$foreach",
    "$block",
]
NAMES = [
    "__class__",
    "__dict__",
    "__init__",
    "__globals__",
    "__doc__",
    "_document",
    "_path",
    "class",
    "Class",
    "format_map",
    "encode",
    "items",
    "pop",
    "of",
    "text",
    "value_of",
    "module",
]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("of", OBJECTS)
def test_attribute_of_python_has_no_value(of: str, name: str) -> None:
    template = f"#define($block)x#end#foreach($i in [1]){of}['{name}']|{of}.get('{name}')|{of}.get{name}()|#end"

    text = render(template, "{}", s="a,b", n=1, f=1.5, b=True, l=[1], m={"k": 1})

    assert text == "|||"


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("_")])
@pytest.mark.parametrize("of", OBJECTS)
def test_property_of_python_has_no_value(of: str, name: str) -> None:
    template = f"#define($block)x#end#foreach($i in [1]){of}.{name}|{of}.{name}.x|{of}.{name}().x|#end"

    text = render(template, "{}", s="a,b", n=1, f=1.5, b=True, l=[1], m={"k": 1})

    assert text == "|||"


@pytest.mark.parametrize(
    "template",
    [
        "$s.getClass().forName('java.lang.Runtime')",
        "$s.class.classLoader",
        "$s.class.forName('java.lang.Runtime').getRuntime()",
        "$m.get('k').class",
        "$util.class.name",
        "$input.class.protectionDomain",
    ],
)
def test_known_ways_out_lead_nowhere(template: str) -> None:
    assert not render(template, "{}", s="a", m={"k": 1})


def test_underscore_behind_a_dot_is_text() -> None:
    assert render("$s.__class__.__base__.__subclasses__()", s="a") == "a.__class__.__base__.__subclasses__()"


def test_format_is_not_that_of_python() -> None:
    assert render("$s.format('{0.__class__} %s', $s)", s="a") == "{0.__class__} a"


def test_key_of_a_map_is_not_an_attribute() -> None:
    assert render('$m["__class__"] $m.class $m.get("class")', m={"__class__": 1, "class": 2}) == "1  2"


@pytest.mark.parametrize("of", TABLES, ids=lambda of: of.__name__)
def test_methods_are_names_of_java(of: type) -> None:
    assert all(name.isidentifier() and not name.startswith("_") for name, _ in TABLES[of])
