"""Reads of appraisals: the list as deciders see it, one's own grade, how far the branches are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.decisions.policy import seat
from jifen.org import queries as org
from jifen.points.appraisal import rules, service
from jifen.points.appraisal.models import Appraisal, AppraisalLine
from jifen.points.appraisal.policy import P
from jifen.points.appraisal.states import WORDS, AppraisalState
from jifen.rulebook import queries as rulebooks

#: Steps whose grades everybody on the list may know.
SHOWN = (AppraisalState.PUBLICISED, AppraisalState.FINAL)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list as deciders read it."""

    line_id: int
    member_id: int
    number: str
    name: str
    category: str
    #: Why he has no grade from his score, in words.
    reason: str
    total: Decimal
    by_score: str | None
    vetoed: bool
    proposed: str | None
    grade: str | None
    confirm: bool
    confirmed: bool
    #: Reasons of the changes that hold, by step.
    why: str
    #: Counts of the ballot by choice.
    votes: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Taken:
    """A recorded step as people read it."""

    id: int
    step: str
    words: str
    minute: str | None
    held_on: dt.date | None
    expected: int | None
    present: int | None
    grade: str | None
    recorded_by: str
    unit_name: str
    recorded_at: dt.datetime
    undone_reason: str | None
    undone: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """An appraisal with its list, its steps and what waits."""

    id: int
    branch_id: int
    branch_name: str
    year: int
    state: str
    state_words: str
    as_of: dt.date
    due_on: dt.date
    rulebook: str
    rows: tuple[Row, ...]
    steps: tuple[Taken, ...]
    summary: rules.Summary
    #: Grade -> at most so many.
    limits: Mapping[str, int]
    base: int
    tie: rules.Tie | None
    grades: tuple[str, ...]
    #: Whether the next step waits for the reader, and for which unit it waits.
    mine: bool
    asked_unit: str
    publication_id: int | None


_ROWS = sa.text(
    """
    SELECT l.id, l.member_id, coalesce(m.number, ''), coalesce(m.name, '（已删除）'), l.category, l.reason, l.total,
           l.by_score, l.vetoed, l.proposed, l.grade, l.confirm, l.confirmed_by IS NOT NULL,
           coalesce((SELECT string_agg(CASE s.step WHEN 'committee' THEN '支委会：' ELSE '党员大会：' END
                                       || coalesce(c.reason, '（已删除）'), '；' ORDER BY c.id)
                       FROM appraisal_change c JOIN appraisal_step s ON s.id = c.step_id
                      WHERE s.appraisal_id = l.appraisal_id AND s.undone_at IS NULL
                        AND c.member_id = l.member_id), ''),
           coalesce((SELECT json_object_agg(b.choice, b.votes)
                       FROM appraisal_ballot b JOIN appraisal_step s ON s.id = b.step_id
                      WHERE s.appraisal_id = l.appraisal_id AND s.undone_at IS NULL
                        AND b.member_id = l.member_id), '{}'::json)
      FROM appraisal_line l LEFT JOIN member m ON m.id = l.member_id
     WHERE l.appraisal_id = :id
     ORDER BY m.name_pinyin, l.member_id
    """
)
_STEPS = sa.text(
    """
    SELECT s.id, s.step, s.minute, s.held_on, s.expected, s.present, s.grade, coalesce(m.name, '（已删除）'), u.name,
           s.recorded_at, s.undone_reason, s.undone_at IS NOT NULL AS undone, s.chosen
      FROM appraisal_step s JOIN unit u ON u.id = s.unit_id LEFT JOIN member m ON m.id = s.recorded_by
     WHERE s.appraisal_id = :id ORDER BY s.id
    """
)
_WAITS = sa.text(
    """
    SELECT k.unit_id, k.concerns, k.not_by, w.name,
           (SELECT p.id FROM publication p WHERE p.kind = 'appraisal' AND p.unit_id = a.branch_id
               AND p.period = a.year::text AND p.state <> 'drawn' ORDER BY p.revision DESC LIMIT 1)
      FROM appraisal a
      LEFT JOIN ask k ON k.subject = :subject AND k.subject_id = a.id AND k.answered_at IS NULL
      LEFT JOIN unit w ON w.id = k.unit_id
     WHERE a.id = :id
    """
)


