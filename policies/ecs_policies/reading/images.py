"""Where container images come from."""

import re

_ECR_IMAGE = re.compile(
    r"(?P<account>\d{12})\.dkr[.-]ecr(?:-fips)?\.(?P<region>[a-z0-9-]+)\.[a-z0-9.]+/(?P<name>[^:@\s]+)(?:[:@].*)?"
)
_PARTITIONS = (
    ("cn-", "aws-cn"),
    ("us-gov-", "aws-us-gov"),
    ("us-isob-", "aws-iso-b"),
    ("us-iso-", "aws-iso"),
)


def repository(image: str) -> str | None:
    """The ARN of the private ECR repository that an image is in; None for any other registry's image."""
    found = _ECR_IMAGE.fullmatch(image)
    if found is None:
        return None
    region = found["region"]
    partition = next((it for prefix, it in _PARTITIONS if region.startswith(prefix)), "aws")
    return f"arn:{partition}:ecr:{region}:{found['account']}:repository/{found['name']}"
