"""The one table of rules."""

from __future__ import annotations

from typing import Final

from forestage.diff.rules import (
    api,
    around,
    authorizers,
    domains,
    integrations,
    methods,
    schemas,
    stages,
    usage,
    websocket,
)
from forestage.diff.rules.rule import Rule, rules_in

_FAMILIES = (api, methods, integrations, authorizers, stages, usage, domains, websocket, around)
RULES: Final[tuple[Rule, ...]] = (
    *(rule for family in _FAMILIES for rule in rules_in(vars(family))),
    *schemas.RULES,
)
"""Every rule, those made from the table of kinds last."""
