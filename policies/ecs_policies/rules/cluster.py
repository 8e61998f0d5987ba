"""Rules about ECS clusters: what is measured in them, and who is recorded looking into a container."""

from collections.abc import Iterator

from ecs_policies.kinds import ALIAS, CLUSTER, KEY, LOG_GROUP, SERVICE
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Value
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.settings import at, block_at, word_at
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, blocks, flag, has_unknown, word

_INSIGHTS = "containerInsights"
_EXEC = "configuration.executeCommandConfiguration"
_LOG = f"{_EXEC}.logConfiguration"
_DESTINATIONS = (
    ("cloudWatchLogGroupName", "cloudWatchEncryptionEnabled"),
    ("s3BucketName", "s3BucketEncryptionEnabled"),
)


def container_insights(cluster: Resource, _options: Options) -> Iterator[Problem]:
    """Clusters without Container Insights, which is off unless a setting turns it on."""
    settings = blocks(cluster.properties.get("settings"))
    if isinstance(settings, Unreadable):
        yield unverifiable(cluster, "settings", settings)
        return
    path = f"settings[{_INSIGHTS}]"
    if any(has_unknown(it.get("name")) for it in settings):
        yield unverifiable(cluster, path, Unreadable(f"whether it's set: {IS_UNKNOWN}"))
        return
    values = [word(it.get("value")) for it in settings if it.get("name") == _INSIGHTS]
    found = values[-1] if values else "disabled"
    if isinstance(found, Unreadable):
        yield unverifiable(cluster, path, found)
    elif found.lower() not in ("enabled", "enhanced"):
        message = f"nothing is measured of its tasks and containers: Container Insights is {found}"
        yield Problem(resource=cluster, path=path, message=message)


def exec_audit(stack: Stack, _options: Options) -> Iterator[Problem]:
    """Clusters whose services allow sessions into containers that aren't recorded, or not encrypted."""
    open_clusters: dict[str, Resource] = {}
    for service in stack.of_type(SERVICE):
        allowed = flag(service.properties.get("enableExecuteCommand"), default=False)
        if isinstance(allowed, Unreadable):
            yield unverifiable(service, "enableExecuteCommand", allowed)
        elif allowed:
            clusters = resolve(stack, service, "cluster", (CLUSTER,))
            open_clusters.update((it.urn, it) for it in clusters.found)
            if not clusters.found:
                reason = "whether its cluster, which isn't part of the stack, records sessions"
                yield unverifiable(service, "cluster", Unreadable(reason))
    for cluster in open_clusters.values():
        yield from _audits(stack, cluster)


def _audits(stack: Stack, cluster: Resource) -> Iterator[Problem]:
    """Amazon ECS Developer Guide, "Monitor Amazon ECS containers with ECS Exec"."""
    logging = word_at(cluster, f"{_EXEC}.logging", default="DEFAULT")
    if isinstance(logging, Unreadable):
        yield unverifiable(cluster, f"{_EXEC}.logging", logging)
    elif logging.upper() != "OVERRIDE":
        message = f"sessions into containers have no encrypted record of their own: logging is {logging}"
        yield Problem(resource=cluster, path=f"{_EXEC}.logging", message=message)
    else:
        yield from _is_recorded(stack, cluster)
    yield from _has_key(stack, cluster)


def _is_recorded(stack: Stack, cluster: Resource) -> Iterator[Problem]:
    log = block_at(cluster, _LOG)
    if isinstance(log, Unreadable):
        yield unverifiable(cluster, _LOG, log)
        return
    named = [(name, switch) for name, switch in _DESTINATIONS if log.get(name) is not None]
    if not named:
        message = "no log group or bucket is named that records sessions into containers"
        yield Problem(resource=cluster, path=_LOG, message=message)
    for name, switch in named:
        encrypted = flag(log.get(switch), default=False)
        if isinstance(encrypted, Unreadable):
            yield unverifiable(cluster, f"{_LOG}.{switch}", encrypted)
        elif not encrypted:
            message = "the record of sessions, which may show secrets, isn't encrypted"
            yield Problem(resource=cluster, path=f"{_LOG}.{switch}", message=message)
        else:
            yield from _log_group_has_key(stack, cluster, log[name])


def _log_group_has_key(stack: Stack, cluster: Resource, name: Value) -> Iterator[Problem]:
    for group in resolve(stack, cluster, "configuration", (LOG_GROUP,), name).found:
        if not group.properties.get("kmsKeyId"):
            message = f"{cluster.name} records sessions here, which ECS refuses without a KMS key"
            yield Problem(resource=group, path="kmsKeyId", message=message)


def _has_key(stack: Stack, cluster: Resource) -> Iterator[Problem]:
    path = f"{_EXEC}.kmsKeyId"
    key = at(cluster, path)
    if isinstance(key, Unreadable):
        yield unverifiable(cluster, path, key)
    elif not key:
        message = "sessions pass between operator and container without a KMS key of the cluster's"
        yield Problem(resource=cluster, path=path, message=message)
    elif resolve(stack, cluster, "configuration", (KEY, ALIAS), key).lost:
        yield unverifiable(cluster, path, Unreadable(IS_UNKNOWN))


CONTAINER_INSIGHTS = Rule(
    id="cluster.container-insights",
    title="A cluster has Container Insights",
    severity=Severity.MEDIUM,
    why="Without it there are no numbers of tasks, restarts and memory when something goes wrong.",
    fix='Set settings=[{"name": "containerInsights", "value": "enhanced"}] (or "enabled").',
    mappings=("AWS Security Hub FSBP ECS.12",),
    types=frozenset({CLUSTER}),
    resource=container_insights,
)

EXEC_AUDIT = Rule(
    id="cluster.exec-audit",
    title="Sessions into containers are recorded, encrypted under a KMS key",
    severity=Severity.HIGH,
    why="Who opens a shell in a container holds its role and its secrets; only a record shows what was done.",
    fix='Set configuration.execute_command_configuration: kms_key_id, logging="OVERRIDE" and a '
    "log_configuration with an encrypted log group or bucket; or leave enable_execute_command out.",
    stack=exec_audit,
)

RULES = (CONTAINER_INSIGHTS, EXEC_AUDIT)
