"""The list that an appraisal begins with: who is on it, and what his score says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.db import db
from jifen.core.period import Cycle
from jifen.members.models import Category, Member
from jifen.org.models import Unit
from jifen.points.appraisal import errors
from jifen.points.appraisal.models import AppraisalLine
from jifen.points.appraisal.rules import Entrant
from jifen.points.standings import score_members
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.queries import InForce

#: Party members, whom the yearly appraisal is about; applicants and candidates are none yet.
MEMBERS = (Category.FULL, Category.PROBATIONARY, Category.RETIRED, Category.FLOATING, Category.LOST)
#: Who has a vote; those who are away or retired may be left out of the count by the branch.
VOTES = (Category.FULL, Category.RETIRED, Category.FLOATING, Category.LOST)


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody of the branch on a day."""

    member_id: int
    category: str
    exempt: bool
    name: str


_THERE = sa.text(
    """
    SELECT s.member_id, s.category,
           EXISTS (SELECT 1 FROM exemption x WHERE x.member_id = s.member_id AND x.revoked_at IS NULL
                    AND x.since <= :day AND x.until > :day),
           coalesce(m.name, '（已删除）')
      FROM membership s JOIN member m ON m.id = s.member_id
     WHERE s.branch_id = :branch AND s.category = ANY(:categories)
       AND s.since <= :day AND (s.until IS NULL OR s.until > :day)
     ORDER BY s.member_id
    """
)


def there(branch_id: int, day: dt.date, categories: Sequence[str] = MEMBERS) -> list[Present]:
    """Return the Party members of a branch on ``day``."""
    values = {"branch": branch_id, "day": day, "categories": [str(c) for c in categories]}
    return [Present(*row) for row in db.session.execute(_THERE, values)]


def by_name(member_ids: Iterable[int]) -> list[int]:
    """Return members in the order in which lists name them."""
    stmt = sa.select(Member.id).where(Member.id.in_(list(member_ids))).order_by(Member.name_pinyin, Member.id)
    return list(db.session.scalars(stmt))


def voters(branch_id: int, day: dt.date) -> tuple[int, int]:
    """Return how many members with a vote a branch has on ``day``: those who always count, and all of them."""
    people = there(branch_id, day, VOTES)
    return sum(1 for p in people if p.category == Category.FULL and not p.exempt), len(people)


def rules_of(branch: Unit, day: dt.date) -> InForce:
    """Return the rulebook by which a branch appraises: the one of its full members.

    :raises NoRulebook, NotYearly, NoGrades: nothing is assigned, or nothing that grades a year
    """
    rules = rulebooks.in_force(branch.path, Category.FULL, day)
    if rules.book.cycle != Cycle.YEAR:
        raise errors.NotYearly(book=rules.book.name)
    if not rules.book.grades:
        raise errors.NoGrades(book=rules.book.name)
    return rules


def entrants(branch: Unit, rules: InForce, day: dt.date, *, apart: int | None) -> list[Entrant]:
    """Return everybody on the list, scored as of ``day``, with the reason of whoever has no grade.

    :param apart: the branch's own appraisal, whose lines are not elsewhere
    :raises NobodyListed: the branch has no members that day
    """
    people = there(branch.id, day)
    if not people:
        raise errors.NobodyListed(day=day)
    gone = _elsewhere([p.member_id for p in people], day.year, apart)
    books = {c: _book(branch, c, day) for c in {p.category for p in people}}
    reasons = {p.member_id: _reason(p, rules, books[p.category], p.member_id in gone) for p in people}
    scored = [m for m, reason in reasons.items() if reason in (None, "tracked")]
    sheets = score_members(scored, rules, as_of=day) if scored else {}
    found = []
    for p in people:
        sheet, reason = sheets.get(p.member_id), reasons[p.member_id]
        if reason is None and (sheet is None or sheet.status != "graded"):
            reason = "left_out"
        found.append(
            Entrant(
                p.member_id,
                p.category,
                reason,
                sheet.total if sheet else _NOTHING,
                sheet.grade if sheet and reason is None else None,
                bool(sheet and sheet.vetoed),
                p.name,
            )
        )
    return found


_NOTHING = Decimal(0)


def _book(branch: Unit, category: str, day: dt.date) -> int | None:
    try:
        return rulebooks.in_force(branch.path, category, day).rulebook_id
    except rulebooks.NoRulebook:
        return None


def _reason(person: Present, rules: InForce, own_book: int | None, elsewhere: bool) -> str | None:
    applies = rules.book.applies
    if elsewhere:
        return "elsewhere"
    if person.exempt:
        return "exempt"
    if person.category in applies.tracked:
        return "tracked"
    if person.category not in applies.in_force:
        return "left_out"
    return None if own_book == rules.rulebook_id else "other_book"


def _elsewhere(member_ids: list[int], year: int, apart: int | None) -> set[int]:
    stmt = sa.select(AppraisalLine.member_id).where(
        AppraisalLine.member_id.in_(member_ids),
        AppraisalLine.year == year,
        AppraisalLine.reason.is_distinct_from("elsewhere"),
    )
    if apart is not None:
        stmt = stmt.where(AppraisalLine.appraisal_id != apart)
    return set(db.session.scalars(stmt))
