"""What pulling an image from a private ECR repository calls.

Amazon ECR User Guide, "AWS managed policies for Amazon Elastic Container Registry", "Pull through cache".
"""

from typing import Final

LAYERS: Final = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
"""What moves the image."""

PULL: Final = (*LAYERS, "ecr:BatchCheckLayerAvailability")

TOKEN: Final = "ecr:GetAuthorizationToken"  # noqa: S105
"""The log-in, which takes no resource."""

IMPORT: Final = "ecr:BatchImportUpstreamImage"
"""The first pull of an upstream's image through a repository that caches it."""

ANY_REPOSITORY: Final = "arn:*:ecr:*:*:repository/*"
