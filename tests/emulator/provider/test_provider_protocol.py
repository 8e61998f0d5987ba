"""What the provider promises the engine, besides each resource's life."""

import json
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import rpc
from pulumi.runtime.proto import provider_pb2 as pb

from emulator.provider import codec
from emulator.provider.registry import RESOURCES
from emulator.provider.resources.ec2 import VPC
from tests.emulator.provider.cases.iam import trust
from tests.emulator.provider.harness import CheckFailedError, Engine, World, serve_provider

ROLE = "aws:iam/role:Role"
VPC_TOKEN = "aws:ec2/vpc:Vpc"


def refusal(call: Any, *args: Any) -> str:
    with pytest.raises(grpc.RpcError) as caught:
        call(*args)
    return str(caught.value.details())


def secret(value: Any) -> dict[str, Any]:
    return {codec.SIGNATURE: codec.SECRET, "value": value}


def test_it_says_the_version_of_the_official_provider(engine: Engine) -> None:
    assert engine.info().version == "7.51.1"


def test_an_unknown_type_is_named(engine: Engine) -> None:
    message = refusal(engine.check, "aws:sqs/queue:Queue", "q", {})
    assert message == "aws:sqs/queue:Queue: the stand-in provider doesn't know this type (q)"


def test_an_unknown_invoke_is_named(engine: Engine) -> None:
    assert "aws:ec2/getAmi:getAmi" in refusal(engine.invoke, "aws:ec2/getAmi:getAmi")


def test_an_argument_that_an_invoke_does_not_heed_is_refused(engine: Engine) -> None:
    with pytest.raises(CheckFailedError, match="endpoint isn't supported"):
        engine.invoke("aws:index/getRegion:getRegion", {"endpoint": "https://x"})


@pytest.mark.parametrize(
    ("news", "path", "reason"),
    [
        ({"cidrBlok": "10.0.0.0/16"}, "cidrBlok", "unknown property 'cidrBlok'"),
        ({"arn": "x"}, "arn", "computed by AWS"),
        ({"enableDnsSupport": "perhaps"}, "enableDnsSupport", "should be a boolean, got a string"),
        ({"cidrBlock": ["10.0.0.0/16"]}, "cidrBlock", "should be a string, got a list"),
        ({"instanceTenancy": "shared"}, "instanceTenancy", "one of default, dedicated, got shared"),
        (
            {"cidrBlock": "10.0.0.0/16", "ipv4NetmaskLength": 24},
            "cidrBlock",
            "conflicts with ipv4NetmaskLength",
        ),
        ({"ipv6NetmaskLength": 56}, "ipv6NetmaskLength", "isn't supported by the stand-in"),
        ({"tags": {"Name": ["x"]}}, "tags.Name", "should be a string, got a list"),
    ],
)
def test_a_wrong_input_fails_the_check_with_its_name(
    engine: Engine, news: dict[str, Any], path: str, reason: str
) -> None:
    with pytest.raises(CheckFailedError) as caught:
        engine.check(VPC_TOKEN, "v", news)
    assert VPC_TOKEN in caught.value.failures[path]
    assert reason in caught.value.failures[path]


def test_a_missing_nested_property_fails_the_check_with_its_path(engine: Engine) -> None:
    program = {"ingress": [{"protocol": "tcp", "fromPort": 1}]}
    with pytest.raises(CheckFailedError) as caught:
        engine.check("aws:ec2/securityGroup:SecurityGroup", "g", program)
    assert caught.value.failures.keys() == {"ingress[0].toPort"}


def test_a_missing_required_property_fails_the_check(engine: Engine) -> None:
    with pytest.raises(CheckFailedError) as caught:
        engine.check("aws:ec2/subnet:Subnet", "s", {})
    assert caught.value.failures == {"vpcId": "aws:ec2/subnet:Subnet: missing required property 'vpcId'"}


def test_an_unknown_value_passes_the_check(engine: Engine) -> None:
    checked = engine.check(
        "aws:ec2/subnet:Subnet", "s", {"vpcId": codec.UNKNOWN, "availabilityZone": codec.UNKNOWN}
    )
    assert checked["vpcId"] is codec.UNKNOWN


def test_default_tags_stand_under_the_resources_own(engine: Engine) -> None:
    checked = engine.check(VPC_TOKEN, "v", {"cidrBlock": "10.0.0.0/16", "tags": {"team": "data", "a": "b"}})
    assert checked["tags"] == {"team": "data", "a": "b"}
    assert checked["tagsAll"] == {"team": "data", "a": "b"}
    assert engine.check(VPC_TOKEN, "v", {})["tagsAll"] == {"team": "web"}


