"""What an ordinary AWS client sees of a stack's service and its surroundings, as plain values."""

from dataclasses import dataclass
from typing import Any

from emulator.local.environment import ACCOUNT
from emulator.local.stack import LocalStack
from tests.engine.standing import Standing, changes, drift, only

NAME = "web-application-local-web"
ARN = f"arn:aws:{{}}:us-east-1:{ACCOUNT}:{{}}"
LOG_BUCKET = f"{NAME}-access-logs-{ACCOUNT}"
CLUSTER = NAME


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """A revision as DescribeTaskDefinition answers it."""

    task: dict[str, Any]

    @staticmethod
    def serving(stack: LocalStack) -> "Definition":
        """The revision that the web service runs."""
        return Definition.of(stack, service(stack)["taskDefinition"])

    @staticmethod
    def of(stack: LocalStack, arn: str) -> "Definition":
        """Any revision."""
        answer = stack.client("ecs").describe_task_definition(taskDefinition=arn)
        return Definition(task=answer["taskDefinition"])

    @property
    def containers(self) -> dict[str, dict[str, Any]]:
        return {it["name"]: it for it in self.task["containerDefinitions"]}

    @property
    def essential(self) -> set[str]:
        return {name for name, it in self.containers.items() if it["essential"]}

    @property
    def depends_on(self) -> dict[str, dict[str, str]]:
        """Container → the containers that it waits for, and what for."""
        return {
            name: {edge["containerName"]: edge["condition"] for edge in it.get("dependsOn", [])}
            for name, it in self.containers.items()
        }

    @property
    def secrets(self) -> dict[str, dict[str, str]]:
        """Container → variable → what fills it."""
        return {name: _filled(it.get("secrets", [])) for name, it in self.containers.items()}

    @property
    def log_secrets(self) -> dict[str, dict[str, str]]:
        """Container → log option → what fills it, where there is any."""
        logs = {name: it["logConfiguration"] for name, it in self.containers.items()}
        return {name: _filled(it["secretOptions"]) for name, it in logs.items() if it.get("secretOptions")}

    def environment(self, container: str) -> dict[str, str]:
        return {it["name"]: it["value"] for it in self.containers[container].get("environment", [])}

    def log(self, container: str) -> tuple[str, dict[str, str]]:
        """The log driver and its options."""
        configuration = self.containers[container]["logConfiguration"]
        return configuration["logDriver"], configuration["options"]

    def health_check(self, container: str) -> dict[str, Any]:
        return self.containers[container]["healthCheck"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """A task, and where it runs."""

    status: str
    zone: str
    subnet: str
    address: str
    capacity_provider: str
    definition: str


def assert_it_was_created_and_serves(standing: Standing) -> None:
    """Everything was created, nothing was found that nobody answers for, and two tasks serve in two zones."""
    assert set(changes(standing.made).values()) == {"create"}
    assert unanswered(standing) == []
    described, running = service(standing.stack), tasks(standing.stack)
    assert (described["desiredCount"], described["runningCount"], described["pendingCount"]) == (2, 2, 0)
    assert [it.status for it in running] == ["RUNNING", "RUNNING"]
    assert len({it.zone for it in running}) == 2
    elb = standing.stack.client("elbv2")
    group = only(elb.describe_target_groups()["TargetGroups"])["TargetGroupArn"]
    health = elb.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert {(it["Target"]["Id"], it["Target"]["Port"], it["TargetHealth"]["State"]) for it in health} == {
        (it.address, 8080, "healthy") for it in running
    }


def unanswered(standing: Standing) -> list[str]:
    """What the policy pack found as the stack came up, without what an exemption made an advice."""
    return [f"{it.policy} {it.urn}" for it in standing.made.violations if it.level != "advisory"]


def assert_nothing_changes_again(standing: Standing) -> None:
    """Neither a refresh nor a second `up` nor a preview finds anything to do."""
    assert drift(standing.refresh()) == {}
    for run in (standing.up, standing.preview):
        assert changes(run("--expect-no-changes")) == {}


def _filled(entries: list[dict[str, str]]) -> dict[str, str]:
    return {it["name"]: it["valueFrom"] for it in entries}


def service(stack: LocalStack) -> dict[str, Any]:
    """The one service of the cluster, as DescribeServices answers it."""
    ecs = stack.client("ecs")
    arns = ecs.list_services(cluster=CLUSTER)["serviceArns"]
    return only(ecs.describe_services(cluster=CLUSTER, services=arns, include=["TAGS"])["services"])


def tasks(stack: LocalStack) -> list[TaskView]:
    """The tasks that should run."""
    ecs = stack.client("ecs")
    arns = ecs.list_tasks(cluster=CLUSTER, desiredStatus="RUNNING")["taskArns"]
    return [_task(it) for it in ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]]


def target_states(stack: LocalStack) -> list[str]:
    """The health of each target of the stack's only target group."""
    elb = stack.client("elbv2")
    group = only(elb.describe_target_groups()["TargetGroups"])
    found = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    return sorted(it["TargetHealth"]["State"] for it in found)


def _task(described: dict[str, Any]) -> TaskView:
    details = {it["name"]: it["value"] for it in only(described["attachments"])["details"]}
    return TaskView(
        status=described["lastStatus"],
        zone=described["availabilityZone"],
        subnet=details["subnetId"],
        address=details["privateIPv4Address"],
        capacity_provider=described["capacityProviderName"],
        definition=described["taskDefinitionArn"],
    )


def elements(value: str | list[str]) -> list[str]:
    """A policy document's value, which is a list unless it's one string."""
    return [value] if isinstance(value, str) else value


def tags(described: dict[str, Any]) -> dict[str, str]:
    """The tags of anything, however its service spells them."""
    listed = described.get("Tags") or described.get("tags") or []
    return {it.get("Key", it.get("key")): it.get("Value", it.get("value")) for it in listed}


def security_group(stack: LocalStack, name: str) -> str:
    """The id of the group with this logical name."""
    wanted = [{"Name": "tag:Name", "Values": [f"web-application-local-{name}"]}]
    return only(stack.client("ec2").describe_security_groups(Filters=wanted)["SecurityGroups"])["GroupId"]


def rules_of(stack: LocalStack, group: str, *, egress: bool) -> set[tuple[str, int, int, str]]:
    """Protocol, ports, and the other side: an address block, a group or a prefix list."""
    rules = stack.client("ec2").describe_security_group_rules(
        Filters=[{"Name": "group-id", "Values": [group]}]
    )["SecurityGroupRules"]
    return {
        (it["IpProtocol"], it["FromPort"], it["ToPort"], _other_side(it))
        for it in rules
        if it["IsEgress"] is egress
    }


def _other_side(rule: dict[str, Any]) -> str:
    group = rule.get("ReferencedGroupInfo") or {}
    sides = [rule.get("CidrIpv4"), rule.get("CidrIpv6"), rule.get("PrefixListId"), group.get("GroupId")]
    return only(side for side in sides if side)
