"""What is public, old, left half-deployed or untagged about a service."""

from typing import Any

from ecs_policies.kinds import SERVICE
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import resource

BREAKER = {"enable": True, "rollback": True}


def service(**properties: Any) -> tuple[Resource, ...]:
    return (resource(SERVICE, "web", properties),)


def strategy(name: Any) -> dict[str, Any]:
    return {"deploymentConfiguration": {"strategy": name}}


PUBLIC_IP = (
    Case(
        rule="service.public-ip",
        says="takes a service that says nothing, and one that says no",
        stack=(*service(), resource(SERVICE, "api", {"networkConfiguration": {"assignPublicIp": "false"}})),
    ),
    Case(
        rule="service.public-ip",
        says="finds an address, whichever way the block is written",
        stack=(
            *service(networkConfiguration={"assignPublicIp": True}),
            resource(SERVICE, "api", {"networkConfiguration": [{"assignPublicIp": "true"}]}),
        ),
        finds=(
            ("web", "networkConfiguration.assignPublicIp"),
            ("api", "networkConfiguration.assignPublicIp"),
        ),
        told=("each task gets a public IP address",),
    ),
    Case(
        rule="service.public-ip",
        says="doesn't pass over an unknown",
        stack=(
            *service(networkConfiguration={"assignPublicIp": UNKNOWN}),
            resource(SERVICE, "api", {"networkConfiguration": UNKNOWN}),
        ),
        unsure=(
            ("web", "networkConfiguration.assignPublicIp"),
            ("api", "networkConfiguration.assignPublicIp"),
        ),
    ),
    Case(
        rule="service.public-ip",
        says="doesn't pass over what is no switch",
        stack=service(networkConfiguration={"assignPublicIp": "ENABLED"}),
        unsure=(("web", "networkConfiguration.assignPublicIp"),),
        malformed=True,
    ),
)

PLATFORM_VERSION = (
    *(
        Case(rule="service.platform-version", says=f"takes {version}", stack=service(platformVersion=version))
        for version in (None, "LATEST", "1.4.0", "1.4.1", "1.10.0", "2.0.0")
    ),
    *(
        Case(
            rule="service.platform-version",
            says=f"finds {version}",
            stack=service(platformVersion=version),
            finds=(("web", "platformVersion"),),
            told=(f"platform {version} isn't LATEST",),
        )
        for version in ("1.3.0", "1.0.0", "0.9.9")
    ),
    Case(
        rule="service.platform-version",
        says="finds what is no version",
        stack=service(platformVersion="1.4"),
        finds=(("web", "platformVersion"),),
        malformed=True,
    ),
    Case(
        rule="service.platform-version",
        says="doesn't pass over an unknown",
        stack=service(platformVersion=UNKNOWN),
        unsure=(("web", "platformVersion"),),
    ),
)

ROLLBACK = (
    Case(
        rule="service.rollback",
        says="takes a circuit breaker that turns back",
        stack=service(deploymentCircuitBreaker=BREAKER),
    ),
    Case(
        rule="service.rollback",
        says="takes one written with texts, in a list, for a strategy that is named",
        stack=service(
            deploymentCircuitBreaker=[{"enable": "true", "rollback": "true"}],
            deploymentController={"type": "ECS"},
            **strategy("ROLLING"),
        ),
    ),
    *(
        Case(
            rule="service.rollback",
            says=f"leaves what {controller} deploys to it",
            stack=service(deploymentController={"type": controller}),
        )
        for controller in ("CODE_DEPLOY", "EXTERNAL")
    ),
    *(
        Case(
            rule="service.rollback",
            says=f"takes alarms that turn back for {name}",
            stack=service(alarms={**BREAKER, "alarmNames": ["errors"]}, **strategy(name)),
        )
        for name in ("BLUE_GREEN", "LINEAR", "CANARY")
    ),
    Case(
        rule="service.rollback",
        says="takes a circuit breaker alone for BLUE_GREEN",
        stack=service(deploymentCircuitBreaker=BREAKER, **strategy("BLUE_GREEN")),
    ),
    Case(
        rule="service.rollback",
        says="finds a service without any",
        stack=service(),
        finds=(("web", "deploymentCircuitBreaker"),),
        told=("a deployment that fails goes on failing", "deployment_circuit_breaker="),
    ),
    Case(
        rule="service.rollback",
        says="finds alarms alone in a rolling deployment, as they don't see tasks that can't start",
        stack=service(alarms={**BREAKER, "alarmNames": ["errors"]}),
        finds=(("web", "deploymentCircuitBreaker"),),
    ),
    Case(
        rule="service.rollback",
        says="finds a circuit breaker that is off, and one that doesn't turn back",
        stack=(
            *service(deploymentCircuitBreaker={"enable": False, "rollback": True}),
            resource(SERVICE, "api", {"deploymentCircuitBreaker": {"enable": True}}),
        ),
        finds=(("web", "deploymentCircuitBreaker"), ("api", "deploymentCircuitBreaker.rollback")),
    ),
    Case(
        rule="service.rollback",
        says="finds CANARY without either, and with alarms that don't turn back",
        stack=(
            *service(**strategy("CANARY")),
            resource(SERVICE, "api", {**strategy("CANARY"), "alarms": {"enable": True}}),
        ),
        finds=(("web", "alarms"), ("api", "alarms.rollback")),
    ),
    Case(
        rule="service.rollback",
        says="doesn't pass over an unknown",
        stack=(
            *service(**strategy(UNKNOWN)),
            resource(SERVICE, "other", {"deploymentController": {"type": UNKNOWN}}),
            resource(SERVICE, "api", {"deploymentCircuitBreaker": {"enable": UNKNOWN, "rollback": True}}),
            resource(SERVICE, "worker", {"deploymentCircuitBreaker": {"enable": True, "rollback": UNKNOWN}}),
        ),
        unsure=(
            ("web", "deploymentConfiguration.strategy"),
            ("other", "deploymentController.type"),
            ("api", "deploymentCircuitBreaker.enable"),
            ("worker", "deploymentCircuitBreaker.rollback"),
        ),
    ),
    Case(
        rule="service.rollback",
        says="doesn't pass over what is no block",
        stack=(
            *service(deploymentCircuitBreaker="yes"),
            resource(SERVICE, "api", {"deploymentConfiguration": ["ROLLING"]}),
        ),
        unsure=(("web", "deploymentCircuitBreaker.enable"), ("api", "deploymentConfiguration.strategy")),
        malformed=True,
    ),
)

TAGS_PROPAGATED = (
    *(
        Case(rule="service.tags-propagated", says=f"takes {source}", stack=service(propagateTags=source))
        for source in ("SERVICE", "TASK_DEFINITION")
    ),
    Case(
        rule="service.tags-propagated",
        says="finds a service that says nothing, and one that says none",
        stack=(*service(), resource(SERVICE, "api", {"propagateTags": "NONE"})),
        finds=(("web", "propagateTags"), ("api", "propagateTags")),
        told=("propagateTags is NONE",),
    ),
    Case(
        rule="service.tags-propagated",
        says="doesn't pass over an unknown",
        stack=service(propagateTags=UNKNOWN),
        unsure=(("web", "propagateTags"),),
    ),
    Case(
        rule="service.tags-propagated",
        says="doesn't pass over what is no text",
        stack=service(propagateTags=True),
        unsure=(("web", "propagateTags"),),
        malformed=True,
    ),
)

CASES = (*PUBLIC_IP, *PLATFORM_VERSION, *ROLLBACK, *TAGS_PROPAGATED)
