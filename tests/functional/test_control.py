from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forestage.preview.host.control import ControlPlane
from tests.functional.serving import LOOPS, serving
from tests.preview.host.states import Books, FixedState

if TYPE_CHECKING:
    from forestage.preview.engine.wire import WireRequest, WireResponse


@pytest.mark.parametrize("loop", list(LOOPS))
@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "[::1]"])
def test_control_plane_answers_on_the_port(loop: str, host: str) -> None:
    plane = ControlPlane(FixedState(), Books().desk)

    with serving(plane.answer, factory=LOOPS[loop]) as served:
        raw = f"GET /_forestage/health HTTP/1.1\r\nHost: {host}:{served.port}\r\n\r\n"
        response = served.connect().ask(raw.encode())

    assert (response.status, json.loads(response.body)) == (200, {"status": "ok"})


@pytest.mark.parametrize("loop", list(LOOPS))
def test_page_of_a_host_that_was_made_to_resolve_here_reads_nothing(loop: str) -> None:
    plane = ControlPlane(FixedState(), Books().desk)

    def handler(request: WireRequest) -> WireResponse:
        return plane.answer(request)

    with serving(handler, factory=LOOPS[loop]) as served:
        raw = f"GET /_forestage/apis HTTP/1.1\r\nHost: evil.example:{served.port}\r\n\r\n"
        response = served.connect().ask(raw.encode())

    assert response.status == 403
