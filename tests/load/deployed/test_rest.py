from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from forestage.load import LoadOptions, load
from tests.load.deployed.fake_aws import FakeAws

if TYPE_CHECKING:
    from forestage.aws import Answer
    from forestage.load import Loaded

PETS = Path(__file__).parent / "templates" / "pets.json"


class Exporting(FakeAws):
    """Answers with a given document as export, and with further answers instead of its own."""

    def __init__(self, document: dict[str, Any] | None = None, **answers: Answer) -> None:
        super().__init__(PETS, is_stack=False)
        self.document = document
        self.answers = answers

    def ask(self, service: str, operation: str, **parameters: Any) -> Answer:
        if operation == "get_export" and self.document is not None:
            return {"body": io.BytesIO(json.dumps(self.document).encode())}
        found = super().ask(service, operation, **parameters)
        return {**found, **self.answers.get(operation, {})}


def load_stage(aws: FakeAws) -> Loaded:
    (api,) = aws.deployment.rest_apis
    return load(f"stage:{aws.id_of(api.id)}/prod", options=LoadOptions(aws=aws))


def test_export_with_faults_is_not_read() -> None:
    aws = Exporting({"openapi": "3.0.1", "paths": {"pets": {}}})

    loaded = load_stage(aws)

    assert loaded.warnings[0].message.startswith("what stage prod serves cannot be read from its export (")
    (api,) = loaded.deployment.rest_apis
    assert api.definition is not None
    assert len(api.definition.methods) == 2


def test_export_without_what_nothing_refers_to_is_no_change() -> None:
    aws = Exporting()
    (api,) = aws.deployment.rest_apis
    assert api.definition is not None
    unused = replace(api.definition.models[0], name="Unused", id="Unused")
    defined = replace(api.definition, models=(*api.definition.models, unused))
    aws.change(replace(aws.deployment, rest_apis=(replace(api, definition=defined),)))

    loaded = load_stage(aws)

    (found,) = loaded.deployment.rest_apis
    assert found.definition is not None
    assert [model.name for model in found.definition.models] == ["Pet", "Other", "Unused"]
    assert [warning for warning in loaded.warnings if "These differ" in warning.message] == []


def test_model_that_is_referred_to_by_another_is_not_unused() -> None:
    aws = Exporting()
    (served,) = aws.served.rest_apis
    (snapshot,) = served.deployments
    assert snapshot.definition is not None
    without = replace(snapshot.definition, models=snapshot.definition.models[:1])
    aws.served = replace(aws.served, rest_apis=(replace(served, deployments=(replace(snapshot, definition=without),)),))

    [warning, *_] = load_stage(aws).warnings

    assert warning.message.endswith("These differ: Model Other")


def test_root_is_found_where_the_api_does_not_tell_it() -> None:
    aws = Exporting(None, get_rest_api={"rootResourceId": ""})

    (api,) = load_stage(aws).deployment.rest_apis

    assert api.definition is not None
    assert sorted(api.definition.paths().values()) == ["/", "/pets", "/pets/{id}"]


def test_model_of_ones_own_called_empty_is_kept() -> None:
    aws = Exporting(None, get_models={"items": [{"id": "1", "name": "Empty", "schema": '{"type": "string"}'}]})

    (api,) = load_stage(aws).deployment.rest_apis

    assert api.definition is not None
    assert ("Empty", {"type": "string"}) in [(model.name, model.schema) for model in api.definition.models]


def test_stage_of_another_name_has_other_plans_and_domains() -> None:
    aws = Exporting()
    (api,) = aws.deployment.rest_apis
    (stage,) = api.stages
    other = replace(stage, stage_name="other", id="other", logical_id="other")
    aws.change(replace(aws.deployment, rest_apis=(replace(api, stages=(stage, other)),)))
    aws.served = aws.deployment

    found = load(f"stage:{aws.id_of(api.id)}/other", options=LoadOptions(aws=aws)).deployment

    assert (found.usage_plans, found.api_keys, found.domain_names, found.base_path_mappings) == ((), (), (), ())


def test_domain_may_have_no_path_to_the_stage() -> None:
    aws = Exporting()
    aws.change(replace(aws.deployment, base_path_mappings=()))

    assert load_stage(aws).deployment.domain_names == ()


def test_path_of_a_domain_is_told() -> None:
    aws = Exporting()
    (mapping,) = aws.deployment.base_path_mappings
    aws.change(replace(aws.deployment, base_path_mappings=(replace(mapping, base_path="v1"),)))

    assert [item.base_path for item in load_stage(aws).deployment.base_path_mappings] == ["v1"]


def test_method_that_is_not_deployed_yet_is_not_served() -> None:
    aws = Exporting()
    (api,) = aws.deployment.rest_apis
    assert api.definition is not None
    added = replace(api.definition.methods[0], http_method="PUT")
    defined = replace(api.definition, methods=(*api.definition.methods, added))
    aws.change(replace(aws.deployment, rest_apis=(replace(api, definition=defined),)))

    loaded = load_stage(aws)

    (found,) = loaded.deployment.rest_apis
    assert found.definition is not None
    assert sorted(method.http_method for method in found.definition.methods) == ["GET", "POST"]
    assert loaded.warnings[0].message.endswith("These differ: Method PUT /pets/{id}")
