"""Models of an API, each made once, from Python types."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from aws_cdk import aws_apigateway as apigateway
from constructs import Construct

from forestage.constructs.checks import refuse, warn
from forestage.constructs.schemas import SchemaTypeError, schema_of
from forestage.constructs.schemas.draft4 import unchecked_formats

if TYPE_CHECKING:
    from types import UnionType

    from forestage.constructs.schemas import ModelSchema

BodyType: TypeAlias = "type[Any] | UnionType | Mapping[str, Any] | apigateway.IModel"
"""What a body is: a dataclass, a TypedDict or a class of pydantic, a list or a union of such, a JSON schema as it is,
or a model that is there already."""

CONTENT_TYPE = "application/json"
_ID = "Models"

BUILT_IN = frozenset({"Empty", "Error"})
"""Models that every API has from the start: making another one of the name is a conflict.

Source: rest-pipeline.md, Validation (recorded).
"""


class Models:
    """The models of one API: each named type becomes one, and others refer to it.

    Models are called as the classes are, ``PetList`` for ``list[Pet]``, ``CatOrDog`` for ``Cat | Dog``, and as the
    ``title`` of a schema that is given as it is.
    The names are those of one API alone, and clients generated from it have classes of these names.

    ```python
    models = Models(self, api)
    pet = models.add(Pet)
    ```

    Args:
        api_scope: in it the models are made, below ``Models``.
        rest_api: the API that has them.
    """

    def __init__(self, api_scope: Construct, rest_api: apigateway.IRestApi) -> None:
        if api_scope.node.try_find_child(_ID) is not None:
            refuse(api_scope, "it has models already: use those, which are RestApi.models of a RestApi")
        self._scope = Construct(api_scope, _ID)
        self._rest_api = rest_api
        self._address = f"https://apigateway.amazonaws.com/restapis/{rest_api.rest_api_id}/models/"
        self._made: dict[str, tuple[ModelSchema, apigateway.Model]] = {}

    def add(self, body: BodyType) -> apigateway.IModel:
        """Return the model of a type, made at its first mention together with those that it refers to.

        Formats of strings without a pattern are warned of, ``forestage:format-not-checked``.

        Raises:
            ConstructError: API Gateway cannot hold a body against the type, or another type of this API has its name.
        """
        if isinstance(body, Mapping) or not hasattr(body, "model_id"):
            return self._of(body)
        return cast("apigateway.IModel", body)

    # What a type is, ``schema_of`` finds out.
    def _of(self, body: Any) -> apigateway.IModel:
        try:
            schema = schema_of(body)
        except SchemaTypeError as error:
            refuse(self._scope, str(error))
        for each in schema.models(lambda name: self._address + name):
            self._make(each)
        return self._made[schema.name][1]

    def _make(self, schema: ModelSchema) -> None:
        if schema.name in self._made:
            if self._made[schema.name][0] != schema:
                refuse(
                    self._scope,
                    f"two types of this API have the name {schema.name!r}, and its models have names of their own: "
                    "rename one of the classes",
                )
            return
        if schema.name in BUILT_IN:
            refuse(self._scope, f"every API has a model {schema.name!r} from the start: give the class another name")
        model = apigateway.Model(
            self._scope,
            schema.name,
            rest_api=self._rest_api,
            model_name=schema.name,
            content_type=CONTENT_TYPE,
            description=schema.document.get("description"),
            schema=apigateway.JsonSchema(),
        )
        # The struct of CDK has no place for part of what a schema may hold as it is.
        cast("apigateway.CfnModel", model.node.default_child).schema = schema.document
        for found in unchecked_formats(schema.document):
            warn(
                model,
                "format-not-checked",
                f"that API Gateway looks at the format {found!r} is documented nowhere: give the string a pattern as "
                "well, or look at it in the backend",
            )
        for name in schema.needs:
            model.node.add_dependency(self._made[name][1])
        self._made[schema.name] = schema, model
