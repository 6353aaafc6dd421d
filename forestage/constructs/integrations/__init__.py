"""What routes are answered by: functions, HTTP servers, AWS services, and answers of the gateway's own."""

from forestage.constructs.integrations.attributes import Attribute
from forestage.constructs.integrations.dynamodb import ConditionOptions, DynamoDb
from forestage.constructs.integrations.event_bridge import EventBridge
from forestage.constructs.integrations.functions import Lambda
from forestage.constructs.integrations.http_backends import Http
from forestage.constructs.integrations.kinesis import Kinesis
from forestage.constructs.integrations.mocks import Mock
from forestage.constructs.integrations.options import IntegrationOptions
from forestage.constructs.integrations.private import Private
from forestage.constructs.integrations.responses import IntegrationResponse
from forestage.constructs.integrations.s3 import S3
from forestage.constructs.integrations.services import ServiceIntegration, ServiceOptions
from forestage.constructs.integrations.sns import Sns
from forestage.constructs.integrations.sqs import Sqs
from forestage.constructs.integrations.step_functions import StepFunctions
from forestage.constructs.integrations.values import Value

__all__ = [
    "S3",
    "Attribute",
    "ConditionOptions",
    "DynamoDb",
    "EventBridge",
    "Http",
    "IntegrationOptions",
    "IntegrationResponse",
    "Kinesis",
    "Lambda",
    "Mock",
    "Private",
    "ServiceIntegration",
    "ServiceOptions",
    "Sns",
    "Sqs",
    "StepFunctions",
    "Value",
]
