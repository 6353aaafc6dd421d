from __future__ import annotations

from typing import TYPE_CHECKING

import click
import pytest

from forestage.commands.preview import AccountThrottle, Truststore
from forestage.preview.compile.usage import Throttle

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.commands.conftest import Outcome


@pytest.mark.parametrize(
    ("text", "throttle"),
    [("10000/5000", Throttle(rate=10_000, burst=5_000)), ("0.5/0", Throttle(rate=0.5, burst=0))],
)
def test_limits_of_the_account_are_read(text: str, throttle: Throttle) -> None:
    assert AccountThrottle().convert(text, None, None) == throttle


@pytest.mark.parametrize("text", ["10000", "a/b", "1/2.5", "-1/5", "1/-5", "nan/5", "inf/5", "1/9999999999", ""])
def test_limits_that_are_none_are_refused(text: str) -> None:
    with pytest.raises(click.BadParameter, match="is no RATE/BURST like 10000/5000"):
        AccountThrottle().convert(text, None, None)


def test_refusal_names_the_option(run: Callable[..., Outcome]) -> None:
    outcome = run("preview", "--account-throttle", "many")

    assert outcome.code == 2
    assert "--account-throttle" in outcome.talk


def test_truststore_is_a_domain_and_its_file(tmp_path: Path) -> None:
    file = tmp_path / "trust=1.pem"
    file.write_text("")

    assert Truststore().convert(f"shop.example.com={file}", None, None) == ("shop.example.com", file)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("shop.example.com", "is no DOMAIN=FILE like shop.example.com=trust.pem"),
        ("=trust.pem", "is no DOMAIN=FILE"),
        ("shop.example.com=missing.pem", "shop.example.com: there is no file 'missing.pem'"),
        ("shop.example.com=/", "there is no file '/'"),
    ],
)
def test_truststore_that_is_none_is_refused(text: str, told: str) -> None:
    with pytest.raises(click.BadParameter, match=told):
        Truststore().convert(text, None, None)
