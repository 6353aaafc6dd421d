from __future__ import annotations

import re

import pytest
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER

from forestage.load.arn_kinds import ARN_ROWS
from forestage.load.kinds import KINDS

KNOWN_TYPES = frozenset(PROVIDER_SCHEMA_MANAGER.get_resource_types("us-east-1"))
CLOSED = sorted(name for name, kind in KINDS.items() if not kind.is_open)


@pytest.mark.parametrize("resource_type", CLOSED)
def test_attributes_are_those_of_the_schema(resource_type: str) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type)
    kind = KINDS[resource_type]

    assert {*kind.attributes, *kind.properties} == set(schema.get_atts)


@pytest.mark.parametrize("resource_type", sorted(KINDS))
def test_kind_names_properties_of_the_schema(resource_type: str) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema
    kind = KINDS[resource_type]
    formats = (kind.ref, *filter(None, kind.attributes.values()))

    named = {name for text in formats for name in re.findall(r"\{([A-Z]\w*)\}", text)} | set(kind.defaults)
    named |= {name for name in (kind.name, kind.fifo) if name}
    assert named <= set(schema["properties"])


def test_every_type_of_api_gateway_is_in_the_table() -> None:
    missing = [name for name in KNOWN_TYPES if name.startswith("AWS::ApiGateway") and name not in KINDS]

    assert missing == []


@pytest.mark.parametrize("resource_type", sorted(ARN_ROWS))
def test_attribute_that_is_the_arn_is_one_of_the_type(resource_type: str) -> None:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type)

    attribute = ARN_ROWS[resource_type].attribute

    assert attribute is None or attribute in schema.get_atts


NAMED_ALTHOUGH_BY_ARN = {"AWS::Events::Rule"}
"""Types whose Ref is a name by the documentation of their return values, although an ARN identifies them."""


def is_identified_by_arn(resource_type: str) -> bool:
    schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("us-east-1", resource_type).schema
    identifiers = schema.get("primaryIdentifier", ())
    return len(identifiers) == 1 and identifiers[0].lower().endswith("arn")


@pytest.mark.parametrize("resource_type", sorted(filter(is_identified_by_arn, KINDS.keys() - NAMED_ALTHOUGH_BY_ARN)))
def test_ref_of_a_type_that_an_arn_identifies_is_that_arn(resource_type: str) -> None:
    assert re.match(r"arn:|\{\w*arn\}", KINDS[resource_type].ref, re.IGNORECASE)
