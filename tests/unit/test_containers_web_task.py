"""The web application's task, container by container, as ECS will read it."""
# ruff: noqa: S108 (/tmp is the containers', in memory)

import json
import subprocess
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from ecs_policies.checks import SHAPES, task_definition
from hypothesis import given, settings
from hypothesis import strategies as st

from components.containers import (
    DatadogSettings,
    InvalidTaskError,
    LogGroups,
    NginxSettings,
    RailsSettings,
    Secret,
    Task,
    web_task,
)
from components.containers.nginx import nginx_config

SECRETS = "arn:aws:secretsmanager:us-east-1:123456789012:secret"
API_KEY = Secret(arn=f"{SECRETS}:datadog-AbCdEf", version_id="6f1f1b8c")
RAILS = RailsSettings(image="123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.4.2")
DATADOG = DatadogSettings(site="datadoghq.eu", api_key=API_KEY, environment="prod", version="1.4.2")
GROUPS = LogGroups(region="us-east-1", application="web-application", sidecars="web-sidecars")


def task(rails: RailsSettings = RAILS, **settings: Any) -> Task:
    return web_task(
        family="web", rails=rails, load_balancer_cidr="10.0.0.0/16", log_groups=GROUPS, **settings
    )


def definitions(task: Task) -> dict[str, Any]:
    return {each["name"]: each for each in json.loads(task.container_definitions())}


@cache
def three() -> dict[str, Any]:
    return definitions(task())


@cache
def four() -> dict[str, Any]:
    return definitions(task(datadog=DATADOG))


