from __future__ import annotations

import pytest

from forestage.diff.schema_judge.kinds import KINDS


@pytest.mark.parametrize("name", KINDS)
def test_kind_has_an_id_for_each_side_and_part(name: str) -> None:
    ids = [id_ for id_, _ in KINDS[name].ids()]

    assert len(ids) == 4
    assert not any("{" in id_ for id_ in ids)


def test_ids_are_those_of_oasdiff_where_it_has_its_own_form() -> None:
    removed = KINDS["enum-value-removed"]

    assert removed.id_of(is_request=False, is_property=False) == "response-mediatype-enum-value-removed"
    assert removed.id_of(is_request=True, is_property=True) == "request-property-enum-value-removed"
