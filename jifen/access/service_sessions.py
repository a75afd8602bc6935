"""Sessions at the desk: begun, noted, ended. Nothing here is audited: who signs in when is nobody's figure."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from jifen.access import rules_accounts as rules
from jifen.access.models_accounts import ConsoleSession
from jifen.access.queries_accounts import Seated, digest_of, seated
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.core.db import transaction
from jifen.core.errors import NotFound, Unauthorized


class Unproved(Unauthorized):
    """The password was right, but no second factor that his posts ask for was shown yet."""

    code, template = "unproved", "请先设置登录验证方式。"


def begin(member_id: int, *, machine: str = "", proved: bool = True) -> str:
    """Return the cookie of a fresh session; whoever calls has proved who he is."""
    token, now = secrets.token_urlsafe(32), clock.now()
    with transaction() as session:
        session.add(
            ConsoleSession(
                digest=digest_of(token),
                member_id=member_id,
                machine=machine[:60],
                started_at=now,
                seen_at=now,
                ends_at=now + rules.LONGEST,
                proved=proved,
            )
        )
    return token


def come_in(token: str) -> Seated:
    """Return who came with the cookie, and note that he was here.

    :raises Unauthorized: the session is over, or he holds no post today
    :raises Unproved: only the choosing of a second factor is open to him
    """
    found = seated(token)
    if not found.proved:
        raise Unproved
    if found.stale:
        with transaction() as session:
            session.execute(
                sa.update(ConsoleSession)
                .where(ConsoleSession.id == found.session_id)
                .values(seen_at=clock.now())
            )
    return found


def end(session_id: int, *, by: Actor) -> None:
    """End one of the actor's own sessions.

    :raises NotFound: it is not his, or over
    """
    with transaction() as session:
        stmt = (
            sa.update(ConsoleSession)
            .where(
                ConsoleSession.id == session_id,
                ConsoleSession.member_id == by.member_id,
                ConsoleSession.ended_at.is_(None),
            )
            .values(ended_at=clock.now())
            .returning(ConsoleSession.id)
        )
        if session.scalar(stmt) is None:
            raise NotFound(what="这次登录")


def end_by_cookie(token: str) -> None:
    """End the session of a cookie, if it is one: signing out, or signing in anew."""
    with transaction() as session:
        session.execute(
            sa.update(ConsoleSession)
            .where(ConsoleSession.digest == digest_of(token), ConsoleSession.ended_at.is_(None))
            .values(ended_at=clock.now())
        )


def prove(session_id: int) -> None:
    """Note that a second factor was shown; part of choosing one."""
    with transaction() as session:
        session.execute(sa.update(ConsoleSession).where(ConsoleSession.id == session_id).values(proved=True))


def end_others(keep: int, *, by: Actor) -> int:
    """End all of the actor's sessions but the one in use; returns how many."""
    assert by.member_id is not None, "sessions belong to people"
    return end_all(by.member_id, keep=keep)


def end_all(member_id: int, *, keep: int = 0) -> int:
    """End a person's sessions except ``keep``; part of a change of password or factor."""
    with transaction() as session:
        stmt = (
            sa.update(ConsoleSession)
            .where(
                ConsoleSession.member_id == member_id,
                ConsoleSession.ended_at.is_(None),
                ConsoleSession.id != keep,
            )
            .values(ended_at=clock.now())
            .returning(ConsoleSession.id)
        )
        return len(session.scalars(stmt).all())
