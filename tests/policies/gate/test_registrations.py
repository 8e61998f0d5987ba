"""What is kept of a program's registrations: what the engine would have received, and from which line."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ecs_policies import wire
from ecs_policies.gate.recorder import record_stacks
from ecs_policies.gate.recording import Recording

from tests.policies.gate.programs import AWS, good, line_of, one, recorded, write

pytestmark = pytest.mark.engine

STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
PARTS = """\
import pulumi
import pulumi_aws as aws


class Part(pulumi.ComponentResource):
    def __init__(self, kind, name, opts=None):
        super().__init__(
            kind, name, {}, opts)


class Queue(Part):
    def __init__(self, name, opts=None):
        super().__init__(
            "shop:index:Queue",
            name,
            opts,
        )
        child = pulumi.ResourceOptions(parent=self)
        self.dead = aws.sqs.Queue(f"{name}-dead", opts=child)
        self.live = aws.sqs.Queue(
            name,
            redrive_policy=pulumi.Output.json_dumps({"deadLetterTargetArn": self.dead.arn}),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self.dead]),
        )
        self.register_outputs({})


class Team(pulumi.ComponentResource):
    def __init__(self, name):
        super().__init__("shop:index:Team", name)
        self.queue = Queue(name, pulumi.ResourceOptions(parent=self))
"""
SOURCE = """\
import pulumi
import pulumi_aws as aws
from parts import Queue, Team

team = Team("orders")
plain = pulumi.ComponentResource("shop:index:Plain", "plain")
after = pulumi.CustomResource("test:index:Seen", "after", {"count": 3, "share": 0.5},
    pulumi.ResourceOptions(depends_on=[team]))
topic = aws.sns.Topic("news", kms_master_key_id=pulumi.Output.secret("my-key"))
team.queue.live.arn.apply(lambda arn: aws.sns.TopicSubscription(
    "inside", topic=topic.arn, protocol="sqs", endpoint=arn))
secret_nested = pulumi.CustomResource("test:index:Seen", "nested",
    {"list": [{"key": pulumi.Output.secret(1)}], "file": pulumi.StringAsset("text"), "other": topic})
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    folder = tmp_path_factory.mktemp("registrations")
    return good(recorded(folder, SOURCE, config=AWS, files={"parts.py": PARTS}))


def secret(value: Any) -> dict[str, Any]:
    return {wire.SIGNATURE: wire.SECRET, "value": value}


def test_urns_have_the_types_of_all_parents_but_the_stack(recording: Recording):
    urns = {it.urn for it in recording.resources}
    assert urns >= {
        STACK,
        "urn:pulumi:dev::shop::shop:index:Team::orders",
        "urn:pulumi:dev::shop::shop:index:Team$shop:index:Queue::orders",
        "urn:pulumi:dev::shop::shop:index:Team$shop:index:Queue$aws:sqs/queue:Queue::orders-dead",
        "urn:pulumi:dev::shop::test:index:Seen::after",
    }


def test_the_stack_itself_and_components_are_kept_too(recording: Recording):
    kinds = {it.type for it in recording.resources if not it.custom}
    assert kinds == {"pulumi:pulumi:Stack", "shop:index:Team", "shop:index:Queue", "shop:index:Plain"}


def test_parents_are_urns(recording: Recording):
    dead = one(recording, "orders-dead")
    assert dead.parent == "urn:pulumi:dev::shop::shop:index:Team$shop:index:Queue::orders"
    assert one(recording, "after").parent == STACK
    assert one(recording, "shop-dev").parent is None


def test_dependencies_are_explicit_ones_and_those_of_the_inputs(recording: Recording):
    dead, live = one(recording, "orders-dead"), one(recording, "orders", "sqs/queue:Queue")
    assert live.dependencies == (dead.urn,)
    assert live.property_dependencies == {"redrivePolicy": (dead.urn,)}
    assert one(recording, "after").dependencies == tuple(sorted((dead.urn, live.urn)))
    assert one(recording, "after").property_dependencies == {}


def test_numbers_are_whole_where_they_can_be(recording: Recording):
    inputs = one(recording, "after").inputs
    assert inputs == {"count": 3, "share": 0.5}
    assert isinstance(inputs["count"], int)


