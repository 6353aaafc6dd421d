from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from forestage.load.deployed.mangling import mangled, restored
from forestage.model.deployment import Deployment, Output
from forestage.model.rest import Definition, Model, RestApi
from forestage.model.values import Json, Origin, Unknown


def api(name: str, origin: str = "a") -> Deployment:
    schema: Json = {"type": "object", "properties": {name: {"enum": [name, 1, None]}}}
    model = Model(logical_id="M", id="M", rest_api_id="x", name="M", schema=schema)
    definition = Definition(root_resource_id="r", models=(model,))
    rest = RestApi(
        logical_id="Api", id="x", name=name, description=Unknown("x"), definition=definition, origin=Origin(origin)
    )
    return Deployment(rest_apis=(rest,), outputs=(Output(stack="S", name="O", value=name),))


def test_characters_come_back_where_the_other_side_has_them() -> None:
    assert restored(api("Zo? ??"), api("Zoë 猫☺")) == api("Zoë 猫☺")


def test_another_text_stays_as_it_is_told() -> None:
    assert restored(api("Zoe?"), api("Zoë")) == api("Zoe?")


def test_nothing_is_changed_without_need() -> None:
    deployed = api("what?")

    assert restored(deployed, api("what?")) is deployed


def test_places_stay() -> None:
    found = restored(api("Zo?", origin="aws:Pets"), api("Zoë", origin="t.json"))

    assert found.rest_apis[0].origin == Origin("aws:Pets")


@given(st.text(min_size=1))
def test_what_is_deployed_unchanged_is_restored(name: str) -> None:
    assert restored(api(mangled(name)), api(name)) == api(name)
