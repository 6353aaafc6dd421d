from __future__ import annotations

import pytest

from forestage.load.openapi.extensions import OF_AN_OPERATION, OF_THE_BODY
from tests.load.openapi.bodies import api_with, body
from tests.load.templates import warnings


@pytest.mark.parametrize(
    ("text", "name"),
    [
        pytest.param("x-amazon-apigateway-cors: {}", "x-amazon-apigateway-cors", id="of-http-apis"),
        pytest.param(
            "paths: {/a: {get: {x-amazon-apigateway-integraton: {type: mock}}}}",
            "x-amazon-apigateway-integraton",
            id="misspelled",
        ),
    ],
)
def test_extension_that_nobody_reads_is_told(text: str, name: str) -> None:
    assert warnings(api_with(body(text))) == [f"{name} is passed over: REST APIs have no such extension here"]


def test_extensions_that_are_read_are_not_told() -> None:
    operation = dict.fromkeys(OF_AN_OPERATION)
    written = {"openapi": "3.0.1", "paths": {"/a": {"get": operation}}, **dict.fromkeys(OF_THE_BODY)}

    assert warnings(api_with(written)) == []
