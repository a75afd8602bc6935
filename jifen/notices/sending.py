"""Sending what is owed: claimed, sent outside any transaction, noted.

The way is chosen when the notice leaves, by what is allowed then. A worker
that dies between sending and noting leaves a claim. A way whose platform drops
a repeat of the same id for ten minutes is used again within nine; by any other
way, or later, the outcome is unknown and a person decides: better one notice
missing than one doubled.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.dialects.postgresql import insert

from jifen.core import clock, queue, workdays
from jifen.core.db import db, transaction
from jifen.notices import ports, reach, rules
from jifen.notices.models import Notice, NoticeQuota
from jifen.notices.ports import Addresses, House, Letter, Outcome
from jifen.notices.rules import Offer, Reach
from jifen.notices.states import State

log = structlog.get_logger()
#: A sending takes seconds; a claim older than this belongs to a dead worker.
LEASE = dt.timedelta(seconds=60)
#: Tries of a notice that the platform was too busy for.
MOST_ATTEMPTS = 5
#: Kinds that go out only on working days between 9:00 and 20:00.
OFFICE_HOURS = frozenset({"monthly_reminder", "decider_reminder"})
#: Kinds that never wait for the morning: somebody's account was touched.
AT_ONCE = frozenset({"account_changed", "binding_ended"})
#: Who wrote so lately is in the chat: quiet hours do not hold back what he waits for.
AWAKE = dt.timedelta(minutes=30)
BATCH = 20
#: Seconds within which a sender has noted the id that the platform gave.
NOTED_WITHIN = 30


@dataclass(frozen=True, slots=True)
class Claimed:
    """A notice that this worker holds."""

    id: int
    member_id: int
    kind: str
    data: dict[str, Any]
    attempts: int
    sent_at: dt.datetime | None
    channel: str | None
    tried: tuple[str, ...]
    #: Until when it is held; proves to the database that it still is.
    lease: dt.datetime


_CLAIM = sa.text(
    """
    UPDATE notice SET state = 'sending', lease_until = :lease, attempts = attempts + 1
     WHERE id IN (SELECT id FROM notice
                   WHERE (state = 'queued' AND not_before <= :now)
                      OR (state = 'sending' AND lease_until < :now)
                   ORDER BY id FOR UPDATE SKIP LOCKED LIMIT :n)
    RETURNING id, member_id, kind, data, attempts, sent_at, channel, tried
    """
)


def send_some() -> int:
    """Send up to a batch of what is due.

    :return: how many were claimed; 0 when nothing is due
    """
    house = ports.house()
    if house is None:
        return 0
    reach.flush()
    now = clock.now()
    lease = now + LEASE
    with transaction() as session:
        rows = session.execute(_CLAIM, {"now": now, "lease": lease, "n": BATCH}).all()
    for row in sorted(rows):
        _send(_held(row, lease), house)
    return len(rows)


def _held(row: sa.Row, lease: dt.datetime) -> Claimed:
    return Claimed(
        id=row.id,
        member_id=row.member_id,
        kind=row.kind,
        data=row.data,
        attempts=row.attempts,
        sent_at=row.sent_at,
        channel=row.channel,
        tried=tuple(row.tried),
        lease=lease,
    )


def _send(claimed: Claimed, house: House) -> None:
    """Bring one notice as far as it comes now."""
    while True:
        now = clock.now()
        if claimed.sent_at is not None:
            way = claimed.channel or ""
            channel = house.channels.get(way)
            if channel is None or channel.repeatable is None or now - claimed.sent_at > channel.repeatable:
                _note(claimed, Outcome("unknown", "worker_lost"))
                return
            addresses = house.addresses(claimed.member_id, claimed.data)
            known = reach.of(claimed.member_id, addresses)
        else:
            if (held := _held_back(claimed, now)) is not None:
                _note(claimed, held)
                return
            addresses = house.addresses(claimed.member_id, claimed.data)
            known = reach.of(claimed.member_id, addresses)
            if (quiet := _quiet(claimed, known, house, now)) is not None:
                _note(claimed, Outcome("later", "quiet_hours", wait=quiet - now))
                return
            chosen, why = rules.choose(
                house.plan, known, house.offer(claimed.kind), tried=claimed.tried, now=now
            )
            if chosen is None:
                _note(claimed, Outcome("waits", why))
                return
            way = chosen
        values = house.compose(claimed.kind, claimed.member_id, claimed.data)
        if values is None:
            # What may have left is not unsaid by having become pointless.
            _note(claimed, Outcome("unknown" if claimed.sent_at else "skipped", "settled"))
            return
        fresh = claimed.sent_at is None
        if fresh:
            if not _within_quota(way, house):
                _note(claimed, Outcome("later", "day_quota", wait=_next_day(str(claimed.member_id)) - now))
                return
            left = _leaves(claimed, way, now)
            if left is None:
                return  # another worker holds it: ours took too long
            claimed = left
        letter = _letter(claimed, way, addresses, house.offer(claimed.kind), values)
        db.session.remove()  # nothing is held open while the network answers
        outcome = house.channels[way].send(letter)
        if outcome.state == "refused":
            refused = _refused(claimed, way, letter.template_id, outcome)
            if refused is None:
                return
            claimed = refused
            continue
        _note(claimed, outcome, fresh=fresh, template_id=letter.template_id, known=known)
        return


def _letter(claimed: Claimed, way: str, addresses: Addresses, offer: Offer, values: dict[str, str]) -> Letter:
    address = addresses.wecom if way == rules.WECOM else addresses.openid
    template = {rules.LASTING: offer.lasting, rules.ONE_TIME: offer.once, rules.TEMPLATE: offer.template}
    return Letter(claimed.id, claimed.kind, address or "", template.get(way, ""), values)


def _held_back(claimed: Claimed, now: dt.datetime) -> Outcome | None:
    """Return what keeps a notice from leaving at all now."""
    if not reach.wants(claimed.member_id, claimed.kind):
        return Outcome("skipped", "switched_off")
    if claimed.kind in OFFICE_HOURS and (later := _office_hours(now)) is not None:
        spread = rules.spread_over(str(claimed.member_id), dt.timedelta(hours=1))
        return Outcome("later", "office_hours", wait=later + spread - now)
    return None


def _quiet(claimed: Claimed, known: Reach, house: House, now: dt.datetime) -> dt.datetime | None:
    if claimed.kind in AT_ONCE or claimed.kind in OFFICE_HOURS:
        return None
    if known.message.since is not None and now - known.message.since < AWAKE:
        return None
    begins, ends = house.quiet
    return rules.quiet_until(now.astimezone(clock.SHANGHAI), begins=begins, ends=ends)


def _office_hours(now: dt.datetime) -> dt.datetime | None:
    """Return when the next office hour begins; None inside one."""
    local = now.astimezone(clock.SHANGHAI)
    day = local.date()
    if workdays.is_workday(day) and 9 <= local.hour < 20:
        return None
    if not (workdays.is_workday(day) and local.hour < 9):
        day = workdays.add(day, 1)
    return clock.at(day, 9, 0)


def _next_day(key: str) -> dt.datetime:
    """Return when what the day's quota kept back goes on: tomorrow from nine, spread over an hour."""
    tomorrow = clock.today() + dt.timedelta(days=1)
    return clock.at(tomorrow, 9) + rules.spread_over(key, dt.timedelta(hours=1))


