"""Models of a WebSocket API: what messages have to look like."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from forestage.constructs.checks import refuse
from forestage.constructs.schemas import SchemaTypeError, schema_of

if TYPE_CHECKING:
    from forestage.constructs.models import BodyType
    from forestage.constructs.schemas import Schema


class WebSocketModels(Construct):
    """The models of one WebSocket API, each made at its first mention.

    Each is a document of its own, with the types that it refers to within: that models of WebSocket APIs may refer to
    each other, as those of REST APIs, is documented nowhere.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        api: apigatewayv2.IWebSocketApi,
    ) -> None:
        super().__init__(scope, id)
        self._api = api
        self._made: dict[str, Schema] = {}

    def add(self, body: BodyType) -> str:
        """Return the name of a type's model, which is made where it is not there yet.

        Raises:
            ConstructError: API Gateway cannot hold a message against the type, or another type has its name.
        """
        if hasattr(body, "model_id"):
            refuse(self, "a model of a REST API is none of a WebSocket API: give the type, or its JSON schema")
        try:
            schema = schema_of(body)
        except SchemaTypeError as error:
            refuse(self, str(error))
        made = self._made.setdefault(schema.name, schema)
        if made != schema:
            refuse(self, f"two types of this API have the name {schema.name!r}: rename one of the classes")
        if made is schema:
            apigatewayv2.CfnModel(
                self,
                schema.name,
                api_id=self._api.api_id,
                name=schema.name,
                content_type="application/json",
                description=schema.document.get("description"),
                schema=schema.complete,
            )
        return schema.name
