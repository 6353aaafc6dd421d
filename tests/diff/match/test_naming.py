from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from forestage.diff.match.naming import MadeUp, Names
from forestage.model.values import Secret, Unknown

if TYPE_CHECKING:
    from forestage.model.values import OpenJson

NAMES = Names(
    made_up={
        "abc123def4": MadeUp(label="Api"),
        "1A2B3C4D5E6F": MadeUp(label="Handler", head="shop-Handler-"),
        "0f1e2d3c": MadeUp(label="Pool", tail="-1111-4222-a333-444455556666"),
    },
    words={"OldTable": "Table"},
    stacks={"shop-before": "${AWS::StackName}"},
    heads={"shop-Handler-": "Handler", "shop-pool-of-users-": "Users"},
)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (
            "https://abc123def4.execute-api.us-east-1.amazonaws.com",
            "https://${Api}.execute-api.us-east-1.amazonaws.com",
        ),
        ("arn:function:shop-Handler-1A2B3C4D5E6F:live", "arn:function:${Handler}:live"),
        ("other-1A2B3C4D5E6F", "other-${Handler}"),
        ("arn:function:shop-Handler-AbCdEfGhIjKl/x", "arn:function:${Handler}/x"),
        ("arn:function:shop-pool-of-users-1A2B3C4D5E6F7", "arn:function:${Users}"),
        ("arn:function:shop-Other-AbCdEfGhIjKl", "arn:function:shop-Other-AbCdEfGhIjKl"),
        ("AbCdEfGhIjKl shop-Handler-Short", "AbCdEfGhIjKl shop-Handler-Short"),
        ("x/-AbCdEfGhIjKl", "x/-AbCdEfGhIjKl"),
        ("pool/0f1e2d3c-1111-4222-a333-444455556666/x", "pool/${Pool}/x"),
        ("pool/0f1e2d3c/x", "pool/${Pool}/x"),
        ("xabc123def4", "xabc123def4"),
        ("short", "short"),
        ("/aws/shop-before/log", "/aws/${AWS::StackName}/log"),
        ("shop-before-2", "${AWS::StackName}-2"),
        ("my-shop-before", "my-shop-before"),
        ("shop-beforehand", "shop-beforehand"),
    ],
)
def test_made_up_texts_get_labels(text: str, named: str) -> None:
    assert NAMES.text(text) == named


def test_unknown_values_have_their_logical_ids_renamed() -> None:
    assert NAMES.of(Unknown("Fn::GetAtt OldTable.StreamArn")) == Unknown("Fn::GetAtt Table.StreamArn")


def test_logical_ids_in_known_texts_stay() -> None:
    assert NAMES.of("OldTable") == "OldTable"


def test_documents_are_named_through_and_through() -> None:
    document: OpenJson = {"abc123def4": ["abc123def4", 5, None, True, Secret("abc123def4")]}

    named = NAMES.of(document)

    assert named == {"${Api}": ["${Api}", 5, None, True, Secret("${Api}")]}


def test_without_words_expressions_are_only_labelled() -> None:
    names = Names(made_up={}, words={}, stacks={})

    assert names.expression("Ref Table") == "Ref Table"
