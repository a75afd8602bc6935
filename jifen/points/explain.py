"""为什么是这个分: a figure down to entry, rulebook version, clause and decider."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.members import queries as members
from jifen.points import facts
from jifen.points.intake.queries import bases
from jifen.points.queries import access_score, rules_of
from jifen.rulebook.engine import Fact, ScoreSheet, score
from jifen.rulebook.engine.taken import TAKEOVER
from jifen.rulebook.queries import InForce


@dataclass(frozen=True, slots=True)
class EntryFacts:
    """What the ledger knows about one line of a trace."""

    entry_id: int
    occurred_on: dt.date
    quantity: Decimal
    source: str
    #: Everybody who confirmed it, step by step.
    decided_by: str
    #: The report's running number, where a report is the source.
    report_number: int | None


@dataclass(frozen=True, slots=True)
class Explanation:
    """A score sheet, the rulebook it was made with, and the entries behind its lines."""

    sheet: ScoreSheet
    rules: InForce
    entries: dict[int, EntryFacts]


_ENTRIES = sa.text(
    """
    SELECT e.id, e.occurred_on, e.quantity, e.source,
           coalesce((SELECT string_agg(coalesce(w.name, '（已删除）'), '、' ORDER BY d.step)
                       FROM decision d JOIN member w ON w.id = d.decided_by
                      WHERE d.subject = e.source AND d.subject_id = e.source_id AND d.outcome = 'approved'),
                    m.name, '（已删除）'),
           r.number
      FROM ledger_entry e
      LEFT JOIN member m ON m.id = e.decided_by
      LEFT JOIN report r ON e.source = 'report' AND r.id = e.source_id
     WHERE e.id = ANY(:ids)
    """
)


def explain(
    member_id: int, *, by: Actor, day: dt.date | None = None, as_of: dt.date | None = None
) -> Explanation:
    """Return why a member has the points he has.

    :param day: any day of the period in question; today if None
    :param as_of: what falls due later does not count; the earlier of today and the period's end if None
    :raises NotFound: not the actor's to see
    :raises NotInScheme: no rulebook held for him that day
    """
    access_score(member_id, by=by)
    rules = rules_of(member_id, day or clock.today())
    as_of = as_of or min(clock.today(), rules.period.last_day)
    live = _with_basis(facts.live_facts([member_id], rules.book, rules.period).get(member_id, []))
    person, _ = facts.people([member_id], rules.book, rules.period, today=clock.today())[member_id]
    sheet = score(person, rules.period, live, rules.book, as_of=as_of)
    ids = sorted({line.entry for line in sheet.trace if isinstance(line.entry, int)})
    rows = db.session.execute(_ENTRIES, {"ids": ids}) if ids else ()
    return Explanation(sheet, rules, {row[0]: EntryFacts(*row) for row in rows})


def _with_basis(live: list[Fact]) -> list[Fact]:
    """Return the facts, each taken-over balance with what it rests on."""
    ids = [one.entry for one in live if one.item == TAKEOVER and isinstance(one.entry, int)]
    known = bases(ids)
    if not known:
        return live
    return [
        one._replace(basis=known[one.entry].words)
        if isinstance(one.entry, int) and one.entry in known
        else one
        for one in live
    ]


def name_of(member_id: int) -> str:
    """Return the member's name for a heading."""
    return members.names({member_id}).get(member_id, "")