class TestAutomaticNames:
    def test_a_first_creation_draws_seven_digits_from_the_seed(self, engine: Engine) -> None:
        names = [
            engine.check(ROLE, "r", {"assumeRolePolicy": "{}"}, seed=s)["name"] for s in (b"1", b"2", b"1")
        ]
        assert names[0] == names[2] != names[1]
        assert names[0].startswith("r-")
        assert len(names[0]) == len("r-") + 7

    def test_the_recorded_name_is_kept_whatever_the_seed(self, engine: Engine) -> None:
        olds = engine.check(ROLE, "r", {"assumeRolePolicy": "{}"}, seed=b"1")
        assert engine.check(ROLE, "r", {"assumeRolePolicy": "{}"}, olds=olds, seed=b"2") == olds

    def test_an_explicit_name_that_is_taken_away_gives_way_to_an_automatic_one(self, engine: Engine) -> None:
        olds = engine.check(ROLE, "r", {"assumeRolePolicy": "{}", "name": "mine"})
        assert engine.check(ROLE, "r", {"assumeRolePolicy": "{}"}, olds=olds)["name"].startswith("r-")

    def test_a_logical_name_that_leaves_no_room_fails_the_check(self, engine: Engine) -> None:
        with pytest.raises(CheckFailedError) as caught:
            engine.check("aws:lb/loadBalancer:LoadBalancer", "x" * 25, {"subnets": ["a"]})
        assert "maximum length 32" in caught.value.failures["name"]

    def test_only_an_explicit_name_is_deleted_before_it_is_replaced(self, world: World) -> None:
        engine, document = world.engine, trust("ecs.amazonaws.com")
        for name, first in ({"name": world.name("explicit")}, True), ({}, False):
            program = {"assumeRolePolicy": document, "path": "/", **name}
            made = world.make(ROLE, f"role-{first}", program)
            news = engine.check(ROLE, made.name, {**program, "path": "/x/"}, olds=made.inputs)
            answer = engine.diff(made, news)
            assert list(answer.replaces) == ["path"]
            assert answer.deleteBeforeReplace is first


class TestPreview:
    def test_what_aws_computes_is_unknown_and_what_stays_empty_is_not(self, engine: Engine) -> None:
        checked = engine.check(ROLE, "r", {"assumeRolePolicy": "{}", "name": "mine"})
        outputs = engine.preview(ROLE, "r", checked)
        assert outputs["name"] == "mine"
        assert outputs["arn"] is codec.UNKNOWN
        assert "permissionsBoundary" not in outputs

    def test_nothing_is_called(self, world: World) -> None:
        world.engine.preview(
            ROLE, "r", world.engine.check(ROLE, "r", {"assumeRolePolicy": "{}", "name": "phantom"})
        )
        names = [r["RoleName"] for r in world.client("iam").list_roles()["Roles"]]
        assert "phantom" not in names

    def test_an_update_keeps_what_is_known(self, world: World) -> None:
        made = world.make(ROLE, "role", {"assumeRolePolicy": trust("ecs.amazonaws.com")})
        news = {**made.inputs, "description": "new"}
        request = pb.UpdateRequest(
            id=made.id,
            urn=world.engine.urn(ROLE, made.name),
            olds=codec.encode(made.outputs),
            news=codec.encode(news),
            preview=True,
        )
        outputs = codec.decode(world.engine.stub.Update(request).properties)[0]
        assert outputs["arn"] == made.outputs["arn"]
        assert outputs["description"] == "new"
        assert world.client("iam").get_role(RoleName=made.id)["Role"].get("Description", "") == ""


