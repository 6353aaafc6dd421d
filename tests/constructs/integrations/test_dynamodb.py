from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk.assertions import Template

from forestage.constructs.integrations import Attribute, DynamoDb, ServiceIntegration, Value
from tests.constructs.integrations.routed import new_stack, rendered, routed
from tests.constructs.synthesis import hold_against_stored, loaded

if TYPE_CHECKING:
    from pathlib import Path

PETS = dynamodb.Table.from_table_name(new_stack(), "Pets", "pets")
KEY = {"id": Value.path("id")}
ITEM = {"id": {"S": "1"}, "name": {"S": "it's Rex"}, "age": {"N": "7"}}
PLAIN = {"id": "1", "name": "it's Rex", "age": 7}


def table(stack: Stack, **options: Any) -> dynamodb.Table:  # the options of the L2
    return dynamodb.Table(
        stack, "Pets", partition_key=dynamodb.Attribute(name="id", type=dynamodb.AttributeType.STRING), **options
    )


def test_routes_of_a_table(stack: Stack, tmp_path: Path) -> None:
    pets = table(stack)
    routed(
        stack,
        {
            "GET /pets/{id}": DynamoDb.get(pets, key=KEY),
            "PUT /pets/{id}": DynamoDb.put(
                pets, item={**KEY, "name": Value.body("$.name"), "age": Attribute.number(Value.body("$.age"))}
            ),
            "PATCH /pets/{id}": DynamoDb.update(
                pets,
                key=KEY,
                update="SET #name = :name",
                names={"#name": "name"},
                values={":name": Value.body("$.name")},
                condition="attribute_exists(id)",
                condition_failed=404,
            ),
            "DELETE /pets/{id}": DynamoDb.delete(pets, key=KEY),
            "GET /owners/{owner}/pets": DynamoDb.query(
                pets,
                index="byOwner",
                key_condition="#owner = :owner",
                names={"#owner": "owner"},
                values={":owner": Value.path("owner")},
                limit=20,
            ),
        },
    )

    template = hold_against_stored(stack, "integrations_dynamodb")

    assert loaded(template, tmp_path).warnings == ()


def test_each_route_has_a_role_for_its_action_alone(stack: Stack) -> None:
    pets = table(stack)
    routed(stack, {"GET /pets/{id}": DynamoDb.get(pets, key=KEY), "DELETE /pets/{id}": DynamoDb.delete(pets, key=KEY)})

    policies = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    statements = [policy["Properties"]["PolicyDocument"]["Statement"] for policy in policies]
    arn = stack.resolve(pets.table_arn)
    assert statements == [
        [{"Action": "dynamodb:GetItem", "Effect": "Allow", "Resource": arn}],
        [{"Action": "dynamodb:DeleteItem", "Effect": "Allow", "Resource": arn}],
    ]


def test_key_of_the_customer_may_be_used(stack: Stack) -> None:
    pets = table(stack, encryption_key=kms.Key(stack, "Key"))
    routed(stack, {"GET /pets/{id}": DynamoDb.get(pets, key=KEY)})

    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    assert [each["Action"] for each in policy["Properties"]["PolicyDocument"]["Statement"]] == [
        "dynamodb:GetItem",
        ["kms:Decrypt", "kms:DescribeKey"],
    ]


def test_index_is_what_a_query_of_it_may_read(stack: Stack) -> None:
    pets = table(stack)
    query = DynamoDb.query(pets, index="byOwner", key_condition="o = :o", values={":o": "x"})
    routed(stack, {"GET /pets": query})

    (policy,) = Template.from_stack(stack).find_resources("AWS::IAM::Policy").values()

    assert policy["Properties"]["PolicyDocument"]["Statement"][0]["Resource"] == stack.resolve(
        f"{pets.table_arn}/index/byOwner"
    )


def test_given_role_is_used(stack: Stack) -> None:
    role = iam.Role(stack, "Own", assumed_by=iam.ServicePrincipal("apigateway.amazonaws.com"))
    routed(stack, {"GET /pets/{id}": DynamoDb.get(table(stack), key=KEY, role=role)})

    template = Template.from_stack(stack)

    template.resource_count_is("AWS::IAM::Role", 1)
    template.has_resource_properties(
        "AWS::ApiGateway::Method", {"Integration": {"Credentials": stack.resolve(role.role_arn)}}
    )


def answered(integration: ServiceIntegration, status: int, document: object) -> tuple[Any, object]:
    rendering = rendered(integration.response_templates[status], body=json.dumps(document))
    return json.loads(rendering.text or "null"), rendering.response_override.get("status", status)


GET = DynamoDb.get(PETS, key=KEY)
PUT = DynamoDb.put(PETS, item=KEY)
UPDATE = DynamoDb.update(PETS, key=KEY, update="REMOVE x", condition="attribute_exists(id)", condition_failed=404)
QUERY = DynamoDb.query(PETS, key_condition="id = :id", values={":id": "1"})


