from __future__ import annotations

from forestage.policy.faults import PolicyError, PolicyFault, shown, step


def test_fault_reads_as_a_sentence() -> None:
    assert str(PolicyFault(path="Version", message="is missing")) == "Version is missing"
    assert str(PolicyFault(path="", message="is no JSON")) == "the policy is no JSON"


def test_error_is_a_value_error_with_every_fault() -> None:
    error = PolicyError([PolicyFault(path="a", message="is missing"), PolicyFault(path="b", message="is missing")])

    assert isinstance(error, ValueError)
    assert str(error) == "a is missing; b is missing"


def test_values_are_shown_in_a_few_words() -> None:
    values: list[object] = [None, True, False, 7, 1.5, "a", [1], {}]

    assert [shown(value) for value in values] == [
        *("null", "true", "false", "a number", "a number", "'a'", "a value of type list", "a value of type dict"),
    ]
    assert shown("x" * 70) == f"'{'x' * 60}' and 10 more characters"


def test_long_names_are_cut_in_paths() -> None:
    assert step("", "a") == "a"
    assert step("a", "b" * 61) == f"a.{'b' * 60}..."
