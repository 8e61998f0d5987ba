"""The ways of tasks that have no way to the internet, and whom VPC endpoints let through."""

import json
from typing import Any

from ecs_policies.kinds import (
    CLUSTER,
    EGRESS_RULE,
    ENDPOINT_PRIVATE_DNS,
    ENDPOINT_ROUTE_TABLE,
    ENDPOINT_SECURITY_GROUP,
    ENDPOINT_SUBNET,
    INGRESS_RULE,
    INTERNET_GATEWAY,
    NAT_GATEWAY,
    ROUTE,
    ROUTE_TABLE,
    ROUTE_TABLE_ASSOCIATION,
    SECURITY_GROUP,
    SERVICE,
    SUBNET,
    TASK_DEFINITION,
    VPC,
    VPC_ENDPOINT,
    VPC_ENDPOINT_POLICY,
)
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import ACCOUNT, IMAGE, document, resource

PATH, POLICY = "endpoint.missing-path", "endpoint.open-policy"
REGION = "com.amazonaws.us-east-1"
DNS = {"enableDnsHostnames": True}

NETWORK = resource(VPC, "vpc", DNS)
GROUP, DOOR = resource(SECURITY_GROUP, "tasks"), resource(SECURITY_GROUP, "door")
TABLE = resource(ROUTE_TABLE, "table", {"vpcId": UNKNOWN}, vpcId=NETWORK)


def subnet(name: str, cidr: Any) -> Resource:
    return resource(SUBNET, name, {"vpcId": UNKNOWN, "cidrBlock": cidr}, vpcId=NETWORK)


A, B = subnet("a", "10.0.0.0/24"), subnet("b", "10.0.1.0/24")


def joined(of: Resource, table: Resource = TABLE) -> Resource:
    made = {"subnetId": of, "routeTableId": table}
    return resource(ROUTE_TABLE_ASSOCIATION, of.name, {"subnetId": UNKNOWN, "routeTableId": UNKNOWN}, **made)


def route(target: str, to: Resource) -> Resource:
    made = {"routeTableId": TABLE, target: to}
    return resource(ROUTE, "out", {"routeTableId": UNKNOWN, target: UNKNOWN}, **made)


def interface(service: Any, name: str = "", groups: tuple[Resource, ...] = (DOOR,), **more: Any) -> Resource:
    properties = {
        "vpcId": UNKNOWN,
        "serviceName": service if service is UNKNOWN else f"{REGION}.{service}",
        "vpcEndpointType": "Interface",
        "privateDnsEnabled": True,
        "subnetIds": [UNKNOWN, UNKNOWN],
        **({"securityGroupIds": [UNKNOWN]} if groups else {}),
        **more,
    }
    made = {"vpcId": NETWORK, "subnetIds": [A, B], "securityGroupIds": list(groups)}
    return resource(VPC_ENDPOINT, name or str(service), properties, **made)


def gateway(tables: Any = (UNKNOWN,), made_from: tuple[Resource, ...] = (TABLE,), **more: Any) -> Resource:
    properties = {"vpcId": UNKNOWN, "serviceName": f"{REGION}.s3", "routeTableIds": tables, **more}
    return resource(VPC_ENDPOINT, "s3", properties, vpcId=NETWORK, routeTableIds=list(made_from))


def https(kind: str, name: str, of: Resource, **peer: Any) -> Resource:
    """A rule for HTTPS in or out; a peer given as a resource is unknown and made from it."""
    origins = {key: it for key, it in peer.items() if isinstance(it, Resource)}
    values = {key: UNKNOWN if key in origins else it for key, it in peer.items()}
    properties = {"securityGroupId": UNKNOWN, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, **values}
    return resource(kind, name, properties, securityGroupId=of, **origins)


def definition(*containers: dict[str, Any], **more: Any) -> Resource:
    text = json.dumps([{"name": "rails", "image": IMAGE, **it} for it in containers or ({},)])
    properties = {"requiresCompatibilities": ["FARGATE"], "containerDefinitions": text, **more}
    return resource(TASK_DEFINITION, "task", {"family": "web", **properties})


