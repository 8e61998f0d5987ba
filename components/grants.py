"""What the application may call: each permission of the task role, typed and with its reason."""

import re
from dataclasses import dataclass
from typing import Literal, Protocol

from components.context import Context
from components.documents import Conditions, Statement
from components.errors import InvalidSettingError

# Amazon S3 User Guide, "General purpose bucket naming rules".
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
# IAM API Reference, CreateRole: the characters of a description, where the reasons end up.
_REASON = re.compile(r"[\x20-\x7e\xa1-\xff]*[\x21-\x7e\xa1-\xff][\x20-\x7e\xa1-\xff]*")
_KEY_ARN = re.compile(r"arn:[a-z-]+:kms:[a-z0-9-]+:\d{12}:key/[A-Za-z0-9-]+")


class Grant(Protocol):
    """A permission of the application. `reason` is shown in the task role's description."""

    @property
    def reason(self) -> str: ...

    def statements(self, context: Context) -> list[Statement]:
        """The statements that give it, naming one resource and never a wildcard of several."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadObjects:
    """Read and list the objects of one bucket under one prefix ("uploads/"; "" is the whole bucket)."""

    bucket: str
    prefix: str
    reason: str

    def __post_init__(self) -> None:
        _check_objects(self.bucket, self.prefix, self.reason)

    def statements(self, context: Context) -> list[Statement]:
        where = _word(self.bucket, self.prefix)
        # Without the list permission a missing object answers 403 instead of 404.
        within: Conditions = {"StringLike": {"s3:prefix": f"{self.prefix}*"}} if self.prefix else {}
        return [
            Statement(
                sid=f"ReadObjects{where}",
                actions=("s3:GetObject",),
                resources=(_objects(context, self.bucket, self.prefix),),
            ),
            Statement(
                sid=f"ListObjects{where}",
                actions=("s3:ListBucket",),
                resources=(context.arn("s3", self.bucket, region="", account=""),),
                conditions=within,
            ),
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteObjects:
    """Create and replace, not read or delete, the objects of one bucket under one prefix."""

    bucket: str
    prefix: str
    reason: str

    def __post_init__(self) -> None:
        _check_objects(self.bucket, self.prefix, self.reason)

    def statements(self, context: Context) -> list[Statement]:
        return [
            Statement(
                sid=f"WriteObjects{_word(self.bucket, self.prefix)}",
                actions=("s3:AbortMultipartUpload", "s3:PutObject"),
                resources=(_objects(context, self.bucket, self.prefix),),
            )
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectAccess:
    """Read, list, write and delete the objects of one bucket under one prefix."""

    bucket: str
    prefix: str
    reason: str

    def __post_init__(self) -> None:
        _check_objects(self.bucket, self.prefix, self.reason)

    def statements(self, context: Context) -> list[Statement]:
        read = ReadObjects(bucket=self.bucket, prefix=self.prefix, reason=self.reason)
        write = WriteObjects(bucket=self.bucket, prefix=self.prefix, reason=self.reason)
        delete = Statement(
            sid=f"DeleteObjects{_word(self.bucket, self.prefix)}",
            actions=("s3:DeleteObject",),
            resources=(_objects(context, self.bucket, self.prefix),),
        )
        return [*read.statements(context), *write.statements(context), delete]


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishTo:
    """Publish to one SNS topic, named by its ARN."""

    topic: str
    reason: str

    def __post_init__(self) -> None:
        _check_arn("topic", self.topic, "sns", "an SNS topic's")
        _check_reason(self.reason)

    def statements(self, context: Context) -> list[Statement]:  # noqa: ARG002 - an ARN says it all
        return [
            Statement(sid=f"PublishTo{_place(self.topic)}", actions=("sns:Publish",), resources=(self.topic,))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class SendTo:
    """Send to one SQS queue, named by its ARN."""

    queue: str
    reason: str

    def __post_init__(self) -> None:
        _check_arn("queue", self.queue, "sqs", "an SQS queue's")
        _check_reason(self.reason)

    def statements(self, context: Context) -> list[Statement]:  # noqa: ARG002 - an ARN says it all
        actions = ("sqs:GetQueueUrl", "sqs:SendMessage")
        return [Statement(sid=f"SendTo{_place(self.queue)}", actions=actions, resources=(self.queue,))]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsumeFrom:
    """Receive and settle messages of one SQS queue, named by its ARN."""

    queue: str
    reason: str

    def __post_init__(self) -> None:
        _check_arn("queue", self.queue, "sqs", "an SQS queue's")
        _check_reason(self.reason)

    def statements(self, context: Context) -> list[Statement]:  # noqa: ARG002 - an ARN says it all
        calls = (
            "ChangeMessageVisibility",
            "DeleteMessage",
            "GetQueueAttributes",
            "GetQueueUrl",
            "ReceiveMessage",
        )
        return [
            Statement(
                sid=f"ConsumeFrom{_place(self.queue)}",
                actions=tuple(f"sqs:{it}" for it in calls),
                resources=(self.queue,),
            )
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class MountFileSystem:
    """Mount one EFS file system at one access point, by their ids, to read, or to write too.

    Amazon EFS User Guide, "Using IAM to control access to file systems". The access point says which user's
    rights these are, and root's never are among them.
    """

    file_system: str
    access_point: str
    writes: bool
    reason: str

    def __post_init__(self) -> None:
        for setting, value, form in (
            ("file_system", self.file_system, r"fs-[0-9a-f]+"),
            ("access_point", self.access_point, r"fsap-[0-9a-f]+"),
        ):
            if not re.fullmatch(form, value):
                raise InvalidSettingError(
                    setting, value, f"isn't an id like {form.partition('[')[0]}0123456789abcdef0"
                )
        _check_reason(self.reason)

    def statements(self, context: Context) -> list[Statement]:
        point = context.arn("elasticfilesystem", f"access-point/{self.access_point}")
        actions = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")
        return [
            Statement(
                sid=f"MountFileSystem{_word(self.file_system, self.access_point)}",
                actions=actions if self.writes else actions[:1],
                resources=(context.arn("elasticfilesystem", f"file-system/{self.file_system}"),),
                conditions={"StringEquals": {"elasticfilesystem:AccessPointArn": point}},
            )
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class UseKey:
    """Use one customer KMS key (its ARN) through the service whose data it encrypts, never directly."""

    key: str
    through: Literal["s3", "sns", "sqs"]
    reason: str

    def __post_init__(self) -> None:
        if not _KEY_ARN.fullmatch(self.key):
            raise InvalidSettingError("key", self.key, "isn't a KMS key's full ARN (arn:aws:kms:…:key/…)")
        _check_reason(self.reason)

    def statements(self, context: Context) -> list[Statement]:
        return [
            Statement(
                sid=f"UseKey{self.through.capitalize()}{_place(self.key)}",
                actions=("kms:Decrypt", "kms:GenerateDataKey"),
                resources=(self.key,),
                conditions={
                    "StringEquals": {
                        "kms:ViaService": f"{self.through}.{context.region}.{context.dns_suffix}"
                    }
                },
            )
        ]


def _check_objects(bucket: str, prefix: str, reason: str) -> None:
    if not _BUCKET.fullmatch(bucket):
        raise InvalidSettingError(
            "bucket", bucket, "isn't a bucket's name (not an ARN, 3 to 63 lower-case characters)"
        )
    if prefix and (not prefix.endswith("/") or prefix.startswith("/") or set(prefix) & set("*?$")):
        raise InvalidSettingError(
            "prefix", prefix, 'has to look like "uploads/": no leading /, no wildcard, a / at the end'
        )
    _check_reason(reason)


def _check_arn(setting: str, arn: str, service: str, whose: str) -> None:
    if not re.fullmatch(rf"arn:[a-z-]+:{service}:[a-z0-9-]+:\d{{12}}:[A-Za-z0-9_.-]+", arn):
        raise InvalidSettingError(
            setting, arn, f"isn't {whose} full ARN (arn:aws:{service}:REGION:ACCOUNT:NAME)"
        )


def _check_reason(reason: str) -> None:
    if not _REASON.fullmatch(reason):
        raise InvalidSettingError(
            "reason", reason, "has to say in one line of Latin characters why it is granted"
        )


def _objects(context: Context, bucket: str, prefix: str) -> str:
    return context.arn("s3", f"{bucket}/{prefix}*", region="", account="")


def _word(*parts: str) -> str:
    """The parts as one CamelCase word: a Sid has only letters and digits."""
    return "".join(it[0].upper() + it[1:] for part in parts for it in re.split(r"[^A-Za-z0-9]+", part) if it)


def _place(arn: str) -> str:
    """Region, account and name of an ARN as one word."""
    return _word(*arn.split(":")[3:])
