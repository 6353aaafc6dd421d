"""What the preview makes of each feature: the one line to change when a feature is built.

Rows of the tables share these. An issue that builds a feature sets it to HONOURED, or narrows it.
"""

from __future__ import annotations

import re

from forestage.model.fidelity.rows import HONOURED, not_simulated, partial
from forestage.model.values import Unknown

_OTHER_SERVICE = re.compile(r"arn:[^:]*:apigateway:[^:]*:(?!lambda:path/2015-03-31/)")


def is_unsupported_address(value: object) -> bool:
    """Tell whether an integration's URI is known only after deployment, or leads elsewhere than to Lambda."""
    return isinstance(value, Unknown) or (
        isinstance(value, str)
        and re.match(r"arn:[^:]*:apigateway:[^:]*:(?!lambda:path/2015-03-31/)", value) is not None
    )


def is_given(value: object) -> bool:
    """Tell whether a list, object or text has anything in it."""
    return bool(value) or value is False


# Requests
TEMPLATES = HONOURED
VALIDATION = HONOURED
COMPRESSION = not_simulated("responses are not compressed")
STREAMING = not_simulated("responses are not streamed").unless("BUFFERED")

# Who may call
API_KEYS = not_simulated("a method that demands a key answers 500")
USAGE_PLANS = not_simulated("no throttle or quota is applied")
AUTHORIZATION = not_simulated("a method with any type but NONE answers 500")
AUTHORIZERS = not_simulated("authorizers are not called")
RESOURCE_POLICIES = not_simulated("the policy is not evaluated, every method answers 500").when(is_given)
PERMISSIONS = HONOURED

# Integrations
ADDRESSES = not_simulated("only Lambda functions and HTTP addresses known before deployment").when(
    is_unsupported_address
)
CREDENTIALS = partial("no role is assumed")
PRIVATE_INTEGRATIONS = not_simulated("integrations through a VPC link answer 500")
VPC_LINKS = not_simulated("there are no VPC links here")
CLIENT_CERTIFICATES = not_simulated("no certificate is shown to backends")
TLS_CHECKS = HONOURED

# Answers
GATEWAY_RESPONSES = HONOURED

# Stages
CACHE = not_simulated("nothing is cached")
CANARY = not_simulated("the canary gets no requests")
THROTTLING = not_simulated("stages have no throttle")
ACCESS_LOGS = not_simulated("no access log is written")
EXECUTION_LOGS = partial("nothing goes to CloudWatch, see `forestage explain`").unless(False, "OFF")
TRACING = partial("trace headers only, nothing goes to X-Ray").unless(False)

# Endpoints and domains
ENDPOINT_TYPES = partial("edge: CloudFront headers have fixed values; private: reached from this machine").unless(
    "REGIONAL"
)
DEFAULT_ENDPOINT = not_simulated("the API stays reachable by its own address").unless(False)
NETWORKS = not_simulated("the preview listens on this machine only")
TLS_POLICIES = not_simulated("TLS versions and host names are not restricted")
CUSTOM_DOMAINS = not_simulated("custom domains are not served")

# APIs of other kinds
OPENAPI_BODIES = HONOURED
CLONES = not_simulated("APIs of an account are not cloned")
WEBSOCKET_APIS = not_simulated("WebSocket APIs are not served")
HTTP_APIS = not_simulated("HTTP APIs are not served")
PORTALS = not_simulated("there is no developer portal")

# Functions
RUNTIMES = not_simulated("only Python 3, Node and provided runtimes are run")
REMOTE_CODE = not_simulated("the code is not on this machine, so it is not run")
CONTAINER_IMAGES = not_simulated("container images are not run")
CONCURRENCY = partial("concurrency is not limited")
ARCHITECTURE = partial("functions run on this machine's processor").unless("x86_64")
FUNCTION_LIMITS = partial("memory and storage are reported, not limited")
FUNCTION_NETWORK = partial("functions run in this machine's network")
FUNCTION_LOGS = partial("logs go to the terminal as they are written")
FUNCTION_FILES = not_simulated("file systems are not mounted")
EVENT_SOURCES = not_simulated("event sources do not feed functions")
ASYNCHRONOUS = not_simulated("retries and destinations of asynchronous invocations")
PUBLISHED_VERSIONS = partial("every version and alias is the current code")
FUNCTION_SETTINGS = not_simulated("a setting of AWS's runtime environment")

INERT = HONOURED
"""What changes nothing of an answer: names, descriptions, tags, documentation, encryption at rest."""
