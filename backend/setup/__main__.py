"""`python -m backend.setup STACK`: what `make backend` runs."""

import argparse
import signal
import sys

from rich.console import Console

from backend.names import Backend
from backend.setup.account import AwsError, stacks
from backend.setup.failure import BackendError
from backend.setup.moving import PROGRAM, make_backend


def main() -> int:
    """Makes one stack's backend. 1 with one paragraph when it can't be done, 130 when it was interrupted."""
    parser = argparse.ArgumentParser(prog="make backend", usage="make backend STACK=NAME")
    parser.add_argument("STACK", help=f"one of {', '.join(stacks(PROGRAM))}")
    stack: str = parser.parse_args().STACK
    # What is printed holds names and URLs: none of it is markup, and a long line is the terminal's to wrap.
    console = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        backend = make_backend(stack, console)
    except BackendError as error:
        console.print(str(error), style="red")
        return 1
    except AwsError as error:
        console.print(
            f"AWS refused a request: {error}. Whoever makes a backend needs the rights to manage S3 and KMS. "
            "The same command goes on from here.",
            style="red",
        )
        return 1
    except KeyboardInterrupt:
        console.print("Interrupted. The same command goes on from here.")
        return 130
    sys.stdout.write(_usage(backend))
    return 0


def _usage(backend: Backend) -> str:
    return f"""\
The backend stands, with its own state in it. Commit backend/Pulumi.{backend.stack}.yaml if it changed.
To keep the state of a stack there, in the folder of its program:

  pulumi login '{backend.url}'
  pulumi stack init {backend.stack} --secrets-provider '{backend.secrets_provider}'
"""


if __name__ == "__main__":
    sys.exit(main())
