"""A rotated secret: a visible change that the next `up` rolls out, and no hindrance to any old revision."""

import json
import secrets
import time
from typing import Any

import pytest

from emulator.local.stack import LocalStack
from tests.engine.standing import Standing, changes
from tests.engine.test_secrecy import files
from tests.engine.views import CLUSTER, Definition, service, target_states, tasks

APPLICATION, AGENT = "web-application/secret-key-base", "web-application/datadog-api-key"
REVISION = {"TaskDefinition web": "replace", "Service web": "update"}
LABELS = {
    APPLICATION: {"rails": "secret-version.SECRET_KEY_BASE"},
    AGENT: {
        "datadog": "secret-version.DD_API_KEY",
        "nginx": "secret-version.apikey",
        "rails": "secret-version.apikey",
    },
}


def rotate(stack: LocalStack, name: str) -> tuple[str, str]:
    """Gives a secret another value; its new version's id, and the value."""
    value = secrets.token_urlsafe(32)
    manager = stack.client("secretsmanager")
    return manager.put_secret_value(SecretId=name, SecretString=value)["VersionId"], value


def without_labels(definition: Definition) -> dict[str, Any]:
    return {
        name: {key: value for key, value in container.items() if key != "dockerLabels"}
        for name, container in definition.containers.items()
    }


def read_by_agent(stack: LocalStack, value_from: str) -> str:
    """What the ECS agent finds when it starts a container: `<secret's ARN>[:key:stage:version]`."""
    arn, (key, stage, version) = value_from, ("", "", "")
    if value_from.count(":") > 6:
        *parts, key, stage, version = value_from.split(":")
        arn = ":".join(parts)
    asked = {"VersionStage": stage, "VersionId": version}
    answer = stack.client("secretsmanager").get_secret_value(
        SecretId=arn, **{name: it for name, it in asked.items() if it}
    )
    return json.loads(answer["SecretString"])[key] if key else answer["SecretString"]


def settled(stack: LocalStack) -> None:
    """Waits until the service has the tasks it should, and their targets are healthy."""
    deadline = time.monotonic() + 20
    while target_states(stack) != ["healthy", "healthy"] or service(stack)["runningCount"] != 2:
        assert time.monotonic() < deadline, service(stack)["events"][:3]
        time.sleep(0.05)


@pytest.mark.parametrize("name", LABELS)
def test_a_rotated_secret_replaces_the_tasks_at_the_next_up_and_nothing_else(changing: Standing, name: str):
    old = Definition.serving(changing.stack)
    assert changes(changing.preview("--expect-no-changes")) == {}
    version, _ = rotate(changing.stack, name)
    assert changes(changing.preview()) == REVISION
    assert changes(changing.up()) == REVISION

    new = Definition.serving(changing.stack)
    assert without_labels(new) == without_labels(old)
    for container, label in LABELS[name].items():
        assert new.containers[container]["dockerLabels"] == {
            **old.containers[container]["dockerLabels"],
            label: version,
        }
    assert {it.definition for it in tasks(changing.stack)} == {new.task["taskDefinitionArn"]}
    assert changes(changing.up("--expect-no-changes")) == {}


def test_an_old_revision_starts_after_any_number_of_rotations_with_the_value_of_the_day(changing: Standing):
    stack, ecs = changing.stack, changing.stack.client("ecs")
    old = Definition.serving(stack)
    versions = {name: [rotate(stack, name) for _ in range(3)] for name in LABELS}

    # The version that the revision was made for has no stage left, so that Secrets Manager may delete it.
    made_for = old.containers["rails"]["dockerLabels"]["secret-version.SECRET_KEY_BASE"]
    listed = stack.client("secretsmanager").list_secret_version_ids(SecretId=APPLICATION)["Versions"]
    assert made_for not in [it["VersionId"] for it in listed if it.get("VersionStages")]
    filled = {**old.secrets["rails"], **old.log_secrets["rails"]}
    assert {variable: read_by_agent(stack, it) for variable, it in filled.items()} == {
        "SECRET_KEY_BASE": versions[APPLICATION][-1][1],
        "apikey": versions[AGENT][-1][1],
    }

    # ECS itself replaces a task of it.
    before = set(ecs.list_tasks(cluster=CLUSTER)["taskArns"])
    stopped = min(before)
    ecs.stop_task(cluster=CLUSTER, task=stopped)
    settled(stack)
    after = set(ecs.list_tasks(cluster=CLUSTER)["taskArns"])
    assert len(after - before) == 1
    assert {it.definition for it in tasks(stack)} == {old.task["taskDefinitionArn"]}

    # A rollback by hand goes to it once another revision serves.
    assert changes(changing.up()) == REVISION
    ecs.update_service(
        cluster=CLUSTER,
        service=service(stack)["serviceName"],
        taskDefinition=old.task["taskDefinitionArn"],
    )
    ecs.get_waiter("services_stable").wait(
        cluster=CLUSTER, services=[service(stack)["serviceName"]], WaiterConfig={"Delay": 1}
    )
    assert {it.definition for it in tasks(stack)} == {old.task["taskDefinitionArn"]}
    assert target_states(stack) == ["healthy", "healthy"]


def test_no_value_of_a_rotated_secret_is_in_the_state_the_output_the_events_or_a_log(changing: Standing):
    manager = changing.stack.client("secretsmanager")
    values = [manager.get_secret_value(SecretId=name)["SecretString"] for name in LABELS]
    said: dict[str, str] = {}
    for round_ in range(2):
        values += [rotate(changing.stack, name)[1] for name in LABELS]
        result = changing.up()
        assert changes(result) == REVISION
        said[f"output {round_}"] = result.stdout + result.stderr
        said[f"events {round_}"] = json.dumps([dict(event) for event in result.events])
    said["export"] = changing.stack.pulumi("stack", "export", "--show-secrets", "--stack", "local").stdout
    said |= {str(path): text for path, text in files(changing.stack.directory).items()}
    assert {place for place, text in said.items() for value in values if value in text} == set()
    # It would be seen: what is shown in its place is.
    assert all("secret-version.SECRET_KEY_BASE" in said[place] for place in ("export", "events 0"))
