"""Schemas of Python types, as API Gateway's models have them."""

from forestage.constructs.schemas.constraints import Length, Pattern, Range, closed
from forestage.constructs.schemas.errors import SchemaTypeError
from forestage.constructs.schemas.schema import ModelSchema, Schema, schema_of

__all__ = ["Length", "ModelSchema", "Pattern", "Range", "Schema", "SchemaTypeError", "closed", "schema_of"]
