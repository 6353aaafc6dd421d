from __future__ import annotations

import pytest

from forestage.load.documents import read_text
from forestage.load.sam.plain import Plain, map_at, to_plain


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{a: [1, {b: x}], c: }", {"a": [1, {"b": "x"}], "c": None}, id="maps-and-lists"),
        pytest.param("!GetAtt A.B.C", {"Fn::GetAtt": ["A", "B.C"]}, id="short-get-att"),
        pytest.param("Fn::GetAtt: [A, B]", {"Fn::GetAtt": ["A", "B"]}, id="long-get-att"),
        pytest.param("!Ref A", {"Ref": "A"}, id="ref"),
    ],
)
def test_node_is_copied_without_positions(text: str, expected: Plain) -> None:
    plain = to_plain(read_text(text, file="t.yaml").root)

    assert plain == expected
    assert type(plain) is dict


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param(("a",), {"b": 1}, id="map"),
        pytest.param(("a", "b"), {}, id="no-map"),
        pytest.param(("x", "y"), {}, id="nothing"),
    ],
)
def test_map_at_a_path(path: tuple[str, ...], expected: dict[str, Plain]) -> None:
    assert map_at({"a": {"b": 1}}, *path) == expected
