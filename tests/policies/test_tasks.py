"""Which task definitions, roles and services belong together."""

import pytest
from ecs_policies.model import UNKNOWN, Resource, Stack
from ecs_policies.reading.tasks import EXECUTION_ROLE, TASK_ROLE, Tasks

from tests.policies.stacks import ACCOUNT, SERVICE, TASK, Web, resource

ELSEWHERE = f"arn:aws:iam::{ACCOUNT}:role/elsewhere"


@pytest.fixture(params=[False, True], ids=["first preview", "deployed"])
def web(request: pytest.FixtureRequest) -> Web:
    return Web(deployed=request.param)


def service(definition: object, *origins: Resource) -> Resource:
    return resource(SERVICE, "runs", {"taskDefinition": definition}, taskDefinition=list(origins))


def test_a_role_has_the_task_definitions_that_name_it(web: Web):
    tasks = Tasks(web.stack())
    assert [(role.name, [it.name for it in its]) for role, its in tasks.having(TASK_ROLE)] == [
        ("task", ["task-definition"])
    ]
    assert [role.name for role, _ in tasks.having(EXECUTION_ROLE)] == ["execution"]


def test_a_role_of_another_stack_is_told_by_its_arn():
    definition = resource(TASK, "task", {"taskRoleArn": ELSEWHERE})
    tasks = Tasks(Stack([definition]))
    assert tasks.by_role(TASK_ROLE) == {ELSEWHERE: [definition]}
    assert list(tasks.having(TASK_ROLE)) == []
    assert list(tasks.lost(TASK_ROLE)) == []
    assert [it.path for it in tasks.outside(TASK_ROLE, frozenset())] == ["taskRoleArn"]
    assert list(tasks.outside(TASK_ROLE, frozenset({ELSEWHERE}))) == []


def test_a_role_that_is_unknown_and_made_from_nothing_is_lost():
    tasks = Tasks(Stack([resource(TASK, "task", {"executionRoleArn": UNKNOWN})]))
    assert [it.path for it in tasks.lost(EXECUTION_ROLE)] == ["executionRoleArn"]
    assert list(tasks.lost(TASK_ROLE)) == []


@pytest.mark.parametrize(
    "named",
    ["web", "web:12", f"arn:aws:ecs:us-east-1:{ACCOUNT}:task-definition/web:12"],
)
def test_a_service_names_its_task_definition_by_family_revision_or_arn(web: Web, named):
    runs = service(named)
    tasks = Tasks(web.stack(runs))
    assert [it.name for it in tasks.definition(runs).found] == ["task-definition"]
    assert tasks.services(web.definition) == [runs]


def test_a_service_names_the_task_definition_that_the_value_was_made_from(web: Web):
    runs = service(UNKNOWN, web.definition)
    assert Tasks(web.stack(runs)).services(web.definition) == [runs]


def test_a_family_with_two_task_definitions_is_both(web: Web):
    second = resource(TASK, "second", {"family": "web"})
    runs = service("web")
    found = Tasks(web.stack(second, runs)).definition(runs).found
    assert [it.name for it in found] == ["second", "task-definition"]


def test_a_task_definition_of_another_stack_stands_outside(web: Web):
    runs = service("elsewhere:1")
    assert Tasks(web.stack(runs)).definition(runs).outside == ("elsewhere:1",)
    assert Tasks(web.stack(service(UNKNOWN))).definition(service(UNKNOWN)).lost
