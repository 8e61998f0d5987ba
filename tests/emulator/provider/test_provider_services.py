"""ECS services, their revisions and what else has a life of its own."""

import json
import threading
from types import SimpleNamespace
from typing import Any

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from emulator.provider import codec
from emulator.provider.operation import CancelledError, OperationError
from emulator.provider.resources import ecs_service
from emulator.provider.resources.ecs_service_wait import primary, wait_until_steady
from tests.emulator.provider.cases import ecs as cases
from tests.emulator.provider.harness import Engine, Made, World

SERVICE, DEFINITION = "aws:ecs/service:Service", "aws:ecs/taskDefinition:TaskDefinition"


def program(made: Made, **changes: Any) -> dict[str, Any]:
    own = {k: v for k, v in made.inputs.items() if k not in ("__defaults", "tagsAll", "name")}
    return {**own, **changes}


def checked(engine: Engine, made: Made, **changes: Any) -> dict[str, Any]:
    return engine.check(made.token, made.name, program(made, **changes), olds=made.inputs)


def described(world: World, made: Made) -> dict[str, Any]:
    cluster = made.id.split("/")[-2]
    return world.client("ecs").describe_services(cluster=cluster, services=[made.id])["services"][0]


def test_an_update_that_waits_ends_when_only_the_new_revision_runs(world: World) -> None:
    made = cases.service(world)
    newer = cases.definition(world, "nginx:2").outputs["arn"]
    world.engine.update(made, checked(world.engine, made, taskDefinition=newer))
    found = described(world, made)
    assert [d["taskDefinition"] for d in found["deployments"]] == [newer]
    assert (found["runningCount"], found["pendingCount"]) == (2, 0)


def test_a_new_image_leaves_the_number_of_tasks_to_auto_scaling(world: World) -> None:
    made = cases.service(world)
    world.client("ecs").update_service(cluster=made.id.split("/")[-2], service=made.id, desiredCount=3)
    newer = cases.definition(world, "nginx:2").outputs["arn"]
    world.engine.update(made, checked(world.engine, made, taskDefinition=newer))
    assert described(world, made)["desiredCount"] == 3


def test_drift_of_a_service_is_found(world: World) -> None:
    made = cases.service(world)
    world.client("ecs").update_service(cluster=made.id.split("/")[-2], service=made.id, desiredCount=3)
    read = world.engine.read(made)
    assert read is not None
    assert read.inputs["desiredCount"] == 3


def test_another_capacity_strategy_wants_a_forced_deployment(world: World) -> None:
    inputs = {k: v for k, v in cases.service_inputs(world).items() if k != "launchType"}
    providers = {
        "clusterName": cases.cluster(world).outputs["name"],
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
    }
    world.make("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders", "capacity", providers)
    on_demand = {"capacityProvider": "FARGATE", "weight": 1, "base": 1}
    made = world.make(SERVICE, "spot", {**inputs, "capacityProviderStrategies": [on_demand]})
    mixed = [{"capacityProvider": "FARGATE_SPOT", "weight": 1}, on_demand]
    with pytest.raises(grpc.RpcError, match="force_new_deployment should be true"):
        world.engine.update(made, checked(world.engine, made, capacityProviderStrategies=mixed))
    forced = checked(world.engine, made, capacityProviderStrategies=mixed, forceNewDeployment=True)
    assert not world.engine.diff(made, forced).replaces
    updated = world.engine.update(made, forced)
    assert not world.engine.diff(updated, forced).detailedDiff


def test_a_service_is_imported_by_cluster_and_name(world: World) -> None:
    made = cases.service(world)
    read = world.engine.import_(SERVICE, made.name, "/".join(made.id.split("/")[-2:]))
    assert read is not None
    assert read.id == made.id
    assert read.outputs["cluster"] == made.outputs["cluster"]


