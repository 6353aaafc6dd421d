"""Custom domains at the gateway, from the template to the answer."""

from __future__ import annotations

from typing import Any

import pytest

from forestage.preview.engine.wire import TlsSession
from tests.preview.host.test_gateway import CONTROL
from tests.preview.host.ways import api, api_mapping, by_header, by_path, domain, mapping, resource, rule, serve

HOST = "shop.example.com"


def session(name: str | None) -> TlsSession:
    return TlsSession(version="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256", server_name=name)


# -- hosts ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("host", [HOST, f"{HOST}:3000", "SHOP.example.com", f"{HOST}.:443"])
def test_host_of_a_domain_leads_to_the_stage_of_its_mapping(host: str) -> None:
    ways = serve(api(), Domain=domain(), Root=mapping())

    assert ways.seen("/pets/1", host=host) == {
        "api": ways.ids["Api"],
        "stage": "dev",
        "path": "/pets/1",
        "resource": "/{all+}",
    }
    assert ways.arrival()["domain"] == "shop.example.com, by mapping Root of /"


def test_host_of_a_domain_never_reaches_the_control_plane() -> None:
    ways = serve(api(), Domain=domain(), Root=mapping())

    assert ways.seen("/_forestage/apis", host=HOST)["path"] == "/_forestage/apis"
    assert ways.call("/_forestage/apis") == CONTROL


@pytest.mark.parametrize(
    ("host", "stage"),
    [("eu.example.com", "wild"), ("us.example.com", "own"), ("a.b.example.com", None), ("example.com", None)],
)
def test_wildcard_stands_for_one_label_and_gives_way_to_a_name(host: str, stage: str | None) -> None:
    ways = serve(
        api(stages=("dev", "wild", "own")),
        Wild=domain("*.example.com"),
        Own=domain("us.example.com"),
        WildMapping=mapping(at="*.example.com", Stage="wild"),
        OwnMapping=mapping(at="us.example.com", Stage="own"),
    )

    # Another host is one of the port's own names.
    assert ways.seen("/dev/x", host=host)["stage"] == (stage or "dev")


def test_domain_of_an_absolute_target_counts() -> None:
    ways = serve(api(), Domain=domain(), Root=mapping())

    assert ways.seen("http://shop.example.com/pets", host="localhost:3000")["path"] == "/pets"


@pytest.mark.parametrize("path", ["/ping", "/sping", "/ping?a=1"])
def test_reserved_paths_are_answered_by_the_gateway_itself(path: str) -> None:
    ways = serve(api(), Domain=domain(), Root=mapping())

    answer = ways.call(path, host=HOST)

    assert (answer.status, answer.body) == (200, b"Healthy Connection")
    assert ways.reason() == f"{path.partition('?')[0]} of a custom domain is answered by API Gateway itself"
    assert ways.seen("/ping/1", host=HOST)["path"] == "/ping/1"


# -- mappings -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "stage", "resource_path"),
    [
        ("/orders", "one", "/"),
        ("/orders/", "one", "/"),
        ("//orders/1", "one", "/{all+}"),
        ("/orders/v1/items", "one", "/{all+}"),
        ("/orders/v2/items", "two", "/"),
        ("/orders/v2/items/", "two", "/"),
        ("/orders/v2/items/5", "two", "/{all+}"),
        ("/orders/v2/itemsx", "one", "/{all+}"),
        ("/ordersx", "dev", "/{all+}"),
        ("/Orders", "dev", "/{all+}"),
        ("/", "dev", "/"),
    ],
)
def test_longest_mapping_wins_by_whole_segments(path: str, stage: str, resource_path: str) -> None:
    ways = serve(
        api(stages=("dev", "one", "two")),
        Domain=domain(),
        Root=mapping(),
        Orders=api_mapping("orders", stage="one"),
        Items=api_mapping("orders/v2/items", stage="two"),
    )

    seen = ways.seen(path, host=HOST)

    assert (seen["stage"], seen["resource"], seen["path"]) == (stage, resource_path, path)


