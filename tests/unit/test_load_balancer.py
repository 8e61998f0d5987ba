"""The load balancer as it is registered: listeners, reach, certificate, logs, firewall."""

import json
from functools import cache
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from components.access_logs import bucket_name
from components.certificate import Domain
from components.context import Context
from components.errors import InvalidSettingError
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.network import Network, NetworkArgs
from tests.unit.document_edges import mentions, undeclared_edges
from tests.unit.mocks import Recording, record

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="us-east-1", account="123456789012"
)
DOMAIN = Domain(name="www.example.com", zone_id="Z0123456789")
GIVEN = "arn:aws:acm:us-east-1:123456789012:certificate/given"
BUCKET = "web-application-test-web-access-logs-123456789012"

OUTPUTS = {
    "aws:lb/loadBalancer:LoadBalancer": {"dnsName": "web.elb.amazonaws.com", "zoneId": "Z35SXDOTRQ7X7K"},
    "aws:acm/certificate:Certificate": {
        "domainValidationOptions": [
            {
                "domainName": "www.example.com",
                "resourceRecordName": "_proof.www.example.com",
                "resourceRecordType": "CNAME",
                "resourceRecordValue": "_value.acm-validations.aws",
            }
        ]
    },
    "aws:route53/record:Record": lambda it: {"fqdn": it.inputs["name"]},
}


def program(**changes: Any) -> dict[str, pulumi.Input[Any]]:
    network = Network("web", NetworkArgs(context=CONTEXT, zones=("us-east-1a", "us-east-1b")))
    balancer = LoadBalancer("web", LoadBalancerArgs(context=CONTEXT, network=network, **changes))
    return {
        "url": balancer.url,
        "listener": balancer.listener_arn,
        "http": balancer.http_listener_arn,
        "https": balancer.https_listener_arn,
        "security_group": balancer.security_group_id,
        "dns_name": balancer.dns_name,
        "zone_id": balancer.zone_id,
    }


@cache
def build(*, preview: bool = False, **changes: Any) -> Recording:
    return record(lambda: program(**changes), preview=preview, outputs=OUTPUTS)


def listener(recording: Recording, name: str) -> dict[str, Any]:
    return recording.one(aws.lb.Listener, name).inputs


def test_it_faces_the_internet_from_every_public_subnet():
    balancer = build().one(aws.lb.LoadBalancer).inputs
    assert balancer["loadBalancerType"] == "application"
    assert balancer["internal"] is False
    assert balancer["subnets"] == ["web-public-a-id", "web-public-b-id"]
    assert balancer["securityGroups"] == ["web-lb-id"]


def test_it_takes_no_malformed_request_and_keeps_the_host():
    balancer = build(idle_timeout=30).one(aws.lb.LoadBalancer).inputs
    assert balancer["dropInvalidHeaderFields"] is True
    assert balancer["desyncMitigationMode"] == "defensive"
    assert balancer["preserveHostHeader"] is True
    assert balancer["xffHeaderProcessingMode"] == "append"
    assert balancer["enableHttp2"] is True
    assert balancer["idleTimeout"] == 30


@pytest.mark.parametrize("protection", [True, False])
def test_deletion_protection_follows_the_setting(protection: bool):  # noqa: FBT001 - a parameter of the test
    balancer = build(deletion_protection=protection).one(aws.lb.LoadBalancer)
    assert balancer.inputs["enableDeletionProtection"] is protection


def test_it_waits_for_its_way_to_the_internet_and_for_a_bucket_it_can_write():
    recording = build()
    balancer = recording.one(aws.lb.LoadBalancer)
    awaited = [
        recording.one(aws.ec2.InternetGateway),
        recording.one(aws.ec2.Route, "web-public"),
        recording.one(aws.s3.BucketPolicy),
        recording.one(aws.s3.BucketServerSideEncryptionConfiguration),
        recording.one(aws.s3.BucketPublicAccessBlock),
    ]
    assert all(recording.path_exists(balancer, it) for it in awaited)


def test_without_a_domain_it_serves_http_and_answers_404_by_default():
    recording = build()
    assert [it.name for it in recording.of(aws.lb.Listener)] == ["web-http"]
    http = listener(recording, "web-http")
    assert (http["port"], http["protocol"]) == (80, "HTTP")
    (action,) = http["defaultActions"]
    assert action["type"] == "fixed-response"
    assert action["fixedResponse"]["statusCode"] == "404"
    assert recording.returned["url"] == "http://web.elb.amazonaws.com"
    assert recording.returned["listener"] == recording.returned["http"] == "arn:aws:mock:::web-http"
    assert recording.returned["https"] is None


