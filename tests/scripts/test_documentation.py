import pytest

from scripts.documentation import ROOT, refreshed


def page(kind: str) -> str:
    return f"before\n<!-- begin: {kind} -->\nstale\n<!-- end -->\nafter\n"


def test_marked_part_becomes_the_file_it_names() -> None:
    source = (ROOT / "examples/mock-api/template.yaml").read_text(encoding="utf-8")

    text = refreshed(page("file examples/mock-api/template.yaml"))

    assert text == (
        "before\n<!-- begin: file examples/mock-api/template.yaml -->\n"
        f"```yaml\n{source.rstrip()}\n```\n<!-- end -->\nafter\n"
    )


def test_marked_part_becomes_a_count_of_lines() -> None:
    source = (ROOT / "examples/mock-api/template.yaml").read_text(encoding="utf-8")
    lines = source.splitlines()

    text = refreshed("<!-- begin: lines examples/mock-api/template.yaml -->\n<!-- end -->\n")

    assert f"| `examples/mock-api/template.yaml` | {len(lines)} | {len([line for line in lines if line])} |" in text


def test_marked_part_becomes_the_help_of_the_program() -> None:
    text = refreshed(page("help"))

    assert "Usage: forestage [OPTIONS] COMMAND" in text


def test_marked_part_becomes_the_fidelity_table() -> None:
    text = refreshed(page("fidelity"))

    assert "### AWS::ApiGateway::Method\n" in text


def test_help_of_an_unknown_command_is_an_error() -> None:
    text = page("help nonsense")

    with pytest.raises(ValueError, match="there is no command 'nonsense'"):
        refreshed(text)


def test_text_without_marks_is_left_alone() -> None:
    text = refreshed("# Title\n\nSentence.\n")

    assert text == "# Title\n\nSentence.\n"
