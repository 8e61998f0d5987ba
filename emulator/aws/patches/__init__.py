"""What moto lacks, by service: each patch says in a line what AWS does.

A module is imported, and so applied, once: at the first request to its service.
"""

import importlib

PATCHED: frozenset[str] = frozenset({"ecs", "elbv2"})


def apply(service: str) -> None:
    """Applies the patches of moto's service of that name, if there are any."""
    if service in PATCHED:
        importlib.import_module(f"emulator.aws.patches.{service}")
