"""The door inside the engine: the rules as a pack of the Pulumi SDK.

The SDK's own servicer turns every resource's properties into objects anew for each policy; here each is
read once. And the rules of a whole stack see what `Analyze` saw of each resource, the program's inputs: the
outputs that `AnalyzeStack` shows of a stack that stands hold what AWS made of them too.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import grpc
from google.protobuf import json_format
from pulumi.runtime import proto
from pulumi.runtime.proto import analyzer_pb2_grpc
from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyComplianceFramework,
    PolicyConfigSchema,
    ResourceValidationPolicy,
    Severity,
    StackValidationPolicy,
)
from pulumi_policy import policy as sdk

from ecs_policies import exemptions, normal, wire
from ecs_policies.catalogue import ALL
from ecs_policies.config import OPTIONS_SCHEMA, Config
from ecs_policies.exemptions import Exempted, Exemptions
from ecs_policies.judging import Judge
from ecs_policies.model import Finding, Level, Resource, Rule, Stack, Value

NAME = "ecs-policies"
_MESSAGE_LIMIT = 400 * 1024 * 1024
_LEVELS = {level.value: level for level in Level}


def policies(rules: Iterable[Rule] = ALL) -> list[Policy]:
    """The SDK's policy for each rule, under the rule's id: what the engine lists and configures."""
    return [_policy(rule) for rule in rules]


def _policy(rule: Rule) -> Policy:
    described: dict[str, Any] = {
        "name": rule.id,
        "description": rule.title,
        "enforcement_level": EnforcementLevel(rule.level.value),
        "severity": Severity(rule.severity.value),
        "remediation_steps": rule.fix,
        "tags": list(rule.mappings),
        "config_schema": PolicyConfigSchema({it: dict(OPTIONS_SCHEMA[it]) for it in rule.options}),
        "validate": _judged_by_the_servicer,
    }
    if rule.mappings:
        described["framework"] = PolicyComplianceFramework(name=rule.mappings[0])
    return (ResourceValidationPolicy if rule.resource else StackValidationPolicy)(**described)


def _judged_by_the_servicer(_args: object, _report: object) -> None:
    """What the SDK would call for each policy and resource; `Servicer` judges with all rules at once."""


class Servicer(sdk._PolicyAnalyzerServicer):  # pyright: ignore[reportPrivateUsage]
    """The SDK's servicer, judging with `ecs_policies`' model in place of its proxies."""

    def __init__(self, accepted: Exemptions | None = None, rules: tuple[Rule, ...] = ALL) -> None:
        self._policies = policies(rules)
        super().__init__(NAME, "0.0.1", self._policies, EnforcementLevel.MANDATORY)
        self._rules = rules
        self._by_name = {it.name: it for it in self._policies}
        self._exemptions = accepted or Exemptions()
        self._inputs: dict[str, Mapping[str, Value]] = {}

    def Analyze(self, request: Any, _context: Any) -> Any:  # noqa: N802 (the protocol's name)
        """One resource before its creation, before the rules that need no other."""
        sent = wire.properties(json_format.MessageToDict(request.properties))
        self._inputs[request.urn] = sent
        if not sent:
            return proto.AnalyzeResponse()  # `AnalyzeStack` tells whether it's left out, or set by nothing
        resource = Resource(type=request.type, urn=request.urn, properties=normal.inputs(sent, request.name))
        verdict = self._judge().resource(resource)
        return self._response(verdict.findings, verdict.exempted)

    def AnalyzeStack(self, request: Any, _context: Any) -> Any:  # noqa: N802 (the protocol's name)
        """All the resources, before the rules that need the whole stack, and what is said of exemptions."""
        seen = [it for it in request.resources if not self._is_left_out(it)]
        whole = len(seen) == len(request.resources)
        verdict = self._judge().stack(Stack(map(self._resource, seen)), whole=whole)
        told = {it.id for it in self._rules if not it.resource}
        return self._response(
            [it for it in verdict.findings if it.rule in told or self._is_bare(it.resource)],
            [it for it in verdict.exempted if it.finding.rule in told or self._is_bare(it.finding.resource)],
        )

    def _is_bare(self, urn: str) -> bool:
        """Whether `Analyze` saw nothing of it: the program set nothing, or the engine leaves it out."""
        return self._inputs.get(urn) == {}

    def _is_left_out(self, sent: Any) -> bool:
        """Whether `--target` doesn't name a new resource: the engine shows it bare, and won't create it.

        Of any other the provider tells at least what it will compute; components have no provider.
        """
        return sent.HasField("provider") and self._is_bare(sent.urn) and not sent.properties.fields

    def _resource(self, sent: Any) -> Resource:
        outputs = wire.properties(json_format.MessageToDict(sent.properties))
        inputs = self._inputs.get(sent.urn)
        origins = {key: tuple(it.urns) for key, it in sent.propertyDependencies.items()}
        properties = normal.outputs(outputs, sent.type, origins) if inputs is None else inputs
        return Resource(
            type=sent.type,
            urn=sent.urn,
            properties=normal.inputs(properties, sent.name),
            parent=sent.parent or None,
            dependencies=tuple(sent.dependencies),
            property_dependencies=origins,
            identity=normal.identity(outputs, inputs or {}),
        )

    def _judge(self) -> Judge:
        today = datetime.now(UTC).date()
        return Judge(rules=self._rules, config=self._config(), exemptions=self._exemptions, today=today)

    def _config(self) -> Config:
        """The engine's config for the pack, in the form that all doors share."""
        levels = {
            name: _LEVELS.get(self._get_enforcement_level(it).value, Level.MANDATORY)
            for name, it in self._by_name.items()
        }
        options = {name: self._get_policy_config(name) or {} for name in self._by_name}
        return Config(levels=levels, options=options)

    def _response(self, findings: Iterable[Finding], exempted: Iterable[Exempted]) -> Any:
        response = proto.AnalyzeResponse()
        for it in findings:
            self._report(response, it, it.text, it.level)
        for it in exempted:
            until = f"exempted until {it.exemption.expires} by {it.exemption.owner}: {it.exemption.reason}"
            self._report(response, it.finding, f"{until}\n{it.finding.claim}", Level.ADVISORY)
        return response

    def _report(self, response: Any, finding: Finding, text: str, level: Level) -> None:
        policy = self._by_name[finding.rule]
        report = self._create_report_violation(
            response, policy.name, policy.description, EnforcementLevel(level.value), policy.severity
        )
        # A document may hold half a surrogate pair, which no message to the engine can.
        report(text.encode(errors="replace").decode(), finding.resource)


def serve() -> None:
    """Serve the pack to the engine that started this process, until it interrupts it.

    `policy-exemptions.yaml` is read from the working directory, which the engine makes the program's.
    """
    try:
        accepted = exemptions.load(Path(exemptions.FILE), ALL)
    except exemptions.ExemptionError as error:
        sys.exit(str(error))
    limits = [("grpc.max_receive_message_length", _MESSAGE_LIMIT)]
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=limits)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Servicer(accepted), server)  # pyright: ignore
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    try:
        Event().wait()
    except KeyboardInterrupt:
        server.stop(0)
