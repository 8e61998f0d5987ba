"""The list of types that take tags, from the installed pulumi_aws; run to rewrite the pack's copy."""

import re
from importlib.util import find_spec
from pathlib import Path

TARGET = Path(__file__).parents[2] / "policies/ecs_policies/reading/taggable.txt"
_TOKEN = re.compile(r"super\(\w+, __self__\)\.__init__\(\s*'(aws:[^']+)'")
_ARGUMENTS = re.compile(r"def _internal_init\((.*?)\):", re.DOTALL)
# A map of texts, or an Auto Scaling group's list; the same name with another type is another thing.
_TAGS = re.compile(r"^\s+tags: \S*(?:Mapping\[str, |Sequence\[\S*Union\['GroupTagArgs')", re.MULTILINE)


def types_with_tags() -> list[str]:
    """Read from the classes' text: importing all of them takes many seconds."""
    spec = find_spec("pulumi_aws")
    assert spec
    assert spec.submodule_search_locations
    found: list[str] = []
    for path in Path(spec.submodule_search_locations[0]).glob("*/*.py"):
        text = path.read_text(encoding="utf-8")
        token, arguments = _TOKEN.search(text), _ARGUMENTS.search(text)
        if token and arguments and _TAGS.search(arguments[1]):
            found.append(token[1])
    return sorted(found)


if __name__ == "__main__":
    TARGET.write_text("\n".join(types_with_tags()) + "\n", encoding="utf-8")
