"""Rules about who may take a role over: its trust policy.

IAM User Guide, "IAM role trust policies", "The confused deputy problem".
"""

import re
from collections.abc import Iterator

from ecs_policies.kinds import ROLE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity
from ecs_policies.reading.access import lets_everyone_in
from ecs_policies.reading.actions import matches
from ecs_policies.reading.conditions import demands, is_exact, is_named, names_its_source
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.documents import Condition, Statement, read
from ecs_policies.reading.patterns import covers, has_wildcard
from ecs_policies.reading.values import Unreadable

_TRUST = "assumeRolePolicy"
_ASSUME = ("sts:AssumeRole", "sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity")

_TASKS = "ecs-tasks"
# Services that say for which account and resource they take a role over, by their guides' pages about the
# confused deputy. Others don't (ec2, lambda, ecs for its infrastructure role), where one would shut them out.
_SAYING_THEIR_SOURCE = frozenset(
    {
        _TASKS,
        "bedrock",
        "codebuild",
        "datasync",
        "events",
        "fis",
        "logs",
        "monitoring.rds",
        "pipes",
        "scheduler",
        "ssm",
        "states",
        "transfer",
        "vpc-flow-logs",
    }
)
_SERVICE = re.compile(r"(?P<name>.+?)(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.amazonaws\.com(?:\.cn)?")

# The claim that names the application, for the providers that IAM knows without one in the account.
_PUBLIC_PROVIDERS = {
    "accounts.google.com": "aud",
    "cognito-identity.amazonaws.com": "aud",
    "graph.facebook.com": "app_id",
    "www.amazon.com": "app_id",
}
# Providers whose subjects are made of parts, as those of all of GitHub's users are: each has to be named.
_SHARED_PROVIDERS = ("token.actions.", "oidc.eks.")
# GitHub's claims that say of a run what a subject that ends in a wildcard leaves open.
_RUN_CLAIMS = ("environment", "job_workflow_ref", "ref")
_REPOSITORY = re.compile(r"repo:[^/:*?]+/[^/:*?]+:.+")

_COMPARING = re.compile(r"(?:for\w+:)?(?P<type>arn|string)(?P<how>like|equals|equalsignorecase)(?:ifexists)?")


def public_trust(role: Resource, _options: Options) -> Iterator[Problem]:
    """Everyone as a principal, and identity providers whose users aren't told apart."""
    for it in _admitting(role):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        if lets_everyone_in(statement):
            element = "NotPrincipal" if statement.not_principals else "Principal"
            message = "anybody in AWS may take the role over"
            yield Problem(resource=role, path=f"{path}.{element}", message=message)
        for kind, value in statement.principals:
            if kind == "federated":
                yield from _federated(role, path, statement, value.lower())


def _federated(role: Resource, path: str, statement: Statement, principal: str) -> Iterator[Problem]:
    """What a condition has to say of a provider's tokens: which application, and whose."""
    _, of_account, provider = principal.partition(":oidc-provider/")
    application = "aud" if of_account else _PUBLIC_PROVIDERS.get(principal)
    provider = provider or principal
    if application and not demands(statement, f"{provider}:{application}".__eq__, is_exact):
        message = f"{provider}'s tokens for any application are accepted"
        yield Problem(resource=role, path=f"{path}.Condition[{provider}:{application}]", message=message)
    if of_account and not _names_a_subject(statement, provider):
        message = f"{provider}'s tokens are accepted without an exact subject"
        yield Problem(resource=role, path=f"{path}.Condition[{provider}:sub]", message=message)


def _names_a_subject(statement: Statement, provider: str) -> bool:
    def is_subject(key: str) -> bool:
        return key == f"{provider}:sub"

    if not provider.startswith(_SHARED_PROVIDERS):
        return demands(statement, is_subject, _begins_with_a_name)
    if demands(statement, is_subject, _names_each_part):
        return True
    run = any(demands(statement, f"{provider}:{it}".__eq__, is_exact) for it in _RUN_CLAIMS)
    return run and demands(statement, is_subject, lambda it: bool(_REPOSITORY.fullmatch(it)))


def _begins_with_a_name(subject: str) -> bool:
    return bool(subject) and not has_wildcard(subject[0])


def _names_each_part(subject: str) -> bool:
    """`repo:acme/web:ref:refs/tags/v*` does, `repo:acme/web:*` and `repo:acme/w*:ref:…` don't."""
    if subject.startswith("repo:") and not _REPOSITORY.fullmatch(subject):
        return False
    return all(map(is_named, re.split("[:/]", subject)))


