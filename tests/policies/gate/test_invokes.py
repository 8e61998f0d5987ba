"""Invokes of a recorded program: answered truly, with marked values, or not at all and then named."""

import json
from pathlib import Path
from typing import Any

import pytest
from ecs_policies import wire
from ecs_policies.gate.recorder.cloud import Cloud, Clouds
from ecs_policies.gate.recorder.lookups import LOOKUPS
from ecs_policies.gate.recorder.pure import PURE
from ecs_policies.gate.recording import Recording
from ecs_policies.model import UNKNOWN

from tests.policies.gate.programs import ACCOUNT, AWS, good, line_of, one, recorded, values

pytestmark = pytest.mark.engine

TRUE = """\
import pulumi
import pulumi_aws as aws
from shown import seen

gov = aws.Provider("gov", region="us-gov-west-1", allowed_account_ids=["999900001111"])
there = pulumi.InvokeOptions(provider=gov)
principals = [{"type": "Service", "identifiers": ["ecs-tasks.amazonaws.com"]}]
statements = [{"actions": ["sts:AssumeRole"], "principals": principals}]
zone = aws.get_availability_zone(name="eu-west-1b")
arn = aws.get_arn(arn="arn:aws:rds:eu-west-1:123456789012:db:mysql")
seen(
    account=aws.get_caller_identity().account_id,
    account_there=aws.get_caller_identity(opts=there).account_id,
    as_output=aws.get_caller_identity_output().account_id,
    region=aws.get_region().region, region_there=aws.get_region(opts=there).region,
    partition=aws.get_partition().partition, suffix=aws.get_partition().dns_suffix,
    partition_there=aws.get_partition(opts=there).partition,
    zones=aws.get_availability_zones(state="available").names,
    zone_ids=aws.get_availability_zones(exclude_names=["eu-west-1a"]).zone_ids,
    zone=[zone.zone_id, zone.name_suffix, zone.region],
    arn=[arn.service, arn.account, arn.resource],
    tags=aws.get_default_tags().tags,
    principal=aws.get_service_principal(service_name="s3").name,
    document=aws.iam.get_policy_document(statements=statements).json,
    document_output=aws.iam.get_policy_document_output(statements=statements).minified_json,
)
"""
FOUND = """\
import pulumi
import pulumi_aws as aws
from shown import seen

secret = aws.secretsmanager.get_secret(name="shop/key")
by_arn = aws.secretsmanager.get_secret(arn="arn:aws:secretsmanager:eu-west-1:1:secret:their/key-AbCdEf")
version = aws.secretsmanager.get_secret_version_output(secret_id=secret.id)
image = aws.ecr.get_image(repository_name="shop/web", image_tag="1.0", registry_id="111122223333")
zone = aws.route53.get_zone(name="example.com")
alias = aws.kms.get_alias(name="alias/shop")
parameter = aws.ssm.get_parameter_output(name="/shop/size")
vpc, default = aws.ec2.get_vpc(id="vpc-123"), aws.ec2.get_vpc(default=True)
balancer = aws.lb.get_load_balancer(name="front")
token = aws.ecr.get_authorization_token_output()
seen(
    secret=secret.arn, secret_key=secret.kms_key_id, secret_name=by_arn.name,
    versions=aws.secretsmanager.get_secret_versions(secret_id=secret.arn).versions[0].version_stages,
    version_of=aws.secretsmanager.get_secret_versions(secret_id=secret.arn).secret_arn,
    value=version.secret_string, digest=image.image_digest, uri=image.image_uri,
    zone=[zone.zone_id, zone.name], certificate=aws.acm.get_certificate(domain="example.com").arn,
    key=aws.kms.get_key(key_id="alias/aws/s3").arn, alias=[alias.arn, alias.target_key_arn],
    parameter=parameter.value, vpc=[vpc.id, vpc.cidr_block], default=default.id,
    mine=aws.ec2.get_vpcs(tags={"Name": "shop"}).ids,
    filtered=aws.ec2.get_vpcs(filters=[{"name": "tag:Name", "values": ["shop"]}]).ids,
    theirs=aws.ec2.get_vpcs(tags={"Team": "net"}).ids,
    subnet=aws.ec2.get_subnet(id="subnet-1").vpc_id, subnets=aws.ec2.get_subnets().ids,
    group=aws.ec2.get_security_group(name="web").id, prefixes=aws.ec2.get_managed_prefix_list(name="x").id,
    prefix=aws.ec2.get_prefix_list(name="x").id,
    role=aws.iam.get_role(name="deployer").arn, policy=aws.iam.get_policy(name="reader").arn,
    balancer=[balancer.arn, balancer.dns_name],
    listener=aws.lb.get_listener(load_balancer_arn="arn:x", port=443).arn,
    cluster=aws.ecs.get_cluster(cluster_name="shop").arn,
    service=aws.ecs.get_service(cluster_arn="arn:aws:ecs:eu-west-1:1:cluster/shop", service_name="web").arn,
    logs=aws.elb.get_service_account().arn, bucket=aws.s3.get_bucket(bucket="logs").arn,
    topic=aws.sns.get_topic(name="news").arn, group_arn=aws.cloudwatch.get_log_group(name="/shop").arn,
    registry=aws.ecr.get_repository(name="shop/web").repository_url,
    password=token.password, user=token.user_name,
)
"""


