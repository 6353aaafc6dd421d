from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from forestage.errors import TemplateError
from forestage.load import LoadOptions, load
from tests.load.templates import method, pets

if TYPE_CHECKING:
    from pathlib import Path


def test_template_file_is_loaded_into_the_model(tmp_path: Path) -> None:
    file = tmp_path / "pets.json"
    file.write_text(json.dumps({"Resources": pets()}))

    loaded = load(str(file), options=LoadOptions(region="eu-west-1"))

    assert [api.logical_id for api in loaded.deployment.rest_apis] == ["Api"]
    assert loaded.deployment.environment.region == "eu-west-1"
    assert loaded.watch == (str(file),)
    assert loaded.fidelity.entries == ()


def test_fault_names_file_and_line(tmp_path: Path) -> None:
    file = tmp_path / "pets.json"
    file.write_text(json.dumps({"Resources": pets(Put=method("FETCH"))}, indent=1))
    line = file.read_text().splitlines().index('    "HttpMethod": "FETCH",') + 1

    with pytest.raises(TemplateError) as caught:
        load(str(file))

    (fault,) = caught.value.faults
    assert fault.origin is not None
    assert fault.origin.line == line
    assert fault.origin.file.endswith("pets.json")
    assert fault.origin.path == "Resources/Put/Properties/HttpMethod"
