"""What runs inside a Python function's process, as far as it needs no process."""

from __future__ import annotations

from collections import OrderedDict
from decimal import Decimal
from enum import IntEnum
from typing import Any, NamedTuple

import pytest
import simplejson
from hypothesis import given
from hypothesis import strategies as st

from forestage.preview.host.lambdas.worker.forestage_worker import MAX_PLAIN_DEPTH, is_plain, mend_encoder

RESULTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda parts: st.lists(parts) | st.lists(parts).map(tuple) | st.dictionaries(st.text(), parts),
)


class Pair(NamedTuple):
    """What simplejson writes as an object, and the standard library as a list."""

    left: int
    right: int


class Level(IntEnum):
    """What is an integer, and not one of JSON's."""

    LOW = 1


class Encoder(simplejson.JSONEncoder):  # type: ignore[misc] # simplejson has no types
    """As AWS's client has it."""

    def default(self, value: Any) -> Any:
        return simplejson.raw_json.RawJSON(str(value)) if isinstance(value, Decimal) else super().default(value)


class MendedEncoder(Encoder):
    """The same, mended."""


mend_encoder(MendedEncoder)


def encoders(*, ensure_ascii: bool) -> tuple[Encoder, MendedEncoder]:
    options: dict[str, Any] = {"use_decimal": False, "allow_nan": True, "ensure_ascii": ensure_ascii}
    return Encoder(**options), MendedEncoder(**options)


@given(result=RESULTS, ensure_ascii=st.booleans())
def test_results_are_written_as_by_the_client(result: object, *, ensure_ascii: bool) -> None:
    theirs, mended = encoders(ensure_ascii=ensure_ascii)

    assert mended.encode(result) == theirs.encode(result)


@pytest.mark.parametrize(
    "result",
    [
        Pair(1, 2),
        [Pair(1, 2)],
        {"level": Level.LOW},
        {1: "number"},
        {"price": Decimal("1.10")},
        OrderedDict(a=1),
        {"text": "\u2028\u2029\x7f\u00e9"},
    ],
    ids=["named-tuple", "inside", "enum", "number-as-name", "decimal", "ordered", "separators"],
)
def test_what_only_the_client_knows_is_left_to_it(result: object) -> None:
    theirs, mended = encoders(ensure_ascii=False)

    assert mended.encode(result) == theirs.encode(result)


def test_what_holds_itself_is_left_to_the_client() -> None:
    circle: list[object] = []
    circle.append(circle)
    _, mended = encoders(ensure_ascii=False)

    assert not is_plain(circle)
    with pytest.raises(ValueError, match="Circular reference"):
        mended.encode(circle)


def test_plain_is_what_json_has() -> None:
    deep: object = "deep"
    for _ in range(MAX_PLAIN_DEPTH):
        deep = [deep]

    assert is_plain({"a": [1, 2.5, "x", None, True, ({},)]})
    assert is_plain(deep)
    assert not is_plain([deep])
    assert not is_plain(b"bytes")
    assert not is_plain({"a": {"b": b"bytes"}})
