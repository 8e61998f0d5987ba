"""docs/policies.md, made from the rules and from their examples in docs/rules/, which the tests run."""

from __future__ import annotations

import inspect
import json
import textwrap
from collections.abc import Callable, Iterable
from importlib import import_module
from pathlib import Path

from ecs_policies import exemptions
from ecs_policies.catalogue import RULES
from ecs_policies.config import OPTIONS_SCHEMA
from ecs_policies.model import Rule

from docs.rules.parts import CONFIG

EXAMPLES = Path(__file__).parent / "rules"
Example = Callable[[], object]

_HEAD = """\
# Policies

Made by `docs/generate.py` from the rules and from the examples in `docs/rules/`, which the tests run.

A finding has the rule's id, the resource, the property and what is wrong with which value. Rules of low
severity are advisory, all others mandatory, unless the pack's config says otherwise. A value that isn't
known, or can't be read, is a finding too (`unverifiable`): no rule passes over what it couldn't judge.
"""

_CONFIG = """\
## Config

`--policy-pack-config` of pulumi, of the gate and of the audit takes the same file: a rule's id with its level
(`disabled`, `advisory`, `mandatory`), or with an object that holds `enforcementLevel` and the rule's options;
`all` is the level of every rule that the file doesn't name. `policies/policy-config.schema.json` has it all.

```json
{
  "task.kept-capabilities": "disabled",
  "task.foreign-image": {"allowed_registries": ["111122223333.dkr.ecr.*.amazonaws.com"]},
  "tags.required": {"enforcementLevel": "advisory", "required_tags": ["team"]}
}
```
"""

_EXEMPTIONS = """\
## Exemptions

`policy-exemptions.yaml` beside Pulumi.yaml lists the findings that somebody answers for, until a day. Each
entry has all of these keys. Reports show the fingerprint, which is the same in every stack.

```yaml
exemptions:
  - rule: listener.https
    # A URN or several. `*` stands for any text within one of the parts between `::`. A component's resource
    # has the component's type before its own, as in web:service:Web$aws:lb/listener:Listener.
    resource: urn:pulumi:dev::shop::*aws:lb/listener:Listener::web
    fingerprint: "19513c56c9bb87da"
    reason: The development stack has no domain that a certificate could be for.
    owner: shop
    # The last day on which it holds.
    expires: 2027-06-30
```

What is said of exemptions themselves:
"""


def examples() -> dict[str, Example]:
    """All example functions in docs/rules/, by name: `bad_…` and `good_…` with the rule's id."""
    modules = [import_module(f"docs.rules.{it.stem}") for it in sorted(EXAMPLES.glob("*.py"))]
    return {
        name: value
        for module in modules
        for name, value in vars(module).items()
        if name.startswith(("bad_", "good_")) and inspect.isfunction(value)
    }


def example_name(kind: str, rule: Rule) -> str:
    """The name of a rule's example."""
    return f"{kind}_{rule.id.replace('.', '_').replace('-', '_')}"


def policies_page() -> str:
    """The whole page."""
    known = examples()
    areas: dict[str, list[Rule]] = {}
    for rule in RULES:
        areas.setdefault(rule.id.partition(".")[0], []).append(rule)
    contents = [f"- `{area}`: {', '.join(map(_link, rules))}" for area, rules in areas.items()]
    sections = [_section(rule, known) for rules in areas.values() for rule in rules]
    return "\n".join([_HEAD, *contents, "", _CONFIG, _options(), *sections, _about_exemptions()])


def anchor(rule: Rule) -> str:
    """The rule's anchor on the page, as GitHub makes it of the heading."""
    return rule.id.replace(".", "")


def _link(rule: Rule) -> str:
    return f"[{rule.id}](#{anchor(rule)})"


def _section(rule: Rule, known: dict[str, Example]) -> str:
    lines = [f"## {rule.id}", "", f"**{rule.title}.** {rule.why}", ""]
    lines += [f"- Severity: {rule.severity.value}, {rule.level.value}", f"- Fix: {rule.fix}"]
    if rule.mappings:
        lines.append(f"- The same elsewhere: {', '.join(rule.mappings)}")
    if rule.options:
        lines.append(f"- Options: {', '.join(f'`{it}`' for it in rule.options)}")
    for name in sorted(CONFIG.keys() & set(rule.options)):
        lines.append(f"- In the examples `{name}` is `{json.dumps(CONFIG[name])}`")
    for kind, title in (("bad", "Is found"), ("good", "Passes")):
        example = known[example_name(kind, rule)]
        lines += ["", f"{title}:", "", "```python", source(example), "```"]
    return "\n".join([*lines, ""])


def source(example: Example) -> str:
    """The body of an example's function."""
    body = inspect.getsource(example).split(":\n", 1)[1]
    return textwrap.dedent(body).rstrip()


def _options() -> str:
    rows = [
        f"| `{name}` | `{json.dumps(it['default'])}` | {it['description']} |"
        for name, it in OPTIONS_SCHEMA.items()
    ]
    return "\n".join(["| Option | Default | What it is |", "| --- | --- | --- |", *rows, ""])


def _about_exemptions() -> str:
    rows: Iterable[str] = (f"- `{it.id}`: {it.title}. {it.why} {it.fix}" for it in exemptions.RULES)
    return "\n".join([_EXEMPTIONS, *rows, ""])
