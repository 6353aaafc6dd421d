import pytest

from forestage.preview.compile.media import BinaryMediaTypes, media_type


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, ""),
        ("", ""),
        ("application/json", "application/json"),
        ("Application/JSON; charset=utf-8", "application/json"),
        (" text/plain ;q=1", "text/plain"),
    ],
)
def test_media_type_is_type_and_subtype_alone(header: str | None, expected: str) -> None:
    assert media_type(header) == expected


@pytest.mark.parametrize(
    ("types", "header", "expected"),
    [
        pytest.param(("image/png",), "image/png", True, id="same"),
        pytest.param(("Image/PNG ",), "image/png", True, id="case-of-the-template"),
        pytest.param(("image/png",), "IMAGE/PNG; q=1", True, id="case-and-parameters"),
        pytest.param(("image/png",), "image/jpg", False, id="other"),
        pytest.param(("image/png",), "image/*", False, id="range-of-a-client"),
        pytest.param(("image/png",), "*/*", False, id="anything-of-a-client"),
        pytest.param(("image/png",), "image/png, text/html", True, id="first-of-a-list"),
        pytest.param(("image/png",), "text/html, image/png", False, id="second-of-a-list"),
        pytest.param(("image/png",), None, False, id="no-header"),
        pytest.param(("application/*",), "application/whatever", True, id="range"),
        pytest.param(("application/*",), "application/*", True, id="range-for-a-range"),
        pytest.param(("application/*",), "application", False, id="malformed"),
        pytest.param(("application/*",), "application/a/b", False, id="two-slashes"),
        pytest.param(("*/test",), "random/test", False, id="any-type-never-matches"),
        pytest.param(("*/test",), "*/test", False, id="any-type-not-even-itself"),
        pytest.param(("png", ""), "png", False, id="malformed-in-template"),
        pytest.param((), "image/png", False, id="none-configured"),
        pytest.param(("*/*",), "text/html", True, id="everything"),
        pytest.param(("*/*",), None, True, id="everything-without-header"),
        pytest.param(("*/*",), "nonsense", True, id="everything-malformed"),
    ],
)
def test_binary_media_types_match_as_recorded(types: tuple[str, ...], header: str | None, *, expected: bool) -> None:
    assert (header in BinaryMediaTypes.of(types)) is expected
