"""`python -m environments.diff A B`: what `make diff-env` runs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import NoReturn

from ecs_policies.checks.cost import Bill, monthly
from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.registered import stack_of
from ecs_policies.reading.quantities import quantities
from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from environments.differences import Difference, of_provider, of_settings
from environments.failure import EnvironmentsError
from environments.stack_files import ROOT, config, settings, stack_file


def main(arguments: Sequence[str] | None = None) -> int:
    """Shows what two environments differ in; 1 with one paragraph when one of them can't be read."""
    parser = argparse.ArgumentParser(
        prog="make diff-env",
        usage="make diff-env A=STACK B=STACK",
        description="Show the settings that differ between two environments, and what each costs.",
    )
    parser.add_argument("A")
    parser.add_argument("B")
    given = parser.parse_args(arguments)
    errors = Console(stderr=True, soft_wrap=True, markup=False, emoji=False, highlight=False)
    out = Console(markup=False, emoji=False, highlight=False)
    try:
        differences = _differences(given.A, given.B)
        if not differences:
            out.print(f"No setting differs between {given.A} and {given.B}.")
            return 0
        bills = _bills((given.A, given.B), errors)
    except EnvironmentsError as error:
        errors.print(str(error), style="red")
        return 1
    out.print(_settings_table(differences, given.A, given.B))
    out.print(_cost_table(bills, given.A, given.B))
    return 0


def _differences(first: str, second: str) -> list[Difference]:
    files = stack_file(first), stack_file(second)
    one, other = config(files[0]), config(files[1])
    return [*of_provider(one, other), *of_settings(settings(files[0], one), settings(files[1], other))]


def _bills(stacks: tuple[str, str], console: Console) -> tuple[Bill, Bill]:
    """What each stack costs a month, by what the program registers for it: as the gate does, without AWS."""
    with console.status(f"Adding up what {stacks[0]} and {stacks[1]} cost"):
        first, second = (
            monthly(quantities(stack_of(it))) if not it.error else _unrecorded(it.stack, it.error)
            for it in record_stacks(ROOT, stacks)
        )
    return first, second


def _unrecorded(stack: str, error: str) -> NoReturn:
    raise EnvironmentsError(f"What {stack} costs can't be told, since the program ends with: {error}")


def _settings_table(differences: Sequence[Difference], first: str, second: str) -> Table:
    """A row for each setting, with its meaning below its name."""
    table = _table("Setting", first, second)
    # A name is never broken, however narrow the terminal.
    table.columns[0].width = max(len(it.setting) for it in differences)
    for it in differences:
        table.add_row(Text.assemble(it.setting, "\n", (it.meaning, "dim")), it.first, it.second)
        table.add_section()
    return table


def _cost_table(bills: tuple[Bill, Bill], first: str, second: str) -> Table:
    """A row for each item that the two differ in, one for all that costs the same in both, and the sums."""
    table = _table(f"{bills[0].currency} a month, without traffic", first, second)
    for column in table.columns[1:]:
        column.justify = "right"
    costs = [{it.name: it.dollars for it in bill.items} for bill in bills]
    for name in dict.fromkeys([*costs[0], *costs[1]]):
        one, other = (it.get(name, 0.0) for it in costs)
        if one != other:
            table.add_row(name, f"{one:,.2f}", f"{other:,.2f}")
    same = sum(it for name, it in costs[0].items() if it == costs[1].get(name))
    if same:
        table.add_row("the same in both", f"{same:,.2f}", f"{same:,.2f}", style="dim")
    table.add_section()
    table.add_row("all together", *(f"{it.total:,.2f}" for it in bills), style="bold")
    return table


def _table(*headings: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table


if __name__ == "__main__":
    sys.exit(main())
