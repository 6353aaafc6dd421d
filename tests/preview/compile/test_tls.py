from __future__ import annotations

import pytest

from forestage.preview.compile.tls import TlsTerms, tls_terms


@pytest.mark.parametrize(
    ("policy", "only_1_3"),
    [
        (None, False),
        ("TLS_1_0", False),
        ("TLS_1_2", False),
        ("SecurityPolicy_TLS13_1_2_2021_06", False),
        ("SecurityPolicy_TLS13_1_2_PFS_PQ_2025_09", False),
        ("SecurityPolicy_TLS12_2018_EDGE", False),
        ("SecurityPolicy_TLS13_1_3_2025_09", True),
        ("SecurityPolicy_TLS13_1_3_FIPS_2025_09", True),
        ("SecurityPolicy_TLS13_2025_EDGE", True),
    ],
)
def test_policy_says_which_versions_are_spoken(policy: str | None, *, only_1_3: bool) -> None:
    assert tls_terms(policy, None).only_1_3 is only_1_3


def test_older_policies_say_which_cipher_suites_are_used() -> None:
    newer, older = tls_terms("TLS_1_2", None).suites, tls_terms("TLS_1_0", None).suites

    assert newer is not None
    assert older is not None
    assert set(newer) < set(older)
    assert {suite for suite in older if suite.endswith("-SHA")} == set(older) - set(newer)
    assert tls_terms("SecurityPolicy_TLS13_1_2_2021_06", None).suites is None


@pytest.mark.parametrize(("mode", "is_strict"), [(None, False), ("BASIC", False), ("STRICT", True)])
def test_mode_says_whether_names_have_to_agree(mode: str | None, *, is_strict: bool) -> None:
    assert tls_terms("SecurityPolicy_TLS13_1_2_2021_06", mode) == TlsTerms(is_strict=is_strict)
