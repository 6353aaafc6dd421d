from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forestage.errors import KeyFileError
from forestage.load.api_key_file import MAX_KEYS, ListedKey, read_api_keys, write_api_keys

VALUE = "abcdefghij0123456789abcdefghij"
OTHER = "ABCDEFGHIJ0123456789abcdefghij"


def faults_of(text: str) -> list[str]:
    with pytest.raises(KeyFileError, match=r"keys\.csv is no file of API keys") as refused:
        read_api_keys(text, file="keys.csv")
    return [str(fault) for fault in refused.value.faults]


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param(f"Name,Key\none,{VALUE}\n", ListedKey(name="one", value=VALUE), id="least"),
        pytest.param(f"Key,Name\n{VALUE},one", ListedKey(name="one", value=VALUE), id="any-order"),
        pytest.param(f"\ufeffnAmE,KEY\r\none,{VALUE}\r\n\r\n", ListedKey(name="one", value=VALUE), id="any-case"),
        pytest.param(f"Name,Colour,Key\none,red,{VALUE}", ListedKey(name="one", value=VALUE), id="unknown-column"),
        pytest.param(f"Name,Key,Enabled\none,{VALUE},", ListedKey(name="one", value=VALUE), id="no-word"),
        pytest.param(f"Name,Key,Enabled\none,{VALUE}", ListedKey(name="one", value=VALUE), id="short-row"),
        pytest.param(f"Name,Key,Enabled\none,{VALUE},tRuE", ListedKey(name="one", value=VALUE), id="true"),
        pytest.param(
            f"Name,Key,Enabled\none,{VALUE}, fALse ", ListedKey(name="one", value=VALUE, enabled=False), id="false"
        ),
        pytest.param(
            f'Name,Key,Description\n"a ""b"", c",{VALUE},"two\nlines"',
            ListedKey(name='a "b", c', value=VALUE, description="two\nlines"),
            id="quoted",
        ),
        pytest.param(
            f"Name,Key,Description\none,{VALUE},'tis mine",
            ListedKey(name="one", value=VALUE, description="'tis mine"),
            id="apostrophe",
        ),
        pytest.param(
            f'Name,Key,UsagePlanIds\none,{VALUE},"p1, p2,p1"',
            ListedKey(name="one", value=VALUE, plan_ids=("p1", "p2")),
            id="plans-in-double-quotes",
        ),
        pytest.param(
            f"Name,Key,UsagePlanIds\none,{VALUE}, 'p1,p2' ",
            ListedKey(name="one", value=VALUE, plan_ids=("p1", "p2")),
            id="plans-in-single-quotes",
        ),
        pytest.param(
            f"Name,Key,UsagePlanIds\none,{VALUE},p1",
            ListedKey(name="one", value=VALUE, plan_ids=("p1",)),
            id="one-plan",
        ),
    ],
)
def test_key_is_read(text: str, key: ListedKey) -> None:
    (found,) = read_api_keys(text, file="keys.csv")

    assert (found, found.line) == (key, 2)


def test_later_key_takes_the_place_of_one_with_its_value() -> None:
    keys = read_api_keys(f"Name,Key\none,{VALUE}\ntwo,{OTHER}\nthree,{VALUE}", file="keys.csv")

    assert [(key.name, key.line) for key in keys] == [("three", 4), ("two", 3)]


def test_file_without_keys_is_empty() -> None:
    assert read_api_keys("name,key\n", file="keys.csv") == ()


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        pytest.param(
            "", ["keys.csv:1: the file is empty: its first line names the columns, Name and Key at least"], id="empty"
        ),
        pytest.param(
            "\n\nkeys", ["keys.csv:3: column Name is missing", "keys.csv:3: column Key is missing"], id="columns"
        ),
        pytest.param(f"name,key,NAME\none,{VALUE},two", ["keys.csv:1: column name comes twice"], id="twice"),
        pytest.param(
            f"Name,Key,Enabled\n,short,maybe\n{'n' * 1025},{'k' * 129}\none,{VALUE[:-1]}é",
            [
                "keys.csv:2: Name must have 1 to 1024 characters, got 0",
                "keys.csv:2: Key must have 30 to 128 characters, got 5",
                "keys.csv:2: Enabled must be true or false, got 'maybe'",
                "keys.csv:3: Name must have 1 to 1024 characters, got 1025",
                "keys.csv:3: Key must have 30 to 128 characters, got 129",
                "keys.csv:4: Key must be made of visible ASCII characters, since a header carries it",
            ],
            id="all-at-once",
        ),
        pytest.param(
            f"Name,Key,UsagePlanIds\none,{VALUE},p1,p2",
            ["keys.csv:2: there are 4 cells for 3 columns; a list of plans is quoted"],
            id="plans-without-quotes",
        ),
        pytest.param(
            f'Name,Key\n"one,{VALUE}',
            ["keys.csv:2: a double quote is not closed, or stands inside a cell that does not begin with one"],
            id="open-quote",
        ),
        pytest.param(
            f'Name,Key,Description\n"a\nb",{VALUE},x\n,{OTHER}',
            ["keys.csv:4: Name must have 1 to 1024 characters, got 0"],
            id="lines-inside-quotes-count",
        ),
    ],
)
def test_faults_are_told_with_their_lines(text: str, faults: list[str]) -> None:
    assert faults_of(text) == faults


def test_file_has_no_more_keys_than_an_account() -> None:
    rows = "".join(f"k{number},{number:030}\n" for number in range(MAX_KEYS + 1))

    assert faults_of(f"Name,Key\n{rows}") == ["keys.csv:10002: a file has 10,000 keys at most, got 10,001"]


def test_fault_does_not_tell_the_value() -> None:
    assert "hidden" not in "".join(faults_of("Name,Key\none,hidden"))


TEXTS = st.text(st.characters(blacklist_categories=["Cs", "Cc"]) | st.sampled_from("\"',\n "), max_size=20)
KEYS = st.builds(
    ListedKey,
    name=TEXTS.map(lambda text: f"n{text}"),
    value=st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=30, max_size=128),
    description=TEXTS,
    enabled=st.booleans(),
    plan_ids=st.lists(st.from_regex(r"[a-z0-9]{6}", fullmatch=True), unique=True, max_size=3).map(tuple),
)


@given(st.lists(KEYS, max_size=4, unique_by=lambda key: key.value))
def test_what_is_written_is_read_again(keys: list[ListedKey]) -> None:
    found = read_api_keys(write_api_keys(keys), file="keys.csv")

    assert found == tuple(keys)
