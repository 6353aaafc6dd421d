import json
import re
from pathlib import Path

import pytest

from forestage.load.credentials import read_credentials
from forestage.model.principals import CognitoIdentity, IamPrincipal, PrincipalKind
from tests.load.identity_files import ENVIRONMENT, faults, written

DENY_ALL = {"Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}
KEY = "access_key_id: AKID\n    secret_access_key: hush"


def principal(folder: Path, *lines: str) -> IamPrincipal:
    (known,) = read_credentials(file_of(folder, *lines), ENVIRONMENT)
    return known.principal


def file_of(folder: Path, *lines: str) -> Path:
    entries = "".join(f"\n    {line}" for line in lines)
    return written(folder, f"principals:\n  - {KEY}{entries}\n")


def test_name_alone_is_a_user_of_the_account(tmp_path: Path) -> None:
    found = principal(tmp_path, "name: alice")

    assert (found.name, found.arn, found.account_id, found.kind) == (
        "alice",
        "arn:aws:iam::111122223333:user/alice",
        "111122223333",
        PrincipalKind.USER,
    )
    assert re.fullmatch(r"AIDA[0-9A-F]{17}", found.user_id)
    assert (found.policies, found.tags, found.organization_id, found.cognito) == ((), {}, None, None)


@pytest.mark.parametrize(
    ("arn", "kind", "name", "user_id"),
    [
        pytest.param(
            "arn:aws:iam::444455556666:user/team/bob", PrincipalKind.USER, "bob", r"AIDA[0-9A-F]{17}", id="user"
        ),
        pytest.param(
            "arn:aws-cn:sts::444455556666:assumed-role/Admin/bob@x",
            PrincipalKind.ASSUMED_ROLE,
            "bob@x",
            r"AROA[0-9A-F]{17}:bob@x",
            id="role",
        ),
        pytest.param(
            "arn:aws:sts::444455556666:federated-user/bob",
            PrincipalKind.FEDERATED_USER,
            "bob",
            "444455556666:bob",
            id="federated",
        ),
        pytest.param("arn:aws:iam::444455556666:root", PrincipalKind.ACCOUNT, "root", "444455556666", id="root"),
    ],
)
def test_arn_gives_account_kind_and_name(
    tmp_path: Path, arn: str, kind: PrincipalKind, name: str, user_id: str
) -> None:
    found = principal(tmp_path, f"arn: {arn}", "account_id: 444455556666")

    assert (found.arn, found.account_id, found.kind, found.name) == (arn, "444455556666", kind, name)
    assert re.fullmatch(user_id, found.user_id)


def test_holders_of_one_role_share_its_id(tmp_path: Path) -> None:
    arns = ["arn:aws:sts::444455556666:assumed-role/Admin/a", "arn:aws:sts::444455556666:assumed-role/Admin/b"]

    ids = {principal(tmp_path, f"arn: {arn}").user_id.partition(":")[0] for arn in arns}

    assert len(ids) == 1


def test_all_that_a_principal_can_have_is_read(tmp_path: Path) -> None:
    written(tmp_path, json.dumps(DENY_ALL), "readers.json")

    found = principal(
        tmp_path,
        "name: alice",
        "arn: arn:aws:sts::444455556666:assumed-role/Admin/session",
        "user_id: AROAEXAMPLE:session",
        f"policies: [readers.json, {json.dumps(DENY_ALL)}]",
        "tags: {team: blue, level: 3}",
        "organization: {id: o-abc, paths: o-abc/r-x/}",
        "mfa_authenticated_at: 2026-12-01T12:00:00Z",
        "issued_at: 2026-12-01T12:00:01Z",
        "cognito: {identity_id: 'eu:1', identity_pool_id: 'eu:2', authentication_provider: idp}",
    )

    assert (found.name, found.user_id) == ("alice", "AROAEXAMPLE:session")
    assert [(each.name, each.document) for each in found.policies] == [
        ("readers.json", DENY_ALL),
        ("policies[1]", DENY_ALL),
    ]
    assert found.policies[1].origin is not None
    assert found.policies[1].origin.path == "principals[0].policies[1]"
    assert found.tags == {"team": "blue", "level": "3"}
    assert (found.organization_id, found.organization_paths) == ("o-abc", ("o-abc/r-x/",))
    assert (found.mfa_authenticated_at, found.issued_at) == (1796126400, 1796126401)
    assert found.cognito == CognitoIdentity(
        identity_id="eu:1",
        identity_pool_id="eu:2",
        authentication_type="authenticated",
        authentication_provider="idp",
    )
    assert found.origin is not None
    assert found.origin.line == 2


def test_faults_of_policies_are_told_where_they_are(tmp_path: Path) -> None:
    written(tmp_path, '{"Statement": [\n{"Effect": "Alow", "Action": "*", "Resource": "*"}]}', "p.json")
    statement = "{Effect: Allow, Action: '*', Resource: '*', Condition: {StringLik: {a: b}}}"

    found = faults(
        read_credentials,
        file_of(tmp_path, "name: a", "policies:", "  - p.json", "  - Statement:", f"    - {statement}"),
    )

    assert [fault.partition(" must")[0].partition(" is")[0] for fault in found] == [
        "p.json:2 (Statement[0].Effect): p.json: Statement[0].Effect",
        ("people.yaml:8 (Statement[0].Condition.StringLik): policies[1]: Statement[0].Condition.StringLik"),
    ]


def test_one_policy_needs_no_list(tmp_path: Path) -> None:
    (policy,) = principal(tmp_path, "name: alice", f"policies: {json.dumps(DENY_ALL)}").policies

    assert (policy.name, policy.document) == ("policies", DENY_ALL)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param((), "principals[0]): name is missing", id="nobody"),
        pytest.param(("name: 'a b'",), 'name must be 1 to 64 letters, digits and +=,.@_-, got "a b"', id="name"),
        pytest.param(("arn: []",), "arn must be text, got a list", id="no-text"),
        pytest.param(
            ("name: a", "account_id: 42"),
            'account_id must be 12 digits, in quotes where the first is 0, got "42"',
            id="account",
        ),
        pytest.param(("arn: arn:aws:s3:::bucket",), "arn must be arn:aws:iam::ACCOUNT:user/NAME, ", id="no-principal"),
        pytest.param(("arn: arn:aws:iam::444455556666:role/Admin",), "arn must be arn:aws:iam::ACCOUNT", id="role"),
        pytest.param(("arn: arn:aws:iam::444455556666:user/",), "arn must be arn:aws:iam::ACCOUNT", id="no-user"),
        pytest.param(("arn: arn:aws:sts::444455556666:assumed-role/A/",), "arn must be arn:aws", id="no-session-name"),
        pytest.param(("arn: arn:aws:sts::444455556666:federated-user/",), "arn must be arn:aws", id="no-federated"),
        pytest.param(
            ("arn: arn:aws:iam::444455556666:root", "account_id: 111122223333"),
            "account_id must be that of the ARN, 444455556666, got 111122223333",
            id="two-accounts",
        ),
        pytest.param(
            ("name: a", "policies: [1]"),
            "policies[0]): policies[0] must be a policy, or the name of its file, got 1",
            id="policy",
        ),
        pytest.param(
            ("name: a", "policies: none.json"), "none.json: the file cannot be read: no such file", id="no-policy-file"
        ),
        pytest.param(
            ("name: a", "policies: empty.json"),
            'policies must be a policy, or the name of its file, got "empty.json"',
            id="policy-file-of-null",
        ),
        pytest.param(("name: a", "tags: {a: []}"), "tags.a): a must be text, got a list", id="tag"),
        pytest.param(("name: a", "organization: {paths: [a]}"), "organization): id is missing", id="organization"),
        pytest.param(("name: a", "cognito: {identity_id: x}"), "identity_pool_id is missing", id="cognito"),
        pytest.param(
            ("name: a", "cognito: {identity_id: x, identity_pool_id: y, authentication_type: z}"),
            'authentication_type must be authenticated or unauthenticated, got "z"',
            id="cognito-type",
        ),
        pytest.param(("name: a", "cognito: {identity_id: x, identity_pool_id: y, z: 1}"), "z is not known", id="more"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, lines: tuple[str, ...], expected: str) -> None:
    written(tmp_path, "null", "empty.json")

    found = faults(read_credentials, file_of(tmp_path, *lines))

    assert len(found) == 1
    assert expected in found[0]
