import pytest

from forestage.model.values import Secret, Unknown
from forestage.preview.compile.parameters import (
    ParameterMapping,
    Place,
    SourceKind,
    ValueSource,
    compile_request_parameters,
    compile_response_parameters,
    compile_source,
)


@pytest.mark.parametrize(
    ("text", "kind", "name"),
    [
        ("method.request.header.X-A.b", SourceKind.HEADER, "X-A.b"),
        ("method.request.multivalueheader.X", SourceKind.MULTI_HEADER, "X"),
        ("method.request.querystring.q", SourceKind.QUERY, "q"),
        ("method.request.multivaluequerystring.q", SourceKind.MULTI_QUERY, "q"),
        ("method.request.path.id", SourceKind.PATH, "id"),
        ("method.request.body", SourceKind.BODY, ""),
        ("method.request.body.pets[0].name", SourceKind.BODY, "pets[0].name"),
        ("integration.response.header.ETag", SourceKind.HEADER, "ETag"),
        ("integration.response.multivalueheader.ETag", SourceKind.MULTI_HEADER, "ETag"),
        ("integration.response.body", SourceKind.BODY, ""),
        ("integration.response.body.a.b", SourceKind.BODY, "a.b"),
        ("context.identity.sourceIp", SourceKind.CONTEXT, "identity.sourceIp"),
        ("stageVariables.colour", SourceKind.STAGE_VARIABLE, "colour"),
        ("'fixed'", SourceKind.STATIC, "fixed"),
        ("''", SourceKind.STATIC, ""),
        ("'it''s'", SourceKind.STATIC, "it''s"),
    ],
)
def test_source_is_read_in_all_its_forms(text: str, kind: SourceKind, name: str) -> None:
    assert compile_source(text) == ValueSource(kind, name, text)


@pytest.mark.parametrize("text", ["", "'", "fixed", "'open", "method.request", "method.request.cookie.x", "$context.x"])
def test_source_of_no_known_form_is_none(text: str) -> None:
    assert compile_source(text) is None


def test_request_parameters_go_to_three_places() -> None:
    source = ValueSource(SourceKind.STATIC, "1", "'1'")

    compiled = compile_request_parameters(
        {
            "integration.request.header.X-A": "'1'",
            "integration.request.querystring.b": "'1'",
            "integration.request.path.c": "'1'",
        }
    )

    assert compiled == (
        ParameterMapping(Place.HEADER, "X-A", source),
        ParameterMapping(Place.QUERY, "b", source),
        ParameterMapping(Place.PATH, "c", source),
    )


@pytest.mark.parametrize(
    ("target", "value"),
    [
        pytest.param("integration.request.cookie.x", "'1'", id="unknown-place"),
        pytest.param("method.response.header.X", "'1'", id="place-of-a-response"),
        pytest.param("integration.request.header.X", "nonsense", id="unknown-source"),
        pytest.param("integration.request.header.X", Unknown("Ref X"), id="unknown-value"),
    ],
)
def test_request_parameter_of_no_known_form_is_left_out(target: str, value: str | Unknown) -> None:
    assert compile_request_parameters({target: value}) == ()


def test_secret_source_is_used() -> None:
    (mapping,) = compile_request_parameters({"integration.request.header.X": Secret("'s3cret'")})

    assert mapping.source.name == "s3cret"


def test_response_parameters_go_to_headers_alone() -> None:
    compiled = compile_response_parameters({"method.response.header.X": "'1'", "method.response.querystring.q": "'1'"})

    assert compiled == (ParameterMapping(Place.HEADER, "X", ValueSource(SourceKind.STATIC, "1", "'1'")),)
