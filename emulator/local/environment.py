"""What a client's environment has to hold to meet the local stack and nothing of the user's own."""

import os
from collections.abc import Mapping
from pathlib import Path

ACCOUNT = "123456789012"
REGION = "us-east-1"
PASSPHRASE = "local"  # noqa: S105 (it guards nothing: the stack's secrets are random and end with it)
_FOREIGN = ("AWS_", "PULUMI_")
# Where an image sets this, every process would compile all it imports anew: pulumi_aws alone takes 2 s.
_SLOW = "PYTHONDONTWRITEBYTECODE"


def local_variables(directory: Path, *, endpoint: str, stack: str) -> dict[str, str]:
    """The variables that point pulumi, boto3 and the aws CLI at the stack in `directory`, PATH included."""
    nowhere = os.devnull
    path = [str(directory / "bin"), *os.environ.get("PATH", os.defpath).split(os.pathsep)]
    return {
        "PATH": os.pathsep.join(dict.fromkeys(path)),
        "PULUMI_HOME": str(directory / "pulumi"),
        "PULUMI_BACKEND_URL": f"file://{directory / 'state'}",
        "PULUMI_STACK": stack,
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_CONFIG_FILE": nowhere,
        "AWS_SHARED_CREDENTIALS_FILE": nowhere,
        "AWS_EC2_METADATA_DISABLED": "true",
        **_without_proxy(),
    }


def foreign_variables(local: Mapping[str, str]) -> list[str]:
    """The caller's own AWS_ and PULUMI_ variables, for instance a profile or an access token, by name."""
    return sorted(name for name in os.environ if name.startswith(_FOREIGN) and name not in local)


def process_environment(local: Mapping[str, str]) -> dict[str, str]:
    """The environment of a child process: the caller's own, less what is foreign, and the local variables.

    Python keeps its bytecode in there, whatever the caller wants for itself.
    """
    left_out = {*foreign_variables(local), _SLOW}
    return {name: value for name, value in os.environ.items() if name not in left_out} | dict(local)


def _without_proxy() -> dict[str, str]:
    """gRPC and botocore would ask a configured proxy for the loopback too."""
    if not any(name.lower() in {"http_proxy", "https_proxy", "all_proxy"} for name in os.environ):
        return {}
    kept = [part for part in os.environ.get("NO_PROXY", os.environ.get("no_proxy", "")).split(",") if part]
    hosts = ",".join(dict.fromkeys([*kept, "127.0.0.1", "localhost"]))
    return {"NO_PROXY": hosts, "no_proxy": hosts}
