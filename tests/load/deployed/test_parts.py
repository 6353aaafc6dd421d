from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forestage.load.deployed.parts import REST, keyed, part, properties_of, renamed, renaming
from forestage.load.resolved import ResolvedResource


def resource(own: str, parent: str, path_part: str) -> ResolvedResource:
    return part("S", f"{REST}Resource", own, {"ParentId": parent, "PathPart": path_part})


def test_parts_are_known_by_what_they_are_for() -> None:
    parts = [
        resource("r2", "r1", "{id}"),
        resource("r1", "root", "pets"),
        part("S", f"{REST}Method", "m", {"ResourceId": "r2", "HttpMethod": "get"}),
        part("S", f"{REST}Method", "n", {"ResourceId": "root", "HttpMethod": "ANY"}),
        part("S", f"{REST}Method", "o", {"ResourceId": "elsewhere", "HttpMethod": "ANY"}),
        part("S", f"{REST}Model", "Pet", {"Name": "Pet"}),
        part("S", f"{REST}RequestValidator", "v", {}),
        part("S", f"{REST}GatewayResponse", "g", {"ResponseType": "THROTTLED"}),
        part("S", f"{REST}DocumentationPart", "d", {"Location": {"Type": "API"}}),
        part("S", f"{REST}UsagePlan", "p", {"UsagePlanName": "gold"}),
    ]

    assert [name for _, name in keyed(parts, "root")] == [
        *("/pets/{id}", "/pets", "GET /pets/{id}", "ANY /", "ANY elsewhere"),
        *("Pet", "v", "THROTTLED", '{"Type": "API"}', "p"),
    ]


def test_resource_that_leads_to_no_root_has_no_path() -> None:
    parts = [resource("r1", "r2", "a"), resource("r2", "r1", "b"), resource("r3", "none", "c")]

    assert [name for _, name in keyed(parts, "root")] == ["?r1/b/a/b/a", "?r2/a/b/a/b", "?none/c"]


def test_ids_are_replaced_wherever_they_stand_alone() -> None:
    rename = renaming({"abcdefg": "new", "short": "NEW", "Pets-Fn-ABC": "Fn", "same123": "same123"})

    assert rename("arn:aws:lambda:function:Pets-Fn-ABC/invocations") == "arn:aws:lambda:function:Fn/invocations"
    assert rename("https://x/restapis/abcdefg/models/Pet") == "https://x/restapis/new/models/Pet"
    assert rename("xabcdefg abcdefgx") == "xabcdefg abcdefgx"
    assert rename("a short text") == "a short text"
    assert rename("short") == "NEW"


def test_longer_ids_go_first() -> None:
    assert renaming({"Pets-Fn-A": "one", "Pets-Fn-A-B": "two"})("Pets-Fn-A-B") == "two"


def test_everything_in_a_part_is_renamed() -> None:
    item = part("S", "T", "old", {"A": ["old", {"B": "old", "C": 1}]})

    found = renamed(item, renaming({"old": "new"}))

    assert (found.id, found.properties) == ("new", {"A": ["new", {"B": "new", "C": 1}]})


def test_properties_that_are_no_map_are_none() -> None:
    assert properties_of(ResolvedResource(stack="S", logical_id="a", type="T", id="a", properties=None)) == {}


@given(st.dictionaries(st.text("abc-1", min_size=1, max_size=9), st.text("xyz")), st.text("abcd-1 /"))
def test_text_without_ids_stays(ids: dict[str, str], text: str) -> None:
    found = renaming(ids)(text)

    assert found == text or any(own in text for own in ids)
