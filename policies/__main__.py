"""The policy pack: hands the engine's resources to the rules of `ecs_policies`, and their findings back.

Rules see no SDK. Here the SDK's unknowns become `UNKNOWN`: a policy that touches one of the SDK's own turns
into advice, and a mandatory rule has to stay mandatory on the first preview of a stack.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

from ecs_policies.catalogue import OPTIONS_SCHEMA, RULES
from ecs_policies.model import UNKNOWN, Finding, Options, Resource, Rule, Stack, Value
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    PolicyPack,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError


def policies() -> list[Policy]:
    """The SDK's policy for each rule, with the rule's id as its name."""
    return [_policy(rule) for rule in RULES]


def _policy(rule: Rule) -> Policy:
    described: dict[str, Any] = {
        "name": rule.id,
        "description": rule.title,
        "enforcement_level": EnforcementLevel.MANDATORY,
        "severity": Severity(rule.severity.value),
        "remediation_steps": rule.fix,
        "tags": list(rule.mappings),
        "config_schema": PolicyConfigSchema({it: OPTIONS_SCHEMA[it] for it in rule.options}),
    }
    if rule.mappings:
        described["framework"] = PolicyComplianceFramework(name=rule.mappings[0])
    if rule.resource:
        return ResourceValidationPolicy(validate=_resource_validation(rule), **described)
    return StackValidationPolicy(validate=_stack_validation(rule), **described)


def _resource_validation(rule: Rule) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type in rule.types:
            resource = Resource(type=args.resource_type, urn=args.urn, properties=_properties(args.props))
            _report(rule.judge_resource(resource), report)

    return validate


def _stack_validation(rule: Rule) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        stack = Stack(_resource(it) for it in args.resources)
        _report(rule.judge(stack, _options(args.get_config())), report)

    return validate


def _report(findings: list[Finding], report: ReportViolation) -> None:
    for it in findings:
        # A document may hold half a surrogate pair, which no message to the engine can.
        report(it.text.encode(errors="replace").decode(), it.resource)


def _options(config: Mapping[str, Any]) -> Options:
    return Options(**{it: frozenset(map(str, config[it])) for it in OPTIONS_SCHEMA if config.get(it)})


def _resource(resource: PolicyResource) -> Resource:
    """A resource of a stack: its outputs, less those that the provider has yet to compute.

    Before a resource is created, an output that the program didn't set is unknown too. It was made from no
    other resource, which tells it from an unknown input.
    """
    origins = {
        key: tuple(it.urn for it in made_from) for key, made_from in resource.property_dependencies.items()
    }
    properties = {
        key: value
        for key, value in _properties(resource.props).items()
        if value is not UNKNOWN or key in origins
    }
    return Resource(
        type=resource.resource_type,
        urn=resource.urn,
        properties=properties,
        parent=resource.parent.urn if resource.parent else None,
        dependencies=tuple(it.urn for it in resource.dependencies),
        property_dependencies=origins,
    )


def _properties(props: Mapping[str, Any]) -> dict[str, Value]:
    return {key: _value(props, key) for key in props}


def _value(holder: Any, key: str | int) -> Value:
    """One property as plain data. An asset or archive counts as unknown, as no rule can look into it."""
    try:
        value = holder[key]
    except UnknownValueError:
        return UNKNOWN
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, Mapping):
        return _properties(cast("Mapping[str, Any]", value))
    if isinstance(value, Sequence):
        return [_value(value, index) for index in range(len(cast("Sequence[Any]", value)))]
    return UNKNOWN


if __name__ == "__main__":
    PolicyPack("ecs-policies", policies=policies(), enforcement_level=EnforcementLevel.MANDATORY)
