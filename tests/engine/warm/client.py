"""Stands where a Python process is expected that the server forks: `client.py SOCKET [ARGUMENT …]`.

It hands over its arguments, environment, folder and files, passes signals on, and ends as the process does.
When it is killed, or who started it is gone, the end of the connection tells the process. With `-IS` it
imports next to nothing.
"""

import json
import os
import select
import signal
import socket
import sys

_PARENT_CHECK = 0.5  # seconds, as the language host's own
_FILES = (0, 1, 2)


def main() -> int:
    """The exit code of the process."""
    parent = os.getppid()
    address, *arguments = sys.argv[1:]
    connection = socket.socket(socket.AF_UNIX)
    connection.connect(address)
    wanted = {"arguments": arguments, "environment": dict(os.environ), "folder": os.getcwd()}  # noqa: PTH109 (pathlib takes as long to import as all else)
    request = json.dumps(wanted).encode()
    socket.send_fds(connection, [len(request).to_bytes(8, "big")], _FILES)
    connection.sendall(request)
    answer = connection.recv(8)
    if not answer:
        return 1
    process = int.from_bytes(answer, "big")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda it, _frame: os.kill(process, it))
    for file in _FILES:
        os.close(file)  # they are the process's now, and whoever reads them waits for its end alone
    while os.getppid() == parent:
        if select.select([connection], [], [], _PARENT_CHECK)[0]:
            return int.from_bytes(connection.recv(8) or b"\1", "big")
    return 1


if __name__ == "__main__":
    os._exit(main())
