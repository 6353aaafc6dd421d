"""Parameters of a template: what they allow, and the values that they are given."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from forestage.errors import Fault, ParameterError
from forestage.load.positions import MarkedList, MarkedMap, Raw
from forestage.load.scope import describe
from forestage.model.records import dataclass
from forestage.model.values import Origin, Secret, Unknown

if TYPE_CHECKING:
    from forestage.load.locator import Locator
    from forestage.load.resolved import Resolved

_SSM_VALUE = re.compile(r"AWS::SSM::Parameter::Value<(.+)>").fullmatch
_LIST = re.compile(r"List<.+>|CommaDelimitedList").fullmatch
_IS_TYPE = re.compile(
    r"String|Number|CommaDelimitedList|List<(Number|String|AWS::[A-Za-z0-9:]+)>|AWS::[A-Za-z0-9:]+"
).fullmatch


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A value from the command line; ``stack`` None gives it to every stack that has the parameter."""

    name: str
    value: str
    stack: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """A parameter as the template declares it; ``default`` None is no default, which an empty text is."""

    name: str
    type: str
    description: str
    default: str | None
    no_echo: bool
    allowed_values: tuple[str, ...]
    allowed_pattern: str | None
    limits: Mapping[str, float]
    constraint: str | None
    origin: Origin

    @property
    def ssm_type(self) -> str | None:
        """The type of the value that Systems Manager has; None for parameters that hold their value themselves."""
        match = _SSM_VALUE(self.type)
        return match[1] if match else None

    @property
    def is_list(self) -> bool:
        """Whether Ref yields a list."""
        return bool(_LIST(self.ssm_type or self.type))


def parse_assignments(texts: Sequence[str]) -> tuple[Assignment, ...]:
    """Read ``NAME=VALUE`` and ``STACK:NAME=VALUE``.

    Raises:
        ParameterError: a text has another form; all such texts are reported.
    """
    assignments: list[Assignment] = []
    faults: list[Fault] = []
    for text in texts:
        target, equals, value = text.partition("=")
        stack, _, name = target.strip().rpartition(":")
        if not equals or not name:
            faults.append(Fault(message=f"a parameter is given as NAME=VALUE or STACK:NAME=VALUE, got {text!r}"))
        assignments.append(Assignment(name=name, value=value, stack=stack or None))
    if faults:
        raise ParameterError("parameters cannot be read", faults=faults)
    return tuple(assignments)


def read_parameters(
    section: MarkedMap[Raw], locator: Locator
) -> tuple[dict[str, Parameter], tuple[Fault, ...], tuple[Fault, ...]]:
    """Read the section Parameters, and return with it faults of the declarations and warnings about them."""
    parameters = {
        name: _read(name, written, locator.origin(section, name))
        for name, written in section.items()
        if isinstance(written, MarkedMap)
    }
    faults = tuple(fault for parameter in parameters.values() for fault in _declaration_faults(parameter))
    warnings = tuple(fault for parameter in parameters.values() for fault in _declaration_warnings(parameter))
    return parameters, faults, warnings


def bind(parameter: Parameter, given: Resolved) -> tuple[Resolved, tuple[Fault, ...]]:
    """Return what Ref yields for a parameter, from the value that it was given, None for its default.

    A value of Systems Manager is unknown unless given; a value of NoEcho is a secret.
    """
    if isinstance(given, Unknown):
        return given, ()
    if given is None and parameter.default is None:
        return Unknown(f"Ref {parameter.name}"), (_missing(parameter),)
    if given is None and parameter.ssm_type:
        return Unknown(f"SSM parameter {parameter.default}"), ()
    text = _text(given) if given is not None else parameter.default
    if text is None:
        return Unknown(f"Ref {parameter.name}"), (_wrong(parameter, given, "it must be a text"),)
    values = [part.strip() for part in text.split(",")] if parameter.is_list else [text]
    faults = tuple(
        _wrong(parameter, value, reason) for value in values for reason in _violations(parameter, value, text)
    )
    hidden = parameter.no_echo or isinstance(given, Secret)
    written: list[Resolved] = [Secret(value) if hidden else value for value in values]
    return written if parameter.is_list else written[0], faults


