"""A stack with all that can be switched on: TLS, the firewall, ECS Exec, Spot, NAT in each of three zones."""

import pytest

from tests.engine.settings_table import OF_A_DOMAIN, Case, moved
from tests.engine.standing import Standing, only
from tests.engine.views import (
    NAME,
    Definition,
    assert_it_was_created_and_serves,
    assert_nothing_changes_again,
    elements,
    rules_of,
    security_group,
    service,
    tags,
    tasks,
)


def test_it_is_created_and_two_tasks_serve_in_two_zones(full: Standing):
    assert_it_was_created_and_serves(full)


def test_a_refresh_a_second_up_and_a_preview_show_no_change(full: Standing):
    assert_nothing_changes_again(full)


def test_http_leads_to_https_under_an_issued_certificate_of_the_domain(full: Standing):
    elb, acm = full.stack.client("elbv2"), full.stack.client("acm")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    listeners = {it["Port"]: it for it in elb.describe_listeners(LoadBalancerArn=balancer)["Listeners"]}
    redirect = only(listeners[80]["DefaultActions"])["RedirectConfig"]
    assert (redirect["Protocol"], redirect["Port"], redirect["StatusCode"]) == (
        "HTTPS",
        "443",
        "HTTP_301",
    )
    assert listeners[443]["SslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    certificate = only(listeners[443]["Certificates"])["CertificateArn"]
    issued = acm.describe_certificate(CertificateArn=certificate)["Certificate"]
    assert (issued["DomainName"], issued["Status"]) == ("www.example.com", "ISSUED")
    rules = elb.describe_rules(ListenerArn=listeners[443]["ListenerArn"])["Rules"]
    rule = only(it for it in rules if not it["IsDefault"])
    conditions = {it["Field"]: it for it in rule["Conditions"]}
    assert conditions["host-header"]["HostHeaderConfig"]["Values"] == ["www.example.com"]
    group = security_group(full.stack, "web-lb")
    assert {port for _, port, _, _ in rules_of(full.stack, group, egress=False)} == {80, 443}


def test_the_domain_leads_to_the_load_balancer_and_its_proof_stays(full: Standing):
    route53, elb = full.stack.client("route53"), full.stack.client("elbv2")
    zone = only(route53.list_hosted_zones()["HostedZones"])["Id"]
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    alias = only(it["AliasTarget"] for it in records if it["Type"] == "A")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])
    assert alias["DNSName"].rstrip(".").endswith(balancer["DNSName"])
    assert alias["HostedZoneId"] == balancer["CanonicalHostedZoneId"]
    proof = only(it for it in records if it["Type"] == "CNAME")
    assert proof["Name"].startswith("_")


def test_the_firewall_stands_in_front_with_awss_rules_and_logs_what_it_stops(full: Standing):
    waf, elb = full.stack.client("wafv2"), full.stack.client("elbv2")
    balancer = only(elb.describe_load_balancers()["LoadBalancers"])["LoadBalancerArn"]
    acl = waf.get_web_acl_for_resource(ResourceArn=balancer)["WebACL"]
    rules = [it["Name"] for it in sorted(acl["Rules"], key=lambda it: it["Priority"])]
    assert rules == [
        "AWSManagedRulesAmazonIpReputationList",
        "AWSManagedRulesCommonRuleSet",
        "AWSManagedRulesKnownBadInputsRuleSet",
        "AWSManagedRulesSQLiRuleSet",
    ]
    assert acl["DefaultAction"] == {"Allow": {}}
    logging = waf.get_logging_configuration(ResourceArn=acl["ARN"])["LoggingConfiguration"]
    assert only(logging["LogDestinationConfigs"]).split(":")[6] == f"aws-waf-logs-{NAME}"
    redacted = {it["SingleHeader"]["Name"].lower() for it in logging["RedactedFields"]}
    assert redacted == {"authorization", "cookie"}


def test_sessions_into_containers_are_allowed_and_recorded_under_a_key(full: Standing):
    ecs, logs = full.stack.client("ecs"), full.stack.client("logs")
    assert service(full.stack)["enableExecuteCommand"] is True
    described = ecs.describe_clusters(include=["CONFIGURATIONS", "SETTINGS"], clusters=[NAME])["clusters"]
    configuration = only(described)["configuration"]["executeCommandConfiguration"]
    assert configuration["logging"] == "OVERRIDE"
    group = configuration["logConfiguration"]["cloudWatchLogGroupName"]
    assert group == f"{NAME}-exec"
    kept = only(logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"])
    assert kept["kmsKeyId"] == configuration["kmsKeyId"]
    assert kept["retentionInDays"] == 365
    iam, role = full.stack.client("iam"), f"{NAME}-task"
    document = iam.get_role_policy(RoleName=role, PolicyName=role)["PolicyDocument"]
    allowed = {action for it in document["Statement"] for action in elements(it["Action"])}
    assert {it for it in allowed if it.startswith("ssmmessages:")} == {
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
    }
    rails = Definition.serving(full.stack).containers["rails"]
    assert rails["readonlyRootFilesystem"] is True
    assert {"/var/lib/amazon", "/var/log/amazon"} <= {it["containerPath"] for it in rails["mountPoints"]}
    settings = only(described)["settings"]
    assert {it["name"]: it["value"] for it in settings} == {"containerInsights": "enhanced"}


def test_every_zone_has_a_nat_gateway_of_its_own(full: Standing):
    ec2 = full.stack.client("ec2")
    zone = {it["SubnetId"]: it["AvailabilityZone"] for it in ec2.describe_subnets()["Subnets"]}
    gateways = {it["NatGatewayId"]: zone[it["SubnetId"]] for it in ec2.describe_nat_gateways()["NatGateways"]}
    assert sorted(gateways.values()) == ["us-east-1a", "us-east-1b", "us-east-1c"]
    tables = [
        it for it in ec2.describe_route_tables()["RouteTables"] if "-private-" in tags(it).get("Name", "")
    ]
    for table in tables:
        inside = {zone[it["SubnetId"]] for it in table["Associations"]}
        ways_out = {gateways[it["NatGatewayId"]] for it in table["Routes"] if "NatGatewayId" in it}
        assert inside == ways_out
    assert len(tables) == 3


def test_the_first_task_is_never_on_spot(full: Standing):
    strategy = {it["capacityProvider"]: it for it in service(full.stack)["capacityProviderStrategy"]}
    assert (strategy["FARGATE"]["base"], strategy["FARGATE"]["weight"]) == (1, 1)
    assert strategy["FARGATE_SPOT"]["weight"] == 4
    assert "FARGATE" in [it.capacity_provider for it in tasks(full.stack)]


@pytest.mark.parametrize("case", OF_A_DOMAIN, ids=lambda case: case.setting)
def test_a_setting_of_the_domain_moves_what_it_should_and_nothing_else(full: Standing, case: Case):
    assert moved(full, case) == case.moves
