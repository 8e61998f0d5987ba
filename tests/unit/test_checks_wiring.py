"""Ports, mount points, variables, secrets and logs: does each name lead somewhere?"""

from typing import Any

import pytest
from ecs_policies.checks import environment, log_routing, mount_points, ports, routed_port

SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/web-AbCdEf"
CHECK = {"command": ["CMD-SHELL", "true"]}


def mapped(name: str, *mappings: object) -> dict[str, object]:
    return {"name": name, "portMappings": list(mappings)}


@pytest.mark.parametrize(
    ("containers", "said"),
    [
        ([mapped("a", {"containerPort": 80}), mapped("b", {"containerPort": 81})], []),
        ([mapped("a", {"containerPort": 80, "hostPort": 80}, {"containerPort": "81", "hostPort": 0})], []),
        (
            [mapped("a", {"containerPort": 80}), mapped("b", {"containerPort": "80"})],
            ["a has this port already"],
        ),
        ([mapped("a", {"containerPort": 80}, {"containerPort": 80, "protocol": "udp"})], []),
        ([mapped("a", {"containerPort": 80}, {"containerPort": 80, "protocol": "tcp"})], ["has this port"]),
        ([mapped("a", {"containerPort": 24224})], ["log router listens"]),
        ([mapped("a", {"containerPortRange": "24000-25000"})], ["log router listens"]),
        ([mapped("a", {"containerPort": 80, "hostPort": 8080})], ["the host port is the container port"]),
        ([mapped("a", {"containerPort": 0})], ["not a port"]),
        ([mapped("a", {"containerPort": 65536}, {"containerPort": "http"}, {})], ["not a port"] * 3),
        ([mapped("a", {"containerPortRange": "8000-8010"})], []),
    ],
)
def test_ports_are_the_containers_own(containers: list[dict[str, object]], said: list[str]):
    problems = ports(containers)
    assert len(problems) == len(said)
    assert all(words in problem.message for words, problem in zip(said, problems, strict=True))


def test_the_routed_port_is_one_that_the_container_exposes():
    containers = [mapped("web", {"containerPort": "8080"}), mapped("other")]
    assert not routed_port(containers, "web", 8080)
    assert routed_port(containers, "web", 80)[0].fix == "Use 8080"
    assert routed_port(containers, "other", 80)[0].fix == "Add the port to other's ports"
    assert routed_port(containers, "gone", 80)[0].fix == "Name one of other, web"


def mounting(*paths: str, volume: str = "data", **fields: Any) -> dict[str, Any]:
    return {
        "name": "a",
        "mountPoints": [{"sourceVolume": volume, "containerPath": path} for path in paths],
        **fields,
    }


def test_mount_points_name_a_volume_of_the_task():
    assert not mount_points([mounting("/data")], [{"name": "data"}])
    assert mount_points([mounting("/data")], [{"name": "other"}])[0].fix == "Name one of other"
    assert mount_points([mounting("/data")], None)[0].fix == "Add the volume to the task"


def test_no_mount_hides_another():
    twice = mount_points([mounting("/data", "/data/")], [{"name": "data"}])
    assert [problem.value for problem in twice] == ["/data"]
    below = {"tmpfs": [{"containerPath": "/scratch", "size": 1}]}
    assert mount_points([mounting("/scratch", linuxParameters=below)], [{"name": "data"}])
    assert not mount_points([mounting("/data", linuxParameters=below)], [{"name": "data"}])


def test_a_mount_path_is_absolute():
    assert mount_points([mounting("data")], [{"name": "data"}])[0].message == "a mount needs an absolute path"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (SECRET, None),
        (f"{SECRET}:password::", None),
        (f"{SECRET}:password:AWSPREVIOUS:", None),
        ("arn:aws-cn:secretsmanager:cn-north-1:123456789012:secret:a-AbCdEf", None),
        ("arn:aws:ssm:us-east-1:123456789012:parameter/web/key", None),
        ("arn:aws:secretsmanager:us-east-1:123456789012:secret:prod/web", "not the full ARN"),
        ("prod/web", "not the full ARN"),
        ("", "not the full ARN"),
        (None, "not the full ARN"),
        (f"{SECRET}:password", "after the ARN"),
        (f"{SECRET}:password:::", "after the ARN"),
        (f"{SECRET}:password::6f1f1b8c", "a pinned version disappears"),
    ],
)
def test_a_secret_is_named_by_its_full_arn(value: object, said: str | None):
    entry = [{"name": "KEY", "valueFrom": value}]
    for container in ({"secrets": entry}, {"logConfiguration": {"secretOptions": entry}}):
        problems = environment([{"name": "a", **container}])
        assert [said in problem.message for problem in problems if said] == ([True] if said else [])
        assert bool(problems) == bool(said)


