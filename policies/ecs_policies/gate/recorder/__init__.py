"""Runs one stack of a Pulumi Python program with no engine, no credentials and no network, and keeps what it
registers.

`python -m ecs_policies.gate.recorder` runs in the program's own interpreter, so nothing here imports more
than the standard library, what the Pulumi SDK needs itself, and this package's plain modules.
"""

from ecs_policies.gate.recorder.stacks import record_stacks, stack_names

__all__ = ["record_stacks", "stack_names"]
