"""Task roles that get hold of other roles."""

from collections.abc import Callable
from typing import Any

from ecs_policies.model import UNKNOWN, Resource

from tests.policies.cases.case import Case
from tests.policies.on_web import on_web
from tests.policies.stacks import ACCOUNT, ATTACHMENT, ROLE, ROLE_POLICY, TASK, Web, allow, document, resource

RULE = "role.chain-to-more"

OBJECTS = "arn:aws:s3:::bucket/*"
READ = allow("s3:GetObject", OBJECTS)
WRITE = allow("s3:PutObject", OBJECTS)
ROOT = f"arn:aws:iam::{ACCOUNT}:root"


def arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


def passing(to: str = "deployer") -> dict[str, Any]:
    return allow("iam:PassRole", to if "*" in to else arn(to))


def assuming(to: str = "deployer") -> dict[str, Any]:
    return allow("sts:AssumeRole", arn(to))


def role(
    web: Web, name: str, *statements: dict[str, Any], trusts: Any = None, **properties: Any
) -> list[Resource]:
    """A role of that name; `trusts` is the principal that may take it over."""
    principal = {"Service": "lambda.amazonaws.com"} if trusts is None else trusts
    trust = document({"Action": "sts:AssumeRole", "Principal": principal})
    made = web.made(ROLE, name, name=name, **{"assumeRolePolicy": trust, **properties})
    return [made, *([web.on_role(made, *statements, name=f"{name}-policy")] if statements else [])]


def chain(
    says: str,
    own: tuple[dict[str, Any], ...],
    others: Callable[[Web], list[Resource]],
    **expected: Any,
) -> tuple[Case, ...]:
    return on_web(RULE, says, lambda web: [web.on_role(web.task_role, *own), *others(web)], **expected)


def deployer(*statements: dict[str, Any], **properties: Any) -> Callable[[Web], list[Resource]]:
    return lambda web: role(web, "deployer", *statements, **properties)


def unreadable(policy: Any) -> Callable[[Web], list[Resource]]:
    return lambda web: [
        *role(web, "deployer"),
        resource(ROLE_POLICY, "deployer-policy", {"role": "deployer", "policy": policy}),
    ]


FIRST = (("extra", "policy.Statement[0]"),)


def to_admin(web: Web) -> list[Resource]:
    return [
        *role(web, "deployer", assuming("admin"), trusts={"AWS": arn("web-task")}),
        *role(web, "admin", allow("iam:*"), trusts={"AWS": ROOT}),
    ]


