"""AWS Certificate Manager."""

from collections.abc import Mapping
from typing import Any

from emulator.provider.invoke import Invoke
from emulator.provider.model import Call, Change, Code, Read, Resource, Tags, Wait
from emulator.provider.operation import Operation, OperationError
from emulator.provider.tagging import creation, parsed

REQUEST = Call(
    op="request_certificate",
    rename={"validationOptions": "DomainValidationOptions"},
)
REQUESTED = (
    "certificateAuthorityArn",
    "domainName",
    "keyAlgorithm",
    "options",
    "subjectAlternativeNames",
    "validationMethod",
    "validationOptions",
)
IMPORTED = {
    "certificateBody": "Certificate",
    "certificateChain": "CertificateChain",
    "privateKey": "PrivateKey",
}
DESCRIBE: dict[str, Any] = {"op": "describe_certificate", "params": {"CertificateArn": "{id}"}}


def _create(operation: Operation) -> str:
    """Requests a certificate, or takes in one that was made elsewhere."""
    inputs = operation.inputs
    if "privateKey" in inputs:
        return _take_in(operation, creation(operation))
    values = {n: inputs[n] for n in REQUESTED if n in inputs}
    return str(operation.send(REQUEST, values, creation(operation))["CertificateArn"])


def _take_in(operation: Operation, extra: Mapping[str, Any]) -> str:
    given = {m: operation.inputs[n].encode() for n, m in IMPORTED.items() if operation.inputs.get(n)}
    return str(operation.call("import_certificate", {**given, **extra})["CertificateArn"])


def _renew(operation: Operation) -> None:
    _take_in(operation, {"CertificateArn": operation.id})


def _await_records(operation: Operation) -> None:
    """The records that prove the domains appear a moment after the request."""
    if operation.inputs.get("validationMethod") != "DNS":
        return
    read = Read(**DESCRIBE, at="Certificate.DomainValidationOptions[].ResourceRecord.Name")
    wanted = Read(**DESCRIBE, at="length(Certificate.DomainValidationOptions || `[]`)")
    for _ in range(600):
        names: list[str] = operation.fetch_raw(read) or []
        if names and len(names) == operation.fetch_raw(wanted):
            return
        operation.pause(0.1)
    raise OperationError(
        f"{operation.resource.token} {operation.name}: AWS gave no validation records within 60 s"
    )


def _details(operation: Operation) -> Mapping[str, Any]:
    found = operation.found
    names: list[str] = found.get("SubjectAlternativeNames", [])
    if found["DomainName"] not in operation.inputs.get("subjectAlternativeNames", []):
        names = [n for n in names if n != found["DomainName"]]  # AWS adds the domain itself
    validations = [v for v in found.get("DomainValidationOptions", []) if "ResourceRecord" in v]
    methods = [v.get("ValidationMethod") for v in found.get("DomainValidationOptions", [])]
    return {
        "subjectAlternativeNames": names,
        "validationMethod": methods[0] if methods else "NONE",
        "validationEmails": [
            e for v in found.get("DomainValidationOptions", []) for e in v.get("ValidationEmails", [])
        ],
        "keyAlgorithm": str(found.get("KeyAlgorithm", "RSA_2048")).replace("-", "_"),
        "domainValidationOptions": [
            {
                "domainName": v["DomainName"],
                "resourceRecordName": v["ResourceRecord"]["Name"],
                "resourceRecordType": v["ResourceRecord"]["Type"],
                "resourceRecordValue": v["ResourceRecord"]["Value"],
            }
            for v in validations
        ],
    }


def _find(operation: Operation) -> str | None:
    """By the Name tag: an account may have many certificates of one domain."""
    client, name = operation.client(), operation.inputs.get("tagsAll", {}).get("Name")
    pages = client.get_paginator("list_certificates").paginate()
    summaries = [s for page in pages for s in page["CertificateSummaryList"]] if name else []
    for summary in summaries:
        arn = summary["CertificateArn"]
        if parsed(client.list_tags_for_certificate(CertificateArn=arn)["Tags"]).get("Name") == name:
            return str(arn)
    return None


