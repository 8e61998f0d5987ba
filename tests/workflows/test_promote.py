"""The promotion: what is shown before anybody is asked is what main then says, and what is deployed."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.workflows import stand_in_contents
from tests.workflows.steps import WORKFLOWS, executable, holds, run, step

REFUSE = step("show", "Refuse any branch but main", "promote")
SHOW = step("show", "Show what it changes", "promote")
NEWEST = "Refuse all but main's newest commit"
AGAIN = step("deliver", "Refuse to run again what main has left behind", "promote")
COMMIT = step("deliver", "Commit them to main", "promote")
BRING_UP = step("deliver", "Bring it up", "promote")
BEFORE = "# prod\nconfig:\n  web-application:image: rails@sha256:old\n"
AFTER = BEFORE.replace("old", "new")


def git(folder: Path, *arguments: str) -> str:
    command = ["git", "-c", "user.name=it", "-c", "user.email=it@localhost", *arguments]
    return subprocess.run(command, cwd=folder, check=True, capture_output=True, text=True).stdout


class Repository:
    """The repository on GitHub, and the run's checkout, whose settings are the promoted ones."""

    def __init__(self, folder: Path) -> None:
        self.there, self.checkout = folder / "there", folder / "checkout"
        self.there.mkdir()
        git(self.there, "init", "--quiet", "--initial-branch=main")
        self.land(BEFORE)
        git(folder, "clone", "--quiet", str(self.there), str(self.checkout))
        (self.checkout / "Pulumi.prod.yaml").write_text(AFTER, encoding="utf-8")
        script = Path(stand_in_contents.__file__).read_text(encoding="utf-8")
        executable(folder / "bin" / "gh", script)

    def land(self, settings: str) -> None:
        """Commit settings of prod to main, beside the run."""
        (self.there / "Pulumi.prod.yaml").write_text(settings, encoding="utf-8")
        git(self.there, "add", ".")
        git(self.there, "commit", "--quiet", "--message=it")

    def land_beside(self) -> None:
        """Commit something else to main."""
        (self.there / "README.md").write_text("it", encoding="utf-8")
        git(self.there, "add", ".")
        git(self.there, "commit", "--quiet", "--message=beside")

    def commit(self) -> subprocess.CompletedProcess[str]:
        """Run the step that commits."""
        return self.run(COMMIT)

    def run(self, which: Mapping[str, Any]) -> subprocess.CompletedProcess[str]:
        """Run a step of a run that began with the commit that is checked out."""
        environment = {
            "FROM": "staging",
            "TO": "prod",
            "GH_TOKEN": "it",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_SHA": git(self.checkout, "rev-parse", "HEAD").strip(),
            "STAND_IN_REPOSITORY": str(self.there),
        }
        return run(which, self.checkout, environment, self.checkout.parent / "bin")

    def log(self) -> list[str]:
        """The commits' messages, newest first."""
        return git(self.there, "log", "--format=%s", "main").splitlines()

    def settings(self) -> str:
        """What main says."""
        return git(self.there, "show", "main:Pulumi.prod.yaml")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_the_promoted_image_is_committed_to_main_byte_for_byte(repository):
    done = repository.commit()
    assert done.returncode == 0, done.stderr
    assert repository.settings() == AFTER
    assert repository.log()[0] == "Let prod run the image that staging runs"


def test_a_second_attempt_commits_nothing(repository):
    repository.commit()
    done = repository.commit()
    assert done.returncode == 0, done.stderr
    assert "from an earlier attempt" in done.stdout
    assert len(repository.log()) == 2


def test_what_landed_beside_it_stays(repository):
    repository.land_beside()
    assert repository.commit().returncode == 0
    assert "README.md" in git(repository.there, "ls-tree", "--name-only", "main")


def test_settings_that_changed_since_they_were_shown_are_refused(repository):
    repository.land(BEFORE.replace("# prod", "# prod, changed"))
    done = repository.commit()
    assert done.returncode != 0
    assert stand_in_contents.CONFLICT in done.stderr
    assert "changed" in repository.settings()


def test_any_branch_but_main_is_refused(tmp_path):
    assert run(REFUSE, tmp_path, {"GITHUB_REF": "refs/heads/main"}).returncode == 0
    done = run(REFUSE, tmp_path, {"GITHUB_REF": "refs/heads/hotfix"})
    assert done.returncode == 1
    assert done.stdout.startswith("::error::Only main is delivered, and this run is of refs/heads/hotfix")


