"""A program that refuses, fails or hangs: one paragraph, and what it had registered until then."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest
from ecs_policies.gate.project import ProjectError
from ecs_policies.gate.recorder import record_stacks

from tests.policies.gate.programs import AWS, line_of, one, recorded, write

pytestmark = pytest.mark.engine


def test_a_refusal_is_told_in_the_programs_own_words(tmp_path: Path):
    source = (
        "import pulumi\nfrom shown import seen\nseen()\nraise pulumi.RunError('no such size\\n\\n  fix: 3')"
    )
    recording = recorded(tmp_path, source)
    assert recording.error == "no such size\n  fix: 3"
    assert one(recording, "seen")


def test_an_exception_is_told_with_its_kind_and_the_programs_last_line(tmp_path: Path):
    helper = """\
    import json
    def read(text):
        return json.loads(text)
    """
    recording = recorded(tmp_path, "import helper\nhelper.read('{')", files={"helper.py": helper})
    assert recording.error == (
        "helper.py:3: JSONDecodeError: Expecting property name enclosed in double quotes: "
        "line 1 column 2 (char 1)"
    )


def test_a_module_that_is_not_installed_is_told_with_where_it_was_looked_for(tmp_path: Path):
    error = recorded(tmp_path, "import not_installed_anywhere").error or ""
    assert error.startswith(
        "__main__.py:1: ModuleNotFoundError: No module named 'not_installed_anywhere' in "
    )
    assert f"in {sys.prefix}: install what the program needs there" in error


def test_an_exception_in_an_apply_names_the_line_of_the_function(tmp_path: Path):
    source = """\
    import pulumi
    def broken(value):
        return value["missing"]
    pulumi.export("x", pulumi.Output.from_input({}).apply(broken))
    """
    error = recorded(tmp_path, source).error
    assert error == f"__main__.py:{line_of(source, 'missing')}: KeyError: 'missing'"


def test_an_input_that_cant_be_sent_is_told_without_a_traceback(tmp_path: Path):
    source = "from shown import seen\nseen(what=object())"
    error = recorded(tmp_path, source).error
    assert error is not None
    assert error.startswith("shown.py:6: ValueError: While processing resource: 'seen'")
    assert "unexpected input of type object for what" in error
    assert "Traceback" not in error
    assert "\n\n" not in error


@pytest.mark.parametrize(
    ("leave", "error"),
    [
        ("sys.exit(3)", "__main__.py:3: the program exits with code 3"),
        ("sys.exit('not today')", "not today"),
        ("sys.exit(0)", None),
        ("sys.exit()", None),
    ],
)
def test_an_exit_is_a_failure_unless_it_is_a_success(tmp_path: Path, leave: str, error: str | None):
    recording = recorded(tmp_path, f"import sys\nfrom shown import seen; seen()\n{leave}\n")
    assert recording.error == error
    assert one(recording, "seen")


def test_a_syntax_error_names_the_file(tmp_path: Path):
    error = recorded(tmp_path, "import broken", files={"broken.py": "def"}).error
    assert error is not None
    assert error.startswith("__main__.py:1: SyntaxError: invalid syntax (broken.py, line 1)")


def test_a_process_that_ends_itself_is_an_error(tmp_path: Path):
    source = "import os, sys\nprint('last words', file=sys.stderr, flush=True)\nos._exit(7)"
    assert recorded(tmp_path, source).error == "the program's process ended with 7: last words"


def test_a_program_that_hangs_is_ended(tmp_path: Path):
    folder = write(tmp_path, "import time\ntime.sleep(600)")
    started = time.monotonic()
    (recording,) = record_stacks(folder, timeout=1)
    assert recording.error == "the program took more than 1 seconds"
    assert time.monotonic() - started < 60


def test_threads_that_a_program_leaves_behind_hold_nothing_up(tmp_path: Path):
    source = "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()"
    assert recorded(tmp_path, source).error is None


def test_processes_that_a_program_leaves_behind_hold_nothing_up(tmp_path: Path):
    source = """
    import pathlib, subprocess
    child = subprocess.Popen(["sleep", "60"])
    pathlib.Path("child").write_text(str(child.pid))
    """
    started = time.monotonic()
    assert recorded(tmp_path, source).error is None
    assert time.monotonic() - started < 50
    os.kill(int((tmp_path / "child").read_text()), signal.SIGTERM)


def test_who_stops_listening_leaves_no_process_behind(tmp_path: Path):
    source = """
    import os, pathlib, pulumi, time
    if pulumi.get_stack() != "a":
        pathlib.Path("running").write_text(str(os.getpid()))
        time.sleep(600)
    """
    recordings = record_stacks(write(tmp_path, source, stacks=("a", "b")))
    assert next(recordings).stack == "a"
    running = tmp_path / "running"
    while not (running.exists() and running.read_text()):
        time.sleep(0.05)
    recordings.close()
    with pytest.raises(ProcessLookupError):
        os.kill(int(running.read_text()), 0)


@pytest.mark.parametrize(
    "fail",
    [
        "pulumi.Output.secret('hunter2-hunter2').apply(int)",
        "seen(password=pulumi.Output.secret('hunter2-hunter2')); raise ValueError('hunter2-hunter2')",
        "pulumi.error('it is hunter2-hunter2')",
        "pulumi.Output.secret({'deep': ['hunter2-hunter2']}).apply(lambda it: it[it['deep'][0]])",
        "import random_password; random_password.fail()",
    ],
)
def test_no_secret_is_told(tmp_path: Path, fail: str):
    made = """
    import pulumi
    class Password(pulumi.CustomResource):
        def __init__(self):
            props = {"result": "hunter2-hunter2"}
            opts = pulumi.ResourceOptions(additional_secret_outputs=["result"])
            super().__init__("random:index:Password", "made", props, opts)
    def fail():
        Password().result.apply(lambda it: int(it))
    """
    source = (
        f"import pulumi\nfrom shown import seen\nfirst = pulumi.Output.secret('hunter2-hunter2')\n{fail}\n"
    )
    recording = recorded(tmp_path, source, files={"random_password.py": made})
    said = f"{recording.error} {recording.messages} {recording.unanswered} {recording.placeholders}"
    assert "hunter2-hunter2" not in said
    assert "[secret]" in said


def test_a_failure_after_an_unanswered_question_names_the_question(tmp_path: Path):
    source = """\
    import pulumi_aws as aws
    image = aws.ec2.get_ami(owners=["self"], most_recent=True)
    number = int(image.id)
    """
    error = recorded(tmp_path, source, config=AWS).error
    assert error is not None
    assert error.startswith("__main__.py:3: ValueError: invalid literal for int()")
    assert error.endswith(
        "\nBefore, it asked for what the gate can't answer: aws:ec2/getAmi:getAmi() at __main__.py:2"
    )


def test_a_folder_without_a_python_program_is_refused(tmp_path: Path):
    with pytest.raises(ProjectError, match=r"has no Pulumi\.yaml"):
        record_stacks(tmp_path)
    with pytest.raises(ProjectError, match="is a program in nodejs"):
        record_stacks(write(tmp_path, "", project={"runtime": "nodejs"}))
    (tmp_path / "Pulumi.yaml").write_text("{")
    with pytest.raises(ProjectError, match="can't be read"):
        record_stacks(tmp_path)


def test_a_program_without_stacks_is_refused(tmp_path: Path):
    with pytest.raises(ProjectError, match=r"has no Pulumi\.STACK\.yaml"):
        record_stacks(write(tmp_path, "", stacks=()))


def test_a_stack_without_a_file_is_an_error_that_names_those_with_one(tmp_path: Path):
    (recording,) = record_stacks(write(tmp_path, ""), ["prod"])
    assert recording.error is not None
    assert recording.error.endswith("has no Pulumi.prod.yaml; stacks with a file: dev")


def test_what_stands_for_a_secret_may_be_told(tmp_path: Path):
    folder = write(tmp_path, "import pulumi\npulumi.Config().require_secret('size').apply(int)")
    (folder / "Pulumi.dev.yaml").write_text("config: {shop:size: {secure: AAAA}}")
    (recording,) = record_stacks(folder)
    assert recording.error is not None
    assert "placeholder-for-the-secret-shop-size" in recording.error
