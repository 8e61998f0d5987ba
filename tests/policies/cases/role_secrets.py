"""Who reads a task's secrets."""

from collections.abc import Callable
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, IMAGE, PULL, ROLE_POLICY, TASK, Web, allow, document, resource

SECRETS = "role.execution-secrets"
DECRYPT = "role.execution-decrypt"
TASK_READS = "role.task-role-reads-secrets"

SECRET_TYPE = "aws:secretsmanager/secret:Secret"
SECRET_POLICY = "aws:secretsmanager/secretPolicy:SecretPolicy"
PARAMETER_TYPE = "aws:ssm/parameter:Parameter"

SECRET = f"arn:aws:secretsmanager:us-east-1:{ACCOUNT}:secret:db-AbCdEf"
PARAMETER = f"arn:aws:ssm:us-east-1:{ACCOUNT}:parameter/web/key"
FILE = "arn:aws:s3:::settings/web.env"
KEY = f"arn:aws:kms:us-east-1:{ACCOUNT}:key/0a1b"

READ_SECRET = allow("secretsmanager:GetSecretValue", SECRET)
READ_PARAMETER = allow("ssm:GetParameters", PARAMETER)
READ_FILE = allow("s3:GetObject", FILE)
DENY = {"Effect": "Deny", "Action": "*", "Resource": "*"}


def container(**fields: Any) -> dict[str, Any]:
    return {"name": "rails", "image": IMAGE, **fields}


WITH_SECRET = container(secrets=[{"name": "DB", "valueFrom": f"{SECRET}:password::"}])
WITH_PARAMETER = container(secrets=[{"name": "KEY", "valueFrom": PARAMETER}])
WITH_ALL = container(
    secrets=[{"name": "DB", "valueFrom": SECRET}],
    logConfiguration={
        "logDriver": "awsfirelens",
        "secretOptions": [{"name": "apikey", "valueFrom": "/web/key"}],
    },
    repositoryCredentials={"credentialsParameter": SECRET},
    environmentFiles=[{"type": "s3", "value": FILE}],
)
PLAIN = container()


def at(place: str) -> tuple[tuple[str, str], ...]:
    return (("task-definition", f"containerDefinitions[rails].{place}"),)


def on_policy(*indexes: int) -> tuple[tuple[str, str], ...]:
    return tuple(("execution-policy", f"policy.Statement[{len(PULL) + it}]") for it in indexes)


def execution(
    fields: Any, *statements: dict[str, Any], more: tuple[Resource, ...] = ()
) -> Callable[[Web], list[Resource]]:
    """The task with this container, and the execution role with these statements beside its pull."""

    def spoil(web: Web) -> list[Resource]:
        containers: Any = [fields] if isinstance(fields, dict) else fields
        policy = web.on_role(web.execution_role, *PULL, *statements, name="execution-policy")
        return [web.with_containers(containers), policy, *more]

    return spoil


def secret(**properties: Any) -> Resource:
    return resource(SECRET_TYPE, "secret", {"arn": SECRET, **properties})


def letting(principal: Any, **more: Any) -> str:
    return document({"Principal": principal, "Action": "secretsmanager:GetSecretValue", **more})


def policy_of_secret(policy: Any, of: str = SECRET) -> Resource:
    return resource(SECRET_POLICY, "policy", {"secretArn": of, "policy": policy})


EXECUTION_ROLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/web-execution"}
TASK_ROLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/web-task"}
UNKNOWN_ROLE = resource(TASK, "task-definition", {"taskRoleArn": UNKNOWN, "executionRoleArn": UNKNOWN})


def secrets(says: str, spoil: Callable[[Web], list[Resource]], **expected: Any) -> tuple[Case, ...]:
    return on_web(SECRETS, says, spoil, **expected)


