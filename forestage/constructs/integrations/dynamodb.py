"""DynamoDB tables behind routes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Unpack, cast

from forestage.constructs.checks import is_known
from forestage.constructs.integrations.attributes import AttributeType, attributes, plain_item
from forestage.constructs.integrations.responses import JSON, NOTHING, IntegrationResponse
from forestage.constructs.integrations.services import (
    INVALID,
    REFUSED,
    SUCCESS,
    THROTTLED,
    ServiceIntegration,
    ServiceOptions,
    allow,
    allow_key,
    answer,
    error_template,
    failure,
)
from forestage.constructs.integrations.values import Fragment, Value, json_fragment, json_object, json_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from aws_cdk import aws_dynamodb as dynamodb
    from aws_cdk import aws_iam as iam

MAX_ITEMS: Final = 1000
"""How many elements of a list a template visits. Source: vtl.md section 3, Limits (documented)."""

_NO_CONTENT: Final = 204
_CONFLICT: Final = 409

# Source: DynamoDB developer guide, "DynamoDB encryption at rest usage notes" (documented).
_READS: Final = ("kms:Decrypt", "kms:DescribeKey")
_WRITES: Final = (
    *_READS,
    "kms:Encrypt",
    "kms:GenerateDataKey",
    "kms:GenerateDataKeyWithoutPlaintext",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
)


_OF_CONDITIONS: Final = frozenset({"condition", "condition_failed", "names", "values"})


class ConditionOptions(ServiceOptions, total=False):
    """What a write may depend on, and what stands in its expressions."""

    condition: str
    """What must hold of the item: ``attribute_not_exists(id)``."""
    condition_failed: int
    """The status if that does not hold: 409 if not given, 404 for what has to exist."""
    names: Mapping[str, str]
    """Names that stand for those of attributes: ``{"#name": "name"}``."""
    values: Mapping[str, AttributeType]
    """Values in expressions: ``{":price": Attribute.number(Value.body("$.price"))}``."""


class DynamoDb:
    """Tables, one action of one item or query a route.

    Attributes are constants, values of the request (strings then), and, for other types, ``Attribute.number`` and its
    like.
    Callers get and read plain JSON, not the one with types that DynamoDB speaks.

    A condition that does not hold is 409, what DynamoDB finds invalid 400, too many requests 429, all else 500.
    """

    @staticmethod
    def get(
        table: dynamodb.ITable,
        *,
        key: Mapping[str, AttributeType],
        consistent: bool = False,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Answer with one item, or 404."""
        return _integration(
            "GetItem",
            table,
            {
                "Key": Fragment(attributes(key)),
                **({"ConsistentRead": Fragment("true")} if consistent else {}),
            },
            success=IntegrationResponse(status=200, pattern=SUCCESS, template=_item_or_missing("$.Item")),
            keys=_READS,
            options=options,
        )

    @staticmethod
    def put(
        table: dynamodb.ITable,
        *,
        item: Mapping[str, AttributeType],
        status: int = _NO_CONTENT,
        **options: Unpack[ConditionOptions],
    ) -> ServiceIntegration:
        """Write one item, in the place of any that has its key; ``condition`` keeps those that are there."""
        return _write("PutItem", table, {"Item": Fragment(attributes(item))}, _done(status), options)

    @staticmethod
    def update(
        table: dynamodb.ITable,
        *,
        key: Mapping[str, AttributeType],
        update: str,
        **options: Unpack[ConditionOptions],
    ) -> ServiceIntegration:
        """Change one item by an expression, ``SET price = :price``, and answer with what it is then.

        An item that is not there is made: the condition ``attribute_exists(id)`` with ``condition_failed=404`` makes
        404 of that.
        """
        return _write(
            "UpdateItem",
            table,
            {
                "Key": Fragment(attributes(key)),
                "UpdateExpression": json_fragment(update),
                "ReturnValues": json_fragment("ALL_NEW"),
            },
            IntegrationResponse(status=200, pattern=SUCCESS, template=_item("$.Attributes")),
            options,
        )

    @staticmethod
    def delete(
        table: dynamodb.ITable,
        *,
        key: Mapping[str, AttributeType],
        status: int = _NO_CONTENT,
        **options: Unpack[ConditionOptions],
    ) -> ServiceIntegration:
        """Delete one item; one that is not there is no error, unless a ``condition`` says so."""
        return _write("DeleteItem", table, {"Key": Fragment(attributes(key))}, _done(status), options)

    @staticmethod
    def query(
        table: dynamodb.ITable,
        *,
        key_condition: str,
        values: Mapping[str, AttributeType],
        names: Mapping[str, str] | None = None,
        index: str | None = None,
        filter: str | None = None,  # ruff: ignore[builtin-argument-shadowing]  (the field's word)
        limit: int = 100,
        newest_first: bool = False,
        start_key: Mapping[str, AttributeType] | None = None,
        **options: Unpack[ServiceOptions],
    ) -> ServiceIntegration:
        """Answer with items: ``{"items": [...], "lastKey": {...}}``; ``lastKey`` where there are more than ``limit``.

        ``start_key`` is where a further page begins, which callers give from ``lastKey``:
        ``{"id": Value.query("after").if_present()}``.
        ``newest_first`` reads from the end of the sort key.
        """
        if is_known(limit) and not 1 <= limit <= MAX_ITEMS:
            raise ValueError(f"the limit of a query is 1 to {MAX_ITEMS} items, got {limit}")
        members = {
            "KeyConditionExpression": json_fragment(key_condition),
            **_expressions(names, values),
            **_texts({"IndexName": index, "FilterExpression": filter}),
            "Limit": Fragment(json_text(limit)),
            **({"ScanIndexForward": Fragment("false")} if newest_first else {}),
            **({} if start_key is None else {"ExclusiveStartKey": _start(start_key)}),
        }
        return _integration(
            "Query",
            table,
            members,
            success=IntegrationResponse(status=200, pattern=SUCCESS, template=_ITEMS),
            keys=_READS,
            options=options,
            index=index,
        )


