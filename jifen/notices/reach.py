"""Keeping how somebody may be reached: what he wrote, whether he follows, what he agreed to, what was used up.

Most people only ask and change nothing: that they wrote is collected in memory
and written every few seconds, so that a question costs no writing. A process
that is killed forgets the last of it: then one way less seems open than is.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
import structlog
from flask import Flask, current_app
from sqlalchemy.dialects.postgresql import insert

from jifen.core.actor import Actor
from jifen.core.db import db, table_of, tell, transaction
from jifen.notices import ports
from jifen.notices.models import NoticeConsent, NoticePreference, NoticeReach
from jifen.notices.rules import (
    CUSTOMER,
    EVENT_MOST,
    MESSAGE_MOST,
    ONE_TIME,
    Consent,
    Reach,
    Window,
    used_window,
)

log = structlog.get_logger()
#: Seconds for which what people wrote is collected.
COLLECTED_FOR = 2.0


@dataclass(frozen=True, slots=True)
class Heard:
    """The last that came from somebody."""

    message_at: dt.datetime | None = None
    event_at: dt.datetime | None = None


_heard: dict[int | str, Heard] = {}
_lock = threading.Lock()
_timer: list[threading.Timer] = []


def heard(who: int | str, at: dt.datetime, *, tapped: bool = False) -> None:
    """Note that somebody wrote, or tapped, scanned or followed: a window is open.

    :param who: the member, or the digest of his account; of a stranger nothing is kept
    """
    with _lock:
        known = _heard.get(who, Heard())
        _heard[who] = replace(known, event_at=at) if tapped else replace(known, message_at=at)
        app = current_app._get_current_object()  # type: ignore[attr-defined]
        if app.testing or _timer:
            return
        timer = threading.Timer(COLLECTED_FOR, _in_background, [app])
        timer.daemon = True
        _timer.append(timer)
    timer.start()


def _in_background(app: Flask) -> None:
    _timer.clear()
    with app.app_context():
        try:
            flush()
        except sa.exc.SQLAlchemyError as err:
            log.warning("notices.windows_lost", kind=type(err).__name__)


#: All that was collected in one statement, by person in order: thousands may have written within two seconds.
_WRITE = """
INSERT INTO notice_reach AS r (member_id, message_at, message_left, event_at, event_left, off, blocked)
SELECT m.id, w.message_at, CASE WHEN w.message_at IS NULL THEN 0 ELSE %(messages)s END,
       w.event_at, CASE WHEN w.event_at IS NULL THEN 0 ELSE %(events)s END, '{}', '{}'
  FROM unnest(CAST(%(member)s AS bigint[]), CAST(%(message_at)s AS timestamptz[]),
              CAST(%(event_at)s AS timestamptz[])) AS w (member_id, message_at, event_at)
  JOIN member m ON m.id = w.member_id
 ORDER BY m.id
ON CONFLICT (member_id) DO UPDATE SET
  message_left = CASE WHEN excluded.message_at > coalesce(r.message_at, '-infinity')
                      THEN excluded.message_left ELSE r.message_left END,
  message_at = greatest(r.message_at, excluded.message_at),
  event_left = CASE WHEN excluded.event_at > coalesce(r.event_at, '-infinity')
                    THEN excluded.event_left ELSE r.event_left END,
  event_at = greatest(r.event_at, excluded.event_at)
