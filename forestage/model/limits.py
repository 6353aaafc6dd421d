"""What API Gateway allows of names and numbers in a definition: the loader and the constructs refuse the rest.

Sources: endpoints.md section 5 (documented), rest-facts.md section 12 (recorded), and "Amazon API Gateway quotas".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, get_args

from forestage.model.vocabulary import (
    CacheClusterSize,
    CacheSeconds,
    CompressionSize,
    Matches,
    Percent,
    StageName,
    StatusCode,
)

if TYPE_CHECKING:
    from forestage.model.vocabulary import Constraint


def _constraint(annotation: Any) -> Constraint:  # typing has no type for Annotated
    """Return what the annotation of a field says of its values."""
    found: Constraint = get_args(annotation)[1]
    return found


STAGE_NAME: Final = _constraint(StageName)
CACHE_SIZE: Final = _constraint(CacheClusterSize)
CACHE_TTL_SECONDS: Final = _constraint(CacheSeconds)
COMPRESSION_BYTES: Final = _constraint(CompressionSize)
PERCENT: Final = _constraint(Percent)
STATUS_CODE: Final = _constraint(StatusCode)
HEADER_NAME: Final = Matches(r"[A-Za-z0-9!#$%&*+.^_`|~-]+", "letters, digits and -, without blanks")
"""Source: RFC 9110 section 5.6.2, without the quote, by which API Gateway marks constants."""
MEDIA_TYPE: Final = Matches(r"[^\s/;,]+/[^\s/;,]+", "a type and its kind, as image/png")
QUERY_NAME: Final = Matches(r"\S+", "a word without blanks")

PATH_PART: Final = Matches(
    r"[a-zA-Z0-9._:-]+|\{[a-zA-Z0-9._:-]+\+?\}", "letters, digits and . _ - :, or be {name} or {name+}"
)
MODEL_NAME: Final = Matches(r"[A-Za-z0-9]+", "letters and digits")

MAX_STAGES: Final = 10
MAX_RESOURCES: Final = 300
MAX_ACCESS_LOG_FORMAT_BYTES: Final = 3 * 1024

MAX_VARIABLES: Final = 100
MAX_VARIABLE_NAME: Final = 64
MAX_VARIABLE_VALUE: Final = 512
VARIABLE_NAME: Final = Matches(
    rf"[A-Za-z0-9_]{{1,{MAX_VARIABLE_NAME}}}", f"1 to {MAX_VARIABLE_NAME} letters, digits and _"
)
VARIABLE_VALUE: Final = Matches(r"[A-Za-z0-9 \-._~:/?#&=,]+", "one or more letters, digits, spaces and -._~:/?#&=")
"""The documented pattern has no space, and the service's message, which lists "alphanumeric characters and the symbols
' ', -', '.', ..." (github.com/sirceljm/aws-lambda-blog/issues/10, of an empty value), has neither ~ nor #: what one of
them takes is taken. Names have "only word characters" (github.com/serverless/serverless/issues/6133)."""
