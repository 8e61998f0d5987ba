"""The ways of tasks that have no way to the internet to what they need."""

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
    ROUTE_TABLE,
    SERVICE,
    SUBNET,
    TASK_DEFINITION,
    VPC,
    VPC_ENDPOINT,
)

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.private_network import (
    API,
    DOCKER,
    DOOR,
    ENDPOINTS,
    GROUP,
    LOGS_ENDPOINT,
    OUT_S3,
    REGION,
    S3,
    TABLE,
    WEB,
    A,
    B,
    definition,
    gateway,
    https,
    interface,
    joined,
    route,
    service,
    with_,
)
from tests.policies.stacks import ACCOUNT, resource

PATH = "endpoint.missing-path"
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

CASES = (
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
