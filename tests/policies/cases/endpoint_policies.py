"""Whom VPC endpoints let through."""

from typing import Any

from ecs_policies.kinds import VPC_ENDPOINT, VPC_ENDPOINT_POLICY
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.private_network import REGION
from tests.policies.stacks import ACCOUNT, document, resource

POLICY = "endpoint.open-policy"


def endpoint(policy: Any = None, name: str = "s3", **more: Any) -> Resource:
    own = {} if policy is None else {"policy": policy}
    return resource(VPC_ENDPOINT, name, {"serviceName": f"{REGION}.s3", **own, **more})


def allowed(**statement: Any) -> str:
    return document({"Principal": "*", "Action": "*", "Resource": "*", **statement})


OURS = {"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}
NOT_OURS = {"StringNotEqualsIfExists": {"aws:ResourceOrgID": "o-1"}}
CASES = (
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
        says="is unsure of an endpoint that a policy of its own may be for",
        stack=(endpoint(), resource(VPC_ENDPOINT_POLICY, "lost", {"vpcEndpointId": UNKNOWN})),
        unsure=(("s3", "policy"),),
    ),
    Case(
        rule=POLICY,
        says="is unsure of what is no document",
        stack=(endpoint("{"),),
        unsure=(("s3", "policy"),),
        malformed=True,
    ),
)
