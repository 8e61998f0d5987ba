"""Image references, read as the policy rules read them: what a task pulls, and from which repositories."""

from ecs_policies.checks.images import EcrRepository, ImageReference, InvalidImageError

__all__ = ["EcrRepository", "ImageReference", "InvalidImageError"]
