"""Puts into the embedded AWS what a real account has before the stack: image, secrets, zone, boundary."""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from emulator.local.stack import LocalStack

_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_CONFIG = "application/vnd.docker.container.image.v1+json"


def seed(stack: LocalStack, overrides: Mapping[str, Any] | None = None) -> list[str]:
    """Creates what the stack's settings (with `overrides` laid over them) name, and returns what was missing.

    Secrets get random values. What exists is left as it is.
    """
    namespace = f"{stack.project}:"
    merged = {**stack.settings(), **(overrides or {})}
    settings = {
        key.removeprefix(namespace): value for key, value in merged.items() if key.startswith(namespace)
    }
    image = settings.get("image")
    zone = _section(settings, "domain").get("zone")
    created = _image(stack.client("ecr"), image) if image else []
    created += _secrets(stack.client("secretsmanager"), _secret_names(settings))
    created += _zone(stack.client("route53"), zone) if zone else []
    boundary = settings.get("permissions_boundary")
    return created + (_boundary(stack.client("iam"), boundary) if boundary else [])


def _section(settings: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    return settings.get(key) or {}


def _image(ecr: Any, image: str) -> list[str]:
    """The repository, and under the image's tag a manifest; a digest can't be had on order."""
    registry, _, path = image.partition("/")
    if ".dkr.ecr." not in registry:
        return []
    repository, _, tag = path.partition("@")[0].partition(":")
    created: list[str] = []
    try:
        ecr.create_repository(repositoryName=repository)
        created.append(f"repository {repository}")
    except ecr.exceptions.RepositoryAlreadyExistsException:
        pass
    if tag:
        try:
            ecr.put_image(
                repositoryName=repository,
                imageTag=tag,
                imageManifest=_manifest(f"{repository}:{tag}"),
                imageManifestMediaType=_MANIFEST,
            )
            created.append(f"image {repository}:{tag}")
        except (ecr.exceptions.ImageAlreadyExistsException, ecr.exceptions.ImageTagAlreadyExistsException):
            pass
    return created


def _manifest(name: str) -> str:
    """A manifest whose digest is the name's own: another tag is another image."""
    digest = f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"
    config = {"mediaType": _CONFIG, "size": 1024, "digest": digest}
    return json.dumps({"schemaVersion": 2, "mediaType": _MANIFEST, "config": config, "layers": []})


def _secret_names(settings: Mapping[str, Any]) -> dict[str, set[str]]:
    """Each secret that the settings name, with the keys that its JSON has to have (`name#key`)."""
    of_rails = _section(_section(settings, "rails"), "secrets")
    references = [*of_rails.values(), _section(settings, "datadog").get("api_key_secret")]
    names: dict[str, set[str]] = {}
    for reference in filter(None, references):
        name, _, key = str(reference).partition("#")
        names.setdefault(name, set()).update([key] if key else [])
    return names


def _secrets(manager: Any, names: Mapping[str, set[str]]) -> list[str]:
    created: list[str] = []
    for name, keys in sorted(names.items()):
        values = {key: secrets.token_urlsafe(32) for key in sorted(keys)}
        try:
            manager.create_secret(
                Name=name, SecretString=json.dumps(values) if keys else secrets.token_urlsafe(32)
            )
            created.append(f"secret {name}")
        except manager.exceptions.ResourceExistsException:
            pass
    return created


def _zone(route53: Any, zone: str) -> list[str]:
    found = route53.list_hosted_zones_by_name(DNSName=f"{zone}.", MaxItems="1")["HostedZones"]
    if found and found[0]["Name"] == f"{zone}.":
        return []
    route53.create_hosted_zone(Name=zone, CallerReference=secrets.token_hex(8))
    return [f"hosted zone {zone}"]


def _boundary(iam: Any, name: str) -> list[str]:
    """The policy that bounds the stack's roles; here, where nobody asks a policy, whatever it allows."""
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everything]})
    try:
        iam.create_policy(PolicyName=name, PolicyDocument=document)
    except iam.exceptions.EntityAlreadyExistsException:
        return []
    return [f"policy {name}"]