@pytest.mark.parametrize(
    ("integration", "status", "answer", "expected"),
    [
        pytest.param(GET, 200, {"Item": ITEM}, (PLAIN, 200), id="found"),
        pytest.param(GET, 200, {}, ({"message": "Not found"}, 404), id="missing"),
        pytest.param(PUT, 204, {}, (None, 204), id="put"),
        pytest.param(DynamoDb.put(PETS, item=KEY, status=201), 201, {}, ({}, 201), id="put as created"),
        pytest.param(DynamoDb.delete(PETS, key=KEY), 204, {}, (None, 204), id="deleted"),
        pytest.param(UPDATE, 200, {"Attributes": ITEM}, (PLAIN, 200), id="updated"),
        pytest.param(QUERY, 200, {"Items": [], "Count": 0}, ({"items": []}, 200), id="none"),
        pytest.param(
            QUERY, 200, {"Items": [ITEM, {"id": {"S": "2"}}]}, ({"items": [PLAIN, {"id": "2"}]}, 200), id="all"
        ),
        pytest.param(
            QUERY,
            200,
            {"Items": [ITEM], "LastEvaluatedKey": {"id": {"S": "1"}}},
            ({"items": [PLAIN], "lastKey": {"id": "1"}}, 200),
            id="more",
        ),
    ],
)
def test_callers_read_plain_json(
    integration: ServiceIntegration, status: int, answer: object, expected: tuple[Any, int]
) -> None:
    assert answered(integration, status, answer) == expected


@pytest.mark.parametrize(
    ("integration", "error", "status", "message"),
    [
        (PUT, "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", 409, "Conflict"),
        (UPDATE, "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException", 404, "Not found"),
        (PUT, "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException", 429, "Too many requests"),
        (PUT, "com.amazonaws.dynamodb.v20120810#RequestLimitExceeded", 429, "Too many requests"),
        (PUT, "com.amazonaws.dynamodb.v20120810#ThrottlingException", 429, "Too many requests"),
        (PUT, "com.amazon.coral.validate#ValidationException", 400, "Bad request"),
        (PUT, "com.amazon.coral.service#SerializationException", 400, "Bad request"),
        (PUT, "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException", 500, "Internal server error"),
        (PUT, "com.amazon.coral.service#AccessDeniedException", 500, "Internal server error"),
    ],
)
def test_errors_have_their_status_and_no_text_of_the_service(
    integration: ServiceIntegration, error: str, status: int, message: str
) -> None:
    document = {"__type": error, "message": "arn:aws:iam::123456789012:role/secret"}

    assert answered(integration, 400, document) == ({"message": message}, status)


def test_answer_that_is_no_error_document_is_an_error() -> None:
    assert answered(PUT, 400, {}) == ({"message": "Internal server error"}, 500)


def test_expressions_are_left_out_where_there_are_none() -> None:
    sent = json.loads(rendered(PUT.request_template, path={"id": "1"}).text)

    assert sent == {"TableName": "pets", "Item": {"id": {"S": "1"}}}


def test_page_begins_where_the_caller_says() -> None:
    query = DynamoDb.query(
        PETS, key_condition="id = :id", values={":id": "1"}, start_key={"id": Value.query("after").if_present()}
    )

    first = json.loads(rendered(query.request_template).text)
    second = json.loads(rendered(query.request_template, query={"after": "7"}).text)

    assert "ExclusiveStartKey" not in first
    assert second["ExclusiveStartKey"] == {"id": {"S": "7"}}


def test_page_of_a_constant_begins_there() -> None:
    query = DynamoDb.query(PETS, key_condition="id = :id", values={":id": "1"}, start_key={"id": "7"})

    assert json.loads(rendered(query.request_template).text)["ExclusiveStartKey"] == {"id": {"S": "7"}}


@pytest.mark.parametrize("limit", [0, 1001])
def test_limit_is_what_a_template_can_read(limit: int) -> None:
    with pytest.raises(ValueError, match=f"the limit of a query is 1 to 1000 items, got {limit}"):
        DynamoDb.query(PETS, key_condition="id = :id", values={":id": "1"}, limit=limit)


def test_limit_of_a_query_may_be_known_later(stack: Stack) -> None:
    later: Any = CfnParameter(stack, "Limit", type="Number").value_as_number

    query = DynamoDb.query(PETS, key_condition="id = :id", values={":id": "1"}, limit=later)

    assert Stack.of(stack).resolve(query.request_template)["Fn::Join"][1][1] == {"Ref": "Limit"}


def test_condition_may_fail_with_any_status() -> None:
    put = DynamoDb.put(PETS, item=KEY, condition="attribute_not_exists(id)", condition_failed=412)

    assert '#set($context.responseOverride.status = 412)\n{"message": "Precondition failed"}' in str(
        put.response_templates[400]
    )
