from fnmatch import fnmatchcase
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.priorities import FIRST, HIGHEST, ListenerRules, Rule, placed, priority_of

# From what takes less to what takes more: each covers the one before it, or is asked for less exactly.
IN_ORDER = (
    (("a.example.com",), ("/api/v2/users",)),
    (("a.example.com",), ("/api/*",)),
    (("a.example.com",), ()),
    (("*.example.com",), ("/api/*",)),
    (("*.example.com",), ("/*",)),
    (("*.com",), ()),
    ((), ("/api/users",)),
    ((), ("/api/v2/*",)),
    ((), ("/api/*",)),
    ((), ("/a",)),
    ((), ("/a*",)),
    ((), ("/*",)),
)


def rule(service: str = "web", *, hosts: tuple[str, ...] = (), paths: tuple[str, ...] = ("/*",)) -> Rule:
    return Rule(service=service, hosts=hosts, paths=paths, priority=priority_of(hosts, paths))


def test_who_asks_for_less_comes_first():
    priorities = [priority_of(hosts, paths) for hosts, paths in IN_ORDER]
    assert priorities == sorted(set(priorities))


def test_the_least_exact_of_several_conditions_decides():
    assert priority_of((), ("/api/v2/*", "/a*")) > priority_of((), ("/ab*",))


def test_a_priority_is_made_from_the_conditions_alone_whatever_their_order_and_case():
    assert priority_of(("B.example.com", "a.example.com"), ()) == priority_of(
        ("a.example.com", "b.example.com"), ()
    )
    # Pinned: another number would move the rules of every stack that stands.
    assert (priority_of((), ("/*",)), priority_of((), ("/api/*",))) == (49_532, 49_116)


def test_there_is_room_before_and_after_for_rules_placed_by_hand():
    exact = priority_of(("a" * 124 + ".com",), ("/" + "a" * 127,))
    anything = priority_of((), ("*",))
    assert 1 < FIRST <= exact < anything < HIGHEST - 200


PATTERNS = st.text("ab*?", max_size=3)
PATHS = st.lists(PATTERNS.map(lambda it: f"/{it}"), min_size=1, max_size=2).map(tuple)


@given(PATHS, PATHS)
def test_of_two_rules_that_stand_the_later_one_always_has_a_request_of_its_own(
    first: tuple[str, ...], second: tuple[str, ...]
):
    try:
        other = placed([rule("a", paths=first)], service="b", hosts=(), paths=second, priority=None)
    except ValueError:
        return
    earlier, later = sorted((rule("a", paths=first), other), key=lambda it: it.priority)
    requests = ("/" + "".join(it) for length in range(6) for it in product("abc", repeat=length))
    assert any(taken(it, later.paths) and not taken(it, earlier.paths) for it in requests)


def taken(request: str, paths: tuple[str, ...]) -> bool:
    return any(fnmatchcase(request, it) for it in paths)


def test_rules_of_several_services_find_their_places():
    rules = ListenerRules()
    api = rules.take("api", hosts=(), paths=("/api/*",), priority=None)
    web = rules.take("web", hosts=(), paths=("/*",), priority=None)
    admin = rules.take("admin", hosts=("admin.example.com",), paths=("/*",), priority=None)
    assert admin < api < web


def test_a_service_that_is_added_moves_no_other_wherever_it_is_added():
    def priorities(*services: str) -> dict[str, int]:
        rules = ListenerRules()
        return {
            it: rules.take(it, hosts=(), paths=(f"/{it}/*" if it != "web" else "/*",), priority=None)
            for it in services
        }

    before = priorities("web", "api")
    for order in (("docs", "web", "api"), ("web", "docs", "api"), ("api", "web", "docs")):
        after = priorities(*order)
        assert {it: after[it] for it in before} == before


def test_a_priority_that_is_given_is_respected():
    found = placed([rule()], service="api", hosts=(), paths=("/api/*",), priority=7)
    assert found.priority == 7


def test_two_services_with_one_priority_are_told_with_one_that_is_free():
    web = placed([], service="web", hosts=(), paths=("/*",), priority=100)
    with pytest.raises(ValueError, match="api's rule for /api/") as told:
        placed([web], service="api", hosts=(), paths=("/api/*",), priority=100)
    assert str(told.value) == (
        "routing.priority: \"api's rule for /api/* at 100\" has the priority of web's rule for /* at 100; "
        "set routing.priority of one, for instance to 101"
    )


def test_conditions_that_meet_by_chance_are_told_too():
    paths = [f"/{number:04}/*" for number in range(200)]
    first = paths[0]
    other = next(it for it in paths[1:] if priority_of((), (it,)) == priority_of((), (first,)))
    with pytest.raises(ValueError, match="has the priority of a's rule"):
        placed([rule("a", paths=(first,))], service="b", hosts=(), paths=(other,), priority=None)


@pytest.mark.parametrize(("web", "api"), [(100, None), (None, 50_000), (1, 2)])
def test_a_rule_that_would_swallow_another_is_told_whichever_comes_first_in_the_program(
    web: int | None, api: int | None
):
    rules = {"web": (("/*",), web), "api": (("/api/*", "/v1/*"), api)}
    for first, second in (("web", "api"), ("api", "web")):
        paths, priority = rules[first]
        stands = placed([], service=first, hosts=(), paths=paths, priority=priority)
        paths, priority = rules[second]
        with pytest.raises(ValueError, match=r"routing.priority: .*api's .* gets no request, since web's"):
            placed([stands], service=second, hosts=(), paths=paths, priority=priority)


@pytest.mark.parametrize(
    ("hosts", "paths"),
    [((), ("/*",)), ((), ("*",)), ((), ()), (("*",), ("/*",))],
)
def test_two_services_for_the_same_requests_are_told_however_they_are_written(
    hosts: tuple[str, ...], paths: tuple[str, ...]
):
    with pytest.raises(ValueError, match=r"routing: .*b's .* takes the same requests as a's"):
        placed([rule("a")], service="b", hosts=hosts, paths=paths, priority=3)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((("a.example.com",), ("/*",)), (("b.example.com",), ("/*",))),
        (((), ("/a/*",)), ((), ("/b/*", "/a/c"))),
        ((("A.example.com",), ()), (("*.example.com",), ())),
        (((), ("/a?",)), ((), ("/a*",))),
        (((), ("*.png",)), ((), ("/api/*",))),
    ],
)
def test_rules_of_which_each_has_requests_of_its_own_stand_side_by_side(
    first: tuple[tuple[str, ...], tuple[str, ...]], second: tuple[tuple[str, ...], tuple[str, ...]]
):
    one = placed([], service="a", hosts=first[0], paths=first[1], priority=1)
    assert placed([one], service="b", hosts=second[0], paths=second[1], priority=2).priority == 2
