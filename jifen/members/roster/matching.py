"""Who on the roster is who in the house: by number, else by name, branch and day of joining.

Nothing is decided quietly: what could be two people or one is a question, and
people who are missing from the sheet stay until somebody says that they left.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from jifen.members.roster.dates import RosterDay
from jifen.members.roster.entries import Entry
from jifen.members.roster.places import NewBranch
from jifen.members.roster.problems import Problem, Severity
from jifen.members.roster.values import NamedPost

NEW, KEEP, LEFT = "new", "keep", "left"


@dataclass(slots=True)
class Known:
    """Somebody who is in the house already."""

    member_id: int
    number: str
    name: str
    joined: RosterDay | None
    confirmed: RosterDay | None
    staff_number: str
    #: His branch today; None for somebody who left.
    branch_id: int | None = None
    branch_name: str = ""
    branch_path: str = ""
    department_id: int | None = None
    category: str = ""
    membership_id: int = 0
    since: dt.date | None = None
    roles: frozenset[str] = frozenset()


@dataclass(slots=True)
class Match:
    """An entry with the person it is, and what would change about him."""

    entry: Entry
    branch: int | NewBranch
    known: Known
    #: Field → new value: name, joined, confirmed, staff_number.
    fields: dict[str, Any] = field(default_factory=dict)
    #: He belongs elsewhere, or as another category, from now on.
    moves: bool = False
    posts: tuple[NamedPost, ...] = ()


@dataclass(slots=True)
class Arrival:
    """An entry of somebody who is new to the house."""

    entry: Entry
    branch: int | NewBranch


@dataclass(slots=True)
class Plan:
    """What confirming would do."""

    arrivals: list[Arrival] = field(default_factory=list)
    matches: list[Match] = field(default_factory=list)
    #: People of the covered units who are not in the sheet.
    missing: list[Known] = field(default_factory=list)
    #: Those of them of whom somebody said that they left.
    leaving: list[Known] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def changes(self) -> list[Match]:
        """The matches that change anything."""
        return [m for m in self.matches if m.fields or m.moves or m.posts]


def match(
    entries: Sequence[Entry],
    branches: Sequence[int | NewBranch | None],
    people: Sequence[Known],
    *,
    home_path: str,
    departments: Mapping[int, int | None],
    is_number: Callable[[str], bool],
    use_staff_number: bool,
    answers: Mapping[str, str],
) -> Plan:
    """Return the plan for entries whose branch is known.

    :param people: everybody of the home unit today, and whoever bears a number that the sheet names
    :param departments: department of each branch
    :param is_number: whether a text is a number as the house issues them
    :param answers: question key → ``new``, a member number, ``keep`` or ``left``
    """
    return _Matching(people, home_path, departments, is_number, use_staff_number, answers).run(
        entries, branches
    )


def _same_day(one: RosterDay | None, other: RosterDay | None) -> bool | None:
    """Whether two days agree as far as both are known; None when one is not known."""
    if one is None or other is None:
        return None
    if "year" in (one.precision, other.precision):
        return one.on.year == other.on.year
    if "month" in (one.precision, other.precision):
        return (one.on.year, one.on.month) == (other.on.year, other.on.month)
    return one.on == other.on


class _Matching:
    def __init__(
        self,
        people: Sequence[Known],
        home_path: str,
        departments: Mapping[int, int | None],
        is_number: Callable[[str], bool],
        use_staff_number: bool,
        answers: Mapping[str, str],
    ) -> None:
        self.people, self.home_path, self.departments = people, home_path, departments
        self.is_number, self.answers = is_number, answers
        self.by_number = {known.number: known for known in people}
        self.by_name: dict[str, list[Known]] = {}
        self.by_staff: dict[tuple[int | None, str], list[Known]] = {}
        for known in people:
            if known.branch_id is not None:
                self.by_name.setdefault(known.name, []).append(known)
            if use_staff_number and known.staff_number:
                self.by_staff.setdefault((known.department_id, known.staff_number), []).append(known)
        self.taken: dict[int, Entry] = {}
        self.plan = Plan()

    def run(self, entries: Sequence[Entry], branches: Sequence[int | NewBranch | None]) -> Plan:
        rest: list[tuple[Entry, int | NewBranch]] = []
        # Numbers first: whoever bears his number is not free for a likeness of name.
        for entry, branch in zip(entries, branches, strict=True):
            if branch is None:
                continue
            if entry.number:
                self._by_number(entry, branch)
            elif self.by_staff and (found := self._by_staff_number(entry, branch)):
                self._accept(entry, branch, found)
            else:
                rest.append((entry, branch))
        # The certain ones next, so that what remains is asked about as few people as possible.
        open_ = []
        for entry, branch in rest:
            if entry.name not in self.by_name:
                self.plan.arrivals.append(Arrival(entry, branch))
            elif sure := self._surely(entry, branch):
                self._accept(entry, branch, sure)
            else:
                open_.append((entry, branch))
        for entry, branch in open_:
            self._by_likeness(entry, branch)
        return self.plan

    def _problem(self, entry: Entry, code: str, reason: str, remedy: str, severity: Severity) -> None:
        self.plan.problems.append(Problem(entry.sheet, entry.row, "", code, reason, remedy, severity))

    def _ask(self, entry: Entry, code: str, reason: str, options: Sequence[Known]) -> None:
        numbers = "、".join(f"{known.number}（{known.branch_name or '已离开'}）" for known in options)
        self._problem(
            entry,
            code,
            f"{reason}：{numbers}",
            f"是这个人的，请回答他的编号；是新来的另一个人，请回答“new”。问题编号：{question_key(entry)}",
            Severity.QUESTION,
        )

    def _by_number(self, entry: Entry, branch: int | NewBranch) -> None:
        known = self.by_number.get(entry.number) if self.is_number(entry.number) else None
        if known is None:
            self._problem(
                entry,
                "number_unknown",
                "积分编号不是本系统发的",
                "请核对编号；不知道编号的请留空，由系统按姓名、支部和入党时间查找。",
                Severity.ERROR,
            )
        elif known.branch_id is not None and not known.branch_path.startswith(self.home_path):
            self._problem(
                entry,
                "number_elsewhere",
                f"编号 {known.number} 的同志现在属于别的单位",
                "请先办理组织关系转接，再导入名册。",
                Severity.ERROR,
            )
        elif known.name != entry.name and self.answers.get(question_key(entry)) != known.number:
            self._ask(entry, "name_differs", "编号对得上，姓名不同，请确认是不是同一个人", [known])
        else:
            self._accept(entry, branch, known)

    def _by_staff_number(self, entry: Entry, branch: int | NewBranch) -> Known | None:
        if not entry.staff_number:
            return None
        found = self.by_staff.get((self._department(branch), entry.staff_number), [])
        same = [known for known in found if known.name == entry.name]
        return same[0] if len(same) == 1 else None

    def _department(self, branch: int | NewBranch) -> int | None:
        return self.departments.get(branch.parent_id if isinstance(branch, NewBranch) else branch)

    def _surely(self, entry: Entry, branch: int | NewBranch) -> Known | None:
        """The one person of that name, branch and day of joining."""
        found = [
            known
            for known in self.by_name[entry.name]
            if known.branch_id == branch
            and known.member_id not in self.taken
            and _same_day(known.joined, entry.joined)
        ]
        return found[0] if len(found) == 1 else None

    def _by_likeness(self, entry: Entry, branch: int | NewBranch) -> None:
        free = [k for k in self.by_name[entry.name] if k.member_id not in self.taken]
        department = self._department(branch)
        near = [k for k in free if k.department_id == department]
        here = [k for k in near if k.branch_id == branch]
        # Away from the branch only a day of joining that differs for certain says "another person".
        likely = here + [
            k for k in near if k.branch_id != branch and _same_day(k.joined, entry.joined) is not False
        ]
        answer = self.answers.get(question_key(entry), "")
        if not likely or answer == NEW:
            self.plan.arrivals.append(Arrival(entry, branch))
        elif chosen := next((k for k in likely if k.number == answer), None):
            self._accept(entry, branch, chosen)
        else:
            self._ask(entry, "who_is_it", "单位里已有同名的人，不能确定是不是同一个人", likely)

    def _accept(self, entry: Entry, branch: int | NewBranch, known: Known) -> None:
        before = self.taken.setdefault(known.member_id, entry)
        if before is not entry:
            self._problem(
                entry,
                "person_twice",
                f"与“{before.sheet}”第{before.row}行是同一个人（编号 {known.number}）",
                "同一个人请只留一行。",
                Severity.ERROR,
            )
            return
        found = Match(entry, branch, known, _field_changes(entry, known))
        found.moves = branch != known.branch_id or (bool(entry.category) and entry.category != known.category)
        found.posts = tuple(
            post for post in entry.posts if branch != known.branch_id or post.role not in known.roles
        )
        self.plan.matches.append(found)


def _field_changes(entry: Entry, known: Known) -> dict[str, Any]:
    """Return what the sheet says anew; a blank cell or a coarser day takes nothing away."""
    changes: dict[str, Any] = {}
    if entry.name != known.name:
        changes["name"] = entry.name
    for word in ("joined", "confirmed"):
        said, had = getattr(entry, word), getattr(known, word)
        if said is None or said == had:
            continue
        if had is not None and said.precision != "day" and had.precision == "day" and _same_day(said, had):
            continue
        changes[word] = said
    if entry.staff_number and entry.staff_number != known.staff_number:
        changes["staff_number"] = entry.staff_number
    return changes


def find_missing(
    plan: Plan, people: Sequence[Known], covered_paths: Sequence[str], answers: Mapping[str, str]
) -> None:
    """Enter into the plan who of the covered units is not in the sheet, and who of them left."""
    present = {m.known.member_id for m in plan.matches}
    for known in people:
        if known.member_id in present or known.branch_id is None:
            continue
        if not known.branch_path.startswith(tuple(covered_paths)):
            continue
        if answers.get(missing_key(known.number)) == LEFT:
            plan.leaving.append(known)
        else:
            plan.missing.append(known)


def question_key(entry: Entry) -> str:
    """The key by which a question about a row is answered."""
    return f"{entry.sheet}!{entry.row}"


def missing_key(number: str) -> str:
    """The key by which it is said whether somebody missing from the sheet left."""
    return f"missing:{number}"
