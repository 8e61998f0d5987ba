"""Rules about which policies are attached, and to whom."""

from collections.abc import Iterator

from ecs_policies import kinds
from ecs_policies.model import Options, Problem, Resource, Rule, Severity, Stack, Unknown
from ecs_policies.reading.demands import unverifiable
from ecs_policies.reading.references import resolve
from ecs_policies.reading.values import IS_UNKNOWN, Unreadable, items, text

# The property that names policies, of all that attaches managed ones.
_ATTACHING = {
    kinds.ROLE: "managedPolicyArns",
    kinds.ROLE_POLICY_ATTACHMENT: "policyArn",
    kinds.ROLE_ATTACHMENTS_EXCLUSIVE: "policyArns",
    kinds.USER_POLICY_ATTACHMENT: "policyArn",
    kinds.USER_ATTACHMENTS_EXCLUSIVE: "policyArns",
    kinds.GROUP_POLICY_ATTACHMENT: "policyArn",
    kinds.GROUP_ATTACHMENTS_EXCLUSIVE: "policyArns",
    kinds.POLICY_ATTACHMENT: "policyArn",
}
_OF_AWS = ":iam::aws:policy/"
# AWS's own policies that allow nearly everything, or let their holder allow it (AWS Managed Policy Reference
# Guide).
_OF_ADMINISTRATORS = frozenset(
    {"AdministratorAccess", "AdministratorAccess-Amplify", "IAMFullAccess", "PowerUserAccess"}
)


def administrators_attached(stack: Stack, _options: Options) -> Iterator[Problem]:
    """AWS's policies for administrators, attached to anybody.

    A policy of the stack's own has its document judged where it stands; of a customer's policy outside the
    stack nothing is claimed here.
    """
    for kind, name in _ATTACHING.items():
        for attachment in stack.of_type(kind):
            if resolve(stack, attachment, name, (kinds.POLICY,)).lost:
                yield unverifiable(attachment, name, Unreadable("which policy it attaches can't be told"))
            for arn in filter(None, map(text, items(attachment.properties.get(name)))):
                policy = arn.partition(_OF_AWS)[2]
                if policy in _OF_ADMINISTRATORS:
                    message = f"{policy} makes an administrator of whoever has it"
                    yield Problem(resource=attachment, path=f"{name}[{policy}]", message=message)


# What puts a policy on a user, with the property that says so.
_ON_USERS = {
    kinds.USER_POLICY: "user",
    kinds.USER_POLICY_ATTACHMENT: "user",
    kinds.USER_ATTACHMENTS_EXCLUSIVE: "policyArns",
    kinds.POLICY_ATTACHMENT: "users",
}


def policies_on_users(resource: Resource, _options: Options) -> Iterator[Problem]:
    """Inline and managed policies of a user's own."""
    name = _ON_USERS[resource.kind]
    value = resource.properties.get(name)
    if name != "user" and isinstance(value, Unknown):
        yield unverifiable(resource, name, Unreadable(f"whether it puts a policy on a user: {IS_UNKNOWN}"))
    elif name == "user" or items(value):
        yield Problem(resource=resource, path=name, message="it puts a policy on a user")


ADMINISTRATORS_ATTACHED = Rule(
    id="iam.admin-attached",
    title="No policy of AWS's for administrators is attached",
    severity=Severity.CRITICAL,
    why="Whoever takes over a role, user or group that has it owns the account.",
    fix="Write a policy with the actions and resources that are needed, and attach that.",
    mappings=("CIS AWS Foundations 1.4.0 1.16",),
    stack=administrators_attached,
)

POLICIES_ON_USERS = Rule(
    id="iam.user-policy",
    title="Users have permissions through groups or roles only",
    severity=Severity.LOW,
    why="What each user may do is seen, and taken back, in one place only if it comes from groups and roles.",
    fix="Attach the policy to a group (aws.iam.GroupPolicyAttachment), or let the user take a role over.",
    mappings=("AWS Security Hub FSBP IAM.2", "CIS AWS Foundations 3.0.0 1.15"),
    types=frozenset(_ON_USERS),
    resource=policies_on_users,
)

RULES = (ADMINISTRATORS_ATTACHED, POLICIES_ON_USERS)
