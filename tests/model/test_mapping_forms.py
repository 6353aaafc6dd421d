from __future__ import annotations

import pytest

from forestage.model.mapping_forms import GATEWAY_RESPONSE, REQUEST, RESPONSE, MappingForms


@pytest.mark.parametrize("forms", [REQUEST, RESPONSE, GATEWAY_RESPONSE])
def test_example_is_of_its_forms(forms: MappingForms) -> None:
    target, _, sources = forms.example.partition(": ")

    assert forms.target.fullmatch(target)
    assert all(forms.source.fullmatch(source) for source in sources.replace(" or ", ", ").split(", "))
