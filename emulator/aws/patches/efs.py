"""EFS: a file system's throughput can be changed."""

import json
from typing import Any

from moto.efs.responses import EFSResponse

from emulator.aws.patching import add


# UpdateFileSystem changes the throughput mode; only a provisioned one has a number.
@add(EFSResponse)
def update_file_system(self: Any) -> tuple[int, dict[str, str], str]:
    backend, name = self.efs_backend, self._get_param("FileSystemId")
    backend.describe_file_systems(marker=None, max_items=1, creation_token=None, file_system_id=name)
    system = backend.file_systems_by_id[name]
    system.throughput_mode = self._get_param("ThroughputMode") or system.throughput_mode
    number = self._get_param("ProvisionedThroughputInMibps")
    system.provisioned_throughput_in_mibps = number if system.throughput_mode == "provisioned" else None
    return 202, {"Content-Type": "application/json"}, json.dumps(system.info_json())
