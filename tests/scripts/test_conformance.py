import pytest

from scripts.conformance import (
    AreaCount,
    Outcome,
    count_by_area,
    difference,
    find_regressions,
    read_passing,
    run_cases,
    run_template_cases,
)


def outcome(id_: str, *, passed: bool = True, detail: str = "", area: str = "rest") -> Outcome:
    return Outcome(id=id_, area=area, passed=passed, detail=detail)


def test_list_of_passing_cases_has_comments_and_blank_lines() -> None:
    listed = read_passing("# why\n\nrest-a\nrest-b  # slow\n")

    assert listed == {"rest-a", "rest-b"}


def test_count_is_by_area_in_the_order_of_names() -> None:
    outcomes = [
        outcome("r1"),
        outcome("r2", passed=False, detail="the process ended with 1 before it was ready: no"),
        outcome("a1", area="auth", passed=False, detail="status: 500, expected 200"),
    ]

    counts = count_by_area(outcomes)

    assert counts == (
        AreaCount(area="auth", cases=1, passed=0, not_started=0),
        AreaCount(area="rest", cases=2, passed=1, not_started=1),
    )


def test_listed_case_that_fails_is_a_regression() -> None:
    outcomes = [outcome("a"), outcome("b", passed=False, detail="status: 500"), outcome("c", passed=False)]

    regressions = find_regressions(frozenset({"a", "b"}), outcomes, complete=True)

    assert regressions == ("b: status: 500",)


def test_listed_case_that_is_gone_is_a_regression_of_a_complete_run() -> None:
    regressions = find_regressions(frozenset({"gone"}), [outcome("a")], complete=True)

    assert regressions == ("gone: no case has this id",)


def test_listed_case_outside_a_part_run_is_no_regression() -> None:
    regressions = find_regressions(frozenset({"other"}), [outcome("a")], complete=False)

    assert regressions == ()


def test_line_of_a_template_case_may_say_more_than_its_case_expects() -> None:
    answer = {"id": "a", "output": "x", "request_override": {"path": {}}, "response_override": {}}

    assert not difference({"id": "a", "expected": "x", "expected_response_override": {}}, answer)


def test_difference_of_a_template_case_is_told_part_by_part() -> None:
    answer = {"id": "a", "output": "x", "request_override": {}, "response_override": {}}

    found = difference({"id": "a", "expected": "y", "expected_request_override": {"path": {}}}, answer)

    assert found == "output: 'x', expected 'y'; request_override: {}, expected {'path': {}}"


def test_template_that_had_to_fail_is_told() -> None:
    assert difference({"id": "a", "expected_error": "parse"}, {"id": "a", "output": ""}) == (
        "error: None, expected 'parse'"
    )


def test_template_cases_are_rendered_by_the_command() -> None:
    outcomes = run_template_cases(["vtl-stop-break-00?"])

    assert outcomes
    assert all(outcome.passed and outcome.area == "vtl" for outcome in outcomes)


def test_glob_without_template_cases_renders_none() -> None:
    assert run_template_cases(["rest-*"]) == ()


def test_globs_of_template_cases_alone_start_no_preview() -> None:
    outcomes = run_cases(["vtl-stop-break-001"], failures=False)

    assert [outcome.id for outcome in outcomes] == ["vtl-stop-break-001"]


def test_globs_without_cases_end_the_run() -> None:
    with pytest.raises(SystemExit, match="no case"):
        run_cases(["no-such-*"], failures=False)
