"""Every resource that takes tags gets a Name; what takes none is left alone."""

import pulumi_aws as aws

from components.context import Context
from components.name_tags import tag_with_names
from tests.unit.mocks import record

CONTEXT = Context(
    project="web-application", stack="test", partition="aws", region="eu-west-1", account="111122223333"
)


def test_a_taggable_resource_is_named_after_project_stack_and_itself():
    def build():
        tag_with_names(CONTEXT)
        aws.ec2.Vpc("web-vpc", cidr_block="10.0.0.0/16")

    assert record(build).named("web-vpc").inputs["tags"] == {"Name": "web-application-test-web-vpc"}


def test_tags_of_its_own_stay_and_win():
    def build():
        tag_with_names(CONTEXT)
        aws.ec2.Vpc("web-vpc", cidr_block="10.0.0.0/16", tags={"Name": "mine", "Team": "web"})

    assert record(build).named("web-vpc").inputs["tags"] == {"Name": "mine", "Team": "web"}


def test_a_resource_that_takes_no_tags_gets_none():
    def build():
        tag_with_names(CONTEXT)
        aws.iam.RolePolicy("web-policy", role="r", policy="{}")

    assert "tags" not in record(build).named("web-policy").inputs
