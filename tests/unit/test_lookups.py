"""What stands before the stack is found at preview, and its absence says how to create it."""

from collections.abc import Mapping
from typing import Any

import pytest

from components import lookups
from components.errors import InvalidSettingError
from tests.unit.mocks import RefusedInvokeError, record

REPOSITORY = "111122223333.dkr.ecr.eu-west-1.amazonaws.com/web-application/rails"
DIGEST = "sha256:" + "a" * 64
ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"
SECRET = "aws:secretsmanager/getSecret:getSecret"
VERSIONS = "aws:secretsmanager/getSecretVersions:getSecretVersions"
CURRENT = {
    "versions": [
        {"versionId": "before", "versionStages": ["AWSPREVIOUS"]},
        {"versionId": "present", "versionStages": ["AWSCURRENT"]},
    ]
}


def found(build: Any, token: str, answer: Mapping[str, Any] | Exception) -> Any:
    def reply(args: dict[str, Any]) -> Mapping[str, Any]:
        if isinstance(answer, Exception):
            raise answer
        asked.append(args)
        return answer

    asked: list[dict[str, Any]] = []
    value = record(build, calls={token: reply}).returned
    return value, asked


def find_secret() -> lookups.FoundSecret:
    return lookups.find_secret("web/key", setting="rails.secrets.KEY")


def standing_vpcs() -> tuple[lookups.FoundVpc, ...]:
    return lookups.standing_vpcs("web-application-test-web-vpc")


def test_zones_are_the_first_by_name_that_run_fargate():
    names = ["us-east-1a", "us-east-1b", "us-east-1c"]
    zones, asked = found(lambda: lookups.available_zones(2), ZONES, {"names": names})
    assert zones == ("us-east-1a", "us-east-1b")
    assert "use1-az3" in asked[0]["excludeZoneIds"]
    assert asked[0]["filters"] == [{"name": "opt-in-status", "values": ["opt-in-not-required"]}]


def test_more_zones_than_the_region_has_are_refused_and_not_cut_short():
    with pytest.raises(InvalidSettingError, match=r"zones: 3 .* at most 2 \(us-west-1a, us-west-1c\)"):
        found(lambda: lookups.available_zones(3), ZONES, {"names": ["us-west-1a", "us-west-1c"]})


@pytest.mark.parametrize(
    "repository",
    [
        REPOSITORY,
        REPOSITORY.replace("dkr.ecr", "dkr.ecr-fips"),
        REPOSITORY.replace("dkr.ecr", "dkr-ecr").replace("amazonaws.com", "on.aws"),
    ],
)
def test_a_tag_of_an_ecr_repository_becomes_its_digest(repository: str):
    image, asked = found(
        lambda: lookups.pinned_image(f"{repository}:1.0.0"),
        "aws:ecr/getImage:getImage",
        {"imageDigest": DIGEST},
    )
    assert image == f"{repository}@{DIGEST}"
    assert asked == [
        {
            "registryId": "111122223333",
            "region": "eu-west-1",
            "repositoryName": "web-application/rails",
            "imageTag": "1.0.0",
        }
    ]


@pytest.mark.parametrize(
    "image",
    [
        f"{REPOSITORY}@{DIGEST}",
        f"{REPOSITORY}:1.0.0@{DIGEST}",
        REPOSITORY,
        "public.ecr.aws/docker/library/ruby:3.4",
        "ruby:3",
        "Not an image",
    ],
)
def test_any_other_reference_stays_as_it_is_and_nothing_is_asked(image: str):
    assert record(lambda: lookups.pinned_image(image)).returned == image


@pytest.mark.parametrize("kms_key_id", ["", "alias/aws/secretsmanager"])
def test_a_secret_is_found_by_name_with_its_full_arn_and_its_current_version(kms_key_id: str):
    arn = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:web/key-AbCdEf"
    calls = {
        SECRET: lambda args: {"arn": arn, "kmsKeyId": kms_key_id} if args == {"name": "web/key"} else {},
        VERSIONS: lambda args: CURRENT if args == {"secretId": arn} else {},
    }
    value = record(find_secret, calls=calls).returned
    assert value == lookups.FoundSecret(arn=arn, version_id="present", key_arn=None)


def test_a_secret_without_a_value_is_refused_with_the_command_that_gives_it_one():
    calls = {SECRET: {"arn": "arn:secret", "kmsKeyId": ""}, VERSIONS: {"versions": []}}
    with pytest.raises(InvalidSettingError, match=r"rails\.secrets\.KEY: 'web/key' .*put-secret-value"):
        record(find_secret, calls=calls)


def test_a_hosted_zone_is_found_by_name_among_the_public_ones():
    value, asked = found(
        lambda: lookups.public_zone_id("example.com"), "aws:route53/getZone:getZone", {"zoneId": "Z1"}
    )
    assert value == "Z1"
    assert asked == [{"name": "example.com", "privateZone": False}]


def test_a_secret_under_a_key_of_the_customers_has_that_keys_arn():
    key = "arn:aws:kms:eu-west-1:111122223333:key/1234"
    calls = {
        SECRET: {"arn": "arn:secret", "kmsKeyId": "alias/mine"},
        VERSIONS: CURRENT,
        "aws:kms/getKey:getKey": lambda args: {"arn": key} if args == {"keyId": "alias/mine"} else {},
    }
    assert record(find_secret, calls=calls).returned.key_arn == key


VPCS = "aws:ec2/getVpcs:getVpcs"
VPC = "aws:ec2/getVpc:getVpc"


def test_before_a_first_up_no_vpc_stands_and_that_is_no_error():
    vpcs, asked = found(standing_vpcs, VPCS, {"ids": []})
    assert vpcs == ()
    assert asked == [{"tags": {"Name": "web-application-test-web-vpc"}}]


def test_each_vpc_that_stands_is_found_by_its_name_tag_with_its_block():
    blocks = {"vpc-1": "10.0.0.0/16", "vpc-2": "10.1.0.0/16"}
    calls = {VPCS: {"ids": list(blocks)}, VPC: lambda args: {"cidrBlock": blocks[args["id"]]}}
    assert record(standing_vpcs, calls=calls).returned == tuple(
        lookups.FoundVpc(id=vpc, cidr=block) for vpc, block in blocks.items()
    )


@pytest.mark.parametrize(
    ("build", "token", "words"),
    [
        (
            find_secret,
            SECRET,
            [
                "rails.secrets.KEY: 'web/key' isn't a secret",
                "aws secretsmanager create-secret --name web/key",
            ],
        ),
        (
            lambda: lookups.pinned_image(f"{REPOSITORY}:9"),
            "aws:ecr/getImage:getImage",
            [f"{REPOSITORY}:9", "aws ecr list-images --registry-id 111122223333 --region eu-west-1"],
        ),
        (
            lambda: lookups.public_zone_id("example.com"),
            "aws:route53/getZone:getZone",
            ["domain.zone: 'example.com'", "aws route53 create-hosted-zone --name example.com"],
        ),
    ],
)
def test_what_is_missing_is_named_with_the_command_that_helps(build: Any, token: str, words: list[str]):
    with pytest.raises(InvalidSettingError) as raised:
        found(build, token, RefusedInvokeError("couldn't find resource"))
    assert all(word in str(raised.value) for word in words)


def test_any_other_failure_is_told_as_it_is():
    with pytest.raises(Exception, match="no credentials") as raised:
        found(
            find_secret,
            SECRET,
            RefusedInvokeError("no credentials"),
        )
    assert not isinstance(raised.value, InvalidSettingError)
