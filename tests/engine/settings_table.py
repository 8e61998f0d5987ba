"""The settings, each with another value and what that moves on a stack that stands."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tests.engine.standing import MIRRORED, Standing, changes

# A new revision, and the service that rolls to it.
REVISION = {"TaskDefinition web": "replace", "Service web": "update"}
EXECUTION = {"RolePolicy web-execution": "update"}
SERVICE = {"Service web": "update"}
SCALABLE = {"Target web": "update"}
RULE = {"ListenerRule web": "update"}
BALANCER = {"LoadBalancer web-lb": "update"}

# Can't change without another VPC, so that a stack that stands refuses it, protected or not.
REFUSED = {"network.cidr": "10.1.0.0/16"}
# The program takes these and its policies do not: loosening a task has to show, and to be answered for.
REFUSED_BY_POLICY = {"rails.read_only_root": (False, "task.writable-root")}
# Never replaced, whatever setting changes.
LASTING = {"Vpc web-vpc", "LoadBalancer web-lb", "Cluster web-cluster"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """Another value for a setting, with what else has to change for it to be legal, and what that moves."""

    setting: str
    to: Any
    moves: Mapping[str, str]
    beside: Mapping[str, Any]

    @property
    def changes(self) -> dict[str, Any]:
        section, _, key = self.setting.partition(".")
        return {**self.beside, section: {**self.beside.get(section, {}), key: self.to} if key else self.to}


def case(setting: str, *moves: Mapping[str, str], to: Any, beside: Mapping[str, Any] | None = None) -> Case:
    together = {name: op for each in moves for name, op in each.items()}
    return Case(setting=setting, to=to, moves=together, beside=beside or {})


def created(*resources: str) -> dict[str, str]:
    return dict.fromkeys(resources, "create")


def deleted(*resources: str) -> dict[str, str]:
    return dict.fromkeys(resources, "delete")


BOUNDED = {f"Role web-{it}": "update" for it in ("execution", "flow-logs", "task")}
TO_CLOUDWATCH = {**created("LogGroup web-application", "RolePolicy web-task"), **EXECUTION, **REVISION}
FIREWALL = created(
    "WebAcl web-firewall",
    "WebAclAssociation web-firewall",
    "WebAclLoggingConfiguration web-firewall",
    "Key web-firewall-logs",
    "LogGroup web-firewall-logs",
)
HTTPS = {
    **created("Listener web-https", "Record web-domain", "SecurityGroupIngressRule web-lb-https"),
    "Listener web-http": "update",
    "ListenerRule web": "replace",
}
ISSUED = created(
    "Certificate web-certificate", "Record web-validation", "CertificateValidation web-validation"
)
"""What a domain without a certificate of its own adds."""
EXEC = {
    **created("Key web-exec", "Alias web-exec", "LogGroup web-exec", "RolePolicy web-task"),
    "Cluster web-cluster": "update",
    **REVISION,
}
FILES = {
    "file_system": "fs-0123456789abcdef0",
    "access_point": "fsap-0123456789abcdef0",
    "security_group": "sg-0123456789abcdef0",
}
PRIVATE_SERVICES = ("ecr-api", "ecr-dkr", "logs", "secretsmanager")
NO_NAT = {
    **deleted(
        "Eip web-nat-a",
        "NatGateway web-nat-a",
        "Route web-private-a",
        "Route web-private-b",
        "SecurityGroupEgressRule web-to-internet",
    ),
    **created(
        "SecurityGroup web-endpoints",
        "SecurityGroupIngressRule web-endpoints-a",
        "SecurityGroupIngressRule web-endpoints-b",
        "SecurityGroupEgressRule web-to-endpoints",
        "SecurityGroupEgressRule web-to-s3",
        *(f"VpcEndpoint web-{service}" for service in PRIVATE_SERVICES),
    ),
}
THIRD_ZONE = {
    **created(
        "Subnet web-public-c",
        "Subnet web-private-c",
        "RouteTable web-private-c",
        "Route web-private-c",
        "RouteTableAssociation web-public-c",
        "RouteTableAssociation web-private-c",
    ),
    "VpcEndpoint web-s3": "update",
    **BALANCER,
    **SERVICE,
}
ERRORS = {"MetricAlarm web-load-balancer-5xx": "update", "MetricAlarm web-target-5xx": "update"}
# It shows the alarms' states, and the thresholds of those of one metric.
DASHBOARD = {"Dashboard web": "update"}
# Another target group, and what counts both.
SHIFTED = {
    **created("TargetGroup web-green", "Role web-shift", "RolePolicyAttachment web-shift"),
    **dict.fromkeys(
        (f"MetricAlarm web-{it}" for it in ("target-5xx", "latency", "unhealthy-targets")), "update"
    ),
    **RULE,
    **SERVICE,
    **DASHBOARD,
    "Policy web-requests": "update",
    **created("Policy web-requests-green"),
}
NO_ALARMS = deleted(
    *(f"MetricAlarm web-{it}" for it in ("load-balancer-5xx", "target-5xx", "latency", "unhealthy-targets")),
    *(f"MetricAlarm web-{it}" for it in ("tasks-below-desired", "cpu", "memory")),
    "EventRule web-failed-deployment",
    "EventTarget web-failed-deployment",
    "Topic web-alarms",
    "TopicPolicy web-alarms",
    "Key web-alarms",
)
SUBSCRIBED = created("TopicSubscription web-alarms-email-c63654f3")
DOMAIN = {"name": "www.example.com", "zone": "example.com"}
ANOTHER_IMAGE = "public.ecr.aws/docker/library/another:1.0.0"

OF_THE_TASK = (
    case(
        "image",
        REVISION,
        {"RolePolicy web-execution": "update"},
        to="public.ecr.aws/docker/library/ruby:3.4.7",
    ),
    case("datadog", TO_CLOUDWATCH, to=None),
    case("datadog.site", REVISION, to="datadoghq.eu"),
    case("datadog.api_key_secret", REVISION, EXECUTION, to="another"),
    case("datadog.image", REVISION, to="public.ecr.aws/datadog/agent:7.78.0"),
    case("domain", HTTPS, ISSUED, to=DOMAIN),
    case("task.cpu", REVISION, to=2048, beside={"task": {"memory": 4096}}),
    case("task.memory", REVISION, to=3072),
    case("task.architecture", REVISION, to="X86_64"),
    case("task.ephemeral_storage", REVISION, to=40),
    case("rails.cpu", REVISION, to=512),
    case("rails.memory", REVISION, to=1024),
    case("rails.port", REVISION, to=4000),
    case("rails.workdir", REVISION, to="/app"),
    case("rails.user", REVISION, to=1001),
    case("rails.health_path", REVISION, {"TargetGroup web": "update"}, to="/health"),
    case("rails.health_host", REVISION, to="www.example.com"),
    case("rails.health_command", REVISION, to="wget -qO /dev/null http://127.0.0.1:3000/up || exit 1"),
    case("rails.start_period", REVISION, to=90),
    case("rails.stop_timeout", REVISION, to=45),
    # It runs before the next revision; that it's asked for makes none.
    case("rails.release_command", created("TaskDefinition web-release"), to=["bin/rails", "db:migrate"]),
    case("rails.release_timeout", to=60),
    case("rails.environment", REVISION, to={"RAILS_LOG_LEVEL": "debug"}),
    case("rails.secrets", REVISION, EXECUTION, to={"DATABASE_URL": "another#url"}),
    case(
        "volumes",
        created("RolePolicy web-task", f"SecurityGroupEgressRule web-to-files-{FILES['security_group']}"),
        # Its description says what it may mount, and why.
        {"Role web-task": "update"},
        REVISION,
        to={"uploads": {"path": "/rails/storage", "efs": FILES}, "scratch": {"path": "/rails/scratch"}},
    ),
    case("nginx.image", REVISION, to=ANOTHER_IMAGE),
    case("nginx.max_body_mib", REVISION, to=20),
    case("nginx.stop_timeout", REVISION, to=40),
    case("log_router.image", REVISION, to=ANOTHER_IMAGE),
)
AROUND_THE_TASK = (
    # Auto-scaling owns the number once the service stands.
    case("service.desired_count", to=4),
    case("service.minimum_healthy_percent", SERVICE, to=50),
    case("service.maximum_percent", SERVICE, to=150),
    case("service.health_check_grace", SERVICE, to=600),
    # What it takes away is no resource of the state.
    case("service.keep_revisions", to=3),
    case("service.spot_weight", SERVICE, to=4),
    case("deployment.strategy", SHIFTED, to="blue_green"),
    # Of a strategy that shifts traffic only; the deadline is the engine's.
    case("deployment.bake_minutes", to=10),
    case("deployment.step_percent", to=50),
    case("deployment.step_minutes", to=1),
    case("deployment.rollback_on_alarms", SERVICE, to=False),
    case("deployment.deadline_minutes", to=60),
    case("scaling.minimum", SCALABLE, to=3),
    case("scaling.maximum", SCALABLE, to=20),
    case("scaling.cpu", {"Policy web-cpu": "update"}, to=50),
    case("scaling.memory", {"Policy web-memory": "update"}, to=50),
    case("scaling.requests", {"Policy web-requests": "update"}, to=500),
    case(
        "scaling.schedules",
        created("ScheduledAction web-morning"),
        to=[{"name": "morning", "schedule": "cron(0 8 ? * MON-FRI *)", "minimum": 4}],
    ),
    case("scaling.predictive", created("Policy web-predictive"), to="forecast"),
    case("network.zones", THIRD_ZONE, to=3),
    case(
        "network.nat",
        created("Eip web-nat-b", "NatGateway web-nat-b"),
        {"Route web-private-b": "update"},
        to="zone",
    ),
    case(
        "network.nat",
        NO_NAT,
        TO_CLOUDWATCH,
        to="none",
        beside={
            "datadog": None,
            "nginx": {"image": MIRRORED["nginx"]},
            "log_router": {"image": MIRRORED["log_router"]},
        },
    ),
    case("network.flow_log_retention_days", {"LogGroup web-flow-logs": "update"}, to=7),
    case("load_balancer.deletion_protection", BALANCER, to=True),
    # nginx keeps an idle connection for longer than the load balancer.
    case("load_balancer.idle_timeout", BALANCER, REVISION, to=120),
    case(
        "load_balancer.access_log_retention_days",
        {"BucketLifecycleConfiguration web-access-logs": "update"},
        to=7,
    ),
    case("load_balancer.empty_access_logs_on_delete", {"Bucket web-access-logs": "update"}, to=False),
    case("load_balancer.firewall", FIREWALL, to=True),
    case("routing.hosts", RULE, to=["www.example.com"]),
    case("routing.paths", RULE, to=["/api/*", "/up"]),
    case("routing.priority", RULE, to=50),
    case("routing.deregistration_delay", {"TargetGroup web": "update"}, to=20),
    case("container_insights", {"Cluster web-cluster": "update"}, to="enhanced"),
    case("alarms.enabled", NO_ALARMS, SERVICE, DASHBOARD, to=False),
    case("alarms.subscribers", SUBSCRIBED, to=["on-call@example.com"]),
    case("alarms.error_percent", ERRORS, to=10),
    case("alarms.error_requests", ERRORS, to=200),
    case("alarms.latency", {"MetricAlarm web-latency": "update"}, DASHBOARD, to=0.5),
    case("alarms.cpu", {"MetricAlarm web-cpu": "update"}, DASHBOARD, to=80),
    case("alarms.memory", {"MetricAlarm web-memory": "update"}, DASHBOARD, to=80),
    case("dashboard", deleted("Dashboard web"), to="false"),
    case("log_retention_days", {"LogGroup web-sidecars": "update"}, to="7"),
    case("exec", EXEC, to="true"),
    # Only the engine knows of it.
    case("permissions_boundary", BOUNDED, to="web-application-local-boundary"),
    case("protect", to="true"),
)

# On the full stack, which has a domain.
OF_A_DOMAIN = (
    case(
        "domain.name",
        {
            "Certificate web-certificate": "replace",
            "CertificateValidation web-validation": "replace",
            "Record web-validation": "replace",
            "Record web-domain": "replace",
            "Listener web-https": "update",
        },
        RULE,
        to="shop.example.com",
        beside={"routing": {"hosts": ["shop.example.com"]}},
    ),
    case(
        "domain.zone",
        {
            "Record web-validation": "replace",
            "CertificateValidation web-validation": "replace",
            "Record web-domain": "replace",
        },
        to="www.example.com",
    ),
    case(
        "domain.certificate_arn",
        deleted(*ISSUED),
        {"Listener web-https": "update"},
        to="arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
    ),
)


def refused(setting: str) -> dict[str, Any]:
    """The change of a setting in REFUSED."""
    return case(setting, to=REFUSED[setting]).changes


def refusal(standing: Standing, setting: str) -> str:
    """What a preview says of that change: one error, before anything would be registered."""
    result = standing.preview(changes=refused(setting))
    assert result.code != 0
    assert [step for step in result.steps if step.type.startswith("aws:")] == []
    assert "Traceback" not in result.stdout + result.stderr
    assert len(result.errors) == 1, result.errors
    return result.stdout


def moved(standing: Standing, case: Case) -> dict[str, str]:
    """What the case moves, as a preview tells it."""
    standing.seed(case.changes)
    found = changes(standing.preview(changes=case.changes))
    assert {name for name in LASTING & found.keys() if found[name] != "update"} == set()
    return found
