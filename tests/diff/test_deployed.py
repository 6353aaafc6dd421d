"""What is deployed, beside the template that it was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from forestage.diff.compare import Compared, compare
from forestage.load import LoadOptions, load
from tests.load.deployed.fake_aws import FakeAws

TEMPLATES = Path(__file__).parents[1] / "load" / "deployed" / "templates"
STAGES = {"pets.json": "prod", "sockets.json": "prod", "body.yaml": "prod", "sam.yaml": "Prod"}


@pytest.mark.parametrize("template", STAGES)
@pytest.mark.parametrize("kind", ["aws", "stage"])
def test_what_is_deployed_unchanged_has_no_change(template: str, kind: str) -> None:
    file = TEMPLATES / template
    aws = FakeAws(file)
    ids = [api.id for api in aws.deployment.rest_apis] + [api.id for api in aws.deployment.apis]
    source = "aws:Pets" if kind == "aws" else f"stage:{aws.id_of(ids[0])}/{STAGES[template]}"

    deployed = load(source, options=LoadOptions(aws=aws))
    place = deployed.deployment.environment
    options = LoadOptions(stacks=("Pets",), account_id=place.account_id, region=place.region)
    written = load(str(file), options=options)
    report = compare(Compared.of(source, deployed), Compared.of(str(file), written))

    assert [(finding.id, finding.where, finding.message) for finding in report.findings] == []
