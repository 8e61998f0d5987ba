"""The outputs: names that other teams build on."""

from unittest.mock import patch

from outputs import Outputs, described


def outputs(**changes: object) -> Outputs:
    values: dict[str, object] = {name: f"the {name}" for name in described()}
    return Outputs(**{**values, **changes})  # pyright: ignore[reportArgumentType]


def exported(value: Outputs) -> dict[str, object]:
    with patch("pulumi.export") as export:
        value.export()
    return {call.args[0]: call.args[1] for call in export.call_args_list}


def test_every_output_is_exported_under_its_own_name():
    assert exported(outputs()) == {name: f"the {name}" for name in described()}


def test_an_output_that_a_stack_lacks_is_left_out():
    assert "https_listener_arn" not in exported(outputs(https_listener_arn=None))


def test_every_output_says_what_it_is():
    assert all(len(text) > 5 for text in described().values())
