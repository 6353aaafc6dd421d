from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.model import limits

if TYPE_CHECKING:
    from forestage.model.vocabulary import Constraint


@pytest.mark.parametrize("part", ["pets", "{id}", "{proxy+}", "v1.2", "a-b_c:d"])
def test_path_part_admits_texts_and_variables(part: str) -> None:
    assert limits.PATH_PART.admits(part)


@pytest.mark.parametrize("part", ["", "a b", "{id", "id}", "{id}x", "{a{b}}", "a/b", "{+}", "ä"])
def test_path_part_admits_nothing_else(part: str) -> None:
    assert not limits.PATH_PART.admits(part)


@pytest.mark.parametrize(
    ("allowed", "value", "other"),
    [
        (limits.STAGE_NAME, "prod-1_a", "prod.1"),
        (limits.STAGE_NAME, "x" * 128, "x" * 129),
        (limits.MODEL_NAME, "Pet2", "Pet-2"),
        (limits.VARIABLE_NAME, "x" * 64, "x" * 65),
        (limits.VARIABLE_VALUE, "a b,c~#", "a|b"),
        (limits.CACHE_SIZE, "0.5", "0.7"),
        (limits.CACHE_TTL_SECONDS, 3600, 3601),
        (limits.COMPRESSION_BYTES, 10_485_760, -1),
        (limits.PERCENT, 100, 100.5),
        (limits.STATUS_CODE, "599", "600"),
        (limits.HEADER_NAME, "X-Shop", "X Shop"),
        (limits.MEDIA_TYPE, "*/*", "png"),
        (limits.QUERY_NAME, "page[size]", "page size"),
    ],
)
def test_limits_admit_what_api_gateway_takes(allowed: Constraint, value: object, other: object) -> None:
    assert allowed.admits(value)
    assert not allowed.admits(other)
