"""`python -m environments.delivery STACK ROLE`: what a workflow has to know before it takes one of the roles.

Everything follows from the stack's file and from the names that `make backend` and the bootstrap stack give.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from backend.names import Backend
from environments.failure import EnvironmentsError
from environments.stack_files import ROOT, config, stack_file

BOOTSTRAP = "web-application-bootstrap"
"""As in bootstrap/Pulumi.yaml."""
ROLES = ("deliver", "preview", "audit")


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Prints a line KEY=value for each, as GITHUB_OUTPUT takes them; 1 with one paragraph when it can't."""
    parser = argparse.ArgumentParser(prog="python -m environments.delivery", description=__doc__)
    parser.add_argument("STACK")
    parser.add_argument("ROLE", choices=ROLES)
    given = parser.parse_args(arguments)
    try:
        found = known(given.STACK, given.ROLE, root)
    except EnvironmentsError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.writelines(f"{key}={value}\n" for key, value in found.items())
    return 0


def known(stack: str, role: str, root: Path = ROOT) -> dict[str, str]:
    """The region, the backend's URL and the role's ARN. Raises `EnvironmentsError`."""
    file = stack_file(stack, root)
    held = config(file)
    match held.get("aws:allowedAccountIds"):
        case [str(account)]:
            region = str(held.get("aws:region", "us-east-1"))
        case accounts:
            raise EnvironmentsError(
                f"{file.name}: aws:allowedAccountIds is {accounts!r}, and a delivery needs the account that "
                "the environment is in: put its twelve digits there, in quotes and brackets."
            )
    return {
        "region": region,
        "backend": Backend(stack=stack, account=account, region=region).url,
        "role": f"arn:aws:iam::{account}:role/{BOOTSTRAP}-{stack}-{role}",
    }


if __name__ == "__main__":
    sys.exit(main())
