"""What pages and the API show of hours: records with their words, a unit's accounts, what waits."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask
from jifen.core.errors import Forbidden, NotFound
from jifen.decisions import asks
from jifen.members import queries as members
from jifen.members.queries import Listed
from jifen.org import queries as org
from jifen.org.models import UnitKind
from jifen.points.policy import Scope
from jifen.volunteering import deciding, late, long_days, queries, service
from jifen.volunteering.policy import P
from jifen.volunteering.queries import Account


@dataclass(frozen=True, slots=True)
class Shown:
    """A record as people read it."""

    id: int
    member_id: int
    member_name: str
    title: str
    unit_name: str
    kind: str
    source: str
    #: counts, held, clash; None: it was taken back or corrected.
    state: str | None
    occurred_on: dt.date
    started_at: dt.datetime
    ended_at: dt.datetime
    minutes: int
    #: Whether a correction of it waits.
    amending: bool


_RECORDS = """
SELECT r.id, r.member_id, coalesce(m.name, '（已删除）'), coalesce(t.name, '志愿服务'), u.name, r.kind, r.source,
       s.state, r.occurred_on, r.started_at, r.ended_at, r.minutes,
       EXISTS (SELECT FROM service_amend a WHERE a.record_id = r.id AND a.state = 'proposed')
  FROM service_record r JOIN unit u ON u.id = r.unit_id
  LEFT JOIN service_title t ON t.id = r.title_id
  LEFT JOIN member m ON m.id = r.member_id
  LEFT JOIN service_span s ON s.record_id = r.id
 WHERE r.reverses_id IS NULL AND {which}
"""
_OF_MEMBER = _RECORDS.format(
    which="r.member_id = %(member)s AND (%(after)s = 0 OR r.id < %(after)s) ORDER BY r.id DESC LIMIT %(limit)s"
)
_OF_IDS = _RECORDS.format(which="r.id = ANY(%(ids)s) ORDER BY r.id")


def records(member_id: int, *, by: Actor, after: int = 0, limit: int = 50) -> list[Shown]:
    """Return a member's records, newest first, those taken back too; ``after`` is the last id shown.

    :raises NotFound: not the actor's to see
    """
    access_member(member_id, by=by)
    return [Shown(*row) for row in ask(_OF_MEMBER, {"member": member_id, "after": after, "limit": limit})]


def one(record_id: int) -> Shown | None:
    """Return a record as people read it, None if there is none; whoever calls checks whose it is."""
    rows = ask(_OF_IDS, {"ids": [record_id]})
    return Shown(*rows[0]) if rows else None


def access_member(member_id: int, *, by: Actor) -> None:
    """Refuse whoever may not see the member's hours.

    :raises NotFound: not the actor's to see
    """
    if not permits(by, P.SEE, members.person(member_id, clock.today())):
        raise NotFound(what="这位党员")


def account(member_id: int, *, by: Actor) -> Account:
    """Return a member's hours and star.

    :raises NotFound: not the actor's to see
    """
    access_member(member_id, by=by)
    return queries.account(member_id)


@dataclass(frozen=True, slots=True)
class Held(Listed):
    """Somebody of a unit with his hours."""

    account: Account


def of_unit(
    unit_id: int,
    *,
    year: int | None = None,
    by: Actor,
    after: int = 0,
    limit: int = 50,
) -> list[Held]:
    """Return the people of a unit today with their hours, by id: no ranking. ``year``: only its minutes.

    :raises NotFound, Forbidden: not the actor's to see
    """
    if year:
        late.refuse_year(year)
    unit = late.access_unit(unit_id, P.LIST, by=by)
    people = members.people(unit.path, clock.today(), after=after, limit=limit)
    since, until = (dt.date(year, 1, 1), dt.date(year + 1, 1, 1)) if year else (None, None)
    found = queries.accounts([p.member_id for p in people], since=since, until=until)
    return [
        Held(
            p.member_id,
            p.branch_path,
            p.number,
            p.name,
            p.branch_id,
            p.branch_name,
            p.category,
            found[p.member_id],
        )
        for p in people
    ]


def units(by: Actor, permission: P) -> list[tuple[int, str]]:
    """Return the branches in which the actor may do something, with their names."""
    there = [u for u in org.visible(by=by, limit=500) if u.kind == UnitKind.BRANCH]
    return [(u.id, u.name) for u in there if permits(by, permission, Scope(u.id, u.path, True))]


@dataclass(frozen=True, slots=True)
class LateShown:
    """A late entry with its people."""

    id: int
    unit_name: str
    title: str
    window_start: dt.datetime
    window_end: dt.datetime
    reason: str
    state: str
    prepared_by: str
    people: tuple[tuple[str, dt.datetime, dt.datetime], ...]


_LATE = """
SELECT l.id, u.name, t.name, l.window_start, l.window_end, l.reason, l.state, coalesce(p.name, '（已删除）'),
       (SELECT json_agg(json_build_array(coalesce(m.name, '（已删除）'), x.started_at, x.ended_at) ORDER BY x.member_id)
          FROM late_line x JOIN member m ON m.id = x.member_id WHERE x.late_id = l.id)
  FROM late_entry l JOIN unit u ON u.id = l.unit_id JOIN service_title t ON t.id = l.title_id
  JOIN member p ON p.id = l.prepared_by
 WHERE l.id = ANY(%(ids)s) ORDER BY l.id DESC
