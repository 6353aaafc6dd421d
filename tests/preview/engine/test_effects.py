import pytest

from forestage.preview.engine.effects import (
    BackendAnswer,
    CallBackend,
    Effect,
    Forget,
    FunctionAnswer,
    InvokeFunction,
    Keeping,
    Recall,
    Remember,
)

CALL = CallBackend(method="GET", url="http://backend.example/", headers=(), body=b"", timeout_ms=100)
INVOKE = InvokeFunction(arn="arn", payload=b"{}", request_id="id", trace_id="trace", source_arn="source")


async def ask_both() -> tuple[int, bytes]:
    called, invoked = await CALL, await INVOKE
    assert isinstance(called, BackendAnswer)
    assert isinstance(invoked, FunctionAnswer)
    return called.status, invoked.payload


def test_effects_are_asked_one_by_one_and_answered() -> None:
    flow = ask_both()

    first: Effect[object] = flow.send(None)
    second: Effect[object] = flow.send(BackendAnswer(status=204, headers=(), body=b""))
    with pytest.raises(StopIteration) as end:
        flow.send(FunctionAnswer(payload=b"[]"))

    assert (first, second) == (CALL, INVOKE)
    assert end.value.value == (204, b"[]")


def test_function_is_invoked_and_waited_for_unless_said_otherwise() -> None:
    assert (INVOKE.timeout_ms, INVOKE.asynchronous) == (29_000, False)


@pytest.mark.parametrize(
    ("effect", "told"),
    [
        (Recall(space="authorizer/a", key="secret"), "Recall(space='authorizer/a')"),
        (Forget(space="authorizer/a", key="secret"), "Forget(space='authorizer/a')"),
        (
            Remember(
                space="authorizer/a", key="secret", value="secret", ttl_seconds=1, size_bytes=6, capacity_bytes=10
            ),
            "Remember(space='authorizer/a')",
        ),
    ],
    ids=["recall", "forget", "remember"],
)
def test_what_is_kept_and_its_key_are_told_nobody(effect: Keeping[object], told: str) -> None:
    assert repr(effect) == told
