"""Rules about actions that give more than they seem to, in single policy documents.

AWS's own documents that teams attach aren't judged here, and a Deny beside an Allow isn't weighed against it.
"""

from collections.abc import Iterator

from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading import powers
from ecs_policies.reading.actions import expand, listed
from ecs_policies.reading.allowed import HOLDERS, allowed, documents, starred
from ecs_policies.reading.conditions import demands
from ecs_policies.reading.documents import Statement
from ecs_policies.reading.powers import Power, power


def privilege_escalation(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Actions that make more of whoever has them, by themselves or with any role to pass."""
    yield from _opened(resource, Power.ESCALATION, "whoever has it takes any permission in the account by")
    for it in documents(resource):
        # What can't be read has been told already.
        if not isinstance(it, Problem):
            yield from _run_as_any_role(resource, *it)


def _run_as_any_role(resource: Resource, path: str, document: tuple[Statement, ...]) -> Iterator[Problem]:
    statements = [it for it in document if it.allow]
    if not any(powers.PASS_ROLE in starred(it, pattern) for it in statements for pattern in it.actions):
        return
    for statement in statements:
        for pattern in statement.actions:
            running = [it for it in expand(pattern) if it in powers.RUNNING]
            if running:
                message = f"with iam:PassRole on every role, {listed(running)} runs code as any of them"
                place = f"{path}.{statement.path}.Action[{pattern}]"
                yield Problem(resource=resource, path=place, message=message)


def pass_role(resource: Resource, _options: Options) -> Iterator[Problem]:
    """iam:PassRole for every role, or for any service."""
    yield from _opened(resource, Power.PASSING, "it hands every role of the account to a service by")
    for it in allowed(resource):
        # What can't be read has been told already.
        if isinstance(it, Problem):
            continue
        path, statement = it
        passing = any(powers.PASS_ROLE in expand(pattern) for pattern in statement.actions)
        if passing and not _names_a_service(statement):
            message = "a role may be passed to any service that trusts it"
            yield Problem(resource=resource, path=f"{path}.Condition", message=message)


def _names_a_service(statement: Statement) -> bool:
    return demands(statement, "iam:passedtoservice".__eq__)


def permissions_management(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Actions that change who may do what, on every resource that they can be limited to."""
    yield from _opened(resource, Power.PERMISSIONS, "it changes who may reach any resource by")


def data_exfiltration(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Reads of data in bulk and ways to copy or share it, on every resource."""
    yield from _opened(resource, Power.DATA, "it takes out the data of every resource by")


def decrypt_all(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Decryption with every key, by whoever has the policy and not through a service."""
    yield from _opened(resource, Power.DECRYPTION, "it decrypts with every key of the account by")


def _opened(resource: Resource, wanted: Power, message: str) -> Iterator[Problem]:
    """Each action pattern that allows actions of this power on every resource."""
    for it in allowed(resource):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        for pattern in statement.actions:
            actions = [one for one in starred(statement, pattern) if power(one) is wanted]
            if actions:
                place = f"{path}.Action[{pattern}]"
                yield Problem(resource=resource, path=place, message=f"{message} {listed(actions)}")


PRIVILEGE_ESCALATION = Rule(
    id="iam.privilege-escalation",
    title="No policy lets its holder take further permissions",
    severity=Severity.CRITICAL,
    why="Who can change policies, make credentials or run code as any role is an administrator soon.",
    fix="Name the users, roles, policies or functions in Resource, demand a permissions boundary by the "
    "condition iam:PermissionsBoundary, or leave the action to the pipeline that deploys.",
    types=HOLDERS,
    resource=privilege_escalation,
)

PASS_ROLE = Rule(
    id="iam.pass-role",
    title="Roles are passed by name, to a named service",
    severity=Severity.HIGH,
    why="Whoever passes a role to a service acts with that role's permissions.",
    fix='Name the roles\' ARNs in Resource, and the service in a condition: {"StringEquals": '
    '{"iam:PassedToService": "ecs-tasks.amazonaws.com"}}.',
    types=HOLDERS,
    resource=pass_role,
)

PERMISSIONS_MANAGEMENT = Rule(
    id="iam.permissions-management",
    title="A policy that manages permissions names what it manages them of",
    severity=Severity.HIGH,
    why="One call opens a bucket, a queue or a repository to another account, and nothing else changes.",
    fix="Name the ARNs in Resource, or take the action away: what the stack creates, it can open itself.",
    types=HOLDERS,
    resource=permissions_management,
)

DATA_EXFILTRATION = Rule(
    id="iam.data-exfiltration",
    title="A policy that reads data names the data",
    severity=Severity.HIGH,
    why="One leaked credential would take every secret, object, table or snapshot of the account along.",
    fix="Name the buckets, secrets, parameters or tables in Resource, or pick them by a condition on tags.",
    types=HOLDERS,
    resource=data_exfiltration,
)

DECRYPT_ALL = Rule(
    id="iam.decrypt-all",
    title="A policy decrypts with named keys, or through a service only",
    severity=Severity.HIGH,
    why="With every key, the encryption of anything that can be read elsewhere protects nothing.",
    fix="Name the key's ARN in Resource, or add a condition on kms:ViaService, kms:ResourceAliases or "
    "aws:ResourceTag.",
    types=HOLDERS,
    resource=decrypt_all,
)

RULES = (PRIVILEGE_ESCALATION, PASS_ROLE, PERMISSIONS_MANAGEMENT, DATA_EXFILTRATION, DECRYPT_ALL)
