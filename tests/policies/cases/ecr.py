"""Cases of the rules about ECR's repositories."""

import json
from typing import Any

from ecs_policies.kinds import LIFECYCLE_POLICY, REGISTRY_SCANNING, REPOSITORY
from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.stacks import resource


def repository(properties: dict[str, Any] | None = None, name: str = "web") -> Resource:
    """A repository with these properties."""
    return resource(REPOSITORY, name, properties)


def scanning(frequency: str, *filters: Any) -> Resource:
    """The registry's scanning, by one rule with these filters."""
    rule = {
        "scanFrequency": frequency,
        "repositoryFilters": [{"filter": it, "filterType": "WILDCARD"} for it in filters],
    }
    return resource(REGISTRY_SCANNING, "registry", {"scanType": "ENHANCED", "rules": [rule]})


def covered(says: str, pattern: str, properties: dict[str, Any]) -> Case:
    return Case(
        rule="ecr.scan-on-push",
        says=f"takes a repository that the registry scans by {says}",
        stack=(scanning("CONTINUOUS_SCAN", "other/*", pattern), repository(properties)),
    )


SCAN = (
    *(
        Case(
            rule="ecr.scan-on-push",
            says=f"takes scanning that is on as {value!r}",
            stack=(repository({"imageScanningConfiguration": value}),),
        )
        for value in ({"scanOnPush": True}, [{"scanOnPush": "true"}])
    ),
    covered("a pattern", "team/w*", {"name": "team/web"}),
    covered("a part of the name", "web", {"name": "team/web-nginx"}),
    covered("a pattern of its automatic name", "web-*", {}),
    covered("everything", "*", {"name": UNKNOWN, "imageScanningConfiguration": UNKNOWN}),
    Case(
        rule="ecr.scan-on-push",
        says="finds scanning that is off or not said",
        stack=(
            repository(),
            repository({"imageScanningConfiguration": {"scanOnPush": False}}, "off"),
        ),
        finds=(("web", "imageScanningConfiguration"), ("off", "imageScanningConfiguration")),
    ),
    Case(
        rule="ecr.scan-on-push",
        says="finds a repository that no scanning rule covers",
        stack=(scanning("SCAN_ON_PUSH", "prod-*"), repository({"name": "web-prod-1"})),
        finds=(("web", "imageScanningConfiguration"),),
    ),
    Case(
        rule="ecr.scan-on-push",
        says="finds a repository that is scanned by hand",
        stack=(scanning("MANUAL", "*"), repository({"name": "web"})),
        finds=(("web", "imageScanningConfiguration"),),
    ),
    Case(
        rule="ecr.scan-on-push",
        says="can't tell while the switch or a filter isn't known",
        stack=(scanning("SCAN_ON_PUSH", UNKNOWN), repository()),
        unsure=(("web", "imageScanningConfiguration"),),
        told=("whether a scanning rule of the registry covers it",),
    ),
    Case(
        rule="ecr.scan-on-push",
        says="can't tell while the switch isn't known",
        stack=(
            scanning("SCAN_ON_PUSH", "other"),
            repository({"imageScanningConfiguration": {"scanOnPush": UNKNOWN}, "name": UNKNOWN}),
        ),
        unsure=(("web", "imageScanningConfiguration"),),
    ),
    *(
        Case(
            rule="ecr.scan-on-push",
            says=f"can't read scanning rules that are {rules!r}",
            stack=(resource(REGISTRY_SCANNING, "registry", {"rules": rules}), repository()),
            unsure=(("web", "imageScanningConfiguration"),),
            malformed=True,
        )
        for rules in ("all", [{"scanFrequency": "SCAN_ON_PUSH", "repositoryFilters": "*"}])
    ),
    Case(
        rule="ecr.scan-on-push",
        says="can't read a setting that is no block",
        stack=(repository({"imageScanningConfiguration": "on"}),),
        unsure=(("web", "imageScanningConfiguration"),),
        malformed=True,
    ),
)


def exclusions(filters: Any) -> Resource:
    return repository(
        {
            "imageTagMutability": "IMMUTABLE_WITH_EXCLUSION",
            "imageTagMutabilityExclusionFilters": filters,
        }
    )


