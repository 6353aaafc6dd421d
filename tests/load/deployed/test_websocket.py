from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from forestage.load import LoadOptions, load
from tests.load.deployed.fake_aws import FakeAws

SOCKETS = Path(__file__).parent / "templates" / "sockets.json"


def fake(**changes: object) -> FakeAws:
    aws = FakeAws(SOCKETS, is_stack=False)
    (api,) = aws.deployment.apis
    (stage,) = api.stages
    # Whatever a stage has.
    aws.change(replace(aws.deployment, apis=(replace(api, stages=(replace(stage, **changes),)),)))  # type: ignore[arg-type]
    return aws


def test_stage_that_deploys_by_itself_may_have_no_deployment_yet() -> None:
    aws = fake(deployment_id=None, auto_deploy=True)
    (api,) = aws.deployment.apis

    (found,) = load(f"stage:{aws.id_of(api.id)}/prod", options=LoadOptions(aws=aws)).deployment.apis

    assert found.deployments == ()
    assert [(stage.auto_deploy, stage.deployment_id) for stage in found.stages] == [(True, None)]


def test_domain_of_another_api_is_passed_over() -> None:
    aws = fake()
    (api,), (mapping,) = aws.deployment.apis, aws.deployment.api_mappings
    aws.change(replace(aws.deployment, api_mappings=(replace(mapping, stage="other"),)))

    found = load(f"stage:{aws.id_of(api.id)}/prod", options=LoadOptions(aws=aws)).deployment

    assert (found.regional_domain_names, found.api_mappings) == ((), ())
