"""Reading containers: AWS's spelling, what ECS wouldn't take, images, and the places of what checks find."""

import pytest
from ecs_policies import checks
from ecs_policies.model import UNKNOWN
from ecs_policies.reading.checked import told
from ecs_policies.reading.containers import containers
from ecs_policies.reading.images import image, is_datadog_agent, is_fixed
from ecs_policies.reading.spelling import fault, is_too_deep, spelt
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable

from tests.policies.tasks import container, task


def test_keys_are_spelt_as_aws_does_however_they_were_written():
    written = {
        "NAME": "web",
        "portmappings": [{"ContainerPort": 80}],
        "StopTimeout": 5,
        "linuxParameters": {"TMPFS": []},
    }
    assert spelt(written) == {
        "name": "web",
        "portMappings": [{"containerPort": 80}],
        "stopTimeout": 5,
        "linuxParameters": {"tmpfs": []},
    }


def test_keys_that_are_the_programs_own_are_left_alone():
    log = {"LogDriver": "awsfirelens", "Options": {"Name": "datadog", "TLS": "on"}}
    assert spelt({"LogConfiguration": log, "DockerLabels": {"Team": "web"}}) == {
        "logConfiguration": {"logDriver": "awsfirelens", "options": {"Name": "datadog", "TLS": "on"}},
        "dockerLabels": {"Team": "web"},
    }


def test_switches_are_read_from_text_and_what_is_null_was_not_set():
    assert spelt({"essential": "False", "privileged": "no", "user": None}) == {
        "essential": False,
        "privileged": "no",
    }


@pytest.mark.parametrize(
    ("field", "value", "path", "reason"),
    [
        ("dependsOn", [{"containerName": 1}], "dependsOn[0].containerName", "it isn't text"),
        ("dependsOn", [{"containerName": "a"}, "b"], "dependsOn[1]", "it isn't an object"),
        ("portMappings", {"containerPort": 80}, "portMappings", "it isn't a list"),
        ("portMappings", UNKNOWN, "portMappings", IS_UNKNOWN),
        ("linuxParameters", {"tmpfs": [{"size": "x"}]}, "linuxParameters.tmpfs[0].size", "it isn't a number"),
        ("logConfiguration", {"options": {"a": UNKNOWN}}, "logConfiguration.options[a]", IS_UNKNOWN),
        ("healthCheck", {"command": ["CMD", UNKNOWN]}, "healthCheck.command", IS_UNKNOWN),
        ("essential", "perhaps", "essential", "it's neither true nor false"),
    ],
)
def test_a_field_at_fault_is_named_to_the_part(field, value, path, reason):
    assert fault(field, value) == Unreadable(reason, path)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("cpu", "256"),
        ("portMappings", []),
        ("logConfiguration", {"options": {"size": "large", "name": 7}}),
        ("environment", [{"name": "A", "value": 1}]),
    ],
)
def test_what_ecs_takes_is_no_fault(field, value):
    assert fault(field, value) is None


def test_nobody_descends_into_what_is_deeper_than_a_container():
    deep: dict[str, object] = {}
    for _ in range(5000):
        deep = {"linuxParameters": deep}
    assert is_too_deep(deep)
    assert containers(task(text=[deep])) == Unreadable("it's nested deeper than any list of containers")
    assert not is_too_deep([container(linuxParameters={"tmpfs": [{"mountOptions": ["rw"]}]})])


@pytest.mark.parametrize(
    ("reference", "fixed"),
    [
        ("nginx:1.29.3", True),
        ("nginx:1.29.3-alpine", True),
        ("nginx:1.29", False),
        ("nginx:1", False),
        ("nginx:20261127", True),
        ("nginx:1234", False),
        ("nginx:mainline", False),
        ("nginx:1e5a0cd", True),
        ("nginx:effaced", False),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1234", True),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/web:pr-1234", True),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/web:1.4", False),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/web", False),
    ],
)
def test_a_tag_is_fixed_if_nobody_moves_it_by_custom(reference, fixed):
    found = image(reference)
    assert not isinstance(found, Unreadable)
    assert is_fixed(found) is fixed


@pytest.mark.parametrize(
    ("reference", "agent"),
    [
        ("datadog/agent:7", True),
        ("public.ecr.aws/datadog/agent:7.77.2", True),
        ("gcr.io/datadoghq/agent", True),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/mirror/datadog/agent:7.77.2", True),
        ("123456789012.dkr.ecr.us-east-1.amazonaws.com/datadog-agent:7.77.2", True),
        ("datadog/agent-data-plane", False),
        ("team/agent", False),
        ("mydatadog/agent", False),
    ],
)
def test_datadogs_agent_is_known_by_its_image(reference, agent):
    found = image(reference)
    assert not isinstance(found, Unreadable)
    assert is_datadog_agent(found) is agent


@pytest.mark.parametrize(
    ("path", "item", "place"),
    [
        ("cpu", "", "cpu"),
        ("containers", "", "containerDefinitions"),
        ("depends_on", "", "containerDefinitions"),
        ("ephemeral_storage", "", "ephemeralStorage.sizeInGib"),
        ("containers.web.depends_on", "db", "containerDefinitions[web].dependsOn[db]"),
        ("containers[0].ports", "80", "containerDefinitions[0].portMappings[80]"),
        ("containers.web.health_check.start_period", "", "containerDefinitions[web].healthCheck.startPeriod"),
        ("containers.web.log", "", "containerDefinitions[web].logConfiguration"),
        ("containers.web.log.mode", "", "containerDefinitions[web].logConfiguration.options[mode]"),
        (
            "containers.web.log.secrets.a.b",
            "",
            "containerDefinitions[web].logConfiguration.secretOptions[a.b]",
        ),
        ("containers.web.secrets.a.b", "", "containerDefinitions[web].secrets[a.b]"),
    ],
)
def test_what_a_check_finds_is_told_at_awss_names(path, item, place):
    found = checks.Problem(path=path, value=1, message="it's odd", fix="Mend it", item=item)
    (problem,) = told(task(container()), (found,))
    assert problem.path == place


def test_what_may_be_a_secret_is_not_shown():
    for path in ("containers.web.secrets.KEY", "containers.web.health_check.command"):
        found = checks.Problem(path=path, value="hunter2", message="it's odd", fix="Mend it")
        (problem,) = told(task(container()), (found,))
        assert problem.message == "it's odd; mend it"
