import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.model.values import Json
from forestage.preview.engine.lenient_json import LenientJsonError, read_lenient_json


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param('{"statusCode": 200}', {"statusCode": 200}, id="json"),
        pytest.param('[1, "a"]', [1, "a"], id="json-array"),
        pytest.param("{ statusCode: 200 }", {"statusCode": 200}, id="name-without-quotes"),
        pytest.param("{'statusCode': 200}", {"statusCode": 200}, id="name-in-single-quotes"),
        pytest.param("{statusCode:200,a:b c}", {"statusCode": 200, "a": "b c"}, id="value-without-quotes"),
        pytest.param("{a: 'it'}", {"a": "'it'"}, id="value-in-single-quotes"),
        pytest.param("{a: don't}", {"a": "don't"}, id="apostrophe"),
        pytest.param('{a: "x\\"y,}"}', {"a": 'x"y,}'}, id="escaped-quote"),
        pytest.param("{a: 'x\\'y,}'}", {"a": "'x\\'y,}'"}, id="escaped-single-quote"),
        pytest.param("{a: [1,2], b: {c: '}'}}", {"a": [1, 2], "b": "{c: '}'}"}, id="nested"),
        pytest.param("{a: , b: null}", {"a": "", "b": None}, id="no-value"),
        pytest.param("{,, a: 1,, }", {"a": 1}, id="commas"),
        pytest.param("{}", {}, id="empty-json"),
        pytest.param("{ , }", {}, id="empty"),
        pytest.param("{a: 1, a: 2}", {"a": 2}, id="last-of-a-name"),
        pytest.param("{a :1}", {"a": 1}, id="blank-before-the-colon"),
        pytest.param("{'a' :1}", {"a": 1}, id="blank-after-a-quoted-name"),
        pytest.param("\n{a: -1.5e3}\n", {"a": -1500.0}, id="around-it"),
    ],
)
def test_lenient_json_is_read(text: str, expected: Json) -> None:
    assert read_lenient_json(text) == expected


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        pytest.param("", "does not stand in braces", id="nothing"),
        pytest.param("statusCode: 200", "does not stand in braces", id="no-braces"),
        pytest.param("{statusCode: 200", "does not stand in braces", id="never-closed"),
        pytest.param("{\"a': 1}", "where a name and a colon", id="mixed-quotes"),
        pytest.param("{'a: 1}", "where a name and a colon", id="open-quote"),
        pytest.param("{a}", "where a name and a colon", id="no-colon"),
        pytest.param("{a, b: 1}", "where a name and a colon", id="no-colon-before-the-comma"),
        pytest.param("{[a]: 1}", "where a name and a colon", id="name-is-an-array"),
        pytest.param("{a: 1, {b: 2}", "where a name and a colon", id="name-is-an-object"),
        pytest.param("{a: [1}", "does not end where it should", id="open-bracket"),
        pytest.param("{a: {b: {}}", "does not end where it should", id="open-brace"),
        pytest.param("{a: ['x]}", "does not end where it should", id="open-quote-inside"),
        pytest.param("{a: 'x}", "does not end where it should", id="open-quote-of-a-value"),
        pytest.param("{a: 'x' y}", "does not end where it should", id="more-behind-a-quote"),
        pytest.param("{a: [1] 2}", "does not end where it should", id="more-behind-a-bracket"),
    ],
)
def test_text_that_cannot_be_read_says_why(text: str, reason: str) -> None:
    with pytest.raises(LenientJsonError, match=reason):
        read_lenient_json(text)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("[" * 200_000, id="brackets"),
        pytest.param("{a: " + "[" * 200_000 + "}", id="brackets-in-a-value"),
        pytest.param("{a: " + "[" * 100_000 + "]" * 100_000 + " x}", id="closed-brackets"),
        pytest.param("{a" + " " * 200_000 + "}", id="blanks"),
        pytest.param('{a: ["' + '\\"' * 200_000 + "}", id="escapes"),
        pytest.param("{a: [" + "\\'" * 200_001 + "}", id="quotes"),
    ],
)
def test_hostile_text_is_refused(text: str) -> None:
    with pytest.raises(LenientJsonError):
        read_lenient_json(text)


def test_deeply_nested_value_is_told_as_written() -> None:
    nested = "[" * 100_000 + "]" * 100_000

    assert read_lenient_json(f"{{a: {nested}}}") == {"a": nested}


@given(st.text(alphabet="{}[]:,'\" ab1\\"))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(LenientJsonError):
        read_lenient_json(f"{{{text}}}")
