import pytest

from forestage.model.values import Secret, Text, Unknown
from forestage.preview.compile.templates import BodyTemplate, compile_templates, select_response_template


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ('{"ok": true}', '{"ok": true}'),
        ("", ""),
        ("$input.body", None),
        ("## a comment", None),
    ],
    ids=["constant", "empty", "reference", "comment"],
)
def test_template_is_constant_without_hash_and_dollar(text: str, constant: str | None) -> None:
    assert BodyTemplate.of(text) == BodyTemplate(text=text, constant=constant)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("a", "a"), (Secret("s"), "s")],
    ids=["text", "secret"],
)
def test_templates_are_by_media_type_in_lower_case(text: Text, expected: str) -> None:
    compiled = compile_templates({" Application/JSON": text})

    assert compiled == {"application/json": BodyTemplate.of(expected)}


@pytest.mark.parametrize(
    ("kinds", "accept", "expected"),
    [
        pytest.param([], "text/html", None, id="no-templates"),
        pytest.param(["text/html", "application/json"], None, "application/json", id="no-accept"),
        pytest.param(["text/html", "application/json"], "text/html", "text/html", id="accepted"),
        pytest.param(["text/html", "application/json"], "TEXT/html;q=1", "text/html", id="case-and-parameters"),
        pytest.param(["text/html", "application/json"], "a/b, text/html", "text/html", id="first-with-a-template"),
        pytest.param(["text/html", "application/json"], "a/b", "application/json", id="json-else"),
        pytest.param(["text/html", "text/plain"], "a/b", "text/html", id="first-else"),
        pytest.param(["text/html"], "application/json", "text/html", id="only-one"),
    ],
)
def test_response_template_is_chosen_by_accept(kinds: list[str], accept: str | None, expected: str | None) -> None:
    templates = compile_templates({kind: kind for kind in kinds})

    chosen = select_response_template(templates, accept)

    assert (chosen.text if chosen else None) == expected


def test_empty_response_template_lets_the_body_pass() -> None:
    templates = compile_templates({"application/json": "", "text/html": "<p>"})

    assert select_response_template(templates, "application/json") is None


def test_template_that_cannot_be_parsed_says_why() -> None:
    template = BodyTemplate.of("#if($x)", name="application/json")

    assert template.compiled is None
    assert template.fault is not None
    assert template.fault.startswith("application/json:1:")


def test_template_that_is_known_only_after_deployment_says_so() -> None:
    templates = compile_templates({"application/json": Unknown("Fn::GetAtt Table.Text")})

    template = templates["application/json"]
    assert template.constant is None
    assert "known only after deployment" in (template.fault or "")
    assert select_response_template(templates, None) is template


def test_template_is_compiled_once() -> None:
    first, second = (BodyTemplate.of("$input.body", name="application/json") for _ in range(2))

    assert first.compiled is second.compiled
