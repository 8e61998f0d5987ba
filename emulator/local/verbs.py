"""What make's targets do, but for repair."""

import os
import shlex
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console

from emulator.engine.finder import find_engine
from emulator.engine.yaml_host import find_yaml_host
from emulator.local.aws import EmbeddedAws
from emulator.local.consumers import refuse_consumed
from emulator.local.environment import foreign_variables
from emulator.local.failure import LocalStackError
from emulator.local.remains import what_remains
from emulator.local.session import alone, made_ready, matches_state, refuse_interrupted
from emulator.local.stack import LocalStack
from emulator.local.summary import show_summary


def up(directory: Path, console: Console) -> int:
    """`pulumi up` with the policy pack, and a summary; the engine's exit code."""
    began = time.monotonic()
    with alone(directory):
        stack = made_ready(directory, console)
        done = stack.up("--suppress-outputs", capture=False)  # the summary shows them
        if done.code < 0:
            raise LocalStackError(
                f"The engine was ended by signal {-done.code}. `make repair` settles what was in flight."
            )
        if done.code == 0:
            console.print(
                f"The local stack is up, after {time.monotonic() - began:.0f} s"
                + ("." if done.changes else "; nothing had to change.")
            )
            show_summary(stack, console)
        return done.code


def preview(directory: Path, console: Console) -> int:
    """`pulumi preview` with the policy pack; the engine's exit code."""
    with alone(directory):
        return made_ready(directory, console).preview("--diff", capture=False).code


def down(directory: Path, console: Console) -> int:
    """Destroys the stack, says what AWS keeps of it, stops the embedded AWS and removes the folder.

    Raises LocalStackError, and deletes nothing, while another stack has a rule on its load balancer.
    """
    if not directory.exists():
        console.print("Nothing is up.")
        return 0
    with alone(directory):
        stack = LocalStack(directory, engine=find_engine(console))
        if stack.checkpoint.exists() and matches_state(stack):
            stack.start()
            refuse_interrupted(stack)
            refuse_consumed(stack)
            # With the preview, which stops at what is protected; without, all else would go before that.
            if code := stack.destroy(capture=False).code:
                return code
            stack.pulumi("stack", "rm", stack.stack, "--yes", "--preserve-config")
            _show_remains(stack, console)
        elif stack.checkpoint.exists():
            console.print(
                "The embedded AWS that the state describes is gone already, with all that was in it."
            )
        stopped = stack.stop()
        shutil.rmtree(directory)
    console.print("The local stack is down." if stopped else "Nothing runs any more.")
    return 0


def env(directory: Path, console: Console) -> int:
    """Prints shell lines that point a client at the local stack and hide the caller's own account from it."""
    stack = LocalStack(directory, engine=find_engine(console))
    if not stack.aws.running():
        raise LocalStackError(
            "The local stack isn't up, so there is nothing to point at. Run `make up` first."
        )
    variables = stack.variables
    lines = [f"unset {name}" for name in foreign_variables(variables)]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    sys.stdout.write("\n".join(lines) + os.linesep)
    return 0


def repair(directory: Path, console: Console) -> int:
    """Settles what a killed run left in flight."""
    from emulator.local.repair import repair as settle  # its table of every resource type takes a while

    return settle(directory, console)


def engine(_directory: Path, console: Console) -> int:
    """Finds what the tests bring stacks up with, or downloads or builds it, and says what it is."""
    found = find_engine(console)
    console.print(f"Pulumi engine {found.version}: {found.executable}")
    console.print(f"Its language host for YAML: {find_yaml_host(found, console)}")
    return 0


def clean(directory: Path, _console: Console) -> int:
    """Stops the embedded AWS and removes the folder, whatever state the stack is in."""
    if directory.exists():
        with alone(directory):
            EmbeddedAws(directory).stop()
            shutil.rmtree(directory)
    return 0


def _show_remains(stack: LocalStack, console: Console) -> None:
    if remains := what_remains(stack):
        console.print(
            "AWS itself keeps these of a destroyed stack (the embedded one forgets them as it stops):"
        )
        for line in remains:
            console.print(f"  {line}")
