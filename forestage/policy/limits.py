"""How large a policy may be: the quotas of AWS, for callers to check by, and the bounds of this package."""

from __future__ import annotations

from typing import Final

from forestage.model.records import dataclass

RESOURCE_POLICY_CHARACTERS: Final = 8_192
"""Length of an API's resource policy. Source: authorizers.md, Resource policies (documented)."""

ENDPOINT_POLICY_CHARACTERS: Final = 20_480
"""Length of the policy of a VPC endpoint, blanks counted. Source: AWS PrivateLink guide, "Quotas" (documented)."""

AUTHORIZER_RESOURCE_CHARACTERS: Final = 512
"""Length of a resource in the answer of a Lambda authorizer. Source: authorizers.md, Answer (documented)."""

AUTHORIZER_ANSWER_BYTES: Final = 8_192
"""Size of the whole answer of a Lambda authorizer. Source: authorizers.md, Answer (documented)."""

METHOD_ARN_BYTES: Final = 1_600
"""Size of the ARN of a method with authorization; a longer one is 414. Source: endpoints.md section 5 (documented)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Bounds on a document.

    ``text_characters`` counts what is given as text, ``characters`` the document as JSON without blanks, ``depth`` the
    objects and lists within each other. ``resource_characters`` is for a pattern of ``Resource``, None is any length.
    """

    text_characters: int = 102_400
    characters: int = 102_400
    depth: int = 10
    statements: int = 1_000
    resource_characters: int | None = None


BOUNDS: Final = Limits()
"""What no policy may exceed, wherever it comes from."""

REPORTED_FAULTS: Final = 50
"""How many faults of one document are told."""