CASES = (
    *on_web(RULE, "takes a task role that gets hold of none", lambda _: []),
    *chain(
        "finds a role that is passed and may do more",
        (passing(),),
        deployer(WRITE),
        finds=FIRST,
        told=(f"the task role web-task gets hold of deployer, which may call s3:PutObject on {OBJECTS}",),
    ),
    *chain(
        "finds a role among all",
        (passing("*"),),
        deployer(WRITE),
        finds=FIRST,
        told=("deployer", "web-execution"),
    ),
    *chain(
        "finds a role by the beginning of its name",
        (passing("arn:aws:iam::*:role/dep*"),),
        deployer(WRITE),
        finds=FIRST,
    ),
    *chain("takes roles with another beginning", (passing("arn:aws:iam::*:role/other*"),), deployer(WRITE)),
    *chain("takes a role that may do less", (passing(), allow("s3:*", OBJECTS)), deployer(READ, WRITE)),
    *chain("takes a role that may do nothing", (passing(),), deployer()),
    *on_web(
        RULE,
        "doesn't take a role of the same name in another account for the one that is named",
        lambda web: [
            web.on_role(web.task_role, passing("deployer")),
            resource(
                ROLE,
                "deployer",
                {"name": "deployer", "arn": arn("deployer").replace(ACCOUNT, "210987654321")},
            ),
            resource(ROLE_POLICY, "deployer-policy", {"role": "deployer", "policy": document(WRITE)}),
        ],
        unsure=(("extra", f"policy.Statement[0].Resource[{arn('deployer')}]"),),
    ),
    *chain(
        "is unsure of roles of another stack, each named once",
        (allow(["iam:PassRole", "sts:AssumeRole"], [arn("there"), arn("elsewhere")]),),
        lambda _: [],
        unsure=tuple(("extra", f"policy.Statement[0].Resource[{arn(it)}]") for it in ("there", "elsewhere")),
        told=(f"the role {arn('there')} isn't part of the stack; list it in outside_roles",),
    ),
    *chain(
        "takes a role of another stack that is judged there",
        (passing("elsewhere"), assuming("elsewhere")),
        lambda _: [],
        options={"outside_roles": frozenset({arn("elsewhere")})},
    ),
    *chain(
        "takes a role whose passing is denied",
        (passing(), {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}),
        deployer(WRITE),
    ),
    *chain(
        "finds a role that may do the same without the condition",
        (passing(), {**WRITE, "Condition": {"Bool": {"aws:SecureTransport": "true"}}}),
        deployer(WRITE),
        finds=FIRST,
    ),
    *chain(
        "finds a role with all but some actions",
        (passing(), allow("s3:*")),
        deployer({"NotAction": "iam:*", "Resource": OBJECTS}),
        finds=FIRST,
        told=("all but iam:*",),
    ),
    *chain(
        "finds a role with one of AWS's policies",
        (passing(),),
        lambda web: [
            *role(web, "deployer"),
            resource(
                ATTACHMENT,
                "attachment",
                {"role": "deployer", "policyArn": "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"},
            ),
        ],
        finds=FIRST,
        told=("deployer, which may call AmazonS3ReadOnlyAccess",),
    ),
    *chain(
        "finds a role that lets the task role take it over",
        (assuming(),),
        deployer(WRITE, trusts={"AWS": arn("web-task")}),
        finds=FIRST,
    ),
    *chain(
        "finds a role that lets the account in",
        (assuming(),),
        deployer(WRITE, trusts={"AWS": ROOT}),
        finds=FIRST,
    ),
    *chain("takes a role that lets a service in only", (assuming(),), deployer(WRITE)),
    *chain(
        "takes a role that lets another role in",
        (assuming(),),
        deployer(WRITE, trusts={"AWS": arn("web-execution")}),
    ),
    *chain(
        "finds a role whose trust isn't known",
        (assuming(),),
        deployer(WRITE, assumeRolePolicy=UNKNOWN),
        finds=FIRST,
    ),
    *chain(
        "finds a role by way of another",
        (assuming(),),
        to_admin,
        finds=FIRST,
        told=("deployer and so admin, which may call iam:* on *",),
    ),
    *chain(
        "comes to an end where roles pass each other",
        (passing(),),
        deployer(passing("web-task"), passing()),
        finds=FIRST,
    ),
    *chain("leaves an administrator to the rule about them", (allow("*"),), deployer(WRITE)),
    *chain(
        "is unsure of a role whose policy isn't known",
        (passing(),),
        unreadable(UNKNOWN),
        unsure=FIRST,
        told=("what deployer may do: a policy of it can't be read",),
    ),
    *chain(
        "is unsure of a role whose policy isn't JSON",
        (passing(),),
        unreadable("{"),
        unsure=FIRST,
        malformed=True,
    ),
    *on_web(
        RULE,
        "is unsure of a task role's document that isn't known",
        lambda _: [resource(ROLE_POLICY, "extra", {"role": "web-task", "policy": UNKNOWN})],
        unsure=(("extra", "policy"),),
    ),
    *on_web(
        RULE,
        "is unsure of a task role that isn't known",
        lambda _: [resource(TASK, "task-definition", {"taskRoleArn": UNKNOWN})],
        unsure=(("task-definition", "taskRoleArn"),),
    ),
)