def confused_deputy(role: Resource, _options: Options) -> Iterator[Problem]:
    """Services that would take the role over on behalf of another account."""
    for it in _admitting(role):
        if isinstance(it, Problem):
            yield it
            continue
        path, statement = it
        if names_its_source(statement):
            continue
        for kind, value in statement.principals:
            if kind == "service" and _service(value) in _SAYING_THEIR_SOURCE:
                message = f"{value} may take the role over on behalf of any account"
                yield Problem(resource=role, path=f"{path}.Principal[{value}]", message=message)


def task_trust(role: Resource, _options: Options) -> Iterator[Problem]:
    """Others beside ECS's tasks on a role of theirs, and a source that no task has."""
    admitting = list(_admitting(role))
    yield from (it for it in admitting if isinstance(it, Problem))
    trusted = [it for it in admitting if not isinstance(it, Problem)]
    if not any(_is_of_tasks(statement) for _, statement in trusted):
        return
    for path, statement in trusted:
        for kind, value in statement.principals:
            # Of everyone another rule tells.
            if value != "*" and (kind, _service(value)) != ("service", _TASKS):
                message = f"{value} may take over a role that is for ECS's tasks"
                yield Problem(resource=role, path=f"{path}.Principal[{value}]", message=message)
        if _is_of_tasks(statement):
            yield from _broken_sources(role, path, statement)


def _is_of_tasks(statement: Statement) -> bool:
    return any(kind == "service" and _service(it) == _TASKS for kind, it in statement.principals)


def _broken_sources(role: Resource, path: str, statement: Statement) -> Iterator[Problem]:
    for condition in statement.conditions:
        if condition.key.lower() == "aws:sourcearn" and not _is_of_any_task(condition):
            values = ", ".join(condition.values)
            message = (
                f"no task can start with it: {condition.operator} {values}, where ECS needs ArnLike "
                "arn:<partition>:ecs:<region>:<account>:*"
            )
            yield Problem(resource=role, path=f"{path}.Condition[aws:SourceArn]", message=message)


def _is_of_any_task(condition: Condition) -> bool:
    """Amazon ECS Developer Guide, "Amazon ECS task IAM role": naming a cluster isn't supported."""
    compared = _COMPARING.fullmatch(condition.operator.lower())
    if compared is None:
        return True
    literal = compared["type"] == "string" and compared["how"] != "like"
    return not literal and any(map(_covers_all_of_ecs, condition.values))


def _covers_all_of_ecs(source: str) -> bool:
    _, partition, _, region, account, *_ = (*source.split(":"), *("\x00",) * 5)
    return covers(source, f"arn:{partition}:ecs:{region}:{account}:\x00")


def _service(principal: str) -> str:
    """`logs` of `logs.us-east-1.amazonaws.com`; a text that is no service is itself."""
    found = _SERVICE.fullmatch(principal)
    return found["name"] if found else principal


def _admitting(role: Resource) -> Iterator[tuple[str, Statement] | Problem]:
    """Each statement that lets somebody take the role over, or the problem that the trust can't be read."""
    content = read(role.properties.get(_TRUST), of_resource=True)
    if isinstance(content, Unreadable):
        yield unverifiable(role, _TRUST, content)
        return
    for statement in content:
        admits = statement.not_actions or any(matches(it, one) for it in statement.actions for one in _ASSUME)
        if statement.allow and admits:
            yield f"{_TRUST}.{statement.path}", statement


PUBLIC_TRUST = Rule(
    id="iam.public-trust",
    title="A role names who may take it over",
    severity=Severity.CRITICAL,
    why="A role open to everyone, or to every repository of a provider, is its permissions given away.",
    fix="Name accounts or roles in Principal; for an OIDC provider, demand its :aud and :sub claims by "
    "StringEquals, in full: repo:<owner>/<repository>:environment:<name>.",
    types=frozenset({ROLE}),
    resource=public_trust,
)

CONFUSED_DEPUTY = Rule(
    id="iam.confused-deputy",
    title="A service takes a role over on behalf of this account only",
    severity=Severity.MEDIUM,
    why="Another account could make the service use this role, knowing no more than its name.",
    fix='Add a condition to the trust: {"StringEquals": {"aws:SourceAccount": "<account>"}, "ArnLike": '
    '{"aws:SourceArn": "arn:<partition>:<service>:<region>:<account>:*"}}.',
    types=frozenset({ROLE}),
    resource=confused_deputy,
)

TASK_TRUST = Rule(
    id="iam.task-trust",
    title="A role of tasks is taken over by ECS's tasks alone",
    severity=Severity.MEDIUM,
    why="What else takes it over acts as the application; a source that ECS doesn't send lets no task start.",
    fix="Make a role of its own for each service or person, and let the tasks' role trust "
    "ecs-tasks.amazonaws.com with aws:SourceArn like arn:<partition>:ecs:<region>:<account>:*.",
    types=frozenset({ROLE}),
    resource=task_trust,
)

RULES = (PUBLIC_TRUST, CONFUSED_DEPUTY, TASK_TRUST)
