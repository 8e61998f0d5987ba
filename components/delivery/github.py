"""Which jobs of which GitHub repository may take a role: what their tokens have to say."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from components.context import Context
from components.documents import Statement, document
from components.errors import InvalidSettingError

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
"""What aws-actions/configure-aws-credentials asks GitHub for a token for."""

Claims = Mapping[str, str]
"""What a token has to say, word for word, by the claim that says it."""

_REPOSITORY = re.compile(r"[A-Za-z0-9-]+(@\d+)?/[A-Za-z0-9._-]+(@\d+)?")
_NAME = re.compile(r"[A-Za-z0-9._/-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHub:
    """A repository as its tokens name it, and the branch that is deployed from.

    Repositories made since July 2026, and those that opted in, have ids beside both names, so that nobody
    gets a token like theirs by taking a name that became free: `owner@1234/name@5678` (GitHub Docs, "OpenID
    Connect reference", "Immutable subject claims"). Raises `InvalidSettingError` for what no token says.
    """

    repository: str
    branch: str = "main"

    def __post_init__(self) -> None:
        if not _REPOSITORY.fullmatch(self.repository) or self.repository.count("@") == 1:
            fix = (
                "isn't a repository as its tokens name it: owner@id/name@id, or owner/name for one from "
                "before July 2026; `gh api repos/OWNER/NAME --jq .owner.id,.id` shows the two ids"
            )
            raise InvalidSettingError("github.repository", self.repository, fix)
        if not _NAME.fullmatch(self.branch):
            raise InvalidSettingError("github.branch", self.branch, "isn't one branch's name, such as main")

    @property
    def _ref(self) -> str:
        return f"refs/heads/{self.branch}"

    def of_branch(self) -> Claims:
        """A run on the branch, in a job that names no environment."""
        return {"sub": f"repo:{self.repository}:ref:{self._ref}"}

    def of_environment(self, name: str) -> Claims:
        """A job in a GitHub environment, on whatever branch the environment's own rules let it run."""
        return {"sub": f"repo:{self.repository}:environment:{name}"}

    def of_environment_on_branch(self, name: str) -> Claims:
        """A job in a GitHub environment and on the branch, whatever the environment's own rules let in."""
        return {**self.of_environment(name), "ref": self._ref}


def provider_arn(context: Context) -> str:
    """The account's one provider for GitHub's tokens."""
    return context.arn("iam", f"oidc-provider/{ISSUER}", region="")


def trust(context: Context, claims: Claims) -> str:
    """Only a job whose token says exactly this may take the role.

    GitHub Docs, "Configuring OpenID Connect in Amazon Web Services"; IAM User Guide, "Create a role for
    OpenID Connect federation", and "IAM and AWS STS condition context keys" for the claims that STS compares.
    """
    demanded = {"aud": AUDIENCE, **claims}
    return document(
        [
            Statement(
                sid="GitHub",
                actions=("sts:AssumeRoleWithWebIdentity",),
                principals={"Federated": provider_arn(context)},
                conditions={"StringEquals": {f"{ISSUER}:{claim}": it for claim, it in demanded.items()}},
            )
        ]
    )
