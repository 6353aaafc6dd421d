from __future__ import annotations

from forestage.diff.gate import Gate
from forestage.diff.render.options import RenderOptions


def test_by_default_nothing_stops_and_a_comment_has_room_for_what_github_takes() -> None:
    options = RenderOptions()

    assert options.gate == Gate()
    assert options.max_characters == 65_536
