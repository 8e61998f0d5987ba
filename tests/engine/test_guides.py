"""The guides' commands on a stack that stands: a rollback by hand, and a deployment that fails."""

import re
import subprocess
from pathlib import Path

from emulator.local.aws import ROOT
from tests.engine.standing import Standing, changes, image
from tests.engine.views import Definition, service, tasks
from tests.pages.reading import blocks, guide


def shell(standing: Standing, *pieces: str) -> str:
    """What a shell prints that knows the stack, as after `eval "$(make -s env)"`."""
    environment = standing.stack.environment
    path = f"{Path(ROOT, '.venv', 'bin')}:{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", "\n".join(pieces)],
        cwd=ROOT,
        env={**environment, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_former_revision_is_found_and_serves_again(changing: Standing):
    old = Definition.serving(changing.stack)
    wrong = image(changing, "1.5.0")
    assert changes(changing.up(changes=wrong))["TaskDefinition web"] == "replace"
    new = service(changing.stack)["taskDefinition"]
    history, find, show, back, _stop = blocks(guide("roll-back"), "sh")
    assert "+  web-application:image: " in shell(changing, history)
    arn = old.task["taskDefinitionArn"]
    listed = shell(changing, find)
    assert arn in listed
    assert new in listed

    show = re.sub(r"(?m)^former=.*$", f"former={arn}", show)
    assert shell(changing, show).strip() == old.containers["rails"]["image"]
    shell(changing, find, show, back)
    assert service(changing.stack)["taskDefinition"] == arn
    assert {it.definition for it in tasks(changing.stack)} == {arn}

    # Then, as the page says: the wrong image fails, the former one makes program and service agree.
    again = changing.up(changes=wrong)
    assert again.code != 0
    assert "which was asked for" in again.stdout + again.stderr
    assert service(changing.stack)["taskDefinition"] == arn
    assert changes(changing.up())["TaskDefinition web"] == "replace"
    assert Definition.serving(changing.stack).containers["rails"]["image"] == old.containers["rails"]["image"]


def test_an_up_that_fails_says_what_the_guide_shows_and_its_commands_show_more(changing: Standing):
    failed = changing.up(changes=image(changing, "5.0.0-fails-health-check"))
    assert failed.code != 0
    said = failed.stdout + failed.stderr
    page = guide("failed-deployment")
    (sample, *_) = blocks(page, "")
    for line in sample.splitlines():
        assert re.search(re.escape(line.strip()).replace("…", r"[\w-]+"), said), f"{line}\n\n{said}"

    _logs, further = blocks(page, "sh")
    shown = shell(changing, further)
    assert "failed container health checks" in shown
    assert "rails" in shown
