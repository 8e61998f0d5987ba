"""The preview's job: credentials come last, and nothing secret is shown."""

from tests.workflows.steps import ACTION_STEPS, executable, run, step, steps

INSTALL = ACTION_STEPS["Install uv and the locked environment, and build the engine"]
PREVIEW = step("preview", "Preview")
WRITE = step("preview", "Write the comment")
# Of the engine's, with --suppress-progress.
SHOWN = (
    " ~  aws:ecs:Service web update [diff: ~taskDefinition]",
    "    aws:ec2:Vpc web-vpc  ",
    "Resources:",
    "    ~ 1 to update",
    "    86 unchanged",
)


def preview(folder, code=0, **given):
    """The step on a pulumi that shows its arguments and what would change; and the comment after it."""
    told = "".join(f"{it}\\n" for it in SHOWN)
    script = f"import sys; print(*sys.argv[1:]); print('{told}', end=''); sys.exit({code})"
    executable(folder / "bin" / "pulumi", script)
    done = run(PREVIEW, folder, given, folder / "bin")
    environment = {**given, "MARKER": "<!-- it -->", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    assert run(WRITE, folder, environment).returncode == 0
    return done, (folder / "reports" / "comment.md").read_text(encoding="utf-8")


def test_a_preview_shows_names_and_no_values(tmp_path):
    done, _ = preview(tmp_path, STACK="dev; touch owned")
    assert done.stdout.splitlines()[0] == (
        "preview --stack dev; touch owned --policy-pack policies "
        "--non-interactive --color never --suppress-outputs --suppress-progress"
    )
    assert not (tmp_path / "owned").exists()


def test_the_comment_has_what_changes_and_leaves_out_what_stays(tmp_path):
    _, comment = preview(tmp_path, STACK="dev")
    assert comment.startswith("<!-- it -->\n\n## Preview of dev\n\n~~~~~~diff\n")
    assert "\n~  aws:ecs:Service web update [diff: ~taskDefinition]\n" in comment
    assert "web-vpc" not in comment
    assert comment.endswith("    ~ 1 to update\n    86 unchanged\n~~~~~~\n")
    assert (tmp_path / "summary.md").read_text(encoding="utf-8") == comment


def test_a_preview_that_fails_fails_the_step_and_says_so_in_the_comment(tmp_path):
    done, comment = preview(tmp_path, code=255, STACK="dev")
    assert done.returncode == 255
    assert "~taskDefinition" in comment


def test_a_job_that_never_came_to_previewing_leaves_no_comment(tmp_path):
    environment = {"STACK": "dev", "MARKER": "<!-- it -->", "GITHUB_STEP_SUMMARY": str(tmp_path / "summary")}
    assert run(WRITE, tmp_path, environment).returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_what_is_installed_is_installed_before_there_are_credentials():
    names = list(ACTION_STEPS)
    assert (
        names.index(INSTALL["name"]) < names.index("Take the role") < names.index("Log in where the state is")
    )


def test_no_workflow_needs_a_secret_of_the_repository():
    assert [it["name"] for _, it in steps() if "secrets." in str(it)] == []


def test_the_account_is_masked_and_an_earlier_role_given_up():
    given = ACTION_STEPS["Take the role"]["with"]
    assert given["mask-aws-account-id"] is True
    assert given["unset-current-credentials"] is True
