"""What a recorded program reads as outputs: shaped like AWS's, marked, never mistaken for something known."""

import re
from pathlib import Path
from typing import Any

import pulumi_aws as aws
import pytest
from ecs_policies import wire
from ecs_policies.gate.recorder import outputs
from ecs_policies.gate.recorder.cloud import Cloud
from ecs_policies.gate.recorder.shapes import SHAPES
from ecs_policies.gate.recorder.subject import Subject
from ecs_policies.gate.recording import Recording
from ecs_policies.kinds import canonical
from ecs_policies.model import UNKNOWN
from pulumi import _types

from tests.policies.gate.programs import ACCOUNT, AWS, good, one, recorded, values

pytestmark = pytest.mark.engine

SOURCE = """\
import pulumi
import pulumi_aws as aws
from shown import seen

role = aws.iam.Role("task", name="shop-task", path="/apps/", assume_role_policy="{}")
unnamed = aws.iam.Role("other", assume_role_policy={"Version": "2012-10-17", "Statement": []})
prefixed = aws.iam.Role("third", name_prefix="shop-", assume_role_policy="{}")
vpc = aws.ec2.Vpc("main", cidr_block="10.0.0.0/16")
subnet = aws.ec2.Subnet("private", vpc_id=vpc.id, cidr_block="10.0.1.0/24")
group = aws.ec2.SecurityGroup("web", vpc_id=vpc.id)
cluster = aws.ecs.Cluster("web", name="shop")
balancer = aws.lb.LoadBalancer("web", subnets=[subnet.id])
target = aws.lb.TargetGroup("web", vpc_id=vpc.id, port=80)
task = aws.ecs.TaskDefinition("web", family="shop", container_definitions='[{"name": "web"}]')
service = aws.ecs.Service("web", cluster=cluster.arn, task_definition=task.arn)
key = aws.kms.Key("key")
secret = aws.secretsmanager.Secret("secret", name="shop/key")
repository = aws.ecr.Repository("repo", name="shop/web")
certificate = aws.acm.Certificate("cert", domain_name="example.com", validation_method="DNS")
bucket = aws.s3.Bucket("logs", bucket="shop-logs", region="us-gov-west-1")
imported = aws.ec2.SecurityGroup("old", opts=pulumi.ResourceOptions(import_="sg-0123"))
found = aws.ec2.Vpc.get("found", "vpc-0456")
found_role = aws.iam.Role.get("found", "their-role")
password = pulumi.CustomResource("random:index:Password", "password", {"result": None, "length": 5},
    pulumi.ResourceOptions(additional_secret_outputs=["length"]))

seen(
    role=role.arn, role_id=role.id, role_name=role.name, unnamed=unnamed.name, prefixed=prefixed.name,
    unnamed_policy=unnamed.assume_role_policy,
    vpc=vpc.id, vpc_arn=vpc.arn, subnet=subnet.id, group=group.id, group_name=group.name,
    default_group=vpc.default_security_group_id, owner=vpc.owner_id,
    cluster=cluster.id, balancer=balancer.arn, suffix=balancer.arn_suffix, dns=balancer.dns_name,
    target=target.arn_suffix, service=service.id, definition=task.arn, family=task.id,
    containers=task.container_definitions, revision=task.revision,
    key=key.arn, key_id=key.key_id, rotation=key.enable_key_rotation,
    secret=secret.arn, secret_key=secret.kms_key_id,
    url=repository.repository_url, mutability=repository.image_tag_mutability,
    record=certificate.domain_validation_options[0].resource_record_name,
    bucket=bucket.arn, bucket_id=bucket.id, bucket_region=bucket.region, domain=bucket.bucket_domain_name,
    imported=imported.id, found=found.id, found_arn=found.arn, found_cidr=found.cidr_block,
    found_role=found_role.arn, result=password.result if hasattr(password, "result") else None,
    parsed=role.arn.apply(lambda arn: arn.split(":")[4]),
)
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return good(recorded(tmp_path_factory.mktemp("placeholders"), SOURCE, config=AWS))


@pytest.fixture(scope="module")
def seen(recording: Recording) -> dict[str, Any]:
    return values(recording)


def test_an_arn_has_the_shape_of_its_type_and_the_programs_own_name(seen: dict[str, Any]):
    assert seen["role"] == f"arn:aws:iam::{ACCOUNT}:role/apps/shop-task"
    assert seen["cluster"] == f"arn:aws:ecs:eu-west-1:{ACCOUNT}:cluster/shop"
    assert re.fullmatch(rf"arn:aws:ecs:eu-west-1:{ACCOUNT}:service/shop/web-[0-9a-f]{{7}}", seen["service"])
    assert seen["definition"] == f"arn:aws:ecs:eu-west-1:{ACCOUNT}:task-definition/shop:1"
    assert re.fullmatch(
        rf"arn:aws:secretsmanager:eu-west-1:{ACCOUNT}:secret:shop/key-[0-9a-f]{{6}}", seen["secret"]
    )
    assert re.fullmatch(rf"arn:aws:kms:eu-west-1:{ACCOUNT}:key/[0-9a-f-]{{36}}", seen["key"])
    assert seen["vpc_arn"] == f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/{seen['vpc']}"
    assert seen["parsed"] == ACCOUNT


def test_an_arn_follows_the_region_of_the_resource(seen: dict[str, Any]):
    assert seen["bucket"] == "arn:aws-us-gov:s3:::shop-logs"
    assert seen["bucket_region"] == "us-gov-west-1"


def test_an_automatic_name_is_the_logical_one_made_unique(seen: dict[str, Any]):
    assert re.fullmatch(r"other-[0-9a-f]{7}", seen["unnamed"])
    assert re.fullmatch(r"shop-[0-9a-f]{7}", seen["prefixed"])
    assert re.fullmatch(r"web-[0-9a-f]{7}", seen["group_name"])


def test_an_id_has_the_prefix_of_its_type_and_the_logical_name(seen: dict[str, Any]):
    assert seen["vpc"].startswith("vpc-main-")
    assert seen["subnet"].startswith("subnet-private-")
    assert seen["group"].startswith("sg-web-")
    assert (seen["role_id"], seen["role_name"]) == ("shop-task", "shop-task")
    assert (seen["bucket_id"], seen["family"]) == ("shop-logs", "shop")


def test_outputs_that_follow_from_the_name_do(seen: dict[str, Any]):
    assert seen["url"] == f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/shop/web"
    assert seen["domain"] == "shop-logs.s3.amazonaws.com"
    assert seen["balancer"].endswith(seen["suffix"])
    assert seen["suffix"].startswith("app/web-")
    assert seen["target"].startswith("targetgroup/web-")
    assert seen["key"].endswith(seen["key_id"])
    assert seen["owner"] == ACCOUNT


def test_any_other_text_is_marked_with_name_and_property(seen: dict[str, Any]):
    assert re.fullmatch(r"placeholder-main-[0-9a-f]{7}-defaultSecurityGroupId", seen["default_group"])
    assert "elb.amazonaws.com" in seen["dns"]
    assert "placeholder" in seen["dns"]


def test_a_list_of_objects_gets_one(seen: dict[str, Any]):
    assert re.fullmatch(r"placeholder-cert-[0-9a-f]{7}-resourceRecordName", seen["record"])


def test_inputs_come_back_as_they_are_and_an_object_for_a_text_as_json(
    seen: dict[str, Any], recording: Recording
):
    assert seen["containers"] == '[{"name": "web"}]'
    assert seen["unnamed_policy"] == '{"Statement": [], "Version": "2012-10-17"}'
    role = one(recording, "other", "Role")
    assert role.inputs["assumeRolePolicy"] == {"Version": "2012-10-17", "Statement": []}


@pytest.mark.parametrize("name", ["revision", "rotation", "secret_key", "mutability"])
def test_what_a_mark_cant_tell_from_a_real_value_stays_unknown(seen: dict[str, Any], name: str):
    """A number, a boolean, and what the program left to the provider: a key, or tags that can't be moved."""
    assert seen[name] == wire.UNKNOWN_TEXT


