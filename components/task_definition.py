"""The task definition: what runs, as which two roles, and where its output goes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import pulumi
import pulumi_aws as aws

from components.containers.model import Task
from components.context import Context
from components.grants import Grant, MountFileSystem
from components.roles import ExecAudit, TaskRoles, TaskRolesArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinitionArgs:
    """A task, and what its containers may call. See `TaskRolesArgs` for the roles' settings."""

    context: Context
    task: Task
    release: Task | None = None
    """What runs before each new revision, in the same roles: a part of `task` under a family of its own."""
    grants: tuple[Grant, ...] = ()
    secret_keys: Mapping[str, str] = field(default_factory=dict[str, str])
    audit: ExecAudit | None = None
    named: tuple[pulumi.Resource, ...] = ()
    """The stack's resources that grants and audit name."""
    log_retention_days: int = 30
    log_key_arn: pulumi.Input[str] | None = None
    """The key of the containers' log groups; None: CloudWatch Logs' own."""
    protect: bool = False

    def roles(self, service: str) -> TaskRolesArgs:
        """The roles' settings, without the log groups they come after; raises what `TaskRolesArgs` raises."""
        return TaskRolesArgs(
            context=self.context,
            service=service,
            repositories=tuple(it.arn for it in self.task.repositories),
            log_groups=self.task.execution_log_groups,
            secrets=self.task.secret_arns,
            secret_keys=self.secret_keys,
            router_log_groups=self.task.task_log_groups,
            grants=(*self.grants, *_mounts(self.task)),
            audit=self.audit,
            named=self.named,
            protect=self.protect,
        )


class TaskDefinition(pulumi.ComponentResource):
    """A revision of a task's family with its two roles and its containers' log groups.

    Each change is a new revision. Old ones stay registered: a rollback, ECS's or ours, starts tasks from
    them.
    """

    arn: pulumi.Output[str]
    """Of the revision."""
    release_arn: pulumi.Output[str] | None
    """Of the release's revision."""
    execution_role_arn: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    log_groups: tuple[str, ...]
    """Names of the containers' log groups."""
    ready: list[pulumi.Resource]
    """What a task of it needs before it can start, and the definition doesn't refer to."""

    def __init__(
        self, name: str, args: TaskDefinitionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        roles_args = args.roles(name)
        super().__init__("web-application:index:TaskDefinition", name, {}, opts)
        task = args.task
        self.log_groups = tuple(sorted({*task.execution_log_groups, *task.task_log_groups}))
        log_groups = [self._log_group(group, args) for group in self.log_groups]
        roles = TaskRoles(
            name,
            replace(roles_args, named=(*args.named, *log_groups)),
            pulumi.ResourceOptions(parent=self),
        )
        definition = self._definition(name, task, roles, log_groups)
        release = args.release and self._definition(f"{name}-release", args.release, roles, log_groups)
        self.arn, self.release_arn = definition.arn, release.arn if release else None
        self.execution_role_arn, self.task_role_arn = roles.execution_role_arn, roles.task_role_arn
        self.ready = [*roles.policies, *log_groups, *args.named, *([release] if release else [])]
        self.register_outputs({"arn": self.arn})

    def _definition(
        self, name: str, task: Task, roles: TaskRoles, log_groups: list[aws.cloudwatch.LogGroup]
    ) -> aws.ecs.TaskDefinition:
        return aws.ecs.TaskDefinition(
            name,
            family=task.family,
            cpu=str(task.cpu),
            memory=str(task.memory),
            network_mode="awsvpc",
            requires_compatibilities=["FARGATE"],
            runtime_platform={"cpu_architecture": task.architecture, "operating_system_family": "LINUX"},
            ephemeral_storage={"size_in_gib": task.ephemeral_storage} if task.ephemeral_storage else None,
            volumes=_volumes(task),
            container_definitions=task.container_definitions(),
            execution_role_arn=roles.execution_role_arn,
            task_role_arn=roles.task_role_arn,
            skip_destroy=True,
            opts=pulumi.ResourceOptions(parent=self, depends_on=log_groups),
        )

    def _log_group(self, group: str, args: TaskDefinitionArgs) -> aws.cloudwatch.LogGroup:
        return aws.cloudwatch.LogGroup(
            # Named after the group, so that another name is another resource and not a replacement.
            group.removeprefix(f"{args.context.name()}-"),
            name=group,
            retention_in_days=args.log_retention_days,
            kms_key_id=args.log_key_arn,
            # Where the router writes is a choice: protected, its log group would refuse another.
            opts=pulumi.ResourceOptions(
                parent=self, protect=args.protect and group in args.task.execution_log_groups
            ),
        )


def _mounts(task: Task) -> list[MountFileSystem]:
    return [
        MountFileSystem(
            file_system=it.id,
            access_point=it.access_point,
            writes=task.writes(it),
            reason=f"files of volume {it.name}",
        )
        for it in task.file_systems
    ]


def _volumes(task: Task) -> list[aws.ecs.TaskDefinitionVolumeArgsDict]:
    disk: list[aws.ecs.TaskDefinitionVolumeArgsDict] = [{"name": it} for it in task.disk_volumes]
    shared: list[aws.ecs.TaskDefinitionVolumeArgsDict] = [
        {
            "name": it.name,
            "efs_volume_configuration": {
                "file_system_id": it.id,
                "transit_encryption": "ENABLED",
                "authorization_config": {"access_point_id": it.access_point, "iam": "ENABLED"},
            },
        }
        for it in sorted(task.file_systems, key=lambda it: it.name)
    ]
    return [*disk, *shared]
