from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from forestage.model import Deployment
from forestage.model.network import VpcLink, VpcLinkV2
from forestage.model.values import Unknown
from forestage.preview.compile import compile_deployment
from forestage.preview.compile.vpc_links import address_vpc_links, missing_vpc_links, unused_vpc_links
from tests.cases.short_api import Fields, rest_api

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.preview.compile import Runtime

NETWORK = VpcLink(logical_id="Network", id="abc123", name="to the network", target_arns=("arn",))
APPLICATION = VpcLinkV2(logical_id="Application", id="def456", name=Unknown("Name"), subnet_ids=())
LINKS = Deployment(vpc_links=(NETWORK,), vpc_links_v2=(APPLICATION,))


@pytest.mark.parametrize("word", ["Network", "abc123", "to the network"])
def test_link_is_called_by_ids_or_name(word: str) -> None:
    assert address_vpc_links(LINKS, {word: "http://a"})["abc123"] == "http://a"


def test_link_without_address_has_none() -> None:
    assert address_vpc_links(LINKS, {"Application": "http://b"}) == {
        "Application": "http://b",
        "def456": "http://b",
    }


def test_logical_id_counts_before_the_others() -> None:
    given = {"abc123": "http://physical", "Network": "http://logical"}

    assert address_vpc_links(LINKS, given)["abc123"] == "http://logical"


def runtime(given: Mapping[str, str], **stages: Any) -> Runtime:
    private: Fields = {
        "type": "HTTP_PROXY",
        "integration_http_method": "GET",
        "uri": "http://internal.example/",
        "connection_type": "VPC_LINK",
    }
    methods: dict[str, str | Fields] = {
        "GET /n": {**private, "connection_id": "abc123"},
        "GET /n2": {**private, "type": "HTTP", "connection_id": "abc123"},
        "GET /v": {**private, "connection_id": "${stageVariables.link}"},
        "GET /open": "http_proxy",
        "GET /mock": "mock",
    }
    api = rest_api(methods, stages=stages or None)
    return compile_deployment(replace(LINKS, rest_apis=(api,)), vpc_links=given)


def test_missing_links_are_told_with_what_to_type() -> None:
    found = list(missing_vpc_links(runtime({}, dev={"variables": {"link": "v1"}}, old={})))

    assert found == [told("/n", "Network"), told("/v", "v1"), told("/v", "(no id)", "ID")]


def told(path: str, link: str, typed: str | None = None) -> str:
    return (
        f"pets GET {path} leads through the VPC link {link} and answers 500: "
        f"start the preview with --vpc-link {typed or link}=http://127.0.0.1:PORT"
    )


def test_links_of_a_canary_are_told_too() -> None:
    canary = {"percent_traffic": 10.0, "stage_variable_overrides": {"link": "v2"}}
    stage = {"variables": {"link": "v1"}, "canary_setting": canary}

    found = list(missing_vpc_links(runtime({"Network": "http://a", "v1": "http://b"}, dev=stage)))

    assert found == [told("/v", "v2")]


def test_link_that_is_given_and_leads_nowhere_is_told() -> None:
    given = {"Network": "http://a", "def456": "http://b", "v1": "http://c", "Netwrok": "http://d"}

    found = list(unused_vpc_links(runtime(given, dev={"variables": {"link": "v1"}}), given))

    assert found == ["--vpc-link Netwrok: no VPC link of the application has this id or name"]
