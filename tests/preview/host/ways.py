"""Templates of APIs with domains and VPC endpoints, and callers of what they make."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from forestage.preview.compile import compile_deployment
from forestage.preview.engine.wire import TlsSession, WireResponse
from forestage.preview.host.callers import Callers
from forestage.preview.host.truststores import Truststores
from forestage.preview.trace import summarize, to_json
from tests.cases.script import wire_request
from tests.load.templates import load
from tests.preview.host.test_gateway import World

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model import Deployment
    from tests.load.templates import Template

EVERYBODY: Template = {
    "Effect": "Allow",
    "Principal": "*",
    "Action": "execute-api:Invoke",
    "Resource": "execute-api:/*",
}

_SEEN = {
    "api": "$context.apiId",
    "stage": "$context.stage",
    "path": "$context.path",
    "resource": "$context.resourcePath",
    "vpce": "$context.identity.vpceId",
    "vpc": "$context.identity.vpcId",
    "certificate": "$context.identity.clientCert.subjectDN",
}


def policy(*statements: Template) -> Template:
    """Make a policy."""
    return {"Version": "2012-10-17", "Statement": list(statements)}


# Properties are whatever a case needs.
def api(
    name: str = "Api", *, kind: str = "REGIONAL", stages: tuple[str, ...] = ("dev",), auth: str = "NONE", **more: Any
) -> dict[str, Template]:
    """Make an API whose every path answers what it sees of the request."""
    endpoint = {"Types": [kind], **more.pop("Endpoint", {})}
    stage_fields = more.pop("StageFields", {})
    integration = {
        "Type": "MOCK",
        "RequestTemplates": {"application/json": '{"statusCode": 200}'},
        "IntegrationResponses": [
            {"StatusCode": "200", "ResponseTemplates": {"application/json": json.dumps(_SEEN)}},
        ],
    }

    def method(at: object) -> Template:
        return resource(
            "ApiGateway::Method",
            RestApiId={"Ref": name},
            ResourceId=at,
            HttpMethod="GET",
            AuthorizationType=auth,
            Integration=integration,
            MethodResponses=[{"StatusCode": "200"}],
        )

    root = {"Fn::GetAtt": [name, "RootResourceId"]}
    return {
        name: resource("ApiGateway::RestApi", Name=name, EndpointConfiguration=endpoint, **more),
        f"{name}All": resource("ApiGateway::Resource", RestApiId={"Ref": name}, ParentId=root, PathPart="{all+}"),
        f"{name}GetAll": method({"Ref": f"{name}All"}),
        f"{name}GetRoot": method(root),
        f"{name}Deployment": {
            **resource("ApiGateway::Deployment", RestApiId={"Ref": name}),
            "DependsOn": [f"{name}GetAll", f"{name}GetRoot"],
        },
        **{
            f"{name}Stage{stage}": resource(
                "ApiGateway::Stage",
                RestApiId={"Ref": name},
                DeploymentId={"Ref": f"{name}Deployment"},
                StageName=stage,
                **stage_fields,
            )
            for stage in stages
        },
    }


def resource(kind: str, **properties: Any) -> Template:
    """Make a resource."""
    return {"Type": f"AWS::{kind}", "Properties": properties}


def domain(name: str = "shop.example.com", kind: str = "REGIONAL", **properties: Any) -> Template:
    """Make a public custom domain."""
    return resource("ApiGateway::DomainName", DomainName=name, EndpointConfiguration={"Types": [kind]}, **properties)


def private_domain(statements: tuple[Template, ...] | None = (EVERYBODY,), **properties: Any) -> Template:
    """Make a private custom domain."""
    own = {} if statements is None else {"Policy": policy(*statements)}
    values = {"DomainName": "private.example.com", "EndpointConfiguration": {"Types": ["PRIVATE"]}, **own, **properties}
    return resource("ApiGateway::DomainNameV2", **values)


def mapping(path: str | None = None, *, of: str = "Api", at: str = "shop.example.com", **more: Any) -> Template:
    """Make a base path mapping."""
    own = {} if path is None else {"BasePath": path}
    values = {"DomainName": at, "RestApiId": {"Ref": of}, "Stage": "dev", **own, **more}
    return resource("ApiGateway::BasePathMapping", **values)


def api_mapping(key: str | None = None, *, of: str = "Api", stage: str = "dev") -> Template:
    """Make an API mapping."""
    own = {} if key is None else {"ApiMappingKey": key}
    return resource("ApiGatewayV2::ApiMapping", DomainName="shop.example.com", ApiId={"Ref": of}, Stage=stage, **own)


def rule(priority: int, *conditions: Template, of: str = "Api", stage: str = "dev", strip: bool = False) -> Template:
    """Make a routing rule."""
    invoke = {"ApiId": {"Ref": of}, "Stage": stage, "StripBasePath": strip}
    return resource(
        "ApiGatewayV2::RoutingRule",
        DomainNameArn={"Fn::GetAtt": ["Domain", "DomainNameArn"]},
        Priority=priority,
        Conditions=list(conditions),
        Actions=[{"InvokeApi": invoke}],
    )


def by_header(*pairs: tuple[str, str]) -> Template:
    """Make a condition of headers."""
    return {"MatchHeaders": {"AnyOf": [{"Header": name, "ValueGlob": glob} for name, glob in pairs]}}


def by_path(*paths: str) -> Template:
    """Make a condition of base paths."""
    return {"MatchBasePaths": {"AnyOf": list(paths)}}


def vpc_endpoint(**properties: Any) -> Template:
    """Make a VPC endpoint for API Gateway."""
    service = "com.amazonaws.us-east-1.execute-api"
    return resource("EC2::VPCEndpoint", ServiceName=service, VpcId={"Ref": "Vpc"}, **properties)


VPC: Template = resource("EC2::VPC", CidrBlock="10.0.0.0/16")


@dataclass
class Ways:
    """A served template; ``ids`` has the ids of its resources by logical id."""

    world: World
    ids: Mapping[str, str]

    def call(
        self,
        path: str,
        *,
        host: str = "localhost:3000",
        tls: TlsSession | None = None,
        home: str = "Api",
        **headers: str,
    ) -> WireResponse:
        """Send a GET."""
        lines = (("Host", host), *((name.replace("_", "-"), value) for name, value in headers.items()))
        found = self.world.gateway.handle(self.ids[home], wire_request(f"GET {path}", headers=lines, tls=tls))
        assert isinstance(found, WireResponse)
        return found

    def seen(self, path: str, **how: Any) -> Mapping[str, str]:
        """Send a GET that is let in, and return what its mapping template saw, as far as that is not empty."""
        answer = self.call(path, **how)
        assert isinstance(answer.body, bytes)
        assert answer.status == 200, (answer.body, self.reason())
        return {name: value for name, value in json.loads(answer.body).items() if value}

    def refused(self, path: str, *, status: int = 403, **how: Any) -> str:
        """Send a GET that is not let in, and return why."""
        answer = self.call(path, **how)
        assert answer.status == status, answer.body
        return self.reason()

    def reason(self) -> str:
        """Return the reason in the latest trace."""
        return str(summarize(self.world.traces.latest()[0])["failure"])

    def arrival(self) -> Mapping[str, Any]:
        """Return the first step of the latest trace."""
        steps = to_json(self.world.traces.latest()[0])["steps"]
        assert isinstance(steps, list)
        step = steps[0]
        assert isinstance(step, dict)
        return step


def serve(
    *parts: Mapping[str, Template],
    callers: Callers | None = None,
    truststores: Truststores | None = None,
    **more: Template,
) -> Ways:
    """Serve a template."""
    resources: dict[str, Template] = {}
    for part in parts:
        resources |= part
    resources |= more
    return serve_deployment(load(resources).deployment, callers=callers, truststores=truststores)


def serve_deployment(
    deployment: Deployment, *, callers: Callers | None = None, truststores: Truststores | None = None
) -> Ways:
    """Serve what is loaded."""
    world = World(
        compile_deployment(deployment),
        callers=callers or Callers(),
        truststores=truststores or Truststores(),
    )
    ids = {item.logical_id: item.id for item in deployment.rest_apis}
    ids |= {item.logical_id: item.id for item in deployment.resources}
    return Ways(world, ids)
