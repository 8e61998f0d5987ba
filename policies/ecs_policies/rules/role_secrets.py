"""Rules about what an execution role reads and decrypts: exactly what its tasks name."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ecs_policies.kinds import SECRET
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack
from ecs_policies.reading.admissions import Admission, by_secret, meant, secret_keys
from ecs_policies.reading.conditions import demands
from ecs_policies.reading.needs import READS, Read, reads
from ecs_policies.reading.permissions import Permissions, listed, told
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.tasks import EXECUTION_ROLE, Tasks

# The kinds of ARN that are read. Objects have a path, which tells them from their bucket.
_KINDS: Mapping[str, str] = {
    "secretsmanager": "arn:*:secretsmanager:*:*:secret:*",
    "ssm": "arn:*:ssm:*:*:parameter/*",
    "s3": "arn:*:s3:::*/*",
}
_DECRYPT, _ANY_KEY = "kms:Decrypt", "arn:*:kms:*:*:key/*"
_VIA_SERVICE = "kms:viaservice"
_AWS_OWN_KEYS = ("alias/aws/secretsmanager", "alias/aws/ssm")


def execution_secrets(stack: Stack, _options: Options) -> Iterator[Problem]:
    """What an execution role may read against what its tasks name."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(EXECUTION_ROLE)
    lets_in = yield from by_secret(stack)
    for role, definitions in tasks.having(EXECUTION_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        needed = yield from reads(definitions)
        if needed is not None:
            yield from _too_much(role, permissions, needed)
            if not permissions.unreadable:
                lacking = [it for it in needed if not _is_readable(stack, role, permissions, it, lets_in)]
                yield from _lacking(lacking, f"the execution role {role_name(role)} may not")
    for definition in tasks.definitions:
        if definition.properties.get(EXECUTION_ROLE) is None:
            yield from _lacking(
                (yield from reads([definition])) or (), "without an execution role nothing may"
            )


def _too_much(role: Resource, permissions: Permissions, needed: Sequence[Read]) -> Iterator[Problem]:
    granted = (it for service, kind in _KINDS.items() for it in permissions.all_of((READS[service],), kind))
    wider = (
        it for it in granted if not it.grant.everything and not any(n.is_all_of(it.pattern) for n in needed)
    )
    named = listed(it.arn for it in needed) or "nothing to read"
    yield from told(wider, f"the execution role {role_name(role)}", f"; its tasks name {named}")


def _is_readable(
    stack: Stack,
    role: Resource,
    permissions: Permissions,
    needed: Read,
    lets_in: Mapping[str, list[Admission]],
) -> bool:
    by_itself = any(permissions.may(needed.action, arn) for arn in needed.reach)
    by_policy = any(
        it.admits(role, (needed.action,)) for key in secret_keys(stack, needed) for it in lets_in.get(key, ())
    )
    return by_itself or by_policy


def _lacking(needed: Iterable[Read], who: str) -> Iterator[Problem]:
    for it in needed:
        message = f"{who} call {it.action} on {it.arn}, so the task can't start"
        yield Problem(resource=it.definition, path=it.path, message=message)


def execution_decrypt(stack: Stack, _options: Options) -> Iterator[Problem]:
    """What an execution role may decrypt, and by which way."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(EXECUTION_ROLE)
    for role, definitions in tasks.having(EXECUTION_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        needed = yield from reads(definitions)
        who = f"the execution role {role_name(role)}"
        granted = [it for it in permissions.all_of((_DECRYPT,), _ANY_KEY) if not it.grant.everything]
        if needed == ():
            yield from told(granted, who, ", where its tasks read nothing that is encrypted")
            continue
        direct = [it for it in granted if not demands(it.grant.statement, _VIA_SERVICE.__eq__, _is_reader)]
        yield from told(direct, who, " without going through a service that it reads from (kms:ViaService)")
        if not granted and not permissions.unreadable:
            yield from _not_decrypted(stack, needed or (), who)


def _is_reader(service: str) -> bool:
    return service.partition(".")[0] in READS


def _not_decrypted(stack: Stack, needed: Sequence[Read], who: str) -> Iterator[Problem]:
    for it in needed:
        if any(map(_has_own_key, meant(stack, it))):
            message = f"{it.arn} is under a key of its own and {who} may not call {_DECRYPT}: no task starts"
            yield Problem(resource=it.definition, path=it.path, message=message)


def _has_own_key(resource: Resource) -> bool:
    key = resource.properties.get("kmsKeyId" if resource.kind == SECRET else "keyId")
    return key is not None and key not in _AWS_OWN_KEYS


EXECUTION_SECRETS = Rule(
    id="role.execution-secrets",
    title="An execution role reads exactly the secrets that its tasks name",
    severity=Severity.HIGH,
    why="Whoever may register a task definition with the role reads every secret that the role can read; one "
    "that it can't read stops the task.",
    fix="Allow secretsmanager:GetSecretValue, ssm:GetParameters and s3:GetObject on the ARNs in secrets, "
    "secretOptions, repositoryCredentials and environmentFiles, and on no other.",
    stack=execution_secrets,
)

EXECUTION_DECRYPT = Rule(
    id="role.execution-decrypt",
    title="An execution role decrypts only through the services that it reads from",
    severity=Severity.MEDIUM,
    why="A key often protects more than these secrets, and a bare kms:Decrypt opens all of it.",
    fix="Add the condition StringEquals kms:ViaService secretsmanager.REGION.amazonaws.com (or ssm, s3) to "
    "the statement with kms:Decrypt.",
    stack=execution_decrypt,
)

RULES = (EXECUTION_SECRETS, EXECUTION_DECRYPT)
