"""The typed model of the bootstrap stacks' config."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Self

from pydantic import Field, model_validator

from components.errors import InvalidSettingError
from settings.base import Section


class GitHub(Section):
    repository: str = Field(description="as its tokens name it: owner@id/name@id")
    branch: str = Field(default="main", description="the branch that is deployed from")


class Registry(Section):
    account: str = Field(description="the account whose registry has the images of all environments")
    repositories: tuple[str, ...] = Field(description="their names, made by the stack of that account")
    pulled_by: tuple[str, ...] = Field(description="the accounts that may pull from them")
    keep_images: int = Field(default=500, description="images that stay; the oldest of more expire", ge=100)

    @model_validator(mode="after")
    def _have_an_own_account(self) -> Self:
        """That account's stack makes the repositories; with another's id in its place none does, silently."""
        if self.account not in self.pulled_by:
            raise ValueError(
                f"account: {self.account} isn't among pulled_by, {list(self.pulled_by)}, so it may be an "
                "example that was left, and no stack would make the repositories; put the account there that "
                "has the registry, and into pulled_by as well"
            )
        return self


class Environment(Section):
    approval: bool = Field(
        default=True,
        description="deliveries run in the GitHub environment of this name, whose rules say who approves; if "
        "false, they run on the branch",
    )
    hosted_zones: tuple[str, ...] = Field(
        default=(), description="ids of the hosted zones that its records go into"
    )
    reach: tuple[str, ...] = Field(
        default=(),
        description="ARNs of what the application's grants, and its secrets' keys, name; a wildcard only for "
        "a bucket's objects",
    )


class Config(Section):
    github: GitHub = Field(description="whose workflows deliver")
    registry: Registry = Field(description="where the images of all environments are")
    environments: Mapping[str, Environment] = Field(
        description="the environments in this account, by the name of the program's stack", min_length=1
    )
    protect: bool = Field(default=True, description="refuse to delete repositories, roles and their policies")

    @model_validator(mode="after")
    def _tell_environments_apart(self) -> Self:
        """By names: what has one of dev's giving begins with `<project>-dev-`, and so would dev-eu's."""
        for one, other in permutations(self.environments, 2):
            if other.startswith(f"{one}-"):
                raise ValueError(
                    f"environments: {other!r} begins with {one + '-'!r}, so the roles of {one} could change "
                    f"what it has; call it something else, or give it an account of its own"
                )
        return self

    def refuse_account(self, account: str) -> None:
        """Raises `InvalidSettingError` for an account that may pull no image for its environments."""
        if account not in self.registry.pulled_by:
            fix = (
                f"lacks {account}, which this stack is in, so no environment here could pull an image; put "
                "your environments' accounts there, and the one that has the registry into registry.account"
            )
            raise InvalidSettingError("registry.pulled_by", list(self.registry.pulled_by), fix)
