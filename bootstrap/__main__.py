"""What environments share: the registry's repositories, and the roles that GitHub's workflows take.

One stack for each account, since identity providers and roles belong to one. It stands before the stacks of
the environments, and a person brings it up: no role that it makes may change it.
"""

import sys
from dataclasses import replace
from pathlib import Path

import pulumi
import pulumi_aws as aws

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from application import SERVICE
from backend.names import Backend
from bootstrap.config import Config
from components.context import Context
from components.delivery.environment import Environment
from components.delivery.github import AUDIENCE, ISSUER, GitHub
from components.delivery.roles import DeliveryRoles, DeliveryRolesArgs
from components.errors import InvalidSettingError
from components.name_tags import tag_with_names
from components.repositories import Repositories, RepositoriesArgs
from settings import PROJECT
from settings.config import load
from settings.errors import unfit


def main() -> None:
    """Register the stack; raises what `__main__` turns into one message."""
    config = load(Config, pulumi.get_project())
    context = Context.current(pulumi.get_project(), pulumi.get_stack())
    config.refuse_account(context.account)
    tag_with_names(context)

    if context.account == config.registry.account:
        repositories = Repositories(
            "registry",
            RepositoriesArgs(
                context=context,
                names=config.registry.repositories,
                pulled_by=config.registry.pulled_by,
                keep_images=config.registry.keep_images,
                protect=config.protect,
            ),
        )
        pulumi.export("repository_urls", repositories.urls)

    provider = aws.iam.OpenIdConnectProvider(
        "github",
        url=f"https://{ISSUER}",
        client_id_lists=[AUDIENCE],
        opts=pulumi.ResourceOptions(protect=config.protect),
    )
    roles: dict[str, pulumi.Input[object]] = {}
    for stack, given in sorted(config.environments.items()):
        backend = Backend(stack=stack, account=context.account, region=context.region)
        environment = Environment(
            context=replace(context, project=PROJECT, stack=stack),
            service=SERVICE,
            registry=config.registry.account,
            repositories=config.registry.repositories,
            state_bucket=backend.bucket,
            state_key_alias=backend.key_alias,
            hosted_zones=given.hosted_zones,
            reach=given.reach,
        )
        made = DeliveryRoles(
            stack,
            DeliveryRolesArgs(
                context=context,
                environment=environment,
                github=GitHub(**config.github.model_dump()),
                approval=given.approval,
                provider=provider,
                protect=config.protect,
            ),
        )
        roles[stack] = made.role_arns
    pulumi.export("role_arns", roles)


try:
    main()
except InvalidSettingError as error:
    raise unfit([str(error)], pulumi.get_project()) from None
