"""What a repair makes of a state with operations in flight."""

from typing import Any

from emulator.local.repair import Finding, resolved

VPC = "urn:pulumi:local::web-application::aws:ec2/vpc:Vpc::web-vpc"
SUBNET = "urn:pulumi:local::web-application::aws:ec2/subnet:Subnet::web-subnet"


def resource(urn: str, **more: Any) -> dict[str, Any]:
    return {"urn": urn, "custom": True, "type": urn.split("::")[2], "inputs": {"tags": {"Name": "n"}}, **more}


def export(resources: list[dict[str, Any]], *pending: dict[str, Any]) -> dict[str, Any]:
    operations = [{"type": "creating", "resource": one} for one in pending]
    return {"version": 3, "deployment": {"resources": resources, "pending_operations": operations}}


def found(urn: str, resource_id: str | None) -> Finding:
    return Finding(urn=urn, doing="creating", verdict="", id=resource_id)


def resources_after(before: dict[str, Any], *findings: Finding) -> list[dict[str, Any]]:
    after = resolved(before, list(findings))
    assert "pending_operations" not in after["deployment"]
    return after["deployment"]["resources"]


def test_what_exists_joins_the_state_last_with_its_id_and_its_inputs_as_outputs() -> None:
    before = export([resource(VPC, id="vpc-1")], resource(SUBNET))
    after = resources_after(before, found(SUBNET, "subnet-1"))
    assert [one["urn"] for one in after] == [VPC, SUBNET]
    assert after[1]["id"] == "subnet-1"
    assert after[1]["outputs"] == {"tags": {"Name": "n"}, "id": "subnet-1"}


def test_what_does_not_exist_is_dropped() -> None:
    before = export([resource(VPC, id="vpc-1")], resource(SUBNET))
    assert resources_after(before, found(SUBNET, None)) == [resource(VPC, id="vpc-1")]


def test_a_replacement_stands_before_the_one_it_replaces_which_is_to_be_deleted() -> None:
    before = export([resource(VPC, id="vpc-1"), resource(SUBNET, id="subnet-1")], resource(VPC))
    after = resources_after(before, found(VPC, "vpc-2"))
    assert [(one["id"], one.get("delete", False)) for one in after] == [
        ("vpc-2", False),
        ("vpc-1", True),
        ("subnet-1", False),
    ]


def test_the_state_that_was_exported_is_not_changed() -> None:
    before = export([resource(VPC, id="vpc-1")], resource(VPC))
    resolved(before, [found(VPC, "vpc-2")])
    assert before == export([resource(VPC, id="vpc-1")], resource(VPC))
