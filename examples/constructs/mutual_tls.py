"""A name for partners alone, who show a certificate of an authority that the truststore has."""

from aws_cdk import App, Stack
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_s3 as s3

from forestage.constructs import CustomDomain, Endpoint, MutualTls, RestApi
from forestage.constructs.integrations import IntegrationResponse, Mock

app = App()
stack = Stack(app, "Partners")
truststores = s3.Bucket.from_bucket_name(stack, "Truststores", "truststores-of-the-shop")

# Without its default endpoint the API cannot be called past the domain.
api = RestApi(stack, "Api", endpoint=Endpoint.regional(default_endpoint=False))
caller = IntegrationResponse(status=200, template='{"caller": "$context.identity.clientCert.subjectDN"}')
api.get("/caller", Mock.template(responses=[caller]))

domain = CustomDomain(
    stack,
    "Domain",
    domain_name="partners.example.com",
    certificate=acm.Certificate(stack, "Certificate", domain_name="partners.example.com"),
    mtls=MutualTls(bucket=truststores, key="partners.pem"),
)
domain.add_mapping("", api.add_stage("prod"))

app.synth()
