import base64

import pytest

from forestage.preview.compile.runtime import ContentHandling, Passthrough, RequestMapping
from forestage.preview.compile.templates import BodyTemplate, compile_templates
from forestage.preview.engine.bodies import (
    as_text,
    choose_request_template,
    convert_request,
    convert_response,
    decode_base64,
)
from forestage.preview.engine.failures import GatewayFailure, ResponseType

NONE, TO_TEXT, TO_BINARY = ContentHandling
RAW = bytes.fromhex("1f8b0800ff61d3b5")
ENCODED = base64.b64encode(RAW)
REPLACED = RAW.decode("utf-8", "replace").encode()


@pytest.mark.parametrize(
    ("body", "text"), [(b"words", "words"), ("\u20ac".encode(), "\u20ac"), (b"a\xffb", "a\ufffdb"), (b"", "")]
)
def test_body_is_read_as_utf_8(body: bytes, text: str) -> None:
    assert as_text(body) == text


@pytest.mark.parametrize("body", [b"%%%", b"QUI", b"Q UI=", "\u20ac".encode(), b"QUI=QUI="])
def test_broken_base64_is_a_configuration_error(body: bytes) -> None:
    with pytest.raises(GatewayFailure) as failure:
        decode_base64(body)

    assert failure.value.response_type is ResponseType.API_CONFIGURATION_ERROR


@pytest.mark.parametrize(
    ("is_binary", "handling", "body", "expected"),
    [
        pytest.param(True, NONE, RAW, RAW, id="binary-none"),
        pytest.param(True, TO_TEXT, RAW, ENCODED, id="binary-to-text"),
        pytest.param(True, TO_BINARY, RAW, RAW, id="binary-to-binary"),
        pytest.param(False, NONE, RAW, REPLACED, id="text-none"),
        pytest.param(False, NONE, b"words", b"words", id="text-none-ascii"),
        pytest.param(False, TO_TEXT, RAW, REPLACED, id="text-to-text"),
        pytest.param(False, TO_BINARY, ENCODED, RAW, id="text-to-binary"),
    ],
)
def test_request_is_converted(handling: ContentHandling, body: bytes, expected: bytes, *, is_binary: bool) -> None:
    assert convert_request(body, is_binary=is_binary, handling=handling) == expected


@pytest.mark.parametrize(
    ("payload_is_binary", "client_wants_binary", "handling", "body", "expected"),
    [
        pytest.param(False, False, NONE, RAW, REPLACED, id="text-text-none"),
        pytest.param(False, False, TO_TEXT, RAW, REPLACED, id="text-text-to-text"),
        pytest.param(False, False, TO_BINARY, ENCODED, RAW, id="text-text-to-binary"),
        pytest.param(False, True, NONE, ENCODED, RAW, id="text-binary-none"),
        pytest.param(False, True, TO_TEXT, RAW, REPLACED, id="text-binary-to-text"),
        pytest.param(False, True, TO_BINARY, ENCODED, RAW, id="text-binary-to-binary"),
        pytest.param(True, False, NONE, RAW, ENCODED, id="binary-text-none"),
        pytest.param(True, False, TO_TEXT, RAW, ENCODED, id="binary-text-to-text"),
        pytest.param(True, False, TO_BINARY, RAW, RAW, id="binary-text-to-binary"),
        pytest.param(True, True, NONE, RAW, RAW, id="binary-binary-none"),
        pytest.param(True, True, TO_TEXT, RAW, ENCODED, id="binary-binary-to-text"),
        pytest.param(True, True, TO_BINARY, RAW, RAW, id="binary-binary-to-binary"),
    ],
)
def test_response_is_converted(
    handling: ContentHandling, body: bytes, expected: bytes, *, payload_is_binary: bool, client_wants_binary: bool
) -> None:
    converted = convert_response(
        body, payload_is_binary=payload_is_binary, client_wants_binary=client_wants_binary, handling=handling
    )

    assert converted == expected


@pytest.mark.parametrize(
    ("client_wants_binary", "handling"),
    [(True, NONE), (True, TO_BINARY), (False, TO_BINARY)],
    ids=["asked-for", "told-and-asked-for", "told"],
)
def test_text_that_is_no_base64_cannot_become_binary(handling: ContentHandling, *, client_wants_binary: bool) -> None:
    with pytest.raises(GatewayFailure, match="no Base64"):
        convert_response(
            b"plain words", payload_is_binary=False, client_wants_binary=client_wants_binary, handling=handling
        )


def request_mapping(passthrough: Passthrough, kinds: list[str]) -> RequestMapping:
    templates = compile_templates(dict.fromkeys(kinds, "mapped"))
    return RequestMapping(parameters=(), templates=templates, passthrough=passthrough, content_handling=NONE)


@pytest.mark.parametrize("passthrough", Passthrough, ids=lambda value: value.value)
@pytest.mark.parametrize("content_type", ["application/json", "Application/JSON; charset=utf-8", None])
def test_matching_template_is_chosen_whatever_the_passthrough(
    passthrough: Passthrough, content_type: str | None
) -> None:
    mapping = request_mapping(passthrough, ["application/json"])

    assert choose_request_template(mapping, content_type) == BodyTemplate.of("mapped")


@pytest.mark.parametrize(
    ("passthrough", "kinds"),
    [(Passthrough.WHEN_NO_MATCH, ["text/xml"]), (Passthrough.WHEN_NO_MATCH, []), (Passthrough.WHEN_NO_TEMPLATES, [])],
    ids=["no-match", "no-match-none", "no-templates"],
)
def test_body_passes_without_template(passthrough: Passthrough, kinds: list[str]) -> None:
    assert choose_request_template(request_mapping(passthrough, kinds), "text/plain") is None


@pytest.mark.parametrize(
    ("passthrough", "kinds"),
    [(Passthrough.WHEN_NO_TEMPLATES, ["text/xml"]), (Passthrough.NEVER, ["text/xml"]), (Passthrough.NEVER, [])],
    ids=["no-templates", "never", "never-none"],
)
def test_unmapped_type_is_unsupported(passthrough: Passthrough, kinds: list[str]) -> None:
    with pytest.raises(GatewayFailure, match=f"text/plain .* {passthrough.value}") as failure:
        choose_request_template(request_mapping(passthrough, kinds), "text/plain")

    assert failure.value.response_type is ResponseType.UNSUPPORTED_MEDIA_TYPE
