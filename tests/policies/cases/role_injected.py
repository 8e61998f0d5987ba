"""The secrets that ECS puts into a task."""

from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, IMAGE, ROLE_POLICY, TASK, Web, allow, document, resource

TASK_READS = "role.task-role-reads-secrets"

SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-AbCdEf"
PARAMETER = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/web/key"
FILE = "arn:aws:s3:::settings/web.env"

READ_SECRET = allow("secretsmanager:GetSecretValue", SECRET)
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}
EXECUTION_ROLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/web-execution"}
TASK_ROLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/web-task"}


def container(**fields: Any) -> dict[str, Any]:
    return {"name": "rails", "image": IMAGE, **fields}


WITH_SECRET = container(secrets=[{"name": "DB", "valueFrom": f"{SECRET}:password::"}])
WITH_PARAMETER = container(secrets=[{"name": "KEY", "valueFrom": PARAMETER}])
WITH_FILE = container(environmentFiles=[{"type": "s3", "value": FILE}])


def secret(**properties: Any) -> Resource:
    return resource("aws:secretsmanager/secret:Secret", "secret", {"arn": SECRET, **properties})


def policy_of_secret(policy: Any) -> Resource:
    properties = {"secretArn": SECRET, "policy": policy}
    return resource("aws:secretsmanager/secretPolicy:SecretPolicy", "policy", properties)


def letting(principal: Any) -> str:
    return document({"Principal": principal, "Action": "secretsmanager:GetSecretValue"})


def task_reads(
    says: str,
    fields: Any,
    *statements: dict[str, Any],
    more: tuple[Resource, ...] = (),
    **expected: Any,
) -> tuple[Case, ...]:
    def spoil(web: Web) -> list[Resource]:
        containers: Any = [fields] if isinstance(fields, dict) else fields
        policy = [web.on_role(web.task_role, *statements)] if statements else []
        return [web.with_containers(containers), *policy, *more]

    return on_web(TASK_READS, says, spoil, **expected)


FIRST = (("extra", "policy.Statement[0]"),)

CASES = (
    *task_reads("takes a task role without permissions", WITH_SECRET),
    *task_reads(
        "finds the injected secret",
        WITH_SECRET,
        READ_SECRET,
        finds=FIRST,
        told=(
            "task role web-task may call secretsmanager:GetSecretValue",
            "for containerDefinitions[rails].secrets[DB]",
        ),
    ),
    *task_reads("finds every secret", WITH_SECRET, allow("secretsmanager:*"), finds=FIRST),
    *task_reads(
        "finds a parameter that is read alone",
        WITH_PARAMETER,
        allow("ssm:GetParameter", PARAMETER),
        finds=FIRST,
    ),
    *task_reads(
        "finds a path of parameters",
        WITH_PARAMETER,
        allow("ssm:GetParametersByPath", f"{PARAMETER[:-3]}*"),
        finds=FIRST,
    ),
    *task_reads(
        "finds a secret of which the ending is open",
        WITH_SECRET,
        allow("secretsmanager:GetSecretValue", f"{SECRET[:-6]}*"),
        finds=FIRST,
    ),
    *task_reads(
        "takes another secret",
        WITH_SECRET,
        allow("secretsmanager:GetSecretValue", SECRET.replace("db", "queue")),
    ),
    *task_reads(
        "takes a look at the secret's description",
        WITH_SECRET,
        allow("secretsmanager:DescribeSecret", SECRET),
    ),
    *task_reads("takes a denied secret", WITH_SECRET, READ_SECRET, DENY),
    *task_reads("takes a file with settings", WITH_FILE, allow("s3:GetObject", FILE)),
    *task_reads("leaves an administrator to the rule about them", WITH_SECRET, allow("*")),
    *task_reads(
        "finds a secret that lets the task role in itself",
        WITH_SECRET,
        more=(secret(), policy_of_secret(letting(TASK_ROLE))),
        finds=(("policy", "policy.Statement[0]"),),
        told=("lets the task role web-task read it",),
    ),
    *task_reads(
        "takes a secret that lets the execution role in",
        WITH_SECRET,
        more=(secret(policy=letting(EXECUTION_ROLE)),),
    ),
    *task_reads(
        "is unsure of a secret's policy that isn't known",
        WITH_SECRET,
        more=(policy_of_secret(UNKNOWN),),
        unsure=(("policy", "policy"),),
    ),
    *task_reads(
        "is unsure of containers that aren't JSON",
        "{",
        READ_SECRET,
        unsure=(("task-definition", "containerDefinitions"),),
        malformed=True,
    ),
    *task_reads(
        "is unsure of a document that isn't known",
        WITH_SECRET,
        more=(resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": UNKNOWN}),),
        unsure=(("extra", "policy"),),
    ),
    *on_web(
        TASK_READS,
        "is unsure of a role that isn't known",
        lambda _: [resource(TASK, "task-definition", {"taskRoleArn": UNKNOWN})],
        unsure=(("task-definition", "taskRoleArn"),),
    ),
)
