"""Bodies described by Python types: what does not fit them is answered with 400."""

from dataclasses import dataclass, field
from typing import Annotated, Literal

from aws_cdk import App, Stack

from forestage.constructs import Length, Mock, Pattern, Range, RestApi, closed


@dataclass
class Tag:
    """A word about a pet."""

    name: Annotated[str, Length(min=1, max=20)]


@closed
@dataclass
class NewPet:
    """A pet that is brought to the shop.

    Attributes:
        price: In euros.
    """

    name: Annotated[str, Length(min=1, max=40)]
    kind: Literal["cat", "dog"]
    price: Annotated[float, Range(above=0, max=1000)]
    chip: Annotated[str, Pattern("^[0-9]{15}$")] | None = None
    tags: list[Tag] = field(default_factory=list)


app = App()
api = RestApi(Stack(app, "Models"), "Pets")
api.post("/pets", Mock.status(201), body=NewPet)
api.post("/pets/many", Mock.status(201), body=list[NewPet])
api.add_stage("dev")
app.synth()
