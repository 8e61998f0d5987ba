"""The team's own tests: what its program registers, beside a web application that mocks answer for."""

import json
import runpy
from pathlib import Path

import pulumi
import pytest
from web_application_outputs import SCHEMA

from components.priorities import priority_of

# The outputs that the contract promises, each with its example.
WEB = {name: it["examples"][0] for name, it in json.loads(SCHEMA.read_text())["properties"].items()}
LOOKED_UP = {
    "aws:index/getPartition:getPartition": {"partition": "aws", "dnsSuffix": "amazonaws.com"},
    "aws:index/getRegion:getRegion": {"region": "us-east-1"},
    "aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "111122223333"},
}
CONFIG = {
    "reports:image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/reports@sha256:" + "0" * 64,
    "reports:hosts": '["www.example.com"]',
}


class Registered(pulumi.runtime.Mocks):
    """Inputs by type and name, as pulumi spells them."""

    def __init__(self) -> None:
        self.inputs: dict[tuple[str, str], dict] = {}

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict:
        return LOOKED_UP.get(args.token, {})

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict]:
        if args.typ == "pulumi:pulumi:StackReference":
            assert args.name == "acme/web-application/prod"
            return args.name, {"outputs": WEB}
        self.inputs[args.typ, args.name] = args.inputs
        return f"{args.name}-id", {"arn": f"{args.name}-arn", **args.inputs}

    def one(self, kind: str) -> dict:
        (found,) = (it for (type_, _), it in self.inputs.items() if type_.endswith(f":{kind}"))
        return found


@pytest.fixture(scope="module")
def prod() -> Registered:
    """The program as a preview of its stack prod runs it."""
    registered = Registered()
    pulumi.runtime.set_mocks(registered, "reports", "prod", preview=True, organization="acme")
    pulumi.runtime.set_all_config(CONFIG)
    pulumi.runtime.test(lambda: runpy.run_path(str(Path(__file__).with_name("__main__.py"))) and None)()
    return registered


def test_requests_under_reports_go_to_the_teams_own_target_group(prod: Registered):
    rule = prod.one("ListenerRule")
    assert rule["listenerArn"] == WEB["listener_arn"]
    host, path = rule["conditions"]
    assert host == {"hostHeader": {"values": ["www.example.com"]}}
    assert path == {"pathPattern": {"values": ["/reports/*"]}}
    assert rule["actions"][0]["targetGroupArn"] == "reports-arn"
    assert prod.one("TargetGroup")["vpcId"] == WEB["vpc_id"]


def test_only_the_web_applications_load_balancer_reaches_the_tasks(prod: Registered):
    way_in = prod.one("SecurityGroupIngressRule")
    assert way_in["referencedSecurityGroupId"] == WEB["load_balancer_security_group_id"]
    assert way_in["securityGroupId"] == "reports-tasks-id"


def test_the_tasks_run_in_the_web_applications_cluster_and_private_subnets(prod: Registered):
    service = prod.one("Service")
    assert service["cluster"] == WEB["cluster_arn"]
    assert service["networkConfiguration"]["subnets"] == WEB["private_subnet_ids"]


def test_its_rule_comes_before_the_web_applications_for_the_same_host(prod: Registered):
    assert prod.one("ListenerRule")["priority"] < priority_of(["www.example.com"], ["/*"])


def test_the_roles_are_the_teams_own(prod: Registered):
    names = [it["name"] for (type_, _), it in prod.inputs.items() if type_ == "aws:iam/role:Role"]
    assert sorted(names) == ["reports-prod-reports-execution", "reports-prod-reports-task"]