@pytest.mark.parametrize(("job", "workflow"), [("dev", "deliver"), ("show", "promote")])
def test_a_run_of_an_old_commit_is_refused_with_the_documented_way_back(repository, job, workflow):
    refuse = step(job, NEWEST, workflow)
    assert repository.run(refuse).returncode == 0
    repository.land_beside()
    done = repository.run(refuse)
    assert done.returncode == 1
    assert done.stdout.startswith("::error::main is at ")
    assert f"start {workflow.capitalize()} on main instead" in done.stdout
    assert "let a revert land, or the former image: docs/guides/roll-back.md." in done.stdout
    assert done.stdout.count("\n") == 1


@pytest.mark.parametrize(("job", "workflow"), [("dev", "deliver"), ("show", "promote")])
def test_an_old_commit_is_refused_before_any_code_of_it_is_there(job, workflow):
    names = [it["name"] for it in WORKFLOWS[workflow]["jobs"][job]["steps"]]
    assert names.index(NEWEST) < names.index("Check out")
    assert "if" not in step(job, NEWEST, workflow)


def test_a_failed_delivery_is_run_again_before_and_after_its_commit(repository):
    assert repository.run(AGAIN).returncode == 0
    assert repository.commit().returncode == 0
    assert repository.run(AGAIN).returncode == 0


@pytest.mark.parametrize("committed", [False, True])
def test_a_delivery_is_not_run_again_once_main_has_gone_on(repository, committed):
    if committed:
        repository.commit()
    repository.land_beside()
    done = repository.run(AGAIN)
    assert done.returncode == 1
    assert done.stdout.startswith("::error::main has gone on since this was shown")
    assert "start Promote anew, with its switch off if main names the image already" in done.stdout


def test_only_a_run_that_is_run_again_is_held_against_main_after_its_approval():
    assert not holds(AGAIN["if"], {"run_attempt": 1}, {})
    assert holds(AGAIN["if"], {"run_attempt": 2}, {})
    names = [it["name"] for it in WORKFLOWS["promote"]["jobs"]["deliver"]["steps"]]
    assert names.index(AGAIN["name"]) < names.index(COMMIT["name"])


@pytest.mark.parametrize("code", [0, 255])
def test_the_summary_has_the_changed_setting_and_the_preview_also_where_it_fails(repository, tmp_path, code):
    executable(tmp_path / "bin" / "pulumi", f"import sys; print(*sys.argv[1:]); sys.exit({code})")
    environment = {"TO": "prod", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md")}
    assert run(SHOW, repository.checkout, environment, tmp_path / "bin").returncode == code
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert (
        "-  web-application:image: rails@sha256:old\n+  web-application:image: rails@sha256:new\n" in summary
    )
    assert "\npreview --stack prod --policy-pack policies --non-interactive" in summary


def test_a_delivery_is_made_under_the_policies(tmp_path):
    executable(tmp_path / "bin" / "pulumi", "import sys; print(*sys.argv[1:])")
    told = run(BRING_UP, tmp_path, {"TO": "prod"}, tmp_path / "bin").stdout
    dev = run(step("dev", "Bring it up", "deliver"), tmp_path, {}, tmp_path / "bin").stdout
    assert told.startswith("up --stack prod --policy-pack policies --yes --non-interactive")
    assert dev == told.replace("prod", "dev")


def test_approval_comes_before_the_commit_and_the_commit_before_the_delivery():
    deliver = WORKFLOWS["promote"]["jobs"]["deliver"]
    assert deliver["needs"] == "show"
    assert deliver["environment"] == "${{ inputs.to }}"
    assert "environment" not in WORKFLOWS["promote"]["jobs"]["show"]
    names = [it["name"] for it in deliver["steps"]]
    assert (
        names.index("Get the settings that were shown")
        < names.index(COMMIT["name"])
        < names.index("Bring it up")
    )


def test_the_gate_judges_the_promoted_settings_before_anybody_is_asked():
    names = [it["name"] for it in WORKFLOWS["promote"]["jobs"]["show"]["steps"]]
    assert names.index("Promote") < names.index("Judge every stack") < names.index("Show what it changes")


def test_what_is_deployed_is_the_file_that_was_shown():
    kept = step("show", "Keep the settings", "promote")["with"]
    got = step("deliver", "Get the settings that were shown", "promote")["with"]
    assert kept["name"] == got["name"]
    assert kept["if-no-files-found"] == "error"
    assert "path" not in got  # the checkout, where the file is from
