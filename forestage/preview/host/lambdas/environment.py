"""The environment that a function's process sees.

Source: Lambda developer guide, "Defined runtime environment variables", and recordings of it for each runtime in
LocalStack's tests (``test_introspection_invoke``, January 2026). ``/var/task``, ``/opt`` and ``/var/runtime`` are
other folders here: their names are translated in the variables that hold search paths, and nowhere else. Code that
opens a file of a layer by its path finds the folder that stands for ``/opt`` in ``FORESTAGE_OPT``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from forestage.model.records import dataclass
from forestage.model.values import Unknown, known

if TYPE_CHECKING:
    from collections.abc import Mapping

    from forestage.model.functions import Function
    from forestage.model.values import Text
    from forestage.preview.host.lambdas.settings import FunctionSettings, Override

RUNTIME_API = "127.0.0.1:9001"
"""What the variable says where no Runtime API is served; AWS's own value of it."""

_PATHS = frozenset({"PATH", "PYTHONPATH", "NODE_PATH", "LD_LIBRARY_PATH", "AWS_LAMBDA_EXEC_WRAPPER", "CLASSPATH"})

# Made up, and of the form of temporary credentials: SDKs refuse to sign without.
_CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "ASIAFORESTAGEPREVIEW",
    "AWS_SECRET_ACCESS_KEY": "forestage-preview-has-no-secret-access-key",
    "AWS_SESSION_TOKEN": "forestage-preview",
    # Without these two, SDKs would read the user's own files.
    "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
    "AWS_CONFIG_FILE": "/dev/null",
    "AWS_EC2_METADATA_DISABLED": "true",
}

_OWN_CREDENTIALS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_SESSION_TOKEN",
    "AWS_PROFILE",
    "AWS_SHARED_CREDENTIALS_FILE",
    "AWS_CONFIG_FILE",
    "AWS_CA_BUNDLE",
    "HOME",
)

_TRUST = ("AWS_CA_BUNDLE", "SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE")


@dataclass(frozen=True, slots=True, kw_only=True)
class Folders:
    """The folders that stand for ``/var/task``, ``/opt`` and ``/var/runtime``."""

    task: str
    opt: str
    runtime: str


def make_environment(
    function: Function, folders: Folders, settings: FunctionSettings, *, region: str, user: Mapping[str, str]
) -> dict[str, str]:
    """Return all variables of a function but those that differ from process to process.

    The function's own come over the runtime's, ``--env-vars`` over both. Of the ``user``'s environment only
    credentials pass, and only when asked for.
    """
    environment = _defined(function, folders, region=region)
    environment |= _own_credentials(user) if settings.pass_credentials else _CREDENTIALS
    if settings.ca_bundle is not None:
        environment |= dict.fromkeys(_TRUST, str(settings.ca_bundle))
    environment |= settings.extra_environment
    environment |= {name: _printed(value) for name, value in function.environment.items()}
    for overrides in _overrides(function, settings.env_vars):
        apply_overrides(environment, overrides)
    for name in _PATHS & environment.keys():
        environment[name] = translate_paths(environment[name], folders)
    return environment


def _defined(function: Function, folders: Folders, *, region: str) -> dict[str, str]:
    task, opt = folders.task, folders.opt
    environment = {
        "AWS_DEFAULT_REGION": region,
        "AWS_REGION": region,
        "AWS_LAMBDA_FUNCTION_NAME": function.name,
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(function.memory_mb),
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{function.name}",
        "AWS_LAMBDA_RUNTIME_API": RUNTIME_API,
        "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
        "AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1:2000",
        "_AWS_XRAY_DAEMON_ADDRESS": "127.0.0.1",
        "_AWS_XRAY_DAEMON_PORT": "2000",
        "LAMBDA_TASK_ROOT": task,
        "LAMBDA_RUNTIME_DIR": folders.runtime,
        "FORESTAGE_OPT": opt,
        "LANG": "en_US.UTF-8",
        "TZ": ":UTC",
        "LD_LIBRARY_PATH": f"{task}:{task}/lib:{opt}/lib",
        "PATH": f"/usr/local/bin:/usr/bin:/bin:{opt}/bin",
        "PWD": task,
        "_HANDLER": function.handler or "",
    }
    if function.runtime and not function.runtime.startswith("provided"):
        environment["AWS_EXECUTION_ENV"] = f"AWS_Lambda_{function.runtime}"
    return environment


def _own_credentials(user: Mapping[str, str]) -> dict[str, str]:
    return {name: user[name] for name in _OWN_CREDENTIALS if name in user}


def _printed(value: Text) -> str:
    text = known(value)
    return str(value) if text is None else text


def _overrides(
    function: Function, env_vars: Mapping[str, Mapping[str, Override]]
) -> tuple[Mapping[str, Override], Mapping[str, Override]]:
    own = env_vars.get(function.logical_id)
    if own is None:
        own = env_vars.get(function.name, {})
    return env_vars.get("Parameters", {}), own


def apply_overrides(environment: dict[str, str], overrides: Mapping[str, Override]) -> None:
    """Change variables as ``--env-vars`` says: null takes one away, true and false are lower case."""
    for name, value in overrides.items():
        if value is None:
            environment.pop(name, None)
        else:
            environment[name] = str(value).lower() if isinstance(value, bool) else str(value)


def translate_paths(value: str, folders: Folders) -> str:
    """Put the folders that stand for Lambda's into a search path."""
    return ":".join(_translate(entry, folders) for entry in value.split(":"))


def _translate(entry: str, folders: Folders) -> str:
    for prefix, folder in (("/var/task", folders.task), ("/opt", folders.opt), ("/var/runtime", folders.runtime)):
        if entry == prefix or entry.startswith(f"{prefix}/"):
            return folder + entry[len(prefix) :]
    return entry


def unknown_variables(function: Function) -> tuple[str, ...]:
    """Return a line for each variable whose value exists only after deployment."""
    return tuple(
        f"environment variable {name} is not known before deployment, the function sees {value}"
        for name, value in function.environment.items()
        if isinstance(value, Unknown)
    )
