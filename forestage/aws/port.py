"""The port through which AWS is asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Protocol, TypeAlias

# What AWS answers is JSON with dates and bytes, of a shape that only the operation knows.
Answer: TypeAlias = Mapping[str, Any]
"""The answer of an operation."""


class Aws(Protocol):
    """AWS in one region, seen with one caller's rights.

    Operations are named as in boto3: service ``apigateway``, operation ``get_rest_api``. What AWS refuses is an
    `forestage.errors.AwsError` with the code that AWS gave.
    """

    @property
    def region(self) -> str:
        """The region that is asked."""

    def account_id(self) -> str:
        """Return the caller's account."""

    # Parameters are whatever an operation takes.
    def ask(self, service: str, operation: str, **parameters: Any) -> Answer:
        """Ask once.

        Raises:
            AwsError: AWS refuses, or cannot be reached.
        """

    # As above.
    def pages(self, service: str, operation: str, **parameters: Any) -> Iterator[Answer]:
        """Ask for a list, page by page.

        Raises:
            AwsError: AWS refuses, or cannot be reached.
        """


# As above.
def items(aws: Aws, service: str, operation: str, key: str, **parameters: Any) -> Iterator[Answer]:
    """Yield the items of all pages of a list; ``key`` is where a page has them.

    Raises:
        AwsError: AWS refuses, or cannot be reached.
    """
    for page in aws.pages(service, operation, **parameters):
        yield from page.get(key) or ()
