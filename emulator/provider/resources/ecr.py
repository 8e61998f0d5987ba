"""ECR: repositories, their policies, and the images in them."""

from collections.abc import Mapping
from typing import Any

from emulator.provider import aws, tagging
from emulator.provider.aws import ClientError
from emulator.provider.invoke import Invoke, Query
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags
from emulator.provider.operation import Operation, OperationError

ARN = "arn:{partition}:ecr:{region}:{account}:repository/{id}"
MUTABILITY = ("MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION")


def _delete(operation: Operation) -> None:
    force = bool(operation.old.get("forceDelete"))
    operation.call("delete_repository", {"repositoryName": operation.id, "force": force})


REPOSITORY = Resource(
    token="aws:ecr/repository:Repository",
    service="ecr",
    create=Call(
        op="create_repository",
        rename={"name": "repositoryName"},
        send=(
            "encryptionConfigurations",
            "imageScanningConfiguration",
            "imageTagMutability",
            "imageTagMutabilityExclusionFilters",
            "name",
        ),
    ),
    id="{name}",
    read=(
        Read(
            op="describe_repositories",
            params={"repositoryNames": ["{id}"]},
            at="repositories[0]",
            props={"name": "repositoryName", "arn": "repositoryArn", "repositoryUrl": "repositoryUri"},
        ),
    ),
    changes=(
        Change(
            do=Call(op="put_image_tag_mutability", params={"repositoryName": "{id}"}),
            when=("imageTagMutability", "imageTagMutabilityExclusionFilters"),
            whole=True,
        ),
        Change(
            do=Call(op="put_image_scanning_configuration", params={"repositoryName": "{id}"}),
            unset=Call(
                op="put_image_scanning_configuration",
                params={"repositoryName": "{id}", "imageScanningConfiguration": {"scanOnPush": False}},
            ),
            when=("imageScanningConfiguration",),
        ),
    ),
    delete=Code(run=_delete),
    tags=Tags(
        member="tags",
        tag=Call(op="tag_resource", params={"resourceArn": ARN}, send=()),
        tag_member="tags",
        untag=Call(op="untag_resource", params={"resourceArn": ARN}, send=()),
        untag_member="tagKeys",
        read=Read(op="list_tags_for_resource", params={"resourceArn": ARN}, at="tags"),
    ),
    name=Name(longest=256),
    replace=("name", "encryptionConfigurations"),
    defaults={"imageTagMutability": "MUTABLE"},
    enums={
        "encryptionConfigurations.encryptionType": ("AES256", "KMS", "KMS_DSSE"),
        "imageTagMutability": MUTABILITY,
    },
    provider_only=("forceDelete",),
    # AWS always names the encryption and whether it scans.
    computed=("encryptionConfigurations", "encryptionConfigurations.kmsKey", "imageScanningConfiguration"),
)

LIFECYCLE_POLICY = Resource(
    token="aws:ecr/lifecyclePolicy:LifecyclePolicy",
    service="ecr",
    create=Call(
        op="put_lifecycle_policy", rename={"policy": "lifecyclePolicyText", "repository": "repositoryName"}
    ),
    id="{repository}",
    read=(
        Read(
            op="get_lifecycle_policy",
            params={"repositoryName": "{id}"},
            props={"policy": "lifecyclePolicyText", "repository": "repositoryName"},
        ),
    ),
    changes=(
        Change(
            do=Call(
                op="put_lifecycle_policy",
                params={"repositoryName": "{id}"},
                rename={"policy": "lifecyclePolicyText"},
            ),
            when=("policy",),
        ),
    ),
    delete=Call(op="delete_lifecycle_policy", params={"repositoryName": "{id}"}),
    replace=("repository",),
    json=("policy",),
)

REPOSITORY_POLICY = Resource(
    token="aws:ecr/repositoryPolicy:RepositoryPolicy",
    service="ecr",
    create=Call(
        op="set_repository_policy",
        rename={"policy": "policyText", "repository": "repositoryName"},
        # A principal that was just made isn't known everywhere yet.
        retry=("InvalidParameterException",),
    ),
    id="{repository}",
    read=(
        Read(
            op="get_repository_policy",
            params={"repositoryName": "{id}"},
            props={"policy": "policyText", "repository": "repositoryName"},
        ),
    ),
    changes=(
        Change(
            do=Call(
                op="set_repository_policy", params={"repositoryName": "{id}"}, rename={"policy": "policyText"}
            ),
            when=("policy",),
        ),
    ),
    delete=Call(op="delete_repository_policy", params={"repositoryName": "{id}"}),
    replace=("repository",),
    json=("policy",),
)


