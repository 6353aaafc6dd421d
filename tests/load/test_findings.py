import pytest

from forestage.errors import Fault, ParameterError, TemplateError
from forestage.load.findings import Findings
from forestage.model.values import Origin


def fault(message: str, line: int = 1) -> Fault:
    return Fault(message=message, origin=Origin("t.yaml", line))


def test_nothing_found_raises_nothing() -> None:
    findings = Findings()
    findings.warn(fault("careful"))

    findings.raise_any()

    assert findings.warnings == (fault("careful"),)


def test_faults_are_told_once_and_in_the_order_of_the_file() -> None:
    findings = Findings()
    findings.add(fault("b", 2), fault("a", 1), fault("b", 2), Fault(message="everywhere"))

    with pytest.raises(TemplateError, match="the template has 3 faults") as caught:
        findings.raise_any()

    assert [found.message for found in caught.value.faults] == ["everywhere", "a", "b"]


def test_faults_of_parameters_alone_are_a_usage_error() -> None:
    findings = Findings()
    findings.add_parameter_faults([fault("a")])

    with pytest.raises(ParameterError, match="the template has 1 parameter fault") as caught:
        findings.raise_any()

    assert caught.value.exit_code == 2


def test_findings_can_be_taken_over() -> None:
    inner, outer = Findings(), Findings()
    inner.add(fault("a"))
    inner.add_parameter_faults([fault("b")])
    inner.warn(fault("c"))

    outer.take(inner)

    with pytest.raises(TemplateError, match="the template has 2 faults"):
        outer.raise_any()
    assert outer.warnings == (fault("c"),)
