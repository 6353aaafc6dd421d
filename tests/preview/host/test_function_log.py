from __future__ import annotations

from forestage.preview.host.function_log import MAX_LINE_CHARACTERS, FunctionLog


def texts(log: FunctionLog, after: int = 0, function: str | None = None) -> list[str]:
    return [line.text for line in log.since(after, function)]


def filled(count: int, **bounds: int) -> FunctionLog:
    log = FunctionLog(**bounds)
    for number in range(1, count + 1):
        log.add("even" if number % 2 == 0 else "odd", f"line {number}", at=float(number))
    return log


def test_lines_come_oldest_first() -> None:
    assert texts(filled(3)) == ["line 1", "line 2", "line 3"]


def test_lines_after_a_number_are_the_new_ones() -> None:
    assert texts(filled(4), after=2) == ["line 3", "line 4"]


def test_lines_of_one_function_are_its_own() -> None:
    assert texts(filled(4), function="even") == ["line 2", "line 4"]


def test_oldest_lines_go_when_there_are_too_many() -> None:
    assert texts(filled(5, max_lines=2)) == ["line 4", "line 5"]


def test_oldest_lines_go_when_they_are_too_long() -> None:
    assert texts(filled(5, max_characters=13)) == ["line 4", "line 5"]


def test_one_line_is_kept_however_long() -> None:
    assert texts(filled(1, max_characters=1)) == ["line 1"]


def test_long_line_is_cut() -> None:
    log = FunctionLog()
    log.add("f", "a" * (MAX_LINE_CHARACTERS + 1), at=0.0)

    assert [len(text) for text in texts(log)] == [MAX_LINE_CHARACTERS]


def test_json_says_what_to_ask_for_next() -> None:
    log = filled(2)
    log.add("odd", "third", at=3.0, request_id="r1", stream="platform")

    assert log.to_json("odd", 1) == {
        "lines": [
            {"number": 3, "at": 3.0, "function": "odd", "request_id": "r1", "stream": "platform", "text": "third"}
        ],
        "next": 3,
    }
