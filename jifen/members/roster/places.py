"""Find the department and the branch that a roster's words mean in the tree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from jifen.members.roster.entries import Entry
from jifen.members.roster.mapping import Mapping
from jifen.members.roster.problems import Problem, Severity
from jifen.members.roster.values import title_key

WORK_COMMITTEE, DEPARTMENT, COMMITTEE = "work_committee", "department", "committee"
GENERAL_BRANCH, BRANCH = "general_branch", "branch"


@dataclass(frozen=True, slots=True)
class Place:
    """An open unit of the tree."""

    id: int
    code: str
    name: str
    kind: str
    path: str
    #: Nearest department at or above.
    department_id: int | None


@dataclass(frozen=True, slots=True)
class NewBranch:
    """A branch that the roster names and the tree does not have."""

    #: Under which unit it would stand.
    parent_id: int
    name: str


@dataclass(slots=True)
class Placed:
    """Where the entries belong."""

    #: For each entry its branch: an id, a branch to be created, or None where a problem says why not.
    branches: list[int | NewBranch | None]
    problems: list[Problem] = field(default_factory=list)
    #: Units that the sheets speak for as a whole: whoever is missing there is asked about.
    covered: set[int] = field(default_factory=set)


def place(
    entries: Sequence[Entry],
    units: Sequence[Place],
    home: Place,
    mapping: Mapping,
    *,
    create_branches: bool,
) -> Placed:
    """Return each entry's branch inside ``home``.

    :param units: the open units at or below ``home``
    :param home: the unit that the whole file is brought for
    """
    return _Placing(units, home, mapping, create_branches).run(entries)


class _Placing:
    def __init__(self, units: Sequence[Place], home: Place, mapping: Mapping, create: bool) -> None:
        self.home, self.mapping, self.create = home, mapping, create
        self.by_id = {unit.id: unit for unit in units}
        self.by_code = {unit.code: unit for unit in units}
        self.departments: dict[str, list[Place]] = {}
        self.branches: dict[tuple[int, str], list[Place]] = {}
        self.inner: dict[int, list[Place]] = {}
        for unit in units:
            if unit.kind == DEPARTMENT:
                self.departments.setdefault(title_key(unit.name), []).append(unit)
            elif unit.kind == BRANCH and unit.department_id:
                self.branches.setdefault((unit.department_id, title_key(unit.name)), []).append(unit)
            elif unit.kind in (COMMITTEE, GENERAL_BRANCH) and unit.department_id:
                self.inner.setdefault(unit.department_id, []).append(unit)
        self.found: dict[tuple[str, str, str], int | NewBranch | None] = {}
        self.units_found: dict[tuple[str, str], Place | None] = {}
        self.placed = Placed([])

    def run(self, entries: Sequence[Entry]) -> Placed:
        counts = Counter((e.sheet, e.unit, e.branch) for e in entries)
        one_unit = len({e.unit for e in entries}) <= 1
        for entry in entries:
            key = (entry.sheet, entry.unit, entry.branch)
            if key not in self.found:
                self.found[key] = self._branch(entry, counts[key], one_unit)
            self.placed.branches.append(self.found[key])
        return self.placed

    def _problem(
        self, entry: Entry, code: str, reason: str, remedy: str, severity: Severity = Severity.ERROR
    ) -> None:
        self.placed.problems.append(Problem(entry.sheet, entry.row, "", code, reason, remedy, severity))

    def _unit(self, entry: Entry, one_unit: bool) -> Place | None:
        """Return the department (or the branch, when the file is for one) that an entry belongs to."""
        code = self.mapping.of(entry.sheet).unit
        if code:
            unit = self.by_code.get(code)
            if unit is None:
                self._problem(
                    entry, "unit_unknown", f"没有代码为“{code}”的单位", "请核对对照里写的单位代码。"
                )
            return unit
        if self.home.kind == BRANCH:
            return self.home
        matches = self.departments.get(title_key(entry.unit), []) if entry.unit else []
        if len(matches) == 1:
            return matches[0]
        if self.home.kind == WORK_COMMITTEE:
            said = f"名册写的单位“{entry.unit}”" if entry.unit else "名册没有写单位，"
            self._problem(
                entry,
                "unit_unknown",
                f"{said}在组织里没有找到",
                "请核对单位名称；也可以指定这张表属于哪个单位（单位代码）。",
            )
            return None
        if entry.unit and not one_unit:
            self._problem(
                entry,
                "unit_elsewhere",
                f"这一行写的单位“{entry.unit}”不是“{self.home.name}”",
                "请分开导入，或在工委一级导入整本名册。",
            )
            return None
        if entry.unit:
            self._problem(
                entry,
                "unit_named_otherwise",
                f"名册写的单位是“{entry.unit}”，将导入到“{self.home.name}”",
                "确是同一单位的，直接确认即可。",
                Severity.DOUBT,
            )
        return self.home

    def _branch(self, entry: Entry, people: int, one_unit: bool) -> int | NewBranch | None:
        named = (entry.sheet, entry.unit)
        if named not in self.units_found:
            self.units_found[named] = self._unit(entry, one_unit)
        unit = self.units_found[named]
        if unit is None:
            return None
        self.placed.covered.add(unit.id)
        if unit.kind == BRANCH:
            if entry.branch and title_key(entry.branch) != title_key(unit.name):
                self._problem(
                    entry,
                    "branch_elsewhere",
                    f"这一行写的是“{entry.branch}”，不是“{unit.name}”",
                    "请只导入本支部的人，或由上级党组织导入。",
                )
                return None
            return unit.id
        department = unit.department_id or unit.id
        matches = [
            branch
            for branch in self.branches.get((department, title_key(entry.branch)), [])
            if branch.path.startswith(unit.path)
        ]
        if len(matches) == 1:
            return matches[0].id
        if matches:
            self._problem(
                entry,
                "branch_ambiguous",
                f"“{unit.name}”有{len(matches)}个叫“{entry.branch}”的支部",
                "请先给支部起不同的名称。",
            )
            return None
        if not self.create:
            self._problem(
                entry,
                "branch_unknown",
                f"“{unit.name}”没有“{entry.branch}”这个支部（{people}人）",
                "名称写错的请改正；确需新建的，请选择“新建缺少的支部”（命令行用 --create-branches）。",
            )
            return None
        return NewBranch(self._parent(unit).id, entry.branch)

    def _parent(self, unit: Place) -> Place:
        """A new branch stands below the department's only committee or general branch, else below itself."""
        inner = self.inner.get(unit.id, [])
        top = [u for u in inner if u.kind == COMMITTEE] or inner
        return top[0] if unit.kind == DEPARTMENT and len(top) == 1 else unit
