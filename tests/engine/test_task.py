"""The task of the committed stack as ECS and IAM tell it: four containers, two roles."""

from typing import Any

import pytest

from emulator.local.environment import ACCOUNT
from tests.engine.standing import REGISTRY, Standing, only
from tests.engine.views import ARN, NAME, Definition, elements


@pytest.fixture(scope="session")
def definition(committed: Standing) -> Definition:
    return Definition.serving(committed.stack)


def test_the_containers_start_in_the_order_that_they_need_each_other(definition: Definition):
    assert definition.depends_on == {
        "log_router": {},
        "datadog_init": {},
        "datadog": {"datadog_init": "SUCCESS"},
        "rails": {"log_router": "HEALTHY", "datadog": "START"},
        "nginx": {"rails": "HEALTHY", "log_router": "HEALTHY", "datadog": "START"},
    }


def test_the_task_is_an_arm_task_on_fargate_whose_containers_share_it(definition: Definition):
    task = definition.task
    assert (task["cpu"], task["memory"], task["networkMode"]) == ("1024", "2048", "awsvpc")
    assert task["requiresCompatibilities"] == ["FARGATE"]
    assert task["runtimePlatform"] == {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"}
    assert task["ephemeralStorage"] == {"sizeInGiB": 21}
    shares = {name: (it["cpu"], it.get("memoryReservation")) for name, it in definition.containers.items()}
    assert shares == {
        "rails": (640, 1280),
        "nginx": (64, 128),
        "log_router": (128, 256),
        "datadog": (128, 384),
        "datadog_init": (0, None),
    }
    assert definition.essential == {"rails", "nginx", "log_router"}


def test_images_are_pinned_and_the_applications_own_by_its_digest(
    committed: Standing, definition: Definition
):
    ecr = committed.stack.client("ecr")
    found = ecr.describe_images(repositoryName="web-application/rails", imageIds=[{"imageTag": "1.0.0"}])
    digest = only(found["imageDetails"])["imageDigest"]
    images = {name: it["image"] for name, it in definition.containers.items()}
    assert images["rails"] == f"{REGISTRY}/web-application/rails@{digest}"
    assert images["datadog"] == images["datadog_init"]
    assert all(it.rpartition(":")[2][0].isdigit() for name, it in images.items() if name != "rails"), images


def test_only_nginx_has_a_port_and_only_its_own(definition: Definition):
    ports = {name: it.get("portMappings", []) for name, it in definition.containers.items()}
    assert ports.pop("nginx") == [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}]
    assert not any(ports.values())
    assert definition.environment("rails")["BINDING"] == "127.0.0.1"
    assert definition.environment("rails")["PORT"] == "3000"


def test_secrets_are_named_by_their_full_arns_and_by_nothing_else(
    committed: Standing, definition: Definition
):
    manager = committed.stack.client("secretsmanager")
    arn = {it["Name"]: it["ARN"] for it in manager.list_secrets()["SecretList"]}
    api_key, base = arn["web-application/datadog-api-key"], arn["web-application/secret-key-base"]
    assert definition.secrets == {
        "rails": {"SECRET_KEY_BASE": base},
        "nginx": {},
        "log_router": {},
        "datadog": {"DD_API_KEY": api_key},
        "datadog_init": {},
    }
    assert definition.log_secrets == {"rails": {"apikey": api_key}, "nginx": {"apikey": api_key}}


def test_rails_and_nginx_log_to_datadog_and_the_sidecars_to_cloudwatch(definition: Definition):
    for name, source in (("rails", "ruby"), ("nginx", "nginx")):
        driver, options = definition.log(name)
        assert driver == "awsfirelens"
        assert options == {
            "Name": "datadog",
            "Host": "http-intake.logs.datadoghq.com",
            "TLS": "on",
            "provider": "ecs",
            "dd_service": "web",
            "dd_source": source,
            "dd_tags": "env:local,version:1.0.0",
            "retry_limit": "2",
            "mode": "non-blocking",
            "log-driver-buffer-limit": "8192",
        }
    for name in ("log_router", "datadog", "datadog_init"):
        driver, options = definition.log(name)
        assert (driver, options["awslogs-group"]) == ("awslogs", f"{NAME}-sidecars")
    router = definition.containers["log_router"]
    assert router["user"] == "0"
    assert router["firelensConfiguration"]["options"] == {
        "config-file-type": "file",
        "config-file-value": "/fluent-bit/configs/output-metrics-healthcheck.conf",
        "enable-ecs-log-metadata": "true",
    }


