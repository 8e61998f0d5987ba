"""A Pulumi engine, and which versions of it fit."""

import importlib.metadata
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import yaml
from semver import VersionInfo

ROOT = Path(__file__).resolve().parents[2]


class EngineError(Exception):
    """Says in one paragraph why there is no engine and what would give one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """A `pulumi` executable whose version fits.

    An official one comes with the language host that belongs to it; one that was built here needs ours.
    `python` runs that and the provider.
    """

    executable: Path
    version: str
    official: bool
    python: Path = Path(sys.executable)


def pinned_version() -> str:
    """The version that is downloaded or built: the SDK's own."""
    return importlib.metadata.version("pulumi")


def required_version(project: Path = ROOT) -> str:
    """What Pulumi.yaml's requiredPulumiVersion says, for instance `>=3.259.0 <4.0.0`."""
    return str(yaml.safe_load((project / "Pulumi.yaml").read_text())["requiredPulumiVersion"])


def fits(version: str, required: str) -> bool:
    """Whether a version meets every comparison of a requirement; a text that is no version never does."""
    try:
        parsed = VersionInfo.parse(version.removeprefix("v"))
    except ValueError:
        return False
    return all(parsed.match(comparison) for comparison in required.split())


def version_of(executable: Path) -> str:
    """What `pulumi version` prints, without its v; empty when it can't be run or takes over a minute."""
    try:
        done = subprocess.run(  # noqa: S603
            [executable, "version"],
            env={"PULUMI_SKIP_UPDATE_CHECK": "true", "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip().removeprefix("v") if done.returncode == 0 else ""
