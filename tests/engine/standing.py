"""Stacks of the program that stand, by name, and what a run changed."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from emulator.local.environment import ACCOUNT, REGION
from emulator.local.events import Result, Step
from emulator.local.seed import seed
from emulator.local.stack import LocalStack

Settings = Mapping[str, Any]
Changes = dict[str, str]

NAMESPACE = "web-application:"
REGISTRY = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
MIRRORED = {"nginx": f"{REGISTRY}/mirror/nginx:1.30.5", "log_router": f"{REGISTRY}/mirror/fluent-bit:3.4.17"}
"""Copies of the sidecars' images in private repositories."""

ALONE: Settings = {"datadog": None, "rails": None, "protect": None, "load_balancer": None}
"""Takes everything but the image out of the committed settings."""
PRIVATE: Settings = {
    **ALONE,
    "network": {"nat": "none"},
    "nginx": {"image": MIRRORED["nginx"]},
    "log_router": {"image": MIRRORED["log_router"]},
}
FULL: Settings = {
    "domain": {"name": "www.example.com", "zone": "example.com"},
    "routing": {"hosts": ["www.example.com"]},
    "load_balancer": {"firewall": True},
    "network": {"nat": "zone", "zones": 3},
    "service": {"spot_weight": 4},
    "scaling": {
        # A night that no test lives to see.
        "schedules": [{"name": "night", "schedule": "cron(0 20 ? * * 2199)", "minimum": 1}],
        "predictive": "scale",
    },
    "volumes": {"scratch": {"path": "/rails/scratch"}},
    "container_insights": "enhanced",
    "exec": "true",
    "alarms": {"subscribers": ["on-call@example.com", f"arn:aws:sqs:{REGION}:{ACCOUNT}:alarms"]},
}
_NONE: Settings = {}


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A stack that is up, the settings it has beyond the committed ones, and how it came up."""

    stack: LocalStack
    settings: Settings
    made: Result

    @staticmethod
    def build(stack: LocalStack, settings: Settings) -> "Standing":
        """Brings the stack up on a seeded AWS; a failure shows what the engine said."""
        standing = Standing(stack=stack, settings=settings, made=NOT_YET)
        standing.seed()
        for image in MIRRORED.values():
            push_image(stack, image)
        made = standing.up()
        assert made.code == 0, made.stdout + made.stderr
        return Standing(stack=stack, settings=settings, made=made)

    def config(self, changes: Settings) -> dict[str, Any]:
        """What to lay over the committed settings: this stack's own, and `changes` in turn.

        A section's keys are laid over the section; None takes a key or a section away.
        """
        committed = {k.removeprefix(NAMESPACE): v for k, v in self.stack.settings().items()}
        named: dict[str, Any] = {}
        for layer in (self.settings, changes):
            for key, value in layer.items():
                named[key] = _laid_over(named.get(key, committed.get(key)), value)
        return {f"{NAMESPACE}{key}": value for key, value in named.items()}

    def seed(self, changes: Settings = _NONE) -> None:
        """Puts what these settings name into AWS: secrets, a hosted zone."""
        seed(self.stack, self.config(changes))

    def preview(self, *flags: str, changes: Settings = _NONE) -> Result:
        """A preview with `changes` to this stack's settings."""
        return self.stack.preview(*flags, settings=self.config(changes))

    def up(self, *flags: str, changes: Settings = _NONE) -> Result:
        """An `up` with `changes` to this stack's settings; half as long without the preview first."""
        return self.stack.up("--skip-preview", *flags, settings=self.config(changes))

    def refresh(self, *flags: str) -> Result:
        """A refresh."""
        return self.stack.refresh(*flags, settings=self.config(_NONE))


NOT_YET = Result(code=-1, stdout="", stderr="", events=())
"""How a stack came up that hasn't."""


def _laid_over(base: Any, value: Any) -> Any:
    if not isinstance(base, Mapping) or not isinstance(value, Mapping):
        return value
    merged = {**base, **value}
    return {key: each for key, each in merged.items() if each is not None}


def changes(result: Result) -> Changes:
    """What a run that ended well did to each resource: "Type name" → create, update, delete or replace."""
    assert result.code == 0, result.stdout + result.stderr
    return _by_name(result.steps)


def drift(result: Result) -> Changes:
    """What a refresh that ended well found updated or deleted, in the same form."""
    assert result.code == 0, result.stdout + result.stderr
    return _by_name(result.drift)


def _by_name(steps: Iterable[Step]) -> Changes:
    """The engine's three steps of a replacement count as one; components, its own alone, don't count."""
    found: Changes = {}
    for step in steps:
        if step.type.startswith("aws:"):
            noun = step.type.rpartition(":")[2]
            found[f"{noun} {step.name}"] = "replace" if "replace" in step.op else step.op
    return found


def push_image(stack: LocalStack, image: str, content: str = "") -> str:
    """Pushes an image under its tag, which moves if it was another's; returns its digest."""
    repository, _, tag = image.partition("/")[2].partition(":")
    ecr = stack.client("ecr")
    if repository not in [each["repositoryName"] for each in ecr.describe_repositories()["repositories"]]:
        ecr.create_repository(repositoryName=repository)
    digest = f"sha256:{sha256(f'{image} {content}'.encode()).hexdigest()}"
    manifest = {
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": {
            "mediaType": "application/vnd.docker.container.image.v1+json",
            "size": 1,
            "digest": digest,
        },
        "layers": [],
    }
    pushed = ecr.put_image(repositoryName=repository, imageTag=tag, imageManifest=json.dumps(manifest))
    return pushed["image"]["imageId"]["imageDigest"]


BAD = {
    "at-once": "rails: Essential container in task exited (exit code 1)",
    "health-check": "rails: Task failed container health checks",
    "after-20s": "rails: Essential container in task exited (exit code 1)",
}
"""What is said of an image whose tag ends in `fails-…`, by the rest of the tag."""


def image(standing: Standing, tag: str) -> dict[str, str]:
    """The setting of rails' image under this tag, which is pushed."""
    named = image_of(tag)
    push_image(standing.stack, named["image"])
    return named


def image_of(tag: str) -> dict[str, str]:
    """The setting of rails' image under a tag that was pushed."""
    return {"image": f"{REGISTRY}/web-application/rails:{tag}"}


def only(found: Iterable[Any]) -> Any:
    """The one element."""
    (one,) = found
    return one
