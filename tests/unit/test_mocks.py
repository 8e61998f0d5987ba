"""The recorder keeps what the engine would receive."""

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.mocks import UNKNOWN, Secret, record


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("test:index:Box", name, {}, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.vpc = aws.ec2.Vpc(f"{name}-vpc", cidr_block="10.0.0.0/16", opts=child)
        self.subnet = aws.ec2.Subnet(
            f"{name}-subnet", vpc_id=self.vpc.id, cidr_block="10.0.0.0/24", opts=child
        )
        self.register_outputs({"vpc_id": self.vpc.id})


def build() -> pulumi.Output[str]:
    box = Box("box", pulumi.ResourceOptions(protect=True))
    aws.secretsmanager.SecretVersion("version", secret_id="s", secret_string=pulumi.Output.secret("hidden"))
    aws.ec2.Eip("address", domain="vpc", opts=pulumi.ResourceOptions(depends_on=[box]))
    return box.subnet.id


def test_inputs_parents_and_dependencies_are_kept():
    recording = record(build)
    subnet, vpc = recording.one(aws.ec2.Subnet), recording.one(aws.ec2.Vpc, "box-vpc")
    box = recording.one("test:index:Box")
    assert subnet.inputs == {"vpcId": "box-vpc-id", "cidrBlock": "10.0.0.0/24"}
    assert subnet.property_dependencies == {"vpcId": frozenset({vpc.urn})}
    assert subnet.parent == box.urn
    assert subnet.protect
    assert {it.name for it in recording.inside(box)} == {"box-vpc", "box-subnet"}
    assert subnet.urn == "urn:pulumi:test::web-application::test:index:Box$aws:ec2/subnet:Subnet::box-subnet"


def test_a_dependency_on_a_component_leads_to_its_children():
    recording = record(build)
    address, subnet = recording.named("address"), recording.named("box-subnet")
    assert recording.path_exists(address, subnet)
    assert not recording.path_exists(subnet, address)


def test_computed_values_are_unknown_in_a_preview_and_known_in_an_update():
    assert record(build, preview=True).one(aws.ec2.Subnet).inputs["vpcId"] == UNKNOWN
    assert record(build, preview=True).one(aws.ec2.Subnet).unknown_inputs() == ["vpcId"]
    assert record(build).returned == "box-subnet-id"


def test_secrets_are_marked():
    assert record(build).named("version").inputs["secretString"] == Secret("hidden")


def test_outputs_and_calls_can_be_answered_by_the_test():
    def program() -> pulumi.Output[str]:
        balancer = aws.lb.LoadBalancer("balancer")
        region = aws.get_region().region
        return pulumi.Output.concat(balancer.dns_name, " ", region)

    recording = record(
        program,
        outputs={"aws:lb/loadBalancer:LoadBalancer": lambda it: {"dnsName": f"{it.name}.example.com"}},
        calls={"aws:index/getRegion:getRegion": {"region": "eu-west-1"}},
    )
    assert recording.returned == "balancer.example.com eu-west-1"


def test_an_invoke_without_an_answer_fails():
    with pytest.raises(Exception, match="no answer for the invoke aws:index/getRegion:getRegion"):
        record(aws.get_region)


def test_what_the_program_raises_is_raised():
    def program() -> None:
        raise pulumi.RunError("no such zone")

    with pytest.raises(pulumi.RunError, match="no such zone"):
        record(program)


def test_a_name_given_twice_fails_as_in_the_engine():
    def program() -> None:
        aws.ec2.Eip("address")
        aws.ec2.Eip("address")

    with pytest.raises(Exception, match="Duplicate resource URN"):
        record(program)


def test_a_deprecated_argument_is_found():
    recording = record(lambda: aws.s3.Bucket("bucket", acl="private", bucket="name"))
    assert recording.deprecated_inputs() == ["aws:s3/bucket:Bucket bucket: acl"]


def test_a_deprecated_nested_argument_is_heard():
    def program() -> None:
        with pytest.warns(DeprecationWarning, match="acl is deprecated"):
            aws.s3.Bucket("bucket", aws.s3.BucketArgs(acl="private"))

    assert any("acl is deprecated" in message for message in record(program).messages)


def test_one_run_leaves_nothing_behind_for_the_next():
    assert [it.name for it in record(lambda: aws.ec2.Eip("address"))] == ["web-application-test", "address"]
    assert [it.name for it in record(lambda: None)] == ["web-application-test"]
