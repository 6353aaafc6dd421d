from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.preview.host.lambdas.node_packages import CLIENT_RELEASES, find_client
from scripts.node_packages import CDK_RELEASE, find_cdk, missing_packages, provide
from tests.preview.host.lambdas.test_node_packages import an_npm

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

PACK = """
cd "$(dirname "$0")"
mkdir -p package/dist package/bin
touch package/index.mjs package/dist/index.mjs package/bin/cdk
tar czf "$5/package.tgz" package
echo "$3" >> asked
"""


def test_packages_are_fetched_once(tmp_path: Path) -> None:
    npm, cache = an_npm(tmp_path, PACK), tmp_path / "cache"

    codes = [provide(cache, npm), provide(cache, npm)]

    assert codes == [0, 0]
    assert missing_packages(cache) == ()
    assert all(find_client(cache, release) for release in CLIENT_RELEASES)
    assert find_cdk(cache)
    asked = (tmp_path / "asked").read_text(encoding="utf-8").split()
    assert asked == [*(f"aws-lambda-ric@{number}" for number in CLIENT_RELEASES.values()), f"aws-cdk@{CDK_RELEASE}"]


def test_cdk_that_cannot_be_fetched_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    refusing = 'case "$3" in aws-cdk*) echo "npm error gone" >&2; exit 1;; esac\n' + PACK

    code = provide(tmp_path / "cache", an_npm(tmp_path, refusing))

    assert code == 1
    assert "npm pack failed: npm error gone" in capsys.readouterr().err


def test_machine_without_the_registry_is_told_what_will_not_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = provide(tmp_path / "cache", an_npm(tmp_path, "echo 'npm error network' >&2; exit 1"))

    told = capsys.readouterr().err
    assert code == 1
    assert "npm pack failed: npm error network" in told
    assert "run make node-packages" in told


def test_machine_without_npm_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert provide(tmp_path, None) == 1
    assert "there is no npm on this machine" in capsys.readouterr().err
