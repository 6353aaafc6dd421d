from __future__ import annotations

from typing import TYPE_CHECKING, Any

from forestage.aws import items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from forestage.aws import Answer


class Pages:
    region = "eu-west-1"

    def account_id(self) -> str:
        return "111122223333"

    # As in the port.
    def ask(self, service: str, operation: str, **parameters: Any) -> Answer:
        return {"service": service, "operation": operation, **parameters}

    # As above.
    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[Answer]:
        del service, operation, parameters
        yield from ({"items": [{"a": 1}, {"a": 2}]}, {}, {"items": None}, {"items": [{"a": 3}]})


def test_items_of_all_pages_are_yielded() -> None:
    assert [item["a"] for item in items(Pages(), "apigateway", "get_models", "items")] == [1, 2, 3]
