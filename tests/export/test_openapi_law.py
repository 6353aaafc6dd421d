from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings

from forestage.export.openapi import export_openapi
from forestage.model.rest import RestApi
from tests.export.drawing import definitions
from tests.export.importing import API_ID, definition_of, without_ids

if TYPE_CHECKING:
    from forestage.model.rest import Definition


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=40)
@given(definition=definitions())
def test_import_of_an_export_is_the_same_definition(definition: Definition) -> None:
    exported = export_openapi(RestApi(logical_id="Api", id=API_ID, definition=definition))

    imported = definition_of(exported.document)

    assert exported.gaps == ()
    assert without_ids(imported) == without_ids(definition)
