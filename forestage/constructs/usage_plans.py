"""Usage plans: how much the holder of an API key may ask for, and where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from aws_cdk import CfnParameter, SecretValue, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_apigatewayv2 as apigatewayv2
from constructs import Construct

from forestage.constructs.checks import check_kind, check_several, is_known, refuse, warn
from forestage.constructs.source_lines import NotedConstruct
from forestage.constructs.stages import Stage
from forestage.constructs.throttles import Quota, Throttle, check_quota, check_throttle
from forestage.constructs.verbs import VERBS
from forestage.constructs.websocket_stages import WebSocketStage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from aws_cdk import aws_secretsmanager as secretsmanager

    from forestage.constructs.routes import Route

    KeyValue: TypeAlias = CfnParameter | secretsmanager.ISecret | SecretValue

MAX_NAME: Final = 1024
MAX_METHODS: Final = 20
"""Throttles of methods in a plan, for each stage. Source: usage-plans.md, Keys (documented)."""

_ORDER_INSENSITIVE: Final = "@aws-cdk/aws-apigateway:usagePlanKeyOrderInsensitiveId"
_SECURE_PARAMETER: Final = "{{resolve:ssm-secure:"


class ApiKey(NotedConstruct):
    """A key that an app developer sends, in the header ``x-api-key``; it opens routes with ``api_key_required``.

    A key belongs to a ``UsagePlan``, whose ``add_key`` makes one; by itself it opens nothing.
    ``resource`` is the L2 ``ApiKey``.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        name: Its name in the console; CloudFormation makes one up where none is given.
        description: Whose key it is.
        enabled: Whether it opens anything; False keeps its holder out for now.
        value: The key itself: a ``NoEcho`` parameter, or a secret that is there already, and never a text, which
            everybody could read in the template. 20 to 128 characters; None lets API Gateway make one up.
            Another value is another key: CloudFormation replaces it, and does not notice when a secret is rotated.
        customer_id: The holder's id in AWS Marketplace.

    Raises:
        ConstructError: the value stands in plain text, or API Gateway would refuse the name.

    Source: usage-plans.md, Keys (documented).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        name: str | None = None,
        description: str | None = None,
        enabled: bool = True,
        value: KeyValue | None = None,
        customer_id: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        if name is not None and is_known(name) and len(name) > MAX_NAME:
            refuse(self, f"the name of a key has up to {MAX_NAME} characters, got {len(name)}: choose a shorter one")
        self.resource = apigateway.ApiKey(
            self,
            "Resource",
            api_key_name=name,
            description=description,
            enabled=enabled,
            value=None if value is None else _hidden(self, value),
            customer_id=customer_id,
        )

    @property
    def key_id(self) -> str:
        """The id that API Gateway gives the key, which is not its value."""
        return self.resource.key_id


