"""The tree of the demo city, planned without a database.

Sizes follow what the rules ask of organs: a committee from about a hundred
members (with approval from fifty), a general branch from fifty, below that a
branch; a branch seldom above fifty, some of three; cells in large branches.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from jifen.demo.departments import DEPARTMENTS, HOME, SHOWCASE, WORK_COMMITTEE, Department
from jifen.org.models import UnitKind

#: Fewer people cannot fill 78 departments and the tour's branch; more have never been tried.
FEWEST, MOST = 500, 300_000
#: People of the branch that the tour walks through.
SHOWCASE_SIZE = 24
#: A department without a committee stays below the hundred that would ask for one.
LARGEST_WITHOUT = 99
#: The reform after which the tree stands as it is.
FOUNDED_ON = dt.date(2019, 3, 1)

#: Seat in a department's first branch from which its committee decides, after the branch's own posts.
COMMITTEE_SEAT = 6

_DIGITS = "〇一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class PlannedUnit:
    """A row of ``unit``, and the department it belongs to."""

    id: int
    code: str
    name: str
    kind: UnitKind
    parent: PlannedUnit | None = field(repr=False)
    type_code: str | None = None

    @property
    def path(self) -> str:
        """Ids from the root to this unit, ``/1/7/42/``."""
        return f"{self.parent.path if self.parent else '/'}{self.id}/"

    @property
    def department(self) -> PlannedUnit | None:
        """The nearest department at or above."""
        if self.kind == UnitKind.DEPARTMENT:
            return self
        return self.parent.department if self.parent else None


@dataclass(frozen=True, slots=True)
class PlannedBranch:
    """A branch with the people it will get: ids ``first … first + size - 1``, the secretary first."""

    unit: PlannedUnit
    size: int
    first: int
    cells: tuple[PlannedUnit, ...]
    #: The department's first branch holds the people of its office and its committee.
    leads: bool
    #: 离退休干部党支部.
    retired: bool
    #: The organisation that decides above the branch: committee, general branch or work committee.
    above: PlannedUnit
    #: Who decides there, a member id.
    above_decider: int

    @property
    def secretary(self) -> int:
        """Member id of the secretary."""
        return self.first

    @property
    def showcase(self) -> bool:
        """Whether it is the branch of the tour."""
        return self.first == 1


@dataclass(frozen=True, slots=True)
class City:
    """The tree and its branches, in the order in which they are loaded."""

    root: PlannedUnit
    units: tuple[PlannedUnit, ...]
    branches: tuple[PlannedBranch, ...]
    members: int


def plan(members: int, seed: str) -> City:
    """Return the tree of a city of ``members`` people; the same for the same arguments.

    :param members: people in all, ``FEWEST`` … ``MOST``
    :raises ValueError: outside those bounds
    """
    if not FEWEST <= members <= MOST:
        raise ValueError(f"members out of range: {members}")
    counts = sizes(members)
    # The work committee's people are second, see DEPARTMENTS: their leader is known before they are planned.
    planner = _Planner(seed, leader=counts[0] + 1 + COMMITTEE_SEAT)
    for place, (department, size) in enumerate(zip(DEPARTMENTS, counts, strict=True), 1):
        planner.department(place, department, size)
    return City(planner.root, tuple(planner.units), tuple(planner.branches), members)


def sizes(members: int) -> list[int]:
    """Return how many people each of ``DEPARTMENTS`` has; the sum is ``members``."""
    scale = members / 3600
    found: dict[str, int] = {}
    for one in DEPARTMENTS:
        if not one.committee:
            least = 16 if one.name == HOME else 3
            most = 45 if one.name == HOME else LARGEST_WITHOUT
            found[one.name] = max(least, min(most, round(one.weight * scale)))
    rich = [one for one in DEPARTMENTS if one.committee]
    rest = members - sum(found.values())
    # A committee has fifty members where the city is large enough to give all of them fifty.
    least = max(3, min(50, rest * 4 // 5 // len(rich)))
    base = {one.name: max(least, SHOWCASE_SIZE + 3 if one.name == SHOWCASE else 3) for one in rich}
    spare = rest - sum(base.values())
    weights = sum(one.weight for one in rich)
    given = 0
    for one in rich:
        share = spare * one.weight // weights
        base[one.name] += share
        given += share
    for one in rich[: spare - given]:
        base[one.name] += 1
    return [found.get(one.name) or base[one.name] for one in DEPARTMENTS]


def numeral(number: int) -> str:
    """Return 1 … 999 in Chinese: 一, 十, 二十一, 一百零五."""
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if not hundreds:
        return ("" if tens < 2 else _DIGITS[tens]) + "十" * bool(tens) + (_DIGITS[ones] if ones else "")
    words = _DIGITS[hundreds] + "百"
    if tens:
        words += _DIGITS[tens] + "十"
    elif ones:
        words += "零"
    return words + (_DIGITS[ones] if ones else "")


class _Planner:
    """Hands out ids, codes and places while the tree grows."""

    def __init__(self, seed: str, leader: int) -> None:
        self._seed = seed
        self._leader = leader
        self._below: dict[int, int] = {}
        self.units: list[PlannedUnit] = []
        self.branches: list[PlannedBranch] = []
        self._next = 1
        self.root = self._unit(None, UnitKind.WORK_COMMITTEE, WORK_COMMITTEE, code="W")

    def department(self, place: int, department: Department, size: int) -> None:
        """Plan one department with all below it."""
        rng = Random(f"{self._seed}:city:{department.name}")
        code = f"D{place:02}"
        top = self._unit(
            self.root, UnitKind.DEPARTMENT, department.name, code=code, type_code=department.kind
        )
        first = self._next
        if department.committee:
            above = self._unit(top, UnitKind.COMMITTEE, "机关党委")
            self._committee(rng, department, above, size)
        elif size >= 50:
            above = self._unit(top, UnitKind.GENERAL_BRANCH, "机关党总支")
            for index, part in enumerate(_cut(rng, size, first_at_least=16), 1):
                name = f"机关第{numeral(index)}党支部"
                self._branch(above, name, part, index == 1, above, first + COMMITTEE_SEAT)
        else:
            self._branch(top, "机关党支部", size, True, self.root, self._leader)

    def _committee(self, rng: Random, department: Department, above: PlannedUnit, size: int) -> None:
        if department.name == SHOWCASE:
            parts = [SHOWCASE_SIZE, *_cut(rng, size - SHOWCASE_SIZE, first_at_least=3)]
        else:
            parts = _cut(rng, size, first_at_least=16)
        decider = self._next + min(COMMITTEE_SEAT, parts[0] - 1)
        retired = len(parts) - 1 if len(parts) >= 3 else None
        direct = len(parts) if len(parts) <= 9 else 6
        for index, part in enumerate(parts[:direct]):
            name = "离退休干部党支部" if index == retired else f"机关第{numeral(index + 1)}党支部"
            self._branch(above, name, part, index == 0, above, decider, retired=index == retired)
        # A large department's subordinate bodies: general branches of four branches each.
        group, under = 0, None
        for index, part in enumerate(parts[direct:]):
            last = direct + index == len(parts) - 1
            if last:
                self._branch(above, "离退休干部党支部", part, False, above, decider, retired=True)
                break
            if index % 4 == 0:
                group += 1
                under = self._unit(above, UnitKind.GENERAL_BRANCH, f"直属单位第{numeral(group)}党总支")
                head = self._next + 1
            assert under is not None
            self._branch(under, f"第{numeral(index % 4 + 1)}党支部", part, False, under, head)

    def _branch(
        self,
        parent: PlannedUnit,
        name: str,
        size: int,
        leads: bool,
        above: PlannedUnit,
        decider: int,
        *,
        retired: bool = False,
    ) -> None:
        unit = self._unit(parent, UnitKind.BRANCH, name)
        many = size // 8 if size >= 16 else 0
        cells = tuple(
            self._unit(unit, UnitKind.CELL, f"第{numeral(cell + 1)}党小组") for cell in range(min(many, 6))
        )
        self.branches.append(PlannedBranch(unit, size, self._next, cells, leads, retired, above, decider))
        self._next += size

    def _unit(
        self,
        parent: PlannedUnit | None,
        kind: UnitKind,
        name: str,
        *,
        code: str | None = None,
        type_code: str | None = None,
    ) -> PlannedUnit:
        if code is None:
            assert parent is not None
            number = self._below[parent.id] = self._below.get(parent.id, 0) + 1
            code = f"{parent.code}-{number:02}"
        unit = PlannedUnit(len(self.units) + 1, code, name, kind, parent, type_code)
        self.units.append(unit)
        return unit


def _cut(rng: Random, size: int, *, first_at_least: int) -> list[int]:
    """Return believable branch sizes that sum to ``size``.

    Each is 3 … 48; the first is ``first_at_least`` or more where there are people enough.
    """
    if size <= first_at_least + 2:
        return [size]
    parts: list[int] = []
    rest = size
    while rest:
        part = rng.randint(first_at_least, first_at_least + 12) if not parts else _branch_size(rng)
        part = min(part, rest)
        if 0 < rest - part < 3:  # nobody is left in a branch of one or two
            part = rest if rest <= 48 else part - 3
        parts.append(part)
        rest -= part
    return parts


def _branch_size(rng: Random) -> int:
    chance = rng.random()
    if chance < 0.1:
        return 3
    if chance < 0.3:
        return rng.randint(4, 9)
    if chance < 0.85:
        return rng.randint(10, 28)
    return rng.randint(29, 45)
