"""Where a stack lives: what names and ARNs are built from, all of it known at preview."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Project, stack, partition, region and account: enough to say a resource's name before it exists.

    Documents (policies, container definitions) use these names and ARNs and never a resource's output:
    one unknown would make the whole document unknown at preview, and no policy could judge it.
    """

    project: str
    stack: str
    partition: str
    region: str
    account: str
    dns_suffix: str = "amazonaws.com"
    permissions_boundary: str | None = None
    """Name of the IAM policy that bounds every role of the stack; None: nothing does."""

    @classmethod
    def current(cls, project: str, stack: str, *, permissions_boundary: str | None = None) -> Context:
        """The context of the default provider's account and region, asked of AWS at preview too."""
        partition = aws.get_partition()
        return cls(
            project=project,
            stack=stack,
            partition=partition.partition,
            region=aws.get_region().region,
            account=aws.get_caller_identity().account_id,
            dns_suffix=partition.dns_suffix,
            permissions_boundary=permissions_boundary,
        )

    @property
    def boundary_arn(self) -> str | None:
        """The ARN of the policy that bounds every role."""
        return (
            self.arn("iam", f"policy/{self.permissions_boundary}", region="")
            if self.permissions_boundary
            else None
        )

    def name(self, *parts: str) -> str:
        """`<project>-<stack>-<parts>`, joined by hyphens: an explicit physical name."""
        return "-".join((self.project, self.stack, *parts))

    def arn(
        self, service: str, resource: str, *, region: str | None = None, account: str | None = None
    ) -> str:
        """The ARN of `resource`; region and account default to the stack's, and "" leaves a field empty.

        AWS General Reference, "Amazon Resource Names (ARNs)".
        """
        region = self.region if region is None else region
        account = self.account if account is None else account
        return f"arn:{self.partition}:{service}:{region}:{account}:{resource}"
