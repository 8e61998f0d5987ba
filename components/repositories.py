"""The registry's repositories: where the images of all environments are, and who may pull them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.context import Context
from components.documents import Statement, document
from components.errors import InvalidSettingError

_ACCOUNT = re.compile(r"\d{12}")
_UNTAGGED_DAYS = 14

_PULL = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
# How the program finds a tag's digest: the provider asks for the repository too.
_LOOK_UP = ("ecr:DescribeImages", "ecr:DescribeRepositories")


@dataclass(frozen=True, slots=True, kw_only=True)
class RepositoriesArgs:
    """The repositories' names, and the accounts that may pull from them.

    Raises `InvalidSettingError` for an account that isn't one.
    """

    context: Context
    names: tuple[str, ...]
    pulled_by: tuple[str, ...]
    """Accounts, their own one included; anybody else is refused."""
    keep_images: int = 500
    """Images that stay. The oldest of more expire, whether a task runs them or not."""
    protect: bool = True

    def __post_init__(self) -> None:
        for account in self.pulled_by:
            if not _ACCOUNT.fullmatch(account):
                fix = "isn't the id of an AWS account: twelve digits, in quotes"
                raise InvalidSettingError("registry.pulled_by", account, fix)


class Repositories(pulumi.ComponentResource):
    """Private repositories whose tags never move, scanned, and pulled from by the named accounts only.

    Encrypted with a key of ECR's own (AES256): one in KMS costs a dollar a month, and keeps nothing from whom
    the repository's policy lets in. Produces `urls` by name.
    """

    urls: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: RepositoriesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("web-application:index:Repositories", name, {}, opts)
        self.urls = {it: self._repository(f"{name}-{it.replace('/', '-')}", it, args) for it in args.names}
        self.register_outputs({"urls": self.urls})

    def _repository(self, logical: str, name: str, args: RepositoriesArgs) -> pulumi.Output[str]:
        repository = aws.ecr.Repository(
            logical,
            name=name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "AES256"}],
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        aws.ecr.RepositoryPolicy(
            logical,
            repository=repository.name,
            policy=pull_policy(args.context, args.pulled_by),
            opts=pulumi.ResourceOptions(parent=self),
        )
        aws.ecr.LifecyclePolicy(
            logical,
            repository=repository.name,
            policy=lifecycle_policy(args.keep_images),
            opts=pulumi.ResourceOptions(parent=self),
        )
        return repository.repository_url


def pull_policy(context: Context, accounts: tuple[str, ...]) -> str:
    """The accounts may pull images and find a tag's digest; who of theirs may, their own policies say.

    Amazon ECR User Guide, "Private repository policies".
    """
    principals = tuple(sorted(context.arn("iam", "root", region="", account=it) for it in accounts))
    return document([Statement(sid="Pull", actions=(*_PULL, *_LOOK_UP), principals={"AWS": principals})])


def lifecycle_policy(keep_images: int) -> str:
    """Images without a tag go after two weeks, and the oldest of more than `keep_images`.

    ECR doesn't know which image a task runs, so the number has to be far above the pushes between two
    deliveries to prod. Amazon ECR User Guide, "Automate the cleanup of images by using lifecycle policies".
    """
    untagged = {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": _UNTAGGED_DAYS,
    }
    oldest = {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": keep_images}
    rules = [
        {
            "rulePriority": priority,
            "description": description,
            "selection": selection,
            "action": {"type": "expire"},
        }
        for priority, (description, selection) in enumerate(
            (("No tag leads to it", untagged), ("The oldest", oldest)), 1
        )
    ]
    return json.dumps({"rules": rules}, sort_keys=True, separators=(",", ":"))
