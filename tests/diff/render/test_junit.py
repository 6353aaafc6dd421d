from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from forestage.diff.gate import Gate
from forestage.diff.render.junit import render
from forestage.diff.render.options import RenderOptions
from forestage.diff.report import Approval, Security, Severity
from forestage.model.values import Origin
from tests.diff.reports import finding, hostile, one_of_each, report

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from forestage.diff.report import Report

OPTIONS = RenderOptions(gate=Gate(severity=Severity.DANGEROUS))


def parsed(whole: Report, options: RenderOptions = OPTIONS) -> Element:
    return ET.fromstring(render(whole, options))


def test_findings_that_stop_are_failures() -> None:
    suites = parsed(one_of_each())

    assert suites.attrib == {
        "name": "forestage diff",
        "tests": "3",
        "failures": "2",
        "errors": "0",
        "skipped": "0",
    }
    assert [[child.tag for child in case] for case in suites.iter("testcase")] == [
        ["failure"],
        ["failure"],
        ["system-out"],
    ]


def test_a_case_tells_the_finding() -> None:
    change = finding(origin=Origin("app.py", 12), before="a", after="b", security=Security.WEAKER)
    (case,) = parsed(report(change)).iter("testcase")

    assert case.attrib == {
        "classname": "Api.method-removed",
        "name": "GET /pets: GET /pets is gone",
        "file": "app.py",
        "line": "12",
    }
    assert case[0].attrib == {"type": "breaking", "message": "GET /pets is gone"}
    assert case[0].text == ("breaking, security weaker at /Resources/GetPets, fingerprint 000000000000\n- a\n+ b")


def test_approved_findings_are_skipped() -> None:
    suites = parsed(report(finding(approved=Approval(by="ann"))))

    assert suites.attrib["skipped"] == "1"
    (skipped,) = suites.iter("skipped")
    assert skipped.attrib == {"message": "approved by ann"}


def test_each_api_is_a_suite() -> None:
    suites = parsed(report(finding(), finding(1, api=None), finding(2)))

    assert [(suite.attrib["name"], suite.attrib["tests"]) for suite in suites] == [
        ("Api", "2"),
        ("around the APIs", "1"),
    ]


def test_text_cannot_leave_its_place() -> None:
    suites = parsed(hostile())

    assert len(list(suites.iter("testcase"))) == 2
    assert list(suites.iter("script")) == []


def test_nothing_found_is_no_test() -> None:
    assert parsed(report()).attrib["tests"] == "0"