def test_only_mapping_paths_count_and_not_routes() -> None:
    ways = serve(
        {**api(), **api("Bare")},
        Domain=domain(),
        Root=mapping(),
        Longer=mapping("orders", of="Bare"),
        Other=resource("ApiGatewayV2::DomainName", DomainName="other.example.com", DomainNameConfigurations=[]),
    )

    assert ways.seen("/orders/x", host=HOST)["api"] == ways.ids["Bare"]


def test_request_that_no_mapping_leads_on_is_refused_with_what_was_tried() -> None:
    ways = serve(api(), Domain=domain(), One=mapping("v1"), Two=mapping("v2"))

    answer = ways.call("/v3/x", host=HOST)

    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
    assert dict(answer.headers)["x-amzn-ErrorType"] == "ForbiddenException"
    assert ways.reason() == (
        "nothing of shop.example.com leads on from /v3/x: mapping One of /v1: the path does not begin with /v1; "
        "mapping Two of /v2: the path does not begin with /v2"
    )


def test_domain_without_mappings_leads_nowhere() -> None:
    ways = serve(api(), Domain=domain())

    assert ways.refused("/x", host=HOST) == "nothing of shop.example.com leads on from /x: it has no mapping"


@pytest.mark.parametrize("stage", [{}, {"Stage": "(none)"}, {"Stage": ""}])
def test_mapping_without_a_stage_has_the_caller_name_one(stage: dict[str, str]) -> None:
    unnamed = mapping("shop")
    del unnamed["Properties"]["Stage"]
    unnamed["Properties"] |= stage
    ways = serve(api(), Domain=domain(), Shop=unnamed)

    assert ways.seen("/shop/dev/pets", host=HOST) == {
        "api": ways.ids["Api"],
        "stage": "dev",
        "path": "/shop/dev/pets",
        "resource": "/{all+}",
    }
    assert ways.seen("/shop/dev", host=HOST)["resource"] == "/"
    assert ways.refused("/shop/prod/x", host=HOST) == "there is no stage 'prod'"
    assert ways.refused("/shop", host=HOST) == (
        "mapping Shop of /shop of shop.example.com names no stage, so that the path has to go on with one"
    )


def test_mapping_without_an_api_and_to_one_elsewhere_lead_nowhere() -> None:
    nowhere = resource("ApiGateway::BasePathMapping", DomainName=HOST, BasePath="a")
    ways = serve(api(), Domain=domain(), Nowhere=nowhere, Elsewhere=mapping("b", RestApiId="abc1234567"))

    assert ways.refused("/a", host=HOST) == "mapping Nowhere of /a of shop.example.com names no API"
    assert ways.refused("/b", host=HOST) == (
        "mapping Elsewhere of /b of shop.example.com leads to the API abc1234567, which is not served here"
    )


def test_query_is_no_part_of_the_path() -> None:
    ways = serve(api(), Domain=domain(), Orders=mapping("orders"))

    assert ways.seen("/orders?x=/y", host=HOST)["path"] == "/orders"


# -- routing rules --------------------------------------------------------------------------------------------------

# Parts of a template are whatever a case needs.
RULES: dict[str, Any] = {
    "Ten": rule(10, by_header(("X-Version", "beta*"), ("X-Test", "*")), by_path("orders", "items"), stage="ten"),
    "Twenty": rule(20, by_header(("x-version", "*v2")), by_header(("x-user", "*admin*")), stage="twenty"),
    "Thirty": rule(30, by_path("orders/v1"), stage="thirty", strip=True),
}
STAGES = ("dev", "ten", "twenty", "thirty")


@pytest.mark.parametrize(
    ("path", "headers", "stage"),
    [
        ("/orders/1", {"x_version": "beta2"}, "ten"),
        ("/items", {"X_VERSION": "beta"}, "ten"),
        ("/orders", {"x_test": ""}, "ten"),
        ("/orders", {"x_version": "Beta2"}, None),
        ("/other", {"x_version": "beta2"}, None),
        ("/Orders", {"x_version": "beta2"}, None),
        ("/any", {"x_version": "rev3", "x_user": "the admins"}, None),
        ("/any", {"x_version": "api-v2", "x_user": "the admins"}, "twenty"),
        ("/any", {"x_version": "api-v2"}, None),
        ("/orders/v1/x", {"x_version": "beta"}, "ten"),
        ("/orders/v1/x", {}, "thirty"),
        ("/orders/v1", {}, "thirty"),
        ("/orders/v2", {}, None),
    ],
)
def test_first_rule_whose_conditions_all_hold_decides(path: str, headers: dict[str, str], stage: str | None) -> None:
    ways = serve(
        api(stages=STAGES), Domain=domain(RoutingMode="ROUTING_RULE_THEN_BASE_PATH_MAPPING"), Root=mapping(), **RULES
    )

    assert ways.seen(path, host=HOST, **headers)["stage"] == (stage or "dev")


