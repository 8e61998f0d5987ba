"""What the credentials of this shell reach: looked at before anything is made."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, cast

import boto3  # pyright: ignore[reportMissingTypeStubs]
import yaml
from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)

from backend.names import Backend
from backend.setup.failure import BackendError

AwsError = (BotoCoreError, ClientError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """The backend that a stack's file and the credentials lead to, and whether its bucket stands."""

    backend: Backend
    bucket_stands: bool
    session: Any
    """boto3's, in the backend's region."""


def reach(program: Path, stack: str) -> Reached:
    """Asks AWS who calls, and what there is of the stack's backend.

    Raises `BackendError` for a stack without a file, for no credentials or another account's, for a bucket
    that isn't this account's or region's, and for a key that can't be used.
    """
    file = program / f"Pulumi.{stack}.yaml"
    region, allowed = _place(file, stack)
    session, account, caller = _caller(region, allowed)
    if account not in allowed:
        raise BackendError(
            f"The credentials of this shell ({caller}) are of account {account}, and aws:allowedAccountIds "
            f"in {file} allows {', '.join(allowed)}. Set AWS_PROFILE to a profile of the right account, or "
            "correct the file."
        )
    try:
        backend = Backend(stack=stack, account=account, region=region)
    except ValueError as error:
        raise BackendError(f"{error} Rename {file}, and run the command with that name.") from None
    stands = _bucket_stands(session, backend, caller)
    _refuse_unusable_key(session, backend)
    return Reached(backend=backend, bucket_stands=stands, session=session)


def stacks(program: Path) -> list[str]:
    """The stacks that have a file."""
    return sorted(it.name.split(".")[1] for it in program.glob("Pulumi.*.yaml"))


def _place(file: Path, stack: str) -> tuple[str, list[str]]:
    """The region of a stack, and the accounts that it may be in."""
    if not file.is_file():
        known = ", ".join(stacks(file.parent))
        raise BackendError(f"STACK={stack}: there is no {file}. Name one of {known}, or add a file for it.")
    try:
        content: dict[str, Any] = yaml.safe_load(file.read_text()) or {}
    except yaml.YAMLError as error:
        raise BackendError(f"{file} isn't YAML: {' '.join(str(error).split())}") from None
    config = cast("dict[str, Any]", content.get("config") or {})
    region, allowed = config.get("aws:region"), config.get("aws:allowedAccountIds")
    if not isinstance(region, str) or not isinstance(allowed, list) or not allowed:
        raise BackendError(
            f"{file} has to say where the backend is: aws:region is {region!r}, and aws:allowedAccountIds is "
            f"{allowed!r}. Right are a region's name, and a list with the account's id in quotes."
        )
    return region, [str(it) for it in cast("list[object]", allowed)]


def _caller(region: str, allowed: list[str]) -> tuple[Any, str, str]:
    """A session of the SDK, and the account and ARN that its credentials are of."""
    try:
        session: Any = boto3.Session(region_name=region)
        caller = session.client("sts").get_caller_identity()
    except AwsError as error:
        raise BackendError(
            f"AWS doesn't know who calls ({error}). Give this shell credentials for account "
            f"{' or '.join(allowed)}, for instance with AWS_PROFILE or `aws sso login`; "
            "`aws sts get-caller-identity` shows whose they are."
        ) from None
    return session, caller["Account"], caller["Arn"]


def _bucket_stands(session: Any, backend: Backend, caller: str) -> bool:
    """Whether the account has the bucket; another account's of that name is never written to."""
    try:
        found = session.client("s3").head_bucket(Bucket=backend.bucket, ExpectedBucketOwner=backend.account)
    except AwsError as error:
        status = getattr(error, "response", {}).get("ResponseMetadata", {}).get("HTTPStatusCode")
        if status == HTTPStatus.NOT_FOUND:
            return False
        if status == HTTPStatus.FORBIDDEN:
            raise BackendError(
                f"The bucket {backend.bucket} exists, and S3 refuses it to {caller}. If `aws s3api "
                f"list-buckets` has it, the caller lacks s3:ListBucket on it. Else another account has taken "
                f"the name: rename backend/Pulumi.{backend.stack}.yaml, for the stack's name is part of the "
                "bucket's."
            ) from None
        raise BackendError(f"S3 can't be asked for the bucket {backend.bucket}: {error}") from None
    home = found.get("BucketRegion", backend.region)
    if home != backend.region:
        raise BackendError(
            f"The bucket {backend.bucket} is in {home}, and aws:region is {backend.region} in "
            f"backend/Pulumi.{backend.stack}.yaml. A bucket can't move: set aws:region to {home}."
        )
    return True


def _refuse_unusable_key(session: Any, backend: Backend) -> None:
    """Without its key nothing in the bucket can be read; one that waits to be deleted can be brought back."""
    try:
        key = session.client("kms").describe_key(KeyId=backend.key_alias)["KeyMetadata"]
    except AwsError as error:
        if getattr(error, "response", {}).get("Error", {}).get("Code") == "NotFoundException":
            return
        raise BackendError(f"KMS can't be asked for the key {backend.key_alias}: {error}") from None
    if key["KeyState"] == "Enabled":
        return
    option = f"--region {backend.region} --key-id {key['KeyId']}"
    deleted = f" until {key['DeletionDate']:%Y-%m-%d}" if "DeletionDate" in key else ""
    cancel = f"`aws kms cancel-key-deletion {option}`, then " if deleted else ""
    raise BackendError(
        f"{backend.key_alias} names the key {key['KeyId']}, which is {key['KeyState']}{deleted}: no state in "
        f"{backend.bucket} can be read without it. Bring it back: {cancel}`aws kms enable-key {option}`. "
        "Then run the same command again."
    )
