"""The pet shop of the sample, on plain ``aws_cdk``: what ``app.py`` looks like without ``forestage.constructs``."""

from pathlib import Path

from aws_cdk import App, CfnOutput, CfnParameter, Duration, Stack
from aws_cdk import aws_apigateway as apigateway
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

SAMPLE = Path(__file__).parents[2] / "sample"
ORIGIN = "https://shop.example"
JSON = "application/json"
STRING = apigateway.JsonSchema(type=apigateway.JsonSchemaType.STRING)
INTEGER = apigateway.JsonSchema(type=apigateway.JsonSchemaType.INTEGER)


class PetShop(Stack):
    """Pets, quotes for their care, greetings and a story."""

    def __init__(self, scope: Construct, construct_id: str) -> None:
        super().__init__(scope, construct_id)
        self.backend = CfnParameter(
            self,
            "Backend",
            default="checkip.amazonaws.com",
            description="Host and port of the HTTP server behind /backend",
        )
        self.pets = self.python_function("Pets", "pets", {"CURRENCY": "EUR"})
        self.quotes = self.python_function("Quotes", "quotes")
        self.greeting = self.node_function("Greeting", "greeting")
        self.story = self.node_function("Story", "story")
        self.api = apigateway.RestApi(
            self,
            "PetShop",
            description="The sample of forestage",
            deploy=False,
            endpoint_types=[apigateway.EndpointType.REGIONAL],
        )
        self.token = apigateway.TokenAuthorizer(
            self,
            "Token",
            handler=self.python_function("Doorkeeper", "doorkeeper"),
            results_cache_ttl=Duration.minutes(5),
        )
        self.validator = apigateway.RequestValidator(
            self, "Body", rest_api=self.api, validate_request_body=True, validate_request_parameters=True
        )
        self.add_models()
        self.add_status()
        self.add_pets()
        self.add_quotes()
        self.add_talk()
        self.add_backend()
        for kind in (apigateway.ResponseType.DEFAULT_4_XX, apigateway.ResponseType.DEFAULT_5_XX):
            self.api.add_gateway_response(
                kind.response_type,
                type=kind,
                response_headers={"Access-Control-Allow-Origin": f"'{ORIGIN}'"},
            )
        self.add_stages()

    def python_function(self, name: str, folder: str, environment: dict[str, str] | None = None) -> lambda_.Function:
        """Make a Python function of a folder of the sample."""
        return lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.PYTHON_3_14,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(SAMPLE / folder)),
            timeout=Duration.seconds(5),
            environment=environment,
        )

    def node_function(self, name: str, folder: str) -> lambda_.Function:
        """Make a Node function of a folder of the sample."""
        return lambda_.Function(
            self,
            name,
            runtime=lambda_.Runtime.NODEJS_24_X,
            handler="index.handler",
            code=lambda_.Code.from_asset(str(SAMPLE / folder)),
            timeout=Duration.seconds(5),
        )

    def model(self, name: str, properties: dict[str, apigateway.JsonSchema], required: list[str]) -> apigateway.Model:
        """Make a model of an object."""
        return self.api.add_model(
            name,
            model_name=name,
            content_type=JSON,
            schema=apigateway.JsonSchema(
                schema=apigateway.JsonSchemaVersion.DRAFT4,
                type=apigateway.JsonSchemaType.OBJECT,
                properties=properties,
                required=required,
            ),
        )

    def add_models(self) -> None:
        """Describe the bodies."""
        new_pet = {
            "name": apigateway.JsonSchema(type=apigateway.JsonSchemaType.STRING, min_length=1, max_length=40),
            "kind": apigateway.JsonSchema(type=apigateway.JsonSchemaType.STRING, enum=["cat", "dog"]),
            "price": apigateway.JsonSchema(type=apigateway.JsonSchemaType.INTEGER, minimum=0),
        }
        self.new_pet = self.model("NewPet", new_pet, ["name", "kind", "price"])
        self.pet = self.model("Pet", {**new_pet, "id": STRING}, ["name", "kind", "price", "id"])
        reference = f"https://apigateway.amazonaws.com/restapis/{self.api.rest_api_id}/models/{self.pet.model_id}"
        self.pet_list = self.model(
            "Pets",
            {
                "pets": apigateway.JsonSchema(
                    type=apigateway.JsonSchemaType.ARRAY, items=apigateway.JsonSchema(ref=reference)
                ),
                "currency": STRING,
            },
            ["pets", "currency"],
        )
        self.care = self.model(
            "Care",
            {
                "kind": STRING,
                "service": apigateway.JsonSchema(type=apigateway.JsonSchemaType.STRING, enum=["washing", "walking"]),
                "hours": apigateway.JsonSchema(type=apigateway.JsonSchemaType.INTEGER, minimum=1, maximum=8),
            },
            ["kind", "service", "hours"],
        )
        self.quote = self.model("Quote", {"service": STRING, "total": INTEGER}, ["service", "total"])
        self.address = self.model("Address", {"address": STRING}, ["address"])
        self.problem = self.model("Problem", {"title": STRING}, ["title"])

    def response(self, status: int, model: apigateway.IModel) -> apigateway.MethodResponse:
        """Declare a response that pages of the shop may read."""
        return apigateway.MethodResponse(
            status_code=str(status),
            response_models={JSON: model},
            response_parameters={"method.response.header.Access-Control-Allow-Origin": True},
        )

    def allow_pages(self, resource: apigateway.Resource, *verbs: str) -> None:
        """Answer the preflights of browsers."""
        resource.add_cors_preflight(allow_origins=[ORIGIN], allow_methods=list(verbs))

    def add_status(self) -> None:
        """``GET /status``: a mock."""
        status = self.api.root.add_resource("status")
        status.add_method(
            "GET",
            apigateway.MockIntegration(
                request_templates={JSON: '{"statusCode": 200}'},
                integration_responses=[
                    apigateway.IntegrationResponse(
                        status_code="200",
                        response_templates={JSON: '{"status": "ok"}'},
                        response_parameters={"method.response.header.Access-Control-Allow-Origin": f"'{ORIGIN}'"},
                    )
                ],
            ),
            method_responses=[self.response(200, apigateway.Model.EMPTY_MODEL)],
        )
        self.allow_pages(status, "GET")

    def add_pets(self) -> None:
        """``/pets`` and ``/pets/{id}``: a Python function."""
        integration = apigateway.LambdaIntegration(self.pets)
        pets = self.api.root.add_resource("pets")
        pets.add_method(
            "GET",
            integration,
            authorizer=self.token,
            request_parameters={
                "method.request.querystring.kind": False,
                "method.request.querystring.limit": False,
            },
            method_responses=[self.response(200, self.pet_list)],
        )
        pets.add_method(
            "POST",
            integration,
            authorizer=self.token,
            request_models={JSON: self.new_pet},
            request_validator=self.validator,
            method_responses=[self.response(201, self.pet)],
        )
        self.allow_pages(pets, "GET", "POST")
        pet = pets.add_resource("{id}")
        pet.add_method(
            "GET",
            integration,
            authorizer=self.token,
            method_responses=[self.response(200, self.pet), self.response(404, self.problem)],
        )
        pet.add_method(
            "DELETE",
            integration,
            authorizer=self.token,
            method_responses=[
                apigateway.MethodResponse(status_code="204"),
                self.response(404, self.problem),
            ],
        )
        self.allow_pages(pet, "GET", "DELETE")

    def add_quotes(self) -> None:
        """``POST /quotes``: a function that knows nothing of HTTP, for partners with a key."""
        origin = {"method.response.header.Access-Control-Allow-Origin": f"'{ORIGIN}'"}
        quotes = self.api.root.add_resource("quotes")
        self.post_quote = quotes.add_method(
            "POST",
            apigateway.LambdaIntegration(
                self.quotes,
                proxy=False,
                passthrough_behavior=apigateway.PassthroughBehavior.NEVER,
                request_templates={JSON: "$input.json('$')"},
                integration_responses=[
                    apigateway.IntegrationResponse(
                        status_code="200",
                        response_templates={JSON: "$input.json('$')"},
                        response_parameters=origin,
                    ),
                    apigateway.IntegrationResponse(
                        status_code="404",
                        selection_pattern="NotFound: .*",
                        response_templates={
                            JSON: '{"title": "$util.escapeJavaScript($input.path(\'$.errorMessage\').substring(10))'
                            '.replaceAll("\\\\\'", "\'")"}'
                        },
                        response_parameters=origin,
                    ),
                ],
            ),
            authorizer=self.token,
            api_key_required=True,
            request_models={JSON: self.care},
            request_validator=self.validator,
            method_responses=[self.response(200, self.quote), self.response(404, self.problem)],
        )
        self.allow_pages(quotes, "POST")

    def add_talk(self) -> None:
        """``/greeting/{proxy+}`` and ``/story``: Node functions, one of which streams."""
        greeting = self.api.root.add_resource("greeting").add_proxy(any_method=False)
        greeting.add_method("ANY", apigateway.LambdaIntegration(self.greeting), authorizer=self.token)
        self.allow_pages(greeting, "GET", "POST")
        story = self.api.root.add_resource("story")
        story.add_method(
            "GET",
            apigateway.LambdaIntegration(self.story, response_transfer_mode=apigateway.ResponseTransferMode.STREAM),
            authorizer=self.token,
        )
        self.allow_pages(story, "GET")

    def add_backend(self) -> None:
        """``/backend`` and all below it: the HTTP server that a stage variable names."""
        address = self.api.root.add_resource("address")
        address.add_method(
            "GET",
            apigateway.HttpIntegration(
                "http://${stageVariables.backend}/",
                proxy=False,
                options=apigateway.IntegrationOptions(
                    integration_responses=[
                        apigateway.IntegrationResponse(
                            status_code="200",
                            response_templates={
                                JSON: '{"address": "$util.escapeJavaScript($input.body.trim())'
                                '.replaceAll("\\\\\'", "\'")"}'
                            },
                            response_parameters={"method.response.header.Access-Control-Allow-Origin": f"'{ORIGIN}'"},
                        )
                    ]
                ),
            ),
            authorizer=self.token,
            method_responses=[self.response(200, self.address)],
        )
        self.allow_pages(address, "GET")
        backend = self.api.root.add_resource("backend")
        backend.add_method(
            "GET", apigateway.HttpIntegration("http://${stageVariables.backend}/"), authorizer=self.token
        )
        self.allow_pages(backend, "GET")
        below = backend.add_resource("{proxy+}")
        below.add_method(
            "ANY",
            apigateway.HttpIntegration(
                "http://${stageVariables.backend}/{proxy}",
                http_method="ANY",
                options=apigateway.IntegrationOptions(
                    request_parameters={"integration.request.path.proxy": "method.request.path.proxy"},
                ),
            ),
            authorizer=self.token,
            request_parameters={"method.request.path.proxy": True},
        )
        self.allow_pages(below, "GET")

    def add_stages(self) -> None:
        """Two stages, and a plan for partners in both."""
        deployment = apigateway.Deployment(self, "Deployment", api=self.api)
        plan = self.api.add_usage_plan(
            "Partners",
            throttle=apigateway.ThrottleSettings(rate_limit=10, burst_limit=20),
            quota=apigateway.QuotaSettings(limit=1_000, period=apigateway.Period.DAY),
        )
        plan.add_api_key(apigateway.ApiKey(self, "Partner"))
        for name, language, greeting in (("dev", "en", "Hello"), ("prod", "fr", "Bonjour")):
            stage = apigateway.Stage(
                self,
                f"Stage{name.capitalize()}",
                deployment=deployment,
                stage_name=name,
                variables={"language": language, "greeting": greeting, "backend": self.backend.value_as_string},
            )
            plan.add_api_stage(stage=stage)
            CfnOutput(self, f"Url{name.capitalize()}", value=stage.url_for_path("/"))


app = App()
PetShop(app, "ForestageSample")
app.synth()
