"""Image references: what a task pulls, and from which repositories.

AWS documentation: "Container image pull options", "Pushing a Docker image to an Amazon ECR private
repository".
"""

import re
from dataclasses import dataclass

_ECR_HOST = re.compile(
    r"(?P<account>\d{12})\.(?:dkr\.ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)"
    r"\.(?:amazonaws\.(?:com|com\.cn|eu)|[a-z0-9.-]+\.gov|cloud\.adc-e\.uk)"
    r"|dkr-ecr(?:-fips)?\.(?P<region_dual>[a-z0-9-]+)\.on\.(?:aws|amazonwebservices\.com\.cn))"
)
_REPOSITORY = re.compile(r"[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*")
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("eusc-", "aws-eusc"),
    ("eu-isoe-", "aws-iso-e"),
    ("us-isof-", "aws-iso-f"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-iso-", "aws-iso"),
)


class InvalidImageError(ValueError):
    """An image reference that no registry would understand; the message shows it and what would fit."""

    FIX = (
        "write it as registry/repository:tag or registry/repository@sha256:…, "
        "like 123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.4.2"
    )

    def __init__(self, reference: str, reason: str) -> None:
        super().__init__(f"image: {reference!r} doesn't fit: {reason}; {self.FIX}")
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class EcrRepository:
    """A repository in a private ECR registry: what the execution role is allowed to pull from."""

    account: str
    region: str
    name: str

    @property
    def arn(self) -> str:
        """The repository's ARN; the partition follows from the region's prefix."""
        partition = next((name for prefix, name in _PARTITIONS if self.region.startswith(prefix)), "aws")
        return f"arn:{partition}:ecr:{self.region}:{self.account}:repository/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImageReference:
    """A parsed image reference. `registry` is a host; Docker Hub's short names get "docker.io"."""

    registry: str
    repository: str
    tag: str | None = None
    digest: str | None = None

    @staticmethod
    def parse(reference: str) -> "ImageReference":
        """Read `[registry/]repository[:tag][@digest]`; raises `InvalidImageError`."""
        rest, at, digest = reference.partition("@")
        if at and not _DIGEST.fullmatch(digest):
            raise InvalidImageError(
                reference, f"{digest!r} isn't a digest of the form sha256:<64 hex digits>"
            )
        head, slash, tail = rest.partition("/")
        # As Docker decides it: the first part is a host when it has a dot or a port, or is localhost.
        registry, path = (
            (head, tail) if slash and ("." in head or ":" in head or head == "localhost") else ("", rest)
        )
        path, colon, tag = path.partition(":")
        if colon and not _TAG.fullmatch(tag):
            raise InvalidImageError(reference, f"{tag!r} isn't a tag")
        if not _REPOSITORY.fullmatch(path):
            raise InvalidImageError(reference, f"{path!r} isn't a repository's name")
        return ImageReference(
            registry=registry or "docker.io", repository=path, tag=tag or None, digest=digest or None
        )

    @property
    def ecr_repository(self) -> EcrRepository | None:
        """The private ECR repository the image lives in; None for public ECR, Docker Hub and the like."""
        host = _ECR_HOST.fullmatch(self.registry)
        if host is None:
            return None
        return EcrRepository(
            account=host["account"], region=host["region"] or host["region_dual"], name=self.repository
        )

    def __str__(self) -> str:
        tag = f":{self.tag}" if self.tag else ""
        digest = f"@{self.digest}" if self.digest else ""
        return f"{self.registry}/{self.repository}{tag}{digest}"