"""


def late_entries(ids: list[int]) -> list[LateShown]:
    """Return late entries as people read them; whoever calls has checked who looks."""
    found = []
    for row in ask(_LATE, {"ids": ids}):
        lines = tuple(
            (name, dt.datetime.fromisoformat(since), dt.datetime.fromisoformat(until))
            for name, since, until in row[-1] or ()
        )
        number, unit_name, title, since, until, reason, state, prepared_by = row[:-1]
        found.append(LateShown(number, unit_name, title, since, until, reason, state, prepared_by, lines))
    return found


def own_late(*, by: Actor, limit: int = 20) -> list[LateShown]:
    """Return the actor's own late entries, newest first."""
    mine = "SELECT id FROM late_entry WHERE prepared_by = %(me)s ORDER BY id DESC LIMIT %(n)s"
    return late_entries([row[0] for row in ask(mine, {"me": by.member_id or 0, "n": limit})])


@dataclass(frozen=True, slots=True)
class AmendShown:
    """A correction that waits, with the record."""

    id: int
    record: Shown
    started_at: dt.datetime | None
    ended_at: dt.datetime | None
    reason: str
    proposed_by: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for the actor about hours."""

    late: list[LateShown]
    long_days: list[Shown]
    clashes: list[Shown]
    amends: list[AmendShown]


_AMENDS = """
SELECT a.id, a.record_id, a.started_at, a.ended_at, a.reason, coalesce(p.name, '（已删除）')
  FROM service_amend a JOIN member p ON p.id = a.proposed_by WHERE a.id = ANY(%(ids)s) ORDER BY a.id
"""


def waiting(*, by: Actor) -> Waiting:
    """Return what the actor may answer today about hours, oldest first, at most 50 of a kind."""
    if not permits(by, P.DECIDE):
        raise Forbidden(action=words_for(P.DECIDE))

    def ids(subject: str) -> list[int]:
        return [a.subject_id for a in asks.open_for(subject, by=by)]

    amends = ask(_AMENDS, {"ids": ids(deciding.AMEND)})
    long, clash = ids(long_days.SUBJECT), ids(service.CLASH)
    of = [row[1] for row in amends]
    shown = {row[0]: Shown(*row) for row in ask(_OF_IDS, {"ids": [*long, *clash, *of]})}
    return Waiting(
        late=late_entries(ids(late.SUBJECT))[::-1],
        long_days=[shown[i] for i in long],
        clashes=[shown[i] for i in clash],
        amends=[AmendShown(i, shown[record], *rest) for i, record, *rest in amends],
    )
