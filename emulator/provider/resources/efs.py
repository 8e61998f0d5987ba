"""EFS: file systems, where they are mounted, and the ways in."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Name, Read, Resource, Tags, Wait
from emulator.provider.operation import Operation

STATE = "LifeCycleState"


def efs_tags() -> Tags:
    return Tags(
        tag=Call(op="tag_resource", params={"ResourceId": "{id}"}, send=()),
        untag=Call(op="untag_resource", params={"ResourceId": "{id}"}, send=()),
    )


def _names(operation: Operation) -> Mapping[str, Any]:
    found = operation.found
    tags = {t["Key"]: t["Value"] for t in found.get("Tags", [])}
    return {"dnsName": f"{operation.id}.efs.{operation.region}.amazonaws.com", "name": tags.get("Name")}


def _lifecycle(operation: Operation) -> None:
    """EFS wants each transition as an entry of its own."""
    policies = operation.inputs.get("lifecyclePolicies", [])
    entries = [{k[0].upper() + k[1:]: v} for p in policies for k, v in sorted(p.items())]
    entries = [{LONG.get(k, k): v for k, v in e.items()} for e in entries]
    operation.call(
        "put_lifecycle_configuration", {"FileSystemId": operation.id, "LifecyclePolicies": entries}
    )


LONG = {"TransitionToIa": "TransitionToIA"}

FILE_SYSTEM = Resource(
    token="aws:efs/fileSystem:FileSystem",
    service="efs",
    create=Call(
        op="create_file_system",
        send=(
            "availabilityZoneName",
            "creationToken",
            "encrypted",
            "kmsKeyId",
            "performanceMode",
            "provisionedThroughputInMibps",
            "throughputMode",
        ),
    ),
    id="FileSystemId",
    waits=(
        Wait(
            op="describe_file_systems",
            params={"FileSystemId": "{id}"},
            at=f"FileSystems[0].{STATE}",
            until=("available",),
        ),
    ),
    read=(
        Read(
            op="describe_file_systems",
            params={"FileSystemId": "{id}"},
            at=f"FileSystems[?{STATE} != 'deleted'] | [0]",
            props={
                "arn": "FileSystemArn",
                "name": "",
                "protection": "FileSystemProtection.{replicationOverwrite: ReplicationOverwriteProtection}",
                "sizeInBytes": "",
            },
        ),
        Read(
            op="describe_lifecycle_configuration",
            params={"FileSystemId": "{id}"},
            only=True,
            props={"lifecyclePolicies": "LifecyclePolicies"},
        ),
        Code(run=_names),
    ),
    changes=(
        Change(
            do=Code(run=_lifecycle, send=("lifecyclePolicies",)), when=("lifecyclePolicies",), at_create=True
        ),
        Change(
            do=Call(op="update_file_system", params={"FileSystemId": "{id}"}),
            when=("provisionedThroughputInMibps", "throughputMode"),
            whole=True,
        ),
    ),
    delete=Call(op="delete_file_system", params={"FileSystemId": "{id}"}, retry=("FileSystemInUse",)),
    waits_delete=(
        Wait(
            op="describe_file_systems",
            params={"FileSystemId": "{id}"},
            at=f"FileSystems[0].{STATE}",
            until=("deleted",),
        ),
    ),
    tags=efs_tags(),
    name=Name(prop="creationToken", longest=64),
    find=Code(
        run=lambda operation: operation.fetch_raw(
            Read(
                op="describe_file_systems",
                params={"CreationToken": "{creationToken}"},
                at="FileSystems[0].FileSystemId",
            )
        )
    ),
    replace=("availabilityZoneName", "creationToken", "encrypted", "kmsKeyId", "performanceMode"),
    defaults={"throughputMode": "bursting"},
    enums={
        "performanceMode": ("generalPurpose", "maxIO"),
        "throughputMode": ("bursting", "provisioned", "elastic"),
    },
    refused=("protection",),
)


def _target_names(operation: Operation) -> Mapping[str, Any]:
    found, session = operation.found, operation.session
    system, zone = found["FileSystemId"], found["AvailabilityZoneName"]
    base = f"{system}.efs.{operation.region}.amazonaws.com"
    arn = (
        f"arn:{session.partition}:elasticfilesystem:{operation.region}:{session.account}:file-system/{system}"
    )
    return {"dnsName": base, "mountTargetDnsName": f"{zone}.{base}", "fileSystemArn": arn}


def _find_target(operation: Operation) -> str | None:
    inputs = operation.inputs
    read = Read(
        op="describe_mount_targets",
        params={"FileSystemId": "{fileSystemId}"},
        at=f"MountTargets[?SubnetId == '{inputs.get('subnetId')}'] | [0].MountTargetId",
    )
    found = operation.fetch_raw(read)
    return str(found) if found else None


MOUNT_TARGET = Resource(
    token="aws:efs/mountTarget:MountTarget",
    service="efs",
    create=Call(op="create_mount_target"),
    id="MountTargetId",
    waits=(
        Wait(
            op="describe_mount_targets",
            params={"MountTargetId": "{id}"},
            at=f"MountTargets[0].{STATE}",
            until=("available",),
        ),
    ),
    read=(
        Read(op="describe_mount_targets", params={"MountTargetId": "{id}"}, at="MountTargets[0]"),
        Read(
            op="describe_mount_target_security_groups",
            params={"MountTargetId": "{id}"},
            only=True,
            props={"securityGroups": "SecurityGroups"},
        ),
        Code(run=_target_names),
    ),
    changes=(
        Change(
            do=Call(op="modify_mount_target_security_groups", params={"MountTargetId": "{id}"}),
            when=("securityGroups",),
        ),
    ),
    delete=Call(op="delete_mount_target", params={"MountTargetId": "{id}"}),
    waits_delete=(
        Wait(
            op="describe_mount_targets",
            params={"MountTargetId": "{id}"},
            at=f"MountTargets[0].{STATE}",
            until=("deleted",),
        ),
    ),
    find=Code(run=_find_target),
    replace=("fileSystemId", "ipAddress", "ipAddressType", "ipv6Address", "subnetId"),
    enums={"ipAddressType": ("IPV4_ONLY", "IPV6_ONLY", "DUAL_STACK")},
    sets=("securityGroups",),
)


def _point_arn(operation: Operation) -> Mapping[str, Any]:
    session, system = operation.session, operation.found["FileSystemId"]
    base = f"arn:{session.partition}:elasticfilesystem:{operation.region}:{session.account}"
    return {"fileSystemArn": f"{base}:file-system/{system}"}


def _find_point(operation: Operation) -> str | None:
    """The access point with the same `Name` tag in the same file system."""
    wanted = operation.inputs.get("tagsAll", {}).get("Name")
    read = Read(op="describe_access_points", params={"FileSystemId": "{fileSystemId}"}, at="AccessPoints")
    points: list[Mapping[str, Any]] = operation.fetch_raw(read) or []
    found = [
        point["AccessPointId"]
        for point in points
        if wanted and {"Key": "Name", "Value": wanted} in point.get("Tags", [])
    ]
    return str(found[0]) if len(found) == 1 else None


ACCESS_POINT = Resource(
    token="aws:efs/accessPoint:AccessPoint",
    service="efs",
    create=Call(op="create_access_point"),
    id="AccessPointId",
    waits=(
        Wait(
            op="describe_access_points",
            params={"AccessPointId": "{id}"},
            at=f"AccessPoints[0].{STATE}",
            until=("available",),
        ),
    ),
    read=(
        Read(
            op="describe_access_points",
            params={"AccessPointId": "{id}"},
            at="AccessPoints[0]",
            props={"arn": "AccessPointArn"},
        ),
        Code(run=_point_arn),
    ),
    delete=Call(op="delete_access_point", params={"AccessPointId": "{id}"}),
    tags=efs_tags(),
    find=Code(run=_find_point),
    replace=("fileSystemId", "posixUser", "rootDirectory"),
)

RESOURCES: tuple[Resource, ...] = (FILE_SYSTEM, MOUNT_TARGET, ACCESS_POINT)
INVOKES: tuple[Invoke, ...] = ()
