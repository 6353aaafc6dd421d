import re
from typing import Any

import pytest

from forestage.constructs.sample_texts import FORMATS, sample_text
from forestage.constructs.schemas.draft4 import FORMATS as PATTERNS


@pytest.mark.parametrize(
    ("document", "index", "expected"),
    [
        ({}, 0, "name"),
        ({}, 2, "name2"),
        ({"maxLength": 2}, 0, "na"),
        ({"maxLength": 2}, 3, "n3"),
        ({"minLength": 6}, 0, "namexx"),
        ({"format": "email"}, 0, "someone@example.com"),
        ({"format": "ipv4"}, 7, "192.0.2.7"),
        ({"format": "password"}, 0, "name"),
        ({"pattern": "^[A-Z]{3}-[0-9]+$"}, 0, "AAA-0"),
        ({"pattern": "^[A-Z]{3}-[0-9]+$"}, 1, "BBB-1"),
        ({"pattern": "^(red|blue)$"}, 1, "blue"),
        ({"pattern": r"^(\w)\1x$"}, 0, "aax"),
        ({"pattern": "^[a-z]+$", "minLength": 5}, 0, "axxxx"),
        ({"pattern": "^(ab)+$", "minLength": 5}, 0, "ababab"),
        ({"pattern": "^[a-z]", "minLength": 3}, 0, "axx"),
        ({"pattern": "^(?=a)[a-z]$"}, 0, "a"),
        ({"pattern": "^x?$", "maxLength": 1}, 0, "x"),
        ({"format": "uuid", "pattern": "^x$"}, 0, "x"),
    ],
    ids=str,
)
def test_text_is_made_for_a_schema(document: dict[str, Any], index: int, expected: str) -> None:
    assert sample_text(document, "name", index) == expected


@pytest.mark.parametrize(
    "document",
    [
        {"pattern": "^(?=b)[a-z]$"},
        {"pattern": "^[a-z]{3}$", "minLength": 4},
        {"pattern": r"^\1(a)$", "minLength": 2},
        {"pattern": "^[\u1e00]$"},
        {"pattern": "[[]x"},
        {"pattern": "^(?<!a)$", "minLength": 1},
    ],
    ids=str,
)
def test_text_that_is_not_found_is_none(document: dict[str, Any]) -> None:
    assert sample_text(document, "name", 0) is None


@pytest.mark.parametrize("name", PATTERNS)
def test_sample_of_a_format_fits_its_pattern(name: str) -> None:
    assert re.search(PATTERNS[name], FORMATS[name])
