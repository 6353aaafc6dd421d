from __future__ import annotations

import click
import pytest
from click.testing import CliRunner

from forestage.commands.vpc_link_option import vpc_link_option


@click.command()
@vpc_link_option
def command(*, vpc_links: dict[str, str]) -> None:
    """Print what was given."""
    click.echo(" ".join(f"{link}->{address}" for link, address in vpc_links.items()))


def test_addresses_are_gathered_by_link() -> None:
    words = ["--vpc-link", "A=http://127.0.0.1:9000/", "--vpc-link", "b c=https://localhost"]

    assert CliRunner().invoke(command, words).output == "A->http://127.0.0.1:9000 b c->https://localhost\n"


def test_no_link_is_none() -> None:
    assert CliRunner().invoke(command, []).output == "\n"


def test_link_may_be_given_twice_alike() -> None:
    result = CliRunner().invoke(command, ["--vpc-link", "A=http://a", "--vpc-link", "A=http://a/"])

    assert result.output == "A->http://a\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["A"], "'A' is no ID=ADDRESS like Link=http://127.0.0.1:9000"),
        (["=http://a"], "'=http://a' is no ID=ADDRESS"),
        (["A=127.0.0.1:9000"], "A: '127.0.0.1:9000' is no http:// or https:// address with a host"),
        (["A=http://a/path"], "A: 'http://a/path' is no http:// or https:// address with a host"),
        (["A=http://a", "A=http://b"], "A is given twice, as http://a and as http://b"),
    ],
)
def test_address_that_is_none_is_refused(words: list[str], expected: str) -> None:
    result = CliRunner().invoke(command, [word for each in words for word in ("--vpc-link", each)])

    assert result.exit_code == 2
    assert expected in " ".join(result.output.replace("│", " ").split())
