"""The preview's job: every stack that an account is for, the SDK's own pulumi, and nothing secret shown."""

from importlib.metadata import version

from tests.workflows.steps import JOBS, ROOT, executable, run, step

INSTALL = step("preview", "Install uv, the locked environment, and the pulumi of the SDK's version")
PREVIEW = step("preview", "Preview")

# Runs the step's own code, but for the download.
PYTHON = """
import pulumi.automation, sys
def install(*, root, version):
    print(f"installed {version} into {root}")
pulumi.automation.PulumiCommand.install = install
assert sys.argv[1] == "-c"
exec(sys.argv[2])
"""


def test_every_stack_but_the_local_one_is_previewed():
    stacks = {it.name.split(".")[1] for it in ROOT.glob("Pulumi.*.yaml")}
    assert set(JOBS["preview"]["strategy"]["matrix"]["stack"]) == stacks - {"local"}


def test_the_installed_pulumi_is_of_the_sdks_version_and_stands_on_the_path(tmp_path):
    executable(tmp_path / "bin" / "make", "import sys; print('made', *sys.argv[1:])")
    executable(tmp_path / ".venv" / "bin" / "python", PYTHON)
    path = tmp_path / "path"
    environment = {"RUNNER_TEMP": "/temporary", "GITHUB_PATH": str(path)}
    done = run(INSTALL, tmp_path, environment, tmp_path / "bin")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"made .venv/.ready\ninstalled {version('pulumi')} into /temporary/pulumi\n"
    assert path.read_text(encoding="utf-8").split() == [f"{tmp_path}/.uv/bin", "/temporary/pulumi/bin"]


def test_a_download_that_fails_ends_the_step(tmp_path):
    executable(tmp_path / "bin" / "make", "")
    executable(tmp_path / ".venv" / "bin" / "python", "raise SystemExit('no route to host')")
    path = tmp_path / "path"
    environment = {"RUNNER_TEMP": "/temporary", "GITHUB_PATH": str(path)}
    assert run(INSTALL, tmp_path, environment, tmp_path / "bin").returncode != 0
    assert not path.exists()


def test_a_preview_shows_names_and_no_values(tmp_path):
    executable(tmp_path / "bin" / "pulumi", "import sys; print(*sys.argv[1:])")
    given = dict.fromkeys(PREVIEW["env"], "it") | {"STACK": "dev; touch owned"}
    done = run(PREVIEW, tmp_path, given, tmp_path / "bin")
    assert done.stdout == (
        "preview --stack dev; touch owned --policy-pack policies "
        "--non-interactive --color never --suppress-outputs\n"
    )
    assert not (tmp_path / "owned").exists()


def test_what_is_installed_is_installed_before_there_are_credentials():
    names = [it["name"] for it in JOBS["preview"]["steps"]]
    assert names.index(INSTALL["name"]) < names.index("Take the role") < names.index("Preview")


def test_secrets_reach_the_preview_alone():
    holding = [it["name"] for job in JOBS.values() for it in job["steps"] if "secrets." in str(it)]
    assert holding == ["Preview"]
    assert JOBS["preview"]["environment"] == "preview-${{ matrix.stack }}"


def test_the_account_is_masked():
    assert step("preview", "Take the role")["with"]["mask-aws-account-id"] is True
