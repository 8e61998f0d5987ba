"""Cases of the rules about which policies are attached, and to whom."""

from ecs_policies import kinds
from ecs_policies.model import Resource

from tests.policies.cases.case import UNKNOWN, Case
from tests.policies.stacks import ACCOUNT, resource

ADMIN, USERS = "iam.admin-attached", "iam.user-policy"
AWS = "arn:aws:iam::aws:policy/"
OWN = resource(kinds.POLICY, "own", {"name": "own"})
OUTSIDE = f"arn:aws:iam::{ACCOUNT}:policy/AdministratorAccess"

LISTED = (
    (kinds.ROLE, "managedPolicyArns"),
    (kinds.ROLE_ATTACHMENTS_EXCLUSIVE, "policyArns"),
    (kinds.USER_ATTACHMENTS_EXCLUSIVE, "policyArns"),
    (kinds.GROUP_ATTACHMENTS_EXCLUSIVE, "policyArns"),
)
ONE = (
    kinds.ROLE_POLICY_ATTACHMENT,
    kinds.USER_POLICY_ATTACHMENT,
    kinds.GROUP_POLICY_ATTACHMENT,
    kinds.POLICY_ATTACHMENT,
)


def attachment(kind: str, name: str, value: object, **made_from: Resource) -> Resource:
    return resource(kind, "it", {name: value}, **made_from)


CASES = (
    *(
        Case(
            rule=ADMIN,
            says=f"finds one in {kind}",
            stack=(OWN, attachment(kind, name, [f"{AWS}ReadOnlyAccess", f"{AWS}PowerUserAccess"])),
            finds=(("it", f"{name}[PowerUserAccess]"),),
        )
        for kind, name in LISTED
    ),
    *(
        Case(
            rule=ADMIN,
            says=f"finds one in {kind}",
            stack=(attachment(kind, "policyArn", f"{AWS.replace('aws:', 'aws-cn:', 1)}AdministratorAccess"),),
            finds=(("it", "policyArn[AdministratorAccess]"),),
            told=("AdministratorAccess makes an administrator of whoever has it",),
        )
        for kind in ONE
    ),
    Case(
        rule=ADMIN,
        says="finds one beside a policy of the stack's own that isn't known yet",
        stack=(
            OWN,
            attachment(
                kinds.ROLE, "managedPolicyArns", [f"{AWS}IAMFullAccess", UNKNOWN], managedPolicyArns=OWN
            ),
        ),
        finds=(("it", "managedPolicyArns[IAMFullAccess]"),),
    ),
    Case(
        rule=ADMIN,
        says="takes other policies of AWS's, of the stack, and of the account",
        stack=(
            OWN,
            resource(kinds.ROLE, "role", {}),
            resource(kinds.ROLE_POLICY_ATTACHMENT, "a", {"policyArn": f"{AWS}job-function/ViewOnlyAccess"}),
            resource(kinds.ROLE_POLICY_ATTACHMENT, "b", {"policyArn": UNKNOWN}, policyArn=OWN),
            resource(kinds.ROLE_POLICY_ATTACHMENT, "c", {"policyArn": OUTSIDE}),
        ),
    ),
    Case(
        rule=ADMIN,
        says="can't judge what is attached from nowhere",
        stack=(attachment(kinds.GROUP_POLICY_ATTACHMENT, "policyArn", UNKNOWN),),
        unsure=(("it", "policyArn"),),
    ),
    Case(
        rule=ADMIN,
        says="can't judge what is no ARN",
        stack=(attachment(kinds.ROLE, "managedPolicyArns", [{"arn": 1}]),),
        unsure=(("it", "managedPolicyArns"),),
        malformed=True,
    ),
    *(
        Case(
            rule=USERS,
            says=f"finds {kind}, whoever it's for",
            stack=(attachment(kind, "user", UNKNOWN),),
            finds=(("it", "user"),),
            told=("it puts a policy on a user",),
        )
        for kind in (kinds.USER_POLICY, kinds.USER_POLICY_ATTACHMENT)
    ),
    Case(
        rule=USERS,
        says="finds users in attachments for several",
        stack=(
            resource(kinds.POLICY_ATTACHMENT, "several", {"users": ["ann", UNKNOWN], "policyArn": OUTSIDE}),
            resource(kinds.USER_ATTACHMENTS_EXCLUSIVE, "exclusive", {"policyArns": [OUTSIDE]}),
        ),
        finds=(("several", "users"), ("exclusive", "policyArns")),
    ),
    Case(
        rule=USERS,
        says="takes groups and roles, and a user that may have no policy",
        stack=(
            resource(kinds.POLICY_ATTACHMENT, "several", {"roles": ["web"], "users": [], "groups": ["a"]}),
            resource(kinds.USER_ATTACHMENTS_EXCLUSIVE, "exclusive", {"userName": "ann", "policyArns": []}),
            resource(kinds.GROUP_POLICY_ATTACHMENT, "group", {"group": "a", "policyArn": OUTSIDE}),
        ),
    ),
    Case(
        rule=USERS,
        says="can't judge an attachment for users that aren't known",
        stack=(attachment(kinds.POLICY_ATTACHMENT, "users", UNKNOWN),),
        unsure=(("it", "users"),),
    ),
    Case(
        rule=USERS,
        says="finds users that are no list",
        stack=(attachment(kinds.POLICY_ATTACHMENT, "users", {"ann": True}),),
        finds=(("it", "users"),),
        malformed=True,
    ),
)
