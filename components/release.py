"""Runs a service's release: a task that has to end well before the service gets a new revision.

AWS documentation: "Amazon ECS task lifecycle", RunTask in the Amazon ECS API Reference.
"""

from __future__ import annotations

import asyncio
import shlex
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from components import aws_sdk
from components.containers.release import Release
from components.context import Context

_LOOK = 1.0
"""Seconds between two looks at a task."""
_SAY = 30.0
"""Seconds after which a wait is told again."""
_STOP = 150.0
"""Seconds for a task to stop: Fargate's longest stop timeout, and some for ECS."""


def released_first(
    name: str, context: Context, release: Release, *, definition: pulumi.Output[str], output: str
) -> pulumi.ResourceHookBinding:
    """Lets a service get a new revision of its task, its first too, only when the release has ended well.

    `definition` is the ARN of the release's own task definition; `output` says where its output is read. Any
    other change of the service runs nothing. Hooks run in an `up` alone, never in a preview.
    """

    async def run(args: pulumi.ResourceHookArgs) -> None:
        old, new = args.old_inputs or {}, args.new_inputs or {}
        if new["taskDefinition"] == old.get("taskDefinition"):
            return
        runner = ReleaseRunner(
            ecs=aws_sdk.client("ecs", context, setting="rails.release_command"),
            cluster=new["cluster"],
            release=release,
            output=output,
        )
        await runner.run(
            await definition.future() or "",
            network=new["networkConfiguration"],
            revision=new["taskDefinition"].rpartition("/")[2],
        )

    hook = pulumi.ResourceHook(f"{name}-release", run)
    return pulumi.ResourceHookBinding(before_create=[hook], before_update=[hook])


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseRunner:
    """Runs releases on one cluster with a client of ECS, one at a time."""

    ecs: Any
    cluster: str
    release: Release
    output: str

    async def run(self, definition: str, *, network: Mapping[str, Any], revision: str) -> None:
        """Runs a task of the definition (an ARN) for `revision` and returns when it has ended well.

        Raises `pulumi.RunError` when it doesn't, or not in time: then it was stopped. `network` is the
        service's own configuration. What an ended engine left running is waited for first.
        """
        family = definition.rpartition("/")[2].rpartition(":")[0]
        left = self.ecs.list_tasks(cluster=self.cluster, family=family, desiredStatus="RUNNING")["taskArns"]
        for arn in left:
            pulumi.log.info(f"An earlier release still runs, and is waited for: task {_id(arn)}")
            await self._end_of(arn)
        arn = self._start(definition, network, revision)
        pulumi.log.info(f"`{self._command}` runs before {revision} serves: task {_id(arn)}")
        problem = trouble(await self._end_of(arn), self.release.container)
        if problem:
            raise self._failed(problem, arn)
        pulumi.log.info(f"`{self._command}` ended well")

    def _start(self, definition: str, network: Mapping[str, Any], revision: str) -> str:
        answer = self.ecs.run_task(
            cluster=self.cluster,
            taskDefinition=definition,
            # On demand: a release mustn't end with a Spot instance.
            launchType="FARGATE",
            platformVersion="LATEST",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": list(network["subnets"]),
                    "securityGroups": list(network["securityGroups"]),
                    "assignPublicIp": "DISABLED",
                }
            },
            # As its definition says already: this way the task itself shows what it ran.
            overrides={
                "containerOverrides": [
                    {"name": self.release.container, "command": list(self.release.command)}
                ]
            },
            propagateTags="TASK_DEFINITION",
            enableECSManagedTags=True,
            startedBy=f"release/{revision.replace(':', '/')}",
            # The SDK may repeat a call whose answer was lost: the token makes that no second task.
            clientToken=uuid.uuid4().hex,
        )
        for failure in answer["failures"]:
            raise self._failed(f"ECS doesn't start it: {failure.get('reason')}")
        return str(answer["tasks"][0]["taskArn"])

    async def _end_of(self, arn: str) -> Mapping[str, Any]:
        """The stopped task, as DescribeTasks shows it."""
        try:
            task = await self._stopped(arn, within=self.release.timeout)
            if task is None:
                self._stop(arn, "its time was over")
                await self._stopped(arn, within=_STOP)
                problem = f"it ran for more than {self.release.timeout} seconds and was stopped"
                raise self._failed(problem, arn)
            return task
        except asyncio.CancelledError:
            # The program ends for another reason: nobody would wait for it.
            self._stop(arn, "the update was cancelled")
            raise

    async def _stopped(self, arn: str, *, within: float) -> Mapping[str, Any] | None:
        began = told = time.monotonic()
        while time.monotonic() - began < within:
            # ECS may not know it at once.
            for task in self.ecs.describe_tasks(cluster=self.cluster, tasks=[arn])["tasks"]:
                if task["lastStatus"] == "STOPPED":
                    return task
                if time.monotonic() - told >= _SAY:
                    told = time.monotonic()
                    status = f"{task['lastStatus'].lower()} after {told - began:.0f} s"
                    pulumi.log.info(f"`{self._command}` is {status}: task {_id(arn)}")
            await asyncio.sleep(_LOOK)
        return None

    def _stop(self, arn: str, reason: str) -> None:
        self.ecs.stop_task(cluster=self.cluster, task=arn, reason=f"Release: {reason}")

    def _failed(self, problem: str, arn: str = "") -> pulumi.RunError:
        where = f"; its output is in {self.output}, under task {_id(arn)}" if arn else ""
        return pulumi.RunError(
            f"the release `{self._command}` failed, and so the new revision isn't deployed: {problem}{where}"
        )

    @property
    def _command(self) -> str:
        return shlex.join(self.release.command)


def trouble(task: Mapping[str, Any], container: str) -> str | None:
    """How a stopped task's container failed, in ECS's words, or that it was stopped; None: it ended well.

    `task` is as DescribeTasks shows it.
    """
    nothing: Mapping[str, Any] = {}
    ran = next((it for it in task["containers"] if it["name"] == container), nothing)
    reason = ran.get("reason") or task.get("stoppedReason") or "ECS gives no reason"
    code = ran.get("exitCode")
    if code is None:
        return f"{container} didn't run: {reason}"
    if code:
        return f"{container} ended with exit code {code} ({reason})"
    return None if task.get("stopCode") == "EssentialContainerExited" else f"it was stopped: {reason}"


def _id(arn: str) -> str:
    return arn.rpartition("/")[2]