"""


def flush() -> None:
    """Write what was collected; what cannot be written now is lost, which closes a way and opens none."""
    with _lock:
        collected = dict(_heard)
        _heard.clear()
    if not collected:
        return
    house = ports.house()
    digests = [who for who in collected if isinstance(who, str)]
    members = house.members(digests) if house and digests else {}
    named: dict[int, Heard] = {}
    for who, one in collected.items():
        member_id = members.get(who, 0) if isinstance(who, str) else who
        known = named.get(member_id, Heard())
        named[member_id] = Heard(
            _later(known.message_at, one.message_at), _later(known.event_at, one.event_at)
        )
    values = {
        "member": list(named),
        "message_at": [one.message_at for one in named.values()],
        "event_at": [one.event_at for one in named.values()],
        "messages": MESSAGE_MOST,
        "events": EVENT_MOST,
    }
    with transaction():
        tell(_WRITE, values)
        if house:
            last = {who: _later(one.message_at, one.event_at) for who, one in named.items()}
            house.seen({who: at for who, at in last.items() if at is not None})


def _later(one: dt.datetime | None, other: dt.datetime | None) -> dt.datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)


def forget(member_id: int) -> None:
    """Forget windows, consents and blocks: another account was bound, or none is any more. What he chose stays."""
    with _lock:
        _heard.pop(member_id, None)
    with transaction() as session:
        session.execute(sa.delete(NoticeConsent).where(NoticeConsent.member_id == member_id))
        blank: dict[str, Any] = {
            "message_at": None,
            "message_left": 0,
            "event_at": None,
            "event_left": 0,
            "blocked": [],
        }
        session.execute(sa.update(NoticeReach).where(NoticeReach.member_id == member_id).values(**blank))


def consent(choices: Iterable[tuple[str, bool]], *, at: dt.datetime, by: Actor) -> None:
    """Note what somebody answered to subscription notices.

    :param choices: template id, and whether he agreed; one-time consents add up
    """
    house = ports.house()
    with transaction() as session:
        for template_id, agreed in sorted(choices):
            lasting = house.lasting(template_id) if house else None
            if lasting is None:
                continue  # a template of somebody else's
            values = {"lasting": agreed and lasting, "left": int(agreed and not lasting), "changed_at": at}
            fresh = insert(table_of(NoticeConsent)).values(
                member_id=by.member_id, template_id=template_id, **values
            )
            more = values if lasting or not agreed else {"left": NoticeConsent.left + 1, "changed_at": at}
            session.execute(
                fresh.on_conflict_do_update(index_elements=["member_id", "template_id"], set_=more)
            )


def switch(way: str, *, enabled: bool, by: Actor) -> None:
    """Let notices come, or not come, by one way (本人的选择)."""
    array = sa.func.array_remove(NoticeReach.off, way)
    fresh = insert(table_of(NoticeReach)).values(
        member_id=by.member_id,
        message_left=0,
        event_left=0,
        off=[] if enabled else [way],
        blocked=[],
    )
    changed = array if enabled else sa.func.array_append(array, way)  # once, however often he says so
    with transaction() as session:
        session.execute(fresh.on_conflict_do_update(index_elements=["member_id"], set_={"off": changed}))


def of(member_id: int, addresses: ports.Addresses) -> Reach:
    """Return all that is known about reaching somebody."""
    row = db.session.get(NoticeReach, member_id, populate_existing=True)
    said = sa.select(NoticeConsent).where(NoticeConsent.member_id == member_id)
    consents = {c.template_id: Consent(c.lasting, c.left) for c in db.session.scalars(said)}
    known = Reach(
        wechat=addresses.openid is not None,
        wecom=addresses.wecom is not None,
        wecom_first=addresses.wecom_first,
        followed=addresses.followed,
        consents=consents,
    )
    if row is None:
        return known
    return replace(
        known,
        message=Window(row.message_at, row.message_left),
        event=Window(row.event_at, row.event_left),
        off=frozenset(row.off),
        blocked=frozenset(row.blocked),
    )


def used(member_id: int, way: str, template_id: str, reach: Reach, *, now: dt.datetime) -> None:
    """Take one message off what a person's consent or window allows."""
    session = db.session()
    if way == ONE_TIME:
        session.execute(
            sa.update(NoticeConsent)
            .where(
                NoticeConsent.member_id == member_id,
                NoticeConsent.template_id == template_id,
                NoticeConsent.left > 0,
            )
            .values(left=NoticeConsent.left - 1)
        )
    if way == CUSTOMER:
        column = NoticeReach.message_left if used_window(reach, now) == "message" else NoticeReach.event_left
        session.execute(
            sa.update(NoticeReach)
            .where(NoticeReach.member_id == member_id, column > 0)
            .values({column: column - 1})
        )


def refused(member_id: int, way: str, template_id: str, reason: str | None) -> None:
    """Note what a refusal says about a person: the platform knows better than our own count."""
    session = db.session()
    mine = sa.update(NoticeReach).where(NoticeReach.member_id == member_id)
    if reason == "no_consent":
        gone = sa.update(NoticeConsent).where(
            NoticeConsent.member_id == member_id, NoticeConsent.template_id == template_id
        )
        session.execute(gone.values(lasting=False, left=0))
    elif reason == "window":
        session.execute(mine.values(message_left=0, event_left=0))
    elif reason == "unfollowed":
        house = ports.house()
        if house is not None:
            house.left(member_id)
    elif reason == "refuses":
        fresh = insert(table_of(NoticeReach)).values(
            member_id=member_id, message_left=0, event_left=0, off=[], blocked=[way]
        )
        added = sa.func.array_append(sa.func.array_remove(NoticeReach.blocked, way), way)
        session.execute(fresh.on_conflict_do_update(index_elements=["member_id"], set_={"blocked": added}))


def wants(member_id: int, kind: str) -> bool:
    """Return whether the person has not switched that kind of message off."""
    said = sa.select(NoticePreference.enabled).where(
        NoticePreference.member_id == member_id, NoticePreference.kind == kind
    )
    return db.session.scalar(said) is not False
