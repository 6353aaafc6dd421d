from scripts.conformance import AreaCount, Outcome, count_by_area, find_regressions, read_passing


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
