"""REST APIs: routes by path, stages, and snapshots that the stages serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from aws_cdk import Size, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from constructs import Construct

from forestage.constructs.api_checks import check_when_complete
from forestage.constructs.checks import check_allowed, check_kind, check_several, is_known, refuse
from forestage.constructs.cors import Cors
from forestage.constructs.deployments import Deployment
from forestage.constructs.endpoints import Endpoint
from forestage.constructs.gateway_responses import add_gateway_responses
from forestage.constructs.metrics import Metrics
from forestage.constructs.route_table import RouteTable
from forestage.constructs.routes import Routes
from forestage.constructs.source_lines import NotedConstruct
from forestage.constructs.stages import Stage
from forestage.model.limits import COMPRESSION_BYTES, MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

    from forestage.constructs.gateway_responses import GatewayResponse
    from forestage.constructs.models import Models
    from forestage.constructs.routes import Route
    from forestage.constructs.stages import StageOptions


class RestApi(NotedConstruct, Routes, Metrics):
    """A REST API with its routes and stages.

    Routes are declared by path, with what they take and give; resources, models, the request validator and answers to
    preflights are made as routes need them.
    Nothing is served until there is a stage:

        api = RestApi(self, "PetShop", description="Pets and their orders", cors=Cors(origins=["https://shop.example"]))
        api.get("/pets/{id}", Lambda.proxy(pets), responses={200: Pet, 404: Problem})
        admin = api.group("/admin", authorizer=token, api_key_required=True)
        admin.post("/pets", Lambda.proxy(pets), body=NewPet, responses={201: Pet})
        dev = api.add_stage("dev", variables={"table": "pets-dev"})

    All stages serve one snapshot, which follows the definition; see ``add_deployment`` for those that do not.
    What API Gateway would refuse at deployment is refused here, and what it would ignore is told as a warning.

    ``resource`` is the L2 ``RestApi``: resources, methods and all else can be added there as well, and are in the
    snapshots, too.
    ``stages`` are those that were added.

    Args:
        scope: The construct that this one is part of.
        id: Its name there.
        description: What the API is for.
        endpoint: Where it is reached; ``Endpoint.regional()`` unless said otherwise.
        cors: Which pages of other origins may call it; None is none.
        policy: Who may call it at all; ``ResourcePolicy`` makes the usual ones. None lets everybody.
        binary_media_types: Content types whose bodies are bytes, ``image/png``; others are text.
        minimum_compression_size: How large a response has to be to be compressed for clients who take that; None
            compresses nothing.
        api_key_source: Where the API key of a request comes from: the header ``x-api-key`` unless said otherwise, or
            what the authorizer answers.
        gateway_responses: How errors of the gateway itself look, by their types.
        retain_deployments: Whether API Gateway keeps the snapshots that later ones take the place of, so that a stage
            can go back: ``add_stage("prod", deployment="a1b2c3")``.
        cloud_watch_role: Whether stages wait for the role by which API Gateway writes logs, made once for each account
            and region of the app; see ``ApiGatewayAccount``. False where the account has been set up by others.
        rest_api_name: Its name in the console and in metrics; the id where none is given.

    Raises:
        ConstructError: API Gateway would refuse what is described.

    Source: rest-facts.md, endpoints.md (documented and recorded).
    """

    resource: apigateway.RestApi

    def __init__(
        self,
        scope: Construct,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        description: str | None = None,
        endpoint: Endpoint | None = None,
        cors: Cors | None = None,
        policy: iam.PolicyDocument | None = None,
        binary_media_types: Sequence[str] = (),
        minimum_compression_size: Size | None = None,
        api_key_source: apigateway.ApiKeySourceType | None = None,
        gateway_responses: Mapping[str, GatewayResponse] | None = None,
        retain_deployments: bool = False,
        cloud_watch_role: bool = True,
        rest_api_name: str | None = None,
    ) -> None:
        super().__init__(scope, id)
        check_kind(self, "endpoint", endpoint, Endpoint, "Endpoint.regional(), Endpoint.edge() or Endpoint.private()")
        check_kind(self, "cors", cors, Cors, "Cors(origins=['https://shop.example'])")
        check_kind(self, "policy", policy, iam.PolicyDocument, "an iam.PolicyDocument, as ResourcePolicy makes them")
        check_kind(self, "minimum_compression_size", minimum_compression_size, Size, "Size.kibibytes(1)")
        check_several(self, "binary_media_types", binary_media_types)
        for kind in binary_media_types:
            check_allowed(self, "a binary media type", kind, MEDIA_TYPE)
        where = endpoint or Endpoint.regional()
        whole_policy = where.policy(policy)
        where.check(self, whole_policy)
        self.policy = whole_policy
        if minimum_compression_size is not None and not minimum_compression_size.is_unresolved():
            size = minimum_compression_size.to_bytes()
            check_allowed(self, "minimum_compression_size in bytes", size, COMPRESSION_BYTES)
        self.resource = apigateway.RestApi(
            self,
            "Resource",
            rest_api_name=rest_api_name or id,
            description=description,
            endpoint_configuration=where.configuration,
            disable_execute_api_endpoint=None if where.default_endpoint else True,
            policy=whole_policy,
            binary_media_types=list(binary_media_types) or None,
            min_compression_size=minimum_compression_size,
            api_key_source_type=api_key_source,
            deploy=False,
            cloud_watch_role=False,
        )
        api = self.resource.node.default_child
        assert isinstance(api, apigateway.CfnRestApi)
        where.apply(api)
        self.cloud_watch_role = cloud_watch_role
        self.stages: list[Stage] = []
        self._retain_deployments = retain_deployments
        self._latest_deployment: Deployment | None = None
        self._stages = Construct(self, "Stages")
        self._deployments = Construct(self, "Deployments")
        self._table = RouteTable(self, self.resource, cors=cors)
        self._prefix = ""
        self._defaults = {}
        if gateway_responses or cors is not None:
            add_gateway_responses(
                Construct(self, "GatewayResponses"), self.resource, gateway_responses or {}, cors=cors
            )
        check_when_complete(self, self._table)

    @property
    def rest_api_id(self) -> str:
        """The id that API Gateway gives the API."""
        return self.resource.rest_api_id

    @property
    def models(self) -> Models:
        """The models of the routes, and of methods that are made on the L2: ``api.models.add(Pet)``."""
        return self._table.models

    @property
    def routes(self) -> tuple[Route, ...]:
        """What has been declared so far, in its order."""
        return tuple(self._table.routes)

    @property
    def latest_deployment(self) -> Deployment:
        """The snapshot that follows the definition, made when it is first asked for."""
        if self._latest_deployment is None:
            self._latest_deployment = Deployment(
                self, "Deployment", api=self, overlays=self._table.overlays, retain=self._retain_deployments
            )
        return self._latest_deployment

    def deployment_for(self, stage: Construct) -> Deployment:
        """Return the snapshot that follows the definition, of a stage in another stack one in that stack.

        Its id changes with the definition, and CloudFormation takes back no id that another stack refers to.
        """
        if Stack.of(stage) is Stack.of(self):
            return self.latest_deployment
        found = stage.node.try_find_child("Deployment")
        if isinstance(found, Deployment):
            return found
        return Deployment(stage, "Deployment", api=self, overlays=self._table.overlays, retain=self._retain_deployments)

    def add_stage(self, stage_name: str, **options: Unpack[StageOptions]) -> Stage:
        """Serve the API under a name, with the settings of that stage.

        Raises:
            ConstructError: API Gateway would refuse the stage.
        """
        if not is_known(stage_name):
            refuse(self, "a name that CloudFormation fills in is no id: write Stage(self, ID, api=..., stage_name=...)")
        if self._stages.node.try_find_child(stage_name) is not None:
            refuse(self, f"the API has a stage {stage_name!r} already: leave out one of the two")
        return Stage(self._stages, stage_name, api=self, **options)

    def add_deployment(
        self,
        id: str,  # ruff: ignore[builtin-argument-shadowing]  (its name in CDK)
        *,
        description: str | None = None,
        retain: bool = False,
    ) -> Deployment:
        """Take a snapshot once: it stays as it is when the definition changes, and stages can be pinned to it.

            v1 = api.add_deployment("V1")
            api.add_stage("prod", deployment=v1)

        The next release is another one, ``V2``; what a snapshot holds is decided by when CloudFormation makes it.
        ``retain`` keeps it in API Gateway when it leaves the app.
        """
        return Deployment(
            self._deployments,
            id,
            api=self,
            overlays=self._table.overlays,
            is_fixed=True,
            description=description,
            retain=retain,
        )

    def url_for(self, path: str = "/", *, stage: Stage | None = None) -> str:
        """Return the address of a path at the default endpoint; ``stage`` None is the only one.

        Raises:
            ConstructError: there are several stages, or none.
        """
        if stage is None and len(self.stages) != 1:
            refuse(self, f"the API has {len(self.stages)} stages: say for which one the address is, by stage=...")
        return (stage or self.stages[0]).url_for(path)

    def grant_invoke(self, grantee: iam.IGrantable) -> iam.Grant:
        """Let somebody call all methods, on every stage, that authorize by IAM."""
        return iam.Grant.add_to_principal(
            grantee=grantee,
            actions=["execute-api:Invoke"],
            resource_arns=[self.resource.arn_for_execute_api()],
        )
