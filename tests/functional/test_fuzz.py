"""Some cases of the fuzz run; ``python -m benchmarks.fuzz`` plays them for as long as it is told to."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from benchmarks.fuzz.command import Outcome, run_case
from benchmarks.fuzz.mutation import Mutator
from benchmarks.fuzz.playing import shape_faults
from benchmarks.fuzz.scenes import KINDS
from benchmarks.fuzz.wire import Running, draw_sent, response

if TYPE_CHECKING:
    from pathlib import Path

CASES = 270
ERROR = (("Content-Type", "application/json"), ("x-amzn-ErrorType", "ForbiddenException"))


def test_cases_of_every_kind_find_nothing(tmp_path: Path) -> None:
    outcome = Outcome()

    with Running(tmp_path) as target:
        for number in range(CASES):
            run_case(3, number, target, outcome)

    assert outcome.findings == {}
    assert set(outcome.cases) == {*KINDS, "wire"}
    assert target.answers > 0


def test_a_case_is_the_same_for_its_seed() -> None:
    def drawn(seed: str) -> tuple[object, ...]:
        mutator = Mutator(random.Random(seed))
        return draw_sent(mutator, 3000), response(7), mutator.text("a template"), mutator.json({"a": [1, "b"]})

    assert drawn("1/37") == drawn("1/37")
    assert drawn("1/37") != drawn("1/38")


@pytest.mark.parametrize(
    ("status", "headers", "body", "fault"),
    [
        (403, ERROR, b'{"message": "Forbidden"}', []),
        (403, ERROR, b'{"Message": null}', []),
        (200, ERROR, b'{"message": "Forbidden"}', ["the gateway itself answers 200"]),
        (403, ERROR[:1], b'{"message": "Forbidden"}', ["x-amzn-ErrorType is []"]),
        (403, (("x-amzn-ErrorType", "Oops"),), b'{"message": "Forbidden"}', ["x-amzn-ErrorType is ['Oops']"]),
        (403, ERROR, b"Forbidden", ["the body is no JSON: b'Forbidden'"]),
        (403, ERROR, b'["Forbidden"]', ["the body is not that of an error: b'[\"Forbidden\"]'"]),
        (403, ERROR, b'{"message": 1}', ["the body is not that of an error: b'{\"message\": 1}'"]),
    ],
)
def test_an_answer_that_aws_could_not_have_sent_is_a_finding(
    status: int, headers: tuple[tuple[str, str], ...], body: bytes, fault: list[str]
) -> None:
    assert list(shape_faults(status, headers, body)) == fault
