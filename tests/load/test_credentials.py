import json
from pathlib import Path

import pytest

from forestage.load.credentials import read_credentials
from forestage.model.principals import AccessKey
from forestage.model.values import Secret
from tests.load.identity_files import ENVIRONMENT, faults, written

ALICE = "{name: alice, access_key_id: AKIA1, secret_access_key: hush}"


def test_principals_are_read_from_yaml(tmp_path: Path) -> None:
    file = written(
        tmp_path,
        f"principals:\n  - {ALICE}\n"
        "  - {name: bob, access_key_id: ASIA1, secret_access_key: h, session_token: t,"
        " expires_at: 2026-12-01T12:00:00Z}\n",
    )

    alice, bob = read_credentials(file, ENVIRONMENT)

    assert alice.access_key == AccessKey(id="AKIA1", secret_access_key=Secret("hush"))
    assert bob.access_key == AccessKey(
        id="ASIA1", secret_access_key=Secret("h"), session_token=Secret("t"), expires_at=1796126400
    )
    assert (alice.principal.name, bob.principal.name) == ("alice", "bob")
    assert "hush" not in repr(alice)


def test_principals_are_read_from_json(tmp_path: Path) -> None:
    entry = {"name": "alice", "access_key_id": "AKIA1", "secret_access_key": "hush"}
    file = written(tmp_path, json.dumps({"principals": [entry]}), "people.json")

    (alice,) = read_credentials(file, ENVIRONMENT)

    assert alice.access_key.secret_access_key.reveal() == "hush"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("{}", ["people.yaml:1: principals is missing"], id="empty"),
        pytest.param(
            "principals: {a: b}", ["people.yaml:1 (principals): principals must be a list, got an object"], id="map"
        ),
        pytest.param(
            "principals: [a]\nprinciples: []",
            [
                'people.yaml:1 (principals[0]): principals[0] must be a map, got "a"',
                "people.yaml:2 (principles): principles is not known here (did you mean principals?)",
            ],
            id="no-map",
        ),
        pytest.param(
            "principals:\n  - {name: a b, secret_acess_key: hush}",
            [
                'people.yaml:2 (principals[0].name): name must be 1 to 64 letters, digits and +=,.@_-, got "a b"',
                "people.yaml:2 (principals[0]): access_key_id is missing",
                "people.yaml:2 (principals[0]): secret_access_key is missing",
                (
                    "people.yaml:2 (principals[0].secret_acess_key): secret_acess_key is not known here "
                    "(did you mean secret_access_key?)"
                ),
            ],
            id="all-at-once",
        ),
        pytest.param(
            "principals:\n  - {name: a, access_key_id: k, secret_access_key: s, expires_at: 2026-12-01T12:00:00Z}",
            [
                (
                    "people.yaml:2 (principals[0].expires_at): expires_at is only for a temporary key, "
                    "which has a session_token"
                )
            ],
            id="lasting-key-expires",
        ),
        pytest.param(
            f"principals:\n  - {ALICE}\n  - {ALICE}",
            [
                "people.yaml:3 (principals[1]): name alice is that of another principal too",
                "people.yaml:3 (principals[1]): access_key_id AKIA1 is that of another principal too",
            ],
            id="twice",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, text: str, expected: list[str]) -> None:
    assert faults(read_credentials, written(tmp_path, text)) == expected


def test_file_that_is_not_there_is_a_fault(tmp_path: Path) -> None:
    assert faults(read_credentials, tmp_path / "none.yaml") == [
        "none.yaml: the file cannot be read: no such file or directory"
    ]
