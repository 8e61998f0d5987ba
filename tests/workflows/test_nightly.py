"""The night's look: the program that was delivered, the drift that it finds, and who is told.

tests/engine/test_nightly_drift.py runs the same steps on the real engine.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workflows import stand_in_issues
from tests.workflows.steps import WORKFLOWS, executable, holds, run, step

JUDGE = step("look", "Judge the state by today's rules", "nightly")
GO_BACK = step("look", "Go back to what was delivered", "nightly")
DRIFT = step("look", "Look for drift", "nightly")
SUMMARIZE = step("look", "Summarize", "nightly")
ISSUE = step("report", "Open an issue, or say it in the open one", "nightly")

PULUMI = """
import pathlib, sys
if sys.argv[1:3] == ["stack", "history"]:
    print(pathlib.Path("../history.json").read_text())
else:
    print("pulumi", *sys.argv[1:])
"""
# As the runner's, on the library that the tests have.
JQ = """
import json, sys, jq
option, program = sys.argv[1:]
assert option == "--raw-output"
for found in jq.compile(program).input_value(json.load(sys.stdin)):
    print(found)
"""


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=it", "-c", "user.email=it@localhost", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


class Checkout:
    """Main's checkout, which is two commits ahead of what was delivered."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.folder.mkdir()
        git(self.folder, "init", "--quiet", "--initial-branch=main")
        self.commits = [self._commit(it) for it in ("delivered", "landed", "newest")]
        executable(folder / "bin" / "pulumi", PULUMI)
        executable(folder / "bin" / "jq", JQ)
        executable(folder / "bin" / "make", "import sys; print('make', *sys.argv[1:])")

    def _commit(self, program: str) -> str:
        (self.folder / "__main__.py").write_text(program, encoding="utf-8")
        git(self.folder, "add", ".")
        git(self.folder, "commit", "--quiet", f"--message={program}")
        return git(self.folder, "rev-parse", "HEAD")

    def go_back(self, *updates: tuple[str, str, str]) -> subprocess.CompletedProcess[str]:
        """Run the step on a history, newest first: the kind of each update, its result and its commit."""
        history = [
            {"kind": kind, "result": result, "environment": {"git.head": commit} if commit else {}}
            for kind, result, commit in updates
        ]
        (self.folder.parent / "history.json").write_text(json.dumps(history), encoding="utf-8")
        return run(GO_BACK, self.folder, {"STACK": "prod"}, self.folder.parent / "bin")

    @property
    def program(self) -> str:
        return (self.folder / "__main__.py").read_text(encoding="utf-8")


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_the_program_is_the_one_of_the_last_up_that_succeeded(checkout):
    delivered, landed, newest = checkout.commits
    done = checkout.go_back(
        ("refresh", "succeeded", newest),
        ("update", "failed", landed),
        ("update", "succeeded", delivered),
        ("update", "succeeded", newest),
    )
    assert done.returncode == 0, done.stderr
    assert checkout.program == "delivered"
    assert done.stdout.splitlines() == [
        "make .venv/.ready",
        "pulumi config refresh --stack prod --force --non-interactive",
    ]


def test_what_the_job_has_written_meanwhile_stays(checkout):
    (checkout.folder / "reports").mkdir()
    (checkout.folder / "reports" / "audit.md").write_text("it", encoding="utf-8")
    assert checkout.go_back(("update", "succeeded", checkout.commits[0])).returncode == 0
    assert (checkout.folder / "reports" / "audit.md").exists()


@pytest.mark.parametrize("updates", [[], [("update", "succeeded", "")], [("update", "failed", "it")]])
def test_a_stack_that_was_never_brought_up_from_a_commit_fails_the_step_and_says_so(checkout, updates):
    done = checkout.go_back(*updates)
    assert done.returncode != 0
    assert "no up that succeeded from a commit" in done.stderr


def test_a_commit_that_was_never_pushed_fails_the_step(checkout):
    assert checkout.go_back(("update", "succeeded", "0" * 40)).returncode != 0
    assert checkout.program == "newest"


def test_the_history_is_checked_out_whole():
    assert step("look", "Check out", "nightly")["with"]["fetch-depth"] == 0


def test_todays_rules_judge_before_the_program_goes_back():
    names = [it["name"] for it in WORKFLOWS["nightly"]["jobs"]["look"]["steps"]]
    assert names.index(JUDGE["name"]) < names.index(GO_BACK["name"]) < names.index(DRIFT["name"])


@pytest.mark.parametrize("state", ["{}", ""])
def test_a_state_that_cant_be_judged_fails_the_step(tmp_path, state):
    executable(tmp_path / "bin" / "pulumi", f"print({state!r})")
    (tmp_path / ".venv").symlink_to(sys.prefix)
    assert run(JUDGE, tmp_path, {"STACK": "dev"}, tmp_path / "bin").returncode == 2


