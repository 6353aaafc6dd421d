from __future__ import annotations

import pytest

from forestage.vtl import Scope, VtlError, compile_template
from forestage.vtl.brief import LENGTH_LIMIT, brief
from forestage.vtl.util import Util
from tests.vtl.rendering import variables


def surprising(template: str, body: str = "", /, **values: object) -> str:
    """Return the value that a template failed about."""
    with pytest.raises(VtlError) as caught:
        compile_template(template, name="t").render(Scope(body=body, variables=variables(**values)))
    return caught.value.value


@pytest.mark.parametrize(
    ("template", "body", "value"),
    [
        pytest.param("$input.path('$.l').get(9)", '{"l": ["x"]}', '["x"]', id="a method"),
        pytest.param("$input.path('$.l')[9]", '{"l": ["x"]}', '["x"]', id="an index"),
        pytest.param("$input.path('$.s').substring(0, 5)", '{"s": "abc"}', '"abc"', id="a method of a string"),
        pytest.param("$input.path('$.s').substring(0, 5)", '{"s": ""}', '""', id="an empty string"),
        pytest.param("$input.json('$')", "{a", "{a", id="the body"),
        pytest.param("$util.parseJson('{a')", "", "", id="an argument is in the message"),
        pytest.param(
            "#set($context.responseOverride.status = 1)#set($context.responseOverride.status = 2)",
            "",
            "",
            id="an override set twice is not about a value",
        ),
    ],
)
def test_error_has_the_value_that_surprised(template: str, body: str, value: str) -> None:
    assert surprising(template, body) == value


def test_error_of_a_method_with_one_argument_has_the_value() -> None:
    assert surprising("$l.get(9)", l=["x"]) == '["x"]'


def test_long_value_is_cut() -> None:
    assert brief("x" * 1_000) == f'"{"x" * (LENGTH_LIMIT - 2)}…'


def test_value_that_takes_too_long_to_write_is_not() -> None:
    assert brief([0] * 100_000) == "a value too large to be shown"


def test_object_without_data_shows_nothing() -> None:
    assert not brief(Util())
