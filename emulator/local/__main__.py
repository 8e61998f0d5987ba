"""`python -m emulator.local VERB`: what make's targets call."""

import argparse
import signal
import sys

from botocore.exceptions import (  # pyright: ignore[reportMissingTypeStubs]
    BotoCoreError,
    ClientError,
)
from rich.console import Console

from emulator.engine.engine import EngineError
from emulator.local import verbs
from emulator.local.failure import LocalStackError
from emulator.local.stack import default_directory

_VERBS = {
    "up": verbs.up,
    "preview": verbs.preview,
    "down": verbs.down,
    "env": verbs.env,
    "repair": verbs.repair,
    "engine": verbs.engine,
    "clean": verbs.clean,
}


def main() -> int:
    """Runs one verb. 1 with one paragraph when it can't be done, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(prog="python -m emulator.local", description="Drives the local stack.")
    parser.add_argument("verb", choices=_VERBS)
    verb = parser.parse_args().verb
    # What is printed holds names and JSON: none of it is markup, and a long line is the terminal's to wrap.
    console = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return _VERBS[verb](default_directory(), console)
    except (LocalStackError, EngineError) as error:
        console.print(str(error), style="red")
        return 1
    except (BotoCoreError, ClientError) as error:
        log = default_directory() / "aws.log"
        console.print(f"The embedded AWS refused a request ({error}). Its log: {log}", style="red")
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted. The same command goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main())