def test_inputs_are_kept_in_wire_format_with_secrets_by_signature(recording: Recording):
    assert one(recording, "news").inputs == {"kmsMasterKeyId": secret("my-key")}
    nested = one(recording, "nested").inputs
    assert nested["list"] == [{"key": secret(1)}]
    assert nested["file"] == {wire.SIGNATURE: "c44067f5952c0a294b673a41bacd8c17", "text": "text"}
    topic = one(recording, "news")
    assert nested["other"] == {wire.SIGNATURE: wire.RESOURCE, "urn": topic.urn, "id": topic.identity[0]}


def test_a_recording_is_the_same_after_json(recording: Recording):
    assert Recording.from_json(json.loads(json.dumps(recording.to_json()))) == recording


def test_a_resource_knows_the_line_of_the_component_that_makes_it(recording: Recording):
    places = {(it.name, it.type): (it.file, it.line) for it in recording.resources}
    dead_line, live_line = line_of(PARTS, "self.dead = "), line_of(PARTS, "self.live = ")
    assert places["orders-dead", "aws:sqs/queue:Queue"] == ("parts.py", dead_line)
    assert places["orders", "aws:sqs/queue:Queue"] == ("parts.py", live_line)


def test_a_component_knows_the_line_that_makes_it_and_not_its_base_class(recording: Recording):
    queue, team = one(recording, "orders", "index:Queue"), one(recording, "orders", "Team")
    assert (queue.file, queue.line) == ("parts.py", line_of(PARTS, "self.queue = "))
    assert (team.file, team.line) == ("__main__.py", line_of(SOURCE, "team = "))


def test_a_resource_of_the_sdks_own_classes_knows_its_line_too(recording: Recording):
    for name in ("plain", "after"):
        found = one(recording, name)
        assert (found.file, found.line) == ("__main__.py", line_of(SOURCE, f"{name} = "))


def test_a_resource_made_when_a_value_is_known_knows_its_line(recording: Recording):
    found = one(recording, "inside")
    assert (found.file, found.line) == ("__main__.py", line_of(SOURCE, "team.queue.live.arn.apply"))


def test_a_file_of_an_installed_package_is_not_the_programs(tmp_path: Path):
    package = """
    import pulumi
    def make(name):
        return pulumi.CustomResource("test:index:Seen", name, {})
    """
    source = """\
    import sys
    sys.path.append("lib/site-packages")
    from ready_made import make
    thing = make("thing")
    """
    files = {"lib/site-packages/ready_made.py": package}
    found = one(good(recorded(tmp_path, source, files=files)), "thing")
    assert (found.file, found.line) == ("__main__.py", line_of(source, "thing = "))


def test_two_resources_of_one_urn_are_an_error_with_both_lines(tmp_path: Path):
    source = """\
    from shown import seen
    import pulumi
    first = pulumi.CustomResource("test:index:Seen", "twice", {})
    second = pulumi.CustomResource("test:index:Seen", "twice", {})
    """
    error = recorded(tmp_path, source).error
    assert error is not None
    assert "Duplicate resource URN urn:pulumi:dev::shop::test:index:Seen::twice" in error
    assert "__main__.py:3 and __main__.py:4" in error
    assert "Traceback" not in error


def test_a_component_of_another_process_is_unanswered_and_its_outputs_unknown(tmp_path: Path):
    source = """\
    import pulumi
    from shown import seen
    class Remote(pulumi.ComponentResource):
        url: pulumi.Output[str]
        def __init__(self, name):
            super().__init__("cloud:index:Site", name, {"url": None}, None, remote=True)
    site = Remote("site")
    seen(url=site.url)
    """
    recording = good(recorded(tmp_path, source))
    assert recording.unanswered == (
        f"the component site (cloud:index:Site), which another process makes, at __main__.py:"
        f"{line_of(source, 'site = ')}",
    )
    assert one(recording, "seen").inputs == {"url": wire.UNKNOWN_TEXT}