class TestSecrets:
    def test_a_secret_input_is_a_secret_output_everywhere(self, world: World) -> None:
        engine, urn = world.engine, world.engine.urn(ROLE, "s")
        program = {"assumeRolePolicy": trust("ecs.amazonaws.com"), "description": secret("hush")}
        checked = engine.stub.Check(
            pb.CheckRequest(urn=urn, news=codec.encode(program), randomSeed=b"secret")
        )
        assert ("description",) in codec.decode(checked.inputs)[1]
        preview = engine.stub.Create(pb.CreateRequest(urn=urn, properties=checked.inputs, preview=True))
        assert ("description",) in codec.decode(preview.properties)[1]
        made = engine.stub.Create(pb.CreateRequest(urn=urn, properties=checked.inputs))
        assert ("description",) in codec.decode(made.properties)[1]
        read = engine.stub.Read(
            pb.ReadRequest(id=made.id, urn=urn, properties=made.properties, inputs=checked.inputs)
        )
        assert ("description",) in codec.decode(read.properties)[1]
        assert ("description",) in codec.decode(read.inputs)[1]
        engine.stub.Delete(pb.DeleteRequest(id=made.id, urn=urn, properties=made.properties))

    def test_secret_tags_are_secret_in_tags_all(self, engine: Engine) -> None:
        program = {"cidrBlock": "10.0.0.0/16", "tags": {"Name": secret("hush")}}
        answer = engine.stub.Check(
            pb.CheckRequest(urn=engine.urn(VPC_TOKEN, "v"), news=codec.encode(program))
        )
        assert ("tagsAll",) in codec.decode(answer.inputs)[1]

    def test_a_check_failure_never_shows_a_value_of_the_wrong_type(self, engine: Engine) -> None:
        program = {"cidrBlock": secret(["hush"])}
        answer = engine.stub.Check(
            pb.CheckRequest(urn=engine.urn(VPC_TOKEN, "v"), news=codec.encode(program))
        )
        assert [f.property for f in answer.failures] == ["cidrBlock"]
        assert "hush" not in answer.failures[0].reason


class TestConfiguration:
    @pytest.mark.parametrize(
        ("settings", "message"),
        [
            ({"allowedAccountIds": ["999999999999"]}, "AWS account ID not allowed: 123456789012"),
            ({"allowedAccountIds": '["999999999999"]'}, "AWS account ID not allowed: 123456789012"),
            ({"forbiddenAccountIds": ["123456789012"]}, "AWS account ID not allowed: 123456789012"),
            ({"regoin": "x"}, "aws:regoin isn't a setting"),
            ({"endpoints": [{"s3": "https://x"}]}, "aws:endpoints isn't a setting"),
            ({"region": ""}, "missing required configuration key aws:region"),
            ({"allowedAccountIds": "123"}, "a list of account ids is right"),
        ],
    )
    def test_a_wrong_setting_is_refused(self, aws_environment: None, settings: Any, message: str) -> None:
        with serve_provider() as engine:
            assert message in refusal(lambda: engine.configure(**settings))

    def test_an_unknown_setting_fails_the_check_of_the_configuration(self, engine: Engine) -> None:
        answer = engine.stub.CheckConfig(pb.CheckRequest(news=codec.encode({"region": "x", "regoin": "y"})))
        assert [f.property for f in answer.failures] == ["regoin"]

    def test_another_region_replaces_the_provider(self, engine: Engine) -> None:
        request = pb.DiffRequest(olds=codec.encode({"region": "a"}), news=codec.encode({"region": "b"}))
        assert list(engine.stub.DiffConfig(request).replaces) == ["region"]

    def test_it_works_only_once_configured(self, aws_environment: None) -> None:
        with serve_provider() as engine:
            assert "isn't configured" in refusal(engine.check, VPC_TOKEN, "v", {})

    def test_what_it_has_no_use_for_is_unimplemented(self, engine: Engine) -> None:
        for call, request in (
            (engine.stub.GetSchema, pb.GetSchemaRequest()),
            (engine.stub.Construct, pb.ConstructRequest()),
            (engine.stub.Call, pb.CallRequest()),
            (engine.stub.GetMapping, pb.GetMappingRequest()),
        ):
            with pytest.raises(grpc.RpcError) as caught:
                call(request)
            assert caught.value.code() is grpc.StatusCode.UNIMPLEMENTED  # type: ignore[attr-defined]


def test_a_taken_name_fails_as_aws_does_and_says_how_to_import(world: World) -> None:
    program = {"assumeRolePolicy": trust("ecs.amazonaws.com"), "name": world.name("taken")}
    world.make(ROLE, "first", program)
    inputs = world.engine.check(ROLE, "second", program)

    message = refusal(world.engine.create, ROLE, "second", inputs)

    assert "EntityAlreadyExists" in message
    assert message.endswith(f"pulumi import {ROLE} second {world.name('taken')}")


