"""IAM's wildcards: `*` stands for any text, `?` for one character.

IAM User Guide, "IAM JSON policy elements: Resource".
"""


def covers(pattern: str, other: str) -> bool:
    """Whether everything that `other` matches is matched by `pattern` too; `other` may be a plain text.

    Greedy with one point to return to, so that a hostile pattern costs no more than length times length.
    """
    p = o = 0
    star, star_o = -1, 0
    while o < len(other):
        if p < len(pattern) and pattern[p] == "*":
            star, star_o = p, o
            p += 1
        elif p < len(pattern) and (pattern[p] == other[o] or (pattern[p] == "?" and other[o] != "*")):
            p, o = p + 1, o + 1
        elif star >= 0:
            star_o += 1
            p, o = star + 1, star_o
        else:
            return False
    return all(it == "*" for it in pattern[p:])


def has_wildcard(pattern: str) -> bool:
    """Whether the pattern stands for more than itself."""
    return "*" in pattern or "?" in pattern


def overlap(one: str, other: str) -> bool:
    """Whether some text is matched by both patterns."""
    row = [True] + [False] * len(other)
    for column, it in enumerate(other, start=1):
        row[column] = row[column - 1] and it == "*"
    for a in one:
        above, row = row, [a == "*" and row[0]] + [False] * len(other)
        for column, b in enumerate(other, start=1):
            if a == "*" or b == "*":
                row[column] = above[column] or row[column - 1]
            else:
                row[column] = above[column - 1] and (a == b or "?" in (a, b))
    return row[len(other)]


def arn_covers(pattern: str, other: str) -> bool:
    """`covers` for ARNs; where both have all their fields, a wildcard stays inside its own."""
    return all(covers(a, b) for a, b in _fields(pattern, other))


def arn_overlap(one: str, other: str) -> bool:
    """`overlap` for ARNs; where both have all their fields, a wildcard stays inside its own."""
    return all(overlap(a, b) for a, b in _fields(one, other))


def _fields(one: str, other: str) -> list[tuple[str, str]]:
    ones, others = one.split(":", 5), other.split(":", 5)
    if len(ones) == len(others) == 6:
        return list(zip(ones, others, strict=True))
    return [(one, other)]
