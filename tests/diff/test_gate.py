from __future__ import annotations

import pytest

from forestage.diff.gate import Gate, is_reached
from forestage.diff.report import Approval, Operation, Security, Severity
from tests.diff.reports import finding, report

BREAKING, DANGEROUS, SAFE = Severity.BREAKING, Severity.DANGEROUS, Severity.SAFE


@pytest.mark.parametrize(
    ("gate", "severity", "stops"),
    [
        (Gate(), BREAKING, False),
        (Gate(severity=BREAKING), BREAKING, True),
        (Gate(severity=BREAKING), DANGEROUS, False),
        (Gate(severity=DANGEROUS), BREAKING, True),
        (Gate(severity=DANGEROUS), DANGEROUS, True),
        (Gate(severity=DANGEROUS), SAFE, False),
        (Gate(severity=SAFE), SAFE, True),
    ],
)
def test_gate_stops_a_severity_and_what_is_worse(gate: Gate, severity: Severity, stops: bool) -> None:  # ruff: ignore[boolean-type-hint-positional-argument]  (a parameter of the table)
    assert gate.stops(finding(severity=severity)) is stops


def test_gate_stops_weaker_security_alone() -> None:
    gate = Gate(stops_weaker_security=True)

    assert gate.stops(finding(severity=SAFE, security=Security.WEAKER))
    assert not gate.stops(finding(security=Security.STRONGER))
    assert not gate.stops(finding())


def test_gate_stops_operations() -> None:
    gate = Gate(operations=frozenset({Operation.REPLACE, Operation.DATA_LOSS}))

    assert gate.stops(finding(severity=SAFE, operations=(Operation.COST, Operation.DATA_LOSS)))
    assert not gate.stops(finding(operations=(Operation.COST,)))


def test_gate_lets_pass_what_was_approved() -> None:
    gate = Gate(severity=SAFE, stops_weaker_security=True, operations=frozenset(Operation))

    assert not gate.stops(finding(approved=Approval(), security=Security.WEAKER, operations=tuple(Operation)))


def test_gate_is_reached_by_any_finding() -> None:
    gate = Gate(severity=BREAKING)

    assert is_reached(gate, report(finding(), finding(1, severity=SAFE)))
    assert not is_reached(gate, report())
