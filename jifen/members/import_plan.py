"""What a previewed roster would do: where everybody belongs, who is who, what it looks like."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.errors import Conflict, Invalid
from jifen.members import import_queries as reads
from jifen.members import numbers
from jifen.members.models import ImportBatch
from jifen.members.policy import P, Person
from jifen.members.roster import staging
from jifen.members.roster import values as words
from jifen.members.roster.entries import Entry
from jifen.members.roster.mapping import mapping_of
from jifen.members.roster.matching import Plan, find_missing, match
from jifen.members.roster.places import COMMITTEE, DEPARTMENT, GENERAL_BRANCH, NewBranch, Place, Placed, place
from jifen.members.roster.problems import Problem, Severity, column_letters
from jifen.members.roster.reader import Sheet
from jifen.org import queries as org
from jifen.org import rules as org_rules
from jifen.org.models import Unit


class NotPreviewed(Conflict):
    """The batch was confirmed, dropped or is too old."""

    code: ClassVar[str] = "import_not_previewed"
    template: ClassVar[str] = "这个导入批次已经确认、放弃或超过24小时，请重新上传名册。"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a roster would do, before anybody says yes."""

    batch_id: int
    unit_id: int
    unit_code: str
    unit_name: str
    file_name: str
    #: Sheet, header rows, columns and where from, dropped headers, people.
    sheets: list[dict[str, Any]]
    #: people, new, same, changed, moved, missing, leaving, new_branches, errors, questions, doubts.
    counts: dict[str, int]
    problems: list[Problem]
    #: (below which unit, name, people).
    new_branches: list[tuple[str, str, int]]
    #: People of the covered units who are not in the sheet: (number, name, branch).
    missing: list[tuple[str, str, str]]
    #: Sizes that ask for another form of organisation.
    warnings: list[str]
    #: From which day new people belong to their branch.
    since: dt.date

    @property
    def ready(self) -> bool:
        """Whether it can be confirmed as it stands."""
        return not (self.counts["errors"] or self.counts["questions"]) and self.counts["people"] > 0


@dataclass(slots=True)
class Draft:
    """A plan with what it was made of."""

    home: Place
    plan: Plan
    placed: Placed
    #: Open units at or below the home unit, by id.
    units: dict[int, Place]
    problems: list[Problem]
    since: dt.date
    branches: dict[NewBranch, int] = field(default_factory=dict)


def home_of(office: Unit, entries: Sequence[Entry], *, narrow: bool) -> Place:
    """Return the unit that the file is for: the one department it names, else the office's own."""
    home = reads.place_of(office)
    if not narrow:
        return home
    departments: dict[str, list[Place]] = {}
    for unit in reads.places(home.path):
        if unit.kind == DEPARTMENT:
            departments.setdefault(words.title_key(unit.name), []).append(unit)
    named = {name: departments.get(words.title_key(name), []) for name in {e.unit for e in entries}}
    found = {units[0] for units in named.values() if len(units) == 1}
    return found.pop() if len(found) == 1 and all(named.values()) else home


def redraft(batch: ImportBatch, answers: Mapping[str, str] | None, create_branches: bool, by: Actor) -> Draft:
    if batch.state != "previewed" or batch.staged is None:
        raise NotPreviewed
    mapping = mapping_of(batch.layout["mapping"])
    home = reads.place_of(org.unit(batch.unit_id))
    said = {**mapping.answers, **(answers or {})}
    return draft_of(batch, home, staging.unpack(batch.staged), said, create_branches, by)


def draft_of(
    batch: ImportBatch,
    home: Place,
    entries: list[Entry],
    answers: Mapping[str, str],
    create_branches: bool,
    by: Actor,
) -> Draft:
    mapping = mapping_of(batch.layout["mapping"])
    units = reads.places(home.path)
    placed = place(entries, units, home, mapping, create_branches=create_branches)
    people = reads.known_people(home.path, {e.number for e in entries if e.number})
    by_id = {unit.id: unit for unit in units}
    departments = {unit.id: unit.department_id for unit in units}
    covered = {by_id[i] for i in placed.covered if i in by_id}
    if mapping.use_staff_number and len({u.department_id for u in covered}) > 1:
        raise Invalid(reason="工号只能在一个部门内使用，这本名册涉及几个部门，请不要选用工号。")
    plan = match(
        entries,
        placed.branches,
        people,
        home_path=home.path,
        departments=departments,
        is_number=numbers.is_valid,
        use_staff_number=mapping.use_staff_number,
        answers=answers,
    )
    find_missing(plan, people, sorted(u.path for u in covered), answers)
    problems = [*placed.problems, *plan.problems]
    posts = any(e.posts for e in entries)
    if posts and not (by.is_system or permits(by, P.APPOINT, Person(0, home.path))):
        problems.append(_posts_left_out())
        for row in plan.arrivals:
            row.entry.posts = ()
        for matched in plan.matches:
            matched.posts = ()
    today = clock.today()
    newcomers = any(k.branch_id is not None and k.branch_path.startswith(home.path) for k in people)
    since = mapping.since or (today if newcomers else today.replace(month=1, day=1))
    return Draft(home, plan, placed, by_id, problems, since)


