import pytest

from forestage.preview.compile.uri import UriTemplate

VARIABLES = {"host": "example.com", "stage_1": "dev", "rest": "{path}/{none}"}
PARAMETERS = {"path": "value", "proxy": "a/b"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("https://${stageVariables.host}", "https://example.com", id="domain"),
        pytest.param("https://${stageVariables.stage_1}.x/y", "https://dev.x/y", id="subdomain"),
        pytest.param("https://x/foo?q=${stageVariables.host}", "https://x/foo?q=example.com", id="query"),
        pytest.param("arn:x:function:f:${stageVariables.stage_1}", "arn:x:function:f:dev", id="alias"),
        pytest.param("https://x/${stageVariables.none}", "https://x/", id="unknown-variable-is-nothing"),
        pytest.param("https://x/${path}", "https://x/${path}", id="without-prefix-stays"),
        pytest.param(r"https://x/${path\}", r"https://x/${path\}", id="bad-format-stays"),
        pytest.param("https://x/{path}", "https://x/value", id="parameter"),
        pytest.param("https://x/{none}/{path}", "https://x/{none}/value", id="unknown-parameter-stays"),
        pytest.param("https://x/{proxy+}", "https://x/a/b", id="greedy-parameter"),
        pytest.param("https://x/{}", "https://x/{}", id="empty-braces-stay"),
        pytest.param("https://${stageVariables.host}/{path}", "https://example.com/value", id="both"),
        pytest.param("https://x/${stageVariables.rest}", "https://x/value/{none}", id="parameter-in-a-variable"),
    ],
)
def test_uri_is_filled(text: str, expected: str) -> None:
    assert UriTemplate.of(text).fill(VARIABLES, PARAMETERS) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [("https://x/y", True), ("https://x/{y}", False), ("https://${stageVariables.y}", False), ("${y}", True)],
)
def test_uri_knows_whether_it_is_constant(text: str, *, expected: bool) -> None:
    assert UriTemplate.of(text).is_constant is expected
