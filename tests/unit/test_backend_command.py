"""How `make backend` ends: with two lines to use, or one paragraph that says what to do."""

import sys

import pytest
from botocore.exceptions import ClientError

from backend.names import Backend
from backend.setup import __main__ as command
from backend.setup.failure import BackendError

BACKEND = Backend(stack="dev", account="111122223333", region="us-east-1")
DENIED = ClientError({"Error": {"Code": "AccessDeniedException", "Message": "no"}}, "ListKeys")


def ends(monkeypatch: pytest.MonkeyPatch, outcome: BaseException | Backend) -> int:
    def make_backend(stack: str, console: object) -> Backend:
        assert stack == "dev"
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome

    monkeypatch.setattr(command, "make_backend", make_backend)
    monkeypatch.setattr(sys, "argv", ["backend.setup", "dev"])
    return command.main()


def test_two_lines_say_how_to_use_it(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    assert ends(monkeypatch, BACKEND) == 0
    told = capsys.readouterr().out
    assert "  pulumi login 's3://pulumi-state-dev-111122223333?region=us-east-1'\n" in told
    init = "pulumi stack init dev --secrets-provider 'awskms://alias/pulumi-state-dev?region=us-east-1'"
    assert f"  {init}\n" in told


@pytest.mark.parametrize(
    ("outcome", "code", "says"),
    [
        (BackendError("There is no bucket."), 1, "There is no bucket."),
        (DENIED, 1, "AWS refused a request: An error occurred (AccessDeniedException)"),
        (KeyboardInterrupt(), 130, "The same command goes on from here."),
    ],
)
def test_what_stops_it_is_one_paragraph(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    outcome: BaseException,
    code: int,
    says: str,
):
    assert ends(monkeypatch, outcome) == code
    told = capsys.readouterr()
    assert told.out == ""
    assert says in told.err
    assert told.err.count("\n") == 1
