from __future__ import annotations

import pytest

from forestage.preview.host.durations import read_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("31d", 2_678_400),
        ("12h", 43_200),
        ("5m", 300),
        ("30s", 30),
        ("0s", 0),
        ("2w", 1_209_600),
        (" 1h30m ", 5_400),
        ("0.5s", 0.5),
        ("P31D", 2_678_400),
        ("PT5M", 300),
        ("P1W", 604_800),
        ("P1DT12H", 129_600),
        ("PT1.5S", 1.5),
    ],
)
def test_duration_is_read(text: str, seconds: float) -> None:
    assert read_duration(text) == seconds


@pytest.mark.parametrize(
    "text", ["", "5", "d", "-1d", "1y", "P1Y", "P1M", "P", "PT", "P1DT", "1d 2h", "1e3s", "1d5", "½d", "1" * 400 + "d"]
)
def test_text_that_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="a length of time is written 31d"):
        read_duration(text)
