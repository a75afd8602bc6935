"""Reads of one's own notices, of what one switched off, and of what did not arrive."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import DECIDERS, Actor, permits, words_for
from jifen.core.db import ask, db
from jifen.core.errors import Forbidden, NotFound
from jifen.notices import ports, reach
from jifen.notices.models import Notice, NoticePreference, NoticeQuota
from jifen.notices.policy import Owed, P
from jifen.notices.rules import WAYS, Consent, Reach
from jifen.notices.states import UNSEEN

#: Every kind of message that a person may switch off.
KINDS = (
    "report_approved",
    "report_returned",
    "report_revoked",
    "deed_attached",
    "list_corrected",
    "monthly_reminder",
    "objection_entered",
    "objection_answered",
    "objection_changed",
    "appraisal_shown",
    "appraisal_final",
    "hours_credited",
    "star_reached",
    "certificate_registered",
    "certificate_declined",
    "certificate_withdrawn",
    "model_post_told",
    "honour_told",
)
#: What is told in person by somebody else holds no word of what it is about.
PRIVATE = frozenset({"account_changed", "burden_answered", "privacy_answered"})
#: Older ones are told no more.
TOLD_WITHIN = dt.timedelta(days=30)


def own(*, by: Actor, after: int = 0, limit: int = 50) -> list[Notice]:
    """Return the actor's own notices, newest first; ``after`` is the last id shown.

    :raises Forbidden: a system, which is told nothing
    """
    if not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))
    stmt = sa.select(Notice).where(Notice.member_id == by.member_id).order_by(Notice.id.desc()).limit(limit)
    if after:
        stmt = stmt.where(Notice.id < after)
    return list(db.session.scalars(stmt))


def preferences(*, by: Actor) -> dict[str, bool]:
    """Return for every kind of message whether the actor gets it; all are on unless switched off.

    :raises Forbidden: a system, which is told nothing
    """
    if not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))
    stmt = sa.select(NoticePreference.kind, NoticePreference.enabled).where(
        NoticePreference.member_id == by.member_id
    )
    said = dict(db.session.execute(stmt).tuples().all())
    return {kind: said.get(kind, True) for kind in KINDS}


def switched_off(member_id: int, kind: str) -> bool:
    """Return whether the person wants no messages of that kind."""
    return not reach.wants(member_id, kind)


def ways(*, by: Actor) -> dict[str, bool]:
    """Return for every way whether the actor lets notices come by it.

    :raises Forbidden: a system, which is told nothing
    """
    if not permits(by, P.OWN):
        raise Forbidden(action=words_for(P.OWN))
    off = reach.of(by.member_id or 0, ports.Addresses()).off
    return {way: way not in off for way in WAYS}


def reached(*, by: Actor) -> Reach:
    """Return how notices may reach the actor now: for himself alone."""
    house = ports.house()
    addresses = house.addresses(by.member_id or 0, {}) if house else ports.Addresses()
    return reach.of(by.member_id or 0, addresses)


@dataclass(frozen=True, slots=True)
class Asked:
    """A subscription notice to which a person may say yes."""

    template_id: str
    #: What it tells.
    words: str
    #: Whether one yes is good for ever.
    lasting: bool
    #: How many may still come; of a lasting one 1 where he agreed.
    left: int


#: Kinds that only those get who decide.
_FOR_DECIDERS = ("decider_reminder", "decider_escalated", "decider_received")


def to_ask(*, by: Actor) -> list[Asked]:
    """Return to which subscription notices of this house the actor may say yes: lasting ones only once."""
    house = ports.house()
    if house is None:
        return []
    consents = reached(by=by).consents
    found = []
    for kind in house.kinds:
        if kind in _FOR_DECIDERS and not by.holds(*DECIDERS):
            continue
        offer, words = house.offer(kind), house.words(kind)
        if offer.lasting and not consents.get(offer.lasting, Consent()).lasting:
            found.append(Asked(offer.lasting, words, True, 0))
        if offer.once:
            found.append(Asked(offer.once, words, False, consents.get(offer.once, Consent()).left))
    return found


@dataclass(frozen=True, slots=True)
class Untold:
    """A notice that did not reach somebody."""

    id: int
    member_id: int
    number: str
    name: str
    branch_name: str
    kind: str
    state: str
    created_at: dt.datetime

    @property
    def words(self) -> str:
        """What to tell him, without what is his alone."""
        if self.kind in PRIVATE:
            return "有一条给本人的消息，请本人查看"
        house = ports.house()
        return house.words(self.kind) if house else self.kind


_UNTOLD = """
SELECT n.id, m.id, m.number, m.name, coalesce(u.name, ''), n.kind, n.state, n.created_at
  FROM notice n JOIN member m ON m.id = n.member_id AND m.erased_at IS NULL
  LEFT JOIN membership ms ON ms.member_id = m.id AND ms.since <= %(today)s
       AND (ms.until IS NULL OR ms.until > %(today)s)
  LEFT JOIN unit u ON u.id = ms.branch_id
 WHERE n.state = ANY(%(states)s) AND n.created_at > %(since)s AND m.id <> %(self)s AND ({where})
 ORDER BY m.name_pinyin, m.id, n.id LIMIT %(limit)s
