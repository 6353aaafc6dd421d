from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from forestage.load.deployed.owners import ids_of, owning_stack
from forestage.load.resolve import LoadOptions, load_source
from tests.load.deployed.fake_aws import ACCOUNT, REGION, FakeAws

if TYPE_CHECKING:
    from forestage.load.resolved import ResolvedSource

PETS = Path(__file__).parent / "templates" / "pets.json"


def test_stack_that_made_an_api_is_found() -> None:
    aws = FakeAws(PETS)

    assert owning_stack(aws, "x") == f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/Pets/11111111-2222"


def test_api_may_have_been_made_by_no_stack() -> None:
    aws = FakeAws(PETS, is_stack=False)
    assert owning_stack(aws, "x") is None

    class Empty(FakeAws):
        def ask(self, service: str, operation: str, **parameters: object) -> dict[str, object]:
            del service, operation, parameters
            return {"StackResources": []}

    assert owning_stack(Empty(PETS), "x") is None


def test_ids_on_aws_lead_to_those_of_the_model() -> None:
    aws = FakeAws(PETS)
    source = load_source("aws:Pets", options=LoadOptions(aws=aws))

    ids = ids_of(aws, "Pets", source)

    members = {item.logical_id: item.id for item in aws.deployment.template_resources}
    assert {members[name] for name in ("Api", "PetPath", "Fn", "Plan", "Deployed")} <= set(ids.values())
    assert ids[aws.id_of(members["Fn"])] == members["Fn"]


def test_resource_that_is_not_in_the_template_has_no_other_id() -> None:
    aws = FakeAws(PETS)
    source = load_source("aws:Pets", options=LoadOptions(aws=aws))
    aws.deployment = FakeAws(PETS.parent / "body.yaml").deployment

    assert set(ids_of(aws, "Pets", source).values()) == {source.stacks[0].resources[0].id, "prod", *deployed(source)}


def deployed(source: ResolvedSource) -> set[str]:
    return {item.id for item in source.stacks[0].resources if item.logical_id == "Deployed"}
