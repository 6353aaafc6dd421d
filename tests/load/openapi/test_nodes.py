from __future__ import annotations

from forestage.load.documents import read_text
from forestage.load.openapi.nodes import Draft, Node
from forestage.load.openapi.target import Target
from forestage.load.positions import MarkedMap, Place
from forestage.model.values import Origin

TEXT = """\
a:
  b: [x, y]
  c: null
"""


def root() -> Node:
    reading = read_text(TEXT, file="api.yaml")
    assert isinstance(reading.root, MarkedMap)
    return Node(reading.root, file="api.yaml", where="Body", place=Place(reading.document, reading.root.mark))


def test_entries_know_their_line_and_the_way_to_them() -> None:
    assert root().child("a").child("b").child(1).origin() == Origin("api.yaml", 2, 10, "Body/a/b/1")


def test_entry_that_is_not_there_stands_where_its_parent_does() -> None:
    missing = root().child("a").child("no").child("way")

    assert missing.value is None
    assert missing.origin() == Origin("api.yaml", 1, 1, "Body/a/no/way")


def test_value_without_positions_has_its_file() -> None:
    node = Node({"a": [1]}, file="T", where="Body")

    assert node.child("a").origin(0) == Origin("T", path="Body/a/0")


def test_null_is_not_there() -> None:
    assert root().child("a").get("c") is None


def test_text_is_a_text_or_a_number() -> None:
    node = Node({"a": "x", "b": 2.5, "c": True, "d": []}, file="T", where="")

    assert [node.text(key) for key in "abcde"] == ["x", "2.5", None, None, None]


def test_what_is_no_map_or_list_has_no_entries() -> None:
    node = Node("text", file="T", where="")

    assert list(node.items()) == []
    assert list(node.each()) == []


def test_part_tells_where_a_renamed_property_was_written() -> None:
    draft = Draft(root())
    draft.put("Inner", draft.rename(root().child("a"), {"b": "Bees"}, at=("Inner",)), root().child("a"))

    part = Target(stack="S", logical_id="Api", id="i", root_resource_id="r").part("Method", "GET /", draft)

    assert part.properties == {"Inner": {"Bees": ["x", "y"]}, "RestApiId": "i"}
    assert part.origin("Inner", "Bees", 1) == Origin("api.yaml", 2, 10, "Body/a/b/1")
    assert part.origin("Inner", "Other") == Origin("api.yaml", 1, 1, "Body/a/Other")
    assert part.origin("Nothing") == Origin("api.yaml", 1, 1, "Body")
