"""The AWS calls that a run makes: botocore's monitoring sends whoever listens a datagram for each."""

import json
import re
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from threading import Thread
from typing import Any

from emulator.local.stack import LocalStack

# Services whose IAM prefix isn't their id in lower case and without spaces.
_PREFIXES = {
    "Application Auto Scaling": "application-autoscaling",
    "CloudWatch Logs": "logs",
    "Elastic Load Balancing v2": "elasticloadbalancing",
    "EventBridge": "events",
}
# Calls that IAM knows by another action's name. Service Authorization Reference, "Amazon S3".
_ACTIONS = {
    "s3:DeleteBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:DeleteBucketLifecycle": "s3:PutLifecycleConfiguration",
    "s3:DeleteBucketOwnershipControls": "s3:PutBucketOwnershipControls",
    "s3:DeleteObjects": "s3:DeleteObject",
    "s3:DeletePublicAccessBlock": "s3:PutBucketPublicAccessBlock",
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListObjectVersions": "s3:ListBucketVersions",
    "s3:ListObjectsV2": "s3:ListBucket",
    "s3:PutBucketEncryption": "s3:PutEncryptionConfiguration",
    "s3:PutBucketLifecycleConfiguration": "s3:PutLifecycleConfiguration",
    "s3:PutPublicAccessBlock": "s3:PutBucketPublicAccessBlock",
}


class WatchedStack(LocalStack):
    """A stack whose runs' AWS calls, the provider's and the program's, are heard by a `Listener`."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.listener = Listener()

    @property
    def environment(self) -> dict[str, str]:
        return super().environment | self.listener.variables


class Listener:
    """Hears datagrams on a port of the loopback, and keeps the IAM actions of the calls they tell of."""

    def __init__(self) -> None:
        self._heard: set[str] = set()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024)
        self._socket.bind(("127.0.0.1", 0))
        Thread(target=self._listen, daemon=True).start()

    @cached_property
    def variables(self) -> Mapping[str, str]:
        """What a process needs in its environment to be heard."""
        port = str(self._socket.getsockname()[1])
        return {"AWS_CSM_ENABLED": "true", "AWS_CSM_HOST": "127.0.0.1", "AWS_CSM_PORT": port}

    @contextmanager
    def heard(self) -> Iterator[set[str]]:
        """The actions heard while this lasts."""
        self._heard = set()
        yield self._heard

    def close(self) -> None:
        """Ends listening."""
        self._socket.close()

    def _listen(self) -> None:
        while True:
            try:
                told = json.loads(self._socket.recv(65_536))
            except OSError:
                return
            if told["Type"] == "ApiCall":
                self._heard.add(_action(told["Service"], told["Api"]))


def _action(service: str, call: str) -> str:
    prefix = _PREFIXES.get(service, re.sub(r"\s", "", service).lower())
    return _ACTIONS.get(f"{prefix}:{call}", f"{prefix}:{call}")
