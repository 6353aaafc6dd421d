"""JSON Schema draft 4, as API Gateway applies it to bodies and words its errors."""

from forestage.schemas.validator import BodySchema, SchemaFaultError

__all__ = ["BodySchema", "SchemaFaultError"]
