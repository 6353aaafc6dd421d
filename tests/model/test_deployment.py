from __future__ import annotations

import pytest

from forestage.model import Deployment
from forestage.model.functions import Function, InlineCode

ARN = "arn:aws:lambda:us-east-1:123456789012:function:pets"


def deployment() -> Deployment:
    return Deployment(functions=(Function(logical_id="Pets", name="pets", arn=ARN, code=InlineCode(text="")),))


@pytest.mark.parametrize("qualifier", ["", ":live", ":7"])
def test_function_is_found_by_its_arn_qualified_or_not(qualifier: str) -> None:
    found = deployment().function(ARN + qualifier)

    assert found is not None
    assert found.logical_id == "Pets"


def test_function_of_a_longer_name_is_another() -> None:
    assert deployment().function(f"{ARN}-store") is None
