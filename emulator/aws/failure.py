"""Errors in the protocol of the service that was called.

moto answers an action it lacks, and any mistake of its own, with an HTML page and status 500, which clients
retry for minutes. Here both are a 400 that says what is missing: the answer would be the same at every
retry.
"""

import logging
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from moto.core.model import OperationModel
from moto.core.request import determine_request_protocol
from moto.core.serialize import get_serializer_class
from moto.core.utils import get_service_model

from emulator.aws.refusal import Refusal

if TYPE_CHECKING:
    from emulator.aws.server import Answer

log = logging.getLogger("emulator.aws")

# What moto's own dispatcher answers for a path that no action has.
_NOT_FOUND_TYPES = ("text/html",)


def is_moto_not_found(status: str, headers: list[tuple[str, str]]) -> bool:
    """Whether this is the dispatcher's own page for an unknown path rather than a service's answer."""
    kind = next((value for name, value in headers if name.lower() == "content-type"), "")
    length = next((value for name, value in headers if name.lower() == "content-length"), "")
    return status.startswith("404") and kind.startswith(_NOT_FOUND_TYPES) and length != "0"


def answer(environ: dict[str, Any], error: Exception) -> tuple["Answer", bytes]:
    """The status, headers and body for `error`."""
    from emulator.aws.server import Answer

    service, action = target(environ)
    if isinstance(error, Refusal):
        known = error
    elif isinstance(error, (NotImplementedError, ModuleNotFoundError)):
        known = Refusal("UnsupportedOperation", f"The embedded AWS has no {service} {action}.")
        log.warning("%s", known.message)
    else:
        what = f"{type(error).__name__}: {error}"
        known = Refusal("EmbeddedAwsFailure", f"The embedded AWS failed in {service} {action}: {what}")
        log.error("%s", known.message, exc_info=error)
    status, headers, body = serialize(service, environ.get("CONTENT_TYPE", ""), known)
    encoded = body.encode() if isinstance(body, str) else body
    return Answer(f"{status} BAD REQUEST", [*headers.items(), ("Content-Length", str(len(encoded)))]), encoded


def target(environ: dict[str, Any]) -> tuple[str, str]:
    """The service (its signing name) and the action of a request, as far as they can be told."""
    try:
        service = environ["HTTP_AUTHORIZATION"].split("Credential=")[1].split("/")[3]
    except (KeyError, IndexError):
        service = "s3"
    action = environ.get("HTTP_X_AMZ_TARGET", "").split(".")[-1]
    if not action and environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        environ["wsgi.input"].seek(0)
        action = parse_qs(environ["wsgi.input"].read().decode()).get("Action", [""])[0]
    query = f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else ""
    return service, action or f"{environ.get('REQUEST_METHOD', '')} {environ.get('PATH_INFO', '')}{query}"


# Services whose signing name is not the name of their model.
_MODELS = {"elasticloadbalancing": "elbv2", "monitoring": "cloudwatch", "elasticfilesystem": "efs"}


def serialize(service: str, content_type: str, error: Refusal) -> tuple[int, dict[str, str], str | bytes]:
    """The error as moto's serializer for the service's protocol writes it; plain JSON when it has none."""
    try:
        model: Any = get_service_model(_MODELS.get(service, service))
        serializer = get_serializer_class(model.service_name, determine_request_protocol(model, content_type))
        nothing: dict[str, Any] = {}
        done: Any = serializer(operation_model=OperationModel(nothing, model)).serialize(error)
    except Exception as unknown:  # noqa: BLE001 - a service that botocore doesn't know either
        log.debug("no serializer for %s: %s", service, unknown)
        body = f'{{"__type": "{error.code}", "message": "{error.message}"}}'
        return 400, {"Content-Type": "application/json"}, body
    return 400, dict(done["headers"]), done["body"]
