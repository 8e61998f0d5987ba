"""ECR: an image's digest is its manifest's, and a tag that moves leaves the image it was on."""

import hashlib
from typing import Any

from moto.ecr.exceptions import ImageAlreadyExistsException
from moto.ecr.models import ECRBackend, Image

from emulator.aws.patching import replace, wrap
from emulator.aws.refusal import Refusal


# An image's digest is the SHA-256 of its manifest.
@replace(Image)
def _create_digest(self: Any) -> None:
    self._image_digest = f"sha256:{hashlib.sha256(self.image_manifest.encode()).hexdigest()}"


# PutImage moves a mutable tag, and the image it was on stays without it; an immutable one that is taken is
# refused.
@wrap(ECRBackend)
def put_image(
    original: Any, self: Any, repository_name: str, image_manifest: str, image_tag: str, *rest: Any
) -> Any:
    repository = self.repositories.get(repository_name)
    if repository is None:
        raise Refusal(
            "RepositoryNotFoundException",
            f"The repository with name '{repository_name}' does not exist in the registry",
        )
    others = [
        image
        for image in repository.images
        if image_tag in image.image_tags and image.image_manifest != image_manifest
    ]
    if others:
        try:
            self._resolve_image_tag_mutability(repository, image_tag)
        except ImageAlreadyExistsException as taken:
            raise Refusal(
                "ImageTagAlreadyExistsException",
                f"The image tag '{image_tag}' already exists in the '{repository_name}' repository and "
                "cannot be overwritten because the repository is immutable.",
            ) from taken
    for image in others:
        image.image_tags.remove(image_tag)
        image.image_tag = image.image_tags[-1] if image.image_tags else None
    return original(self, repository_name, image_manifest, image_tag, *rest)