def service(name: str = "web", public: Any = None, task: Any = UNKNOWN, **more: Any) -> Resource:
    network = {"subnets": [UNKNOWN, UNKNOWN], "securityGroups": [UNKNOWN], "assignPublicIp": public}
    properties = {"launchType": "FARGATE", "taskDefinition": task, "networkConfiguration": network, **more}
    made = {
        "taskDefinition": [definition()] if task is UNKNOWN else [],
        "networkConfiguration": [A, B, GROUP],
    }
    return resource(SERVICE, name, properties, **made)


LOGS = {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/web"}}}
API, DOCKER, LOGS_ENDPOINT, S3 = interface("ecr.api"), interface("ecr.dkr"), interface("logs"), gateway()
IN = https(INGRESS_RULE, "in", DOOR, referencedSecurityGroupId=GROUP)
OUT = https(EGRESS_RULE, "out-door", GROUP, referencedSecurityGroupId=DOOR)
OUT_S3 = https(EGRESS_RULE, "out-s3", GROUP, prefixListId=S3)
ISOLATED = (NETWORK, A, B, TABLE, joined(A), joined(B), GROUP, DOOR)
RULES = (IN, OUT, OUT_S3)
ENDPOINTS = (API, DOCKER, LOGS_ENDPOINT, S3)
WEB = (*ISOLATED, *RULES, *ENDPOINTS, definition(LOGS), service())


def with_(
    *more: Resource, without: tuple[Resource, ...] = (), of: tuple[Resource, ...] = WEB
) -> tuple[Resource, ...]:
    """The stack with further resources; one takes the place of its namesake."""
    return tuple({it.urn: it for it in (*(it for it in of if it not in without), *more)}.values())


SUBNETS, GROUPS = "networkConfiguration.subnets", "networkConfiguration.securityGroups"
SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:key-AbCdEf"
EXEC = {"configuration": {"executeCommandConfiguration": {"kmsKeyId": UNKNOWN}}}
NEEDY = definition(
    {
        "secrets": [{"name": "KEY", "valueFrom": SECRET}, {"name": "HOST", "valueFrom": "host"}],
        "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "firehose"}},
    }
)
CLUSTER_ = resource(CLUSTER, "cluster", EXEC)
WITH_SESSIONS = resource(
    SERVICE,
    "web",
    {**service().properties, "cluster": UNKNOWN, "enableExecuteCommand": "true"},
    taskDefinition=definition(),
    networkConfiguration=[A, B, GROUP],
    cluster=CLUSTER_,
)

PATHS = (
    Case(
        rule=PATH,
        says="takes endpoints for images and logs, and groups that let the tasks through",
        stack=WEB,
    ),
    Case(
        rule=PATH,
        says="takes a group that lets the subnets in block by block, and tasks let out to everyone",
        stack=with_(
            https(INGRESS_RULE, "in", DOOR, cidrIpv4="10.0.0.0/24"),
            https(INGRESS_RULE, "in-b", DOOR, cidrIpv4="10.0.1.0/24"),
            https(EGRESS_RULE, "out-door", GROUP, cidrIpv4="0.0.0.0/0"),
            without=(OUT_S3,),
        ),
    ),
    Case(
        rule=PATH,
        says="takes what further resources add to endpoints",
        stack=with_(
            interface("ecr.api", privateDnsEnabled=False, groups=(), subnetIds=[]),
            resource(
                ENDPOINT_PRIVATE_DNS,
                "dns",
                {"vpcEndpointId": UNKNOWN, "privateDnsEnabled": True},
                vpcEndpointId=API,
            ),
            resource(
                ENDPOINT_SECURITY_GROUP,
                "group",
                {"vpcEndpointId": UNKNOWN, "securityGroupId": UNKNOWN},
                vpcEndpointId=API,
                securityGroupId=DOOR,
            ),
            resource(
                ENDPOINT_SUBNET,
                "subnet",
                {"vpcEndpointId": UNKNOWN, "subnetId": UNKNOWN},
                vpcEndpointId=API,
                subnetId=A,
            ),
            gateway([], ()),
            resource(
                ENDPOINT_ROUTE_TABLE,
                "table",
                {"vpcEndpointId": UNKNOWN, "routeTableId": UNKNOWN},
                vpcEndpointId=S3,
                routeTableId=TABLE,
            ),
        ),
    ),
    Case(
        rule=PATH,
        says="takes the better one of two endpoints for a service",
        stack=with_(interface("ecr.api", "second", privateDnsEnabled=False)),
    ),
    Case(
        rule=PATH,
        says="asks for nothing where a NAT gateway leads out, or where tasks have public addresses",
        stack=with_(
            route("natGatewayId", resource(NAT_GATEWAY, "nat")),
            resource(NAT_GATEWAY, "nat"),
            without=ENDPOINTS,
        ),
    ),
    Case(
        rule=PATH,
        says="asks for nothing of tasks with public addresses before an internet gateway",
        stack=with_(
            service(public="true"),
            route("gatewayId", resource(INTERNET_GATEWAY, "internet")),
            resource(INTERNET_GATEWAY, "internet"),
            without=ENDPOINTS,
        ),
    ),
    Case(
        rule=PATH,
        says="asks for nothing of instances, of subnets outside the stack, and without network configuration",
        stack=with_(
            service(launchType="EC2"),
            definition(requiresCompatibilities=["EC2"]),
            resource(SERVICE, "external", {"networkConfiguration": {"subnets": ["subnet-1"]}}),
            resource(SERVICE, "of-instances", {}),
            without=ENDPOINTS,
        ),
    ),
    Case(
        rule=PATH,
        says="asks for nothing of a task definition that isn't for Fargate, or isn't the stack's",
        stack=with_(
            service(launchType=None),
            definition(requiresCompatibilities=["EC2"]),
            service("other", task="arn:aws:ecs:us-east-1:123456789012:task-definition/other:1"),
            without=ENDPOINTS,
        ),
    ),
    Case(
        rule=PATH,
        says="asks for nothing of subnets in a VPC outside the stack",
        stack=with_(
            resource(SUBNET, "a", {"vpcId": "vpc-1"}),
            resource(SUBNET, "b", {"vpcId": "vpc-1"}),
            without=ENDPOINTS,
        ),
    ),
    Case(
        rule=PATH,
        says="finds each endpoint that is missing",
        stack=with_(without=ENDPOINTS),
        finds=tuple(("web", f"{SUBNETS}[{it}]") for it in ("ecr.api", "ecr.dkr", "logs", "s3")),
        told=("a, b", "the image of rails is in ECR", "rails logs to it"),
    ),
    Case(
        rule=PATH,
        says="finds them where an internet gateway serves public addresses only, and the tasks have none",
        stack=with_(
            route("gatewayId", resource(INTERNET_GATEWAY, "internet")),
            resource(INTERNET_GATEWAY, "internet"),
            without=(API,),
        ),
        finds=(("web", f"{SUBNETS}[ecr.api]"),),
    ),
    Case(
        rule=PATH,
        says="finds endpoints missing for secrets, parameters, a log router's output and sessions",
        stack=with_(NEEDY, WITH_SESSIONS, CLUSTER_),
        finds=tuple(
            ("web", f"{SUBNETS}[{it}]")
            for it in ("kinesis-firehose", "kms", "secretsmanager", "ssm", "ssmmessages")
        ),
    ),
    Case(
        rule=PATH,
        says="finds an image that no endpoint leads to",
        stack=with_(definition({}, {"name": "nginx", "image": "public.ecr.aws/nginx/nginx:1.29.3"})),
        finds=(("task", "containerDefinitions[nginx].image"),),
    ),
    Case(
        rule=PATH,
        says="finds an S3 endpoint of the wrong type, in no route table or in another",
        stack=with_(interface("s3")),
        finds=(("web", f"{SUBNETS}[s3]"),),
    ),
    Case(
        rule=PATH,
        says="finds an S3 endpoint that isn't in the subnets' route tables",
        stack=with_(joined(B, resource(ROUTE_TABLE, "other")), resource(ROUTE_TABLE, "other")),
        finds=(("s3", "routeTableIds"),),
        told=("isn't in the route tables of b",),
    ),
    Case(
        rule=PATH,
        says="finds private DNS that is off, for the endpoint or for the VPC",
        stack=with_(
            interface("logs", privateDnsEnabled=None), resource(VPC, "vpc", {"enableDnsSupport": False})
        ),
        finds=(("logs", "privateDnsEnabled"), ("vpc", "enableDnsSupport"), ("vpc", "enableDnsHostnames")),
    ),
    Case(
        rule=PATH,
        says="finds groups that don't let the tasks in, or out",
        stack=with_(
            https(INGRESS_RULE, "in", DOOR, cidrIpv4="10.0.0.0/24"),
            https(EGRESS_RULE, "out-door", GROUP, referencedSecurityGroupId=DOOR, fromPort=80, toPort=80),
            without=(DOCKER, LOGS_ENDPOINT, OUT_S3),
            of=with_(definition()),
        ),
        finds=(
            ("ecr.api", "securityGroupIds"),
            ("web", f"{GROUPS}[ecr.api]"),
            ("web", f"{GROUPS}[s3]"),
            ("web", f"{SUBNETS}[ecr.dkr]"),
        ),
    ),
    Case(
        rule=PATH,
        says="finds an endpoint in the VPC's default group",
        stack=with_(interface("logs", groups=())),
        finds=(("logs", "securityGroupIds"), ("web", f"{GROUPS}[logs]")),
    ),
    Case(
        rule=PATH,
        says="finds tasks in the VPC's default group",
        stack=with_(
            resource(
                SERVICE,
                "web",
                {**service().properties, "networkConfiguration": {"subnets": [UNKNOWN]}},
                taskDefinition=definition(),
                networkConfiguration=A,
            ),
            definition(),
            without=(DOCKER, LOGS_ENDPOINT),
        ),
        finds=(
            ("ecr.api", "securityGroupIds"),
            ("web", f"{GROUPS}[ecr.api]"),
            ("web", f"{GROUPS}[s3]"),
            ("web", f"{SUBNETS}[ecr.dkr]"),
        ),
    ),
    Case(
        rule=PATH,
        says="tells what two services share once",
        stack=with_(service("worker"), interface("logs", privateDnsEnabled=False)),
        finds=(("logs", "privateDnsEnabled"),),
    ),
    Case(
        rule=PATH,
        says="is unsure of endpoints, tables, groups and tasks that aren't known",
        stack=with_(
            interface(UNKNOWN, "unknown"),
            gateway(made_from=()),
            https(INGRESS_RULE, "in", DOOR, cidrIpv4=UNKNOWN),
            https(EGRESS_RULE, "out-door", GROUP, cidrIpv4=UNKNOWN),
            without=(LOGS_ENDPOINT, API),
        ),
        unsure=(
            ("web", f"{SUBNETS}[ecr.api]"),
            ("web", f"{SUBNETS}[logs]"),
            ("s3", "routeTableIds"),
            ("ecr.dkr", "securityGroupIds"),
            ("web", f"{GROUPS}[ecr.dkr]"),
        ),
    ),
    Case(
        rule=PATH,
        says="is unsure where an endpoint's VPC or the task definition isn't known",
        stack=with_(
            resource(VPC_ENDPOINT, "lost", {"vpcId": UNKNOWN, "serviceName": f"{REGION}.logs"}),
            service("worker", task=None),
            resource(SERVICE, "other", service().properties, networkConfiguration=[A, GROUP]),
            without=(LOGS_ENDPOINT,),
        ),
        unsure=(("web", f"{SUBNETS}[logs]"), ("other", "taskDefinition")),
    ),
    Case(
        rule=PATH,
        says="is unsure of groups outside the stack",
        stack=with_(interface("logs", groups=(), securityGroupIds=["sg-1"])),
        unsure=(("logs", "securityGroupIds"),),
        finds=(("web", f"{GROUPS}[logs]"),),
    ),
    Case(
        rule=PATH,
        says="is unsure of containers that are none",
        stack=with_(
            resource(TASK_DEFINITION, "task", {**definition().properties, "containerDefinitions": "{"})
        ),
        unsure=(("task", "containerDefinitions"),),
        malformed=True,
    ),
)


def endpoint(policy: Any = None, name: str = "s3", **more: Any) -> Resource:
    own = {} if policy is None else {"policy": policy}
    return resource(VPC_ENDPOINT, name, {"serviceName": f"{REGION}.s3", **own, **more})


def allowed(**statement: Any) -> str:
    return document({"Principal": "*", "Action": "*", "Resource": "*", **statement})


OURS = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
NOT_OURS = {"StringNotEqualsIfExists": {"aws:ResourceOrgID": "o-1"}}
POLICIES = (
    Case(
        rule=POLICY,
        says="takes one for the account's callers or resources, for named ones, and for an organization",
        stack=(
            endpoint(allowed(Condition=OURS)),
            endpoint(allowed(Condition={"StringLike": {"aws:ResourceOrgPaths": ["o-1/*"]}}), "path"),
            endpoint(allowed(Principal={"AWS": ACCOUNT}), "callers"),
            endpoint(allowed(Resource=["arn:aws:s3:::assets", "arn:aws:s3:::assets/*"]), "buckets"),
            endpoint(allowed(Resource=f"arn:aws:sqs:us-east-1:{ACCOUNT}:*"), "queues"),
        ),
    ),
    Case(
        rule=POLICY,
        says="takes one that denies everything of others",
        stack=(
            endpoint(
                document(
                    {"Principal": "*", "Action": "*", "Resource": "*"},
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "*",
                        "Resource": "*",
                        "Condition": NOT_OURS,
                    },
                )
            ),
        ),
    ),
    Case(
        rule=POLICY,
        says="takes a policy that is a resource of its own",
        stack=(
            endpoint(),
            resource(
                VPC_ENDPOINT_POLICY,
                "policy",
                {"vpcEndpointId": UNKNOWN, "policy": allowed(Condition=OURS)},
                vpcEndpointId=endpoint(),
            ),
        ),
    ),
    Case(
        rule=POLICY,
        says="leaves endpoints of other services than AWS's, and of other types, alone",
        stack=(
            endpoint(
                name="theirs",
                serviceName="com.amazonaws.vpce.us-east-1.vpce-svc-1",
                vpcEndpointType="Interface",
            ),
            endpoint(name="appliance", vpcEndpointType="GatewayLoadBalancer"),
            resource(
                VPC_ENDPOINT, "lattice", {"serviceNetworkArn": "arn:aws:vpc-lattice:::servicenetwork/a"}
            ),
        ),
    ),
    Case(
        rule=POLICY,
        says="finds the default policy, of a gateway endpoint and of an interface endpoint",
        stack=(endpoint(), endpoint("", "logs", serviceName=f"{REGION}.logs", vpcEndpointType="Interface")),
        finds=(("s3", "policy"), ("logs", "policy")),
    ),
    Case(
        rule=POLICY,
        says="finds statements for anyone and anything",
        stack=(
            endpoint(allowed()),
            endpoint(allowed(Resource="arn:aws:s3:::*"), "buckets"),
            endpoint(allowed(Resource="arn:aws:sqs:*:*:queue"), "queues"),
            endpoint(allowed(Condition={"StringLike": {"aws:PrincipalAccount": "*"}}), "star"),
            endpoint(allowed(Condition={"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}), "others"),
            endpoint(document({"Action": "*", "Resource": "*"}), "nobody"),
            endpoint(document({"NotPrincipal": {"AWS": ACCOUNT}, "Action": "*", "Resource": "*"}), "but"),
            endpoint(
                document(
                    {"Sid": "All", "Principal": "*", "Action": "*", "Resource": "*"},
                    {
                        "Effect": "Deny",
                        "Principal": "*",
                        "Action": "s3:PutObject",
                        "Resource": "*",
                        "Condition": NOT_OURS,
                    },
                ),
                "partly",
            ),
        ),
        finds=(
            *(
                (name, "policy.Statement[0]")
                for name in ("s3", "buckets", "queues", "star", "others", "nobody", "but")
            ),
            ("partly", "policy.Statement[All]"),
        ),
    ),
    Case(
        rule=POLICY,
        says="is unsure of one that isn't known, whatever the service",
        stack=(endpoint(UNKNOWN), endpoint(UNKNOWN, "unknown", serviceName=UNKNOWN)),
        unsure=(("s3", "policy"), ("unknown", "policy")),
    ),
    Case(
        rule=POLICY,
        says="is unsure of what is no document",
        stack=(endpoint("{"),),
        unsure=(("s3", "policy"),),
        malformed=True,
    ),
)

CASES = (*PATHS, *POLICIES)