@pytest.mark.parametrize("status", ["STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED"])
def test_a_deployment_that_was_rolled_back_fails_the_update(status: str) -> None:
    brief = {"serviceDeploymentArn": "arn:d", "targetServiceRevisionArn": "arn:r/42", "status": status}
    said = [{"message": "(service web) failed health checks"}]
    client = SimpleNamespace(
        list_service_deployments=lambda **_: {"serviceDeployments": [brief]},
        describe_service_deployments=lambda **_: {
            "serviceDeployments": [{"statusReason": "tasks failed to start"}]
        },
        describe_services=lambda **_: {"services": [{"events": said}]},
    )
    operation: Any = SimpleNamespace(
        timeout=0.0,
        id="arn:aws:ecs:us-east-1:1:service/c/web",
        name="web",
        inputs={"waitForSteadyState": True},
        resource=ecs_service.SERVICE,
        client=lambda: client,
        pause=threading.Event().wait,
    )
    with pytest.raises(OperationError, match=f"{status}: tasks failed to start.*failed health checks"):
        wait_until_steady(operation, "ecs-svc/42")


@pytest.mark.parametrize("strategy", ["BLUE_GREEN", "LINEAR", "CANARY"])
def test_an_update_waits_for_the_end_of_every_strategy_and_fails_when_it_was_taken_back(
    world: World, strategy: str
) -> None:
    steps = {
        "LINEAR": {"linearConfiguration": {"stepPercent": 50.0, "stepBakeTimeInMinutes": "1"}},
        "CANARY": {"canaryConfiguration": {"canaryPercent": 10.0, "canaryBakeTimeInMinutes": "1"}},
    }
    configuration = {"strategy": strategy, "bakeTimeInMinutes": "1", **steps.get(strategy, {})}
    inputs = {**cases.shifting_inputs(world), "deploymentConfiguration": configuration}
    made = world.make(SERVICE, "shifting", inputs)
    newer = cases.definition(world, "nginx:2").outputs["arn"]
    made = world.engine.update(made, checked(world.engine, made, taskDefinition=newer))
    # The deployment is over when its revision serves; the old one's tasks may still be stopping.
    serving = {it["status"]: it["taskDefinition"] for it in described(world, made)["deployments"]}
    assert serving["PRIMARY"] == newer
    bad = cases.definition(world, "nginx:3-fails-health-check").outputs["arn"]
    with pytest.raises(grpc.RpcError, match="ROLLBACK_SUCCESSFUL: Service deployment rolled back because"):
        world.engine.update(made, checked(world.engine, made, taskDefinition=bad))
    assert described(world, made)["taskDefinition"] == newer


def test_an_engine_that_stops_takes_the_deployment_back_where_the_program_asks_for_it(world: World) -> None:
    made = cases.service(world)
    client, cluster = world.client("ecs"), made.id.split("/")[-2]
    before = described(world, made)["taskDefinition"]
    never = cases.definition(world, "nginx:4-fails-health-check").outputs["arn"]
    configuration = {"deploymentCircuitBreaker": {"enable": False, "rollback": False}}
    client.update_service(
        cluster=cluster, service=made.id, taskDefinition=never, deploymentConfiguration=configuration
    )

    def pause(_: float) -> None:
        raise CancelledError("cancelled while waiting for AWS")

    operation: Any = SimpleNamespace(
        timeout=0.0,
        id=made.id,
        name="web",
        inputs={"waitForSteadyState": True, "sigintRollback": True},
        resource=ecs_service.SERVICE,
        client=lambda: client,
        pause=pause,
    )
    with pytest.raises(CancelledError):
        wait_until_steady(operation, primary(described(world, made)))
    briefs = client.list_service_deployments(cluster=cluster, service=made.id)["serviceDeployments"]
    assert briefs[0]["status"] == "ROLLBACK_SUCCESSFUL"
    assert described(world, made)["taskDefinition"] == before


def test_skip_destroy_keeps_a_revision_and_without_it_the_revision_ends(world: World) -> None:
    for keeps, status in ((True, "ACTIVE"), (False, "INACTIVE")):
        inputs = {**cases.definition_inputs(world), "skipDestroy": keeps}
        made = world.engine.create(
            DEFINITION, world.name(), world.engine.check(DEFINITION, world.name(), inputs)
        )
        world.engine.delete(made)
        client = world.client("ecs")
        found = client.describe_task_definition(taskDefinition=made.outputs["arn"])["taskDefinition"]
        assert found["status"] == status