@pytest.fixture(scope="module")
def true(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    config = {**AWS, "aws:defaultTags": {"tags": {"Team": "shop"}}}
    recording = recorded(tmp_path_factory.mktemp("true"), TRUE, config=config)
    assert (recording.unanswered, recording.placeholders) == ((), ())
    return values(recording)


@pytest.fixture(scope="module")
def lookups(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return good(recorded(tmp_path_factory.mktemp("lookups"), FOUND, config=AWS))


@pytest.fixture(scope="module")
def found(lookups: Recording) -> dict[str, Any]:
    return values(lookups)


def secret(value: str) -> dict[str, str]:
    return {wire.SIGNATURE: wire.SECRET, "value": value}


def test_account_region_and_partition_are_those_of_the_provider(true: dict[str, Any]):
    assert true["account"] == true["as_output"] == ACCOUNT
    assert (true["region"], true["partition"], true["suffix"]) == ("eu-west-1", "aws", "amazonaws.com")
    assert (true["account_there"], true["region_there"]) == ("999900001111", "us-gov-west-1")
    assert true["partition_there"] == "aws-us-gov"


def test_zones_are_the_regions(true: dict[str, Any]):
    assert true["zones"] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
    assert true["zone_ids"] == ["euw1-az2", "euw1-az3"]
    assert true["zone"] == ["euw1-az2", "b", "eu-west-1"]


@pytest.mark.parametrize(
    ("region", "first"),
    [
        ("us-east-1", "use1-az1"),
        ("ap-northeast-1", "apne1-az1"),
        ("ap-southeast-2", "apse2-az1"),
        ("ca-central-1", "cac1-az1"),
        ("us-gov-west-1", "usgw1-az1"),
    ],
)
def test_a_zones_id_is_spelt_as_aws_does(region: str, first: str):
    zones = PURE["aws:index/getAvailabilityZones:getAvailabilityZones"]({}, Cloud(region=region))
    assert zones["zoneIds"][0] == first


def test_other_pure_invokes_are_computed(true: dict[str, Any]):
    assert true["arn"] == ["rds", ACCOUNT, "db:mysql"]
    assert true["tags"] == {"Team": "shop"}
    assert true["principal"] == "s3.amazonaws.com"
    assert json.loads(true["document"])["Statement"][0]["Principal"] == {"Service": "ecs-tasks.amazonaws.com"}
    assert json.loads(true["document_output"]) == json.loads(true["document"])


def test_an_account_that_isnt_told_is_a_marked_one():
    several = Clouds({"aws:allowedAccountIds": '["111111111111", "222222222222"]'})
    assert several.of("", {}).account == Clouds({}).of("", {}).account == "000000000000"


def test_a_region_or_an_account_that_isnt_told_is_listed_as_made_up(tmp_path: Path):
    source = """\
    import pulumi_aws as aws
    from shown import seen
    seen(account=aws.get_caller_identity().account_id, region=aws.get_region().region)
    there = aws.get_region(region="eu-west-1")
    """
    recording = good(recorded(tmp_path, source))
    assert recording.placeholders == (
        "aws:index/getCallerIdentity:getCallerIdentity() at __main__.py:3",
        "aws:index/getRegion:getRegion() at __main__.py:3",
    )


def test_what_a_pure_invoke_refuses_is_the_programs_failure(tmp_path: Path):
    source = """\
    import pulumi_aws as aws
    aws.iam.get_policy_document(source_policy_documents=["{"])
    """
    error = recorded(tmp_path, source, config=AWS).error
    assert error is not None
    assert error.startswith(
        "__main__.py:2: Exception: invoke of aws:iam/getPolicyDocument:getPolicyDocument failed"
    )
    assert "isn't JSON" in error


def test_a_secret_is_found_under_its_name_with_awss_own_key(found: dict[str, Any]):
    prefix = f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:shop/key-"
    assert found["secret"].startswith(prefix)
    assert len(found["secret"]) == len(prefix) + 6
    assert (found["secret_key"], found["secret_name"]) == ("", "their/key")
    assert found["versions"] == ["AWSCURRENT"]
    assert found["version_of"] == found["secret"]


def test_what_a_look_up_would_read_in_secret_is_marked_and_secret(found: dict[str, Any]):
    assert found["value"] == secret("placeholder-secretString")
    assert found["password"] == secret("placeholder-password")
    assert found["parameter"]["value"].startswith("placeholder-/shop/size-")
    assert found["parameter"][wire.SIGNATURE] == wire.SECRET


def test_an_image_is_found_by_digest_in_its_registry(found: dict[str, Any]):
    assert found["uri"] == f"111122223333.dkr.ecr.eu-west-1.amazonaws.com/shop/web@{found['digest']}"
    assert found["digest"].startswith("sha256:")
    assert len(found["digest"]) == len("sha256:") + 64
    assert found["registry"] == f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/shop/web"


def test_a_thing_is_found_with_the_shape_of_its_kind(found: dict[str, Any]):
    where = f"eu-west-1:{ACCOUNT}"
    assert found["zone"][0].startswith("Z")
    assert found["zone"][1] == "example.com"
    assert found["certificate"].startswith(f"arn:aws:acm:{where}:certificate/")
    assert found["key"].startswith(f"arn:aws:kms:{where}:key/")
    assert found["alias"][0] == f"arn:aws:kms:{where}:alias/shop"
    assert found["alias"][1].startswith(f"arn:aws:kms:{where}:key/")
    assert found["role"] == f"arn:aws:iam::{ACCOUNT}:role/deployer"
    assert found["policy"] == f"arn:aws:iam::{ACCOUNT}:policy/reader"
    assert found["balancer"][0].startswith(f"arn:aws:elasticloadbalancing:{where}:loadbalancer/app/front/")
    assert found["listener"].startswith(f"arn:aws:elasticloadbalancing:{where}:listener/app/")
    assert found["cluster"] == f"arn:aws:ecs:{where}:cluster/shop"
    assert found["service"] == f"arn:aws:ecs:{where}:service/shop/web"
    assert found["bucket"] == "arn:aws:s3:::logs"
    assert found["topic"] == f"arn:aws:sns:{where}:news"
    assert found["group_arn"] == f"arn:aws:logs:{where}:log-group:/shop"


def test_networks_are_found_by_id_and_one_of_this_stacks_name_isnt_there_yet(found: dict[str, Any]):
    assert found["vpc"] == ["vpc-123", "198.18.0.0/16"]
    assert found["default"].startswith("vpc-")
    assert (found["mine"], found["filtered"]) == ([], [])
    assert len(found["theirs"]) == 1
    assert len(found["subnets"]) == 2
    assert found["subnet"].startswith("vpc-")
    assert found["group"].startswith("sg-web-")
    assert found["prefixes"].startswith("pl-x-")
    assert found["prefix"] == found["prefixes"]


def test_another_account_than_the_stacks_own_delivers_the_logs(found: dict[str, Any]):
    assert found["logs"].startswith("arn:aws:iam::")
    assert ACCOUNT not in found["logs"]


def test_every_look_up_of_a_run_is_listed_with_its_line(lookups: Recording):
    assert lookups.unanswered == ()
    line = line_of(FOUND, "image = ")
    assert (
        "aws:ecr/getImage:getImage(imageTag=1.0, registryId=111122223333, repositoryName=shop/web) "
        f"at __main__.py:{line}"
    ) in lookups.placeholders
    tokens = {it.partition("(")[0] for it in lookups.placeholders}
    assert {it for it in LOOKUPS if not it.startswith("aws:alb/") and "TargetGroup" not in it} == tokens


def test_an_invoke_that_only_aws_can_answer_is_named_and_what_depends_on_it_unknown(tmp_path: Path):
    source = """\
    import pulumi
    import pulumi_aws as aws
    from shown import seen

    image = aws.ec2.get_ami(owners=["self"])
    later = aws.ec2.get_ami_output(owners=["amazon"])
    seen(
        image=image.id, text=f"ami:{image.name}", mappings=image.block_device_mappings[0].device_name,
        later=later.id, applied=later.apply(lambda it: it.id.upper()),
    )
    """
    recording = good(recorded(tmp_path, source, config=AWS))
    assert recording.unanswered == (
        "aws:ec2/getAmi:getAmi() at __main__.py:5",
        "aws:ec2/getAmi:getAmi() at __main__.py:6",
    )
    inputs = one(recording, "seen").inputs
    assert set(inputs) == {"image", "text", "mappings", "later", "applied"}
    assert {key: wire.value(it) for key, it in inputs.items()} == dict.fromkeys(inputs, UNKNOWN)


def test_an_invoke_of_any_other_provider_is_named_too(tmp_path: Path):
    source = """\
    import pulumi
    from shown import seen
    answer = pulumi.runtime.invoke("github:index/getUser:getUser", {"username": "me"}).value
    later = pulumi.runtime.invoke_output("github:index/getUser:getUser", {"username": "you"})
    single = pulumi.runtime.invoke_output_single("cloud:index:one", {})
    seen(answer=answer, later=later, single=single)
    """
    recording = good(recorded(tmp_path, source))
    assert recording.unanswered == (
        "cloud:index:one() at __main__.py:5",
        "github:index/getUser:getUser(username=me) at __main__.py:3",
        "github:index/getUser:getUser(username=you) at __main__.py:4",
    )
    assert one(recording, "seen").inputs == {
        "answer": {},
        "later": wire.UNKNOWN_TEXT,
        "single": wire.UNKNOWN_TEXT,
    }


def test_a_method_that_only_the_provider_runs_is_named_and_unknown(tmp_path: Path):
    source = """\
    import pulumi
    from shown import seen
    first = seen("first")
    kubeconfig = pulumi.runtime.call("eks:index:Cluster/getKubeconfig", {"__self__": first}, first)
    seen(kubeconfig=kubeconfig)
    """
    recording = good(recorded(tmp_path, source))
    assert recording.unanswered == ("eks:index:Cluster/getKubeconfig at __main__.py:4",)
    assert one(recording, "seen").inputs == {"kubeconfig": wire.UNKNOWN_TEXT}


def test_invoke_transforms_change_the_question(tmp_path: Path):
    source = """
    import pulumi
    import pulumi_aws as aws
    from shown import seen

    def changed(args):
        if args.token.startswith("aws:iam/getRole"):
            return pulumi.InvokeTransformResult({**args.args, "name": "other"}, args.opts)

    pulumi.runtime.register_invoke_transform(changed)
    seen(role=aws.iam.get_role_output(name="mine").arn, account=aws.get_caller_identity_output().account_id)
    """
    shown = values(recorded(tmp_path, source, config=AWS))
    assert shown == {"role": f"arn:aws:iam::{ACCOUNT}:role/other", "account": ACCOUNT}


def test_an_invoke_that_depends_on_a_new_resource_is_answered(tmp_path: Path):
    source = """
    import pulumi
    import pulumi_aws as aws
    from shown import seen
    role = aws.iam.Role("task", name="shop", assume_role_policy="{}")
    found = aws.iam.get_role_output(name=role.name, opts=pulumi.InvokeOutputOptions(depends_on=[role]))
    seen(arn=found.arn)
    """
    assert values(recorded(tmp_path, source, config=AWS))["arn"] == f"arn:aws:iam::{ACCOUNT}:role/shop"
