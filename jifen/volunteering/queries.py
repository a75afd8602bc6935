"""Reads of hours: accounts, stars, records."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import ask, db
from jifen.org.models import Unit
from jifen.points.queries_reports import Told
from jifen.volunteering import rules, settings
from jifen.volunteering.models import LateEntry, ServiceRecord, ServiceSpan, ServiceTitle
from jifen.volunteering.settings import Stars
from jifen.volunteering.states import Kind, SpanState


@dataclass(frozen=True, slots=True)
class Account:
    """A member's hours (时长账户), in minutes that count; verified and attested never mix."""

    member_id: int
    verified: int
    attested: int
    #: Minutes that a higher organisation is asked about, or that overlap another record: in neither account.
    waiting: int
    #: 0 for none yet; by the table of stars that holds where he belongs today.
    star: int
    stars: Stars

    @property
    def total(self) -> int:
        """All minutes that count."""
        return self.verified + self.attested

    @property
    def star_words(self) -> str:
        """What his star is called, empty for none."""
        return self.stars.words[self.star - 1] if self.star else ""

    @property
    def to_next(self) -> int | None:
        """Minutes that the next star still asks for; None where there is none above."""
        counted = self.verified if self.stars.verified_only else self.total
        return self.stars.hours[self.star] * 60 - counted if self.star < len(self.stars.hours) else None


_SUMS = """
SELECT s.member_id,
       coalesce(sum(r.minutes) FILTER (WHERE s.state = 'counts' AND r.kind = 'verified'), 0)::bigint,
       coalesce(sum(r.minutes) FILTER (WHERE s.state = 'counts' AND r.kind = 'attested'), 0)::bigint,
       coalesce(sum(r.minutes) FILTER (WHERE s.state <> 'counts'), 0)::bigint
  FROM service_span s JOIN service_record r ON r.id = s.record_id
 WHERE s.member_id = ANY(%(members)s)
   AND (CAST(%(since)s AS date) IS NULL OR r.occurred_on >= %(since)s)
   AND (CAST(%(until)s AS date) IS NULL OR r.occurred_on < %(until)s)
 GROUP BY s.member_id
"""
_PATHS = """
SELECT m.member_id, u.path FROM membership m JOIN unit u ON u.id = m.branch_id
 WHERE m.member_id = ANY(%(members)s) AND m.since <= %(day)s AND (m.until IS NULL OR m.until > %(day)s)
"""


def account(member_id: int) -> Account:
    """Return a member's hours and star; whoever calls has checked who looks."""
    return accounts([member_id])[member_id]


def accounts(
    member_ids: Iterable[int], *, since: dt.date | None = None, until: dt.date | None = None
) -> dict[int, Account]:
    """Return the hours of several members, by id; a star is of the minutes asked for.

    :param since: only what began on this civil day or later
    :param until: only what began before this civil day
    """
    ids = sorted(set(member_ids))
    sums = {m: rest for m, *rest in ask(_SUMS, {"members": ids, "since": since, "until": until})}
    paths = dict(ask(_PATHS, {"members": ids, "day": clock.today()}))
    tables = _tables(set(paths.values()))
    found = {}
    for member in ids:
        verified, attested, waiting = sums.get(member, (0, 0, 0))
        table = tables[paths.get(member, "")]
        counted = verified if table.verified_only else verified + attested
        found[member] = Account(member, verified, attested, waiting, rules.star(counted, table.hours), table)
    return found


def _tables(paths: set[str]) -> dict[str, Stars]:
    """Return the table of stars that holds at each path; "" is outside every branch."""
    config = settings.load()
    codes: dict[int, str] = {}
    if config.local:
        stmt = sa.select(Unit.id, Unit.code).where(Unit.code.in_(config.local), Unit.until.is_(None))
        codes = dict(db.session.execute(stmt).tuples().all())
    found = {}
    for path in paths | {""}:
        own = [codes[int(unit)] for unit in path.strip("/").split("/") if unit and int(unit) in codes]
        found[path] = config.tables[config.local[own[-1]] if own else config.use]
    return found


def live(member_id: int, *, kind: Kind | None = None) -> list[ServiceRecord]:
    """Return a member's records that count, oldest first; whoever calls has checked who looks."""
    stmt = (
        sa.select(ServiceRecord)
        .join(ServiceSpan, ServiceSpan.record_id == ServiceRecord.id)
        .where(ServiceSpan.member_id == member_id, ServiceSpan.state == SpanState.COUNTS)
        .order_by(ServiceRecord.started_at, ServiceRecord.id)
    )
    if kind is not None:
        stmt = stmt.where(ServiceRecord.kind == kind)
    return list(db.session.scalars(stmt))


def told(record_id: int) -> Told | None:
    """Return what a message about a record says; None if it is gone."""
    stmt = (
        sa.select(ServiceTitle.name, ServiceRecord.minutes, ServiceRecord.occurred_on)
        .outerjoin(ServiceTitle, ServiceTitle.id == ServiceRecord.title_id)
        .where(ServiceRecord.id == record_id)
    )
    row = db.session.execute(stmt).one_or_none()
    if row is None:
        return None
    return Told(None, row.name or "志愿服务", Decimal(row.minutes), "分钟", row.occurred_on)


def title_of_late(late_id: int) -> str | None:
    """Return what a late entry was for, for a message; None if it is gone."""
    stmt = sa.select(ServiceTitle.name).join(LateEntry, LateEntry.title_id == ServiceTitle.id)
    return db.session.scalar(stmt.where(LateEntry.id == late_id))


@dataclass(frozen=True, slots=True)
class YearLine:
    """A record that counts, as a sheet says it."""

    member_id: int
    title: str
    kind: str
    source: str
    occurred_on: dt.date
    started_at: dt.datetime
    ended_at: dt.datetime
    minutes: int


_YEAR = """
SELECT r.member_id, coalesce(t.name, '志愿服务'), r.kind, r.source, r.occurred_on, r.started_at, r.ended_at, r.minutes
  FROM service_span s JOIN service_record r ON r.id = s.record_id LEFT JOIN service_title t ON t.id = r.title_id
 WHERE s.member_id = ANY(%(members)s) AND s.state = 'counts' AND r.occurred_on >= %(since)s AND r.occurred_on < %(until)s
 ORDER BY r.member_id, r.started_at
"""


def year_lines(member_ids: list[int], year: int) -> list[YearLine]:
    """Return the records of a year that count, by member and time; whoever calls has checked who looks."""
    span = {"since": dt.date(year, 1, 1), "until": dt.date(year + 1, 1, 1)}
    return [YearLine(*row) for row in ask(_YEAR, {"members": member_ids, **span})]
