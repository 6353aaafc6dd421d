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
    assert tls_terms(policy, None) == TlsTerms(only_1_3=only_1_3)


@pytest.mark.parametrize(("mode", "is_strict"), [(None, False), ("BASIC", False), ("STRICT", True)])
def test_mode_says_whether_names_have_to_agree(mode: str | None, *, is_strict: bool) -> None:
    assert tls_terms("SecurityPolicy_TLS13_1_2_2021_06", mode) == TlsTerms(is_strict=is_strict)
