"""What the stacks cost a month, as a part of the comment on a pull request."""

from collections.abc import Iterator

from ecs_policies.checks.cost import Bill
from ecs_policies.reports.markdown import escaped
from ecs_policies.reports.model import Report

_NAME = 100


def sections(report: Report) -> Iterator[str]:
    """One section with a row for each stack, its items folded; none if no stack has a bill."""
    bills = [(report.name_of(it), it.bill) for it in report.stacks if it.bill and it.bill.items]
    if not bills:
        return
    currency = bills[0][1].currency
    rows = [f"| {escaped(stack, _NAME)} | {bill.total:,.2f} | {_items(bill)} |" for stack, bill in bills]
    table = "\n".join([f"| Stack | {currency} a month | Of it |", "| --- | ---: | --- |", *rows])
    assumed = "\n".join(f"- {it}" for it in bills[0][1].assumptions)
    folded = f"<details><summary>What these sums rest on</summary>\n\n{assumed}\n\n</details>"
    yield f"### Cost\n\n{table}\n\n{folded}"


def _items(bill: Bill) -> str:
    return ", ".join(f"{it.name} {it.dollars:,.2f}" for it in bill.items)
