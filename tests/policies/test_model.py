"""The model that rules read."""

import json
from itertools import permutations

from ecs_policies.catalogue import RULES
from ecs_policies.model import Resource, Stack

from tests.policies.stacks import ACCOUNT, TASK, Web, resource


def of_family(web: Web, family: str) -> Resource:
    """A task of another team's, with the web application's roles."""
    image = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/{family}:1.0.0"
    own = {"family": family, "containerDefinitions": json.dumps([{"name": family, "image": image}])}
    roles = {"taskRoleArn": web.task_role, "executionRoleArn": web.execution_role}
    return resource(TASK, family, {**web.definition.properties, **own}, **roles)


def test_no_finding_hangs_on_the_order_in_which_resources_are_registered():
    web = Web()
    orders = permutations([web.definition, of_family(web, "jobs"), of_family(web, "mail")])
    roles = web.stack(without=(web.definition,)).resources
    found = [
        {(it.rule, it.resource, it.path) for rule in RULES for it in rule.judge(Stack([*order, *roles]))}
        for order in orders
    ]
    assert "role.shared-by-families" in {rule for rule, _, _ in found[0]}
    assert all(it == found[0] for it in found)
