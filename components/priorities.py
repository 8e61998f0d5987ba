"""The order of a listener's rules: who asks for less comes first.

Of all rules that fit a request the one with the lowest priority takes it (Elastic Load Balancing,
"Listener rules"), so `/api/*` has to stand before `/*`. A priority is made from the rule's own conditions: it
stays as it is when a service is added or taken away. Rules of other stacks on the same listener aren't known
here; made in the same way they find their places among these, and AWS refuses a number that is taken.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from components.errors import InvalidSettingError

LOWEST, HIGHEST = 1, 50_000
FIRST = 1_000
"""Below it, and above what `priority_of` gives, is room for rules that are placed by hand."""
_EXACTNESS = 128
"""How many steps of exactness are told apart."""
_PLACES = 127
"""How many priorities there are for each step, so that few rules meet in one."""
_ANY = ("*",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Whose rule it is, which requests it takes (no hosts or no paths: any), and its place."""

    service: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    priority: int

    def __str__(self) -> str:
        taken = " ".join((*self.hosts, *self.paths))
        return f"{self.service}'s rule for {taken} at {self.priority}"


def priority_of(hosts: Iterable[str], paths: Iterable[str]) -> int:
    """The priority of a rule with these conditions, from 1000 to 49767.

    One for exact hosts comes before one for hosts with wildcards, then those for any host; among these the
    one whose conditions fix more characters. What is left is told apart by the conditions' own text.
    """
    hosts, paths = _hosts(hosts), _paths(paths)
    kind = 2 if "*" in hosts else 1 if any(_wild(it) for it in hosts) else 0
    exactness = min(min(map(_fixed, hosts)) + min(map(_fixed, paths)), _EXACTNESS - 1)
    text = "\n".join((*sorted(hosts), "", *sorted(paths)))
    place = int.from_bytes(sha256(text.encode()).digest()) % _PLACES
    return FIRST + (kind * _EXACTNESS + _EXACTNESS - 1 - exactness) * _PLACES + place


def placed(
    others: Iterable[Rule],
    *,
    service: str,
    hosts: tuple[str, ...],
    paths: tuple[str, ...],
    priority: int | None,
) -> Rule:
    """The rule of `service` beside `others` on one listener; `priority` is respected if it is given.

    Raises `InvalidSettingError`, with both services' names, when two rules have one priority, or when one
    would never get a request because the one before it takes them all.
    """
    others = tuple(others)
    number = priority_of(hosts, paths) if priority is None else priority
    rule = Rule(service=service, hosts=hosts, paths=paths, priority=number)
    for other in others:
        if _covers(rule, other) and _covers(other, rule):
            fix = f"takes the same requests as {other}; give one of them other hosts or paths"
            raise InvalidSettingError("routing", str(rule), fix)
        if rule.priority == other.priority:
            free = _free(number, {it.priority for it in others})
            fix = f"has the priority of {other}; set routing.priority of one, for instance to {free}"
            raise InvalidSettingError("routing.priority", str(rule), fix)
        first, second = sorted((rule, other), key=lambda it: it.priority)
        if _covers(first, second):
            fix = f"gets no request, since {first} takes them all; leave both priorities out, or swap them"
            raise InvalidSettingError("routing.priority", str(second), fix)
    return rule


def taken(rule: Rule, *, listener: str) -> str:
    """What to do about a rule whose priority AWS refuses, because another one on the listener has it."""
    return (
        f"routing.priority: {rule} can't stand: another rule on the listener has that number, of another "
        "stack or of this one's former settings. If it takes the same requests, give this one other hosts or "
        "paths; else set routing.priority to a free number next to it, which keeps the order. "
        f"`aws elbv2 describe-rules --listener-arn {listener}` lists the numbers, and "
        "`aws elbv2 describe-tags --resource-arns RULE` says whose a rule is"
    )


class ListenerRules:
    """The rules that services have put on a listener so far."""

    def __init__(self) -> None:
        self._rules: tuple[Rule, ...] = ()

    def take(
        self, service: str, *, hosts: tuple[str, ...], paths: tuple[str, ...], priority: int | None
    ) -> int:
        """The priority of the service's rule, which is its own from now on; raises what `placed` raises."""
        rule = placed(self._rules, service=service, hosts=hosts, paths=paths, priority=priority)
        self._rules = (*self._rules, rule)
        return rule.priority


def _hosts(hosts: Iterable[str]) -> tuple[str, ...]:
    return tuple(it.lower() for it in hosts) or _ANY


def _paths(paths: Iterable[str]) -> tuple[str, ...]:
    # Every path begins with a slash, whether or not a pattern says so.
    return tuple(it if it.startswith("/") else f"/{it}" for it in paths or _ANY)


def _wild(pattern: str) -> bool:
    return "*" in pattern or "?" in pattern


def _fixed(pattern: str) -> int:
    """How much of what it matches a pattern fixes; one that fits inside another never has less."""
    return len(re.sub(r"[*?]", "", pattern)) + (not _wild(pattern))


def _covers(rule: Rule, other: Rule) -> bool:
    """Whether each request that `other` takes would be taken by `rule`."""
    return all(
        _lies_within(inner, ours)
        for ours, theirs in (
            (_hosts(rule.hosts), _hosts(other.hosts)),
            (_paths(rule.paths), _paths(other.paths)),
        )
        for inner in theirs
    )


def _lies_within(inner: str, outer: tuple[str, ...]) -> bool:
    """Whether each text that the pattern matches is matched by one of the others.

    Reads all texts at once, letter by letter, and keeps where in each pattern one can be by then.
    """
    letters = {*"".join((inner, *outer)), "a letter that no pattern spells out"} - {"*", "?"}
    ahead = [tuple(_reached(it, {0}) for it in (inner, *outer))]
    seen = set(ahead)
    while ahead:
        ours, *theirs = ahead.pop()
        if len(inner) in ours and not any(len(it) in at for it, at in zip(outer, theirs, strict=True)):
            return False
        for letter in letters:
            after = tuple(
                _reached(pattern, _read(pattern, at, letter))
                for pattern, at in zip((inner, *outer), (ours, *theirs), strict=True)
            )
            if after[0] and after not in seen:
                seen.add(after)
                ahead.append(after)
    return True


def _read(pattern: str, at: Iterable[int], letter: str) -> set[int]:
    """Where in a pattern one can be after a letter more: a star stays, and any character takes a `?`."""
    here = {it for it in at if it < len(pattern) and pattern[it] in ("*", "?", letter)}
    return {it if pattern[it] == "*" else it + 1 for it in here}


def _reached(pattern: str, at: set[int]) -> frozenset[int]:
    """Those places and the ones behind stars, which match nothing too."""
    reached = set(at)
    for index, it in enumerate(pattern):
        if it == "*" and index in reached:
            reached.add(index + 1)
    return frozenset(reached)


def _free(near: int, taken: set[int]) -> int:
    candidates = (number for step in range(HIGHEST) for number in (near + step, near - step))
    return next(it for it in candidates if LOWEST <= it <= HIGHEST and it not in taken)
