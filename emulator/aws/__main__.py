"""Serves the embedded AWS on the loopback until SIGTERM or SIGINT."""

import argparse
import json
import logging
import os
import queue
import signal
import sys
import threading
import time
import uuid
from pathlib import Path

log = logging.getLogger("emulator.aws")

# Read by moto when it is imported: a certificate whose validation record is missing waits a second, and AWS's
# managed policies exist.
ENVIRONMENT = {
    "MOTO_ACM_VALIDATION_WAIT": "1",
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",
    "MOTO_ACCOUNT_ID": "123456789012",
}


def main() -> int:
    """Runs the server; the exit code is 0 after a clean end."""
    started = time.monotonic()
    arguments = parse(sys.argv[1:])
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    # A deprecated or malformed request is moto's business; at INFO its libraries would fill the log.
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    logging.getLogger("botocore").setLevel(logging.WARNING)
    os.environ.update(ENVIRONMENT)

    from emulator.aws.server import bind
    from emulator.aws.ticker import Ticker

    # No threading.Event, whose lock a signal's handler would wait for in the thread that holds it.
    end: queue.SimpleQueue[None] = queue.SimpleQueue()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: end.put(None))
    instance = uuid.uuid4().hex
    server, application = bind(port=arguments.port, instance=instance)
    serving = threading.Thread(target=server.serve_forever, args=(0.1,), name="serve", daemon=True)
    serving.start()
    announcement = arguments.directory / "aws.json"
    announce(announcement, port=server.port, instance=instance)
    log.info("answers on http://127.0.0.1:%d after %.2f s", server.port, time.monotonic() - started)
    ticker = Ticker(lock=application.lock)
    ticker.start()
    threading.Thread(target=application.warm_up, name="warm-up", daemon=True).start()

    end.get()
    ticker.stop()
    server.shutdown()
    withdraw(announcement, instance=instance)
    log.info("ended")
    return 0


def parse(argv: list[str]) -> argparse.Namespace:
    """The command line; argparse ends the process with 2 and one line when it is wrong."""
    parser = argparse.ArgumentParser(prog="python -m emulator.aws", description=__doc__)
    parser.add_argument("--directory", type=Path, required=True, help="where aws.json is written")
    parser.add_argument(
        "--port", type=int, default=0, help="wanted port; another one is taken if it is in use"
    )
    arguments = parser.parse_args(argv)
    if not 0 <= arguments.port <= 65535:
        parser.error(f"--port: {arguments.port} is no port; give 0 (any) to 65535")
    if not arguments.directory.is_dir():
        parser.error(f"--directory: {arguments.directory} is no directory; create it first")
    return arguments


def announce(path: Path, *, port: int, instance: str) -> None:
    """Writes who answers where, whole or not at all."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    draft.write_text(json.dumps({"pid": os.getpid(), "port": port, "instance": instance}) + "\n")
    draft.replace(path)


def withdraw(path: Path, *, instance: str) -> None:
    """Removes the announcement unless another server has put its own there."""
    try:
        announced = json.loads(path.read_text())
    except FileNotFoundError:
        return
    if announced.get("instance") == instance:
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    raise SystemExit(main())