def test_a_reordered_environment_replaces_no_task_definition(world: World) -> None:
    made = cases.definition(world, "nginx:1")
    containers = json.loads(cases.containers("nginx:1"))
    containers[0]["environment"].reverse()
    news = checked(world.engine, made, containerDefinitions=json.dumps(containers))
    assert not world.engine.diff(made, news).detailedDiff


def test_an_interrupted_registration_isnt_mistaken_for_the_revision_before(world: World) -> None:
    from emulator.provider.aws import Session
    from emulator.provider.find import find

    made = cases.definition(world, "nginx:1")
    newer = {**made.inputs, "containerDefinitions": cases.containers("nginx:2")}
    newer.pop("__defaults")
    assert find(DEFINITION, newer, Session(region="us-east-1")) is None


def test_a_container_document_that_is_no_list_is_refused_at_preview(world: World) -> None:
    for document in ("{", '{"name": "web"}'):
        with pytest.raises(AssertionError, match="containerDefinitions"):
            world.engine.check(DEFINITION, "web", {"family": "web", "containerDefinitions": document})


@pytest.mark.parametrize(
    ("token", "inputs"),
    [
        ("aws:ecs/cluster:Cluster", {"name": "{}"}),
        ("aws:s3/bucket:Bucket", {"bucket": "{}"}),
        ("aws:sns/topic:Topic", {"name": "{}"}),
        ("aws:cloudwatch/dashboard:Dashboard", {"dashboardName": "{}", "dashboardBody": '{"widgets": []}'}),
        ("aws:cloudwatch/logGroup:LogGroup", {"name": "{}"}),
        (
            "aws:iam/role:Role",
            {"name": "{}", "assumeRolePolicy": '{"Version": "2012-10-17", "Statement": []}'},
        ),
    ],
)
def test_a_name_that_is_taken_is_refused_with_the_import_that_takes_it(
    world: World, token: str, inputs: dict[str, str]
) -> None:
    named = {k: v.replace("{}", world.label) for k, v in inputs.items()}
    made = world.make(token, "first", named)
    with pytest.raises(grpc.RpcError, match=f"pulumi import {token} second {made.id}"):
        world.engine.create(token, "second", world.engine.check(token, "second", named))


def test_a_bucket_with_objects_goes_only_when_it_may_empty_itself(world: World) -> None:
    engine, client = world.engine, world.client("s3")
    token = "aws:s3/bucket:Bucket"
    kept = engine.create(token, world.name(), engine.check(token, world.name(), {}))
    client.put_bucket_versioning(Bucket=kept.id, VersioningConfiguration={"Status": "Enabled"})
    for body in (b"1", b"2"):
        client.put_object(Bucket=kept.id, Key="a", Body=body)
    client.delete_object(Bucket=kept.id, Key="a")
    with pytest.raises(grpc.RpcError, match="BucketNotEmpty"):
        engine.delete(kept)
    emptied = engine.update(kept, engine.check(token, kept.name, {"forceDestroy": True}, olds=kept.inputs))
    engine.delete(emptied)
    assert engine.read(emptied) is None


def test_a_secrets_value_stays_secret_in_the_state(world: World) -> None:
    secret = world.make("aws:secretsmanager/secret:Secret", "secret", {"recoveryWindowInDays": 0})
    token = "aws:secretsmanager/secretVersion:SecretVersion"
    urn = world.engine.urn(token, world.name())
    inputs = world.engine.check(token, world.name(), {"secretId": secret.id, "secretString": "hidden"})
    answer = world.engine.stub.Create(pb.CreateRequest(urn=urn, properties=codec.encode(inputs)))
    values, secrets = codec.decode(answer.properties)
    assert values["secretString"] == "hidden"
    assert ("secretString",) in secrets
    assert "hidden" not in answer.id
