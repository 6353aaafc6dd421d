from __future__ import annotations

from forestage.export.plain import Gaps
from forestage.model.values import Secret, Unknown


def test_json_stays_what_it_is() -> None:
    gaps = Gaps()

    assert gaps.plain({"a": (1, None, True, "x")}, "it") == {"a": [1, None, True, "x"]}
    assert gaps.listed() == ()


def test_open_leaves_are_written_for_people_and_noted_once() -> None:
    gaps = Gaps()

    assert gaps.plain([Unknown("Ref A"), Unknown("Ref A"), Secret("s")], "it") == ["<Ref A>", "<Ref A>", "***"]
    assert gaps.listed() == ("it is known only after deployment: <Ref A>", "it is a secret, which is not written")
