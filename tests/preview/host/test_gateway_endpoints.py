"""Private APIs, VPC endpoints and client certificates at the gateway, from the template to the answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest
from cryptography.hazmat.primitives import hashes

from forestage.model.principals import IamPrincipal, Identity, PolicyDocument, PrincipalKind
from forestage.preview.access_log import access_line
from forestage.preview.aws_log import aws_log
from forestage.preview.engine.wire import TlsSession
from forestage.preview.host.callers import Callers
from forestage.preview.host.truststores import Truststores
from tests.preview.host.certificates import Authority
from tests.preview.host.ways import (
    EVERYBODY,
    VPC,
    Ways,
    api,
    domain,
    mapping,
    policy,
    private_domain,
    resource,
    serve,
    vpc_endpoint,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.load.templates import Template

OPEN = policy(EVERYBODY)


def only_through(*endpoints: object) -> Template:
    """Make a policy that denies all that does not come through an endpoint."""
    condition = {"StringNotEquals": {"aws:SourceVpce": list(endpoints)}}
    return policy(EVERYBODY, {**EVERYBODY, "Effect": "Deny", "Condition": condition})


def private(**more: Any) -> dict[str, Template]:
    return api(kind="PRIVATE", **{"Policy": OPEN, **more})


def alias(ways: Ways, endpoint: str) -> str:
    return f"{ways.ids['Api']}-{endpoint}.execute-api.us-east-1.amazonaws.com"


# -- ways into a private API ----------------------------------------------------------------------------------------


def test_only_vpc_endpoint_of_the_template_is_the_one_that_is_meant() -> None:
    ways = serve(private(Policy=only_through({"Ref": "Endpoint"})), Endpoint=vpc_endpoint(), Vpc=VPC)

    seen = ways.seen("/dev/x")

    assert (seen["vpce"], seen["vpc"]) == (ways.ids["Endpoint"], ways.ids["Vpc"])
    assert ways.arrival()["vpc_endpoint"] == ways.ids["Endpoint"]
    assert ways.seen("/dev/x", host=f"{ways.ids['Api']}.execute-api.us-east-1.amazonaws.com")["vpce"] == seen["vpce"]


def test_only_endpoint_that_the_api_lists_is_the_one_that_is_meant() -> None:
    ways = serve(
        private(Policy=only_through("vpce-0a1b"), Endpoint={"VpcEndpointIds": ["vpce-0a1b"]}),
        One=vpc_endpoint(),
        Two=vpc_endpoint(),
        Vpc=VPC,
    )

    assert ways.seen("/dev/x") == {
        "api": ways.ids["Api"],
        "stage": "dev",
        "path": "/dev/x",
        "resource": "/{all+}",
        "vpce": "vpce-0a1b",
    }


def test_api_without_a_known_endpoint_is_open_to_what_does_not_depend_on_it() -> None:
    ways = serve(private())

    assert "vpce" not in ways.seen("/dev/x")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ({"Effect": "Deny", "Condition": {"StringEquals": {"aws:sourceVpce": "vpce-bad"}}}, "aws:SourceVpce"),
        ({"Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-bad"}}}, "aws:SourceVpc"),
        ({"Condition": {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-good"}}}, "aws:SourceVpce"),
    ],
)
def test_policy_that_asks_for_an_endpoint_admits_nobody_where_it_is_not_known(statement: Template, told: str) -> None:
    ways = serve(
        private(Policy=policy(EVERYBODY, {**EVERYBODY, **statement})), One=vpc_endpoint(), Two=vpc_endpoint(), Vpc=VPC
    )

    assert f"the resource policy asks for {told}, which is not known of the caller" in ways.refused("/dev/x")


def test_vpc_of_an_endpoint_elsewhere_is_not_known() -> None:
    statement = {**EVERYBODY, "Condition": {"StringNotEquals": {"aws:SourceVpc": "vpc-bad"}}}
    ways = serve(private(Policy=policy(statement), Endpoint={"VpcEndpointIds": ["vpce-0a1b"]}))

    assert "asks for aws:SourceVpc, which is not known" in ways.refused("/dev/x")


def test_explicit_deny_is_told_as_one_where_the_endpoint_is_not_known() -> None:
    ways = serve(private(Policy=only_through("vpce-0a1b")))

    assert "explicit deny by Statement[1]" in ways.refused("/dev/x")
    assert b"with an explicit deny in a resource-based policy" in bytes_of(ways.call("/dev/x"))


def bytes_of(answer: Any) -> bytes:
    assert isinstance(answer.body, bytes)
    return answer.body


def test_host_of_an_endpoint_with_the_header_names_both() -> None:
    ways = serve(private(Policy=only_through("vpce-0a1b")))
    host = "vpce-0a1b-x9.execute-api.us-east-1.vpce.amazonaws.com"

    assert ways.seen("/dev/x", host=host, x_apigw_api_id=ways.ids["Api"])["vpce"] == "vpce-0a1b"
    assert ways.refused("/dev/x", host=host) == "no such API is served here"
    assert ways.refused("/dev/x", host=host.replace("0a1b", "0a1c"), x_apigw_api_id=ways.ids["Api"]).startswith(
        "the resource policy: explicit deny"
    )


def test_alias_is_there_for_associated_endpoints_alone() -> None:
    ways = serve(private(Endpoint={"VpcEndpointIds": ["vpce-0a1b", "vpce-0a1c"]}))

    assert ways.seen("/dev/x", host=alias(ways, "vpce-0a1c"))["vpce"] == "vpce-0a1c"
    assert ways.refused("/dev/x", host=alias(ways, "vpce-0a1d")) == (
        "Api is not associated with the VPC endpoint vpce-0a1d, so that no such host exists; "
        "VpcEndpointIds: vpce-0a1b, vpce-0a1c"
    )


def test_alias_of_an_api_without_associations_does_not_exist() -> None:
    assert "VpcEndpointIds: none" in (ways := serve(private())).refused("/dev/x", host=alias(ways, "vpce-0a1b"))


def test_private_api_without_policy_is_closed() -> None:
    ways = serve(api(kind="PRIVATE"), Endpoint=vpc_endpoint(), Vpc=VPC)

    assert ways.refused("/dev/x") == "a private API without a resource policy refuses every call"


def test_address_of_a_caller_is_one_of_the_vpc() -> None:
    by_address = {**EVERYBODY, "Condition": {"IpAddress": {"aws:VpcSourceIp": "127.0.0.0/8"}}}
    ways = serve(private(Policy=policy(by_address)))

    assert ways.seen("/dev/x")["stage"] == "dev"


def test_headers_of_a_private_api_are_bounded() -> None:
    ways = serve(private())

    assert ways.call("/dev/x", x_long="x" * (8_000 - len("localhost:3000"))).status == 200
    assert ways.refused("/dev/x", status=431, x_long="x" * 8_000) == (
        "the headers are longer than the 8000 bytes of this kind of endpoint"
    )


@pytest.mark.parametrize("by", ["host", "identity"])
def test_public_api_is_not_reached_through_an_endpoint(by: str) -> None:
    through = Callers(identities=[Identity(name="inside", vpc_endpoint_id="vpce-0a1b")])
    ways = serve(api(), Domain=domain(), Root=mapping(), callers=through)
    how: dict[str, Any] = (
        {"host": "vpce-0a1b-x.execute-api.localhost", "x_apigw_api_id": ways.ids["Api"]}
        if by == "host"
        else {"x_forestage_as": "inside"}
    )

    assert ways.refused("/dev/x", **how) == (
        "Api is public, and the caller comes through the VPC endpoint vpce-0a1b, which leads to private APIs alone"
    )
    assert ways.refused("/x", host="shop.example.com", x_forestage_as="inside").startswith(
        "shop.example.com is a public domain"
    )


def test_identity_brings_its_own_endpoint() -> None:
    identity = Identity(name="inside", vpc_endpoint_id="vpce-0a1b", vpc_id="vpc-1")
    ways = serve(
        private(Policy=only_through("vpce-0a1b")),
        Endpoint=vpc_endpoint(),
        Vpc=VPC,
        callers=Callers(identities=[identity], taken_on="inside"),
    )

    assert (ways.seen("/dev/x")["vpce"], ways.seen("/dev/x")["vpc"]) == ("vpce-0a1b", "vpc-1")


# -- policies of VPC endpoints --------------------------------------------------------------------------------------

ARN = {"Fn::Sub": "arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/dev/GET/open"}


def test_policy_of_the_endpoint_has_to_allow_as_well() -> None:
    endpoint = vpc_endpoint(PolicyDocument=policy({**EVERYBODY, "Resource": ARN}))
    ways = serve(private(), Endpoint=endpoint, Vpc=VPC)

    assert ways.seen("/dev/open")["stage"] == "dev"
    assert "the policy of VPC endpoint Endpoint: implicit deny" in ways.refused("/dev/closed")
    assert bytes_of(ways.call("/dev/closed")).decode() == (
        '{"Message":"User: anonymous is not authorized to perform: execute-api:Invoke on resource: '
        f"arn:aws:execute-api:us-east-1:********9012:{ways.ids['Api']}/dev/GET/closed "
        'because no VPC endpoint policy allows the execute-api:Invoke action"}'
    )


def test_policy_of_the_endpoint_may_be_text() -> None:
    document = (
        '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}}'
    )
    ways = serve(private(), Endpoint=vpc_endpoint(PolicyDocument=document), Vpc=VPC)

    assert "explicit deny" in ways.refused("/dev/x")
    assert b"with an explicit deny in a VPC endpoint policy" in bytes_of(ways.call("/dev/x"))


def test_policy_of_the_endpoint_that_cannot_be_read_admits_nobody() -> None:
    ways = serve(private(), Endpoint=vpc_endpoint(PolicyDocument={"Statement": [{"Effect": "Maybe"}]}), Vpc=VPC)

    assert "the policy of VPC endpoint Endpoint cannot be read" in ways.refused("/dev/x", status=500)


def test_endpoint_of_another_service_is_none() -> None:
    other = resource("EC2::VPCEndpoint", ServiceName="com.amazonaws.us-east-1.s3", VpcId={"Ref": "Vpc"})
    ways = serve(private(), Other=other, Vpc=VPC)

    assert "vpce" not in ways.seen("/dev/x")


def test_unknown_path_tells_nothing_to_whom_the_endpoint_denies() -> None:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
    ways = serve(private(), Endpoint=vpc_endpoint(PolicyDocument=policy(statement)), Vpc=VPC)

    # There is no POST.
    assert "explicit deny" in ways.refused("/dev/x", x_http_method_override="POST")


SIGNER = IamPrincipal(
    name="ada",
    arn="arn:aws:iam::123456789012:user/ada",
    account_id="123456789012",
    user_id="AIDAADA",
    kind=PrincipalKind.USER,
    policies=(
        PolicyDocument(
            name="own", document={"Statement": {"Effect": "Allow", "Action": "execute-api:*", "Resource": "*"}}
        ),
    ),
)


@pytest.mark.parametrize("auth", ["NONE", "AWS_IAM"])
def test_policy_of_the_endpoint_may_name_who_signed(auth: str) -> None:
    statement = {**EVERYBODY, "Principal": {"AWS": SIGNER.arn}, "Resource": "*"}
    ways = serve(
        private(auth=auth),
        Endpoint=vpc_endpoint(PolicyDocument=policy(statement)),
        Vpc=VPC,
        callers=Callers(identities=[Identity(name="ada", principal=SIGNER)]),
    )

    assert ways.seen("/dev/x", x_forestage_as="ada")["stage"] == "dev"
    assert ways.call("/dev/x").status == 403


def test_signature_that_does_not_hold_is_refused_and_other_authorization_is_anonymous() -> None:
    ways = serve(private(), Endpoint=vpc_endpoint(PolicyDocument=OPEN_TO_ALL), Vpc=VPC)
    signature = (
        "AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/20261128/us-east-1/execute-api/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature=" + "0" * 64
    )

    assert ways.seen("/dev/x", Authorization="Bearer x")["stage"] == "dev"
    assert ways.call("/dev/x", Authorization=signature, X_Amz_Date="20261128T000000Z").status == 403
    assert "the policy" not in ways.reason()


OPEN_TO_ALL = policy({**EVERYBODY, "Resource": "*"})


# -- private domains ------------------------------------------------------------------------------------------------

PRIVATE_HOST = "private.example.com"
MAPPED = resource(
    "ApiGateway::BasePathMappingV2", DomainNameArn={"Ref": "Domain"}, RestApiId={"Ref": "Api"}, Stage="dev"
)


def associated(endpoint: object = "vpce-0a1b") -> Template:
    return resource(
        "ApiGateway::DomainNameAccessAssociation",
        DomainNameArn={"Ref": "Domain"},
        AccessAssociationSource=endpoint,
        AccessAssociationSourceType="VPCE",
    )


def test_private_domain_is_reached_through_its_only_association() -> None:
    ways = serve(
        private(Policy=only_through({"Ref": "Endpoint"})),
        Domain=private_domain(),
        Mapped=MAPPED,
        Association=associated({"Ref": "Endpoint"}),
        Endpoint=vpc_endpoint(),
        Vpc=VPC,
    )

    seen = ways.seen("/x", host=PRIVATE_HOST)

    assert (seen["path"], seen["vpce"], seen["vpc"]) == ("/x", ways.ids["Endpoint"], ways.ids["Vpc"])


@pytest.mark.parametrize(
    ("parts", "told"),
    [
        ({"Domain": private_domain(None), "Association": associated()}, "has no policy, so that it refuses every call"),
        ({"Domain": private_domain()}, "it is not known through which VPC endpoint the caller comes"),
        (
            {"Domain": private_domain(), "One": associated(), "Two": associated("vpce-0a1c")},
            "it is not known through which VPC endpoint",
        ),
    ],
    ids=["no-policy", "no-association", "two-associations"],
)
def test_private_domain_is_closed(parts: dict[str, Any], told: str) -> None:
    ways = serve(private(), Mapped=MAPPED, **parts)

    assert told in ways.refused("/x", host=PRIVATE_HOST)


def test_private_domain_is_for_associated_endpoints() -> None:
    callers = Callers(identities=[Identity(name=name, vpc_endpoint_id=f"vpce-{name}") for name in ("a", "b")])
    other: dict[str, Any] = {
        "OtherDomain": private_domain(DomainName="other.example.com"),
        "OtherMapped": resource(
            "ApiGateway::BasePathMappingV2", DomainNameArn={"Ref": "OtherDomain"}, RestApiId={"Ref": "Api"}
        ),
        "OtherAssociation": {
            **associated("vpce-b"),
            "Properties": {**associated("vpce-b")["Properties"], "DomainNameArn": {"Ref": "OtherDomain"}},
        },
    }
    ways = serve(
        private(), Domain=private_domain(), Mapped=MAPPED, Association=associated("vpce-a"), callers=callers, **other
    )

    assert ways.seen("/x", host=PRIVATE_HOST, x_forestage_as="a")["vpce"] == "vpce-a"
    assert ways.refused("/x", host=PRIVATE_HOST, x_forestage_as="b") == (
        "the VPC endpoint vpce-b has no access association with the private domain private.example.com; "
        "those that have one: vpce-a"
    )


DOMAIN_ARN = {"Ref": "Domain"}


@pytest.mark.parametrize(
    ("own", "of_api", "told"),
    [
        ((EVERYBODY,), OPEN, None),
        ((EVERYBODY,), policy({**EVERYBODY, "Effect": "Deny"}), "the resource policy: explicit deny"),
        (({**EVERYBODY, "Effect": "Deny"},), OPEN, "the policy of private.example.com: explicit deny"),
        (
            ({**EVERYBODY, "Resource": "execute-api:/dev/GET/other"},),
            OPEN,
            "the policy of private.example.com: implicit",
        ),
        (({**EVERYBODY, "Resource": "execute-api:/dev/GET/x"},), OPEN, None),
        (
            (
                EVERYBODY,
                {**EVERYBODY, "Effect": "Deny", "Condition": {"StringNotEquals": {"aws:SourceVpce": "vpce-9"}}},
            ),
            OPEN,
            "the policy of private.example.com: explicit deny",
        ),
        (
            (EVERYBODY, {**EVERYBODY, "Effect": "Deny", "Condition": {"StringEquals": {"aws:SourceVpc": "vpc-9"}}}),
            OPEN,
            "the policy of private.example.com asks for aws:SourceVpc",
        ),
    ],
)
def test_policies_of_domain_and_api_both_have_to_allow(
    own: tuple[Template, ...], of_api: Template, told: str | None
) -> None:
    ways = serve(private(Policy=of_api), Domain=private_domain(own), Mapped=MAPPED, Association=associated())

    if told is None:
        assert ways.seen("/x", host=PRIVATE_HOST)["vpce"] == "vpce-0a1b"
    else:
        assert told in ways.refused("/x", host=PRIVATE_HOST)


@pytest.mark.parametrize("effect", ["Allow", "Deny"])
def test_policy_of_a_domain_may_name_the_domain_itself(effect: str) -> None:
    ways = serve(private(), Domain=private_domain(), Mapped=MAPPED, Association=associated())
    arn = next(iter(ways.world.runtime.domains or ())).arn
    statements = ({**EVERYBODY, "Effect": effect, "Resource": arn}, *((EVERYBODY,) if effect == "Deny" else ()))
    ways = serve(private(), Domain=private_domain(statements), Mapped=MAPPED, Association=associated())

    assert ways.call("/x", host=PRIVATE_HOST).status == (200 if effect == "Allow" else 403)


@pytest.mark.parametrize("is_private", [True, False])
def test_domain_leads_to_apis_of_its_own_kind(*, is_private: bool) -> None:
    ways = (
        serve(api(), Domain=private_domain(), Mapped=MAPPED, Association=associated())
        if is_private
        else serve(private(), Domain=domain(PRIVATE_HOST), Mapped=mapping(at=PRIVATE_HOST))
    )
    kinds = ("private", "public") if is_private else ("public", "private")

    assert ways.refused("/x", host=PRIVATE_HOST) == (
        f"the {kinds[0]} domain private.example.com leads to the {kinds[1]} API Api"
    )


def test_of_two_domains_of_one_name_the_callers_way_decides() -> None:
    callers = Callers(identities=[Identity(name="inside", vpc_endpoint_id="vpce-0a1b")])
    ways = serve(
        {**private(), **api("Public")},
        Domain=private_domain(),
        Mapped=MAPPED,
        Association=associated(),
        Outside=domain(PRIVATE_HOST),
        OutsideMapped=mapping(of="Public", at=PRIVATE_HOST),
        callers=callers,
    )

    assert ways.seen("/x", host=PRIVATE_HOST)["api"] == ways.ids["Public"]
    assert ways.seen("/x", host=PRIVATE_HOST, x_forestage_as="inside")["api"] == ways.ids["Api"]


# -- client certificates --------------------------------------------------------------------------------------------

HOST = "shop.example.com"
MUTUAL: Template = {"MutualTlsAuthentication": {"TruststoreUri": "s3://trust/store.pem"}}


def session(pem: str | None, name: str | None = HOST) -> TlsSession:
    return TlsSession(version="TLSv1.3", cipher="any", server_name=name, client_certificate=pem)


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


def mutual(authority: Authority, folder: Path, *, callers: Callers | None = None, base_path: str | None = None) -> Ways:
    file = folder / "trust.pem"
    file.write_text(authority.pem)
    return serve(
        api(),
        Domain=domain(**MUTUAL),
        Root=mapping(base_path),
        Other=domain("other.example.com"),
        callers=callers,
        truststores=Truststores({HOST: file}),
    )


def test_client_with_a_trusted_certificate_is_let_in(authority: Authority, tmp_path: Path) -> None:
    ways = mutual(authority, tmp_path)

    assert ways.seen("/x", host=HOST, tls=session(authority.client("ada")))["certificate"] == "CN=ada"


@pytest.mark.parametrize(
    ("tls", "told"),
    [
        (None, "and the request came without TLS"),
        (session(None), "and the client presented none; the truststore is s3://trust/store.pem"),
        (session(None, None), "and the client named no host in its TLS handshake"),
        (session("other", "other.example.com"), "and the client's was presented to other.example.com"),
    ],
    ids=["plain", "none", "nameless", "other-domain"],
)
def test_client_without_a_certificate_is_refused(
    authority: Authority, tmp_path: Path, tls: TlsSession | None, told: str
) -> None:
    ways = mutual(authority, tmp_path)

    reason = ways.refused("/x", host=HOST, tls=tls)

    assert reason.startswith("shop.example.com demands a client certificate, ")
    assert told in reason


def test_certificate_that_openssl_refuses_is_refused_though_the_truststore_does_not_say_so(
    authority: Authority, tmp_path: Path
) -> None:
    ways = mutual(authority, tmp_path)
    tls = msgspec.structs.replace(session(authority.client("ada")), certificate_fault="it is for servers")

    assert ways.refused("/x", host=HOST, tls=tls).endswith(", and it was refused: it is for servers")


@pytest.mark.parametrize(
    ("make", "logged"),
    [
        (lambda _: None, "the client presented none; the truststore is s3://trust/store.pem"),
        (lambda _: Authority("Other").client("eve"), "Could not find issuer for certificate"),
        (lambda _: Authority("eve").pem, "self signed certificate"),
        (
            lambda authority: authority.client("ada", algorithm=hashes.SHA224()),
            "Client cert using an insecure Signature Algorithm",
        ),
        (
            lambda authority: authority.client("ada", days=-1),
            "it was refused: certificate CN=ada is not valid at this time",
        ),
    ],
    ids=["none", "unvouched", "self-signed", "weak-hash", "expired"],
)
def test_refusal_is_in_the_logs_of_the_stage_and_customised_by_nobody(
    authority: Authority, tmp_path: Path, make: Callable[[Authority], str | None], logged: str
) -> None:
    file = tmp_path / "trust.pem"
    file.write_text(authority.pem)
    log = {"DestinationArn": "arn:aws:logs:x", "Format": "$context.requestId $context.status $context.error.message"}
    own = resource(
        "ApiGateway::GatewayResponse",
        RestApiId={"Ref": "Api"},
        ResponseType="DEFAULT_4XX",
        StatusCode="418",
    )
    ways = serve(
        api(StageFields={"AccessLogSetting": log}),
        Domain=domain(**MUTUAL),
        Root=mapping(),
        Own=own,
        truststores=Truststores({HOST: file}),
    )

    answer = ways.call("/x", host=HOST, tls=session(make(authority)))

    trace = ways.world.traces.latest()[0]
    format_ = ways.world.runtime.apis[ways.ids["Api"]].stages["dev"].access_log
    assert format_ is not None
    assert (answer.status, answer.body) == (403, b'{"message":"Forbidden"}')
    assert aws_log(trace)[2].endswith(f" : Access denied. Reason: {logged}")
    assert access_line(format_, trace) == f"{trace.request_id} 403 Forbidden"


@pytest.mark.parametrize("path", ["/ping", "/other", "/x"])
def test_client_without_a_certificate_is_refused_wherever_it_would_be_led(
    authority: Authority, tmp_path: Path, path: str
) -> None:
    ways = mutual(authority, tmp_path, base_path="x")

    assert ways.refused(path, host=HOST, tls=session(None)).startswith("shop.example.com demands a client certificate")
    assert ways.call("/ping", host=HOST, tls=session(authority.client("ada"))).status == 200


def test_certificate_of_another_authority_is_refused(authority: Authority, tmp_path: Path) -> None:
    ways = mutual(authority, tmp_path)

    assert "and it was refused: could not find issuer for certificate CN=eve" in ways.refused(
        "/x", host=HOST, tls=session(Authority("Other").client("eve"))
    )


def test_domain_whose_truststore_is_not_at_hand_admits_nobody(authority: Authority) -> None:
    ways = serve(api(), Domain=domain(**MUTUAL), Root=mapping())

    assert "its truststore s3://trust/store.pem is not on this machine: give it with --truststore" in ways.refused(
        "/x", host=HOST, tls=session(authority.client("ada"))
    )


def test_certificate_of_an_identity_satisfies_the_domain(authority: Authority, tmp_path: Path) -> None:
    from forestage.load.certificates import presented_certificate

    identity = Identity(name="partner", client_certificate=presented_certificate(authority.client("partner")))
    ways = mutual(authority, tmp_path, callers=Callers(identities=[identity], taken_on="partner"))

    assert ways.seen("/x", host=HOST)["certificate"] == "CN=partner"