def test_a_variable_is_set_once():
    twice = {
        "environment": [{"name": "KEY", "value": "1"}],
        "secrets": [{"name": "KEY", "valueFrom": SECRET}],
    }
    (problem,) = environment([{"name": "a", **twice}])
    assert (problem.path, problem.value) == ("containers.a.environment", "KEY")


AWSLOGS = {
    "logDriver": "awslogs",
    "options": {"awslogs-group": "g", "awslogs-region": "us-east-1", "awslogs-stream-prefix": "p"},
}


AWSLOGS_NEEDS = [f"containers.a.log.{option}" for option in AWSLOGS["options"]]
S3_CONFIG = {"options": {"config-file-type": "s3", "config-file-value": "arn"}}
OWN_CONFIG = {"options": {"config-file-type": "file", "config-file-value": "/extra.conf"}}
HALF_A_CONFIG = {"options": {"config-file-type": "file"}}


def router(**changes: Any) -> dict[str, Any]:
    standard = {
        "firelensConfiguration": {"type": "fluentbit"},
        "healthCheck": CHECK,
        "logConfiguration": AWSLOGS,
    }
    return {"name": "router", **standard, **changes}


def client(condition: str | None = "HEALTHY", **changes: Any) -> dict[str, Any]:
    depends_on = [{"containerName": "router", "condition": condition}] if condition else []
    return {
        "name": "web",
        "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "cloudwatch_logs"}},
        "dependsOn": depends_on,
        **changes,
    }


def sending(options: dict[str, str], *secrets: str) -> dict[str, Any]:
    log = {"logDriver": "awsfirelens", "options": options, "secretOptions": [{"name": it} for it in secrets]}
    return client(logConfiguration=log)


@pytest.mark.parametrize(
    ("containers", "paths"),
    [
        ([router(), client()], []),
        ([router(), sending({})], ["containers.web.log.Name"]),
        ([router(firelensConfiguration={"type": "fluentd"}), sending({})], ["containers.web.log.@type"]),
        ([router(firelensConfiguration={"type": "fluentd"}), sending({"@type": "null"})], []),
        ([router(firelensConfiguration=OWN_CONFIG), sending({})], []),
        ([router(), sending({"name": "datadog"})], ["containers.web.log.secrets.apikey"]),
        ([router(), sending({"name": "datadog", "apiKey": "x"})], []),
        ([router(), sending({"Name": "nrlogs"}, "license_key")], []),
        ([router()], []),
        ([{"name": "a"}], []),
        ([client()], ["containers.web.log"]),
        ([router(), router(name="second"), client()], ["containers"]),
        ([router(logConfiguration={"logDriver": "awsfirelens"}), client()], ["containers.router.log"]),
        ([router(essential=False), client()], ["containers.router.essential"]),
        ([router(healthCheck=None), client()], ["containers.router.health_check"]),
        ([router(), client(None)], ["containers.web.depends_on"]),
        ([router(), client("START")], ["containers.web.depends_on"]),
        ([router(firelensConfiguration=None), client()], ["containers.web.log"]),
        (
            [router(firelensConfiguration=S3_CONFIG)],
            ["containers.router.firelens.config-file-type"],
        ),
        ([router(firelensConfiguration=HALF_A_CONFIG)], ["containers.router.firelens"]),
        ([{"name": "a", "logConfiguration": {"logDriver": "json-file"}}], ["containers.a.log"]),
        ([{"name": "a", "logConfiguration": {"logDriver": "awslogs"}}], AWSLOGS_NEEDS),
    ],
)
def test_logs_arrive(containers: list[dict[str, Any]], paths: list[str]):
    assert [problem.path for problem in log_routing(containers)] == paths
