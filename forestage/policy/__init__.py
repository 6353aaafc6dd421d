"""The policy evaluator: resource policies, answers of Lambda authorizers, IAM policies, policies of VPC endpoints.

``parse_policy`` reads a document, ``evaluate`` decides an access by some of them and tells why, and the tables of
``combination`` put the decisions of the caller's side and of the resource policy together.
"""

from forestage.policy.combination import (
    combine_cross_account,
    combine_same_account,
    explain_cross_account,
    explain_same_account,
)
from forestage.policy.documents import Effect, Policy, PolicyKind
from forestage.policy.evaluation import (
    Access,
    Considered,
    Decision,
    Mismatch,
    NamedPolicy,
    StatementRef,
    Verdict,
    evaluate,
)
from forestage.policy.faults import PolicyError, PolicyFault
from forestage.policy.keys import CONDITION_KEYS, Availability, ConditionKey, find_key
from forestage.policy.limits import (
    AUTHORIZER_ANSWER_BYTES,
    AUTHORIZER_RESOURCE_CHARACTERS,
    ENDPOINT_POLICY_CHARACTERS,
    METHOD_ARN_BYTES,
    RESOURCE_POLICY_CHARACTERS,
    Limits,
)
from forestage.policy.parser import parse_policy, parse_policy_text
from forestage.policy.principals import Principal, PrincipalKind
from forestage.policy.remarks import names_identities, remarks
from forestage.policy.resources import expand_resources

__all__ = [
    "AUTHORIZER_ANSWER_BYTES",
    "AUTHORIZER_RESOURCE_CHARACTERS",
    "CONDITION_KEYS",
    "ENDPOINT_POLICY_CHARACTERS",
    "METHOD_ARN_BYTES",
    "RESOURCE_POLICY_CHARACTERS",
    "Access",
    "Availability",
    "ConditionKey",
    "Considered",
    "Decision",
    "Effect",
    "Limits",
    "Mismatch",
    "NamedPolicy",
    "Policy",
    "PolicyError",
    "PolicyFault",
    "PolicyKind",
    "Principal",
    "PrincipalKind",
    "StatementRef",
    "Verdict",
    "combine_cross_account",
    "combine_same_account",
    "evaluate",
    "expand_resources",
    "explain_cross_account",
    "explain_same_account",
    "find_key",
    "names_identities",
    "parse_policy",
    "parse_policy_text",
    "remarks",
]
