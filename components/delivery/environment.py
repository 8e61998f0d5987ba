"""One environment as its delivery sees it: which of an account's resources are its own."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from components.context import Context
from components.documents import Conditions
from components.errors import InvalidSettingError

_REPOSITORY = re.compile(r"[a-z0-9]+([._/-][a-z0-9]+)*")
_ZONE = re.compile(r"Z[A-Z0-9]+")
_ARN = re.compile(
    r"arn:[\w-]+:(s3:::(?P<bucket>[\w.-]+)(/[\w/.*+=,@:-]+)?|(sns|sqs|kms|elasticfilesystem):[\w-]*:\d*:[\w/.-]+)"
)
_NO_ARN = (
    "isn't an ARN of S3, SNS, SQS, KMS or EFS, which grants are for, that names one thing: a wildcard may "
    "only follow a bucket's name and a slash (arn:aws:s3:::uploads/*), or it could match the state's own"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """A stack of the program in its account, by the names and tags that the program gives its resources.

    Raises `InvalidSettingError` for what no ARN can be made of.
    """

    context: Context
    """The program's own project and stack, not those of the bootstrap stack."""
    service: str
    """Begins the names that AWS or Pulumi completes: of load balancer, target groups and firewall."""
    registry: str
    """The account whose ECR repositories hold the images."""
    repositories: tuple[str, ...]
    """Their names."""
    state_bucket: str
    state_key_alias: str
    """Of the KMS key that encrypts the state, and the secrets in it."""
    hosted_zones: tuple[str, ...] = ()
    """Ids of the Route 53 zones that the stack's records go into."""
    reach: tuple[str, ...] = ()
    """ARNs of what the application's own grants and its secrets' keys name, wildcards only for objects in a
    bucket: one in a name could match the bucket of the state, or its key, which has only an id."""

    def __post_init__(self) -> None:
        for setting, values, pattern, fix in (
            ("repositories", self.repositories, _REPOSITORY, "isn't an ECR repository's name: web/rails"),
            ("hosted_zones", self.hosted_zones, _ZONE, "isn't a hosted zone's id: Z0123456789ABCDEFGHIJ"),
            ("reach", self.reach, _ARN, _NO_ARN),
        ):
            for value in values:
                found = pattern.fullmatch(value)
                if not found:
                    raise InvalidSettingError(setting, value, fix)
                if found.groupdict().get("bucket") == self.state_bucket:
                    own = (
                        "is in the bucket of the environment's state; name a bucket of the application's own"
                    )
                    raise InvalidSettingError(setting, value, own)

    @property
    def own(self) -> Conditions:
        """Holds for what has this environment's tags, which the provider's default tags put on everything."""
        return {"StringEquals": self._tags("aws:ResourceTag")}

    @property
    def new(self) -> Conditions:
        """Holds for a call that puts this environment's tags on what it creates."""
        return {"StringEquals": self._tags("aws:RequestTag")}

    def new_by(self, key: str, calls: Iterable[str]) -> Conditions:
        """Holds for the tags that one of these calls puts on what it creates, as the service's `key` says."""
        return {"StringEquals": {**self._tags("aws:RequestTag"), key: tuple(calls)}}

    def _tags(self, key: str) -> dict[str, str]:
        return {f"{key}/Project": self.context.project, f"{key}/Environment": self.context.stack}

    def arns(self, service: str, *kinds: str) -> tuple[str, ...]:
        """ARNs in the environment's account and region: `vpc/*`."""
        return tuple(self.context.arn(service, it) for it in kinds)

    @property
    def name(self) -> str:
        """A pattern of the explicit names: `<project>-<stack>-*`."""
        return f"{self.context.name()}-*"

    @property
    def roles(self) -> tuple[str, ...]:
        """The program's roles."""
        return (self.context.arn("iam", f"role/{self.name}", region=""),)

    @property
    def boundary(self) -> str:
        """The ARN of the policy that bounds the program's roles."""
        return self.context.arn("iam", f"policy/{self.context.name('boundary')}", region="")

    @property
    def buckets(self) -> tuple[str, ...]:
        """The program's buckets."""
        return (self.context.arn("s3", self.name, region="", account=""),)

    @property
    def log_groups(self) -> tuple[str, ...]:
        """The program's log groups; those of a firewall have to begin with aws-waf-logs-."""
        return self.arns("logs", f"log-group:{self.name}", f"log-group:aws-waf-logs-{self.name}")

    @property
    def tasks(self) -> tuple[str, ...]:
        """The program's cluster, and what runs or is defined for it."""
        kinds = ("cluster", "service", "service-deployment", "task", "task-definition")
        return self.arns("ecs", *(f"{it}/{self.name}" for it in kinds))

    @property
    def firewalls(self) -> tuple[str, ...]:
        """The firewall and the load balancer that it stands before, by the beginnings of their names."""
        return (
            *self.arns("wafv2", f"regional/webacl/{self.service}-*"),
            *self.arns("elasticloadbalancing", f"loadbalancer/app/{self.service}-*"),
        )

    @property
    def images(self) -> tuple[str, ...]:
        """The repositories that the images come from."""
        return tuple(
            self.context.arn("ecr", f"repository/{it}", account=self.registry) for it in self.repositories
        )

    @property
    def secrets(self) -> tuple[str, ...]:
        """The secrets of the program: those whose names begin with `<project>/`."""
        return self.arns("secretsmanager", f"secret:{self.context.project}/*")

    @property
    def zones(self) -> tuple[str, ...]:
        """The hosted zones."""
        return tuple(
            self.context.arn("route53", f"hostedzone/{it}", region="", account="") for it in self.hosted_zones
        )

    @property
    def state_files(self) -> tuple[str, ...]:
        """The stack's state in the bucket, its earlier ones and its locks, as the engine names them."""
        project, stack = self.context.project, self.context.stack
        folders = (f"history/{project}", f"backups/{project}", f"locks/organization/{project}")
        return self._state(f"stacks/{project}/{stack}.*", *(f"{it}/{stack}/*" for it in folders))

    @property
    def state_read(self) -> tuple[str, ...]:
        """What of the bucket is read to know the stack, and from which commit it was last brought up."""
        name = f"{self.context.project}/{self.context.stack}"
        return self._state("meta.yaml", f"stacks/{name}.*", f"history/{name}/*")

    def _state(self, *keys: str) -> tuple[str, ...]:
        return tuple(f"{self.state}/.pulumi/{it}" for it in keys)

    @property
    def state(self) -> str:
        """The state's bucket."""
        return self.context.arn("s3", self.state_bucket, region="", account="")

    @property
    def state_key(self) -> Conditions:
        """Holds for the key that encrypts the state."""
        return {"ForAnyValue:StringEquals": {"kms:ResourceAliases": self.state_key_alias}}

    def reached(self, service: str) -> tuple[str, ...]:
        """What the application may reach of one AWS service."""
        return tuple(it for it in self.reach if it.split(":")[2] == service)