def variables(container: dict[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in container["environment"]}


def edges(container: dict[str, Any]) -> dict[str, str]:
    return {each["containerName"]: each["condition"] for each in container.get("dependsOn", [])}


def problems(rails: RailsSettings = RAILS, **settings: Any) -> dict[str, object]:
    with pytest.raises(InvalidTaskError) as error:
        task(rails, **settings)
    assert all(problem.path in str(error.value) for problem in error.value.problems)
    return {problem.path: problem.value for problem in error.value.problems}


def test_an_image_is_enough_for_three_containers():
    assert set(three()) == {"rails", "nginx", "log_router"}


def test_datadog_adds_the_agent_and_the_container_that_prepares_its_volumes():
    assert set(four()) == {"rails", "nginx", "log_router", "datadog", "datadog_init"}


@pytest.mark.parametrize(
    ("name", "shares"),
    [("rails", (640, 1280)), ("nginx", (64, 128)), ("log_router", (128, 256)), ("datadog", (128, 384))],
)
def test_each_container_has_its_share(name: str, shares: tuple[int, int]):
    assert (four()[name]["cpu"], four()[name]["memoryReservation"]) == shares


def test_every_edge_of_the_order_is_declared():
    assert edges(four()["nginx"]) == {"rails": "HEALTHY", "log_router": "HEALTHY", "datadog": "START"}
    assert edges(four()["rails"]) == {"log_router": "HEALTHY", "datadog": "START"}
    assert edges(four()["datadog"]) == {"datadog_init": "SUCCESS"}
    assert edges(three()["nginx"]) == {"rails": "HEALTHY", "log_router": "HEALTHY"}
    assert edges(three()["log_router"]) == {}


def test_only_what_serves_is_essential():
    assert {name for name, each in four().items() if each["essential"]} == {"rails", "nginx", "log_router"}
    assert four()["datadog"]["restartPolicy"] == {"enabled": True, "restartAttemptPeriod": 60}
    assert four()["datadog"]["memory"] == 384


def test_the_load_balancer_reaches_nginx_and_nothing_else():
    assert {name for name, each in four().items() if "portMappings" in each} == {"nginx"}
    assert three()["nginx"]["portMappings"] == [{"containerPort": 8080, "hostPort": 8080, "protocol": "tcp"}]
    routed = task().routed
    assert routed is not None
    assert (routed.container, routed.port) == ("nginx", 8080)


def test_every_root_file_system_is_read_only():
    assert all(each["readonlyRootFilesystem"] for each in four().values())


def test_a_root_is_writable_only_where_rails_is_said_to_need_it():
    writable = definitions(task(replace(RAILS, read_only_root=False)))
    assert {name for name, each in writable.items() if not each["readonlyRootFilesystem"]} == {"rails"}


def test_users_are_numbers_and_only_sidecars_are_root():
    assert {name: each["user"] for name, each in four().items()} == {
        "rails": "1000",
        "nginx": "101",
        "log_router": "0",
        "datadog": "0",
        "datadog_init": "0",
    }


@pytest.mark.parametrize("name", ["rails", "nginx", "log_router"])
def test_no_capability_is_left(name: str):
    assert four()[name]["linuxParameters"]["capabilities"] == {"drop": ["ALL"]}


@pytest.mark.parametrize(
    ("name", "folders"),
    [
        ("rails", {"/rails/tmp": 1000, "/tmp": 1000}),
        ("nginx", {"/tmp": 101}),
        ("log_router", {"/tmp": 0}),
        ("datadog", {"/tmp": 0, "/opt/datadog-agent/run": 0}),
    ],
)
def test_each_container_may_write_where_it_must(name: str, folders: dict[str, int]):
    mounts = {
        each["containerPath"]: each["mountOptions"] for each in four()[name]["linuxParameters"]["tmpfs"]
    }
    assert set(mounts) == set(folders)
    for path, owner in folders.items():
        assert {f"uid={owner}", f"gid={owner}", "nosuid", "nodev", "noexec"} <= set(mounts[path])


def test_rails_writes_below_its_own_folder():
    other = definitions(task(replace(RAILS, workdir="/srv/app/", user=2000)))["rails"]
    assert {each["containerPath"] for each in other["linuxParameters"]["tmpfs"]} == {"/srv/app/tmp", "/tmp"}
    assert other["user"] == "2000"


def test_rails_listens_on_the_loopback_and_reaps_its_children():
    assert variables(three()["rails"]) == {"BINDING": "127.0.0.1", "PORT": "3000"}
    assert three()["rails"]["linuxParameters"]["initProcessEnabled"] is True


def test_rails_finds_the_agent_over_sockets():
    assert variables(four()["rails"]) == {
        "BINDING": "127.0.0.1",
        "PORT": "3000",
        "DD_DOGSTATSD_URL": "unix:///var/run/datadog/dsd.socket",
        "DD_ENV": "prod",
        "DD_SERVICE": "web",
        "DD_TRACE_AGENT_URL": "unix:///var/run/datadog/apm.socket",
        "DD_VERSION": "1.4.2",
    }
    volume = {"sourceVolume": "datadog_sockets", "containerPath": "/var/run/datadog"}
    assert four()["rails"]["mountPoints"] == [{**volume, "readOnly": True}]
    assert {**volume, "readOnly": False} in four()["datadog"]["mountPoints"]


def test_the_agent_is_set_up_as_datadog_asks():
    environment = variables(four()["datadog"])
    assert environment["ECS_FARGATE"] == environment["DD_APM_ENABLED"] == "true"
    assert environment["DD_SITE"] == "datadoghq.eu"
    assert environment["DD_LOGS_ENABLED"] == "false"
    assert environment["DD_DOGSTATSD_TAG_CARDINALITY"] == "orchestrator"
    assert environment["DD_ECS_TASK_COLLECTION_ENABLED"] == "true"
    assert environment["DD_DOGSTATSD_ORIGIN_DETECTION"] == "true"
    assert environment["DD_DOGSTATSD_ORIGIN_DETECTION_CLIENT"] == "true"
    assert four()["datadog"]["secrets"] == [{"name": "DD_API_KEY", "valueFrom": API_KEY.arn}]


def test_the_agents_own_files_are_copied_before_its_volume_hides_them():
    init = four()["datadog_init"]
    target = next(each for each in init["mountPoints"] if each["sourceVolume"] == "datadog_config")
    assert target["containerPath"] != "/etc/datadog-agent"
    assert f"cp -R /etc/datadog-agent/. {target['containerPath']}/" in init["command"][0]
    mounted = next(
        each for each in four()["datadog"]["mountPoints"] if each["sourceVolume"] == "datadog_config"
    )
    assert mounted["containerPath"] == "/etc/datadog-agent"


def test_the_router_is_fluent_bit_with_its_health_on():
    assert three()["log_router"]["firelensConfiguration"] == {
        "type": "fluentbit",
        "options": {
            "enable-ecs-log-metadata": "true",
            "config-file-type": "file",
            "config-file-value": "/fluent-bit/configs/output-metrics-healthcheck.conf",
        },
    }


@pytest.mark.parametrize("name", ["log_router", "datadog", "datadog_init"])
def test_sidecars_log_by_themselves(name: str):
    log = four()[name]["logConfiguration"]
    assert log["logDriver"] == "awslogs"
    assert log["options"]["awslogs-group"] == "web-sidecars"
    assert log["options"]["mode"] == "non-blocking"


@pytest.mark.parametrize("name", ["rails", "nginx"])
def test_the_applications_logs_go_to_cloudwatch(name: str):
    assert three()[name]["logConfiguration"] == {
        "logDriver": "awsfirelens",
        "options": {
            "Name": "cloudwatch_logs",
            "auto_create_group": "false",
            "log-driver-buffer-limit": "8192",
            "log_group_name": "web-application",
            "log_stream_prefix": f"{name}/",
            "mode": "non-blocking",
            "region": "us-east-1",
            "retry_limit": "2",
        },
    }


@pytest.mark.parametrize(("name", "source"), [("rails", "ruby"), ("nginx", "nginx")])
def test_with_datadog_the_applications_logs_go_there(name: str, source: str):
    assert four()[name]["logConfiguration"] == {
        "logDriver": "awsfirelens",
        "options": {
            "Host": "http-intake.logs.datadoghq.eu",
            "Name": "datadog",
            "TLS": "on",
            "dd_service": "web",
            "dd_source": source,
            "dd_tags": "env:prod,version:1.4.2",
            "log-driver-buffer-limit": "8192",
            "mode": "non-blocking",
            "provider": "ecs",
            "retry_limit": "2",
        },
        "secretOptions": [{"name": "apikey", "valueFrom": API_KEY.arn}],
    }


def test_stop_timeouts_let_each_container_finish():
    timeouts = {name: each.get("stopTimeout") for name, each in four().items()}
    assert timeouts == {"nginx": 30, "rails": 60, "datadog": 30, "log_router": 60, "datadog_init": None}


def test_health_checks_are_paced_for_what_they_ask():
    paces = {
        name: tuple(each["healthCheck"][field] for field in ("interval", "timeout", "retries", "startPeriod"))
        for name, each in four().items()
        if "healthCheck" in each
    }
    assert paces == {
        "rails": (10, 5, 3, 60),
        "nginx": (10, 5, 3, 10),
        "log_router": (10, 5, 2, 30),
        "datadog": (15, 5, 3, 60),
    }


def test_rails_is_checked_as_a_secure_request_for_its_own_host():
    other = definitions(task(replace(RAILS, port=4000, health_path="/ready", health_host="a.example.com")))
    command = other["rails"]["healthCheck"]["command"][1]
    assert "-H 'Host: a.example.com' -H 'X-Forwarded-Proto: https' http://127.0.0.1:4000/ready" in command
    assert variables(other["rails"])["PORT"] == "4000"


def test_an_image_without_curl_brings_its_own_check():
    other = definitions(task(replace(RAILS, health_command="bin/ready")))
    assert other["rails"]["healthCheck"]["command"] == ["CMD-SHELL", "bin/ready"]


def test_nginx_starts_from_the_configuration_in_its_environment():
    container = three()["nginx"]
    config = variables(container)["NGINX_CONF"]
    assert config == nginx_config(NginxSettings(), RAILS, "10.0.0.0/16")
    assert "keepalive_timeout 75s;" in config
    assert "set_real_ip_from 10.0.0.0/16;" in config
    assert container["entryPoint"] == ["sh", "-c"]
    assert " && exec nginx " in container["command"][0]
    assert container["command"][0].endswith("-g 'daemon off;'")


def test_the_shell_writes_the_configuration_unchanged(tmp_path: Any):
    container = three()["nginx"]
    config = variables(container)["NGINX_CONF"]
    write, _, _ = container["command"][0].partition(" && ")
    subprocess.run(
        ["sh", "-c", write.replace("/tmp/", f"{tmp_path}/")],
        env={"NGINX_CONF": config, "PATH": "/usr/bin:/bin"},
        check=True,
        timeout=10,
    )
    assert (tmp_path / "nginx.conf").read_text() == config


def test_larger_uploads_take_more_memory_for_both_who_hold_them():
    larger = definitions(task(nginx=NginxSettings(max_body_mib=200), memory=3072))
    sizes = {
        name: {each["containerPath"]: each["size"] for each in larger[name]["linuxParameters"]["tmpfs"]}
        for name in ("rails", "nginx")
    }
    assert sizes["nginx"]["/tmp"] == sizes["rails"]["/tmp"] == 400
    assert larger["nginx"]["memoryReservation"] == 464


def test_a_secrets_version_is_seen_but_not_pinned():
    rails = replace(RAILS, secrets={"KEY": Secret(arn=f"{SECRETS}:web-AbCdEf", key="key", version_id="v2")})
    container = definitions(task(rails))["rails"]
    assert container["secrets"] == [{"name": "KEY", "valueFrom": f"{SECRETS}:web-AbCdEf:key::"}]
    assert container["dockerLabels"] == {"secret-version.KEY": "v2"}


def test_a_task_says_what_its_roles_need():
    rails = replace(RAILS, secrets={"KEY": Secret(arn=f"{SECRETS}:web-AbCdEf", key="key")})
    with_datadog = task(rails, datadog=DATADOG)
    assert [each.arn for each in task().repositories] == ["arn:aws:ecr:us-east-1:123456789012:repository/web"]
    assert with_datadog.secret_arns == (API_KEY.arn, f"{SECRETS}:web-AbCdEf")
    assert with_datadog.execution_log_groups == task().execution_log_groups == ("web-sidecars",)
    assert task().task_log_groups == ("web-application",)
    assert with_datadog.task_log_groups == ()
    assert {image.registry for image in task().images} == {
        "public.ecr.aws",
        "123456789012.dkr.ecr.us-east-1.amazonaws.com",
    }


def test_sidecars_are_pinned_by_a_full_version():
    tags = [image.tag or "" for image in task(datadog=DATADOG).images if image.registry == "public.ecr.aws"]
    assert len(tags) == 3
    assert all(tag.split("-")[0].count(".") == 2 for tag in tags)


def test_the_services_clocks_are_judged_with_the_tasks():
    assert task().minimum_grace == 100
    assert not task().fit_service(health_check_grace=100, deregistration_delay=30, spot=False)
    (warning,) = task().fit_service(health_check_grace=100, deregistration_delay=31, spot=False)
    assert warning.severity == "warning"
    with pytest.raises(InvalidTaskError) as error:
        task().fit_service(health_check_grace=99, deregistration_delay=31, spot=True)
    assert [problem.path for problem in error.value.problems] == [
        "health_check_grace",
        "deregistration_delay",
    ]


@pytest.mark.parametrize(
    ("settings", "path", "value"),
    [
        ({"cpu": 1000}, "task.cpu", "1000"),
        ({"memory": 512}, "task.memory", "512"),
        ({"ephemeral_storage": 20}, "task.ephemeral_storage", 20),
        ({"ephemeral_storage": 0}, "task.ephemeral_storage", 0),
        ({"idle_timeout": 75}, "nginx.keepalive_timeout", 75),
        ({"idle_timeout": 0}, "load_balancer.idle_timeout", 0),
        ({"nginx": NginxSettings(stop_timeout=9)}, "nginx.stop_timeout", 9),
        ({"nginx": NginxSettings(stop_timeout=121)}, "nginx.stop_timeout", 121),
        ({"nginx": NginxSettings(max_body_mib=0)}, "nginx.max_body_mib", 0),
        ({"nginx": NginxSettings(max_body_mib=700), "memory": 4096}, "rails.tmpfs", 1528),
        ({"rails": replace(RAILS, image="Web:1")}, "image", "Web:1"),
        ({"rails": replace(RAILS, image="ruby")}, "image", "ruby"),
        ({"nginx": NginxSettings(image="nginx:")}, "nginx.image", "nginx:"),
        ({"rails": replace(RAILS, cpu=900)}, "task.cpu", "1024"),
        ({"rails": replace(RAILS, start_period=301)}, "rails.health_check.start_period", 301),
        ({"rails": replace(RAILS, stop_timeout=121)}, "rails.stop_timeout", 121),
        ({"rails": replace(RAILS, port=8080)}, "rails.port", 8080),
        ({"rails": replace(RAILS, port=24224)}, "rails.port", 24224),
        ({"rails": replace(RAILS, health_path="/healthz")}, "rails.health_path", "/healthz"),
        ({"rails": replace(RAILS, health_path='/"; }')}, "rails.health_path", '/"; }'),
        ({"rails": replace(RAILS, health_host="a b")}, "rails.health_host", "a b"),
        ({"rails": replace(RAILS, environment={"PORT": "1"})}, "rails.environment", "PORT"),
        ({"rails": replace(RAILS, secrets={"KEY": Secret(arn="web")})}, "rails.secrets.KEY", "web"),
        ({"datadog": replace(DATADOG, site="app.datadoghq.com")}, "datadog.site", "app.datadoghq.com"),
    ],
)
def test_a_setting_that_cannot_work_is_named_with_its_value(
    settings: dict[str, Any], path: str, value: object
):
    assert problems(**settings) == {path: value}


def test_rails_may_have_the_agents_port_only_where_there_is_no_agent():
    rails = replace(RAILS, port=5000)
    assert problems(rails=rails, datadog=DATADOG) == {"rails.port": 5000}
    assert web_task(family="web", rails=rails, load_balancer_cidr="10.0.0.0/16", log_groups=GROUPS)


@pytest.mark.parametrize("workdir", ["app", "", "/"])
def test_a_workdir_is_an_absolute_folder(workdir: str):
    assert problems(replace(RAILS, workdir=workdir))["rails.workdir"] == workdir


def test_a_network_that_is_none_is_named():
    with pytest.raises(InvalidTaskError, match=r"^network\.cidr: '10\.0\.0\.1/16'"):
        web_task(family="web", rails=RAILS, load_balancer_cidr="10.0.0.1/16", log_groups=GROUPS)


def test_all_problems_are_told_at_once():
    found = problems(replace(RAILS, port=80, stop_timeout=300), cpu=1, idle_timeout=90)
    assert set(found) == {"nginx.keepalive_timeout", "rails.port", "task.cpu", "rails.stop_timeout"}


def test_a_container_document_beyond_64_kib_is_refused():
    large = replace(RAILS, environment={"LARGE": "x" * 2**16})
    assert set(problems(large)) == {"containers"}


pairs = st.sampled_from([(cpu, memory) for cpu in SHAPES for memory in SHAPES[cpu] if cpu >= 1024])


@settings(deadline=None, max_examples=50)
@given(
    size=pairs,
    architecture=st.sampled_from(["ARM64", "X86_64"]),
    storage=st.none() | st.integers(21, 200),
    stop_timeout=st.integers(10, 120),
    start_period=st.integers(0, 300),
    idle_timeout=st.integers(1, 74),
    body=st.integers(1, 32),
    datadog=st.none() | st.just(DATADOG),
    environment=st.dictionaries(st.from_regex(r"[A-Z]{5,9}", fullmatch=True), st.text(max_size=20)),
)
def test_every_legal_setting_makes_a_task_without_problems(
    size: tuple[int, int],
    architecture: Any,
    storage: int | None,
    stop_timeout: int,
    start_period: int,
    idle_timeout: int,
    body: int,
    datadog: DatadogSettings | None,
    environment: dict[str, str],
):
    cpu, memory = size
    built = task(
        replace(RAILS, start_period=start_period, environment=environment),
        cpu=cpu,
        memory=memory,
        architecture=architecture,
        ephemeral_storage=storage,
        nginx=NginxSettings(stop_timeout=stop_timeout, max_body_mib=body),
        datadog=datadog,
        idle_timeout=idle_timeout,
    )
    again = {**built.to_json(), "containerDefinitions": json.loads(built.container_definitions())}
    assert not task_definition(again)
    grace = built.minimum_grace
    assert not built.fit_service(health_check_grace=grace, deregistration_delay=stop_timeout, spot=True)