def test_what_stands_already_keeps_the_id_that_the_program_has_for_it(
    seen: dict[str, Any], recording: Recording
):
    assert seen["imported"] == "sg-0123"
    assert seen["found"] == "vpc-0456"
    assert seen["found_arn"] == f"arn:aws:ec2:eu-west-1:{ACCOUNT}:vpc/vpc-0456"
    assert seen["found_role"] == f"arn:aws:iam::{ACCOUNT}:role/their-role"
    assert "found" not in {it.name for it in recording.resources}


def test_identity_lists_what_a_reference_holds(recording: Recording, seen: dict[str, Any]):
    assert one(recording, "task", "Role").identity == ("shop-task", seen["role"])
    group = one(recording, "web", "SecurityGroup")
    assert set(group.identity) >= {seen["group"], seen["group_name"]}
    assert one(recording, "private").inputs["vpcId"] in one(recording, "main").identity


def test_no_two_resources_share_an_id_arn_or_name(recording: Recording):
    found = [(it.type, text) for it in recording.resources for text in it.identity]
    assert len(found) == len(set(found))


def test_two_resources_of_one_logical_name_have_different_placeholders(tmp_path: Path):
    source = """
    import pulumi
    import pulumi_aws as aws
    for name in ("a", "b"):
        part = pulumi.ComponentResource("shop:index:Part" + name, name)
        aws.sqs.Queue("queue", opts=pulumi.ResourceOptions(parent=part))
    """
    queues = [it for it in good(recorded(tmp_path, source)).resources if it.custom]
    assert len({it.identity for it in queues}) == 2