def test_an_export_that_fails_fails_the_step_whatever_the_audit_says(tmp_path):
    executable(tmp_path / "bin" / "pulumi", "raise SystemExit(255)")
    executable(tmp_path / ".venv" / "bin" / "python", "")
    assert run(JUDGE, tmp_path, {"STACK": "dev"}, tmp_path / "bin").returncode == 255


def drifted(folder: Path, lines: str, code: int) -> tuple[int, str]:
    """The step's exit code on what pulumi says, and the summary after it."""
    executable(folder / "bin" / "pulumi", f"import sys; print({lines!r}, end=''); sys.exit({code})")
    done = run(DRIFT, folder, {"STACK": "prod"}, folder / "bin")
    summary = folder / "summary.md"
    assert run(SUMMARIZE, folder, {"STACK": "prod", "GITHUB_STEP_SUMMARY": str(summary)}).returncode == 0
    return done.returncode, summary.read_text(encoding="utf-8")


def test_drift_fails_the_step_and_the_summary_says_what_drifted(tmp_path):
    said = " ~  aws:cloudwatch:LogGroup web update [diff: ~retentionInDays]\n    aws:ec2:Vpc web  \n"
    code, summary = drifted(tmp_path, said, 7)
    assert code == 7
    assert summary == f"\n## Drift of prod\n\n~~~~~~\n{said.splitlines()[0]}\n~~~~~~\n"


def test_without_drift_the_step_succeeds(tmp_path):
    code, summary = drifted(tmp_path, "    aws:ec2:Vpc web  \nResources:\n    87 unchanged\n", 0)
    assert code == 0
    assert summary == "\n## Drift of prod\n\n~~~~~~\n    87 unchanged\n~~~~~~\n"


def test_findings_do_not_keep_the_job_from_looking_for_drift():
    for it in (GO_BACK, DRIFT):
        assert it["if"] == "${{ !cancelled() && steps.environment.outcome == 'success' }}"
    assert not any("continue-on-error" in it for it in WORKFLOWS["nightly"]["jobs"]["look"]["steps"])


def test_nothing_is_looked_at_where_no_environment_stands():
    condition = WORKFLOWS["nightly"]["jobs"]["look"]["if"]
    assert not holds(condition, {}, {})
    assert holds(condition, {}, {"ENVIRONMENTS": '["dev"]'})


@pytest.mark.parametrize(
    ("environments", "is_delivered"), [(None, False), ('["prod"]', False), ('["dev"]', True)]
)
def test_dev_is_delivered_to_where_it_stands(environments, is_delivered):
    variables = {"ENVIRONMENTS": environments} if environments else {}
    assert holds(WORKFLOWS["deliver"]["jobs"]["dev"]["if"], {}, variables) is is_delivered


class Issues:
    """The repository's issues, and the step that tells."""

    def __init__(self, folder: Path) -> None:
        self.folder, self._file = folder, folder / "issues.json"
        executable(folder / "bin" / "gh", Path(stand_in_issues.__file__).read_text(encoding="utf-8"))
        self.have()

    def have(self, *issues: tuple[str, str]) -> None:
        """Give it issues: the state of each, and its title."""
        stored = [
            {"number": at, "state": state, "title": title, "comments": []}
            for at, (state, title) in enumerate(issues, 1)
        ]
        self._file.write_text(json.dumps(stored), encoding="utf-8")

    def tell(self) -> None:
        """Run the step."""
        environment = {
            "GH_TOKEN": "it",
            "GITHUB_REPOSITORY": "acme/shop",
            "RUN": "https://github.com/acme/shop/actions/runs/1",
            "STAND_IN_ISSUES": str(self._file),
        }
        done = run(ISSUE, self.folder, environment, self.folder / "bin")
        assert done.returncode == 0, done.stderr

    def now(self) -> list[tuple[str, int]]:
        """The title of each and how many comments it has."""
        stored = json.loads(self._file.read_text(encoding="utf-8"))
        return [(it["title"], len(it["comments"])) for it in stored]


@pytest.fixture
def issues(tmp_path: Path) -> Issues:
    return Issues(tmp_path)


TITLE = ISSUE["env"]["TITLE"]


def test_the_first_bad_night_opens_an_issue_that_the_next_one_adds_to(issues):
    issues.have(("open", "Something else"))
    issues.tell()
    assert issues.now() == [("Something else", 0), (TITLE, 0)]
    issues.tell()
    assert issues.now() == [("Something else", 0), (TITLE, 1)]


def test_an_issue_that_somebody_closed_is_not_opened_again(issues):
    issues.have(("closed", TITLE))
    issues.tell()
    assert issues.now() == [(TITLE, 0), (TITLE, 0)]


def test_only_a_night_that_failed_is_told():
    assert WORKFLOWS["nightly"]["jobs"]["report"]["if"] == "failure()"
    assert WORKFLOWS["nightly"]["jobs"]["report"]["needs"] == "look"
