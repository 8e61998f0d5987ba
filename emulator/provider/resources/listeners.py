"""Elastic Load Balancing: listeners, their rules and further certificates."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.attributes import Attributes
from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Find, Read, Resource
from emulator.provider.operation import Operation
from emulator.provider.resources.lb import TAGS
from emulator.provider.tagging import creation, parsed

AUTHENTICATION = ("authenticateCognito", "authenticateOidc", "jwtValidation")


def actions(prop: str) -> dict[str, str]:
    """The renames inside a list of actions."""
    return {
        f"{prop}.fixedResponse": "FixedResponseConfig",
        f"{prop}.redirect": "RedirectConfig",
        f"{prop}.forward": "ForwardConfig",
        f"{prop}.forward.targetGroups.arn": "TargetGroupArn",
        f"{prop}.forward.stickiness": "TargetGroupStickinessConfig",
        f"{prop}.forward.stickiness.duration": "DurationSeconds",
    }


def action_defaults(prop: str) -> dict[str, str]:
    """What a redirect keeps of the request (Application Load Balancer guide, "Redirect actions")."""
    parts = {
        "host": "#{host}",
        "path": "/#{path}",
        "port": "#{port}",
        "protocol": "#{protocol}",
        "query": "#{query}",
    }
    return {f"{prop}.redirect.{name}": value for name, value in parts.items()}


def action_computed(prop: str) -> tuple[str, ...]:
    """AWS answers a forward to one group in both forms, and numbers the actions."""
    fields = ("order", "targetGroupArn", "forward", "forward.stickiness", "forward.targetGroups.weight")
    return (*(f"{prop}.{f}" for f in fields), f"{prop}.fixedResponse.statusCode")


ACTION_TYPES = (
    "authenticate-cognito",
    "authenticate-oidc",
    "fixed-response",
    "forward",
    "jwt-validation",
    "redirect",
)
REQUEST = {
    "XAmznMtlsClientcert": "x_amzn_mtls_clientcert",
    "XAmznMtlsClientcertIssuer": "x_amzn_mtls_clientcert_issuer",
    "XAmznMtlsClientcertLeaf": "x_amzn_mtls_clientcert_leaf",
    "XAmznMtlsClientcertSerialNumber": "x_amzn_mtls_clientcert_serial_number",
    "XAmznMtlsClientcertSubject": "x_amzn_mtls_clientcert_subject",
    "XAmznMtlsClientcertValidity": "x_amzn_mtls_clientcert_validity",
    "XAmznTlsCipherSuite": "x_amzn_tls_cipher_suite",
    "XAmznTlsVersion": "x_amzn_tls_version",
}
RESPONSE = {
    "AccessControlAllowCredentials": "access_control_allow_credentials",
    "AccessControlAllowHeaders": "access_control_allow_headers",
    "AccessControlAllowMethods": "access_control_allow_methods",
    "AccessControlAllowOrigin": "access_control_allow_origin",
    "AccessControlExposeHeaders": "access_control_expose_headers",
    "AccessControlMaxAge": "access_control_max_age",
    "ContentSecurityPolicy": "content_security_policy",
    "StrictTransportSecurity": "strict_transport_security",
    "XContentTypeOptions": "x_content_type_options",
    "XFrameOptions": "x_frame_options",
}
ATTRIBUTES = Attributes(
    kind="listener",
    argument="ListenerArn",
    keys={
        **{
            f"routingHttpRequest{p}HeaderName": f"routing.http.request.{k}.header_name"
            for p, k in REQUEST.items()
        },
        **{
            f"routingHttpResponse{p}HeaderValue": f"routing.http.response.{k}.header_value"
            for p, k in RESPONSE.items()
        },
        "routingHttpResponseServerEnabled": "routing.http.response.server.enabled",
        "tcpIdleTimeoutSeconds": "tcp.idle_timeout.seconds",
    },
)
LISTENER_SETTINGS = (
    "alpnPolicy",
    "certificateArn",
    "defaultActions",
    "mutualAuthentication",
    "port",
    "protocol",
    "sslPolicy",
)


def _listener(op: str, params: Mapping[str, str]) -> Any:
    """CreateListener and ModifyListener, whose certificate is a list of one object."""
    call = Call(op=op, params=params, rename=actions("defaultActions"))

    def run(operation: Operation) -> str:
        inputs = operation.inputs
        values = {n: inputs[n] for n in LISTENER_SETTINGS if n in inputs and n != "certificateArn"}
        extra = creation(operation) if op == "create_listener" else {}
        if (
            op == "create_listener"
            and "protocol" not in inputs
            and ":loadbalancer/app/" in inputs["loadBalancerArn"]
        ):
            values["protocol"] = "HTTP"  # the official provider's default for this type
        if inputs.get("certificateArn"):
            extra["Certificates"] = [{"CertificateArn": inputs["certificateArn"]}]
        return str(operation.send(call, values, extra)["Listeners"][0]["ListenerArn"])

    return run


LISTENER = Resource(
    token="aws:lb/listener:Listener",
    service="elbv2",
    create=Code(
        run=_listener("create_listener", {"LoadBalancerArn": "{loadBalancerArn}"}),
        send=("loadBalancerArn", *LISTENER_SETTINGS),
    ),
    id="@",
    changes=(
        Change(
            do=Code(run=_listener("modify_listener", {"ListenerArn": "{id}"}), send=LISTENER_SETTINGS),
            when=LISTENER_SETTINGS,
        ),
        ATTRIBUTES.change(),
    ),
    read=(
        Read(
            op="describe_listeners",
            params={"ListenerArns": ["{id}"]},
            at="Listeners[0]",
            props={"arn": "ListenerArn", "certificateArn": "Certificates[0].CertificateArn"},
            rename=actions("defaultActions"),
        ),
        ATTRIBUTES.read(),
    ),
    delete=Call(op="delete_listener", params={"ListenerArn": "{id}"}),
    tags=TAGS,
    find=Find(
        op="describe_listeners",
        params={"LoadBalancerArn": "{loadBalancerArn}"},
        at="Listeners[?Port == `{port}`].ListenerArn",  # one listener a port
    ),
    replace=("loadBalancerArn",),
    defaults=action_defaults("defaultActions"),
    enums={
        "protocol": ("GENEVE", "HTTP", "HTTPS", "QUIC", "TCP", "TCP_QUIC", "TCP_UDP", "TLS", "UDP"),
        "defaultActions.type": ACTION_TYPES,
        "defaultActions.redirect.statusCode": ("HTTP_301", "HTTP_302"),
        "mutualAuthentication.mode": ("off", "passthrough", "verify"),
    },
    computed=(*action_computed("defaultActions"), "alpnPolicy"),
    refused=tuple(f"defaultActions.{a}" for a in AUTHENTICATION),
)

# A condition's block → (its field, the member of its configuration).
CONDITIONS = {
    "hostHeader": ("host-header", "HostHeaderConfig"),
    "httpHeader": ("http-header", "HttpHeaderConfig"),
    "httpRequestMethod": ("http-request-method", "HttpRequestMethodConfig"),
    "pathPattern": ("path-pattern", "PathPatternConfig"),
    "queryStrings": ("query-string", "QueryStringConfig"),
    "sourceIp": ("source-ip", "SourceIpConfig"),
}
MEMBERS = {"values": "Values", "regexValues": "RegexValues", "httpHeaderName": "HttpHeaderName"}


def _conditions(operation: Operation) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for condition in operation.inputs["conditions"]:
        for block, (field, member) in CONDITIONS.items():
            given = condition.get(block)
            if not given:
                continue
            if block == "queryStrings":
                pairs = [
                    {m: v[n] for n, m in (("key", "Key"), ("value", "Value")) if v.get(n)} for v in given
                ]
                found.append({"Field": field, member: {"Values": pairs}})
            else:
                found.append(
                    {"Field": field, member: {m: given[n] for n, m in MEMBERS.items() if given.get(n)}}
                )
    return found


def _read_conditions(operation: Operation) -> Mapping[str, Any]:
    conditions: list[dict[str, Any]] = []
    for found in operation.found["Conditions"]:
        block, (_, member) = next(c for c in CONDITIONS.items() if c[1][0] == found["Field"])
        config = found.get(member) or {"Values": found.get("Values", [])}
        if block == "queryStrings":
            conditions.append({block: [{k.lower(): v for k, v in pair.items()} for pair in config["Values"]]})
        else:
            conditions.append({block: {n: config[m] for n, m in MEMBERS.items() if config.get(m)}})
    return {"conditions": conditions}


CREATE_RULE = Call(op="create_rule", params={"ListenerArn": "{listenerArn}"}, rename=actions("actions"))
MODIFY_RULE = Call(op="modify_rule", params={"RuleArn": "{id}"}, rename=actions("actions"))


def _create_rule(operation: Operation) -> str:
    inputs = operation.inputs
    extra = {"Conditions": _conditions(operation), **creation(operation)}
    extra["Priority"] = inputs.get("priority") or _next_priority(operation)
    answer = operation.send(CREATE_RULE, {"actions": inputs["actions"]}, extra)
    return str(answer["Rules"][0]["RuleArn"])


def _next_priority(operation: Operation) -> int:
    """After the last one, as the official provider chooses it."""
    rules = operation.client().describe_rules(ListenerArn=operation.inputs["listenerArn"])["Rules"]
    return max((int(r["Priority"]) for r in rules if r["Priority"] != "default"), default=0) + 1


def _modify_rule(operation: Operation) -> None:
    operation.send(
        MODIFY_RULE, {"actions": operation.inputs["actions"]}, {"Conditions": _conditions(operation)}
    )


def _move_rule(operation: Operation) -> None:
    priorities = [{"RuleArn": operation.id, "Priority": operation.inputs["priority"]}]
    operation.call("set_rule_priorities", {"RulePriorities": priorities})


def _rule_place(operation: Operation) -> Mapping[str, Any]:
    """The listener's ARN is the rule's without its last part (Service Authorization Reference, ELB v2)."""
    listener = operation.id.rsplit("/", 1)[0].replace(":listener-rule/", ":listener/")
    return {"listenerArn": listener}


def _find_rule(operation: Operation) -> str | None:
    """By its priority, which exists once a listener, or by its Name tag."""
    client, inputs = operation.client(), operation.inputs
    rules = client.describe_rules(ListenerArn=inputs["listenerArn"])["Rules"]
    rules = [r for r in rules if not r.get("IsDefault")]
    if inputs.get("priority"):
        return next((str(r["RuleArn"]) for r in rules if r["Priority"] == str(inputs["priority"])), None)
    name = inputs.get("tagsAll", {}).get("Name")
    for rule in rules if name else []:
        tags = client.describe_tags(ResourceArns=[rule["RuleArn"]])["TagDescriptions"][0]["Tags"]
        if parsed(tags).get("Name") == name:
            return str(rule["RuleArn"])
    return None


LISTENER_RULE = Resource(
    token="aws:lb/listenerRule:ListenerRule",
    service="elbv2",
    create=Code(run=_create_rule, send=("listenerArn", "actions", "conditions", "priority")),
    id="@",
    changes=(
        # First, as the official provider does it: a rule whose new priority is taken keeps its conditions.
        Change(do=Code(run=_move_rule, send=("priority",)), when=("priority",)),
        Change(do=Code(run=_modify_rule, send=("actions", "conditions")), when=("actions", "conditions")),
    ),
    read=(
        Read(
            op="describe_rules",
            params={"RuleArns": ["{id}"]},
            at="Rules[0]",
            props={"arn": "RuleArn", "conditions": ""},
            rename=actions("actions"),
        ),
        Code(run=_read_conditions),
        Code(run=_rule_place),
    ),
    delete=Call(op="delete_rule", params={"RuleArn": "{id}"}),
    tags=TAGS,
    find=Code(run=_find_rule),
    replace=("listenerArn",),
    defaults=action_defaults("actions"),
    enums={"actions.type": ACTION_TYPES, "actions.redirect.statusCode": ("HTTP_301", "HTTP_302")},
    computed=action_computed("actions"),
    sets=(
        "conditions",
        *(
            f"conditions.{b}.{v}"
            for b in ("hostHeader", "pathPattern", "httpHeader")
            for v in ("values", "regexValues")
        ),
        "conditions.httpRequestMethod.values",
        "conditions.queryStrings",
        "conditions.sourceIp.values",
    ),
    refused=("transforms", "conditions.sourceIp.ipAddressType", *(f"actions.{a}" for a in AUTHENTICATION)),
)


def _certificate(operation: Operation) -> dict[str, Any]:
    return {
        "ListenerArn": operation.old.get("listenerArn") or operation.inputs["listenerArn"],
        "Certificates": [
            {"CertificateArn": operation.old.get("certificateArn") or operation.inputs["certificateArn"]}
        ],
    }


def _add_certificate(operation: Operation) -> None:
    operation.call("add_listener_certificates", _certificate(operation))


def _remove_certificate(operation: Operation) -> None:
    operation.call("remove_listener_certificates", _certificate(operation))


def _read_certificate(operation: Operation) -> Mapping[str, Any] | None:
    wanted = _certificate(operation)
    read = Read(
        op="describe_listener_certificates", params={"ListenerArn": wanted["ListenerArn"]}, at="Certificates"
    )
    certificates: list[dict[str, Any]] = operation.fetch_raw(read) or []
    found = [c["CertificateArn"] for c in certificates if not c.get("IsDefault")]
    arn = wanted["Certificates"][0]["CertificateArn"]
    return {"listenerArn": wanted["ListenerArn"], "certificateArn": arn} if arn in found else None


LISTENER_CERTIFICATE = Resource(
    token="aws:lb/listenerCertificate:ListenerCertificate",
    service="elbv2",
    create=Code(run=_add_certificate, send=("listenerArn", "certificateArn")),
    id="{listenerArn}_{certificateArn}",
    read=(Code(run=_read_certificate),),
    delete=Code(run=_remove_certificate),
    replace=("listenerArn", "certificateArn"),
)

RESOURCES: tuple[Resource, ...] = (LISTENER, LISTENER_RULE, LISTENER_CERTIFICATE)
INVOKES: tuple[Invoke, ...] = ()
