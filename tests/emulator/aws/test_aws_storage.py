"""S3, ECR and EFS on the embedded AWS."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

Clients = Callable[[str], Any]
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "x",
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
                "Action": "*",
                "Resource": "*",
            }
        ],
    }
)


def refusal(call: Callable[..., Any], **keywords: Any) -> str:
    with pytest.raises(ClientError) as caught:
        call(**keywords)
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] < 500
    return caught.value.response["Error"]["Code"]


def test_a_buckets_name_is_taken_except_that_us_east_1_answers_its_owner_with_success(
    client: Clients, unique: str
) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique)
    s3.put_object(Bucket=unique, Key="kept", Body=b"x")
    s3.create_bucket(Bucket=unique)
    assert s3.get_object(Bucket=unique, Key="kept")["Body"].read() == b"x"
    assert refusal(s3.delete_bucket, Bucket=unique) == "BucketNotEmpty"
    s3.delete_object(Bucket=unique, Key="kept")
    s3.delete_bucket(Bucket=unique)
    assert refusal(s3.delete_bucket, Bucket=unique) == "NoSuchBucket"


def test_a_new_bucket_is_closed_and_encrypted(client: Clients, unique: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique)
    rules = s3.get_bucket_encryption(Bucket=unique)["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    block = s3.get_public_access_block(Bucket=unique)["PublicAccessBlockConfiguration"]
    assert block == dict.fromkeys(
        ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True
    )
    owner = s3.get_bucket_ownership_controls(Bucket=unique)["OwnershipControls"]["Rules"]
    assert owner == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def denial(action: str, resource: str, **more: Any) -> str:
    statement = {"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_a_policy_denies_versions_to_who_deletes_them_and_plain_http_to_nobody_on_the_loopback(
    client: Clients, unique: str
) -> None:
    s3, objects = client("s3"), f"arn:aws:s3:::{unique}/*"
    s3.create_bucket(Bucket=unique)
    s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    plain_http = {"Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    s3.put_bucket_policy(Bucket=unique, Policy=denial("s3:*", objects, **plain_http))
    version = s3.put_object(Bucket=unique, Key="kept", Body=b"x")["VersionId"]
    assert s3.get_object(Bucket=unique, Key="kept")["Body"].read() == b"x"
    s3.put_bucket_policy(Bucket=unique, Policy=denial("s3:DeleteObjectVersion", objects))
    assert refusal(s3.delete_object, Bucket=unique, Key="kept", VersionId=version) == "AccessDenied"
    several = {"Objects": [{"Key": "kept", "VersionId": version}]}
    assert [it["Code"] for it in s3.delete_objects(Bucket=unique, Delete=several)["Errors"]] == [
        "AccessDenied"
    ]
    marker = s3.delete_object(Bucket=unique, Key="kept")
    assert marker["DeleteMarker"] is True
    assert s3.get_object(Bucket=unique, Key="kept", VersionId=version)["Body"].read() == b"x"
    s3.delete_bucket_policy(Bucket=unique)
    s3.delete_object(Bucket=unique, Key="kept", VersionId=version)
    assert "Versions" not in s3.list_object_versions(Bucket=unique)


def test_a_buckets_companions_come_back(client: Clients, unique: str) -> None:
    s3 = client("s3")
    s3.create_bucket(Bucket=unique)
    rules = [
        {
            "ID": "expire",
            "Status": "Enabled",
            "Filter": {"Prefix": "logs/"},
            "Expiration": {"Days": 30},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 7},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 3},
            "Transitions": [{"Days": 10, "StorageClass": "GLACIER_IR"}],
        }
    ]
    s3.put_bucket_lifecycle_configuration(Bucket=unique, LifecycleConfiguration={"Rules": rules})
    assert s3.get_bucket_lifecycle_configuration(Bucket=unique)["Rules"] == rules
    everything = [{"ID": "all", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}]
    s3.put_bucket_lifecycle_configuration(Bucket=unique, LifecycleConfiguration={"Rules": everything})
    assert s3.get_bucket_lifecycle_configuration(Bucket=unique)["Rules"] == everything
    s3.put_bucket_versioning(Bucket=unique, VersioningConfiguration={"Status": "Enabled"})
    assert s3.get_bucket_versioning(Bucket=unique)["Status"] == "Enabled"
    s3.put_bucket_policy(Bucket=unique, Policy=POLICY)
    assert json.loads(s3.get_bucket_policy(Bucket=unique)["Policy"]) == json.loads(POLICY)
    rule = {
        "ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/x"},
        "BucketKeyEnabled": True,
    }
    s3.put_bucket_encryption(Bucket=unique, ServerSideEncryptionConfiguration={"Rules": [rule]})
    assert (
        s3.get_bucket_encryption(Bucket=unique)["ServerSideEncryptionConfiguration"]["Rules"][0].items()
        >= rule.items()
    )
    s3.put_bucket_ownership_controls(
        Bucket=unique, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]}
    )
    assert s3.get_bucket_ownership_controls(Bucket=unique)["OwnershipControls"]["Rules"] == [
        {"ObjectOwnership": "BucketOwnerPreferred"}
    ]
    s3.put_bucket_tagging(Bucket=unique, Tagging={"TagSet": [{"Key": "Name", "Value": unique}]})
    assert s3.get_bucket_tagging(Bucket=unique)["TagSet"] == [{"Key": "Name", "Value": unique}]
    s3.delete_bucket_policy(Bucket=unique)
    assert refusal(s3.get_bucket_policy, Bucket=unique) == "NoSuchBucketPolicy"
    s3.delete_bucket_lifecycle(Bucket=unique)
    assert refusal(s3.get_bucket_lifecycle_configuration, Bucket=unique) == "NoSuchLifecycleConfiguration"
    s3.delete_public_access_block(Bucket=unique)
    assert refusal(s3.get_public_access_block, Bucket=unique) == "NoSuchPublicAccessBlockConfiguration"


def manifest(label: str) -> str:
    return json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "size": 2,
                "digest": f"sha256:{hashlib.sha256(label.encode()).hexdigest()}",
            },
            "layers": [],
        }
    )


def test_an_images_tag_moves_and_its_digest_stays(client: Clients, unique: str) -> None:
    ecr = client("ecr")
    made = ecr.create_repository(
        repositoryName=unique,
        imageTagMutability="MUTABLE",
        imageScanningConfiguration={"scanOnPush": True},
        encryptionConfiguration={"encryptionType": "KMS"},
        tags=[{"Key": "Name", "Value": unique}],
    )["repository"]
    assert made["imageScanningConfiguration"] == {"scanOnPush": True}
    assert refusal(ecr.create_repository, repositoryName=unique) == "RepositoryAlreadyExistsException"
    first = ecr.put_image(repositoryName=unique, imageManifest=manifest("one"), imageTag="1.0")["image"][
        "imageId"
    ]
    second = ecr.put_image(repositoryName=unique, imageManifest=manifest("two"), imageTag="1.0")["image"][
        "imageId"
    ]
    assert first["imageDigest"] == f"sha256:{hashlib.sha256(manifest('one').encode()).hexdigest()}"
    by_tag = ecr.describe_images(repositoryName=unique, imageIds=[{"imageTag": "1.0"}])["imageDetails"][0]
    assert by_tag["imageDigest"] == second["imageDigest"]
    by_digest = ecr.describe_images(repositoryName=unique, imageIds=[{"imageDigest": first["imageDigest"]}])
    assert by_digest["imageDetails"][0]["imageDigest"] == first["imageDigest"]
    assert not by_digest["imageDetails"][0].get("imageTags")
    batch = ecr.batch_get_image(repositoryName=unique, imageIds=[{"imageTag": "1.0"}])["images"][0]
    assert batch["imageManifest"] == manifest("two")
    assert (
        refusal(ecr.describe_images, repositoryName=unique, imageIds=[{"imageTag": "no"}])
        == "ImageNotFoundException"
    )
    assert refusal(ecr.delete_repository, repositoryName=unique) == "RepositoryNotEmptyException"
    ecr.delete_repository(repositoryName=unique, force=True)
    assert refusal(ecr.describe_repositories, repositoryNames=[unique]) == "RepositoryNotFoundException"


def test_an_immutable_tag_is_refused(client: Clients, unique: str) -> None:
    ecr = client("ecr")
    ecr.create_repository(repositoryName=unique, imageTagMutability="IMMUTABLE")
    ecr.put_image(repositoryName=unique, imageManifest=manifest("one"), imageTag="1.0")
    taken: dict[str, Any] = {"repositoryName": unique, "imageManifest": manifest("two"), "imageTag": "1.0"}
    assert refusal(ecr.put_image, **taken) == "ImageTagAlreadyExistsException"


def test_a_repositorys_policies_come_back(client: Clients, unique: str) -> None:
    ecr = client("ecr")
    ecr.create_repository(repositoryName=unique)
    ecr.set_repository_policy(repositoryName=unique, policyText=POLICY)
    assert json.loads(ecr.get_repository_policy(repositoryName=unique)["policyText"]) == json.loads(POLICY)
    ecr.delete_repository_policy(repositoryName=unique)
    assert refusal(ecr.get_repository_policy, repositoryName=unique) == "RepositoryPolicyNotFoundException"
    rule = {
        "rulePriority": 1,
        "description": "keep ten",
        "selection": {"tagStatus": "any", "countType": "imageCountMoreThan", "countNumber": 10},
        "action": {"type": "expire"},
    }
    ecr.put_lifecycle_policy(repositoryName=unique, lifecyclePolicyText=json.dumps({"rules": [rule]}))
    seen = ecr.get_lifecycle_policy(repositoryName=unique)["lifecyclePolicyText"]
    assert json.loads(seen) == {"rules": [rule]}
    ecr.delete_lifecycle_policy(repositoryName=unique)
    assert refusal(ecr.get_lifecycle_policy, repositoryName=unique) == "LifecyclePolicyNotFoundException"


def test_a_file_system_keeps_its_parts_and_stays_while_it_is_mounted(
    client: Clients, network: Any, unique: str
) -> None:
    efs = client("efs")
    made = efs.create_file_system(
        CreationToken=unique,
        Encrypted=True,
        PerformanceMode="generalPurpose",
        ThroughputMode="elastic",
        Tags=[{"Key": "Name", "Value": unique}],
    )
    system = made["FileSystemId"]
    assert (made["Encrypted"], made["ThroughputMode"]) == (True, "elastic")
    assert efs.describe_file_systems(FileSystemId=system)["FileSystems"][0]["LifeCycleState"] == "available"
    assert refusal(efs.create_file_system, CreationToken=unique) == "FileSystemAlreadyExists"
    efs.put_lifecycle_configuration(
        FileSystemId=system, LifecyclePolicies=[{"TransitionToIA": "AFTER_30_DAYS"}]
    )
    kept = efs.describe_lifecycle_configuration(FileSystemId=system)["LifecyclePolicies"]
    assert kept == [{"TransitionToIA": "AFTER_30_DAYS"}]
    mount = efs.create_mount_target(
        FileSystemId=system, SubnetId=network.subnets[0], SecurityGroups=[network.group]
    )["MountTargetId"]
    assert efs.describe_mount_targets(MountTargetId=mount)["MountTargets"][0]["LifeCycleState"] == "available"
    assert efs.describe_mount_target_security_groups(MountTargetId=mount)["SecurityGroups"] == [network.group]
    point = efs.create_access_point(
        ClientToken=unique,
        FileSystemId=system,
        PosixUser={"Uid": 1000, "Gid": 1000},
        RootDirectory={
            "Path": "/web",
            "CreationInfo": {"OwnerUid": 1000, "OwnerGid": 1000, "Permissions": "750"},
        },
    )
    shown = efs.describe_access_points(AccessPointId=point["AccessPointId"])["AccessPoints"][0]
    assert shown["PosixUser"] == {"Uid": 1000, "Gid": 1000}
    assert shown["RootDirectory"]["CreationInfo"]["Permissions"] == "750"
    assert refusal(efs.delete_file_system, FileSystemId=system) == "FileSystemInUse"
    assert refusal(client("ec2").delete_subnet, SubnetId=network.subnets[0]) == "DependencyViolation"
    efs.delete_access_point(AccessPointId=point["AccessPointId"])
    efs.delete_mount_target(MountTargetId=mount)
    efs.delete_file_system(FileSystemId=system)
    assert refusal(efs.describe_file_systems, FileSystemId=system) == "FileSystemNotFound"
