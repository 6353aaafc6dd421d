"""Our engine against Apache Velocity itself, on templates that nobody has thought of."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, example, given, settings

from forestage.vtl import Profile, Rendering, Scope, VtlError
from tests.functional.velocity.drawing import VARIABLES, templates
from tests.functional.velocity.oracle import Answer, missing, velocity
from tests.vtl.rendering import rendering_of, variables

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

    from tests.functional.velocity.oracle import Oracle

TEMPLATES: Final = 2_000

# The one test that may be skipped: issue 3 allows it, and .ci/run brings what it needs.
pytestmark = pytest.mark.skipif(bool(missing()), reason=f"Apache Velocity is not asked: this machine lacks {missing()}")

_IDENTITY: Final = re.compile(r"@[0-9a-f]+")
_DOUBLE: Final = re.compile(r"[0-9]+\.[0-9]+(?:E-?[0-9]+)?")


@pytest.fixture(scope="module")
def oracle() -> Generator[Oracle]:
    with velocity() as running:
        yield running


def comparable(answer: Answer) -> Answer:
    """Take off what differs between two runs or two releases of Java, and messages, which are our own.

    An object without a text prints its address. Java before 19 writes a digit too many for some doubles (JDK-4511638).
    """
    if answer.kind != "text":
        return Answer(kind=answer.kind, text="")
    text = _IDENTITY.sub("@0", answer.text)
    return Answer(kind="text", text=_DOUBLE.sub(lambda found: repr(float(found[0])), text))


def ours(template: str, given_variables: Mapping[str, object], profile: Profile) -> Answer:
    try:
        rendering: Rendering = rendering_of(template, Scope(variables=variables(**given_variables)), profile=profile)
    except VtlError as error:
        return Answer(kind=error.kind, text=str(error))
    return Answer(kind="text", text=rendering.text)


@settings(
    max_examples=TEMPLATES, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
@given(template=templates(), drawn=VARIABLES)
@example(template="$n.compareTo(false)", drawn={"n": 7})
@example(template="$l[$n] ${t[$n]}", drawn={"n": -(2**63), "l": ["a"], "t": True})
@example(template="#set($v = $w.subList(1, 2))$v.add('b')$v.remove(0)$v $w#set($v[0] = 'c')$w", drawn={"w": ["", "a"]})
@example(template="#define($x)#set($y = 'a' + $x)$y#end$x", drawn={})
def test_engine_renders_what_velocity_renders(oracle: Oracle, template: str, drawn: Mapping[str, object]) -> None:
    plain, blank = oracle.ask(template, drawn)

    assert comparable(ours(template, drawn, Profile.PLAIN)) == comparable(plain)
    assert comparable(ours(template, drawn, Profile.API_GATEWAY)) == comparable(blank)
