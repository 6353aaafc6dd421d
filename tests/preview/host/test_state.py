from forestage.preview.host.state import MemoryState, Saved, State, UsageDay


def test_memory_keeps_nothing() -> None:
    state: State = MemoryState()

    state.put_keys([])

    assert state.load() == Saved()
    assert state.settle_values({"k": "v"}) == {"k": "v"}
    assert state.settle_plans({"p": 1}) == {"p": 1}
    assert state.add({UsageDay("p", "k", 1): 1}, {}) is None
    state.close()
