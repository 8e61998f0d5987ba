"""The VPC and all that is in it, which have ids for names: the environment's tags say what is its own."""

from __future__ import annotations

from components.delivery.environment import Environment
from components.delivery.statements import allow
from components.documents import Statement

_CREATED = {
    "AllocateAddress": "elastic-ip",
    "CreateFlowLogs": "vpc-flow-log",
    "CreateInternetGateway": "internet-gateway",
    "CreateNatGateway": "natgateway",
    "CreateRouteTable": "route-table",
    "CreateSecurityGroup": "security-group",
    "CreateSubnet": "subnet",
    "CreateVpc": "vpc",
    "CreateVpcEndpoint": "vpc-endpoint",
}
"""What each call makes. What it makes it in (the subnet's VPC) is asked of as well, and has to be our own."""
_RULES = ("AuthorizeSecurityGroupEgress", "AuthorizeSecurityGroupIngress")
_OWN = (
    "AssociateRouteTable",
    "AttachInternetGateway",
    "CreateFlowLogs",
    "CreateNatGateway",
    "CreateRoute",
    "CreateRouteTable",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateVpcEndpoint",
    "DeleteFlowLogs",
    "DeleteInternetGateway",
    "DeleteNatGateway",
    "DeleteRoute",
    "DeleteRouteTable",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteVpc",
    "DeleteVpcEndpoints",
    "DetachInternetGateway",
    "DisassociateAddress",
    "DisassociateRouteTable",
    "ModifySecurityGroupRules",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
    "ModifyVpcEndpoint",
    "ReleaseAddress",
    "ReplaceRoute",
    "ReplaceRouteTableAssociation",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "UpdateSecurityGroupRuleDescriptionsEgress",
    "UpdateSecurityGroupRuleDescriptionsIngress",
)


def network(environment: Environment) -> list[Statement]:
    """Create what carries the environment's tags from the start, and change what has them.

    Service Authorization Reference, "Amazon EC2": a call is asked of for each resource that it is about.
    """
    arns, own, new = environment.arns, environment.own, environment.new
    return [
        *(
            allow(f"New{call}", "ec2", (call,), arns("ec2", f"{made}/*"), new)
            for call, made in _CREATED.items()
        ),
        allow("NewRules", "ec2", _RULES, arns("ec2", "security-group-rule/*"), new),
        allow("OwnNetwork", "ec2", (*_OWN, *_RULES), arns("ec2", "*"), own),
        allow(
            "TagNew",
            "ec2",
            ("CreateTags",),
            arns("ec2", "*"),
            environment.new_by("ec2:CreateAction", (*_CREATED, *_RULES)),
        ),
        allow("TagOwn", "ec2", ("CreateTags", "DeleteTags"), arns("ec2", "*"), own),
        # A VPC's default group is nobody's until it is tagged.
        allow(
            "TagDefaultGroup",
            "ec2",
            ("CreateTags",),
            arns("ec2", "security-group/*"),
            {**new, "Null": {"aws:ResourceTag/Project": "true"}},
        ),
    ]