def test_transforms_and_transformations_change_what_is_kept(tmp_path: Path):
    source = """
    import pulumi
    from shown import seen

    def transformation(args):
        return pulumi.ResourceTransformationResult({**args.props, "old": True}, args.opts)

    def of_stack(args):
        order = [*args.props.get("order", []), "stack"]
        return pulumi.ResourceTransformResult({**args.props, "order": order}, args.opts)

    async def of_parent(args):
        order = [*args.props.get("order", []), "parent"]
        return pulumi.ResourceTransformResult({**args.props, "order": order}, args.opts)

    def of_resource(args):
        base = pulumi.ResourceOptions(depends_on=[other])
        return pulumi.ResourceTransformResult({**args.props, "order": ["own"]}, base)

    other = seen("other")
    pulumi.runtime.register_stack_transformation(transformation)
    pulumi.runtime.register_resource_transform(of_stack)
    parent = pulumi.ComponentResource("shop:index:Part", "parent", None,
        pulumi.ResourceOptions(transforms=[of_parent]))
    pulumi.CustomResource("test:index:Seen", "seen", {"own": 1},
        pulumi.ResourceOptions(parent=parent, transforms=[of_resource]))
    """
    recording = good(recorded(tmp_path, source))
    seen = one(recording, "seen")
    assert seen.inputs == {"own": 1, "old": True, "order": ["own", "parent", "stack"]}
    assert seen.dependencies == (one(recording, "other").urn,)
    assert one(recording, "other").inputs == {}


def test_a_transform_may_ask_while_many_resources_wait(tmp_path: Path):
    source = """
    import pulumi
    import pulumi_aws as aws
    from shown import seen

    async def with_account(args):
        account = await aws.get_caller_identity_output().account_id.future()
        return pulumi.ResourceTransformResult({**args.props, "account": account}, args.opts)

    pulumi.runtime.register_resource_transform(with_account)
    for number in range(60):
        seen(f"seen-{number}")
    """
    recording = good(recorded(tmp_path, source, config=AWS))
    found = Counter(it.inputs.get("account") for it in recording.resources if "Seen" in it.type)
    assert found == {"123456789012": 60}


def test_a_hook_runs_where_it_asks_for_a_preview_and_its_failure_is_the_programs(tmp_path: Path):
    source = """
    import pulumi
    from shown import seen

    def fail(args):
        raise Exception(f"{args.name} has {args.new_inputs}")

    quiet = pulumi.ResourceHook("quiet", fail)
    loud = pulumi.ResourceHook("loud", fail, pulumi.ResourceHookOptions(on_dry_run=True))
    for name, hook in (("fine", quiet), ("refused", loud)):
        hooks = pulumi.ResourceHookBinding(before_create=[hook])
        pulumi.CustomResource("test:index:Seen", name, {"a": 1}, pulumi.ResourceOptions(hooks=hooks))
    """
    recording = recorded(tmp_path, source)
    assert recording.error is not None
    assert "the hook loud of refused (test:index:Seen) failed: refused has {'a': 1.0}" in recording.error
    assert one(recording, "fine").inputs == {"a": 1}


def test_what_the_program_warns_of_is_kept(tmp_path: Path):
    source = "import pulumi\npulumi.info('fine')\npulumi.warn('look')\npulumi.error('bad')"
    recording = recorded(tmp_path, source)
    assert recording.messages == ("look", "bad")


def test_what_the_program_prints_is_no_part_of_the_recording(tmp_path: Path):
    source = """
    import os, subprocess, sys
    print("hello")
    os.write(1, b"{}")
    subprocess.run([sys.executable, "-c", "print('from a child')"], check=True)
    """
    assert good(recorded(tmp_path, source)).resources[0].urn == STACK


def test_stacks_run_in_the_order_given_and_by_default_all_that_have_a_file(tmp_path: Path):
    source = "import pulumi, time\ntime.sleep(0.5 if pulumi.get_stack() == 'b' else 0)"
    write(tmp_path, source, stacks=("c", "a", "b"))
    assert [it.stack for it in record_stacks(tmp_path)] == ["a", "b", "c"]
    assert [it.stack for it in record_stacks(tmp_path, ["b", "a"])] == ["b", "a"]


def test_the_same_program_makes_the_same_recording(tmp_path: Path, recording: Recording):
    again = recorded(tmp_path, SOURCE, config=AWS, files={"parts.py": PARTS})
    assert again.resources == recording.resources
