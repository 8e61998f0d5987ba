"""EFS."""

from tests.emulator.provider.cases.ec2 import vpc
from tests.emulator.provider.cases.ecs import subnet
from tests.emulator.provider.harness import Case, Made, World


def file_system(world: World) -> Made:
    return world.make("aws:efs/fileSystem:FileSystem", "files", {"encrypted": True})


def group(world: World, rest: str) -> Made:
    inputs = {"vpcId": vpc(world).id, "description": "mounts"}
    return world.make("aws:ec2/securityGroup:SecurityGroup", rest, inputs)


CASES = (
    Case(
        token="aws:efs/fileSystem:FileSystem",
        inputs=lambda w: {"encrypted": True, "lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}]},
        update={
            "lifecyclePolicies": [{"transitionToIa": "AFTER_7_DAYS"}],
            "throughputMode": "elastic",
            "tags": {"Name": "other"},
        },
        replace={"encrypted": False, "performanceMode": "maxIO"},
    ),
    Case(
        token="aws:efs/mountTarget:MountTarget",
        inputs=lambda w: {
            "fileSystemId": file_system(w).id,
            "subnetId": subnet(w, 1).id,
            "securityGroups": [group(w, "first").id],
        },
        update={"securityGroups": lambda w: [group(w, "second").id, group(w, "first").id]},
        replace={"subnetId": lambda w: subnet(w, 2).id, "ipAddress": "10.0.1.77"},
    ),
    Case(
        token="aws:efs/accessPoint:AccessPoint",
        inputs=lambda w: {
            "fileSystemId": file_system(w).id,
            "posixUser": {"uid": 1000, "gid": 1000},
            "rootDirectory": {
                "path": "/uploads",
                "creationInfo": {"ownerUid": 1000, "ownerGid": 1000, "permissions": "0750"},
            },
        },
        update={"tags": {"Name": "other"}},
        replace={"posixUser": {"uid": 2000, "gid": 1000}, "rootDirectory": {"path": "/other"}},
    ),
)