def _write(
    action: str,
    table: dynamodb.ITable,
    members: Mapping[str, Fragment],
    success: IntegrationResponse,
    options: ConditionOptions,
) -> ServiceIntegration:
    return _integration(
        action,
        table,
        {
            **members,
            **_texts({"ConditionExpression": options.get("condition")}),
            **_expressions(options.get("names"), options.get("values")),
        },
        success=success,
        keys=_WRITES,
        options=_service_options(options),
        condition_failed=options.get("condition_failed", _CONFLICT),
    )


def _integration(
    action: str,
    table: dynamodb.ITable,
    members: Mapping[str, Fragment],
    *,
    success: IntegrationResponse,
    keys: tuple[str, ...],
    options: ServiceOptions,
    index: str | None = None,
    condition_failed: int = _CONFLICT,
) -> ServiceIntegration:
    def grant(role: iam.IRole) -> None:
        allow(role, (f"dynamodb:{action}",), table.table_arn if index is None else f"{table.table_arn}/index/{index}")
        allow_key(role, table.encryption_key, *keys)

    return ServiceIntegration(
        service="dynamodb",
        action=action,
        request_templates={JSON: json_object({"TableName": json_fragment(table.table_name), **members})},
        responses=(success, _refused(condition_failed), failure()),
        allow=grant,
        options=options,
    )


def _refused(condition_failed: int) -> IntegrationResponse:
    return IntegrationResponse(
        status=400,
        pattern=REFUSED,
        template=error_template((("ConditionalCheckFailed",), condition_failed), (THROTTLED, 429), (INVALID, 400)),
    )


def _texts(members: Mapping[str, str | None]) -> dict[str, Fragment]:
    return {name: json_fragment(text) for name, text in members.items() if text is not None}


def _expressions(names: Mapping[str, str] | None, values: Mapping[str, AttributeType] | None) -> dict[str, Fragment]:
    """Write what stands in expressions; empty ones are left out, since DynamoDB refuses them."""
    return {
        **({"ExpressionAttributeNames": Fragment(json_text(dict(names)))} if names else {}),
        **({"ExpressionAttributeValues": Fragment(attributes(values))} if values else {}),
    }


def _service_options(options: ConditionOptions) -> ServiceOptions:
    kept = {name: value for name, value in options.items() if name not in _OF_CONDITIONS}
    return cast("ServiceOptions", kept)


def _start(key: Mapping[str, AttributeType]) -> Fragment:
    """Write where a page begins; left out as a whole where the caller gives nothing."""
    conditions = [value.condition for value in key.values() if isinstance(value, Value) and value.condition]
    return Fragment(attributes(key), " && ".join(conditions) or None)


def _done(status: int) -> IntegrationResponse:
    return IntegrationResponse(status=status, pattern=SUCCESS, template=NOTHING if status == _NO_CONTENT else "{}")


def _item(path: str) -> str:
    return f"#set($item = $input.path('{path}'))\n{plain_item('$item')}\n"


def _item_or_missing(path: str) -> str:
    return f"#set($item = $input.path('{path}'))\n#if($item == \"\")\n{answer(404)}#else\n{plain_item('$item')}\n#end\n"


_ITEMS: Final = (
    "#set($page = $input.path('$')){\"items\": [#foreach($item in $page.Items)\n"
    f"#if($foreach.index > 0),#end\n{plain_item('$item')}\n"
    "#end\n"
    ']#if($page.LastEvaluatedKey != ""), "lastKey": '
    f"{plain_item('$page.LastEvaluatedKey')}#end\n}}"
)
