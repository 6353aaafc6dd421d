import re

from hypothesis import given
from hypothesis import strategies as st

from forestage.load.identity import physical_name, stable_digits, stable_hex, stable_id, stable_uuid, stack_id
from forestage.model.deployment import Environment


@given(parts=st.lists(st.text(), max_size=3), length=st.integers(1, 40))
def test_stable_id_has_its_length_and_begins_with_a_letter(parts: list[str], length: int) -> None:
    assert re.fullmatch(rf"[a-z][a-z0-9]{{{length - 1}}}", stable_id(*parts, length=length))


def test_stable_ids_depend_on_every_part() -> None:
    assert len({stable_id("a", "b"), stable_id("ab"), stable_id("b", "a"), stable_id("a", "b", "c")}) == 4


def test_stable_digits_hex_and_uuid_have_their_forms() -> None:
    assert re.fullmatch(r"[0-9]{10}", stable_digits("a", length=10))
    assert re.fullmatch(r"[0-9a-f]{17}", stable_hex("a"))
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}", stable_uuid("a"))


@given(stack=st.text("abc-", min_size=1, max_size=130), logical_id=st.text("ABC", min_size=1, max_size=255))
def test_physical_name_is_never_too_long(stack: str, logical_id: str) -> None:
    name = physical_name(stack, logical_id)

    assert len(name) <= 64
    assert re.fullmatch(r"[abc-]+-[ABC]+-[A-Z0-9]{12}", name)


def test_physical_name_is_whole_where_there_is_room() -> None:
    assert physical_name("app", "Table")[:10] == "app-Table-"


def test_stack_id_is_an_arn() -> None:
    environment = Environment(region="eu-west-1")

    assert stack_id(environment, "app").startswith("arn:aws:cloudformation:eu-west-1:123456789012:stack/app/")
