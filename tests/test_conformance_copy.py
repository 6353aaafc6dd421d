import hashlib
import json
from pathlib import Path

from scripts.conformance import PASSING, RESULTS, SUITE, TEMPLATE_CASES, read_passing

SHARED = SUITE.parent.parent / "shared" / "conformance"
OURS = {PASSING.name, RESULTS.name}


def digests(suite: Path) -> dict[str, str]:
    files = (file for file in suite.rglob("*") if file.is_file() and "__pycache__" not in file.parts)
    return {
        str(file.relative_to(suite)): hashlib.sha256(file.read_bytes()).hexdigest()
        for file in files
        if file.name not in OURS
    }


def test_copy_equals_the_shared_suite_where_that_is_beside_the_clone() -> None:
    expected = SHARED if SHARED.is_dir() else SUITE

    copied = digests(SUITE)

    assert copied == digests(expected)


def test_every_listed_case_is_a_case() -> None:
    cases = {file.stem for file in SUITE.rglob("*.yaml")}
    cases |= {case["id"] for case in json.loads(TEMPLATE_CASES.read_text(encoding="utf-8"))}

    listed = read_passing(PASSING.read_text(encoding="utf-8"))

    assert listed <= cases


def test_results_count_the_listed_cases() -> None:
    areas = json.loads(RESULTS.read_text(encoding="utf-8"))["areas"]

    passed = sum(row["passed"] for row in areas.values())

    assert passed == len(read_passing(PASSING.read_text(encoding="utf-8")))
