"""The gate's job: what its comment and its summary say, on real commits."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from ecs_policies.reports import markdown

from tests.workflows.steps import JOBS, run, step

ADDS = step("gate", "Tell what the change adds")
SUMMARIZE = step("gate", "Summarize")
JUDGE = step("gate", "Judge every stack")
WORKS = ("Judge every stack", "Tell what the change adds", "Summarize", "Keep the reports")

# Judges by the lines of findings.txt, with the options, files and exit codes of the real one.
GATE = """
import argparse, json, pathlib, sys
parser = argparse.ArgumentParser()
for name in ("baseline", "json", "junit", "markdown", "sarif"):
    parser.add_argument(f"--{name}", type=pathlib.Path)
options = parser.parse_args()
findings = pathlib.Path("findings.txt").read_text().split()
if options.baseline:
    known = json.loads(options.baseline.read_text())
    if "version" not in known:
        sys.exit("the baseline isn't a report of version 1")
    findings = [it for it in findings if it not in known["findings"]]
lines = ["<!-- marker -->", "", f"## Policy gate: {len(findings)} findings", "", *findings, ""]
for file, text in (
    (options.json, json.dumps({"version": 1, "findings": findings})),
    (options.markdown, "\\n".join(lines)),
):
    if file:
        file.parent.mkdir(exist_ok=True)
        file.write_text(text)
sys.exit(1 if findings else 0)
"""
MAKEFILE = "gate:\n\t@{0} $(GATE_FLAGS)\n"
STANDING = f"{sys.executable} gate.py"


class Change:
    """A repository whose checked-out commit merges a change into its base, as a pull request's is."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.folder.mkdir()
        self.temporary = folder / "temporary"
        self.temporary.mkdir()
        self._git("init", "--quiet", "--initial-branch=main")

    def _git(self, *arguments: str) -> None:
        identity = ("-c", "user.name=it", "-c", "user.email=it@localhost")
        subprocess.run(["git", *identity, *arguments], cwd=self.folder, check=True, capture_output=True)

    def _commit(self, files: dict[str, str]) -> None:
        for name, text in files.items():
            (self.folder / name).write_text(text, encoding="utf-8")
        self._git("add", ".")
        self._git("commit", "--quiet", "--message=it")

    def merge(self, base: dict[str, str], change: dict[str, str]) -> None:
        """Commit the base, the change on a branch, and their merge."""
        self._commit(base)
        self._git("switch", "--quiet", "--create=change")
        self._commit(change)
        self._git("switch", "--quiet", "main")
        self._git("merge", "--quiet", "--no-ff", "--message=it", "change")

    def judged(self) -> str:
        """The comment after both of the gate's steps."""
        run(JUDGE, self.folder, {})
        done = run(ADDS, self.folder, {"RUNNER_TEMP": str(self.temporary)})
        assert done.returncode == 0, done.stderr
        return (self.folder / "reports" / "comment.md").read_text(encoding="utf-8")


@pytest.fixture
def change(tmp_path: Path) -> Change:
    return Change(tmp_path)


GATED = {"Makefile": MAKEFILE.format(STANDING), "gate.py": GATE}


def test_only_what_the_change_adds_is_shown_and_the_whole_is_counted(change):
    change.merge({**GATED, "findings.txt": "old"}, {"findings.txt": "old\nnew"})
    comment = change.judged()
    assert comment.startswith("<!-- marker -->\n\n## Policy gate: 1 findings\n\nnew\n")
    assert comment.endswith(
        "\nOnly what this change adds is shown. The gate judges the whole: **2 findings**\n"
    )


def test_a_change_that_adds_nothing_says_so_and_still_counts_the_whole(change):
    change.merge({**GATED, "findings.txt": "old"}, {"notes.txt": "harmless"})
    comment = change.judged()
    assert "## Policy gate: 0 findings" in comment
    assert "**1 findings**" in comment


