"""Sending what is owed: claimed, sent outside any transaction, noted.

A worker that dies between sending and noting leaves a claim. The platform
drops a repeat of the same ``client_msg_id`` for ten minutes, so within nine
the next worker sends again; later the outcome is unknown and stays so:
better one notice missing than one doubled.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
import structlog

from jifen.core import clock, workdays
from jifen.core.db import transaction
from jifen.notices.models import Notice
from jifen.notices.queries import switched_off

log = structlog.get_logger()
#: A sending takes seconds; a claim older than this belongs to a dead worker.
LEASE = dt.timedelta(seconds=60)
#: Below the platform's ten minutes.
REPEATABLE = dt.timedelta(minutes=9)
#: Tries of a notice that the platform was too busy for.
MOST_ATTEMPTS = 5
#: Kinds that go out only on working days between 9:00 and 20:00.
OFFICE_HOURS = frozenset({"monthly_reminder"})
BATCH = 20
#: Reason of an ``again`` whose notice may have left: the platform's memory bounds its repeats.
MAYBE_SENT = "maybe_sent"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sending."""

    #: accepted, failed (for good), skipped (no way to this person), again (later).
    state: str
    reason: str | None = None
    platform_id: str | None = None
    #: For ``again``: how long to wait.
    wait: dt.timedelta = dt.timedelta(minutes=5)


#: notice id, member id, kind, values -> outcome. May use the network; never raises for a refusal.
Channel = Callable[[int, int, str, dict[str, Any]], Outcome]
_channel: list[Channel] = []


def use(channel: Channel) -> None:
    """Set the way by which notices leave the house."""
    _channel[:] = [channel]


_CLAIM = sa.text(
    """
    UPDATE notice SET state = 'sending', lease_until = :lease, attempts = attempts + 1
     WHERE id IN (SELECT id FROM notice
                   WHERE (state = 'queued' AND not_before <= :now)
                      OR (state = 'sending' AND lease_until < :now)
                   ORDER BY id FOR UPDATE SKIP LOCKED LIMIT :n)
    RETURNING id, member_id, kind, data, attempts, sent_at
    """
)


def send_some() -> int:
    """Send up to a batch of what is due.

    :return: how many were claimed; 0 when nothing is due
    """
    if not _channel:
        return 0
    now = clock.now()
    with transaction() as session:
        claimed = session.execute(_CLAIM, {"now": now, "lease": now + LEASE, "n": BATCH}).all()
    for row in sorted(claimed):
        outcome = _outcome(row, now)
        _note(row.id, outcome)
    return len(claimed)


def _outcome(row: sa.Row, now: dt.datetime) -> Outcome:
    if row.sent_at is not None and now - row.sent_at > REPEATABLE:
        return Outcome("unknown", "worker_lost")
    if row.sent_at is None and switched_off(row.member_id, row.kind):
        return Outcome("skipped", "switched_off")
    if row.kind in OFFICE_HOURS and (later := _office_hours(now)) is not None:
        return Outcome("again", "office_hours", wait=later - now)
    if row.sent_at is None:
        # Written before it leaves: only what may have left can become unknown.
        with transaction() as session:
            session.execute(sa.update(Notice).where(Notice.id == row.id).values(sent_at=now))
    return _channel[0](row.id, row.member_id, row.kind, row.data)


def _office_hours(now: dt.datetime) -> dt.datetime | None:
    """Return when the next office hour begins; None inside one."""
    local = now.astimezone(clock.SHANGHAI)
    day = local.date()
    if workdays.is_workday(day) and 9 <= local.hour < 20:
        return None
    if not (workdays.is_workday(day) and local.hour < 9):
        day = workdays.add(day, 1)
    return clock.at(day, 9, 0)


def _note(notice_id: int, outcome: Outcome) -> None:
    now = clock.now()
    values: dict[str, Any] = {
        "lease_until": None,
        "reason": outcome.reason,
        "platform_id": outcome.platform_id,
    }
    with transaction() as session:
        row = session.get(Notice, notice_id, with_for_update=True)
        assert row is not None, "notices are not deleted while they are sent"
        if outcome.state == "again" and (row.attempts < MOST_ATTEMPTS or outcome.reason == "office_hours"):
            values |= {"state": "queued", "not_before": now + outcome.wait}
            if outcome.reason != MAYBE_SENT:
                # Nothing has left the house: the next try is a first one.
                values["sent_at"] = None
        else:
            values["state"] = "failed" if outcome.state == "again" else outcome.state
        for name, value in values.items():
            setattr(row, name, value)
