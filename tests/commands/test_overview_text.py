from __future__ import annotations

from dataclasses import replace

import click
import pytest

from forestage.commands.overview_text import api_lines, curl_command, domain_lines, fidelity_lines
from forestage.load.fidelity import FidelityEntry, FidelityReport
from forestage.model.fidelity import Status
from forestage.model.values import Origin
from forestage.preview.host.domain_overview import DomainOverview, WayOverview
from forestage.preview.host.overview import ApiOverview, RouteOverview, StageOverview

URL = "http://localhost:3000/dev"


def route(verb: str = "GET", path: str = "/", integration: str = "MOCK", refusal: str | None = None) -> RouteOverview:
    return RouteOverview(verb=verb, path=path, integration=integration, refusal=refusal)


def stage(name: str, *routes: RouteOverview) -> StageOverview:
    return StageOverview(name=name, invoke_url=f"http://localhost:3000/{name}", management_url=None, routes=routes)


def overview(*stages: StageOverview) -> ApiOverview:
    return ApiOverview(
        id="abc",
        name="pets",
        logical_id="Api",
        stack="s",
        protocol="REST",
        endpoint_type="REGIONAL",
        port=3000,
        stages=stages,
    )


@pytest.mark.parametrize(
    ("verb", "path", "command"),
    [
        pytest.param("GET", "/pets", f"curl {URL}/pets", id="GET"),
        pytest.param("ANY", "/pets", f"curl {URL}/pets", id="ANY is tried with GET"),
        pytest.param("HEAD", "/pets", f"curl -I {URL}/pets", id="HEAD"),
        pytest.param("DELETE", "/pets/{id}", f"curl -X DELETE {URL}/pets/1", id="a path parameter has a value"),
        pytest.param("GET", "/{proxy+}", f"curl {URL}/a/b", id="a greedy parameter has a path"),
        pytest.param(
            "POST", "/", f"curl -X POST {URL}/ -H 'Content-Type: application/json' -d '{{}}'", id="POST has a body"
        ),
        pytest.param("GET", "/a b&c", f"curl '{URL}/a b&c'", id="what a shell would read is quoted"),
    ],
)
def test_command_can_be_run_as_it_is(verb: str, path: str, command: str) -> None:
    assert curl_command(URL, route(verb, path)) == command


def test_command_has_words_for_what_the_caller_has_to_bring() -> None:
    called = RouteOverview(
        verb="GET",
        path="/",
        integration="MOCK",
        refusal=None,
        headers=(("x-api-key", "KEY"), ("Authorization", "TOKEN")),
    )

    assert curl_command(URL, called) == f"curl {URL}/ -H 'x-api-key: KEY' -H 'Authorization: TOKEN'"


def test_apis_of_one_name_are_told_apart_by_their_stacks() -> None:
    apis = [overview(stage("dev", route())), replace(overview(), stack="t", id="def")]

    titles = [line for line in plain(api_lines(apis)) if line.startswith("pets")]

    assert titles == [
        "pets  REST API, regional, id abc, Api of stack s",
        "pets  REST API, regional, id def, Api of stack t",
    ]


def test_stages_with_the_same_routes_are_told_once() -> None:
    lines = plain(api_lines([overview(stage("dev", route()), stage("prod", route()))]))

    assert lines[1:] == [
        "pets  REST API, regional, id abc",
        "  stage dev: http://localhost:3000/dev",
        "    GET  /  MOCK  curl http://localhost:3000/dev/",
        "  stage prod: the routes of dev, at http://localhost:3000/prod",
    ]


def test_stages_with_other_routes_are_told_each() -> None:
    lines = plain(api_lines([overview(stage("dev", route()), stage("prod", route("PUT")))]))

    assert lines[4:] == [
        "  stage prod: http://localhost:3000/prod",
        "    PUT  /  MOCK  curl -X PUT http://localhost:3000/prod/ -H 'Content-Type: application/json' -d '{}'",
    ]


def test_api_without_stages_cannot_be_called() -> None:
    assert plain(api_lines([overview()]))[-1] == "  no stage: nothing of it can be called"


def test_long_integration_is_cut() -> None:
    (line,) = plain(api_lines([overview(stage("dev", route(integration="x" * 60)))]))[3:]

    assert f"{'x' * 45}...  curl" in line


def test_fidelity_names_what_is_missing_with_its_place() -> None:
    entry = FidelityEntry(
        type="AWS::ApiGateway::Stage",
        property="TracingEnabled",
        status=Status.PARTIAL,
        note="trace headers only",
        logical_id="Stage",
        stack="s",
        origin=Origin("t.json", 3),
    )

    lines = plain(fidelity_lines(FidelityReport(entries=(entry,), honoured=7)))

    assert lines == [
        "",
        "not simulated, or in part (7 properties are honoured)",
        "  AWS::ApiGateway::Stage TracingEnabled: partial: trace headers only (t.json:3)",
    ]


def test_fidelity_without_gaps_is_one_line() -> None:
    assert fidelity_lines(FidelityReport(honoured=7)) == ["", "all 7 properties of the template are honoured"]


def plain(lines: list[str]) -> list[str]:
    return [click.unstyle(line) for line in lines]


def test_domains_are_told_with_what_leads_on_from_them() -> None:
    way = WayOverview(by="mapping Root of /", path="/", api="pets", stage="dev", curl="curl -H 'Host: a.example' URL")
    domains = [
        DomainOverview(name="a.example", logical_id="A", endpoint_type="EDGE", ways=(way,)),
        DomainOverview(name="b.example", logical_id="B", endpoint_type="REGIONAL", ways=()),
    ]

    assert plain(domain_lines(domains)) == [
        "",
        "a.example  custom domain, edge",
        "    /  pets dev  mapping Root of /  curl -H 'Host: a.example' URL",
        "",
        "b.example  custom domain, regional",
        "  nothing leads on from it",
    ]
    assert domain_lines([]) == []