def test_a_base_that_moved_on_is_what_the_change_is_held_against(change):
    change.merge({**GATED, "findings.txt": "old"}, {"notes.txt": "harmless"})
    change._commit({"findings.txt": "old\nof-main"})
    change._git("switch", "--quiet", "--create=later")
    change._commit({"more.txt": "harmless"})
    change._git("switch", "--quiet", "main")
    change._git("merge", "--quiet", "--no-ff", "--message=it", "later")
    assert "## Policy gate: 0 findings" in change.judged()


@pytest.mark.parametrize(
    "base",
    [
        {"README.md": "no gate yet"},
        {"Makefile": MAKEFILE.format(f"{sys.executable} -c 'raise SystemExit(2)'")},
        {**GATED, "gate.py": GATE.replace('"version": 1, ', ""), "findings.txt": "old"},
    ],
    ids=["has no gate", "has one that fails", "reports in another format"],
)
def test_everything_is_shown_where_the_base(change, base):
    change.merge(base, {**GATED, "findings.txt": "old\nnew"})
    comment = change.judged()
    assert "## Policy gate: 2 findings\n\nold\nnew" in comment
    assert comment.endswith("\nThe base commit could not be judged, so everything is shown.\n")


@pytest.mark.engine
def test_the_real_gate_answers_with_what_a_change_adds(change):
    makefile = MAKEFILE.format(f"{sys.executable} -m ecs_policies.gate")
    program = "import pulumi_aws as aws\naws.ecr.Repository('standing', image_tag_mutability='MUTABLE')\n"
    change.merge(
        {
            "Makefile": makefile,
            "Pulumi.yaml": "name: shop\nruntime: python\n",
            "Pulumi.dev.yaml": "config:\n  aws:region: us-east-1\n",
            "__main__.py": program,
        },
        {"__main__.py": f"{program}aws.ecr.Repository('added', image_tag_mutability='MUTABLE')\n"},
    )
    comment = change.judged()
    assert comment.startswith(f"{markdown.MARKER}\n\n## Policy gate: ")
    assert "<code>added</code>" in comment
    assert "<code>standing</code>" not in comment
    assert "known from the baseline" in comment
    whole = json.loads((change.folder / "reports" / "gate.json").read_text(encoding="utf-8"))["result"]
    assert comment.endswith(f"The gate judges the whole: **{whole}**\n")


def test_the_gate_itself_decides_whatever_else_its_job_does():
    job = {it["name"]: it for it in JOBS["gate"]["steps"]}
    assert "if" not in job["Judge every stack"]
    assert not any("continue-on-error" in it for it in job.values())
    assert all("!cancelled()" in job[name]["if"] for name in WORKS[1:])


def summary(folder: Path, *, fork: str = "false") -> str:
    file = folder / "summary.md"
    done = run(SUMMARIZE, folder, {"FORK": fork, "GITHUB_STEP_SUMMARY": str(file)})
    assert done.returncode == 0, done.stderr
    return file.read_text(encoding="utf-8") if file.exists() else ""


def write(folder: Path, **reports: str) -> None:
    (folder / "reports").mkdir()
    for name, text in reports.items():
        (folder / "reports" / f"{name}.md").write_text(text, encoding="utf-8")


def test_the_summary_is_what_the_comment_says(tmp_path):
    write(tmp_path, comment="what the change adds\n", gate="everything\n")
    assert summary(tmp_path) == "what the change adds\n"


def test_where_nothing_is_commented_the_summary_has_everything(tmp_path):
    write(tmp_path, gate="everything\n")
    assert summary(tmp_path) == "everything\n"


def test_a_forks_summary_says_what_it_goes_without(tmp_path):
    write(tmp_path, comment="what the change adds\n")
    assert summary(tmp_path, fork="true") == (
        "what the change adds\n\n"
        "A pull request from a fork may not write here: no comment, no upload to code scanning, no preview.\n"
    )


def test_a_gate_that_broke_down_leaves_the_summary_empty(tmp_path):
    assert summary(tmp_path) == ""
