"""Who has an execution role, and what else it may call."""

from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import (
    ACCOUNT,
    ATTACHMENT,
    PULL,
    ROLE,
    ROLE_POLICY,
    TASK,
    Web,
    allow,
    document,
    resource,
)

USERS = "role.execution-role-users"
EXTRAS = "role.execution-role-extras"
AGENT = {"Service": "ecs-tasks.amazonaws.com"}
LOGS = allow(
    ["logs:CreateLogStream", "logs:PutLogEvents"], f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/web:*"
)
AT_TRUST = (("execution", "assumeRolePolicy"),)


def with_trust(web: Web, *statements: dict[str, Any]) -> Resource:
    """The execution role with a trust of these statements."""
    properties = {**web.execution_role.properties, "assumeRolePolicy": document(*statements)}
    return resource(ROLE, "execution", properties)


def trusted(web: Web, *principals: Any) -> Resource:
    """The execution role with a trust of these principals, one statement for each."""
    return with_trust(web, *({"Action": "sts:AssumeRole", "Principal": it} for it in principals))


def trust(says: str, *principals: Any, **expected: Any) -> tuple[Case, ...]:
    return on_web(USERS, says, lambda web: [trusted(web, *principals)], **expected)


def used_by(type_: str, name: str, says: str, *, finds: bool = True) -> tuple[Case, ...]:
    def spoil(web: Web) -> list[Resource]:
        properties = {name: web.reference(web.execution_role)}
        user = resource(type_, "user", properties, **{name: web.execution_role})
        return [trusted(web, AGENT), user]

    return on_web(USERS, says, spoil, finds=(("user", name),) if finds else ())


def own_trust(says: str, policy: Any, *, malformed: bool = False) -> tuple[Case, ...]:
    return on_web(
        USERS,
        says,
        lambda web: [
            resource(ROLE, "execution", {**web.execution_role.properties, "assumeRolePolicy": policy})
        ],
        unsure=(("execution", "assumeRolePolicy"),),
        malformed=malformed,
    )


OF_USERS = (
    *trust("takes a trust of ECS alone", AGENT),
    *trust("takes a trust of ECS in China", {"Service": ["ecs-tasks.amazonaws.com.cn"]}),
    *trust("leaves others beside ECS to the rule about trust", AGENT, {"Service": "lambda.amazonaws.com"}),
    *trust("leaves everyone to the rule about trust", {"AWS": "*"}),
    *trust(
        "finds that another service is let in, and ECS isn't",
        {"Service": "ec2.amazonaws.com"},
        finds=AT_TRUST,
        told=("ECS can't take over the execution role web-execution, which trusts ec2.amazonaws.com",),
    ),
    *trust("finds an account with the agent's name", {"AWS": AGENT["Service"]}, finds=AT_TRUST),
    *on_web(
        USERS,
        "leaves everyone but some to the rule about trust",
        lambda web: [
            with_trust(web, {"NotPrincipal": {"AWS": "arn:aws:iam::1:root"}, "Action": "sts:AssumeRole"})
        ],
    ),
    *on_web(
        USERS,
        "finds that ECS is denied only",
        lambda web: [with_trust(web, {"Principal": AGENT, "Action": "sts:AssumeRole", "Effect": "Deny"})],
        finds=AT_TRUST,
        told=("which trusts nobody",),
    ),
    *own_trust("is unsure of a trust that isn't known", UNKNOWN),
    *own_trust("is unsure of a trust that isn't JSON", "{", malformed=True),
    *on_web(
        USERS,
        "is unsure of a role that isn't known",
        lambda _: [resource(TASK, "task-definition", {"executionRoleArn": UNKNOWN})],
        unsure=(("task-definition", "executionRoleArn"),),
    ),
    *used_by("aws:lambda/function:Function", "role", "finds a function with the execution role"),
    *used_by("aws:codebuild/project:Project", "serviceRole", "finds a build with the execution role"),
    *used_by("aws:cloudwatch/eventTarget:EventTarget", "roleArn", "finds a target with the execution role"),
    *used_by("aws:iam/instanceProfile:InstanceProfile", "role", "finds an instance with the execution role"),
    *used_by(
        "aws:ecs/expressGatewayService:ExpressGatewayService",
        "executionRoleArn",
        "takes another task of ECS with the execution role",
        finds=False,
    ),
    *used_by("aws:iam/rolePolicy:RolePolicy", "role", "takes a policy on the execution role", finds=False),
    *used_by("aws:lambda/function:Function", "kmsKeyArn", "takes a property for something else", finds=False),
    *on_web(
        USERS,
        "takes a function with a role of its own",
        lambda web: [
            trusted(web, AGENT),
            web.made(ROLE, "own", name="own"),
            resource("aws:lambda/function:Function", "user", {"role": "own"}),
        ],
    ),
)


