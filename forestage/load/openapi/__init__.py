"""OpenAPI bodies of REST APIs: what they define, as the resources that a template would need for it."""

from forestage.load.openapi.importer import OpenApiImport, load_openapi

__all__ = ["OpenApiImport", "load_openapi"]
