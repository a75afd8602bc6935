"""From rows to what the engine scores: live facts and what it must know about a person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db
from jifen.core.period import Period
from jifen.points import last_totals
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.carry import looks_back
from jifen.rulebook.engine.facts import Exemption, Fact, Held, Subject

_LIVE = sa.text(
    """
    SELECT e.member_id, e.item_code, e.occurred_on, e.quantity, e.value, e.level, e.role, e.excused,
           e.source, e.source_id, e.id, e.occasion, CAST(e.recorded_at AT TIME ZONE 'Asia/Shanghai' AS date)
      FROM ledger_entry e
     WHERE e.member_id = ANY(:members) AND e.rulebook_code = :book
       AND e.occurred_on < :until
       AND (e.occurred_on >= :since OR (:late AND e.recorded_at >= :begun))
       AND e.reverses_id IS NULL
       AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = e.id)
    """
)


def live_facts(members: Sequence[int], book: Rulebook, period: Period) -> dict[int, list[Fact]]:
    """Return the facts that may count, by member: entries that nothing annulled.

    Under ``late_facts = "current_period"`` those of earlier periods that were recorded
    since this one began are among them; the fold says which of them were late.
    """
    found: dict[int, list[Fact]] = defaultdict(list)
    rows = db.session.execute(
        _LIVE,
        {
            "members": list(members),
            "book": book.code,
            "since": period.since,
            "until": period.until,
            "late": book.switches.late_facts == "current_period",
            "begun": clock.at(period.since),
        },
    )
    for (
        member,
        item,
        day,
        quantity,
        value,
        level,
        role,
        excused,
        source,
        source_id,
        entry,
        deed,
        recorded,
    ) in rows:
        found[member].append(
            Fact(
                item,
                day,
                quantity,
                value,
                level,
                role,
                excused,
                f"{source}:{source_id}",
                entry,
                deed,
                recorded,
            )
        )
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody stands on a day."""

    branch_id: int
    department_id: int | None
    city_id: int
    exempt: bool
    branch_path: str
    category: str


_PEOPLE = sa.text(
    """
    SELECT m.id,
           (SELECT json_agg(json_build_array(s.category, s.since, s.until))
              FROM membership s WHERE s.member_id = m.id AND s.since < :until
               AND (s.until IS NULL OR s.until > :since)),
           (SELECT json_agg(json_build_array(x.reason, x.since, x.until))
              FROM exemption x WHERE x.member_id = m.id AND x.revoked_at IS NULL AND x.since < :until
               AND x.until > :since),
           (SELECT json_agg(json_build_array(p.role, p.since, p.until))
              FROM post p WHERE p.member_id = m.id AND p.since < :until
               AND (p.until IS NULL OR p.until > :since)),
           b.branch_id, u.department_id, CAST(split_part(u.path, '/', 2) AS bigint),
           EXISTS (SELECT 1 FROM exemption x WHERE x.member_id = m.id AND x.revoked_at IS NULL
                    AND x.since <= :today AND x.until > :today),
           u.path, b.category
      FROM unnest(CAST(:members AS bigint[])) AS m (id)
      LEFT JOIN membership b ON b.member_id = m.id AND b.since <= :today AND (b.until IS NULL OR b.until > :today)
      LEFT JOIN unit u ON u.id = b.branch_id
    """
)


#: What is known of each member: as the engine scores him, and where he stands; None outside every branch.
People = Mapping[int, tuple[Subject, Place | None]]


def people(members: Iterable[int], book: Rulebook, period: Period, *, today: dt.date) -> People:
    """Return what a score of ``period`` needs to know about each member, and where he stands today."""
    asked = list(members)
    rows = db.session.execute(
        _PEOPLE, {"members": asked, "since": period.since, "until": period.until, "today": today}
    )
    last = last_totals.worth(asked, book, period) if looks_back(book) else {}
    return {row[0]: (_subject(row, last.get(row[0])), Place(*row[4:10]) if row[4] else None) for row in rows}


def _subject(row: sa.Row, brought: last_totals.Brought | None) -> Subject:
    member_id, memberships, exemptions, posts = row[:4]
    spans = [(name, *_days(*days)) for name, *days in memberships or ()]
    ends = [until for _, _, until in spans]
    return Subject(
        key=str(member_id),
        categories=tuple(Held(*s) for s in spans),
        roles=tuple(Held(name, *_days(*days)) for name, *days in posts or ()),
        exempt=tuple(Exemption(*_days(*days), reason) for reason, *days in exemptions or ()),
        joined=min((since for _, since, _ in spans), default=None),
        left=max(filter(None, ends)) if ends and None not in ends else None,
        last_total=brought.total if brought else None,
        carried=brought.lots if brought else (),
    )


def _days(since: str, until: str | None) -> tuple[dt.date, dt.date | None]:
    return dt.date.fromisoformat(since), dt.date.fromisoformat(until) if until else None
