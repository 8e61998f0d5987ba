"""The tasks' security group: the way out, and nothing in until a route or another stack adds a rule."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.network import ANYWHERE, Network
from components.shared import SharedNetwork


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSecurityGroupArgs:
    """The network that the tasks are in, whose NAT mode decides where HTTPS may go, and what they mount."""

    network: Network | SharedNetwork
    file_systems: tuple[str, ...] = ()
    """Security groups of EFS file systems' mount targets."""


class TaskSecurityGroup(pulumi.ComponentResource):
    """A group that lets tasks speak HTTPS to the internet, or without NAT to the VPC endpoints only, and NFS
    to their file systems."""

    id: pulumi.Output[str]
    ready: list[pulumi.Resource]
    """The rules that a task needs before it can pull its image."""

    def __init__(
        self, name: str, args: TaskSecurityGroupArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("web-application:index:TaskSecurityGroup", name, {}, opts)
        self._name, network = name, args.network
        group = aws.ec2.SecurityGroup(
            f"{name}-tasks",
            description=f"Tasks of {name}",
            vpc_id=network.vpc_id,
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.id = group.id
        if isinstance(network, Network) and network.nat == "none":
            self.ready = [
                self._https(
                    "endpoints", "HTTPS to the VPC endpoints", group=network.endpoint_security_group_id
                ),
                self._https("s3", "HTTPS to S3, for images", prefix_list=network.s3_prefix_list_id),
            ]
        else:
            self.ready = [self._https("internet", "HTTPS to AWS and other services", cidr=ANYWHERE)]
        # Named after the group, so that another volume in the same one changes nothing.
        self.ready += [
            self._out(f"files-{it}", "NFS to a file system", port=2049, group=it)
            for it in sorted(set(args.file_systems))
        ]
        self.register_outputs({"id": self.id})

    def _https(
        self,
        to: str,
        description: str,
        *,
        cidr: str | None = None,
        group: pulumi.Output[str] | None = None,
        prefix_list: pulumi.Output[str] | None = None,
    ) -> aws.vpc.SecurityGroupEgressRule:
        return self._out(to, description, port=443, cidr=cidr, group=group, prefix_list=prefix_list)

    def _out(
        self,
        to: str,
        description: str,
        *,
        port: int,
        cidr: str | None = None,
        group: pulumi.Input[str] | None = None,
        prefix_list: pulumi.Input[str] | None = None,
    ) -> aws.vpc.SecurityGroupEgressRule:
        return aws.vpc.SecurityGroupEgressRule(
            f"{self._name}-to-{to}",
            security_group_id=self.id,
            description=description,
            ip_protocol="tcp",
            from_port=port,
            to_port=port,
            cidr_ipv4=cidr,
            referenced_security_group_id=group,
            prefix_list_id=prefix_list,
            opts=pulumi.ResourceOptions(parent=self),
        )