def _text(value: Resolved) -> str | None:
    if isinstance(value, Secret):
        return value.reveal()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        texts = [_text(part) for part in value]
        return ",".join(text for text in texts if text is not None) if None not in texts else None
    return None


def _read(name: str, written: MarkedMap[Raw], origin: Origin) -> Parameter:
    allowed = written.get("AllowedValues")
    default = written.get("Default")
    limits = {
        limit: float(str(written[limit]))
        for limit in ("MinLength", "MaxLength", "MinValue", "MaxValue")
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", str(written.get(limit)))
    }
    return Parameter(
        name=name,
        type=str(written.get("Type", "")),
        description=str(written.get("Description") or ""),
        default=_text(default) if "Default" in written and default is not None else None,
        no_echo=str(written.get("NoEcho")).lower() == "true",
        allowed_values=tuple(_text(value) or "" for value in allowed) if isinstance(allowed, MarkedList) else (),
        allowed_pattern=str(written["AllowedPattern"]) if "AllowedPattern" in written else None,
        limits=limits,
        constraint=str(written["ConstraintDescription"]) if "ConstraintDescription" in written else None,
        origin=origin,
    )


def _declaration_faults(parameter: Parameter) -> Iterator[Fault]:
    if not _IS_TYPE(parameter.ssm_type or parameter.type):
        allowed = "String, Number, List<Number>, CommaDelimitedList and the types of AWS resources"
        found = f"{parameter.type!r} is none" if parameter.type else "it has none"
        message = f"the type of parameter {parameter.name} must be one of {allowed}; {found}"
        yield Fault(message=message, origin=parameter.origin)


def _declaration_warnings(parameter: Parameter) -> Iterator[Fault]:
    r"""Report patterns that only Java understands, such as ``[\w-\.]``."""
    if parameter.allowed_pattern is not None and _compile(parameter.allowed_pattern) is None:
        pattern = parameter.allowed_pattern
        message = f"AllowedPattern of parameter {parameter.name} cannot be checked here: {pattern!r}"
        yield Fault(message=message, origin=parameter.origin)


def _compile(pattern: str) -> re.Pattern[str] | None:
    try:
        return re.compile(pattern)
    except re.error:
        return None


def _violations(parameter: Parameter, value: str, whole: str) -> Iterator[str]:
    """Say what a value breaks; of a list, either the whole text or each value may be among AllowedValues."""
    if parameter.allowed_values and not {value, whole}.intersection(parameter.allowed_values):
        yield f"allowed are {', '.join(parameter.allowed_values)}"
    pattern = _compile(parameter.allowed_pattern) if parameter.allowed_pattern is not None else None
    if pattern and not pattern.fullmatch(value):
        yield f"it must match {parameter.allowed_pattern}"
    limits = parameter.limits
    if len(value) < limits.get("MinLength", 0) or len(value) > limits.get("MaxLength", len(value)):
        yield f"it must have {_range(limits, 'MinLength', 'MaxLength')} characters"
    if "Number" in parameter.type:
        yield from _number_violations(limits, value)


def _number_violations(limits: Mapping[str, float], value: str) -> Iterator[str]:
    try:
        number = float(value)
    except ValueError:
        yield "it must be a number"
        return
    if number < limits.get("MinValue", number) or number > limits.get("MaxValue", number):
        yield f"it must be {_range(limits, 'MinValue', 'MaxValue')}"


def _range(limits: Mapping[str, float], least: str, most: str) -> str:
    low, high = (f"{limits[name]:g}" if name in limits else None for name in (least, most))
    if low and high:
        return f"{low} to {high}"
    return f"{low} or more" if low else f"{high} or less"


def _wrong(parameter: Parameter, value: Resolved, reason: str) -> Fault:
    found = "its value is not allowed" if parameter.no_echo or isinstance(value, Secret) else f"got {describe(value)}"
    return Fault(
        message=f"parameter {parameter.name}: {reason}, {found}", origin=parameter.origin, hint=parameter.constraint
    )


def _missing(parameter: Parameter) -> Fault:
    about = f": {parameter.description}" if parameter.description else ""
    return Fault(
        message=f"parameter {parameter.name} ({parameter.type}) has no value{about}",
        origin=parameter.origin,
        hint=f"--parameter {parameter.name}=VALUE",
    )