CERTIFICATE = Resource(
    token="aws:acm/certificate:Certificate",
    service="acm",
    create=Code(run=_create, send=(*REQUESTED, *IMPORTED)),
    id="@",
    settle=(Code(run=_await_records),),
    changes=(
        Change(
            do=Call(op="update_certificate_options", params={"CertificateArn": "{id}"}),
            when=("options",),
        ),
        Change(do=Code(run=_renew, send=tuple(IMPORTED)), when=tuple(IMPORTED)),
    ),
    read=(
        Read(
            **DESCRIBE,
            at="Certificate",
            props={
                "arn": "CertificateArn",
                "domainValidationOptions": "",
                "subjectAlternativeNames": "",
                "keyAlgorithm": "",
                "renewalSummaries": "RenewalSummary",
                "pendingRenewal": "RenewalSummary.RenewalStatus == 'PENDING_AUTO_RENEWAL'",
                "validationOptions": "",
            },
        ),
        Code(run=_details),
    ),
    delete=Call(op="delete_certificate", params={"CertificateArn": "{id}"}),
    tags=Tags(
        tag=Call(op="add_tags_to_certificate", params={"CertificateArn": "{id}"}, send=()),
        untag=Call(op="remove_tags_from_certificate", params={"CertificateArn": "{id}"}, send=()),
        untag_member="Tags",
        untag_form="Key",
        read=Read(op="list_tags_for_certificate", params={"CertificateArn": "{id}"}, at="Tags"),
    ),
    find=Code(run=_find),
    replace=tuple(n for n in REQUESTED if n != "options"),
    enums={
        "validationMethod": ("DNS", "EMAIL", "NONE"),
        "keyAlgorithm": (
            "EC_prime256v1", "EC_secp384r1", "EC_secp521r1", "RSA_1024", "RSA_2048", "RSA_3072", "RSA_4096",
        ),
        "options.certificateTransparencyLoggingPreference": ("DISABLED", "ENABLED"),
        "options.export": ("DISABLED", "ENABLED"),
    },
    exactly_one=(("domainName", "privateKey"),),
    conflicts=(("validationMethod", "privateKey"), ("validationMethod", "certificateAuthorityArn")),
    sets=("subjectAlternativeNames", "validationOptions"),
    computed=("options.certificateTransparencyLoggingPreference", "options.export"),
    keep=(*IMPORTED, "validationOptions"),
    refused=("earlyRenewalDuration", "privateKeyWo", "privateKeyWoVersion"),
)  # fmt: skip


def _await_issue(operation: Operation) -> str:
    """Checks the records' names as the official provider does, then waits until ACM has issued the
    certificate.
    """
    arn = str(operation.inputs["certificateArn"])
    found = operation.client().describe_certificate(CertificateArn=arn)["Certificate"]
    if found.get("Type") != "AMAZON_ISSUED":
        raise OperationError(f"certificate ({arn}) has type {found.get('Type')}, no validation necessary")
    records = operation.inputs.get("validationRecordFqdns")
    if records is not None:
        options = found.get("DomainValidationOptions", [])
        wanted = {v["ResourceRecord"]["Name"].rstrip(".") for v in options if "ResourceRecord" in v}
        missing = sorted(wanted - {r.rstrip(".") for r in records})
        if missing:
            raise OperationError(f"missing {arn} DNS validation record: {', '.join(missing)}")
    operation.id = arn
    operation.wait(
        Wait(
            op="describe_certificate",
            params={"CertificateArn": arn},
            at="Certificate.Status",
            until=("ISSUED",),
            failed=("FAILED", "REVOKED", "VALIDATION_TIMED_OUT", "EXPIRED", "INACTIVE"),
            reason="Certificate.FailureReason",
            seconds=75 * 60,
        )
    )
    return arn


def _read_validation(operation: Operation) -> Mapping[str, Any] | None:
    arn = operation.old.get("certificateArn") or operation.inputs.get("certificateArn") or operation.id
    found = operation.fetch_raw(
        Read(op="describe_certificate", params={"CertificateArn": arn}, at="Certificate")
    )
    return {"certificateArn": arn} if found and found["Status"] == "ISSUED" else None


VALIDATION = Resource(
    token="aws:acm/certificateValidation:CertificateValidation",
    service="acm",
    create=Code(run=_await_issue, send=("certificateArn",)),
    id="{certificateArn}",
    read=(Code(run=_read_validation),),
    delete=None,  # a wait, not a thing: nothing is left in AWS
    replace=("certificateArn", "validationRecordFqdns"),
    provider_only=("validationRecordFqdns",),
    sets=("validationRecordFqdns",),
)

RESOURCES: tuple[Resource, ...] = (CERTIFICATE, VALIDATION)
INVOKES: tuple[Invoke, ...] = ()
