"""What the preview makes of each feature: the one line to change when a feature is built.

Rows of the tables share these. An issue that builds a feature sets it to HONOURED, or narrows it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from forestage.model.fidelity.rows import HONOURED, not_simulated, partial
from forestage.model.values import Unknown

_OTHER_SERVICE = re.compile(r"arn:[^:]*:apigateway:[^:]*:(?!lambda:path/(?:2015-03-31|2021-11-15)/)")

FEWEST_PROCESSES = 10
"""How many processes a function may have on every machine: as many as a new account of AWS has."""


def is_above_the_processes(value: object) -> bool:
    """Tell whether a concurrency is more than the processes that a function may have on every machine."""
    text = str(value)
    return not text.isdecimal() or int(text) > FEWEST_PROCESSES


def is_unsupported_address(value: object) -> bool:
    """Tell whether an integration's URI is known only after deployment, or leads elsewhere than to Lambda."""
    return isinstance(value, Unknown) or (isinstance(value, str) and _OTHER_SERVICE.match(value) is not None)


def is_unknown(value: object) -> bool:
    """Tell whether a value is known only after deployment."""
    return isinstance(value, Unknown)


def has_unknown(value: object) -> bool:
    """Tell whether an object has a value that is known only after deployment."""
    return isinstance(value, Mapping) and any(isinstance(item, Unknown) for item in value.values())


# Requests
TEMPLATES = HONOURED
VALIDATION = HONOURED
MAPPINGS = partial("a mapping whose value is known only after deployment is left out").when(has_unknown)
COMPRESSION = HONOURED
STREAMING = partial("beyond 10 MB a stream is not slowed down to 2 MB a second").unless("BUFFERED")

# Who may call
API_KEYS = HONOURED
STAGE_KEYS = not_simulated("a key is admitted by its usage plans alone")
USAGE_PLANS = HONOURED
AUTHORIZATION = HONOURED
AUTHORIZERS = HONOURED
USER_POOLS = partial("the keys of pools that the template itself defines have to be given with --jwks")
RESOURCE_POLICIES = HONOURED
PERMISSIONS = HONOURED

# Integrations
ADDRESSES = not_simulated("only Lambda functions and HTTP addresses known before deployment").when(
    is_unsupported_address
)
CREDENTIALS = partial("no role is assumed")
PRIVATE_INTEGRATIONS = partial("an address given with --vpc-link stands for the link and its target")
VPC_LINKS = partial("an address given with --vpc-link stands for the link")
CLIENT_CERTIFICATES = partial("a certificate of this machine is shown to backends, not the one of AWS")
TLS_CHECKS = HONOURED

# Answers
GATEWAY_RESPONSES = HONOURED

# Stages
CACHE = HONOURED
CACHE_SIZES = partial("a stage's cache holds 0.5 GB at most").unless("0.5", 0.5)
CANARY = HONOURED
THROTTLING = HONOURED
ACCESS_LOGS = partial("nothing goes to CloudWatch or Firehose, see `forestage preview --access-log`")
ACCESS_LOG_FORMATS = not_simulated("no access log is written whose format is known only after deployment").when(
    is_unknown
)
EXECUTION_LOGS = partial("nothing goes to CloudWatch, see `forestage explain --aws-log`").unless(False, "OFF")
TRACING = partial("trace headers only, nothing goes to X-Ray").unless(False)

# Endpoints and domains
ENDPOINT_TYPES = partial("edge: fixed CloudFront headers; private: reached as through a VPC endpoint").unless(
    "REGIONAL"
)
DEFAULT_ENDPOINT = HONOURED
NETWORKS = partial("the preview listens on this machine only, on all its address families").unless("ipv4")
TLS_POLICIES = partial("the TLS version is kept to; cipher suites are this machine's").unless(
    # The suites of the first three are kept to, those of the others are those that clients usually have.
    "TLS_1_2", "TLS_1_0", "SecurityPolicy_TLS13_1_3_2025_09",
    "SecurityPolicy_TLS13_1_2_2021_06", "SecurityPolicy_TLS12_2018_EDGE"
)  # fmt: skip
CUSTOM_DOMAINS = HONOURED
MUTUAL_TLS = HONOURED

# APIs of other kinds
OPENAPI_BODIES = HONOURED
CLONES = not_simulated("APIs of an account are not cloned")
WEBSOCKET_APIS = not_simulated("WebSocket APIs are not served")
HTTP_APIS = not_simulated("HTTP APIs are not served")
PORTALS = not_simulated("there is no developer portal")

# Functions
RUNTIMES = not_simulated("only Python 3, Node and provided runtimes are run")
REMOTE_CODE = not_simulated("the code is not on this machine, so it is not run")
REMOTE_LAYERS = not_simulated("a layer that is not on this machine is left out: the function runs without it")
CONTAINER_IMAGES = not_simulated("container images are not run")
CONCURRENCY = partial("processes are started as calls need them, and not ahead")
RESERVED_CONCURRENCY = partial(f"more than {FEWEST_PROCESSES} calls at a time may have to wait").when(
    is_above_the_processes
)
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
