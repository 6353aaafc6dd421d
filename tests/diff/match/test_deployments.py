from __future__ import annotations

import pytest

from forestage.diff.match.deployments import match, protocol_of
from forestage.diff.report import Report, Side
from forestage.model.deployment import Deployment, OtherResource
from forestage.model.domains import DomainName
from forestage.model.functions import Function, InlineCode
from forestage.model.rest import Definition, Method, Resource, RestApi
from forestage.model.usage import ApiKey
from forestage.model.values import Unknown
from forestage.model.websocket import Api, Route
from forestage.model.websocket import Definition as RouteDefinition


def rest(logical_id: str, name: str | None = None, paths: str = "") -> RestApi:
    resources = tuple(
        Resource(logical_id=f"P{part}", id=part, parent_id="root", path_part=part, rest_api_id=logical_id)
        for part in paths.split()
    )
    methods = tuple(
        Method(logical_id=f"M{item.id}", id=item.id, http_method="GET", resource_id=item.id, rest_api_id=logical_id)
        for item in resources
    )
    definition = Definition(root_resource_id="root", resources=resources, methods=methods)
    return RestApi(logical_id=logical_id, id=logical_id, name=name, definition=definition)


def socket(logical_id: str, *keys: str) -> Api:
    routes = tuple(Route(logical_id=key, id=key, api_id=logical_id, route_key=key) for key in keys)
    return Api(
        logical_id=logical_id, id=logical_id, protocol_type="WEBSOCKET", definition=RouteDefinition(routes=routes)
    )


def names(before: Deployment, after: Deployment) -> list[str | None]:
    pairs = match(before, after).apis
    return [(None if item is None else item.logical_id) for pair in pairs for item in (pair.before, pair.after)]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ((rest("A"),), (rest("A"),), ["A", "A"]),
        ((rest("A", "pets"),), (rest("B", "pets"),), ["A", "B"]),
        ((rest("A", "one", "a b"),), (rest("B", "two", "a b c"),), ["A", "B"]),
        ((rest("A", "one", "a b"),), (rest("B", "two", "a c d e"),), [None, "B", "A", None]),
        ((rest("A", "one"),), (rest("B", "two"),), [None, "B", "A", None]),
        ((rest("A", "x", "a b"), rest("B", "y", "a b c")), (rest("C", "z", "a b c"),), ["B", "C", "A", None]),
    ],
    ids=["logical id", "name", "overlap", "too little overlap", "nothing in common", "the best overlap"],
)
def test_apis_pair(before: tuple[RestApi, ...], after: tuple[RestApi, ...], expected: list[str | None]) -> None:
    assert names(Deployment(rest_apis=before), Deployment(rest_apis=after)) == expected


def test_apis_of_routes_pair_by_their_keys() -> None:
    assert names(Deployment(apis=(socket("A", "x", "y"),)), Deployment(apis=(socket("B", "x", "y"),))) == ["A", "B"]


def test_apis_of_other_protocols_pair_by_logical_id_alone() -> None:
    pair = match(Deployment(rest_apis=(rest("A", "pets"),)), Deployment(apis=(socket("A"),)))

    assert [protocol_of(item.either) for item in pair.apis] == ["WEBSOCKET"]
    assert (pair.rest, pair.sockets) == ((), ())


def test_an_api_without_definition_overlaps_with_nothing() -> None:
    bare = RestApi(logical_id="A", id="A")

    assert names(Deployment(rest_apis=(bare,)), Deployment(rest_apis=(rest("B", None, "a"),))) == [None, "B", "A", None]


def function(logical_id: str, name: str, package: str | None = None) -> Function:
    return Function(
        logical_id=logical_id,
        name=name,
        arn=f"arn:aws:lambda:us-east-1:123456789012:function:{name}",
        code=InlineCode(text=""),
        package=package,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (function("A", "s-A-1A2B3C4D5E6F"), function("A", "t-A-1A2B3C4D5E6G")),
        (function("A", "pets"), function("B", "pets")),
        (function("A", "s-A-1A2B3C4D5E6F", "code.zip"), function("B", "s-B-1A2B3C4D5E6H", "code.zip")),
    ],
    ids=["logical id", "chosen name", "code"],
)
def test_functions_pair(before: Function, after: Function) -> None:
    pair = match(Deployment(functions=(before,)), Deployment(functions=(after,)))

    assert pair.same_functions == {(before.arn, after.arn)}


def test_other_resources_pair_by_the_name_they_were_given() -> None:
    before = OtherResource(logical_id="A", type="AWS::SQS::Queue", id="jobs-of-pets")
    after = OtherResource(logical_id="B", type="AWS::SQS::Queue", id="jobs-of-pets")

    (pair,) = match(Deployment(resources=(before,)), Deployment(resources=(after,))).resources

    assert pair.both == (before, after)


def test_domains_without_a_known_name_pair_by_logical_id() -> None:
    before, after = (DomainName(logical_id="D", id=name, domain_name=Unknown("Ref Name")) for name in "ab")

    (pair,) = match(Deployment(domain_names=(before,)), Deployment(domain_names=(after,))).domains

    assert pair.both == (before, after)


def test_keys_pair_by_name() -> None:
    before, after = (ApiKey(logical_id=name, id=name, name="anna") for name in "ab")

    (pair,) = match(Deployment(api_keys=(before,)), Deployment(api_keys=(after,))).keys

    assert pair.both == (before, after)


def test_a_report_of_nothing_is_safe() -> None:
    side = Side(source="x", stacks=())

    assert Report(before=side, after=side, findings=()).verdict.value == "safe"