def sheet(appraisal_id: int, *, by: Actor) -> Sheet:
    """Return an appraisal as the deciders of the branch and above see it, best grade first.

    :raises NotFound: no such appraisal, or not the actor's to see
    """
    found = service.access(appraisal_id, by=by)
    branch, book = org.unit(found.branch_id), rulebooks.book(found.rulebook_id)
    order = {one.name: n for n, one in enumerate(book.grades)}
    read = db.session.execute(_ROWS, {"id": found.id}).all()
    rows = [
        Row(*row[:5], rules.REASONS.get(row.reason or "", ""), *row[6:])  # type: ignore[call-arg]
        for row in read
    ]
    people = [rules.Entrant(r.member_id, r.category, r.reason, r.total, r.by_score, r.vetoed) for r in read]
    taken = db.session.execute(_STEPS, {"id": found.id}).all()
    decided = {s.grade: list(s.chosen) for s in taken if s.step == "tie" and not s.undone}
    grading = rules.propose(people, book, decided)
    unit_id, concerns, not_by, asked_unit, publication = db.session.execute(
        _WAITS, {"id": found.id, "subject": service.STEP}
    ).one()
    return Sheet(
        id=found.id,
        branch_id=branch.id,
        branch_name=branch.name,
        year=found.year,
        state=found.state,
        state_words=WORDS[found.state],
        as_of=found.as_of,
        due_on=rules.due_on(found.year),
        rulebook=f"{book.name}（{book.version}）",
        rows=tuple(sorted(rows, key=lambda r: order.get(r.grade or "", len(order)))),
        steps=tuple(Taken(row[0], row[1], WORDS[row[1]], *row[2:12]) for row in taken),
        summary=rules.summary([(r.grade, r.reason) for r in read], book),
        limits={quota.grade: quota.limit for quota in grading.quotas},
        base=grading.base,
        tie=rules.open_tie(grading, decided) if found.state == AppraisalState.DRAFT else None,
        grades=tuple(order),
        mine=unit_id is not None and seat(by, unit_id, concerns, *not_by) is not None,
        asked_unit=asked_unit or "",
        publication_id=publication,
    )


@dataclass(frozen=True, slots=True)
class Own:
    """One's own appraisal of a year; the grade only once it is shown."""

    year: int
    branch_name: str
    state: str
    state_words: str
    grade: str | None
    #: Why one has no grade, in words.
    reason: str


_OWN = sa.text(
    """
    SELECT a.year, u.name, a.state, l.grade, l.reason
      FROM appraisal_line l JOIN appraisal a ON a.id = l.appraisal_id JOIN unit u ON u.id = a.branch_id
     WHERE l.member_id = :member AND l.reason IS DISTINCT FROM 'elsewhere'
     ORDER BY a.year DESC LIMIT :limit
    """
)


def own(*, by: Actor, limit: int = 10) -> list[Own]:
    """Return the actor's own appraisals, the latest first.

    :raises Forbidden: a system, which is not appraised
    """
    if not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))
    rows = db.session.execute(_OWN, {"member": by.member_id, "limit": limit})
    return [
        Own(
            year,
            branch,
            state,
            WORDS[state] if state in SHOWN else "研究中",
            grade if state in SHOWN else None,
            rules.REASONS.get(reason or "", "") if state in SHOWN and grade is None else "",
        )
        for year, branch, state, grade, reason in rows
    ]


def told(appraisal_id: int, member_id: int) -> Own | None:
    """Return what a notice tells somebody about his own grade; None when it is shown no more."""
    stmt = (
        sa.select(Appraisal.year, Appraisal.state, AppraisalLine.grade)
        .join(AppraisalLine, AppraisalLine.appraisal_id == Appraisal.id)
        .where(Appraisal.id == appraisal_id, AppraisalLine.member_id == member_id)
    )
    row = db.session.execute(stmt).first()
    if row is None or row.state not in SHOWN or row.grade is None:
        return None
    return Own(row.year, "", row.state, WORDS[row.state], row.grade, "")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a branch is with a year's appraisal; no names and no order by it."""

    branch_id: int
    branch_name: str
    appraisal_id: int | None
    state: str | None
    state_words: str
    due_on: dt.date


_PROGRESS = sa.text(
    """
    SELECT u.id, u.name, a.id, a.state
      FROM unit u LEFT JOIN appraisal a ON a.branch_id = u.id AND a.year = :year
     WHERE u.kind = 'branch' AND u.until IS NULL AND u.id > :after
       AND u.path LIKE ANY(CAST(:below AS text[])) AND u.path LIKE :inside
     ORDER BY u.id LIMIT :limit
    """
)


def progress(
    year: int, *, by: Actor, unit_id: int | None = None, after: int = 0, limit: int = 50
) -> list[Progress]:
    """Return the branches that the actor works with, those that have not begun too, by id."""
    inside = "/" if unit_id is None else org.access_unit(unit_id, by=by).path
    below = [h.path + "%" for h in by.holdings if permits(by, P.SEE, _scope(h.unit_id, h.path))]
    rows = db.session.execute(
        _PROGRESS,
        {"year": year, "after": after, "below": below, "inside": inside + "%", "limit": limit},
    )
    return [
        Progress(branch, name, found, state, WORDS[state] if state else "未开始", rules.due_on(year))
        for branch, name, found, state in rows
    ]


def _scope(unit_id: int, path: str) -> service.Scope:
    return service.Scope(unit_id, path, False)
