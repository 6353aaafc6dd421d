from __future__ import annotations

import pytest

from forestage.vtl import MethodError, Scope
from tests.vtl.rendering import render, rendering_of

SCOPE = Scope(
    path={"id": "p"},
    querystring={"id": "q", "page": "2"},
    header={"X-Trace": "t", "Accept": "*/*", "page": "h"},
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.params('id')", "p"),
        ("$input.params('page')", "2"),
        ("$input.params('Accept')", "*/*"),
        ("[$input.params('accept')]", "[]"),
        ("$input.params()", "{path={id=p}, querystring={id=q, page=2}, header={Accept=*/*, X-Trace=t, page=h}}"),
        ("#set($d = $input.params().path.put('id', 'new'))$input.params('id')", "new"),
        ("#set($d = $input.params().put('path', 5))$input.params('id')", "q"),
        ("#set($d = $input.params())[$input.params('nope')]", "[]"),
        ("$input.getBody() $input.Body $input.body.x", "{} {} "),
        ("[$input.params][$input.path][$input]", "[][][]"),
    ],
)
def test_parameters_are_found(template: str, text: str) -> None:
    assert rendering_of(template, SCOPE).text == text


@pytest.mark.parametrize(
    "template", ["$input.params(5)", "$input.path('$.a[')", "$input.json('')", "$input.path('$.s[0]')"]
)
def test_argument_of_no_use_throws(template: str) -> None:
    with pytest.raises(MethodError):
        render(template, '{"s": "x"}')


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("$input.path(5)|$input.json(5)|$input.nope('$')", "||"),
        (
            "#set($r = $input.path('$'))#set($r.a = 2)$input.json('$') $input.path('$.a') $input.body",
            '{"a":2} 2 {"a": 1}',
        ),
        (
            "#set($r = $input.path('$'))#set($r.n = 1.0E10)#set($r.c = $s.charAt(0))$input.json('$')",
            '{"a":1,"n":1.0E10,"c":"x"}',
        ),
        ("#set($r = $input.path('$'))#set($r.k = $r.keySet())$input.json('$.k')", '["a","k"]'),
        ("#set($r = $input.path('$'))#set($r.k = $s.split(','))$input.json('$')", '{"a":1,"k":["x"]}'),
        (
            "#set($r = $input.path('$'))#set($r[5] = {1:{}})#set($r.l = [[]])$input.json('$')",
            '{"a":1,"5":{"1":{}},"l":[[]]}',
        ),
        (
            "#set($r = $input.path('$'))#set($r.n = true)#set($r.t = 12345678.9)$input.json('$')",
            '{"a":1,"n":true,"t":1.23456789E7}',
        ),
    ],
)
def test_body_is_one_object(template: str, text: str) -> None:
    assert render(template, '{"a": 1}', s="x") == text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('{"a": "x/y"}', '{"a":"x/y"}'),
        ('{"a": 12345678.5}', '{"a":1.23456785E7}'),
        ('{"a": [0.0001, 1e-7, 1.5]}', '{"a":[1.0E-4,1.0E-7,1.5]}'),
        ('{"a": "\\u001f\\u20ac\\u0085\\u007f"}', '{"a":"\\u001F\\u20AC\\u0085\\u007F"}'),
        ('{"a": "é\\u2028"}', '{"a":"é\\u2028"}'),
        ('{"a": 1.23456789012345678901}', '{"a":1.23456789012345678901}'),
        ("null", '""'),
        ("[]", "[]"),
        ('"s"', '"s"'),
        ('[":0.0001"]', '[":0.0001"]'),
    ],
)
def test_json_is_written_as_json_smart_writes_it(body: str, text: str) -> None:
    assert render("$input.json('$')", body) == text


def test_text_of_an_array_escapes_slashes_and_json_does_not() -> None:
    assert render("$input.path('$') $input.json('$')", '["a/b"]') == r'["a\/b"] ["a/b"]'
