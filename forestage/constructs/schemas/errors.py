"""What a Python type cannot be, when it is to be a model."""

from __future__ import annotations


class SchemaTypeError(TypeError):
    """API Gateway cannot hold a body against this type; the message names the place in the type and the remedy."""

    def __init__(self, place: str, message: str) -> None:
        super().__init__(f"{place}: {message}" if place else message)
        self.place = place