@pytest.mark.parametrize(("strip", "resource_path"), [(True, "/"), (False, "/{all+}")])
def test_rule_strips_its_base_path_where_it_says_so(*, strip: bool, resource_path: str) -> None:
    ways = serve(api(), Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), Rule=rule(1, by_path("orders/v1"), strip=strip))

    seen = ways.seen("/orders/v1", host=HOST)

    assert (seen["path"], seen["resource"]) == ("/orders/v1", resource_path)
    assert ways.arrival()["domain"] == "shop.example.com, by rule Rule (priority 1)"


def test_rule_without_conditions_catches_all() -> None:
    ways = serve(api(), Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), All=rule(1))

    assert ways.seen("/what/ever", host=HOST)["path"] == "/what/ever"


@pytest.mark.parametrize(
    ("mode", "ruled", "mapped"),
    [
        (None, None, "dev"),
        ("BASE_PATH_MAPPING_ONLY", None, "dev"),
        ("ROUTING_RULE_ONLY", "ten", None),
        ("ROUTING_RULE_THEN_BASE_PATH_MAPPING", "ten", "dev"),
    ],
)
def test_mode_of_a_domain_says_what_counts(mode: str | None, ruled: str | None, mapped: str | None) -> None:
    own = {"RoutingMode": mode} if mode else {}
    ways = serve(
        api(stages=("dev", "ten")),
        Domain=domain(**own),
        Mapping=mapping("mapped"),
        Rule=rule(1, by_path("ruled"), stage="ten"),
    )

    for path, stage in (("/ruled", ruled), ("/mapped", mapped)):
        if stage is None:
            assert "leads on from" in ways.refused(path, host=HOST)
        else:
            assert ways.seen(path, host=HOST)["stage"] == stage


@pytest.mark.parametrize(
    ("mode", "stage"),
    [("API_MAPPING_ONLY", "dev"), ("ROUTING_RULE_ONLY", "ten"), ("ROUTING_RULE_THEN_API_MAPPING", "ten")],
)
def test_modes_of_regional_domains_have_names_of_their_own(mode: str, stage: str) -> None:
    regional = resource("ApiGatewayV2::DomainName", DomainName=HOST, RoutingMode=mode)
    ways = serve(api(stages=("dev", "ten")), Domain=regional, Mapping=api_mapping(), Rule=rule(1, stage="ten"))

    assert ways.seen("/x", host=HOST)["stage"] == stage


def test_every_rule_that_was_tried_is_told() -> None:
    ways = serve(api(stages=STAGES), Domain=domain(RoutingMode="ROUTING_RULE_ONLY"), **RULES)

    assert ways.refused("/orders", host=HOST, x_version="v3") == (
        "nothing of shop.example.com leads on from /orders: "
        "rule Ten (priority 10): it wants x-version: beta* or x-test: *, and got x-version: v3; "
        "rule Twenty (priority 20): it wants x-version: *v2, and got x-version: v3; "
        "rule Thirty (priority 30): the path does not begin with /orders/v1"
    )
    assert "and got no such header" in ways.refused("/orders", host=HOST)


def test_what_was_tried_is_told_up_to_a_bound() -> None:
    many: dict[str, Any] = {f"Mapping{number}": mapping(f"m{number}") for number in range(30)}
    ways = serve(api(), Domain=domain(), **many)

    told = ways.refused("/x", host=HOST)

    assert told.count("does not begin with") == 20
    assert told.endswith("; and 10 more")


