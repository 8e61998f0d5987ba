"""What ids, ARNs and names of AWS's resources look like, so that a placeholder can be read like a real one.

Service Authorization Reference, "Resource types defined by" each service, has the ARNs; the Terraform
provider's pages say under "Import" and "Attribute Reference" what a resource's id is. In a template stand
`{name}` (the physical name), `{mark}` (the logical name, made unique), hashes of the resource (`{hash}`,
`{uuid}`), and where it is (`{partition}`, `{region}`, `{account}`, `{suffix}`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ecs_policies.kinds import canonical


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """How a type's resources are identified.

    `arn` comes after `arn:{partition}:`. `name` is the property that holds the physical name. `more` are
    other outputs that have a form of their own.
    """

    arn: str = ""
    id: str = "{name}"
    name: str = "name"
    more: Mapping[str, str] = field(default_factory=dict[str, str])


def _regional(resource: str, **rest: str) -> Shape:
    service, _, resource = resource.partition(":")
    return Shape(arn=f"{service}:{{region}}:{{account}}:{resource}", **rest)  # pyright: ignore[reportArgumentType]


def _ec2(prefix: str, kind: str, also: str = "") -> Shape:
    """A resource of EC2; some have their id in a second output `also`."""
    more = {also: "{id}"} if also else {}
    return Shape(arn=f"ec2:{{region}}:{{account}}:{kind}/{{id}}", id=f"{prefix}-{{mark}}", more=more)


_ARN: Final = "{arn}"

_IAM: Final = {
    "iam/role:Role": Shape(arn="iam::{account}:role{path}{name}"),
    "iam/user:User": Shape(arn="iam::{account}:user{path}{name}"),
    "iam/group:Group": Shape(arn="iam::{account}:group{path}{name}"),
    "iam/policy:Policy": Shape(arn="iam::{account}:policy{path}{name}", id=_ARN),
    "iam/instanceProfile:InstanceProfile": Shape(arn="iam::{account}:instance-profile{path}{name}"),
    "iam/openIdConnectProvider:OpenIdConnectProvider": Shape(
        arn="iam::{account}:oidc-provider/{host}", id=_ARN
    ),
}

_ECS: Final = {
    "ecs/cluster:Cluster": _regional("ecs:cluster/{name}", id=_ARN),
    "ecs/service:Service": _regional("ecs:service/{cluster}/{name}", id=_ARN),
    "ecs/capacityProvider:CapacityProvider": _regional("ecs:capacity-provider/{name}", id=_ARN),
    "ecs/taskDefinition:TaskDefinition": Shape(
        arn="ecs:{region}:{account}:task-definition/{name}:1",
        name="family",
        more={"arnWithoutRevision": "arn:{partition}:ecs:{region}:{account}:task-definition/{name}"},
    ),
    "ecr/repository:Repository": Shape(
        arn="ecr:{region}:{account}:repository/{name}",
        more={"repositoryUrl": "{account}.dkr.ecr.{region}.{suffix}/{name}"},
    ),
    "ecrpublic/repository:Repository": Shape(
        arn="ecr-public::{account}:repository/{name}",
        name="repositoryName",
        more={"repositoryUri": "public.ecr.aws/{hash:.8}/{name}"},
    ),
}

_LOAD_BALANCING: Final = {
    "lb/loadBalancer:LoadBalancer": Shape(
        arn="elasticloadbalancing:{region}:{account}:loadbalancer/app/{name}/{hash:.16}",
        id=_ARN,
        more={"arnSuffix": "app/{name}/{hash:.16}", "dnsName": "{name}-placeholder.{region}.elb.{suffix}"},
    ),
    "lb/targetGroup:TargetGroup": Shape(
        arn="elasticloadbalancing:{region}:{account}:targetgroup/{name}/{hash:.16}",
        id=_ARN,
        more={"arnSuffix": "targetgroup/{name}/{hash:.16}"},
    ),
    "lb/listener:Listener": _regional(
        "elasticloadbalancing:listener/app/{mark}/{hash:.16}/{hash:.16}", id=_ARN
    ),
    "lb/listenerRule:ListenerRule": _regional(
        "elasticloadbalancing:listener-rule/app/{mark}/{hash:.16}/{hash:.16}/{hash:.16}", id=_ARN
    ),
}

_EC2: Final = {
    "ec2/vpc:Vpc": _ec2("vpc", "vpc"),
    "ec2/defaultVpc:DefaultVpc": _ec2("vpc", "vpc"),
    "ec2/subnet:Subnet": _ec2("subnet", "subnet"),
    "ec2/defaultSubnet:DefaultSubnet": _ec2("subnet", "subnet"),
    "ec2/securityGroup:SecurityGroup": _ec2("sg", "security-group"),
    "ec2/defaultSecurityGroup:DefaultSecurityGroup": _ec2("sg", "security-group"),
    "vpc/securityGroupIngressRule:SecurityGroupIngressRule": _ec2(
        "sgr", "security-group-rule", "securityGroupRuleId"
    ),
    "vpc/securityGroupEgressRule:SecurityGroupEgressRule": _ec2(
        "sgr", "security-group-rule", "securityGroupRuleId"
    ),
    "ec2/internetGateway:InternetGateway": _ec2("igw", "internet-gateway"),
    "ec2/egressOnlyInternetGateway:EgressOnlyInternetGateway": _ec2("eigw", "egress-only-internet-gateway"),
    "ec2/natGateway:NatGateway": _ec2("nat", "natgateway"),
    "ec2/eip:Eip": _ec2("eipalloc", "elastic-ip", "allocationId"),
    "ec2/routeTable:RouteTable": _ec2("rtb", "route-table"),
    "ec2/defaultRouteTable:DefaultRouteTable": _ec2("rtb", "route-table"),
    "ec2/routeTableAssociation:RouteTableAssociation": _ec2("rtbassoc", "route-table-association"),
    "ec2/networkAcl:NetworkAcl": _ec2("acl", "network-acl"),
    "ec2/vpcEndpoint:VpcEndpoint": _ec2("vpce", "vpc-endpoint"),
    "ec2/vpcPeeringConnection:VpcPeeringConnection": _ec2("pcx", "vpc-peering-connection"),
    "ec2/managedPrefixList:ManagedPrefixList": _ec2("pl", "prefix-list"),
    "ec2/flowLog:FlowLog": _ec2("fl", "vpc-flow-log"),
    "ec2/networkInterface:NetworkInterface": _ec2("eni", "network-interface"),
    "ec2/instance:Instance": _ec2("i", "instance"),
    "ec2/launchTemplate:LaunchTemplate": _ec2("lt", "launch-template"),
    "ebs/volume:Volume": _ec2("vol", "volume"),
    "ec2transitgateway/transitGateway:TransitGateway": _ec2("tgw", "transit-gateway"),
}

_DATA: Final = {
    "s3/bucket:Bucket": Shape(
        arn="s3:::{name}",
        name="bucket",
        more={
            "bucketDomainName": "{name}.s3.{suffix}",
            "bucketRegionalDomainName": "{name}.s3.{region}.{suffix}",
        },
    ),
    "kms/key:Key": Shape(arn="kms:{region}:{account}:key/{id}", id="{uuid}", more={"keyId": "{id}"}),
    "kms/alias:Alias": _regional("kms:{name}"),
    "secretsmanager/secret:Secret": _regional("secretsmanager:secret:{name}-{hash:.6}", id=_ARN),
    "secretsmanager/secretVersion:SecretVersion": Shape(
        arn="secretsmanager:{region}:{account}:secret:{mark}-{hash:.6}",
        id="{arn}|{uuid}",
        more={"versionId": "{uuid}"},
    ),
    "ssm/parameter:Parameter": _regional("ssm:parameter{slashed}"),
    "dynamodb/table:Table": _regional("dynamodb:table/{name}"),
    "rds/instance:Instance": _regional("rds:db:{name}", name="identifier"),
    "rds/cluster:Cluster": _regional("rds:cluster:{name}", name="clusterIdentifier"),
    "elasticache/replicationGroup:ReplicationGroup": _regional(
        "elasticache:replicationgroup:{name}", name="replicationGroupId"
    ),
    "efs/fileSystem:FileSystem": _regional("elasticfilesystem:file-system/{id}", id="fs-{mark}"),
    "efs/accessPoint:AccessPoint": _regional("elasticfilesystem:access-point/{id}", id="fsap-{mark}"),
}

_REST: Final = {
    "acm/certificate:Certificate": _regional("acm:certificate/{uuid}", id=_ARN),
    "appautoscaling/target:Target": _regional(
        "application-autoscaling:scalable-target/{hash:.32}", name="resourceId"
    ),
    "autoscaling/group:Group": _regional(
        "autoscaling:autoScalingGroup:{uuid}:autoScalingGroupName/{name}", id="{name}"
    ),
    "cloudwatch/logGroup:LogGroup": _regional("logs:log-group:{name}"),
    "cloudwatch/metricAlarm:MetricAlarm": _regional("cloudwatch:alarm:{name}"),
    "cloudwatch/compositeAlarm:CompositeAlarm": _regional("cloudwatch:alarm:{name}", name="alarmName"),
    "cloudwatch/eventRule:EventRule": _regional("events:rule/{name}"),
    "cloudwatch/eventBus:EventBus": _regional("events:event-bus/{name}"),
    "eks/cluster:Cluster": _regional("eks:cluster/{name}"),
    "kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": _regional(
        "firehose:deliverystream/{name}", id=_ARN
    ),
    "kinesis/stream:Stream": _regional("kinesis:stream/{name}", id=_ARN),
    "lambda/function:Function": _regional("lambda:function:{name}"),
    "route53/zone:Zone": Shape(arn="route53:::hostedzone/{id}", id="Z{HASH:.20}", more={"zoneId": "{id}"}),
    "servicediscovery/privateDnsNamespace:PrivateDnsNamespace": _regional(
        "servicediscovery:namespace/{id}", id="ns-{mark}"
    ),
    "servicediscovery/service:Service": _regional("servicediscovery:service/{id}", id="srv-{mark}"),
    "sfn/stateMachine:StateMachine": _regional("states:stateMachine:{name}", id=_ARN),
    "sns/topic:Topic": _regional("sns:{name}", id=_ARN),
    "sqs/queue:Queue": Shape(
        arn="sqs:{region}:{account}:{name}",
        id="https://sqs.{region}.{suffix}/{account}/{name}",
        more={"url": "{id}"},
    ),
    "wafv2/webAcl:WebAcl": _regional("wafv2:regional/webacl/{name}/{uuid}", id="{uuid}"),
}

SHAPES: Final[Mapping[str, Shape]] = {**_IAM, **_ECS, **_LOAD_BALANCING, **_EC2, **_DATA, **_REST}
"""By type token without `aws:`, in the spelling of `ecs_policies.kinds`."""


def shape_of(token: str) -> Shape:
    """The shape of a resource type; one that isn't listed has the most usual."""
    known = canonical(token).removeprefix("aws:")
    if known in SHAPES or not token.startswith("aws:"):
        return SHAPES.get(known, Shape())
    service, _, kind = known.partition("/")
    return Shape(arn=f"{service}:{{region}}:{{account}}:{kind.partition(':')[0]}/{{name}}", id="{mark}")