def _within_quota(way: str, house: House) -> bool:
    """Count one message of the day against the way's quota; False when it is used up."""
    most = house.plan.daily.get(way)
    if most is None:
        return True
    fresh = insert(NoticeQuota).values(channel=way, day=clock.today(), used=1)
    one_more = fresh.on_conflict_do_update(
        index_elements=["channel", "day"], set_={"used": NoticeQuota.used + 1}, where=NoticeQuota.used < most
    )
    if most < 1:
        return False
    with transaction() as session:
        return session.scalar(one_more.returning(NoticeQuota.used)) is not None


def _mine(claimed: Claimed) -> sa.Update:
    """Change a notice only while it is still held under this worker's claim."""
    return sa.update(Notice).where(
        Notice.id == claimed.id, Notice.state == State.SENDING, Notice.lease_until == claimed.lease
    )


def _leaves(claimed: Claimed, way: str, now: dt.datetime) -> Claimed | None:
    """Write that it leaves, before it does: only what may have left can become unknown."""
    lease = now + LEASE
    stmt = _mine(claimed).values(sent_at=now, channel=way, lease_until=lease).returning(Notice.id)
    with transaction() as session:
        if session.scalar(stmt) is None:
            return None
    return replace(claimed, sent_at=now, channel=way, lease=lease)