class UsagePlan(NotedConstruct):
    """Stages that the holders of some keys may call, how fast, and how often.

        gold = UsagePlan(self, "Gold", stages=[prod], throttle=Throttle(rate=100, burst=200),
                         quota=Quota.per_month(1_000_000), methods={"GET /pets": Throttle(rate=10, burst=20)})
        partner = gold.add_key("Partner")

    Throttles and quotas are counted for each key, over all stages of the plan, and only at routes with
    ``api_key_required``.
    ``resource`` is the L2 ``UsagePlan``.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        stages: Stages of REST and WebSocket APIs, of ours or of ``aws_cdk``.
        throttle: How many requests each key may make in a second; None leaves the stages' own throttles alone.
        quota: How many requests each key may make in a day, week or month; None counts none.
        methods: Throttles of some routes in place of the plan's, ``{"GET /pets/{id}": Throttle(...)}``, on those
            stages of REST APIs of ours that have them; the routes are declared before.
        description: What the plan is for.
        usage_plan_name: Its name in the console; CloudFormation makes one up where none is given.

    Raises:
        ConstructError: API Gateway would refuse what is described.

    Source: usage-plans.md (documented).
    """

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        stages: Sequence[AnyStage],
        throttle: Throttle | None = None,
        quota: Quota | None = None,
        methods: Mapping[str, Throttle] | None = None,
        description: str | None = None,
        usage_plan_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        # The ids of memberships then depend on their keys alone, and not on which is added first.
        self.node.set_context(_ORDER_INSENSITIVE, True)
        _check_stages(self, stages)
        check_throttle(self, "throttle", throttle)
        check_quota(self, quota)
        for name, chosen in (methods or {}).items():
            check_throttle(self, f"the throttle of {name}", chosen)
        self.stages = tuple(stages)
        self.resource = apigateway.UsagePlan(
            self,
            "Resource",
            name=usage_plan_name,
            description=description,
            throttle=None if throttle is None else throttle.settings,
            quota=None if quota is None else quota.settings,
            api_stages=self._rest_stages(methods or {}) or None,
        )
        self._keys = Construct(self, "Keys")
        resource = self.resource.node.default_child
        assert isinstance(resource, apigateway.CfnUsagePlan)
        self._add_websocket_stages(resource)
        if quota is not None and quota.limit == 0:
            # The L2 takes a limit of zero for none.
            resource.add_property_override("Quota.Limit", 0)

    def add_key(
        self,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        name: str | None = None,
        description: str | None = None,
        enabled: bool = True,
        value: KeyValue | None = None,
        customer_id: str | None = None,
    ) -> ApiKey:
        """Make a key of this plan; see ``ApiKey`` for what it takes."""
        key = ApiKey(
            self._keys,
            id,
            name=name,
            description=description,
            enabled=enabled,
            value=value,
            customer_id=customer_id,
        )
        self.add_api_key(key)
        return key

    def add_api_key(self, api_key: ApiKey | apigateway.IApiKey) -> None:
        """Put a key that is there into this plan; for each stage it may be in one plan alone."""
        self.resource.add_api_key(api_key.resource if isinstance(api_key, ApiKey) else api_key)

    def _rest_stages(self, methods: Mapping[str, Throttle]) -> list[apigateway.UsagePlanPerApiStage]:
        throttles = {_place(self, key): throttle for key, throttle in methods.items()}
        if len(throttles) > MAX_METHODS:
            refuse(self, f"a plan has up to {MAX_METHODS} methods of a stage, got {len(throttles)}: leave some out")
        found: set[tuple[str, str]] = set()
        rest_stages = []
        for stage in self.stages:
            if isinstance(stage, apigateway.Stage):
                rest_stages.append(apigateway.UsagePlanPerApiStage(stage=stage))
            elif isinstance(stage, Stage):
                routes = {
                    place: route for route in stage.api.routes if (place := (route.verb, route.path)) in throttles
                }
                found.update(routes)
                self._check_keys(routes.values())
                rest_stages.append(
                    apigateway.UsagePlanPerApiStage(
                        stage=stage.resource,
                        throttle=[
                            apigateway.ThrottlingPerMethod(method=route.resource, throttle=throttles[place].settings)
                            for place, route in routes.items()
                        ],
                    )
                )
        for verb, path in sorted(throttles.keys() - found):
            refuse(
                self, f"no stage of the plan has a route {verb} {path}: declare it before the plan, or correct the name"
            )
        return rest_stages

    def _check_keys(self, routes: Iterable[Route]) -> None:
        for route in routes:
            if not route.api_key_required:
                warn(
                    self,
                    "throttle-without-key",
                    f"the plan has a throttle for {route.verb} {route.path}, which needs no API key, so that it never "
                    "counts: set api_key_required there, or throttle the method on the stage",
                )

    def _add_websocket_stages(self, resource: apigateway.CfnUsagePlan) -> None:
        """Add the stages that the L2 has no word for, behind those of REST APIs."""
        stages = [stage for stage in self.stages if isinstance(stage, WebSocketStage)]
        # A reference to the stage lets the plan wait for it.
        written = [{"ApiId": stage.api_id, "Stage": _reference(stage)} for stage in stages]
        count = len(self.stages) - len(stages)
        if count == 0:
            resource.add_property_override("ApiStages", written)
        else:
            for index, stage in enumerate(written, count):
                resource.add_property_override(f"ApiStages.{index}", stage)


AnyStage: TypeAlias = Stage | WebSocketStage | apigateway.Stage
"""A stage that a plan can have."""


def _check_stages(plan: Construct, stages: Sequence[AnyStage]) -> None:
    check_several(plan, "stages", stages)
    for stage in stages:
        check_kind(plan, "a stage", stage, AnyStage, "what add_stage() returns, or a stage of aws_cdk")
    if not stages:
        refuse(plan, "a usage plan without stages opens nothing: name one")
    for index, stage in enumerate(stages):
        if stage in stages[:index]:
            refuse(plan, f"the plan has the stage {stage.node.path} twice: leave it out once")


def _reference(stage: WebSocketStage) -> str:
    resource = stage.resource.node.default_child
    assert isinstance(resource, apigatewayv2.CfnStage)
    return resource.ref


def _place(plan: Construct, key: str) -> tuple[str, str]:
    verb, _, path = key.partition(" ")
    if verb not in VERBS or not path.startswith("/"):
        refuse(plan, f"throttles of methods are under their verb and path, 'GET /pets/{{id}}', got {key!r}")
    return verb, path


def _hidden(key: ApiKey, value: KeyValue) -> str:
    """Return a reference to the value of a key that does not tell it.

    Source: CloudFormation user guide, "Get values stored in other services using dynamic references".
    """
    if isinstance(value, str):
        refuse(key, "the value of a key stands in the template in plain text: use a NoEcho parameter or a secret")
    if isinstance(value, CfnParameter):
        if not value.no_echo:
            refuse(key, f"parameter {value.node.id} has the value of a key and is shown to everybody: set no_echo")
        return value.value_as_string
    secret = value if isinstance(value, SecretValue) else value.secret_value
    text = secret.unsafe_unwrap()
    if is_known(text):
        refuse(key, "the value of a key stands in the template in plain text: use a NoEcho parameter or a secret")
    if _SECURE_PARAMETER in str(Stack.of(key).resolve(text)):
        refuse(key, "CloudFormation reads no secure SSM parameter for a key: use a secret of Secrets Manager")
    return text
