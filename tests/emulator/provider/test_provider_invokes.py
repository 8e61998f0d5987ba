"""What the invokes find, and what they say when it isn't there."""

import json
import re
from typing import Any

import grpc
import pytest

from tests.emulator.provider.cases.ec2 import vpc
from tests.emulator.provider.cases.ecs import service
from tests.emulator.provider.harness import CheckFailedError, World

# The program tells a missing thing from any other failure by these words.
MISSING = re.compile(r"not ?found|couldn't find|no .*matching", re.IGNORECASE)


def refused(world: World, token: str, args: dict[str, Any]) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        world.engine.invoke(token, args)
    return str(caught.value.details())


@pytest.mark.parametrize(
    ("token", "args"),
    [
        ("aws:secretsmanager/getSecret:getSecret", {"name": "absent"}),
        ("aws:secretsmanager/getSecretVersions:getSecretVersions", {"secretId": "absent"}),
        ("aws:ecr/getImage:getImage", {"repositoryName": "absent", "imageTag": "1"}),
        ("aws:ecr/getRepository:getRepository", {"name": "absent"}),
        ("aws:ecs/getService:getService", {"clusterArn": "absent", "serviceName": "absent"}),
        ("aws:ecs/getTaskDefinition:getTaskDefinition", {"taskDefinition": "absent"}),
        ("aws:route53/getZone:getZone", {"name": "absent.example"}),
        ("aws:acm/getCertificate:getCertificate", {"domain": "absent.example"}),
        ("aws:ec2/getVpc:getVpc", {"id": "vpc-absent"}),
        ("aws:ec2/getVpc:getVpc", {"tags": {"Name": "absent"}}),
        ("aws:ec2/getPrefixList:getPrefixList", {"name": "com.amazonaws.us-east-1.absent"}),
        ("aws:ec2/getManagedPrefixList:getManagedPrefixList", {"name": "absent"}),
    ],
)
def test_what_is_missing_is_said_in_words_the_program_knows(
    world: World, token: str, args: dict[str, Any]
) -> None:
    message = refused(world, token, args)
    assert MISSING.search(message)
    assert "absent" in message


def test_a_secret_is_found_without_its_value(world: World) -> None:
    client, name = world.client("secretsmanager"), world.name()
    made = client.create_secret(
        Name=name, SecretString="hidden", Description="d", Tags=[{"Key": "a", "Value": "b"}]
    )
    found = world.engine.invoke("aws:secretsmanager/getSecret:getSecret", {"name": name})
    assert found["arn"] == found["id"] == made["ARN"]
    assert (found["name"], found["description"], found["tags"]) == (name, "d", {"a": "b"})
    assert "hidden" not in json.dumps(found)
    assert world.engine.invoke("aws:secretsmanager/getSecret:getSecret", {"arn": made["ARN"]})["name"] == name
    versions = world.engine.invoke(
        "aws:secretsmanager/getSecretVersions:getSecretVersions", {"secretId": name}
    )
    assert [v["versionStages"] for v in versions["versions"]] == [["AWSCURRENT"]]
    client.delete_secret(SecretId=name, RecoveryWindowInDays=7)
    assert MISSING.search(refused(world, "aws:secretsmanager/getSecret:getSecret", {"name": name}))


def test_an_images_tag_is_resolved_to_its_digest(world: World) -> None:
    client, name = world.client("ecr"), world.name()
    repository = client.create_repository(repositoryName=name)["repository"]
    digests = {}
    for tag in ("1", "2"):
        config = {"mediaType": "application/vnd.oci.image.config.v1+json", "digest": f"sha256:{tag * 64}"}
        kind = "application/vnd.oci.image.manifest.v1+json"
        manifest = json.dumps({"schemaVersion": 2, "mediaType": kind, "config": config, "layers": []})
        answer = client.put_image(
            repositoryName=name, imageManifest=manifest, imageManifestMediaType=kind, imageTag=tag
        )
        digests[tag] = answer["image"]["imageId"]["imageDigest"]
    found = world.engine.invoke("aws:ecr/getImage:getImage", {"repositoryName": name, "imageTag": "1"})
    assert found["imageDigest"] == digests["1"]
    assert found["imageUri"] == f"{repository['repositoryUri']}@{digests['1']}"
    absent = {"repositoryName": name, "imageTag": "3"}
    assert MISSING.search(refused(world, "aws:ecr/getImage:getImage", absent))
    shown = world.engine.invoke("aws:ecr/getRepository:getRepository", {"name": name})
    assert shown["repositoryUrl"] == repository["repositoryUri"]
    client.delete_repository(repositoryName=name, force=True)


def test_a_service_and_its_task_definition_are_found(world: World) -> None:
    made = service(world)
    found = world.engine.invoke(
        "aws:ecs/getService:getService",
        {"clusterArn": made.outputs["cluster"], "serviceName": made.outputs["name"]},
    )
    assert (found["arn"], found["taskDefinition"]) == (made.id, made.outputs["taskDefinition"])
    assert (found["desiredCount"], found["runningCount"]) == (2, 2)
    network = found["networkConfigurations"][0]
    assert set(network["subnets"]) == set(made.outputs["networkConfiguration"]["subnets"])
    definition = world.engine.invoke(
        "aws:ecs/getTaskDefinition:getTaskDefinition", {"taskDefinition": found["taskDefinition"]}
    )
    assert json.loads(definition["containerDefinitions"])[0]["image"] == "nginx:1"
    assert definition["revision"] == 1
    assert definition["ephemeralStorages"] == [{"sizeInGib": 30}]


