"""Where rails keeps files: on EFS file systems, on the task's disk, and what a session's agent writes."""

import json
from dataclasses import replace
from typing import Any

import pulumi_aws as aws
import pytest

from components.containers.model import Task
from components.containers.rails import RailsSettings
from components.containers.release import Release, release_task
from components.containers.volumes import FileSystem, Volume
from components.containers.web_task import LogGroups, web_task
from components.documents import Statement
from components.grants import MountFileSystem
from tests.unit.mocks import Recording
from tests.unit.program import run_program, smallest, wire
from tests.unit.test_service import CONTEXT

FILES = FileSystem(
    name="uploads",
    id="fs-0123456789abcdef0",
    access_point="fsap-0123456789abcdef0",
    security_group="sg-12345678",
)
THEMES = replace(FILES, name="themes", access_point="fsap-0123456789abcdef1")
UPLOADS = Volume(name="uploads", path="/rails/storage", file_system=FILES)
SCRATCH = Volume(name="scratch", path="/rails/scratch")
IMAGE = "123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1"


def task(*volumes: Volume, **given: Any) -> Task:
    return web_task(
        family="web",
        rails=RailsSettings(image=IMAGE, volumes=volumes, **given),
        load_balancer_cidr="10.0.0.0/16",
        log_groups=LogGroups.of("web", "us-east-1"),
    )


def containers(task: Task) -> dict[str, dict[str, Any]]:
    return {it["name"]: it for it in json.loads(task.container_definitions())}


def program(**settings: Any) -> Recording:
    return run_program({**smallest(), **wire({f"web-application:{key}": it for key, it in settings.items()})})


def on_efs(file_system: FileSystem, **more: Any) -> dict[str, Any]:
    efs = {
        "file_system": file_system.id,
        "access_point": file_system.access_point,
        "security_group": file_system.security_group,
    }
    return {"efs": efs, **more}


def test_a_file_system_is_mounted_over_tls_as_the_task_s_role_at_one_access_point():
    assert task(UPLOADS).to_json()["volumes"] == [
        {
            "name": "uploads",
            "efsVolumeConfiguration": {
                "fileSystemId": "fs-0123456789abcdef0",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "fsap-0123456789abcdef0", "iam": "ENABLED"},
            },
        }
    ]
    mounts = containers(task(UPLOADS))["rails"]["mountPoints"]
    assert mounts == [{"containerPath": "/rails/storage", "readOnly": False, "sourceVolume": "uploads"}]


def test_the_resource_says_what_the_task_says():
    recording = program(volumes={"uploads": on_efs(FILES, path="/rails/storage"), "scratch": {"path": "/s"}})
    volumes = recording.one(aws.ecs.TaskDefinition).inputs["volumes"]
    files = task(UPLOADS).to_json()["volumes"][0]
    assert volumes == [{"name": "scratch"}, files]


