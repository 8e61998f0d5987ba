"""`python -m ecs_policies.gate.recorder`: one stack's run as JSON on stdout."""

import os
import sys


def main() -> None:
    """Record one stack, and leave with 0 whatever the program did: the recording says it."""
    # What the program prints, in whatever way, goes to stderr; stdout has the recording alone.
    out = os.dup(1)
    os.dup2(2, 1)
    from ecs_policies.gate.recorder.isolation import environment

    clean = environment(os.environ)
    os.environ.clear()
    os.environ.update(clean)
    # Only now: the SDK reads the environment when it is imported.
    from ecs_policies.gate.recorder.command import recorded

    text = recorded(sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    with os.fdopen(out, "w", encoding="utf-8") as stdout:
        stdout.write(text)
    # A thread that the program left behind would hold the interpreter's own exit back.
    os._exit(0)


if __name__ == "__main__":
    main()
