"""What is only looked up, at preview too: zones, image, secrets, hosted zone, and the VPC that stands."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import pulumi_aws as aws

from components.containers.images import ImageReference, InvalidImageError
from components.errors import InvalidSettingError

T = TypeVar("T")

# By id, as a zone's letter differs between accounts. Amazon ECS Developer Guide: "Supported Regions for
# Amazon ECS on AWS Fargate", and for us-east-1 "Amazon ECS task definitions for 64-bit ARM workloads".
_ZONES_WITHOUT_FARGATE = ("apne1-az3", "cnn1-az3", "cnn1-az4", "use1-az3", "usw1-az2")

_MISSING = re.compile(r"not ?found|couldn't find|no .*matching", re.IGNORECASE)


def available_zones(count: int) -> tuple[str, ...]:
    """The region's first `count` availability zones that run Fargate, by name; no local zones.

    Raises `InvalidSettingError` when the region has fewer.
    """
    names = aws.get_availability_zones(
        state="available",
        filters=[{"name": "opt-in-status", "values": ["opt-in-not-required"]}],
        exclude_zone_ids=list(_ZONES_WITHOUT_FARGATE),
    ).names
    if len(names) < count:
        fix = f"is more than the region has for Fargate: use at most {len(names)} ({', '.join(names)})"
        raise InvalidSettingError("network.zones", count, fix)
    return tuple(names[:count])


def pinned_image(image: str) -> str:
    """The image by digest when it is a tag of a private ECR repository, so that a moved tag is a change.

    Any other reference is returned as it is. Raises `InvalidSettingError` if the repository has no such tag.
    Amazon ECR User Guide: Pulling an image by digest.
    """
    try:
        reference = ImageReference.parse(image)
    except InvalidImageError:
        return image  # the task refuses it, along with all else that is wrong with it
    repository = reference.ecr_repository
    if repository is None or reference.tag is None or reference.digest:
        return image
    found = _look_up(
        lambda: aws.ecr.get_image(
            registry_id=repository.account,
            region=repository.region,
            repository_name=repository.name,
            image_tag=reference.tag,
        ),
        missing=InvalidSettingError(
            "image",
            image,
            "isn't in its repository; push it, or name a tag that "
            f"`aws ecr list-images --registry-id {repository.account} --region {repository.region} "
            f"--repository-name {repository.name}` shows",
        ),
    )
    return f"{image.removesuffix(f':{reference.tag}')}@{found.image_digest}"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSecret:
    """A secret's full ARN, its current version, and the ARN of the customer's KMS key it is under, if any."""

    arn: str
    version_id: str
    key_arn: str | None = None


def find_secret(name: str, *, setting: str) -> FoundSecret:
    """A secret in Secrets Manager that `setting` names, found without reading its value.

    Raises `InvalidSettingError` with the command that creates it when there is none, or no value in it.
    """
    found = _look_up(
        lambda: aws.secretsmanager.get_secret(name=name),
        missing=InvalidSettingError(
            setting,
            name,
            "isn't a secret of this account; create it with "
            f"`aws secretsmanager create-secret --name {name} --secret-string file://VALUE`",
        ),
    )
    versions = aws.secretsmanager.get_secret_versions(secret_id=found.arn).versions
    current = [it.version_id for it in versions if "AWSCURRENT" in it.version_stages]
    if not current:
        raise InvalidSettingError(
            setting,
            name,
            "is a secret without a value, so no task could start; give it one with "
            f"`aws secretsmanager put-secret-value --secret-id {name} --secret-string file://VALUE`",
        )
    # A secret names its key by id, alias or ARN, and AWS's own key by this alias or not at all.
    key = found.kms_key_id if found.kms_key_id != "alias/aws/secretsmanager" else ""
    key_arn = aws.kms.get_key(key_id=key).arn if key else None
    return FoundSecret(arn=found.arn, version_id=current[0], key_arn=key_arn)


def public_zone_id(zone: str) -> str:
    """The id of a public hosted zone in Route 53.

    Raises `InvalidSettingError` with the command that creates it when there is none.
    """
    found = _look_up(
        lambda: aws.route53.get_zone(name=zone, private_zone=False),
        missing=InvalidSettingError(
            "domain.zone",
            zone,
            "isn't a public hosted zone of this account; name one that `aws route53 list-hosted-zones` "
            "shows, or create it with "
            f"`aws route53 create-hosted-zone --name {zone} --caller-reference $(date +%s)`",
        ),
    )
    return found.zone_id


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundVpc:
    """A VPC's id and its primary CIDR block."""

    id: str
    cidr: str


def standing_vpcs(name: str) -> tuple[FoundVpc, ...]:
    """The VPCs with this `Name` tag: none before a stack's first `up`, then one; more after a killed `up`."""
    ids = aws.ec2.get_vpcs(tags={"Name": name}).ids
    return tuple(FoundVpc(id=it, cidr=aws.ec2.get_vpc(id=it).cidr_block) for it in ids)


def _look_up(invoke: Callable[[], T], *, missing: InvalidSettingError) -> T:
    try:
        return invoke()
    except Exception as error:
        # The engine hands every failed invoke over as a bare Exception; only its text tells them apart.
        if _MISSING.search(str(error)):
            raise missing from None
        raise
