"""What API Gateway allows of custom domains, mappings and routing rules: the loader and the constructs refuse the rest.

Sources: endpoints.md section 3; whats-new.md, Routing rules (documented).
"""

from __future__ import annotations

from typing import Final

from forestage.model.vocabulary import Between, Matches

BASE_PATH: Final = Matches(r"(?!.*//)[A-Za-z0-9$\-_.+!*'()/]{0,300}", "up to 300 letters, digits and $-_.+!*'()/")
MAX_LONG_MAPPINGS: Final = 200
MAX_RULES: Final = 50
MAX_HEADER_CONDITIONS: Final = 2
RULE_PRIORITY: Final = Between(1, 1_000_000)
RULE_HEADER: Final = Matches(r"[A-Za-z0-9?\-!#$%&'.^_`|~*+]{1,39}", "fewer than 40 characters")
VALUE_GLOB: Final = Matches(
    r"(?=.{1,127}$)\*?[A-Za-z0-9?\-!#$%&'.^_`|~]*\*?",
    "fewer than 128 characters of A-Za-z0-9?-!#$%&'.^_`|~, and * at its ends alone",
)