def test_a_zone_and_a_prefix_list_are_found(world: World) -> None:
    client, name = world.client("route53"), f"{world.label}.example"
    zone = client.create_hosted_zone(Name=name, CallerReference=name)["HostedZone"]["Id"]
    found = world.engine.invoke("aws:route53/getZone:getZone", {"name": f"{name}."})
    assert found["zoneId"] == zone.rpartition("/")[2]
    assert found["name"] == name
    assert len(found["nameServers"]) == 4
    client.delete_hosted_zone(Id=zone)
    lists = {"name": "com.amazonaws.us-east-1.s3"}
    assert world.engine.invoke("aws:ec2/getPrefixList:getPrefixList", lists)["id"].startswith("pl-")


VPCS = "aws:ec2/getVpcs:getVpcs"
VPC = "aws:ec2/getVpc:getVpc"


def test_vpcs_are_found_by_their_tags_and_filters_and_none_is_no_error(world: World) -> None:
    first = vpc(world)
    second = world.make(
        "aws:ec2/vpc:Vpc",
        "second",
        {"cidrBlock": "10.8.0.0/16", "tags": {"Name": world.name("second"), "of": world.label}},
    )
    found = world.engine.invoke(VPCS, {"tags": {"Name": world.name("vpc")}})
    assert (found["ids"], found["id"]) == ([first.id], "us-east-1")
    of_both = {"name": "tag:Name", "values": [world.name("vpc"), world.name("second")]}
    assert set(world.engine.invoke(VPCS, {"filters": [of_both]})["ids"]) == {first.id, second.id}
    with_block = {"name": "cidr", "values": ["10.8.0.0/16"]}
    assert world.engine.invoke(VPCS, {"filters": [of_both, with_block]})["ids"] == [second.id]
    assert world.engine.invoke(VPCS, {"tags": {"Name": world.name("second"), "of": "another"}})["ids"] == []
    assert {first.id, second.id} <= set(world.engine.invoke(VPCS)["ids"])


@pytest.mark.parametrize(
    "criteria",
    [
        lambda made: {"id": made.id},
        lambda made: {"tags": {"Name": made.outputs["tags"]["Name"]}},
        lambda made: {"filters": [{"name": "vpc-id", "values": [made.id]}]},
        lambda made: {"id": made.id, "cidrBlock": "10.0.0.0/16", "state": "available", "default": False},
    ],
    ids=["id", "tags", "filters", "all"],
)
def test_a_vpc_is_found_as_the_resource_that_it_is(world: World, criteria: Any) -> None:
    made = vpc(world)
    found = world.engine.invoke(VPC, criteria(made))
    same = ("arn", "cidrBlock", "enableDnsHostnames", "enableDnsSupport", "instanceTenancy", "ownerId")
    assert {name: found[name] for name in same} == {name: made.outputs[name] for name in same}
    assert found["mainRouteTableId"] == made.outputs["mainRouteTableId"]
    assert found["dhcpOptionsId"] == made.outputs["dhcpOptionsId"]
    assert (found["id"], found["default"], found["tags"]) == (made.id, False, made.outputs["tagsAll"])
    (block,) = found["cidrBlockAssociations"]
    assert (block["cidrBlock"], block["state"]) == ("10.0.0.0/16", "associated")


def test_the_default_vpc_is_found_as_such(world: World) -> None:
    found = world.engine.invoke(VPC, {"default": True})
    assert found["default"]
    assert MISSING.search(refused(world, VPC, {"default": True, "cidrBlock": "10.0.0.0/16"}))


def test_a_vpc_that_isnt_the_only_one_asks_for_more_constraints(world: World) -> None:
    for name in ("one", "other"):
        tags = {"Name": world.name(name), "of": world.label}
        world.make("aws:ec2/vpc:Vpc", name, {"cidrBlock": "10.8.0.0/16", "tags": tags})
    message = refused(world, VPC, {"tags": {"of": world.label}})
    words = "multiple EC2 VPCs matched; use additional constraints to reduce matches to a single EC2 VPC"
    assert words in message


def test_a_look_up_refuses_an_argument_that_it_does_not_know(world: World) -> None:
    for token in (VPC, VPCS):
        with pytest.raises(CheckFailedError, match="nome"):
            world.engine.invoke(token, {"nome": "vpc"})


def test_a_policy_document_reads_as_the_official_provider_writes_it(world: World) -> None:
    found = world.engine.invoke(
        "aws:iam/getPolicyDocument:getPolicyDocument",
        {
            "statements": [
                {
                    "sid": "Read",
                    "actions": ["s3:GetObject", "s3:ListBucket"],
                    "resources": ["arn:aws:s3:::bucket/&{aws:username}"],
                    "principals": [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}],
                    "conditions": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["true"]}],
                }
            ],
            "overridePolicyDocuments": [],
        },
    )
    assert json.loads(found["json"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Read",
                "Effect": "Allow",
                "Action": ["s3:ListBucket", "s3:GetObject"],
                "Resource": "arn:aws:s3:::bucket/${aws:username}",
                "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                "Condition": {"Bool": {"aws:SecureTransport": "true"}},
            }
        ],
    }
    assert json.loads(found["minifiedJson"]) == json.loads(found["json"])


def test_an_overriding_statement_takes_the_place_of_the_one_with_its_sid(world: World) -> None:
    def document(effect: str) -> str:
        statement = {"Sid": "One", "Effect": effect, "Action": "s3:*", "Resource": "*"}
        return json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    token = "aws:iam/getPolicyDocument:getPolicyDocument"
    args = {"sourcePolicyDocuments": [document("Allow")], "overridePolicyDocuments": [document("Deny")]}
    statements = json.loads(world.engine.invoke(token, args)["json"])["Statement"]
    assert [s["Effect"] for s in statements] == ["Deny"]
    twice = {"sourcePolicyDocuments": [document("Allow"), document("Deny")]}
    assert "duplicate Sid (One)" in refused(world, token, twice)
