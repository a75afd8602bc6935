"""Who holds which post: the seats of a branch, of a department, of the work committee."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from jifen.core.actor import Role
from jifen.demo.city import COMMITTEE_SEAT, City, PlannedBranch, PlannedUnit
from jifen.demo.departments import HOME
from jifen.demo.people import DEPUTY_FROM, Person, Year, full_members
from jifen.org.models import UnitKind


@dataclass(frozen=True, slots=True)
class Appointment:
    """A row of ``post``."""

    member_id: int
    unit_id: int
    role: Role
    title: str
    since: dt.date
    until: dt.date | None = None


#: Seats of the work committee's people in their own branch. The three that must be apart are three people.
_WORK_COMMITTEE = (
    (COMMITTEE_SEAT, Role.WC_LEADER, "工委书记"),
    (7, Role.WC_LEADER, "工委常务副书记"),
    (8, Role.WC_LEADER, "工委副书记"),
    (9, Role.WC_OFFICE, "工委办公室主任"),
    (10, Role.WC_OFFICE, "工委办公室干事"),
    (11, Role.WC_OFFICE, "工委办公室干事"),
    (12, Role.IT, "系统管理员"),
    (13, Role.IT, "系统管理员"),
    (14, Role.SECURITY, "安全管理员"),
    (15, Role.AUDITOR, "审计员"),
)
#: Seats of a department with a committee: the committee, its discipline committee (机关纪委), the office.
_COMMITTEE = (
    (COMMITTEE_SEAT, Role.ORGAN_COMMITTEE, "机关党委书记"),
    (7, Role.ORGAN_COMMITTEE, "专职副书记"),
    (8, Role.ORGAN_COMMITTEE, "机关党委委员"),
    # The discipline committee's secretary is a deputy secretary of the committee.
    (9, Role.ORGAN_COMMITTEE, "机关党委副书记"),
    (9, Role.DISCIPLINE, "机关纪委书记"),
    (10, Role.DISCIPLINE, "机关纪委委员"),
    (11, Role.DISCIPLINE, "机关纪委委员"),
)
_GENERAL_BRANCH = (
    (COMMITTEE_SEAT, Role.ORGAN_COMMITTEE, "党总支书记"),
    (7, Role.ORGAN_COMMITTEE, "党总支副书记"),
)
_OFFICE = ((12, Role.PARTY_OFFICE, "机关党建办主任"), (13, Role.PARTY_OFFICE, "机关党建办干事"))


def appointments_of(
    branch: PlannedBranch, people: list[Person], city: City, year: Year, seed: str
) -> list[Appointment]:
    """Return the posts that people of ``branch`` hold or held."""
    rng = Random(f"{seed}:posts:{branch.first}")
    term = year.since - dt.timedelta(days=rng.randint(10, 900))
    found: dict[tuple[int, int, Role], Appointment] = {}

    def give(seat: int, unit: PlannedUnit, role: Role, title: str) -> None:
        person = people[min(seat, len(people) - 1)]
        since = max(term, person.spells[-1].since)
        found.setdefault((person.id, unit.id, role), Appointment(person.id, unit.id, role, title, since))

    for seat, role, title in _branch_seats(len(full_members(people)), branch.size):
        give(seat, branch.unit, role, title)
    for seat, unit, role, title in _higher_seats(branch, city):
        give(seat, unit, role, title)
    rows = list(found.values())
    rows += _cell_leaders(branch, people, term, {one.member_id for one in rows})
    deputy = next((one for one in rows if one.role == Role.DEPUTY_SECRETARY), None)
    if deputy and rng.random() < 0.3:  # held another seat in the term before
        before = deputy.since - dt.timedelta(days=3 * 365)
        rows.append(
            Appointment(
                deputy.member_id, deputy.unit_id, Role.BRANCH_COMMITTEE, "组织委员", before, deputy.since
            )
        )
    return rows


def _branch_seats(full: int, size: int) -> Iterator[tuple[int, Role, str]]:
    """A committee from seven full members on; below that a secretary, and a recorder from five people on."""
    yield 0, Role.BRANCH_SECRETARY, "支部书记"
    if full >= DEPUTY_FROM:
        yield 1, Role.DEPUTY_SECRETARY, "支部副书记"
    if full >= 7:
        yield 2, Role.BRANCH_COMMITTEE, "组织委员"
        yield 3, Role.BRANCH_COMMITTEE, "宣传委员"
        yield 4, Role.BRANCH_COMMITTEE, "纪检委员"
    if size >= 5:
        yield (5 if full >= 7 else 2), Role.POINTS_RECORDER, "积分管理员"


def _higher_seats(branch: PlannedBranch, city: City) -> Iterator[tuple[int, PlannedUnit, Role, str]]:
    department = branch.unit.department
    if department is None:
        return
    if not branch.leads:
        if (
            branch.above.kind == UnitKind.GENERAL_BRANCH
            and 0 <= branch.above_decider - branch.first < branch.size
        ):
            yield branch.above_decider - branch.first, branch.above, Role.ORGAN_COMMITTEE, "党总支书记"
        return
    if department.name == HOME:
        for seat, role, title in _WORK_COMMITTEE:
            yield seat, city.root, role, title
        yield 3, department, Role.PARTY_OFFICE, "机关党建办主任"
        return
    if branch.above.kind == UnitKind.COMMITTEE:
        for seat, role, title in _COMMITTEE:
            yield seat, branch.above, role, title
    elif branch.above.kind == UnitKind.GENERAL_BRANCH:
        for seat, role, title in _GENERAL_BRANCH:
            yield seat, branch.above, role, title
    for seat, role, title in _OFFICE:
        yield seat, department, role, title


def _cell_leaders(
    branch: PlannedBranch, people: list[Person], term: dt.date, busy: set[int]
) -> Iterator[Appointment]:
    able = full_members(people)
    if branch.showcase:  # the people of the tour keep to their parts: the branch's committee leads the cells
        able, busy = able[2:5], set()
    for cell in branch.cells:
        inside = [one for one in able if one.spells[-1].cell_id == cell.id]
        inside.sort(key=lambda one: one.id in busy)
        if inside:
            since = max(term, inside[0].spells[-1].since)
            yield Appointment(inside[0].id, cell.id, Role.CELL_LEADER, "党小组组长", since)
