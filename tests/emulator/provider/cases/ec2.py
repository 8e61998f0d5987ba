"""EC2's network."""

from tests.emulator.provider.harness import Case, Made, World


def vpc(world: World) -> Made:
    return world.make("aws:ec2/vpc:Vpc", "vpc", {"cidrBlock": "10.0.0.0/16"})


CASES = (
    Case(
        token="aws:ec2/vpc:Vpc",
        inputs=lambda w: {"cidrBlock": "10.1.0.0/16", "enableDnsHostnames": True, "enableDnsSupport": True},
        update={"enableDnsHostnames": False, "tags": {"Name": "other", "a.b/c": "1"}},
        replace={"cidrBlock": "10.2.0.0/16"},
    ),
    Case(
        token="aws:ec2/subnet:Subnet",
        inputs=lambda w: {
            "vpcId": vpc(w).id,
            "cidrBlock": "10.0.1.0/24",
            "availabilityZone": "us-east-1b",
            "mapPublicIpOnLaunch": True,
        },
        update={"mapPublicIpOnLaunch": False},
        replace={"cidrBlock": "10.0.2.0/24", "availabilityZone": "us-east-1a"},
    ),
)
