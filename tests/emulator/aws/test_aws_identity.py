"""IAM, KMS, Secrets Manager and certificates on the embedded AWS."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Clients = Callable[[str], Any]
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
READ = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::b/*"}],
    }
)


def refusal(call: Callable[..., Any], **keywords: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**keywords)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return caught.value.response["Error"]["Code"]


def test_a_boundary_that_is_not_there_is_refused(client: Clients, unique: str) -> None:
    iam = client("iam")
    nowhere = f"arn:aws:iam::123456789012:policy/{unique}"
    role = {"RoleName": unique, "AssumeRolePolicyDocument": TRUST}
    assert refusal(iam.create_role, **role, PermissionsBoundary=nowhere) == "NoSuchEntity"
    iam.create_role(**role)
    change = iam.put_role_permissions_boundary
    assert refusal(change, RoleName=unique, PermissionsBoundary=nowhere) == "NoSuchEntity"


def test_a_role_keeps_its_parts_and_stays_while_it_has_policies(client: Clients, unique: str) -> None:
    iam = client("iam")
    boundary = iam.create_policy(PolicyName=f"{unique}-b", PolicyDocument=READ)["Policy"]["Arn"]
    iam.create_role(
        RoleName=unique,
        AssumeRolePolicyDocument=TRUST,
        Path="/web/",
        Description="the task's",
        MaxSessionDuration=7200,
        PermissionsBoundary=boundary,
        Tags=[{"Key": "Name", "Value": unique}],
    )
    role = iam.get_role(RoleName=unique)["Role"]
    assert role["AssumeRolePolicyDocument"] == json.loads(TRUST)
    assert (role["Path"], role["Description"], role["MaxSessionDuration"]) == ("/web/", "the task's", 7200)
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == boundary
    assert role["Tags"] == [{"Key": "Name", "Value": unique}]
    assert refusal(iam.create_role, RoleName=unique, AssumeRolePolicyDocument=TRUST) == "EntityAlreadyExists"

    iam.put_role_policy(RoleName=unique, PolicyName="read", PolicyDocument=READ)
    assert iam.get_role_policy(RoleName=unique, PolicyName="read")["PolicyDocument"] == json.loads(READ)
    assert refusal(iam.delete_role, RoleName=unique) == "DeleteConflict"
    iam.delete_role_policy(RoleName=unique, PolicyName="read")
    managed = "arn:aws:iam::aws:policy/service-role/AmazonECSTaskExecutionRolePolicy"
    iam.attach_role_policy(RoleName=unique, PolicyArn=managed)
    assert iam.list_attached_role_policies(RoleName=unique)["AttachedPolicies"][0]["PolicyArn"] == managed
    assert refusal(iam.delete_role, RoleName=unique) == "DeleteConflict"
    iam.detach_role_policy(RoleName=unique, PolicyArn=managed)
    assert refusal(iam.delete_policy, PolicyArn=boundary) == "DeleteConflict"
    iam.delete_role_permissions_boundary(RoleName=unique)
    iam.delete_role(RoleName=unique)
    iam.delete_policy(PolicyArn=boundary)
    assert refusal(iam.get_role, RoleName=unique) == "NoSuchEntity"


def test_a_managed_policy_in_use_is_not_deleted(client: Clients, unique: str) -> None:
    iam = client("iam")
    policy = iam.create_policy(PolicyName=unique, PolicyDocument=READ, Description="d", Path="/p/")["Policy"]
    assert (
        refusal(iam.create_policy, PolicyName=unique, PolicyDocument=READ, Path="/p/")
        == "EntityAlreadyExists"
    )
    iam.create_role(RoleName=unique, AssumeRolePolicyDocument=TRUST)
    iam.attach_role_policy(RoleName=unique, PolicyArn=policy["Arn"])
    assert refusal(iam.delete_policy, PolicyArn=policy["Arn"]) == "DeleteConflict"
    iam.detach_role_policy(RoleName=unique, PolicyArn=policy["Arn"])
    version = iam.create_policy_version(PolicyArn=policy["Arn"], PolicyDocument=READ, SetAsDefault=True)
    assert version["PolicyVersion"]["VersionId"] == "v2"
    assert refusal(iam.delete_policy, PolicyArn=policy["Arn"]) == "DeleteConflict"
    iam.delete_policy_version(PolicyArn=policy["Arn"], VersionId="v1")
    iam.delete_policy(PolicyArn=policy["Arn"])
    iam.delete_role(RoleName=unique)


def test_a_document_that_is_no_policy_is_refused(client: Clients, unique: str) -> None:
    assert (
        refusal(client("iam").create_policy, PolicyName=unique, PolicyDocument="{}")
        == "MalformedPolicyDocument"
    )


def test_an_open_id_connect_provider_keeps_its_parts(client: Clients, unique: str) -> None:
    iam = client("iam")
    url = f"https://{unique}.example.com"
    made: dict[str, Any] = {
        "Url": url,
        "ClientIDList": ["sts.amazonaws.com"],
        "ThumbprintList": ["a" * 40],
        "Tags": [{"Key": "Name", "Value": unique}],
    }
    arn = iam.create_open_id_connect_provider(**made)["OpenIDConnectProviderArn"]
    seen = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert seen["ClientIDList"] == ["sts.amazonaws.com"]
    assert seen["Tags"] == made["Tags"]
    assert refusal(iam.create_open_id_connect_provider, **made) == "EntityAlreadyExists"
    iam.create_open_id_connect_provider(Url=f"{url}/x", ClientIDList=["a"])
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert refusal(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn) == "NoSuchEntity"


def test_a_key_keeps_its_rotation_and_waits_to_be_deleted(client: Clients, unique: str) -> None:
    kms = client("kms")
    key = kms.create_key(Description="logs", Tags=[{"TagKey": "Name", "TagValue": unique}])["KeyMetadata"][
        "KeyId"
    ]
    kms.enable_key_rotation(KeyId=key, RotationPeriodInDays=180)
    status = kms.get_key_rotation_status(KeyId=key)
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 180)
    assert status["NextRotationDate"]
    kms.enable_key_rotation(KeyId=key)
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    alias = f"alias/{unique}"
    kms.create_alias(AliasName=alias, TargetKeyId=key)
    assert refusal(kms.create_alias, AliasName=alias, TargetKeyId=key) == "AlreadyExistsException"
    assert kms.describe_key(KeyId=alias)["KeyMetadata"]["KeyId"] == key
    assert [one["AliasName"] for one in kms.list_aliases(KeyId=key)["Aliases"]] == [alias]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=READ)
    assert json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]) == json.loads(READ)
    kms.delete_alias(AliasName=alias)
    assert refusal(kms.delete_alias, AliasName=alias) == "NotFoundException"
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"
    assert refusal(kms.enable_key_rotation, KeyId=key) == "KMSInvalidStateException"


def test_only_an_enabled_key_encrypts_and_decrypts(client: Clients) -> None:
    kms = client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    secret = kms.encrypt(KeyId=key, Plaintext=b"x")["CiphertextBlob"]
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    assert refusal(kms.decrypt, CiphertextBlob=secret) == "KMSInvalidStateException"
    kms.cancel_key_deletion(KeyId=key)
    assert refusal(kms.encrypt, KeyId=key, Plaintext=b"x") == "DisabledException"
    assert refusal(kms.generate_data_key, KeyId=key, KeySpec="AES_256") == "DisabledException"
    kms.enable_key(KeyId=key)
    assert kms.decrypt(CiphertextBlob=secret)["Plaintext"] == b"x"


def test_a_secrets_name_is_taken_until_its_window_ends(client: Clients, unique: str) -> None:
    secrets = client("secretsmanager")
    made = secrets.create_secret(
        Name=unique, SecretString="s", Description="d", Tags=[{"Key": "Name", "Value": unique}]
    )
    assert made["ARN"].rsplit("-", 1)[0].endswith(f":secret:{unique}")
    assert refusal(secrets.create_secret, Name=unique, SecretString="s") == "ResourceExistsException"
    version = secrets.put_secret_value(SecretId=unique, SecretString="t")["VersionId"]
    assert secrets.get_secret_value(SecretId=made["ARN"])["VersionId"] == version
    labels = secrets.describe_secret(SecretId=unique)["VersionIdsToStages"]
    assert labels == {made["VersionId"]: ["AWSPREVIOUS"], version: ["AWSCURRENT"]}
    versions = secrets.list_secret_version_ids(SecretId=unique)["Versions"]
    assert {one["VersionId"] for one in versions} == set(labels)
    secrets.put_resource_policy(SecretId=unique, ResourcePolicy=READ)
    assert json.loads(secrets.get_resource_policy(SecretId=unique)["ResourcePolicy"]) == json.loads(READ)
    secrets.delete_resource_policy(SecretId=unique)
    assert "ResourcePolicy" not in secrets.get_resource_policy(SecretId=unique)
    secrets.delete_secret(SecretId=unique, RecoveryWindowInDays=7)
    assert refusal(secrets.create_secret, Name=unique, SecretString="s") == "InvalidRequestException"
    assert refusal(secrets.get_secret_value, SecretId=unique) == "InvalidRequestException"
    secrets.restore_secret(SecretId=unique)
    secrets.delete_secret(SecretId=unique, ForceDeleteWithoutRecovery=True)
    assert refusal(secrets.describe_secret, SecretId=unique) == "ResourceNotFoundException"


def test_a_certificate_is_issued_when_its_validation_record_exists(
    client: Clients, unique: str, wait_for: Any
) -> None:
    acm, route53 = client("acm"), client("route53")
    domain = f"{unique}.example.com"
    zone = route53.create_hosted_zone(Name=domain, CallerReference=unique)["HostedZone"]["Id"]
    arn = acm.request_certificate(
        DomainName=domain,
        SubjectAlternativeNames=[f"*.{domain}"],
        ValidationMethod="DNS",
        Tags=[{"Key": "Name", "Value": unique}],
        Options={"CertificateTransparencyLoggingPreference": "ENABLED"},
    )["CertificateArn"]
    certificate = acm.describe_certificate(CertificateArn=arn)["Certificate"]
    assert certificate["Status"] == "PENDING_VALIDATION"
    assert certificate["Options"]["CertificateTransparencyLoggingPreference"] == "ENABLED"
    options = certificate["DomainValidationOptions"]
    assert {one["DomainName"] for one in options} == {domain, f"*.{domain}"}
    records = {one["ResourceRecord"]["Name"]: one["ResourceRecord"] for one in options}
    # A wildcard is validated by its parent's record.
    assert len(records) == 1

    def issued() -> bool:
        return acm.describe_certificate(CertificateArn=arn)["Certificate"]["Status"] == "ISSUED"

    time.sleep(1.2)  # the emulator looks for the record after a second
    assert not issued()
    change_records(route53, zone, "UPSERT", records)
    wait_for(issued, seconds=3)
    assert acm.list_tags_for_certificate(CertificateArn=arn)["Tags"] == [{"Key": "Name", "Value": unique}]
    assert refusal(route53.delete_hosted_zone, Id=zone) == "HostedZoneNotEmpty"
    change_records(route53, zone, "DELETE", records)
    route53.delete_hosted_zone(Id=zone)
    acm.delete_certificate(CertificateArn=arn)
    assert refusal(acm.describe_certificate, CertificateArn=arn) == "ResourceNotFoundException"


def change_records(route53: Any, zone: str, action: str, records: dict[str, Any]) -> None:
    changes = [
        {
            "Action": action,
            "ResourceRecordSet": {
                "Name": name,
                "Type": "CNAME",
                "TTL": 60,
                "ResourceRecords": [{"Value": record["Value"]}],
            },
        }
        for name, record in records.items()
    ]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


def test_a_certificate_in_use_is_not_deleted(client: Clients, network: Any) -> None:
    acm = client("acm")
    arn = acm.request_certificate(DomainName="in-use.example.com", ValidationMethod="DNS")["CertificateArn"]
    client("elbv2").create_listener(
        LoadBalancerArn=network.load_balancer,
        Protocol="HTTPS",
        Port=443,
        Certificates=[{"CertificateArn": arn}],
        DefaultActions=[{"Type": "forward", "TargetGroupArn": network.target_group}],
    )
    assert network.load_balancer in acm.describe_certificate(CertificateArn=arn)["Certificate"]["InUseBy"]
    assert refusal(acm.delete_certificate, CertificateArn=arn) == "ResourceInUseException"


def test_records_keep_their_parts_and_a_taken_one_is_refused(
    client: Clients, unique: str, network: Any
) -> None:
    route53 = client("route53")
    domain = f"{unique}.example.com"
    made = route53.create_hosted_zone(
        Name=domain, CallerReference=unique, HostedZoneConfig={"Comment": "c", "PrivateZone": False}
    )["HostedZone"]["Id"]
    route53.change_tags_for_resource(
        ResourceType="hostedzone", ResourceId=made.split("/")[-1], AddTags=[{"Key": "Name", "Value": unique}]
    )
    tags = route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=made.split("/")[-1])
    assert tags["ResourceTagSet"]["Tags"] == [{"Key": "Name", "Value": unique}]
    balancer = client("elbv2").describe_load_balancers(LoadBalancerArns=[network.load_balancer])[
        "LoadBalancers"
    ][0]
    record = {
        "Name": f"www.{domain}.",
        "Type": "A",
        "AliasTarget": {
            "HostedZoneId": balancer["CanonicalHostedZoneId"],
            "DNSName": f"dualstack.{balancer['DNSName']}.",
            "EvaluateTargetHealth": True,
        },
    }
    create = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    change = route53.change_resource_record_sets(HostedZoneId=made, ChangeBatch=create)["ChangeInfo"]
    assert route53.get_change(Id=change["Id"])["ChangeInfo"]["Status"] == "INSYNC"
    assert (
        refusal(route53.change_resource_record_sets, HostedZoneId=made, ChangeBatch=create)
        == "InvalidChangeBatch"
    )
    seen = route53.list_resource_record_sets(HostedZoneId=made)["ResourceRecordSets"]
    assert record in seen
    assert {one["Type"] for one in seen} == {"A", "NS", "SOA"}
