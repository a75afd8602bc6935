"""A year of volunteer hours: of every organised service that earned points there is the record behind it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.core import clock, workdays
from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.volunteering import community, late
from jifen.volunteering.late import Late

ITEM = "D01"
#: What was served for, by what the month leaves when divided by three.
TITLES = ("河道清洁", "社区独居老人探访", "文明交通劝导")
_TITLES = sa.text(
    """
    INSERT INTO service_title (unit_id, name)
    SELECT u.id, t FROM unit u CROSS JOIN unnest(CAST(:titles AS text[])) AS t WHERE u.kind = 'branch'
    ON CONFLICT DO NOTHING
    """
)
# Everybody came at nine; a branch's list names each once a day, so that no minute is counted twice.
_RECORDS = sa.text(
    """
    WITH made AS (
      INSERT INTO service_record (member_id, branch_id, unit_id, title_id, kind, source, source_id, revision,
                                  occurred_on, started_at, ended_at, window_start, window_end, minutes,
                                  verified_by, decided_by, recorded_at)
      SELECT e.member_id, e.branch_id, e.branch_id, t.id, 'verified', 'activity', e.source_id, 1, e.occurred_on,
             d.began, d.began + e.quantity * interval '1 hour', d.began, d.began + interval '8 hours',
             CAST(e.quantity * 60 AS int), nullif(e.decided_by, e.member_id), nullif(e.decided_by, e.member_id),
             e.recorded_at
        FROM ledger_entry e
        JOIN service_title t ON t.unit_id = e.branch_id
         AND t.name = (CAST(:titles AS text[]))[1 + mod(CAST(extract(month FROM e.occurred_on) AS int), 3)]
       CROSS JOIN LATERAL (SELECT (e.occurred_on + time '09:00') AT TIME ZONE 'Asia/Shanghai' AS began) AS d
       WHERE e.item_code = :item AND e.source = 'roster' AND e.reverses_id IS NULL AND e.quantity <= 8
       ORDER BY e.id
      RETURNING id, member_id, started_at, ended_at)
    INSERT INTO service_span (record_id, member_id, started_at, ended_at, state)
    SELECT id, member_id, started_at, ended_at, 'counts' FROM made
    """
)


def write() -> None:
    """Write the records behind the year's lists of service; inside the load's transaction."""
    values = {"titles": list(TITLES), "item": ITEM}
    db.session.execute(_TITLES, values)
    db.session.execute(_RECORDS, values)


def wait_for(reviewer_branch: int, members: list[int], *, by: Actor) -> None:
    """Let a roster that was written down afterwards wait for the branch's other decider."""
    day = workdays.before(clock.today(), 2)
    window = (clock.at(day, 14), clock.at(day, 16, 30))
    people: dict[int, tuple[dt.datetime, dt.datetime] | None] = dict.fromkeys(members)
    late.propose(
        Late(
            unit_id=reviewer_branch,
            title="老旧小区楼道清理",
            window=window,
            people=people,
            reason="楼道里没有网络，当时用纸签到",
        ),
        by=by,
    )


def at_the_community(keeper: Actor, neighbour: Actor) -> None:
    """Let a community ask for this and that, and one of the branch take a wish on."""
    today = clock.today()
    place = community.found("滨河街道", "临江社区", by=keeper)
    other = community.found("滨河街道", "柳林社区", by=keeper)
    community.register(place.id, skills="修水电", by=neighbour)
    soon = today + dt.timedelta(days=30)
    wish = community.ask_for(place.id, "给独居老人换一盏灯", kind="wish", wanted=1, due_on=soon, by=keeper)
    community.ask_for(place.id, "周末楼道清理", kind="need", wanted=8, due_on=soon, by=keeper)
    community.ask_for(other.id, "周末儿童书法课", kind="need", wanted=2, due_on=soon, by=keeper)
    community.claim(wish.id, by=neighbour)