def _refused(claimed: Claimed, way: str, template_id: str, outcome: Outcome) -> Claimed | None:
    """Note that a way refused it for good: nothing left by it, so the next one may be tried."""
    tried = (*claimed.tried, way)
    values = {"tried": list(tried), "sent_at": None, "reason": outcome.reason}
    with transaction() as session:
        reach.refused(claimed.member_id, way, template_id, outcome.reason)
        if session.scalar(_mine(claimed).values(**values).returning(Notice.id)) is None:
            return None
    log.info("notice.refused", notice=claimed.id, way=way, reason=outcome.reason)
    return replace(claimed, tried=tried, sent_at=None)


def _note(
    claimed: Claimed,
    outcome: Outcome,
    *,
    fresh: bool = False,
    template_id: str = "",
    known: Reach | None = None,
) -> None:
    now = clock.now()
    values: dict[str, Any] = {"lease_until": None, "reason": outcome.reason}
    if outcome.platform_id is not None:
        values["platform_id"] = outcome.platform_id
    if outcome.state in ("again", "later"):
        values |= _postponed(claimed, outcome, now, fresh=fresh)
    else:
        values["state"] = outcome.state
    with transaction() as session:
        if known is not None and outcome.state in ("accepted", "unknown"):
            reach.used(claimed.member_id, claimed.channel or "", template_id, known, now=now)
        session.execute(_mine(claimed).values(**values))


def _postponed(claimed: Claimed, outcome: Outcome, now: dt.datetime, *, fresh: bool) -> dict[str, Any]:
    if outcome.state == "again" and claimed.attempts >= MOST_ATTEMPTS:
        lost = outcome.maybe_sent or (claimed.sent_at is not None and not fresh)
        return {"state": State.UNKNOWN if lost else State.FAILED}
    values: dict[str, Any] = {"state": State.QUEUED, "not_before": now + outcome.wait}
    if outcome.state == "later":
        values["attempts"] = claimed.attempts - 1
    if fresh and not outcome.maybe_sent:
        # Nothing has left the house: the next try is a first one, and may go another way.
        values |= {"sent_at": None, "channel": None}
    return values


# --- what the platform tells later ---------------------------------------------------------


def ended_soon(platform_id: str, *, arrived: bool, reason: str | None = None) -> None:
    """Note an end now or, where the sender has not noted the id yet, in a moment."""
    if not ended(platform_id, arrived=arrived, reason=reason):
        with transaction():
            queue.defer(
                "notices.ended", wait=NOTED_WITHIN, platform_id=platform_id, arrived=arrived, reason=reason
            )


def ended(platform_id: str, *, arrived: bool, reason: str | None = None) -> bool:
    """Note how the platform says that a notice ended (TEMPLATESENDJOBFINISH, subscribe_msg_sent_event).

    One that did not arrive goes by the next way: the platform says that the person has not got it.

    :param reason: ``refuses`` where the person blocks it, else what kept it
    :return: whether it was one of ours that had not ended
    """
    now = clock.now()
    with transaction() as session:
        row = session.scalar(sa.select(Notice).where(Notice.platform_id == platform_id).with_for_update())
        if row is None or row.state not in (State.ACCEPTED, State.UNKNOWN):
            return False
        if arrived:
            row.state, row.ended_at, row.reason = State.DELIVERED, now, None
            return True
        house = ports.house()
        offer = house.offer(row.kind) if house else Offer()
        template = {rules.LASTING: offer.lasting, rules.ONE_TIME: offer.once}.get(row.channel or "", "")
        reach.refused(row.member_id, row.channel or "", template, reason)
        row.tried = [*row.tried, row.channel or ""]
        row.state, row.reason, row.sent_at, row.channel = State.QUEUED, reason, None, None
        row.not_before, row.attempts, row.platform_id = now, 0, None
        return True
