"""Who looks at whose facts, and at which: by a seed that nobody chose, so that anybody can draw it again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence


def mark(seed: str, *what: object) -> str:
    """Return the place of something in the order that a seed makes."""
    return hashlib.sha256(":".join([seed, *map(str, what)]).encode()).hexdigest()


def lookers(departments: Iterable[int], seed: str) -> dict[int, int]:
    """Return by department the one that looks at its facts: a ring in the seed's order, never itself.

    :return: empty where there are fewer than two departments
    """
    ring = sorted(set(departments), key=lambda one: mark(seed, "department", one))
    if len(ring) < 2:
        return {}
    return {one: ring[(place + 1) % len(ring)] for place, one in enumerate(ring)}


def draw(
    facts: Mapping[int, Sequence[int]], seed: str, *, each: int, most: int, what: str = "entry"
) -> list[int]:
    """Return which facts of one department are looked at.

    Every branch gives up to ``each``, its first in the seed's order; where that is more than one
    organisation is asked to look at, first every branch's first, then every branch's second …

    :param facts: their numbers by branch
    :param each: at most so many of a branch
    :param most: at most so many of the department
    :param what: the kind of facts: each has an order of its own
    """
    rounds = sorted(
        (place, mark(seed, "branch", branch), one)
        for branch, numbers in facts.items()
        for place, one in enumerate(sorted(numbers, key=lambda n: mark(seed, what, n))[:each])
    )
    return [one for _, _, one in rounds[:most]]


def share(agreed: int, looked: int, *, few: int) -> int | None:
    """Return the agreement in whole per cent, rounded down; None where too few were looked at to say."""
    return agreed * 100 // looked if looked >= few else None


def masked(name: str) -> str:
    """Return a name of which the family name alone is left: 陈**."""
    return name[:1] + "*" * max(len(name) - 1, 1)
