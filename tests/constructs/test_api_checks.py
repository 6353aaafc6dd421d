from __future__ import annotations

from aws_cdk import App, Environment, Stack, Stage
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk.assertions import Template
from constructs import Construct

from forestage.constructs import Cors, MethodSettings, RestApi
from forestage.constructs.integrations.mocks import Mock
from forestage.constructs.integrations.responses import IntegrationResponse

OK = Mock.json(200, {})


def warnings_of(stack: Stack) -> list[tuple[str, str]]:
    """The place and text of each warning, without the id that acknowledges it."""
    Template.from_stack(stack)
    return [
        (construct.node.path, str(entry.data).partition(" [ack:")[0])
        for construct in stack.node.find_all()
        for entry in construct.node.metadata
        if entry.type == "aws:cdk:warning"
    ]


def test_api_that_is_complete_gets_no_advice(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.any("/a", OK)
    api.get("/b", Mock.template(responses=[IntegrationResponse(status=200, template="$stageVariables.x")]))
    api.get("/c", OK, api_key_required=True)
    stage = api.add_stage(
        "dev", variables={"x": "y"}, methods={"GET /a": MethodSettings(metrics=True), "* /b": MethodSettings()}
    )
    plan = apigateway.UsagePlan(stack, "Plan")
    plan.add_api_stage(stage=stage.resource)

    assert warnings_of(stack) == []


def test_api_without_stage_gets_advice(stack: Stack) -> None:
    RestApi(stack, "Api").get("/", OK)

    assert warnings_of(stack) == [("Stack/Api", "the API has no stage, and nobody can call it: add one by add_stage()")]


def test_apis_of_one_name_get_advice(stack: Stack) -> None:
    parents = [Construct(stack, "One"), Construct(stack, "Two"), Stack(Stage.of(stack), "Other")]
    for parent in parents:
        api = RestApi(parent, "Api")
        api.get("/", OK)
        api.add_stage("dev", access_log=None, log_level=apigateway.MethodLoggingLevel.OFF)

    (one, two) = warnings_of(stack)
    assert (one[0], two[0]) == ("Stack/One/Api", "Stack/Two/Api")
    assert one[1] == (
        "the API has the name 'Api', as Stack/Two/Api/Resource/Resource has, and CloudWatch adds up the metrics of "
        "both: give it a rest_api_name"
    )


def test_stages_of_the_l2_are_stages(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/", OK)
    apigateway.Stage(stack, "Stage", deployment=api.latest_deployment.resource)

    assert warnings_of(stack) == []


def test_more_stages_than_an_api_has_get_advice(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/", OK)
    for index in range(11):
        api.add_stage(f"s{index}", access_log=None)

    ((place, text),) = warnings_of(stack)

    assert place == "Stack/Api"
    assert text.startswith("the API has 11 stages, and 10 are allowed unless AWS allowed more")


def test_more_resources_than_an_api_has_get_advice(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/", OK)
    api.add_stage("dev")
    for index in range(301):
        apigateway.CfnResource(
            stack,
            f"R{index}",
            rest_api_id=api.rest_api_id,
            parent_id=api.resource.root.resource_id,
            path_part=f"r{index}",
        )

    ((_, text),) = warnings_of(stack)

    assert text.startswith("the API has 301 resources, and 300 are allowed unless AWS allowed more")


def test_settings_of_no_method_get_advice(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/a", OK)
    api.add_stage("dev", methods={name: MethodSettings() for name in ("POST /a", "GET /b", "ANY /b", "ANY /a")})

    assert warnings_of(stack) == [
        (
            "Stack/Api/Stages/dev",
            f"the stage has settings for {name}, and the API has no such route: correct the path, or leave them out",
        )
        for name in ("POST /a", "GET /b", "ANY /b")
    ]


def test_settings_of_methods_of_the_l2_are_of_use(stack: Stack) -> None:
    api = RestApi(stack, "Api", cors=Cors(origins=["https://shop.example"]))
    api.get("/a", OK)
    api.resource.root.add_resource("b").add_method("PUT")
    api.add_stage("dev", methods={name: MethodSettings() for name in ("OPTIONS /a", "PUT /b", "ANY /b")})

    assert warnings_of(stack) == []


def test_stage_variable_that_a_stage_lacks_gets_advice(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    reads = Mock.template(responses=[IntegrationResponse(status=200, template="$stageVariables.table")])
    api.get("/a", reads)
    api.get("/b", reads)
    api.add_stage("dev", variables={"table": "pets"})
    api.add_stage("prod")

    assert warnings_of(stack) == [
        (
            "Stack/Api/Stages/prod",
            (
                "GET /a reads the stage variable table, which this stage does not have, so that it is empty: "
                "add it to variables"
            ),
        )
    ]


def test_route_with_key_on_a_stage_without_plan_gets_advice(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    keyed = api.group("", api_key_required=True)
    for name in "abcde":
        keyed.get(f"/{name}", OK)
    planned = api.add_stage("planned")
    api.add_stage("open")
    apigateway.UsagePlan(stack, "Plan").add_api_stage(stage=planned.resource)

    assert warnings_of(stack) == [
        (
            "Stack/Api/Stages/open",
            (
                "GET /a, GET /b, GET /c and 2 more need an API key, and this stage is in no usage plan, so that every "
                "call gets 403: add the stage to a UsagePlan"
            ),
        )
    ]


def test_plan_of_another_stack_is_a_plan() -> None:
    app = App(analytics_reporting=False)
    environment = Environment(account="123456789012", region="eu-west-1")
    stack, plans = Stack(app, "Stack", env=environment), Stack(app, "Plans", env=environment)
    api = RestApi(stack, "Api")
    api.get("/", OK, api_key_required=True)
    stage = api.add_stage("dev")
    apigateway.UsagePlan(plans, "Plan").add_api_stage(stage=stage.resource)

    assert warnings_of(stack) == []


def function_by_uri(function: str = "${stageVariables.function}") -> apigateway.Integration:
    return apigateway.AwsIntegration(
        service="lambda",
        proxy=True,
        path=f"2015-03-31/functions/arn:aws:lambda:eu-west-1:123456789012:function:{function}/invocations",
    )


def test_routes_that_nothing_permits_get_advice(stack: Stack) -> None:
    api = RestApi(stack, "Api")
    api.get("/function", function_by_uri("pets"))
    api.get("/queue", apigateway.AwsIntegration(service="sqs", path="pets"))
    api.add_stage("dev")

    assert [text.partition(": ")[2] for _, text in warnings_of(stack)] == [
        "let apigateway.amazonaws.com invoke the function, or use Lambda.proxy or Lambda.custom, which do",
        "give the integration a credentials_role",
    ]


def test_route_with_a_permission_or_a_role_gets_no_advice(stack: Stack) -> None:
    pets = lambda_.Function.from_function_name(stack, "Pets", "pets")
    role = iam.Role.from_role_name(stack, "Role", "caller")
    api = RestApi(stack, "Api")
    api.get("/variable", function_by_uri(), operation_name="getPet")
    api.get("/l2", apigateway.LambdaIntegration(pets))
    api.get(
        "/queue",
        apigateway.AwsIntegration(
            service="sqs", path="pets", options=apigateway.IntegrationOptions(credentials_role=role)
        ),
    )
    api.add_stage("dev", variables={"function": "pets"})

    assert warnings_of(stack) == []
