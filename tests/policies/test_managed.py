"""The pack's table of AWS-managed policies."""

from ecs_policies.reading import managed
from ecs_policies.reading.values import Unreadable

from tests.policies.managed_table import TABLE, rendered


def test_the_table_is_what_the_full_copy_says_about_pulling():
    assert TABLE.read_text(encoding="utf-8") == rendered(), (
        "python tests/policies/managed_table.py writes it anew"
    )


def test_every_entry_can_be_read():
    for name in managed._table():
        assert not isinstance(managed.statements(f"arn:aws:iam::aws:policy/{name}"), Unreadable), name


def test_an_entry_is_found_in_every_partition():
    assert managed.statements("arn:aws-cn:iam::aws:policy/AdministratorAccess")