OF_EXECUTION = (
    *secrets("takes a task without secrets", lambda _: []),
    *secrets("takes exactly the secret", execution(WITH_SECRET, READ_SECRET)),
    *secrets(
        "takes a secret whose random ending is left open",
        execution(WITH_SECRET, allow("secretsmanager:GetSecretValue", f"{SECRET[:-6]}??????")),
    ),
    *secrets("takes exactly the parameter", execution(WITH_PARAMETER, READ_PARAMETER)),
    *secrets("takes all that a task can name", execution(WITH_ALL, READ_SECRET, READ_PARAMETER, READ_FILE)),
    *secrets(
        "finds all that the role can't read",
        execution(WITH_ALL),
        finds=(
            *at("secrets[DB]"),
            *at("logConfiguration.secretOptions[apikey]"),
            *at("repositoryCredentials"),
            *at("environmentFiles[0]"),
        ),
        told=("may not call ssm:GetParameters on arn:*:ssm:*:*:parameter/web/key, so the task can't start",),
    ),
    *secrets(
        "finds a secret that is denied again",
        execution(WITH_SECRET, READ_SECRET, {**DENY, "Action": "secretsmanager:*"}),
        finds=at("secrets[DB]"),
    ),
    *secrets(
        "finds another task's secret",
        execution(
            WITH_SECRET,
            allow("secretsmanager:GetSecretValue", [SECRET, SECRET.replace("db", "queue")]),
            allow("ssm:GetParameters", f"{PARAMETER}*"),
        ),
        finds=on_policy(0, 1),
        told=(f"GetSecretValue on {SECRET.replace('db', 'queue')}; its tasks name {SECRET}",),
    ),
    *secrets(
        "finds every secret whose name begins alike",
        execution(WITH_SECRET, allow("secretsmanager:GetSecretValue", f"{SECRET[:-6]}*")),
        finds=on_policy(0),
    ),
    *secrets(
        "finds a secret of a task without any",
        execution(PLAIN, allow("*", SECRET), allow("s3:GetObject", FILE)),
        finds=on_policy(0, 1),
        told=("its tasks name nothing to read",),
    ),
    *secrets(
        "takes the bucket of a file",
        execution(
            WITH_ALL,
            READ_SECRET,
            READ_PARAMETER,
            READ_FILE,
            allow("s3:GetBucketLocation", "arn:aws:s3:::settings"),
        ),
    ),
    *secrets("leaves an administrator to the rule about them", execution(WITH_SECRET, allow("*"))),
    *secrets(
        "takes a secret that lets the role in itself",
        execution(WITH_SECRET, more=(secret(), policy_of_secret(letting(EXECUTION_ROLE)))),
    ),
    *secrets(
        "takes a secret outside the stack that lets the role in",
        execution(WITH_SECRET, more=(policy_of_secret(letting(EXECUTION_ROLE)),)),
    ),
    *secrets(
        "takes a secret whose own property lets the role in",
        execution(WITH_SECRET, more=(secret(policy=letting(EXECUTION_ROLE)),)),
    ),
    *secrets(
        "finds that another secret lets the role in",
        execution(WITH_SECRET, more=(secret(), policy_of_secret(letting(EXECUTION_ROLE), of=PARAMETER))),
        finds=at("secrets[DB]"),
    ),
    *secrets(
        "finds that the secret lets another in",
        execution(WITH_SECRET, more=(secret(policy=letting(TASK_ROLE)),)),
        finds=at("secrets[DB]"),
    ),
    *secrets(
        "finds a secret of a task without execution role",
        lambda web: [
            resource(TASK, "lonely", {"containerDefinitions": [WITH_SECRET]}),
            resource(TASK, "plain", {"containerDefinitions": [PLAIN]}),
        ],
        finds=(("lonely", "containerDefinitions[rails].secrets[DB]"),),
        told=("without an execution role nothing may call secretsmanager:GetSecretValue",),
    ),
    *secrets(
        "is unsure of containers that aren't known, and judges nothing by half",
        execution(UNKNOWN, READ_SECRET),
        unsure=(("task-definition", "containerDefinitions"),),
    ),
    *secrets(
        "is unsure of a secret that names nothing to read",
        execution(container(secrets=[{"name": "DB", "valueFrom": 7}]), READ_SECRET),
        unsure=at("secrets[DB]"),
        malformed=True,
    ),
    *secrets(
        "is unsure of a document that isn't known, and finds nothing missing",
        lambda web: [
            web.with_containers([WITH_SECRET]),
            resource(ROLE_POLICY, "execution-policy", {"role": "web-execution", "policy": UNKNOWN}),
        ],
        unsure=(("execution-policy", "policy"),),
    ),
    *secrets(
        "is unsure of a secret's policy that isn't JSON",
        execution(PLAIN, more=(policy_of_secret("{"),)),
        unsure=(("policy", "policy"),),
        malformed=True,
    ),
    *secrets(
        "is unsure of a role that isn't known",
        lambda _: [
            resource(TASK, "task-definition", {"containerDefinitions": [PLAIN], "executionRoleArn": UNKNOWN})
        ],
        unsure=(("task-definition", "executionRoleArn"),),
    ),
)


def decrypting(*services: str, operator: str = "StringEquals") -> dict[str, Any]:
    named = [f"{it}.us-east-1.amazonaws.com" for it in services]
    return allow("kms:Decrypt", KEY, Condition={operator: {"kms:ViaService": named}})


