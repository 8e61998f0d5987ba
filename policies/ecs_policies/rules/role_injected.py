"""Rules about the secrets that ECS puts into a task."""

from collections.abc import Iterator, Mapping

from ecs_policies.model import Options, Problem, Rule, Severity, Stack
from ecs_policies.reading.admissions import by_secret, secret_keys
from ecs_policies.reading.needs import Read, reads
from ecs_policies.reading.permissions import Granted, Permissions, listed, told
from ecs_policies.reading.roles import Roles, role_name
from ecs_policies.reading.tasks import TASK_ROLE, Tasks

# What a task role could call to read what the agent reads for it.
_READING: Mapping[str, tuple[str, ...]] = {
    "secretsmanager": ("secretsmanager:GetSecretValue",),
    "ssm": ("ssm:GetParameter", "ssm:GetParameterHistory", "ssm:GetParameters", "ssm:GetParametersByPath"),
    "s3": (),
}


def task_role_reads_secrets(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Secrets and parameters that a task gets from the agent and that its own role could read too."""
    tasks = stack.once(Tasks)
    yield from tasks.lost(TASK_ROLE)
    lets_in = yield from by_secret(stack)
    for role, definitions in tasks.having(TASK_ROLE):
        permissions = stack.once(Roles).permissions(role)
        yield from permissions.unreadable
        who = f"the task role {role_name(role)}"
        granted: list[Granted] = []
        places: list[str] = []
        for needed in (yield from reads(definitions)) or ():
            found = [it for it in _own_reading(permissions, needed) if not it.grant.everything]
            granted.extend(found)
            places.extend([needed.path] if found else [])
            for admission in (it for key in secret_keys(stack, needed) for it in lets_in.get(key, ())):
                if admission.admits(role, _READING[needed.service]):
                    message = f"the secret lets {who} read it, which ECS reads for {needed.path}"
                    yield Problem(resource=admission.source, path=admission.path, message=message)
        yield from told(granted, who, f", which ECS reads for {listed(places)}")


def _own_reading(permissions: Permissions, needed: Read) -> Iterator[Granted]:
    for arn in needed.reach:
        yield from permissions.all_of(_READING[needed.service], arn)


TASK_ROLE_READS_SECRETS = Rule(
    id="role.task-role-reads-secrets",
    title="A task role can't read the secrets that ECS puts into the task",
    severity=Severity.HIGH,
    why="What was injected once at the start could then be read at any time, in every version, by whoever "
    "takes the application over.",
    fix="Leave secretsmanager:GetSecretValue and ssm:GetParameter* on these ARNs to the execution role.",
    stack=task_role_reads_secrets,
)

RULES = (TASK_ROLE_READS_SECRETS,)
