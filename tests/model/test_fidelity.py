from __future__ import annotations

import pytest

from forestage.model.fidelity import DOCUMENTED_ONLY, TABLE, ResourceRows, Status, whole_row
from forestage.model.fidelity.features import is_unsupported_address
from forestage.model.fidelity.functions import is_image
from forestage.model.fidelity.rows import HONOURED, Row, honoured, not_simulated, partial, under
from forestage.model.values import Secret, Unknown
from tests.model.schemas import PREFIXES, resource_types, schema, writable_properties

API_TYPES = resource_types()
FUNCTION_TYPES = tuple(name for name in TABLE if name.startswith("AWS::Lambda::"))


def test_table_has_every_resource_type_of_api_gateway() -> None:
    described = {name for name in TABLE if name.startswith(PREFIXES)}

    assert described == set(API_TYPES)


@pytest.mark.parametrize("resource_type", API_TYPES)
def test_every_writable_property_has_a_row(resource_type: str) -> None:
    without = set(writable_properties(resource_type)) - set(TABLE[resource_type].rows)

    assert without == set()


@pytest.mark.parametrize("resource_type", API_TYPES)
def test_every_row_is_about_a_property_that_is_in_the_schema_or_documented(resource_type: str) -> None:
    documented = DOCUMENTED_ONLY.get(resource_type, ())
    properties = writable_properties(resource_type)

    stray = [
        path
        for path in TABLE[resource_type].rows
        if path not in properties
        and not path.endswith(".*")
        and not any(path == name or path.startswith(f"{name}.") for name in documented)
    ]

    assert stray == []


@pytest.mark.parametrize(
    ("resource_type", "path"), [(kind, path) for kind, paths in DOCUMENTED_ONLY.items() for path in paths]
)
def test_documented_properties_have_a_row_and_are_not_in_the_schema(resource_type: str, path: str) -> None:
    assert path in TABLE[resource_type].rows
    assert path not in writable_properties(resource_type)


@pytest.mark.parametrize("resource_type", FUNCTION_TYPES)
def test_rows_of_functions_cover_every_top_level_property(resource_type: str) -> None:
    top = {path for path in writable_properties(resource_type) if "." not in path}

    rows = set(TABLE[resource_type].rows)

    assert rows in (top, {"*"})


@pytest.mark.parametrize("resource_type", FUNCTION_TYPES)
def test_function_types_exist(resource_type: str) -> None:
    assert schema(resource_type)["typeName"] == resource_type


@pytest.mark.parametrize("resource_type", TABLE)
def test_whatever_is_not_honoured_says_in_one_short_line_what_is_missing(resource_type: str) -> None:
    rows = [TABLE[resource_type].whole, *TABLE[resource_type].rows.values()]

    notes = [row.note for row in rows if row.status is not Status.HONOURED]

    assert all(note and "\n" not in note and len(note) <= 80 for note in notes)


@pytest.mark.parametrize(
    ("resource_type", "status"),
    [
        ("AWS::ApiGateway::Method", Status.HONOURED),
        ("AWS::ApiGatewayV2::Route", Status.NOT_SIMULATED),
        ("AWS::IAM::Role", Status.HONOURED),
        ("AWS::Logs::LogGroup", Status.HONOURED),
        ("AWS::SES::Template", Status.NOT_SIMULATED),
    ],
)
def test_whole_row_tells_what_becomes_of_a_type(resource_type: str, status: Status) -> None:
    assert whole_row(resource_type).status is status


PLAIN = not_simulated("nothing does it")


@pytest.mark.parametrize(
    ("row", "value", "expected"),
    [
        (PLAIN, "x", True),
        (HONOURED, "x", False),
        (HONOURED.unless("y"), "x", False),
        (PLAIN.unless(False), False, False),
        (PLAIN.unless(False), "False", False),
        (PLAIN.unless(False), True, True),
        (PLAIN.unless(False), {"Mode": "Active"}, True),
        (PLAIN.unless(0), "0", False),
        (PLAIN.unless(0), 25, True),
        (PLAIN.unless("NONE"), Secret("NONE"), False),
        (PLAIN.only("AWS"), "AWS", True),
        (PLAIN.only("AWS"), "MOCK", False),
        (PLAIN.only("AWS"), Unknown("Ref X"), False),
        (partial("half").when(bool), [], False),
        (partial("half").when(bool), {"Version": "2012-10-17"}, True),
    ],
)
def test_row_is_about_the_values_it_names(row: Row, value: object, *, expected: bool) -> None:
    assert row.is_about(value) is expected


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("https://example.com", False),
        ("arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/f/invocations", False),
        ("arn:aws:apigateway:eu-west-1:firehose:action/PutRecord", True),
        ("arn:aws:apigateway:eu-west-1:dynamodb:action/PutItem", True),
        (Unknown("Fn::GetAtt Api.Url"), True),
    ],
)
def test_address_is_unsupported_where_nothing_is_known_of_it(uri: object, *, expected: bool) -> None:
    assert is_unsupported_address(uri) is expected


@pytest.mark.parametrize(
    ("code", "expected"), [({"ImageUri": "x"}, True), ({"ZipFile": "x"}, False), ("./source", False)]
)
def test_code_is_an_image_where_it_has_an_image_uri(code: object, *, expected: bool) -> None:
    assert is_image(code) is expected


def test_rows_of_a_type_that_is_not_executed_are_that_of_the_type() -> None:
    rows = ResourceRows(rows=honoured("Name"), whole=PLAIN)

    assert rows.row("Name") is PLAIN
    assert rows.row("Nothing") is None


def test_rows_under_a_property_are_found_by_their_path() -> None:
    rows = ResourceRows(rows={**under("Quota", honoured("Limit")), **under("Throttle.*", honoured("Rate"))})

    assert rows.row("Quota.Limit") is HONOURED
    assert rows.has_object("Quota")
    assert not rows.has_object("Quota.Limit")
    assert rows.has_map("Throttle")
    assert not rows.has_map("Quota")
