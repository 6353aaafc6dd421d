from __future__ import annotations

import pytest

from forestage.preview.engine.wire import WholeBody
from tests.cases.script import whole


@pytest.mark.parametrize("content", [b"", b"words"])
def test_body_that_is_there_is_taken_once(content: bytes) -> None:
    body = WholeBody(content)

    assert (whole(body), whole(body)) == (content, b"")


def test_body_that_is_closed_has_no_more() -> None:
    body = WholeBody(b"words")

    with pytest.raises(StopIteration):
        body.aclose().send(None)

    assert whole(body) == b""
