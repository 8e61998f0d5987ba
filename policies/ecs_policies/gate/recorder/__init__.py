"""Runs one stack of a Pulumi Python program with no engine, no credentials and no network, and keeps what it
registers.

`python -m ecs_policies.gate.recorder` runs in the program's own interpreter, so nothing here imports more
than the standard library, what the Pulumi SDK needs itself, and this package's plain modules.

`stacks` starts that process for each stack (`__main__`, `command`). In it `run` runs the program against
`monitor`, which stands where the engine's resource monitor would, and leaves what it was told in `kept`. What
it answers comes

- for a resource from `outputs`, with placeholders that `subject` makes after `shapes` and `cloud`, and with
  the provider's default `tags`;
- for an invoke from `invokes`: computed in `pure` and `documents`, or made up in `lookups`;
- for another stack's outputs from `references`;
- for transforms and hooks from the program itself, by `callbacks`.

`asked` and `places` know which line of the program asks. `isolation` keeps network and credentials away.
`failure` and `secrecy` word what went wrong. `plain` and `refusal` speak the SDK's protocol.
"""

from ecs_policies.gate.recorder.stacks import record_programs, record_stacks, stack_names

__all__ = ["record_programs", "record_stacks", "stack_names"]