def test_each_container_is_checked_and_given_time_to_stop(definition: Definition):
    checks = {name: definition.health_check(name) for name in ("rails", "nginx", "log_router", "datadog")}
    assert {name: (it["interval"], it["timeout"], it["retries"]) for name, it in checks.items()} == {
        "rails": (10, 5, 3),
        "nginx": (10, 5, 3),
        "log_router": (10, 5, 2),
        "datadog": (15, 5, 3),
    }
    assert "http://127.0.0.1:3000/up" in checks["rails"]["command"][1]
    assert "X-Forwarded-Proto: https" in checks["rails"]["command"][1]
    assert "http://127.0.0.1:8080/healthz" in checks["nginx"]["command"][1]
    assert checks["log_router"]["command"][1] == "curl -f http://127.0.0.1:2020/api/v1/uptime || exit 1"
    assert checks["datadog"]["command"][1] == "/probe.sh"
    stops = {name: it.get("stopTimeout") for name, it in definition.containers.items()}
    assert stops == {"rails": 60, "nginx": 30, "log_router": 60, "datadog": 30, "datadog_init": None}


def test_rails_runs_without_rights_and_reaches_the_agent_over_shared_sockets(definition: Definition):
    rails, agent = definition.containers["rails"], definition.containers["datadog"]
    assert (rails["user"], rails["readonlyRootFilesystem"]) == ("1000", True)
    assert rails["linuxParameters"]["capabilities"]["drop"] == ["ALL"]
    assert rails["linuxParameters"]["initProcessEnabled"] is True
    assert {it["containerPath"] for it in rails["linuxParameters"]["tmpfs"]} == {"/rails/tmp", "/tmp"}  # noqa: S108
    environment = definition.environment("rails")
    assert environment["DD_TRACE_AGENT_URL"] == "unix:///var/run/datadog/apm.socket"
    assert environment["DD_DOGSTATSD_URL"] == "unix:///var/run/datadog/dsd.socket"
    mounted = [{it["sourceVolume"] for it in each["mountPoints"]} for each in (rails, agent)]
    assert "datadog_sockets" in mounted[0] & mounted[1]
    assert agent["restartPolicy"]["enabled"] is True


def statements(committed: Standing, role: str) -> list[dict[str, Any]]:
    """What the role's only policy says."""
    iam = committed.stack.client("iam")
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    policy = only(iam.list_role_policies(RoleName=role)["PolicyNames"])
    document = iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    return document["Statement"]


def test_the_execution_role_pulls_from_one_repository_and_reads_two_secrets(
    committed: Standing, definition: Definition
):
    role = definition.task["executionRoleArn"].rpartition("/")[2]
    allowed = statements(committed, role)
    assert {it["Effect"] for it in allowed} == {"Allow"}
    by_action: dict[str, set[str]] = {}
    for statement in allowed:
        for action in elements(statement["Action"]):
            by_action.setdefault(action, set()).update(elements(statement["Resource"]))
    repository = {ARN.format("ecr", "repository/web-application/rails")}
    kept = committed.stack.client("secretsmanager").list_secrets()["SecretList"]
    secrets = {it["ARN"] for it in kept if it["Name"].startswith("web-application/")}
    assert len(secrets) == 2
    streams = {ARN.format("logs", f"log-group:{NAME}-sidecars:log-stream:*")}
    assert by_action == {
        "ecr:GetAuthorizationToken": {"*"},
        "ecr:BatchCheckLayerAvailability": repository,
        "ecr:BatchGetImage": repository,
        "ecr:GetDownloadUrlForLayer": repository,
        "logs:CreateLogStream": streams,
        "logs:PutLogEvents": streams,
        "secretsmanager:GetSecretValue": secrets,
    }


def test_the_task_role_is_another_one_and_may_nothing(committed: Standing, definition: Definition):
    iam = committed.stack.client("iam")
    role = definition.task["taskRoleArn"].rpartition("/")[2]
    assert definition.task["taskRoleArn"] != definition.task["executionRoleArn"]
    assert iam.list_role_policies(RoleName=role)["PolicyNames"] == []
    assert iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"] == []
    for arn in (definition.task["taskRoleArn"], definition.task["executionRoleArn"]):
        trust = iam.get_role(RoleName=arn.rpartition("/")[2])["Role"]["AssumeRolePolicyDocument"]
        statement = only(trust["Statement"])
        assert statement["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
        assert statement["Condition"] == {
            "StringEquals": {"aws:SourceAccount": ACCOUNT},
            "ArnLike": {"aws:SourceArn": ARN.format("ecs", "*")},
        }
