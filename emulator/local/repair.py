"""Resolves in the open what a killed engine left in flight: `make repair`.

The engine can't know whether what it was creating exists. `refresh` and its import of pending creates don't
settle that in the pinned version, and a plain `up` would make automatically named resources twice. So each is
looked up, by its name or by the tag that is unique to it, and taken into the state or dropped from it.
"""

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)
from rich.console import Console

from emulator.engine.finder import find_engine
from emulator.local.environment import REGION
from emulator.local.failure import LocalStackError
from emulator.local.orphans import end_providers
from emulator.local.session import alone, exported, living_lock_holder, matches_state, pending_operations
from emulator.local.stack import LocalStack
from emulator.provider import aws, lifecycle
from emulator.provider.find import find
from emulator.provider.operation import Operation, OperationError
from emulator.provider.registry import RESOURCES
from emulator.provider.schema import resource_shape

_PATIENCE = 30.0  # seconds for an orphaned provider to finish a create


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One operation that was in flight, and what becomes of it; `id` where the resource is taken in."""

    urn: str
    doing: str
    verdict: str
    id: str | None = None


def repair(directory: Path, console: Console) -> int:
    """Settles every pending operation and brings the state in step with AWS; 0 when all is settled."""
    if not directory.exists():
        console.print("Nothing is up, so there is nothing to repair.")
        return 0
    with alone(directory):
        stack = LocalStack(directory, engine=find_engine(console))
        if not stack.checkpoint.exists() or not matches_state(stack):
            console.print(
                "The embedded AWS of this state is gone. `make up` forgets it and builds everything again."
            )
            return 0
        if holder := living_lock_holder(stack):
            raise LocalStackError(
                f"The engine is still at work (process {holder}). Wait for its end, or end it."
            )
        stack.start()
        _settle_processes(stack, console)
        export = exported(stack)
        if not pending_operations(export):
            console.print("Nothing was in flight. `make up` goes on from here.")
            return 0
        findings = [_judge(stack, operation, export) for operation in pending_operations(export)]
        _import(stack, resolved(export, findings))
        refreshed = stack.refresh("--skip-preview")
        _show(findings, console)
        if refreshed.code:
            raise LocalStackError(f"The refresh after the repair failed:\n{refreshed.stdout.strip()}")
        console.print("The state is in step with AWS again. `make up` completes what was interrupted.")
        return 0


def resolved(export: dict[str, Any], findings: list[Finding]) -> dict[str, Any]:
    """The deployment with each found resource among its resources and nothing pending.

    A found one stands just before an older resource of the same URN, which becomes the one to be deleted (the
    engine's own order for a replacement), else last, after everything that it can depend on.
    """
    pending = {
        operation["resource"]["urn"]: operation["resource"] for operation in pending_operations(export)
    }
    resources: list[dict[str, Any]] = list(export["deployment"]["resources"])
    for finding in findings:
        if finding.id is None:
            continue
        taken: dict[str, Any] = {**pending[finding.urn], "id": finding.id}
        taken["outputs"] = {**dict(taken.get("inputs") or {}), "id": finding.id}
        older = [index for index, resource in enumerate(resources) if resource["urn"] == finding.urn]
        for index in older:
            resources[index] = {**resources[index], "delete": True}
        resources.insert(older[0] if older else len(resources), taken)
    deployment = {**export["deployment"], "resources": resources}
    deployment.pop("pending_operations", None)
    return {**export, "deployment": deployment}


def _settle_processes(stack: LocalStack, console: Console) -> None:
    """A provider that outlived its engine may still be creating: its end comes before any look."""
    finished, ended = end_providers(stack.directory, patience=_PATIENCE)
    if finished:
        console.print(f"Waited for {len(finished)} provider(s) that the killed run left at work.")
    if ended:
        console.print(f"Ended {len(ended)} provider(s) that still ran after {_PATIENCE:.0f} s.")
    if stack.lock_files() and (done := stack.pulumi("cancel", "--yes")).code:
        raise LocalStackError(f"`pulumi cancel` failed:\n{done.stderr.strip()}")


def _judge(stack: LocalStack, operation: dict[str, Any], export: dict[str, Any]) -> Finding:
    resource, doing = operation["resource"], operation["type"]
    urn = str(resource["urn"])
    if doing != "creating":
        return Finding(urn=urn, doing=doing, verdict="its state was read again; up does what is still to do")
    if not resource.get("custom") or not str(resource["type"]).startswith("aws:"):
        return Finding(urn=urn, doing=doing, verdict="nothing of it is in AWS; up creates it")
    known = {other["id"] for other in export["deployment"]["resources"] if other.get("id")}
    try:
        found, verdict = _look_up(stack, resource, known)
    except (OperationError, ClientError, BotoCoreError) as error:
        raise LocalStackError(
            f"{urn} was being created, and whether it exists can't be told: {error}. Nothing was changed."
        ) from error
    return Finding(urn=urn, doing=doing, verdict=verdict, id=found)


def _look_up(stack: LocalStack, resource: dict[str, Any], known: set[str]) -> tuple[str | None, str]:
    """The id of this stack's own in AWS, None when there is none, and what to say of it."""
    token, inputs = str(resource["type"]), dict(resource.get("inputs") or {})
    credentials = {"aws_access_key_id": "local", "aws_secret_access_key": "local"}
    session = aws.Session(region=REGION, endpoint=stack.running.url, settings=credentials)
    found = find(token, inputs, session, known=known)
    if found is None:
        return None, "it doesn't exist; up creates it"
    if not _is_ours(stack, token, found, inputs, session):
        return None, f"{found} has its name but isn't this stack's; left alone"
    return found, f"it exists as {found}; taken into the state"


def _is_ours(stack: LocalStack, token: str, found: str, inputs: dict[str, Any], session: aws.Session) -> bool:
    """Whether its `Name` tag says so; a kill before the tags were set leaves only a name of this stack's."""
    shape = resource_shape(token)
    if "tagsAll" not in shape.properties:
        return True  # part of another resource, whose id is in its own
    outputs = lifecycle.read(
        Operation(resource=RESOURCES[token], shape=shape, session=session, id=found, inputs=inputs)
    )
    tags: dict[str, str] = (outputs or {}).get("tagsAll") or {}
    if "Name" in tags:
        wanted: dict[str, str] = inputs.get("tagsAll") or {}
        return tags["Name"] == wanted.get("Name")
    prefix = f"{stack.project}-{stack.stack}-"
    return any(isinstance(value, str) and value.startswith(prefix) for value in inputs.values())


def _import(stack: LocalStack, deployment: dict[str, Any]) -> None:
    with tempfile.NamedTemporaryFile("w", dir=stack.directory, suffix=".json") as file:
        json.dump(deployment, file)
        file.flush()
        done = stack.pulumi("stack", "import", "--file", file.name)
    if done.code:
        raise LocalStackError(
            f"The engine refused the repaired state; it is unchanged:\n{done.stderr.strip()}"
        )


def _show(findings: list[Finding], console: Console) -> None:
    console.print("What the killed run left in flight:")
    for finding in findings:
        types, name = finding.urn.split("::")[2:]
        console.print(f"  {finding.doing} {types.rsplit('$', 1)[-1]} {name}\n    {finding.verdict}")