def holding(says: str, *statements: dict[str, Any], **expected: Any) -> tuple[Case, ...]:
    return on_web(
        EXTRAS,
        says,
        lambda web: [web.on_role(web.execution_role, *PULL, *statements, name="execution-policy")],
        **expected,
    )


def beyond(*actions: str) -> tuple[tuple[str, str], ...]:
    return tuple(("execution-policy", f"policy.Statement[2].Action[{it}]") for it in actions)


def attached(says: str, name: str, **expected: Any) -> tuple[Case, ...]:
    properties = {"role": "web-execution", "policyArn": f"arn:aws:iam::aws:policy/{name}"}
    return on_web(EXTRAS, says, lambda _: [resource(ATTACHMENT, "attachment", properties)], **expected)


def creating_group(value: Any) -> Any:
    options = {"awslogs-group": "/web", "awslogs-create-group": value}
    container = {"name": "rails", "logConfiguration": {"logDriver": "awslogs", "options": options}}

    def spoil(web: Web) -> list[Resource]:
        create = allow("logs:CreateLogGroup", "arn:aws:logs:*:*:log-group:/web")
        return [
            web.with_containers([container]),
            web.on_role(web.execution_role, *PULL, create, name="execution-policy"),
        ]

    return spoil


OF_EXTRAS = (
    *on_web(EXTRAS, "takes the pull and the writing of logs", lambda _: []),
    *holding(
        "takes what reads secrets, parameters and files",
        allow(
            [
                "secretsmanager:GetSecretValue",
                "SSM:getparameters",
                "kms:Decrypt",
                "s3:GetObject",
                "s3:GetBucketLocation",
            ]
        ),
        LOGS,
    ),
    *holding(
        "finds what the application calls",
        allow(["s3:PutObject", "dynamodb:*", "logs:PutLogEvents", "unknown:Action"]),
        finds=beyond("s3:PutObject", "dynamodb:*", "unknown:Action"),
        told=("the execution role web-execution may call s3:PutObject, which no start of a task calls",),
    ),
    *holding(
        "finds a look at parameters one by one", allow("ssm:GetParameter"), finds=beyond("ssm:GetParameter")
    ),
    *holding(
        "leaves wildcards of its services to the rule about them", allow(["logs:*", "s3:Get*", "*:Get*"])
    ),
    *holding("leaves more of ECR to the rule about the pull", allow("ecr:PutImage")),
    *holding("leaves an administrator to the rule about them", allow(["*", "s3:PutObject"])),
    *holding(
        "takes what is denied again",
        allow("s3:PutObject"),
        {"Effect": "Deny", "Action": "s3:Put*", "Resource": "*"},
    ),
    *holding("takes a denial", {"Effect": "Deny", "Action": "s3:PutObject", "Resource": "*"}),
    *on_web(EXTRAS, "takes the creation of the group where the driver creates it", creating_group("true")),
    *on_web(
        EXTRAS,
        "finds the creation of the group where the driver doesn't",
        creating_group("false"),
        finds=beyond("logs:CreateLogGroup"),
    ),
    *on_web(
        EXTRAS,
        "is unsure of containers that aren't known",
        lambda web: [
            web.with_containers(UNKNOWN),
            web.on_role(
                web.execution_role,
                *PULL,
                allow(["logs:CreateLogGroup", "sqs:SendMessage"]),
                name="execution-policy",
            ),
        ],
        finds=beyond("sqs:SendMessage"),
        unsure=(("task-definition", "containerDefinitions"),),
    ),
    *attached("takes AWS's own policy for execution roles", "service-role/AmazonECSTaskExecutionRolePolicy"),
    *attached(
        "finds another of AWS's own policies",
        "AmazonSSMReadOnlyAccess",
        finds=(("attachment", "policyArn"),),
        told=("AmazonSSMReadOnlyAccess lets the execution role web-execution call, among others, ssm:",),
    ),
    *attached(
        "finds one that creates groups",
        "service-role/AWSLambdaBasicExecutionRole",
        finds=(("attachment", "policyArn"),),
    ),
    *attached("leaves an administrator by AWS's policy to the rule about them", "PowerUserAccess"),
    *on_web(
        EXTRAS,
        "is unsure of a document that isn't JSON",
        lambda _: [resource(ROLE_POLICY, "execution-policy", {"role": "web-execution", "policy": "{"})],
        unsure=(("execution-policy", "policy"),),
        malformed=True,
    ),
    *on_web(
        EXTRAS,
        "is unsure of a role that isn't known",
        lambda _: [resource(TASK, "task-definition", {"executionRoleArn": UNKNOWN})],
        unsure=(("task-definition", "executionRoleArn"),),
    ),
)

CASES = (*OF_USERS, *OF_EXTRAS)