def _repository(query: Query, name: str) -> Mapping[str, Any]:
    """The repository as AWS has it. Raises OperationError when there is none."""
    registry = {"registryId": query.args["registryId"]} if query.args.get("registryId") else {}
    try:
        found = query.client("ecr").describe_repositories(repositoryNames=[name], **registry)
    except ClientError as error:
        if aws.is_gone(error):
            raise OperationError(f"reading ECR Repository ({name}): couldn't find resource") from None
        raise
    repository: Mapping[str, Any] = found["repositories"][0]
    return repository


def _images(query: Query, name: str, wanted: list[dict[str, str]]) -> list[dict[str, Any]]:
    registry = {"registryId": query.args["registryId"]} if query.args.get("registryId") else {}
    chosen = {"imageIds": wanted} if wanted else {}
    pages = query.client("ecr").get_paginator("describe_images")
    try:
        found = pages.paginate(repositoryName=name, **chosen, **registry)
        return [image for page in found for image in page["imageDetails"]]
    except ClientError as error:
        if aws.is_gone(error):
            return []
        raise


def _get_repository(query: Query) -> Mapping[str, Any]:
    found = _repository(query, str(query.args.get("name", "")))
    images = sorted(
        _images(query, found["repositoryName"], []), key=lambda i: i["imagePushedAt"], reverse=True
    )
    tags = query.client("ecr").list_tags_for_resource(resourceArn=found["repositoryArn"])["tags"]
    encryption = found.get("encryptionConfiguration")
    scanning = found.get("imageScanningConfiguration")
    return {
        "id": found["repositoryName"],
        "arn": found["repositoryArn"],
        "registryId": found["registryId"],
        "repositoryUrl": found["repositoryUri"],
        "imageTagMutability": found["imageTagMutability"],
        "imageTagMutabilityExclusionFilters": found.get("imageTagMutabilityExclusionFilters", []),
        "encryptionConfigurations": [encryption] if encryption else [],
        "imageScanningConfigurations": [scanning] if scanning else [],
        "mostRecentImageTags": images[0].get("imageTags", []) if images else [],
        "tags": tagging.parsed(tags),
    }


def _get_image(query: Query) -> Mapping[str, Any]:
    args = query.args
    name = str(args.get("repositoryName", ""))
    wanted = {k: args[k] for k in ("imageDigest", "imageTag") if args.get(k)}
    if not wanted and not args.get("mostRecent"):
        raise OperationError(
            "aws.ecr.get_image: one of image_digest, image_tag, most_recent must be specified"
        )
    repository = _repository(query, name)
    images = _images(query, name, [wanted] if wanted else [])
    if not images:
        sought = ", ".join(f"{k} {v}" for k, v in sorted(wanted.items())) or "any image"
        raise OperationError(f"reading ECR Images ({name}): couldn't find resource: {sought}")
    image = max(images, key=lambda i: i["imagePushedAt"])
    return {
        "id": image["imageDigest"],
        "imageDigest": image["imageDigest"],
        "imagePushedAt": int(image["imagePushedAt"].timestamp()),
        "imageSizeInBytes": image.get("imageSizeInBytes", 0),
        "imageTags": image.get("imageTags", []),
        "imageUri": f"{repository['repositoryUri']}@{image['imageDigest']}",
        "registryId": image["registryId"],
        "repositoryName": name,
    }


RESOURCES: tuple[Resource, ...] = (REPOSITORY, LIFECYCLE_POLICY, REPOSITORY_POLICY)
INVOKES: tuple[Invoke, ...] = (
    Invoke(
        token="aws:ecr/getImage:getImage",
        run=_get_image,
        uses=("imageDigest", "imageTag", "mostRecent", "registryId", "repositoryName"),
    ),
    Invoke(token="aws:ecr/getRepository:getRepository", run=_get_repository, uses=("name", "registryId")),
)
