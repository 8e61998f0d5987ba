"""Each role may make the calls of what it is for: `up` and `destroy` for deliveries, a preview for all.

The calls are those of the stand-in provider and of the program itself. The official provider reads more of a
resource; what that is, is in components/delivery/reading.py.
"""

from collections.abc import Iterator

import pytest

from components.context import Context
from components.delivery.environment import Environment
from components.delivery.github import GitHub
from components.delivery.roles import DeliveryRolesArgs
from components.documents import document
from emulator.engine.engine import Engine
from emulator.local.environment import ACCOUNT, REGION
from emulator.local.events import Result
from tests.engine.standing import FULL, Standing, changes
from tests.engine.watching import WatchedStack
from tests.unit.access import allowed_somewhere

CONTEXT = Context(project="web-application", stack="local", partition="aws", region=REGION, account=ACCOUNT)
ROLES = DeliveryRolesArgs(
    context=Context(
        project="web-application-bootstrap", stack="local", partition="aws", region=REGION, account=ACCOUNT
    ),
    environment=Environment(
        context=CONTEXT,
        service="web",
        registry=ACCOUNT,
        repositories=("web-application/rails",),
        state_bucket="pulumi-state-local",
        state_key_alias="alias/pulumi-state-local",
        hosted_zones=("Z0123456789EXAMPLE",),
    ),
    github=GitHub(repository="example@1/web@2"),
    provider=None,
)
READING = [document(it) for it in ROLES.reading().values()]
DELIVERING = [*READING, *(document(it) for it in ROLES.writing().values())]
EVERYTHING = {
    **FULL,
    "deployment": {"strategy": "blue_green", "bake_minutes": 0},
    "rails": {"release_command": ["bin/rails", "db:migrate"]},
    "service": {"spot_weight": 4, "keep_revisions": 2},
    "permissions_boundary": "web-application-local-boundary",
}
# Everybody may ask who they are (IAM User Guide, "GetCallerIdentity").
ANYBODY = {"sts:GetCallerIdentity"}


@pytest.fixture(scope="module")
def watched(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    stack = WatchedStack(tmp_path_factory.mktemp("watched"), engine=engine)
    stack.start()
    yield Standing(stack=stack, settings=EVERYTHING, made=Result(code=-1, stdout="", stderr="", events=()))
    stack.stop()
    stack.listener.close()


def test_every_call_is_allowed_to_the_role_that_is_there_for_it(watched: Standing):
    stack = watched.stack
    assert isinstance(stack, WatchedStack)
    watched.seed()
    with stack.listener.heard() as first:
        created = changes(watched.up())
    with stack.listener.heard() as looking:
        preview = watched.preview("--refresh")
        assert preview.code == 0, preview.stdout + preview.stderr
    with stack.listener.heard() as later:
        changes(watched.up(changes={"task": {"cpu": 2048, "memory": 4096}, "alarms": {"latency": 3}}))
        changes(watched.up(changes={"load_balancer": {"firewall": False}, "exec": "false"}))
    with stack.listener.heard() as ending:
        destroyed = stack.destroy("--skip-preview", settings=watched.config({}))
        assert destroyed.code == 0, destroyed.stdout + destroyed.stderr

    assert len(created) > 80
    assert {"ec2:CreateVpc", "iam:CreateRole", "ecs:RunTask", "kms:CreateKey", "wafv2:CreateWebACL"} <= first
    assert "elasticloadbalancing:DescribeLoadBalancers" in looking
    assert {"ecs:RegisterTaskDefinition", "wafv2:DeleteWebACL"} <= later
    assert {"ec2:DeleteVpc", "s3:DeleteBucket"} <= ending
    delivered = first | later | ending
    assert sorted(it for it in delivered - ANYBODY if not allowed_somewhere(DELIVERING, it)) == []
    assert sorted(it for it in looking - ANYBODY if not allowed_somewhere(READING, it)) == []