def test_with_a_domain_http_only_redirects_and_https_answers_404_by_default():
    recording = build(domain=DOMAIN)
    (redirect,) = listener(recording, "web-http")["defaultActions"]
    assert redirect == {
        "type": "redirect",
        "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"},
    }
    https = listener(recording, "web-https")
    assert (https["port"], https["protocol"]) == (443, "HTTPS")
    assert https["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    (action,) = https["defaultActions"]
    assert action["fixedResponse"]["statusCode"] == "404"
    assert recording.returned["url"] == "https://www.example.com"
    assert recording.returned["listener"] == recording.returned["https"] == "arn:aws:mock:::web-https"


def test_a_certificate_is_requested_and_proven_in_the_domains_zone():
    recording = build(domain=DOMAIN)
    certificate = recording.one(aws.acm.Certificate)
    assert certificate.inputs == {"domainName": "www.example.com", "validationMethod": "DNS"}
    proof = recording.one(aws.route53.Record, "web-validation").inputs
    assert proof == {
        "zoneId": "Z0123456789",
        "name": "_proof.www.example.com",
        "type": "CNAME",
        "records": ["_value.acm-validations.aws"],
        "ttl": 300,
        "allowOverwrite": True,
    }
    validation = recording.one(aws.acm.CertificateValidation)
    assert validation.inputs["validationRecordFqdns"] == ["_proof.www.example.com"]


def test_https_starts_once_the_certificate_is_issued():
    recording = build(domain=DOMAIN)
    https, validation = (
        recording.one(aws.lb.Listener, "web-https"),
        recording.one(aws.acm.CertificateValidation),
    )
    assert https.property_dependencies["certificateArn"] == {validation.urn}


def test_a_given_certificate_is_used_and_none_is_requested():
    recording = build(domain=Domain(name="www.example.com", zone_id="Z0123456789", certificate_arn=GIVEN))
    assert listener(recording, "web-https")["certificateArn"] == GIVEN
    assert recording.of(aws.acm.Certificate) == recording.of(aws.acm.CertificateValidation) == []
    assert [it.name for it in recording.of(aws.route53.Record)] == ["web-domain"]


def test_the_domain_leads_to_the_load_balancer():
    alias = build(domain=DOMAIN).one(aws.route53.Record, "web-domain").inputs
    assert (alias["name"], alias["type"], alias["zoneId"]) == ("www.example.com", "A", "Z0123456789")
    assert alias["aliases"] == [
        {"name": "web.elb.amazonaws.com", "zoneId": "Z35SXDOTRQ7X7K", "evaluateTargetHealth": True}
    ]


@pytest.mark.parametrize(("domain", "ports"), [(None, {80}), (DOMAIN, {80, 443})])
def test_the_internet_reaches_the_listeners_ports_only(domain: Domain | None, ports: set[int]):
    recording = build(domain=domain)
    rules = [it.inputs for it in recording.of(aws.vpc.SecurityGroupIngressRule)]
    assert {it["fromPort"] for it in rules} == {it["toPort"] for it in rules} == ports
    assert {it.inputs["port"] for it in recording.of(aws.lb.Listener)} == ports
    for rule in rules:
        assert (rule["ipProtocol"], rule["cidrIpv4"]) == ("tcp", "0.0.0.0/0")
        assert rule["securityGroupId"] == "web-lb-id"
        assert "from the internet" in rule["description"]


def test_nothing_leaves_the_load_balancer_until_a_service_says_where():
    recording = build()
    assert recording.of(aws.vpc.SecurityGroupEgressRule) == []
    assert set(recording.one(aws.ec2.SecurityGroup, "web-lb").inputs) == {"vpcId", "description"}


def test_what_is_replaced_create_first_has_no_name_of_its_own():
    recording = build(firewall=True)
    for kind in (aws.lb.LoadBalancer, aws.ec2.SecurityGroup, aws.wafv2.WebAcl):
        assert not any("name" in it.inputs or it.delete_before_replace for it in recording.of(kind))


def test_access_logs_go_to_a_private_encrypted_versioned_bucket_of_the_accounts():
    recording = build()
    balancer, bucket = recording.one(aws.lb.LoadBalancer).inputs, recording.one(aws.s3.Bucket).inputs
    assert balancer["accessLogs"] == {"bucket": BUCKET, "enabled": True}
    assert bucket["bucket"] == BUCKET
    assert recording.one(aws.s3.BucketPublicAccessBlock).inputs == {
        "bucket": BUCKET,
        "blockPublicAcls": True,
        "blockPublicPolicy": True,
        "ignorePublicAcls": True,
        "restrictPublicBuckets": True,
    }
    assert recording.one(aws.s3.BucketOwnershipControls).inputs["rule"] == {
        "objectOwnership": "BucketOwnerEnforced"
    }
    encryption = recording.one(aws.s3.BucketServerSideEncryptionConfiguration).inputs["rules"]
    assert encryption == [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}]
    assert recording.one(aws.s3.BucketVersioning).inputs["versioningConfiguration"] == {"status": "Enabled"}


