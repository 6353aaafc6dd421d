"""What API Gateway's permissions to invoke a function cost: a function's policy has a limit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from aws_cdk import Stack
from constructs import Construct

from forestage.constructs.checks import check_function, is_known, refuse, warn

if TYPE_CHECKING:
    from aws_cdk import aws_lambda as lambda_
    from constructs import IConstruct

MAX_POLICY_BYTES: Final = 20_480
"""Source: Lambda quotas, "Resource-based policy" (documented)."""

LEAST_STATEMENT_BYTES: Final = 300
"""What the permission of one method takes at least, without verb and path: its words, and ARNs with short names."""

USUAL_STATEMENT_BYTES: Final = 390
"""The same with the names that CloudFormation gives."""

_TALLY: Final = "ForestagePermissions"


class Permissions(Construct):
    """What the routes of all APIs have added to the policy of one function; it stands below the function."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(scope, _TALLY)
        self._count = 0
        self._path_bytes = 0

    @classmethod
    def of(cls, handler: lambda_.IFunction) -> Permissions:
        """Return those of a function."""
        found = handler.node.try_find_child(_TALLY)
        return found if isinstance(found, Permissions) else cls(cast("Construct", handler))

    def add(self, scope: IConstruct, *, verb: str, path: str) -> None:
        """Count the permission of one method; warn of the one that hardly fits, refuse the one that does not."""
        had_room = self._bytes(USUAL_STATEMENT_BYTES) <= MAX_POLICY_BYTES
        self._count += 1
        self._path_bytes += len(verb) + len(path)
        message = (
            f"with {verb} {path}, the permissions of {self.node.path.removesuffix(f'/{_TALLY}')} exceed the "
            f"{MAX_POLICY_BYTES} bytes that the policy of a function may have: "
            'give the integrations of this function permission="api"'
        )
        if self._bytes(LEAST_STATEMENT_BYTES) > MAX_POLICY_BYTES:
            refuse(scope, message)
        if had_room and self._bytes(USUAL_STATEMENT_BYTES) > MAX_POLICY_BYTES:
            warn(scope, "function-policy-size", f"unless names are short, {message}")

    def _bytes(self, statement: int) -> int:
        return self._count * statement + self._path_bytes


def check_account(scope: IConstruct, handler: lambda_.IFunction) -> None:
    """Warn of a function of another account, which no permission can be added to from here."""
    check_function(scope, handler)
    owner, own = handler.env.account, Stack.of(scope).account
    if is_known(owner) and is_known(own) and owner != own:
        warn(
            scope,
            "function-of-another-account",
            f"the function belongs to account {owner}: allow apigateway.amazonaws.com to invoke it there, "
            "or requests are answered with 500",
        )