def test_placeholders_are_the_same_in_every_stack():
    def identity(stack: str) -> tuple[str, str]:
        seed = f"urn:pulumi:{stack}::shop::aws:sns/topic:Topic::news".removeprefix(
            f"urn:pulumi:{stack}::shop::"
        )
        found = Subject(type="aws:sns/topic:Topic", name="news", seed=seed, cloud=Cloud())
        return found.id, found.physical_name

    assert identity("dev") == identity("prod")


def test_secret_outputs_are_secret(recording: Recording, tmp_path: Path):
    source = """
    import pulumi
    from shown import seen
    class Password(pulumi.CustomResource):
        def __init__(self, name):
            opts = pulumi.ResourceOptions(additional_secret_outputs=["result"])
            super().__init__("random:index:Password", name, {"result": "made"}, opts)
    seen(password=Password("p").result)
    """
    assert values(recorded(tmp_path, source))["password"] == {wire.SIGNATURE: wire.SECRET, "value": "made"}


def test_an_output_of_a_class_that_no_sdk_describes_is_unknown(tmp_path: Path):
    source = """
    import pulumi
    from shown import seen
    class Own(pulumi.CustomResource):
        made: pulumi.Output[str]
        def __init__(self, name):
            super().__init__("own:index:Own", name, {"given": "x", "made": None})
    own = Own("own")
    seen(given=own.given, made=own.made, id=own.id)
    """
    shown = values(recorded(tmp_path, source))
    assert (shown["given"], shown["made"]) == ("x", wire.UNKNOWN_TEXT)
    assert shown["id"].startswith("own-")


def test_what_only_the_provider_says_inside_an_object_stays_unknown(tmp_path: Path):
    source = """
    import pulumi_aws as aws
    from shown import seen
    config = {"subnet_ids": ["subnet-1"]}
    cluster = aws.eks.Cluster("main", role_arn="arn:aws:iam::1:role/x", vpc_config=config)
    seen(group=cluster.vpc_config.cluster_security_group_id, subnets=cluster.vpc_config.subnet_ids,
         issuer=cluster.identities[0].oidcs[0].issuer)
    """
    shown = values(recorded(tmp_path, source, config=AWS))
    assert shown["subnets"] == ["subnet-1"]
    assert wire.value(shown["group"]) is UNKNOWN
    assert re.fullmatch(r"placeholder-main-[0-9a-f]{7}-issuer", shown["issuer"])


@pytest.fixture(scope="module")
def classes() -> dict[str, Any]:
    """The SDK's class of each type that has a shape."""
    modules = {
        token: "lambda_" if token.startswith("lambda/") else token.partition("/")[0] for token in SHAPES
    }
    return {token: getattr(getattr(aws, it), token.rpartition(":")[2]) for token, it in modules.items()}


def test_every_shape_is_of_a_type_that_has_its_properties(classes: dict[str, Any]):
    for token, shape in SHAPES.items():
        properties = _types.resource_types(classes[token])
        assert canonical(classes[token].pulumi_type) == f"aws:{token}"
        assert set(shape.more) <= properties.keys(), token
        assert shape.name in properties or "{name}" not in shape.arn + shape.id, token


def test_every_shape_makes_an_arn_and_an_id(classes: dict[str, Any]):
    for token, made in classes.items():
        subject = Subject(type=f"aws:{token}", name="web", seed=token, cloud=Cloud(account=ACCOUNT))
        assert "{" not in subject.arn + subject.id
        assert re.fullmatch(r"arn:aws:[a-z0-9-]+:[a-z0-9-]*:\d*:.+", subject.arn), token
        assert outputs.of_resource(made, subject).get("arn", subject.arn) == subject.arn
