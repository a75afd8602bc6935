"""Long days (超长服务): what takes somebody's day over a tier waits for the next higher organisation.

At most 8 hours stand by themselves, up to 12 wait for the organ's committee,
more for the work committee as well (``config/volunteering.toml``).
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import db, table_of
from jifen.decisions import asks
from jifen.decisions.errors import NobodyDecides
from jifen.org.queries import line, unit
from jifen.volunteering import rules, settings
from jifen.volunteering.models import ServiceRecord, ServiceSpan
from jifen.volunteering.states import SpanState

SUBJECT = "long_day"


def hold(rows: Sequence[ServiceRecord], *, passed: Mapping[int, int] | None = None, by: Actor) -> set[int]:
    """Let wait, of records just written, those that take a day over a tier; the earlier of a day stand.

    :param passed: by record, how many of the higher organisations have said yes to such a day already
    :return: ids of those that wait
    """
    tiers = settings.load().tiers
    day_minutes = _others(rows)
    held = set()
    for row in sorted(rows, key=lambda r: (r.member_id, r.started_at)):
        per_day = rules.days((row.started_at, row.ended_at), clock.SHANGHAI)
        longest = max(day_minutes[row.member_id, day] + n for day, n in per_day.items())
        for day, n in per_day.items():
            day_minutes[row.member_id, day] += n
        said = (passed or {}).get(row.id, 0)
        if rules.steps(longest, tiers) > said:
            held.add(row.id)
            _ask(row, step=said + 1, apart={by.member_id})
    if held:
        spans = sa.update(table_of(ServiceSpan)).where(ServiceSpan.record_id.in_(held))
        db.session.execute(spans.values(state=SpanState.HELD))
    return held


def _others(rows: Sequence[ServiceRecord]) -> dict[tuple[int, dt.date], int]:
    """Return the minutes of each member's days by what was written before, waiting or counting."""
    found: dict[tuple[int, dt.date], int] = defaultdict(int)
    if not rows:
        return found
    day = dt.timedelta(days=1)
    stmt = sa.select(ServiceSpan.member_id, ServiceSpan.started_at, ServiceSpan.ended_at).where(
        ServiceSpan.member_id.in_({row.member_id for row in rows}),
        ServiceSpan.record_id.not_in([row.id for row in rows]),
        ServiceSpan.state != SpanState.CLASH,
        ServiceSpan.started_at < max(row.ended_at for row in rows) + day,
        ServiceSpan.ended_at > min(row.started_at for row in rows) - day,
    )
    for member, since, until in db.session.execute(stmt):
        for on, n in rules.days((since, until), clock.SHANGHAI).items():
            found[member, on] += n
    return found


def _ask(row: ServiceRecord, *, step: int, apart: set[int | None]) -> None:
    out = {one for one in (row.verified_by, row.decided_by, *apart) if one is not None}
    unit_id = unit_for(row, not_by=out, step=settings.STEPS[step - 1])
    asks.ask(SUBJECT, row.id, unit_id=unit_id, concerns=row.member_id, not_by=out)


def unit_for(row: ServiceRecord, *, not_by: Iterable[int], step: str = "branch_secretary") -> int:
    """Return the unit that is asked about somebody's record; the top where nobody is entitled today.

    One person's matter must not hold back everybody's minutes: there it waits.
    """
    home = unit(row.branch_id if row.branch_id is not None else row.unit_id)
    try:
        return asks.unit_for(home.path, row.member_id, not_by=not_by, step=step)
    except NobodyDecides:
        return line(home.path)[0]


def drop(record_ids: Sequence[int]) -> None:
    """Ask no longer about records that are annulled."""
    for record_id in record_ids:
        asks.answered(SUBJECT, record_id)


def over(row: ServiceRecord) -> int:
    """Return the minutes of the record's longest day, everything of that day together."""
    others = _others([row])
    per_day = rules.days((row.started_at, row.ended_at), clock.SHANGHAI)
    return max(others[row.member_id, day] + n for day, n in per_day.items())


def ask_next(row: ServiceRecord, *, step: int, apart: Iterable[int]) -> None:
    """Ask the next higher organisation, after ``step - 1`` said yes."""
    _ask(row, step=step, apart=set(apart))
