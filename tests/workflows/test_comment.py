"""The step that comments on the pull request: one comment, which each run brings up to date."""

import json
from pathlib import Path

import pytest
from ecs_policies.reports import markdown

from tests.workflows import stand_in_gh
from tests.workflows.steps import JOBS, executable, run, step

COMMENT = step("comment", "Comment", "comment")
GATE, PREVIEW = JOBS["comment"]["with"], JOBS["comment-preview"]["with"]
MARKER = GATE["marker"]
LIMIT = 65_536
WRITES = "a token that may write"


class PullRequest:
    """A pull request with its comments, and the folder that the job works in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "comments.json"
        script = Path(stand_in_gh.__file__).read_text(encoding="utf-8")
        executable(folder / "bin" / "gh", script)
        self.have()

    def have(self, *comments: tuple[str, str]) -> None:
        """Give it comments: who wrote each, and what."""
        stored = [
            {"id": at, "user": {"login": login}, "body": body} for at, (login, body) in enumerate(comments, 1)
        ]
        self._file.write_text(json.dumps(stored), encoding="utf-8")

    def told(self, report: str | None, token: str = WRITES):
        """Run the step on a report, or without any."""
        if report is not None:
            (self.folder / "reports").mkdir(exist_ok=True)
            (self.folder / "reports" / "comment.md").write_text(report, encoding="utf-8")
        environment = {
            "ABOUT": GATE["about"],
            "GH_TOKEN": token,
            "MARKER": MARKER,
            "GITHUB_REPOSITORY": "acme/shop",
            "NUMBER": "7",
            "RUN": "https://github.com/acme/shop/actions/runs/1",
            "STAND_IN_COMMENTS": str(self._file),
        }
        return run(COMMENT, self.folder, environment, self.folder / "bin")

    @property
    def bodies(self) -> list[str]:
        return [it["body"] for it in json.loads(self._file.read_text(encoding="utf-8"))]


@pytest.fixture
def pull_request(tmp_path: Path) -> PullRequest:
    return PullRequest(tmp_path)


def report(text: str) -> str:
    return f"{MARKER}\n\n{text}"


def test_the_marker_is_the_reports_own_and_fits_into_the_filter():
    assert MARKER == markdown.MARKER
    assert not {'"', "\\", "$", "`"} & set(MARKER)


def test_the_preview_of_each_environment_has_a_comment_of_its_own():
    assert PREVIEW["marker"] == step("preview", "Write the comment")["env"]["MARKER"] != MARKER
    assert "${{ matrix.stack }}" in PREVIEW["marker"]
    assert PREVIEW["artifact"] == step("preview", "Keep the comment")["with"]["name"]
    assert GATE["artifact"] == step("gate", "Keep the reports")["with"]["name"]


def test_the_first_run_comments(pull_request):
    pull_request.have(("reviewer", "Looks good."))
    done = pull_request.told(report("clean"))
    assert done.returncode == 0, done.stderr
    assert pull_request.bodies == ["Looks good.", report("clean")]


def test_a_later_run_brings_the_same_comment_up_to_date(pull_request):
    pull_request.told(report("2 findings"))
    pull_request.told(report("clean"))
    assert pull_request.bodies == [report("clean")]


def test_its_comment_is_found_behind_many_others(pull_request):
    others = [("reviewer", f"Nit {number}.") for number in range(5)]
    pull_request.have(*others, ("github-actions[bot]", report("2 findings")))
    pull_request.told(report("clean"))
    assert pull_request.bodies == [*(body for _, body in others), report("clean")]


def test_of_two_comments_of_its_own_the_first_is_kept_up_to_date(pull_request):
    pull_request.have(("github-actions[bot]", report("a")), ("github-actions[bot]", report("b")))
    assert pull_request.told(report("clean")).returncode == 0
    assert pull_request.bodies == [report("clean"), report("b")]


@pytest.mark.parametrize(
    ("login", "body"),
    [("mallory", report("2 findings")), ("github-actions[bot]", f"Coverage is 98 %.\n{MARKER}")],
    ids=["somebody else's with the marker", "another workflow's that quotes it"],
)
def test_a_comment_that_is_not_its_own_stays(pull_request, login, body):
    pull_request.have((login, body))
    pull_request.told(report("clean"))
    assert pull_request.bodies == [body, report("clean")]


def test_names_in_a_report_reach_no_shell(pull_request):
    text = report("`touch owned` $(touch owned) ${HOME} %s \\n @file")
    pull_request.told(text)
    assert pull_request.bodies == [text]
    assert not (pull_request.folder / "owned").exists()


def test_a_report_of_githubs_limit_is_posted_whole(pull_request):
    longest = report("").ljust(LIMIT, "ü")
    pull_request.told(longest)
    assert pull_request.bodies == [longest]


def test_a_report_over_githubs_limit_gives_way_to_where_it_is(pull_request):
    done = pull_request.told(report("").ljust(LIMIT + 1, "x"))
    assert done.returncode == 0, done.stderr
    (body,) = pull_request.bodies
    assert body.startswith(f"{MARKER}\n\nThe policy gate's report is too long for a comment")
    assert "https://github.com/acme/shop/actions/runs/1" in body


def test_a_gate_that_broke_down_replaces_what_an_earlier_run_said(pull_request):
    pull_request.told(report("clean"))
    (pull_request.folder / "reports" / "comment.md").unlink()
    pull_request.told(None)
    (body,) = pull_request.bodies
    assert body.startswith(f"{MARKER}\n\nThe policy gate ended without a report")


def test_a_token_that_may_not_write_fails_the_step_in_githubs_words(pull_request):
    done = pull_request.told(report("clean"), token=stand_in_gh.READ_ONLY)
    assert done.returncode != 0
    assert stand_in_gh.REFUSED in done.stderr
    assert pull_request.bodies == []
