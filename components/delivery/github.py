"""Which jobs of which GitHub repository may take a role: what their tokens have to say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from components.context import Context
from components.documents import Statement, document
from components.errors import InvalidSettingError

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
"""What aws-actions/configure-aws-credentials asks GitHub for a token for."""

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

    def of_branch(self) -> str:
        """The subject of a run on the branch, in a job that names no environment."""
        return f"repo:{self.repository}:ref:refs/heads/{self.branch}"

    def of_environment(self, name: str) -> str:
        """The subject of a job in a GitHub environment, whose own rules say on which branches it may run."""
        return f"repo:{self.repository}:environment:{name}"


def provider_arn(context: Context) -> str:
    """The account's one provider for GitHub's tokens."""
    return context.arn("iam", f"oidc-provider/{ISSUER}", region="")


def trust(context: Context, subject: str) -> str:
    """Only a job with exactly this subject may take the role.

    GitHub Docs, "Configuring OpenID Connect in Amazon Web Services"; IAM User Guide, "Create a role for
    OpenID Connect federation".
    """
    return document(
        [
            Statement(
                sid="GitHub",
                actions=("sts:AssumeRoleWithWebIdentity",),
                principals={"Federated": provider_arn(context)},
                conditions={"StringEquals": {f"{ISSUER}:aud": AUDIENCE, f"{ISSUER}:sub": subject}},
            )
        ]
    )