"""
_OF_BRANCH = _UNTOLD.replace("{where}", "ms.branch_id = %(branch)s")
_BELOW = _UNTOLD.replace("{where}", "coalesce(u.path, '/') LIKE ANY(%(paths)s)")


def _asked(by: Actor, **more: Any) -> dict[str, Any]:
    since = clock.now() - TOLD_WITHIN
    return {"today": clock.today(), "since": since, "self": by.member_id or 0, "limit": 500, **more}


def to_tell(branch_id: int, *, by: Actor) -> list[Untold]:
    """Return whom of a branch notices do not reach, for its secretary to tell in person: for nobody else.

    :raises NotFound: not the actor's own branch
    """
    if not permits(by, P.TELL, Owed(0, branch_id, "")):
        raise NotFound(what="这个支部")
    return [Untold(*row) for row in ask(_OF_BRANCH, _asked(by, branch=branch_id, states=["waits", "failed"]))]


def own_branches(*, by: Actor) -> list[int]:
    """Return the branches whose list the actor keeps."""
    asked = dict.fromkeys(h.unit_id for h in by.holdings)
    return [unit_id for unit_id in asked if permits(by, P.TELL, Owed(0, unit_id, ""))]


def unsure(*, by: Actor) -> list[Untold]:
    """Return the notices of the actor's part of the tree of which nobody can say whether they left."""
    paths = [f"{h.path}%" for h in by.holdings if permits(by, P.SETTLE, Owed(0, None, h.path))]
    if not paths:
        return []
    return [Untold(*row) for row in ask(_BELOW, _asked(by, paths=paths, states=["unknown"]))]


def unseen(*, by: Actor, limit: int = 20) -> list[Notice]:
    """Return what did not reach the actor for certain, newest first."""
    stmt = (
        sa.select(Notice)
        .where(
            Notice.member_id == by.member_id,
            Notice.state.in_(UNSEEN),
            Notice.created_at > clock.now() - TOLD_WITHIN,
        )
        .order_by(Notice.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(stmt))


@dataclass(frozen=True, slots=True)
class Sent:
    """How many notices of the last days stand where."""

    channel: str | None
    state: str
    reason: str | None
    count: int


def counts(*, by: Actor) -> list[Sent]:
    """Return how sending went in the last seven days: counts, nobody's name.

    :raises Forbidden: who does not look after the machine
    """
    if not permits(by, P.RUN):
        raise Forbidden(action=words_for(P.RUN))
    stmt = (
        sa.select(Notice.channel, Notice.state, Notice.reason, sa.func.count())
        .where(Notice.created_at > clock.now() - dt.timedelta(days=7))
        .group_by(Notice.channel, Notice.state, Notice.reason)
        .order_by(Notice.channel, Notice.state, Notice.reason)
    )
    return [Sent(*row) for row in db.session.execute(stmt)]


def used_today(*, by: Actor) -> dict[str, int]:
    """Return how many messages left by each way today.

    :raises Forbidden: who does not look after the machine
    """
    if not permits(by, P.RUN):
        raise Forbidden(action=words_for(P.RUN))
    stmt = sa.select(NoticeQuota.channel, NoticeQuota.used).where(NoticeQuota.day == clock.today())
    return dict(db.session.execute(stmt).tuples().all())