def test_domain_in_the_mode_of_rules_without_any_leads_nowhere() -> None:
    ways = serve(api(), Domain=domain(RoutingMode="ROUTING_RULE_ONLY"))

    assert ways.refused("/x", host=HOST).endswith("it has no routing rule")


# -- default endpoints, kinds of endpoints, TLS ---------------------------------------------------------------------


@pytest.mark.parametrize(
    "host",
    ["localhost:3000", "127.0.0.1:3000", "{}.execute-api.localhost:3000", "{}.execute-api.us-east-1.amazonaws.com"],
)
def test_disabled_default_endpoint_refuses_all_but_domains(host: str) -> None:
    ways = serve(api(DisableExecuteApiEndpoint=True), Domain=domain(), Root=mapping())
    host = host.format(ways.ids["Api"])

    answer = ways.call("/dev/x", host=host)

    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
    assert ways.reason().startswith("the default endpoint of Api is disabled (DisableExecuteApiEndpoint)")
    assert ways.refused(f"/_aws/execute-api/{ways.ids['Api']}/dev/x").startswith("the default endpoint")
    assert ways.refused(f"/restapis/{ways.ids['Api']}/dev/_user_request_/x").startswith("the default endpoint")
    assert ways.seen("/x", host=HOST)["stage"] == "dev"


def has_cloudfront_headers(answer: Any) -> bool:
    return "X-Amz-Cf-Id" in dict(answer.headers)


@pytest.mark.parametrize("kind", ["EDGE", "REGIONAL"])
@pytest.mark.parametrize("api_kind", ["EDGE", "REGIONAL"])
def test_kind_of_the_domain_decides_about_cloudfront(kind: str, api_kind: str) -> None:
    ways = serve(api(kind=api_kind), Domain=domain(kind=kind), Root=mapping())

    assert has_cloudfront_headers(ways.call("/x", host=HOST)) is (kind == "EDGE")
    assert has_cloudfront_headers(ways.call("/nope/x")) is (api_kind == "EDGE")


@pytest.mark.parametrize(("kind", "longest"), [("EDGE", 8192), ("REGIONAL", 10_240)])
def test_kind_of_endpoint_limits_the_target(kind: str, longest: int) -> None:
    ways = serve(api(kind=kind))
    path = "/dev/".ljust(longest, "x")

    assert ways.call(path).status == 200
    if kind == "EDGE":
        assert (
            ways.refused(f"{path}x", status=414)
            == "the path and query are longer than the 8192 bytes of this kind of endpoint"
        )


POLICY = "SecurityPolicy_TLS13_1_2_2021_06"


@pytest.mark.parametrize("asked", ["other.example.com", None])
def test_strict_domain_wants_the_handshake_for_its_name(asked: str | None) -> None:
    ways = serve(api(), Domain=domain(SecurityPolicy=POLICY, EndpointAccessMode="STRICT"), Root=mapping())

    assert ways.refused("/x", host=HOST, tls=session(asked)) == (
        f"shop.example.com has EndpointAccessMode STRICT, and the TLS handshake was for {asked or 'no name'}"
    )
    assert ways.seen("/x", host=HOST, tls=session(HOST))["stage"] == "dev"
    assert ways.seen("/x", host=HOST)["stage"] == "dev"


def test_strict_api_wants_the_handshake_for_its_host() -> None:
    ways = serve(api(SecurityPolicy=POLICY, EndpointAccessMode="STRICT"), Domain=domain(), Root=mapping())
    host = f"{ways.ids['Api']}.execute-api.localhost"

    assert ways.refused("/dev/x", host=host, tls=session("localhost")).startswith("Api has EndpointAccessMode STRICT")
    assert ways.seen("/dev/x", host=f"{host}:3000", tls=session(host))["stage"] == "dev"
    assert ways.seen("/x", host=HOST, tls=session(HOST))["stage"] == "dev"


def test_header_to_take_on_an_identity_is_judged_at_domains_too() -> None:
    from forestage.model.principals import Identity
    from forestage.preview.host.callers import Callers

    ways = serve(api(), Domain=domain(), Root=mapping(), callers=Callers(identities=[Identity(name="ada")]))

    assert "has to name one of the identities" in ways.refused("/x", host=HOST, status=400, x_forestage_as="bob")