@pytest.mark.parametrize(
    ("read_only", "actions"),
    [
        (False, ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"]),
        (True, ["elasticfilesystem:ClientMount"]),
    ],
)
def test_the_task_role_may_mount_exactly_that_access_point_and_write_only_what_it_may(
    *, read_only: bool, actions: list[str]
):
    recording = program(volumes={"uploads": on_efs(FILES, path="/rails/storage", read_only=read_only)})
    policy = json.loads(recording.one(aws.iam.RolePolicy, "web-task").inputs["policy"])
    [statement] = [it for it in policy["Statement"] if it["Sid"].startswith("MountFileSystem")]
    arn = "arn:aws:elasticfilesystem:us-east-1:111122223333"
    assert statement["Action"] == actions
    assert statement["Resource"] == [f"{arn}:file-system/{FILES.id}"]
    assert statement["Condition"] == {
        "StringEquals": {"elasticfilesystem:AccessPointArn": f"{arn}:access-point/{FILES.access_point}"}
    }
    description = recording.one(aws.iam.Role, "web-task").inputs["description"]
    assert "MountFileSystem: files of volume uploads" in description


def test_tasks_reach_the_mount_targets_group_once_however_many_volumes_are_in_it():
    recording = program(
        volumes={
            "uploads": on_efs(FILES, path="/rails/storage"),
            "themes": on_efs(THEMES, path="/rails/themes"),
        }
    )
    [rule] = [it for it in recording.of(aws.vpc.SecurityGroupEgressRule) if "files" in it.name]
    assert rule.name == "web-to-files-sg-12345678"
    assert (rule.inputs["fromPort"], rule.inputs["toPort"], rule.inputs["ipProtocol"]) == (2049, 2049, "tcp")
    assert rule.inputs["referencedSecurityGroupId"] == "sg-12345678"
    assert recording.path_exists(recording.one(aws.ecs.Service), rule)


def test_a_folder_on_the_disk_is_made_rails_own_before_rails_starts():
    found = containers(task(SCRATCH, user=1001))
    init = found["rails_init"]
    assert init["command"] == ["chown 1001:1001 /rails/scratch && chmod 0700 /rails/scratch"]
    assert (init["user"], init["essential"], init["readonlyRootFilesystem"]) == ("0", False, True)
    assert {"containerName": "rails_init", "condition": "SUCCESS"} in found["rails"]["dependsOn"]
    mount = {"containerPath": "/rails/scratch", "readOnly": False, "sourceVolume": "scratch"}
    assert init["mountPoints"] == found["rails"]["mountPoints"] == [mount]


def test_nothing_is_prepared_where_nothing_is_on_the_disk():
    assert "rails_init" not in containers(task(UPLOADS))
    assert "rails_init" not in containers(task())


def test_a_session_finds_the_folders_that_its_agent_writes_on_a_read_only_root():
    closed, opened = containers(task()), containers(task(exec=True))
    assert all(it["readonlyRootFilesystem"] for it in opened.values())
    assert {it["containerPath"]: it["sourceVolume"] for it in opened["rails"]["mountPoints"]} == {
        "/var/lib/amazon": "rails_session_state",
        "/var/log/amazon": "rails_session_logs",
    }
    assert task(exec=True).disk_volumes == ("rails_session_logs", "rails_session_state")
    # Root's, who the agent is; rails isn't.
    assert "rails_init" not in opened
    assert {name: it for name, it in opened.items() if name != "rails"} == {
        name: it for name, it in closed.items() if name != "rails"
    }


def test_a_writable_root_needs_no_folders_for_sessions():
    rails = containers(task(exec=True, read_only_root=False))["rails"]
    assert rails["readonlyRootFilesystem"] is False
    assert "mountPoints" not in rails


def test_a_release_has_the_files_that_the_application_has_and_opens_no_session():
    web = task(UPLOADS, SCRATCH, exec=True)
    release = release_task(web, Release(container="rails", command=("bin/rails", "db:migrate")))
    assert release.file_systems == (FILES,)
    assert release.disk_volumes == ("scratch",)
    assert "rails_init" in {it.name for it in release.containers}


@pytest.mark.parametrize(
    ("volumes", "message"),
    [
        ([replace(SCRATCH, path="rails")], "volumes.scratch.path: 'rails' .* not the absolute path"),
        ([replace(SCRATCH, path="/")], "volumes.scratch.path: '/' .* not the absolute path"),
        ([replace(SCRATCH, path="/a b")], "volumes.scratch.path: '/a b' .* not the absolute path"),
        ([replace(SCRATCH, path="/rails")], "volumes.scratch.path: '/rails' .* hide the application"),
        ([replace(SCRATCH, path="/rails/tmp/x")], "'/rails/tmp/x' .* /rails/tmp is a folder in memory"),
        ([replace(SCRATCH, path="/var")], "'/var' .* /var/lib/amazon is the session's"),
        (
            [SCRATCH, replace(SCRATCH, name="b", path="/rails/scratch/b")],
            "volumes.b.path: .* volume scratch's",
        ),
        (
            [replace(SCRATCH, read_only=True)],
            "volumes.scratch.read_only: True .* is empty, and would stay so",
        ),
        ([replace(SCRATCH, name="a b")], "volumes: 'a b' .* not a volume's name"),
        ([replace(SCRATCH, name="rails_session_state")], "volumes: 'rails_session_state' .* of two volumes"),
        (
            [UPLOADS, Volume(name="more", path="/more", file_system=replace(FILES, name="more"))],
            "volumes.more.efs.access_point: 'fsap-0123456789abcdef0' .* volume uploads has the same files",
        ),
        (
            [replace(UPLOADS, file_system=replace(FILES, id="uploads"))],
            "volumes.uploads.efs.file_system: 'uploads' .* not such an id; write it like fs-",
        ),
        (
            [replace(UPLOADS, file_system=replace(FILES, access_point="fs-0123456789abcdef0"))],
            "volumes.uploads.efs.access_point: .* write it like fsap-",
        ),
        (
            [replace(UPLOADS, file_system=replace(FILES, security_group="files"))],
            "volumes.uploads.efs.security_group: 'files' .* write it like sg-",
        ),
    ],
)
def test_a_volume_that_can_not_work_is_refused_with_its_setting(volumes: list[Volume], message: str):
    with pytest.raises(ValueError, match=message):
        task(*volumes, exec=True)


@pytest.mark.parametrize(
    "given", [{"file_system": "uploads"}, {"access_point": "fs-0123456789abcdef0"}, {"reason": ""}]
)
def test_a_grant_names_a_file_system_and_an_access_point_by_their_ids(given: dict[str, Any]):
    named: dict[str, Any] = {"file_system": FILES.id, "access_point": FILES.access_point, "reason": "files"}
    assert isinstance(MountFileSystem(writes=True, **named).statements(CONTEXT)[0], Statement)
    with pytest.raises(ValueError, match=next(iter(given))):
        MountFileSystem(writes=True, **{**named, **given})