def _posts_left_out() -> Problem:
    return Problem(
        "",
        0,
        "",
        "posts_left_out",
        "您没有登记任职的权限，名册里的党内职务不导入",
        "请由机关党建办导入，或导入后由其登记任职。",
        Severity.DOUBT,
    )


def severities(batch: ImportBatch, draft: Draft) -> Counter[str]:
    return Counter(batch.summary.get("counts", {})) + Counter(str(p.severity) for p in draft.problems)


def sheet_view(sheet: Sheet) -> dict[str, Any]:
    layout = sheet.layout
    return {
        "sheet": sheet.name,
        "header": list(layout.header),
        "columns": [
            {"field": c.field.value, "column": column_letters(c.index), "header": c.header, "how": c.how}
            for c in layout.columns
        ],
        "dropped": list(layout.dropped),
        "unit": layout.unit,
        "unit_from": layout.unit_from,
        "signature": layout.signature,
        "people": len(sheet.rows),
    }


def view_of(batch: ImportBatch, draft: Draft) -> Preview:
    plan = draft.plan
    kept = [Problem(**{**p, "severity": Severity(p["severity"])}) for p in batch.summary["problems"]]
    found = severities(batch, draft)
    changes = plan.changes
    new = Counter(a.branch for a in plan.arrivals if a.branch.__class__ is NewBranch)
    new.update(m.branch for m in plan.matches if m.branch.__class__ is NewBranch)
    unit = org.unit(batch.unit_id)
    return Preview(
        batch_id=batch.id,
        unit_id=unit.id,
        unit_code=unit.code,
        unit_name=unit.name,
        file_name=batch.file_name,
        sheets=batch.layout["sheets"],
        counts={
            "people": len(plan.arrivals) + len(plan.matches),
            "new": len(plan.arrivals),
            "same": len(plan.matches) - len(changes),
            "changed": sum(1 for m in changes if m.fields or m.posts),
            "moved": sum(1 for m in changes if m.moves),
            "missing": len(plan.missing),
            "leaving": len(plan.leaving),
            "new_branches": len(new),
            "errors": found["error"],
            "questions": found["question"],
            "doubts": found["doubt"],
        },
        problems=[*kept, *draft.problems],
        new_branches=[(draft.units[b.parent_id].name, b.name, n) for b, n in new.items()],
        missing=[(k.number, k.name, k.branch_name) for k in plan.missing],
        warnings=_warnings(draft),
        since=draft.since,
    )


_PARTY = ("full_member", "probationary_member", "retired_member", "floating_member", "lost_contact_member")


def _warnings(draft: Draft) -> list[str]:
    """Sizes after the import, of the branches that the sheet names and of their departments."""
    plan = draft.plan
    people: Counter[tuple[int | NewBranch, str]] = Counter(
        (a.branch, a.entry.category) for a in plan.arrivals
    )
    people.update((m.branch, m.entry.category or m.known.category) for m in plan.matches)
    people.update((k.branch_id, k.category) for k in plan.missing if k.branch_id is not None)
    committee = Counter(a.branch for a in plan.arrivals if a.entry.posts)
    committee.update(m.branch for m in plan.matches if m.posts or m.known.roles)
    committee.update(k.branch_id for k in plan.missing if k.branch_id is not None and k.roles)
    members: Counter[int | NewBranch] = Counter()
    full: Counter[int | NewBranch] = Counter()
    for (branch, category), count in people.items():
        if (category or "full_member") in _PARTY:
            members[branch] += count
            full[branch] += count if category != "probationary_member" else 0
    found = []
    for branch in members:
        sizes = org_rules.branch_warnings(
            members=members[branch], full=full[branch], committee=committee[branch] if committee else None
        )
        name = branch.name if isinstance(branch, NewBranch) else draft.units[branch].name
        found += [f"{name}：{warning.words}" for warning in sizes]
    return found + _department_warnings(draft, members)


def _department_warnings(draft: Draft, members: Counter[int | NewBranch]) -> list[str]:
    departments: Counter[int] = Counter()
    for branch, count in members.items():
        unit = draft.units[branch.parent_id if isinstance(branch, NewBranch) else branch]
        if unit.department_id:
            departments[unit.department_id] += count
    kinds = {(u.department_id, u.kind) for u in draft.units.values()}
    found = []
    for department, count in departments.items():
        # A sheet of one branch says nothing about the size of its department.
        if department in draft.units:
            sizes = org_rules.department_warnings(
                members=count,
                has_committee=(department, COMMITTEE) in kinds,
                has_general_branch=(department, GENERAL_BRANCH) in kinds,
            )
            found += [f"{draft.units[department].name}：{warning.words}" for warning in sizes]
    return found
