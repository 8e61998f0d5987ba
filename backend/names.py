"""What a backend is called: known before it exists, and to whoever uses it."""

from __future__ import annotations

import re
from dataclasses import dataclass

PROJECT = "pulumi-state"
"""As in Pulumi.yaml."""
_BUCKET_NAME = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
"""Amazon S3 User Guide, "Bucket naming rules"; dots are left out since they break TLS host names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """The backend that a stack of this project makes. Raises ValueError for a name that S3 would refuse."""

    stack: str
    account: str
    region: str

    def __post_init__(self) -> None:
        if _BUCKET_NAME.fullmatch(self.bucket) is None:
            raise ValueError(
                f"The stack's name {self.stack!r} makes a bucket name that S3 refuses, {self.bucket!r}: "
                "take up to 37 lower-case letters, digits and hyphens."
            )

    @property
    def bucket(self) -> str:
        """The bucket's name, with the account in it because bucket names are shared by all of AWS."""
        return f"{PROJECT}-{self.stack}-{self.account}"

    @property
    def key_alias(self) -> str:
        """The KMS key's alias, by which stacks name it."""
        return f"alias/{PROJECT}-{self.stack}"

    @property
    def key_name(self) -> str:
        """The key's `Name` tag, for an id of KMS's says nothing."""
        return f"{PROJECT}-{self.stack}-state"

    @property
    def url(self) -> str:
        """What `pulumi login` takes."""
        return f"s3://{self.bucket}?region={self.region}"

    @property
    def secrets_provider(self) -> str:
        """What `pulumi stack init --secrets-provider` takes."""
        return f"awskms://{self.key_alias}?region={self.region}"