TAGS = (
    Case(
        rule="ecr.immutable-tags",
        says="takes immutable tags",
        stack=(repository({"imageTagMutability": "IMMUTABLE"}),),
    ),
    Case(
        rule="ecr.immutable-tags",
        says="takes immutable tags but for some",
        stack=(exclusions([{"filter": "cache-*", "filterType": "WILDCARD"}]),),
    ),
    Case(
        rule="ecr.immutable-tags",
        says="finds tags that can be moved, said or not",
        stack=(repository(), repository({"imageTagMutability": "MUTABLE_WITH_EXCLUSION"}, "some")),
        finds=(("web", "imageTagMutability"), ("some", "imageTagMutability")),
        told=("tags are MUTABLE\n", "tags are MUTABLE_WITH_EXCLUSION\n"),
    ),
    Case(
        rule="ecr.immutable-tags",
        says="finds an exclusion of all tags",
        stack=(exclusions([{"filter": "*", "filterType": "WILDCARD"}, {}]),),
        finds=(
            ("web", "imageTagMutabilityExclusionFilters[*]"),
            ("web", "imageTagMutabilityExclusionFilters[1]"),
        ),
    ),
    Case(
        rule="ecr.immutable-tags",
        says="passes over exclusions that nothing reads",
        stack=(
            repository(
                {
                    "imageTagMutability": "IMMUTABLE",
                    "imageTagMutabilityExclusionFilters": [{"filter": "*"}],
                }
            ),
        ),
    ),
    Case(
        rule="ecr.immutable-tags",
        says="can't tell while the setting, or an exclusion, isn't known",
        stack=(repository({"imageTagMutability": UNKNOWN}), exclusions([{"filter": UNKNOWN}])),
        unsure=(("web", "imageTagMutability"), ("web", "imageTagMutabilityExclusionFilters[0]")),
    ),
    Case(
        rule="ecr.immutable-tags",
        says="can't read exclusions that are none",
        stack=(exclusions("latest"),),
        unsure=(("web", "imageTagMutabilityExclusionFilters"),),
        malformed=True,
    ),
)


def expiring(content: Any, **more: Any) -> Resource:
    """A lifecycle policy of the repository, by a reference that isn't known yet."""
    made_from = {} if more else {"repository": repository()}
    return resource(LIFECYCLE_POLICY, "its", {"repository": UNKNOWN, "policy": content, **more}, **made_from)


RULE = {"rulePriority": 1, "selection": {"tagStatus": "untagged"}, "action": {"type": "expire"}}

LIFECYCLE = (
    Case(
        rule="ecr.lifecycle-policy",
        says="takes a repository with a policy",
        stack=(repository(), expiring(json.dumps({"rules": [RULE]}))),
    ),
    Case(
        rule="ecr.lifecycle-policy",
        says="takes a policy as an object that names the repository in plain text",
        stack=(repository({"name": "team/web"}), expiring({"Rules": RULE}, repository="team/web")),
    ),
    Case(
        rule="ecr.lifecycle-policy",
        says="finds a repository without one",
        stack=(repository(), repository({}, "second"), expiring(json.dumps({"rules": [RULE]}))),
        finds=(("second", "lifecyclePolicy"),),
    ),
    Case(
        rule="ecr.lifecycle-policy",
        says="finds a policy without a rule",
        stack=(repository(), expiring(json.dumps({"rules": []}))),
        finds=(("its", "policy"),),
    ),
    Case(
        rule="ecr.lifecycle-policy",
        says="can't tell while the policy, or its repository, isn't known",
        stack=(repository({"name": "team/web"}), expiring(UNKNOWN, repository=[UNKNOWN])),
        unsure=(("its", "policy"), ("web", "lifecyclePolicy")),
        told=("which repository a LifecyclePolicy is for",),
    ),
    Case(
        rule="ecr.lifecycle-policy",
        says="can't read a policy that isn't JSON",
        stack=(repository(), expiring("rules:")),
        unsure=(("its", "policy"),),
        malformed=True,
    ),
)

CASES = (*SCAN, *TAGS, *LIFECYCLE)
