"""The AWS provider's default tags, on each resource that takes tags."""

from pathlib import Path
from typing import Any

import pytest
from ecs_policies import wire
from ecs_policies.gate.recorder.tags import with_default_tags
from ecs_policies.gate.recording import Recording

from tests.policies.gate.programs import good, one, recorded, values

pytestmark = pytest.mark.engine

CONFIG = {"aws:region": "eu-west-1", "aws:defaultTags": {"tags": {"Team": "shop", "Stage": "dev"}}}
SOURCE = """\
import pulumi
import pulumi_aws as aws
from shown import seen

plain = aws.sns.Topic("plain")
own = aws.sns.Topic("own", tags={"Stage": "mine", "Name": "own"})
attachment = aws.iam.RolePolicyAttachment("untagged", role="r", policy_arn="arn:aws:iam::aws:policy/X")
provider = aws.Provider("other", region="us-east-1", default_tags={"tags": {"Team": "other"}})
there = aws.sns.Topic("there", opts=pulumi.ResourceOptions(provider=provider))
part = pulumi.ComponentResource("shop:index:Part", "part", None, pulumi.ResourceOptions(providers=[provider]))
below = aws.sns.Topic("below", opts=pulumi.ResourceOptions(parent=part))
bare = aws.Provider("bare", region="us-east-1")
nothing = aws.sns.Topic("nothing", opts=pulumi.ResourceOptions(provider=bare))
seen(all=own.tags_all, own=own.tags)
"""


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    return good(recorded(tmp_path_factory.mktemp("tags"), SOURCE, config=CONFIG))


def tags(recording: Recording, name: str) -> Any:
    return one(recording, name).inputs.get("tags")


def test_default_tags_of_the_config_are_on_what_takes_tags(recording: Recording):
    assert tags(recording, "plain") == {"Team": "shop", "Stage": "dev"}
    assert "tags" not in one(recording, "untagged").inputs


def test_a_resources_own_tag_wins(recording: Recording):
    assert tags(recording, "own") == {"Team": "shop", "Stage": "mine", "Name": "own"}


def test_an_explicit_provider_has_its_own_default_tags_and_region(recording: Recording):
    for name in ("there", "below"):
        assert tags(recording, name) == {"Team": "other"}
        assert one(recording, name).identity[0].startswith("arn:aws:sns:us-east-1:")
    assert tags(recording, "nothing") is None


def test_the_program_reads_all_tags(recording: Recording):
    assert values(recording)["all"] == {"Team": "shop", "Stage": "mine", "Name": "own"}


def test_tags_that_are_unknown_or_secret_stay_so():
    assert with_default_tags({"tags": wire.UNKNOWN_TEXT}, {"a": "b"}) == {"tags": wire.UNKNOWN_TEXT}
    hidden = {wire.SIGNATURE: wire.SECRET, "value": {"c": "d"}}
    assert with_default_tags({"tags": hidden}, {"a": "b"}) == {
        "tags": {wire.SIGNATURE: wire.SECRET, "value": {"a": "b", "c": "d"}}
    }


def test_without_default_tags_nothing_is_added(tmp_path: Path):
    source = "import pulumi_aws as aws\naws.sns.Topic('plain')"
    assert one(good(recorded(tmp_path, source)), "plain").inputs == {}
