"""The whole program under mocks: `__main__.py` as a stack's file configures it."""

import json
import runpy
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi
import yaml

from settings import PROJECT
from tests.unit.mocks import Recording, record

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "111122223333"
DIGEST = "sha256:" + "d" * 64

CALLS: Mapping[str, Any] = {
    "aws:index/getPartition:getPartition": {"partition": "aws", "dnsSuffix": "amazonaws.com", "id": "aws"},
    "aws:index/getRegion:getRegion": {"region": "us-east-1", "name": "us-east-1", "id": "us-east-1"},
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": ACCOUNT, "id": ACCOUNT},
    "aws:index/getAvailabilityZones:getAvailabilityZones": {
        "names": [f"us-east-1{letter}" for letter in "abcdef"]
    },
    "aws:ecr/getImage:getImage": {"imageDigest": DIGEST},
    "aws:secretsmanager/getSecret:getSecret": lambda args: {
        "arn": f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:{args['name']}-AbCdEf",
        "kmsKeyId": "",
    },
    "aws:secretsmanager/getSecretVersions:getSecretVersions": {
        "versions": [
            {"versionId": "before", "versionStages": ["AWSPREVIOUS"]},
            {"versionId": "present", "versionStages": ["AWSCURRENT"]},
        ]
    },
    "aws:route53/getZone:getZone": {"zoneId": "Z0123456789"},
    "aws:ecs/getService:getService": {},
    "aws:ec2/getVpcs:getVpcs": {"ids": []},
    "aws:ec2/getPrefixList:getPrefixList": {"id": "pl-63a5400a"},
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": {"id": "pl-63a5400a"},
}


def stack_config(stack: str) -> dict[str, str]:
    """A committed stack's config, as the engine hands it over."""
    return wire(yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text())["config"])


def wire(config: Mapping[str, Any]) -> dict[str, str]:
    """Config values as the engine hands them over: text, and JSON for anything with parts."""
    return {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}


def run_program(
    config: Mapping[str, str],
    *,
    stack: str = "test",
    preview: bool = True,
    calls: Mapping[str, Any] = CALLS,
) -> Recording:
    """What the program registers with this config; a preview of a new stack unless told otherwise."""

    def build() -> None:
        pulumi.runtime.set_all_config(dict(config))
        runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")

    return record(build, preview=preview, stack=stack, calls=calls)


def smallest() -> dict[str, str]:
    """The smallest config: an image."""
    return {f"{PROJECT}:image": f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/web-application/rails:1.0.0"}


def refusal(config: Mapping[str, str], calls: Mapping[str, Any] = CALLS) -> str:
    """What the program says when it refuses a config; fails if it takes it, or registers something."""
    said: list[str] = []

    def build() -> None:
        pulumi.runtime.set_all_config(dict(config))
        try:
            runpy.run_path(str(ROOT / "__main__.py"), run_name="__main__")
        except pulumi.RunError as error:
            said.append(str(error))

    recording = record(build, preview=True, calls=calls)
    registered = [it.urn for it in recording if it.type != "pulumi:pulumi:Stack"]
    assert said, "the program took the config"
    assert not registered, registered
    return said[0]
