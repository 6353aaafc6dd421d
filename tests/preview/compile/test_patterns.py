import pytest

from forestage.preview.compile.patterns import BoundedPattern


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        pytest.param(r"4\d{2}", "404", True, id="whole"),
        pytest.param(r"4", "404", False, id="prefix"),
        pytest.param(r"04", "404", False, id="end"),
        pytest.param(r"4\d{2}", "4040", False, id="longer"),
        pytest.param(r".*BadRequest.*", "a BadRequest b", True, id="anything-around"),
        pytest.param(r".*BadRequest.*", "a\nBadRequest", False, id="a-dot-is-no-line-break"),
        pytest.param(r"(?s).*BadRequest.*", "a\nBadRequest", True, id="dotall"),
        pytest.param(r"(?i)error", "ERROR", True, id="without-case"),
        pytest.param(r"a++b", "aab", True, id="possessive"),
        pytest.param(r"[[a]", "a", False, id="an-open-set-in-a-set-is-none-in-java"),
        pytest.param(r"(", "(", False, id="no-regular-expression"),
        pytest.param(r"*", "*", False, id="nothing-to-repeat"),
    ],
)
def test_pattern_matches_the_whole_text(pattern: str, text: str, *, expected: bool) -> None:
    assert BoundedPattern.of(pattern).matches(text) is expected


@pytest.mark.parametrize("pattern", [r"(a|aa)+$", r"(a+)+b", r"([a-z]+)*="], ids=["alternatives", "nested", "stars"])
def test_pattern_that_takes_too_long_does_not_match(pattern: str) -> None:
    assert BoundedPattern.of(pattern).matches("a" * 5_000 + "!") is False
