"""`python -m emulator.provider [ENGINE_ADDRESS]`: prints its port and serves until the engine is gone."""

import os
import queue
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from emulator.provider.aws import NotLoopbackError, loopback_endpoint
from emulator.provider.server import Provider

THREADS = 64
"""The engine runs four operations a CPU at once by default, and a waiting one holds its thread."""
MEGABYTES = 400


def main() -> int:
    parent = os.getppid()  # before the port is printed: the engine may be gone a moment later
    try:
        loopback_endpoint(os.environ)
    except NotLoopbackError as error:
        sys.stderr.write(f"pulumi-resource-aws (stand-in): {error}\n")
        return 1
    # No threading.Event, whose lock a signal's handler would wait for in the thread that holds it.
    stop: queue.SimpleQueue[None] = queue.SimpleQueue()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.put(None))
    options = [(f"grpc.max_{way}_message_length", MEGABYTES << 20) for way in ("send", "receive")]
    server = grpc.server(ThreadPoolExecutor(max_workers=THREADS), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(Provider(), server)  # pyright: ignore[reportUnknownMemberType]
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    while os.getppid() == parent:
        with suppress(queue.Empty):
            stop.get(timeout=1.0)
            break
    server.stop(grace=None)
    # Worker threads may be in the middle of a wait on AWS; nobody is left to hear of its end.
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