def test_access_logs_expire():
    recording = build(access_log_retention_days=400)
    lifecycle = recording.one(aws.s3.BucketLifecycleConfiguration)
    (rule,) = lifecycle.inputs["rules"]
    assert rule["status"] == "Enabled"
    assert rule["filter"] == {}
    assert rule["expiration"] == {"days": 400}
    assert rule["noncurrentVersionExpiration"]["noncurrentDays"] > 0
    assert rule["abortIncompleteMultipartUpload"]["daysAfterInitiation"] > 0
    assert recording.path_exists(lifecycle, recording.one(aws.s3.BucketVersioning))


@pytest.mark.parametrize("empty", [True, False])
def test_the_bucket_empties_itself_only_where_asked(empty: bool):  # noqa: FBT001 - a parameter of the test
    assert build(empty_access_logs_on_delete=empty).one(aws.s3.Bucket).inputs["forceDestroy"] is empty


def test_only_load_balancers_of_this_account_and_region_write_logs_and_only_over_tls():
    policy = json.loads(build().one(aws.s3.BucketPolicy).inputs["policy"])
    by_sid = {it["Sid"]: it for it in policy["Statement"]}
    assert by_sid.keys() == {"LoadBalancerLogs", "TlsOnly"}
    assert by_sid["LoadBalancerLogs"] == {
        "Sid": "LoadBalancerLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": [f"arn:aws:s3:::{BUCKET}/AWSLogs/123456789012/*"],
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "123456789012"},
            "ArnLike": {
                "aws:SourceArn": "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/*"
            },
        },
    }
    assert by_sid["TlsOnly"] == {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": ["s3:*"],
        "Resource": [f"arn:aws:s3:::{BUCKET}", f"arn:aws:s3:::{BUCKET}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }


def test_without_firewall_there_is_no_web_acl():
    recording = build()
    assert recording.of(aws.wafv2.WebAcl) == recording.of(aws.wafv2.WebAclAssociation) == []


def test_the_firewall_enforces_awss_managed_rules_in_front_of_the_load_balancer():
    recording = build(firewall=True)
    acl = recording.one(aws.wafv2.WebAcl).inputs
    assert (acl["scope"], acl["defaultAction"]) == ("REGIONAL", {"allow": {}})
    groups = [it["statement"]["managedRuleGroupStatement"] for it in acl["rules"]]
    assert [(it["vendorName"], it["name"]) for it in groups] == [
        ("AWS", "AWSManagedRulesAmazonIpReputationList"),
        ("AWS", "AWSManagedRulesCommonRuleSet"),
        ("AWS", "AWSManagedRulesKnownBadInputsRuleSet"),
        ("AWS", "AWSManagedRulesSQLiRuleSet"),
    ]
    assert [it["priority"] for it in acl["rules"]] == [0, 1, 2, 3]
    assert all(it["overrideAction"] == {"none": {}} for it in acl["rules"])
    association = recording.one(aws.wafv2.WebAclAssociation).inputs
    assert association == {"resourceArn": "arn:aws:mock:::web-lb", "webAclArn": "arn:aws:mock:::web-firewall"}


def test_the_firewall_lets_uploads_through_and_counts_them():
    rules = build(firewall=True).one(aws.wafv2.WebAcl).inputs["rules"]
    overrides = {
        it["name"]: it["statement"]["managedRuleGroupStatement"].get("ruleActionOverrides") for it in rules
    }
    assert overrides == {
        "AWSManagedRulesAmazonIpReputationList": None,
        "AWSManagedRulesCommonRuleSet": [{"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}],
        "AWSManagedRulesKnownBadInputsRuleSet": None,
        "AWSManagedRulesSQLiRuleSet": None,
    }


def test_the_firewall_logs_what_it_stopped_encrypted_and_without_credentials():
    recording = build(firewall=True)
    logging = recording.one(aws.wafv2.WebAclLoggingConfiguration).inputs
    assert logging["logDestinationConfigs"] == ["arn:aws:mock:::web-firewall-logs"]
    assert logging["resourceArn"] == "arn:aws:mock:::web-firewall"
    assert [it["singleHeader"]["name"] for it in logging["redactedFields"]] == ["authorization", "cookie"]
    (kept,) = logging["loggingFilter"]["filters"]
    assert logging["loggingFilter"]["defaultBehavior"] == "DROP"
    assert [it["actionCondition"]["action"] for it in kept["conditions"]] == ["BLOCK", "COUNT"]
    group = recording.one(aws.cloudwatch.LogGroup, "web-firewall-logs")
    assert group.inputs["name"] == "aws-waf-logs-web-application-test-web"
    assert group.inputs["retentionInDays"] == 30
    key = recording.one(aws.kms.Key, "web-firewall-logs")
    assert group.property_dependencies["kmsKeyId"] == {key.urn}


def test_protect_keeps_the_load_balancer_and_its_access_logs_and_not_the_firewalls():
    recording = build(protect=True, firewall=True)
    kept = {it.type.split(":")[-1] for it in recording if it.protect}
    assert kept == {"LoadBalancer", "Bucket"}
    assert not any(it.protect for it in build(firewall=True))


@pytest.mark.parametrize("domain", [None, DOMAIN])
def test_no_document_name_or_port_is_unknown_in_a_first_preview(domain: Domain | None):
    recording = build(domain=domain, firewall=True, preview=True)
    references = {
        "vpcId", "subnets", "securityGroups", "securityGroupId", "loadBalancerArn", "certificateArn",
        "resourceArn", "webAclArn", "aliases", "validationRecordFqdns", "kmsKeyId", "logDestinationConfigs",
    }  # fmt: skip
    balancer = recording.one("web-application:index:LoadBalancer")
    for resource in recording.inside(balancer):
        # What ACM wants as proof is known once it was asked.
        proof = {"name", "type", "records"} if resource.name == "web-validation" else set[str]()
        assert set(resource.unknown_inputs()) <= references | proof, resource.urn


def test_what_a_document_names_has_a_declared_edge():
    recording = build(domain=DOMAIN, firewall=True)
    assert ("web-access-logs", "web-access-logs") in mentions(recording)
    assert undeclared_edges(recording) == []


def test_a_certificate_firewall_or_timeout_never_touches_the_load_balancers_identity():
    before = {it.urn: it.inputs for it in build() if it.custom}
    for change in ({"domain": DOMAIN}, {"firewall": True}, {"idle_timeout": 30}):
        after = {it.urn: it.inputs for it in build(**change) if it.custom}
        assert before.keys() <= after.keys()
        different = {
            key
            for urn in before
            for key in before[urn].keys() | after[urn].keys()
            if before[urn].get(key) != after[urn].get(key)
        }
        # Each of these is changed in place.
        assert different <= {"defaultActions", "idleTimeout"}


def test_nothing_deprecated_is_used():
    recording = build(domain=DOMAIN, firewall=True)
    assert recording.deprecated_inputs() == []
    assert recording.messages == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"idle_timeout": 0}, "load_balancer.idle_timeout: 0 must be 1 to 4000 seconds"),
        ({"idle_timeout": 4001}, "load_balancer.idle_timeout: 4001 must"),
        ({"access_log_retention_days": 0}, "load_balancer.access_log_retention_days: 0 must be at least one"),
        (
            {"tls_policy": "ELBSecurityPolicy-2016-08"},
            "'ELBSecurityPolicy-2016-08' allows TLS below 1.2; use",
        ),
        ({"tls_policy": "ELBSecurityPolicy-TLS13-1-0-2021-06"}, "allows TLS below 1.2"),
    ],
)
def test_what_cannot_work_is_refused(change: dict[str, Any], problem: str):
    with pytest.raises(InvalidSettingError, match=problem):
        build(**change)


@pytest.mark.parametrize(
    "policy", ["ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"]
)
def test_another_modern_tls_policy_is_taken(policy: str):
    assert listener(build(domain=DOMAIN, tls_policy=policy), "web-https")["sslPolicy"] == policy


@pytest.mark.parametrize("stack", ["a-branch-with-a-long-name", "Dev", "my_stack", "v1.2"])
def test_a_stack_name_that_makes_no_bucket_name_is_refused_with_what_fits(stack: str):
    context = Context(
        project="web-application", stack=stack, partition="aws", region="us-east-1", account="123456789012"
    )
    with pytest.raises(InvalidSettingError, match=f"stack: '{stack}' .* at most 18 lower-case letters"):
        bucket_name(context, "web")
