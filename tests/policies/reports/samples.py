"""Reports to write: clean ones, with findings, what couldn't be judged; and any that hypothesis makes."""

from dataclasses import replace
from datetime import date

from ecs_policies.catalogue import ALL
from ecs_policies.exemptions import Exempted, Exemption
from ecs_policies.judging import Verdict
from ecs_policies.model import Finding, Level, Problem, Resource, Rule, Source
from ecs_policies.reports.model import Judged, Report
from hypothesis import strategies as st

BY_ID = {it.id: it for it in ALL}
STAR_ACTION = BY_ID["iam.star-action"]
REACHED = BY_ID["network.tasks-reached-by-others"]
IN_ROLES = Source(file="components/roles.py", line=88)
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def urn(type_: str, name: str, stack: str = "dev") -> str:
    """The URN of a component's resource."""
    return f"urn:pulumi:{stack}::web::web:service:FargateService${type_}::{name}"


def finding(
    rule: Rule = STAR_ACTION,
    name: str = "task-policy",
    *,
    stack: str = "dev",
    type_: str = ROLE_POLICY,
    path: str = "policy.Statement[0].Action[s3:*]",
    message: str = "s3:* allows every action of S3",
    unverifiable: bool = False,
    level: Level | None = None,
    source: Source | None = IN_ROLES,
) -> Finding:
    """A finding of a rule, on a resource that a component registered."""
    resource = Resource(type=type_, urn=urn(type_, name, stack), properties={}, source=source)
    problem = Problem(resource=resource, path=path, message=message, unverifiable=unverifiable)
    return rule.finding(problem, level)


def reached(name: str = "ingress", **more: object) -> Finding:
    """A finding of the network."""
    message = "the tasks can be reached from cidrIpv4 (0.0.0.0/0), not from the load balancer alone"
    source = Source(file="components/network.py", line=140)
    given = {"type_": INGRESS, "path": "cidrIpv4", "message": message, "source": source, **more}
    return finding(REACHED, name, **given)  # pyright: ignore[reportArgumentType]


def exempted(
    it: Finding, reason: str = "a queue of its own takes over in May", owner: str = "platform"
) -> Exempted:
    """The finding, with somebody who answers for it."""
    exemption = Exemption(
        rule=it.rule,
        resources=(it.resource.replace("urn:pulumi:dev", "urn:pulumi:*"),),
        fingerprint=it.fingerprint,
        reason=reason,
        owner=owner,
        expires=date(2027, 5, 31),
    )
    return Exempted(finding=it, exemption=exemption)


def judged(
    *findings: Finding, stack: str = "dev", accepted: tuple[Exempted, ...] = (), **more: object
) -> Judged:
    """A stack with these findings."""
    verdict = Verdict(findings=findings, exempted=accepted)
    made = Judged(project="web", stack=stack, resources=153, seconds=2.14, verdict=verdict)
    return replace(made, **more)


def report(*stacks: Judged, level: Level = Level.MANDATORY) -> Report:
    """A report over these stacks."""
    return Report(stacks=stacks, level=level)


CLEAN = report(judged(stack="dev"), judged(stack="prod"))
ONE = report(judged(finding()), judged(stack="prod"))
MANY = report(
    judged(
        *(finding(name=f"policy-{it}") for it in range(120)),
        *(reached(f"ingress-{it}") for it in range(40)),
        reached("group", path="ingress", message="it is unknown before deployment", unverifiable=True),
        finding(BY_ID["iam.star-resource"], "advice", level=Level.ADVISORY, source=None),
        accepted=(exempted(finding(name="backup")), exempted(reached("office"))),
        known=(finding(name="old"),),
    ),
    judged(finding(stack="prod"), stack="prod"),
    judged(stack="lost", error="Pulumi.lost.yaml: image isn't set", resources=0),
    judged(
        reached(),
        stack="asked",
        unanswered=("aws:ec2/getAmi:getAmi", "the stack reference acme/dns/prod"),
        assumed=("aws:ec2/getVpc:getVpc(id=vpc-1) at __main__.py:3",),
    ),
)

SEVERAL = report(
    judged(project="web-application"),
    judged(finding(stack="prod"), stack="prod", project="web-application"),
    judged(finding(), project="bootstrap", folder="bootstrap", accepted=(exempted(reached()),)),
    judged(stack="local", project="reports", folder="examples/reports", error="image isn't set"),
)
"""Of three programs, of which one is at the repository's root."""

# Texts that somebody could put into a name to break a report, besides all that hypothesis thinks of.
_NASTY = st.sampled_from(
    """
    | \\| ` ``` <b> </details> <!-- --> &amp; @octocat @acme/team #12 GH-1 [a](b) ![a](b) {0} ]]> " ' $x$
    \x00 \x1b[31m \ud800 \udfff \ufffe \u202e :: $ % %2F ../ // file: .. \\ * _ ~ www.example.com \x85 \u2028
    """.split(" ")  # noqa: SIM905
)
TEXTS = st.one_of(
    st.text(st.characters(codec=None), max_size=12),
    st.lists(st.one_of(_NASTY, st.text(max_size=4)), max_size=5).map("".join),
    st.sampled_from(["x" * 70_000, "|@" * 5_000, "naïve 名前 🚀", "line\nline\r\n\ttab"]),
)
URNS = st.one_of(TEXTS, st.builds(urn, st.one_of(st.just(ROLE_POLICY), TEXTS), TEXTS, TEXTS))
SOURCES = st.one_of(st.none(), st.builds(Source, file=TEXTS, line=st.integers(1, 10**6)))


@st.composite
def _findings(draw: st.DrawFn) -> Finding:
    rule = draw(st.sampled_from(ALL))
    resource = Resource(type="", urn=draw(URNS), properties={}, source=draw(SOURCES))
    problem = Problem(
        resource=resource, path=draw(TEXTS), message=draw(TEXTS), unverifiable=draw(st.booleans())
    )
    return rule.finding(problem, draw(st.sampled_from([Level.ADVISORY, Level.MANDATORY])))


FINDINGS = _findings()
_EXEMPTED = st.builds(exempted, FINDINGS, reason=TEXTS, owner=TEXTS)
_VERDICTS = st.builds(
    Verdict,
    findings=st.lists(FINDINGS, max_size=4).map(tuple),
    exempted=st.lists(_EXEMPTED, max_size=2).map(tuple),
)
_JUDGED = st.builds(
    Judged,
    project=TEXTS,
    stack=TEXTS,
    resources=st.integers(0, 10_000),
    verdict=_VERDICTS,
    known=st.lists(FINDINGS, max_size=2).map(tuple),
    unanswered=st.lists(TEXTS, max_size=2).map(tuple),
    assumed=st.lists(TEXTS, max_size=2).map(tuple),
    error=st.one_of(st.none(), TEXTS),
    seconds=st.floats(0, 1000),
    folder=st.sampled_from(["", "bootstrap", "examples/a b"]),
)
REPORTS = st.builds(
    Report,
    stacks=st.lists(_JUDGED, max_size=3).map(tuple),
    level=st.sampled_from([Level.ADVISORY, Level.MANDATORY]),
)