def test_a_resource_that_exists_but_did_not_finish_is_reported_with_its_id(
    world: World, monkeypatch: Any
) -> None:
    from emulator.provider import lifecycle
    from emulator.provider.operation import OperationError

    def fail(*_: Any) -> None:
        raise OperationError("the wait failed")

    monkeypatch.setattr(lifecycle.Operation, "wait", fail)
    inputs = world.engine.check(VPC_TOKEN, "v", {"cidrBlock": "10.3.0.0/16"})
    with pytest.raises(grpc.RpcError) as caught:
        world.engine.create(VPC_TOKEN, "v", inputs)

    metadata = dict(caught.value.trailing_metadata())  # type: ignore[attr-defined]
    from pulumi.runtime.proto import status_pb2

    status = status_pb2.Status.FromString(metadata["grpc-status-details-bin"])
    detail = pb.ErrorResourceInitFailed()
    assert status.details[0].Unpack(detail)
    assert list(detail.reasons) == ["the wait failed"]
    monkeypatch.undo()
    made = world.engine.import_(VPC_TOKEN, "v", detail.id)
    assert made is not None
    world.made.append(made)
    recorded = codec.decode(detail.properties)[0]
    assert recorded["cidrBlock"] == "10.3.0.0/16"


def test_a_change_by_hand_is_found_and_put_right(world: World) -> None:
    made = world.make(VPC_TOKEN, "v", {"cidrBlock": "10.4.0.0/16", "tags": {"Name": world.name("v")}})
    ec2 = world.client("ec2")
    ec2.create_tags(Resources=[made.id], Tags=[{"Key": "hand", "Value": "made"}])
    ec2.modify_vpc_attribute(VpcId=made.id, EnableDnsSupport={"Value": False})

    read = world.engine.read(made)
    assert read is not None
    assert read.inputs["enableDnsSupport"] is False
    assert read.inputs["tags"]["hand"] == "made"
    diff = world.engine.diff(read, made.inputs)
    assert sorted(diff.detailedDiff) == ["enableDnsSupport", "tags.hand", "tagsAll.hand"]

    mended = world.engine.update(read, made.inputs)
    assert mended.outputs == made.outputs


def test_a_resource_deleted_by_hand_reads_as_gone(world: World) -> None:
    made = world.make(VPC_TOKEN, "v", {"cidrBlock": "10.5.0.0/16"})
    world.client("ec2").delete_vpc(VpcId=made.id)
    assert world.engine.read(made) is None


def test_documents_that_mean_the_same_are_no_change(world: World) -> None:
    made = world.make(ROLE, "role", {"assumeRolePolicy": trust("ecs.amazonaws.com")})
    document = json.loads(trust("ecs.amazonaws.com"))
    document["Statement"][0]["Action"] = "sts:AssumeRole"
    program = {"assumeRolePolicy": json.dumps(document, indent=4)}
    news = world.engine.check(ROLE, made.name, program, olds=made.inputs)
    assert not world.engine.diff(made, news).detailedDiff


def test_cancel_ends_a_wait(aws_environment: None) -> None:
    import threading
    import time

    from emulator.provider.aws import Session
    from emulator.provider.operation import CancelledError, Operation
    from emulator.provider.schema import resource_shape

    operation = Operation(
        resource=VPC, shape=resource_shape(VPC.token), session=Session(region="us-east-1"), name="v"
    )
    threading.Timer(0.1, operation.stop.set).start()
    started = time.monotonic()
    with pytest.raises(CancelledError):
        operation.pause(60)
    assert time.monotonic() - started < 10


def test_the_engines_cancel_reaches_running_operations(aws_environment: None) -> None:
    with serve_provider() as engine:
        engine.configure()
        engine.stub.Cancel(empty_pb2.Empty())
        inputs = engine.check("aws:ec2/vpc:Vpc", "v", {"cidrBlock": "10.6.0.0/16"})
        assert inputs["cidrBlock"] == "10.6.0.0/16"


def test_unknowns_survive_the_wire() -> None:
    struct = struct_pb2.Struct()
    struct.update({"a": [rpc.UNKNOWN], "b": {"c": rpc.UNKNOWN}})
    values, _ = codec.decode(struct)
    assert values == {"a": [codec.UNKNOWN], "b": {"c": codec.UNKNOWN}}
    assert codec.encode(values) == struct


def test_a_secret_inside_an_object_stays_in_its_place_on_the_wire() -> None:
    struct = struct_pb2.Struct()
    struct.update({"a": {"b": secret("hush")}, "c": [secret("x")]})
    values, secrets = codec.decode(struct)
    assert values == {"a": {"b": "hush"}, "c": ["x"]}
    assert codec.encode(values, secrets) == struct
    assert codec.secret_outputs(secrets, ["d"]) == {("a", "b"), ("c",), ("d",)}


def test_every_type_that_the_brief_of_the_program_names_is_there() -> None:
    used = {"ec2/vpc:Vpc", "ec2/natGateway:NatGateway", "lb/listenerRule:ListenerRule", "wafv2/webAcl:WebAcl"}
    assert {f"aws:{u}" for u in used} <= set(RESOURCES)
