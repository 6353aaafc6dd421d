from __future__ import annotations

from forestage.model.rest import Definition, Resource


def resource(name: str, parent: str, part: str) -> Resource:
    return Resource(logical_id=name, id=name, parent_id=parent, path_part=part, rest_api_id="api")


def test_paths_follow_parents_in_whatever_order_they_come() -> None:
    definition = Definition(
        root_resource_id="root",
        resources=(resource("id", "pets", "{id}"), resource("pets", "root", "pets"), resource("deep", "id", "toys")),
    )

    assert definition.paths() == {"root": "/", "pets": "/pets", "id": "/pets/{id}", "deep": "/pets/{id}/toys"}


def test_paths_leave_out_what_does_not_lead_to_the_root() -> None:
    definition = Definition(
        root_resource_id="root",
        resources=(resource("lost", "nowhere", "lost"), resource("a", "b", "a"), resource("b", "a", "b")),
    )

    assert definition.paths() == {"root": "/"}
