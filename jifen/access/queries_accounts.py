"""From the cookie of a session to who sits at the desk."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.access import rules_accounts as rules
from jifen.access.models_accounts import Account, CardCode, ConsoleSession
from jifen.access.policy import AccountOf
from jifen.access.queries import ACTOR, actor_from, actor_of
from jifen.core import clock
from jifen.core.actor import Actor, Door
from jifen.core.db import ask, db
from jifen.core.errors import Unauthorized

#: Session and Actor in one statement.
_BY_SESSION = f"""
WITH came AS (
    SELECT s.id, s.member_id, s.seen_at, s.proved FROM console_session s
     WHERE s.digest = %(digest)s AND s.ended_at IS NULL
       AND s.ends_at > %(now)s AND s.seen_at > %(idle)s
), who (member_id, branch_id, path, posts, lent) AS (
    {ACTOR} WHERE m.id = (SELECT member_id FROM came) AND m.erased_at IS NULL
)
SELECT who.member_id, who.branch_id, who.path, who.posts, who.lent,
       came.id, came.seen_at < %(stale)s, came.proved, p.name, p.number,
       (SELECT a.totp_sealed IS NOT NULL FROM account a WHERE a.member_id = p.id)
  FROM who JOIN came ON true JOIN member p ON p.id = who.member_id
"""  # noqa: S608 - put together from constants


@dataclass(frozen=True, slots=True)
class Seated:
    """Who came with a session's cookie."""

    actor: Actor
    session_id: int
    name: str
    number: str
    #: Whether the note of his last request is old.
    stale: bool
    #: Whether a second factor was shown, and one that his posts of today allow.
    proved: bool


def digest_of(token: str) -> str:
    """Return the digest under which a cookie's text is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def seated(token: str) -> Seated:
    """Return who came with the cookie, as he stands today.

    :raises Unauthorized: unknown, ended, idle too long, or he holds no post today
    """
    now = clock.now()
    values = {
        "digest": digest_of(token),
        "now": now,
        "idle": now - rules.IDLE,
        "stale": now - rules.SEEN_EVERY,
        "today": clock.today(),
    }
    rows = ask(_BY_SESSION, values)
    actor = actor_from([row[:5] for row in rows], Door.CONSOLE)
    if actor is None or not actor.holdings:
        raise Unauthorized
    session_id, stale, proved, name, number, has_totp = rows[0][5:]
    enough = bool(has_totp) or not any(h.role in rules.NEEDS_TOTP for h in actor.holdings)
    return Seated(actor, session_id, name or "", number or "", stale, proved and enough)


def account_of(member_id: int) -> AccountOf:
    """Return a person's account as permissions see it: his posts of today, and those lent to him."""
    found = actor_of(member_id, Door.CONSOLE)
    return AccountOf(member_id, tuple((h.role, h.path) for h in found.holdings) if found else ())


@dataclass(frozen=True, slots=True)
class Own:
    """One's own account, as one sees it."""

    has_phone: bool
    #: Codes of the card not used yet; None without a card.
    codes_left: int | None
    sessions: list[ConsoleSession]


def own(*, by: Actor) -> Own:
    """Return the actor's own account: factor, and where he is signed in."""
    now = clock.now()
    account = db.session.get(Account, by.member_id or 0)
    used = db.session.execute(
        sa.select(sa.func.count(), sa.func.count(CardCode.used_at)).where(CardCode.member_id == by.member_id)
    ).one()
    living = (
        sa.select(ConsoleSession)
        .where(
            ConsoleSession.member_id == by.member_id,
            ConsoleSession.ended_at.is_(None),
            ConsoleSession.ends_at > now,
            ConsoleSession.seen_at > now - rules.IDLE,
        )
        .order_by(ConsoleSession.id.desc())
    )
    return Own(
        has_phone=bool(account and account.totp_sealed),
        codes_left=used[0] - used[1] if used[0] else None,
        sessions=list(db.session.scalars(living)),
    )
