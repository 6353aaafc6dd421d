import pytest

from forestage.load.dynamic import resolve_dynamic
from forestage.model.values import Secret, Unknown

GIVEN = {"ssm:/a": "A", "ssm-secure:/b:1": "B", "secretsmanager:c:SecretString:k": "C", "ssm:/empty": ""}


@pytest.mark.parametrize(
    ("text", "value", "missing"),
    [
        ("{{resolve:ssm:/a}}", "A", ()),
        ("x{{resolve:ssm:/a}}y{{resolve:ssm:/a}}", "xAyA", ()),
        ("{{resolve:ssm-secure:/b:1}}", Secret("B"), ()),
        ("x{{resolve:secretsmanager:c:SecretString:k}}{{resolve:ssm:/a}}", Secret("xCA"), ()),
        ("{{resolve:ssm:/z}}", Unknown("{{resolve:ssm:/z}}"), ("ssm:/z",)),
        ("x{{resolve:ssm:/z}}", Unknown("x${{{resolve:ssm:/z}}}"), ("ssm:/z",)),
        ("{{resolve:ssm:/empty}}", "", ()),
        ("{{resolve:other:/a}}", "{{resolve:other:/a}}", ()),
    ],
)
def test_dynamic_reference_is_replaced(text: str, value: object, missing: tuple[str, ...]) -> None:
    assert resolve_dynamic(text, GIVEN) == (value, missing)