def decrypt(says: str, spoil: Callable[[Web], list[Resource]], **expected: Any) -> tuple[Case, ...]:
    return on_web(DECRYPT, says, spoil, **expected)


def parameter(**properties: Any) -> Resource:
    return resource(PARAMETER_TYPE, "parameter", {"arn": PARAMETER, "type": "SecureString", **properties})


OF_DECRYPT = (
    *decrypt("takes a role that decrypts nothing", execution(WITH_SECRET, READ_SECRET)),
    *decrypt("takes a key through Secrets Manager", execution(WITH_SECRET, decrypting("secretsmanager"))),
    *decrypt(
        "takes a key through all services that it reads from",
        execution(WITH_ALL, decrypting("secretsmanager", "ssm", "s3", operator="StringLike")),
    ),
    *decrypt(
        "finds a key without a service",
        execution(WITH_SECRET, allow("kms:Decrypt", KEY)),
        finds=on_policy(0),
        told=(f"may call kms:Decrypt on {KEY} without going through a service",),
    ),
    *decrypt(
        "finds a key through a service that the agent doesn't read from",
        execution(WITH_SECRET, decrypting("secretsmanager", "ec2")),
        finds=on_policy(0),
    ),
    *decrypt(
        "finds a condition that holds without a service too",
        execution(WITH_SECRET, decrypting("secretsmanager", operator="StringEqualsIfExists")),
        finds=on_policy(0),
    ),
    *decrypt(
        "finds another condition",
        execution(
            WITH_SECRET, allow("kms:Decrypt", KEY, Condition={"StringEquals": {"aws:SourceAccount": ACCOUNT}})
        ),
        finds=on_policy(0),
    ),
    *decrypt(
        "finds a key where nothing is read",
        execution(PLAIN, decrypting("secretsmanager")),
        finds=on_policy(0),
        told=("where its tasks read nothing that is encrypted",),
    ),
    *decrypt("leaves an administrator to the rule about them", execution(PLAIN, allow("*"))),
    *decrypt(
        "finds a secret under a key of its own that the role can't use",
        execution(WITH_SECRET, READ_SECRET, more=(secret(kmsKeyId=KEY),)),
        finds=at("secrets[DB]"),
    ),
    *decrypt(
        "finds a parameter under a key of its own that the role can't use",
        execution(WITH_PARAMETER, READ_PARAMETER, more=(parameter(keyId=UNKNOWN),)),
        finds=at("secrets[KEY]"),
    ),
    *decrypt(
        "finds a parameter by its name",
        execution(
            container(secrets=[{"name": "KEY", "valueFrom": "/web/key"}]),
            READ_PARAMETER,
            more=(resource(PARAMETER_TYPE, "parameter", {"name": "/web/key", "keyId": KEY}),),
        ),
        finds=at("secrets[KEY]"),
    ),
    *decrypt(
        "takes parameters whose names only end alike",
        execution(
            WITH_PARAMETER,
            READ_PARAMETER,
            more=(
                resource(PARAMETER_TYPE, "other", {"arn": PARAMETER.replace("/web/", "/api/"), "keyId": KEY}),
                resource(PARAMETER_TYPE, "third", {"name": "key", "keyId": KEY}),
            ),
        ),
    ),
    *decrypt(
        "takes a secret under a key of its own that the role can use",
        execution(WITH_SECRET, READ_SECRET, decrypting("secretsmanager"), more=(secret(kmsKeyId=KEY),)),
    ),
    *decrypt(
        "takes secrets and parameters under AWS's own keys",
        execution(
            WITH_ALL, more=(secret(kmsKeyId="alias/aws/secretsmanager"), parameter(keyId="alias/aws/ssm"))
        ),
    ),
    *decrypt("takes a secret whose key isn't set", execution(WITH_SECRET, more=(secret(),))),
    *decrypt(
        "is unsure of containers that aren't known, and still wants a service",
        execution(UNKNOWN, allow("kms:Decrypt", KEY)),
        finds=on_policy(0),
        unsure=(("task-definition", "containerDefinitions"),),
    ),
    *decrypt(
        "is unsure of a document that isn't JSON, and finds nothing missing",
        lambda web: [
            web.with_containers([WITH_SECRET]),
            secret(kmsKeyId=KEY),
            resource(ROLE_POLICY, "execution-policy", {"role": "web-execution", "policy": "{"}),
        ],
        unsure=(("execution-policy", "policy"),),
        malformed=True,
    ),
    *decrypt(
        "is unsure of a role that isn't known",
        lambda _: [UNKNOWN_ROLE],
        unsure=(("task-definition", "executionRoleArn"),),
    ),
)


CASES = (*OF_EXECUTION, *OF_DECRYPT)
