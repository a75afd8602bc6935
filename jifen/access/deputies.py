"""Somebody in the place of a decider between two instants (代理): named, ended, told to both."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.access import following
from jifen.access.models import Deputy
from jifen.access.policy import P
from jifen.audit import service as audit
from jifen.core import clock, queue
from jifen.core.actor import DECIDERS, SEPARATED, Actor, permits, words_for
from jifen.core.db import transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.members import queries as members
from jifen.members.models import Member, Post
from jifen.members.policy import Person
from jifen.notices import service as notices
from jifen.org import queries as org

#: A longer absence asks for an appointment, not for a deputy.
LONGEST = dt.timedelta(days=180)


class DeputyTaken(Conflict):
    """Somebody acts in that place already, in part of that time."""

    code, template = "deputy_taken", "这段时间已经有人代理这项职务，请先结束原来的代理。"


def name_deputy(post_id: int, member_id: int, *, since: dt.datetime, until: dt.datetime, by: Actor) -> Deputy:
    """Name somebody who decides in the place of a post's holder in ``[since, until)``; the holder keeps his right.

    The holder names somebody of his own unit; the organisation above names anybody.
    A deputy has no deputies: only a post has.

    :raises NotFound: no such post held today, or not the actor's to see; no such person
    :raises Forbidden: the actor sees it, but names no deputy for it
    :raises Invalid: not a deciding post, impossible times, or somebody who cannot be it
    :raises DeputyTaken: somebody acts in that place already
    """
    with transaction() as session:
        post, place = _post(post_id, by=by)
        _check_times(since, until)
        if post.role not in DECIDERS:
            raise Invalid(reason="只有负责处理事项的职务可以指定代理人，请核对。")
        person = session.get(Member, member_id)
        if person is None or person.erased_at is not None:
            raise NotFound(what="这位党员")
        _check_person(member_id, post, place, by=by)
        row = Deputy(post_id=post.id, member_id=member_id, since=since, until=until, named_by=by.member_id)
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # row.id, and what the database refuses
        except sa.exc.IntegrityError as err:
            raise DeputyTaken from err
        audit.record(by=by, action="deputy.name", subject="deputy", subject_id=row.id, codes=post.role)
        _tell(row, post.member_id, "named")
        queue.defer_once(following.TAGS)  # his menu follows
        return row


def end_deputy(deputy_id: int, *, by: Actor) -> Deputy:
    """End it before its time: from this instant the deputy decides nothing more.

    :raises NotFound: no such deputy, or not the actor's to see
    :raises Forbidden: the actor names no deputies there
    :raises Conflict: it is over
    """
    with transaction() as session:
        row = session.get(Deputy, deputy_id, with_for_update=True)
        if row is None:
            raise NotFound(what="这项代理")
        post, _ = _post(row.post_id, by=by)
        now = clock.now()
        if (row.ended_at or row.until) <= now:
            raise Conflict
        row.ended_at = max(now, row.since)
        session.flush()  # the end, before anybody asks who decides now
        audit.record(by=by, action="deputy.end", subject="deputy", subject_id=row.id)
        _tell(row, post.member_id, "ended")
        queue.defer_once(following.TAGS)
        return row


def _post(post_id: int, *, by: Actor) -> tuple[Post, Person]:
    """Return a post of today, locked, and its place, if the actor names deputies there."""
    with transaction() as session:
        post = session.get(Post, post_id, with_for_update=True)
        today = clock.today()
        if post is None or post.since > today or (post.until is not None and post.until <= today):
            raise NotFound(what="这项任职")
        place = Person(post.member_id, org.unit(post.unit_id).path)
        if not permits(by, P.NAME_DEPUTY, place):
            if any(h.reaches(place.branch_path) for h in by.holdings):
                raise Forbidden(action=words_for(P.NAME_DEPUTY))
            raise NotFound(what="这项任职")
        return post, place


def _check_times(since: dt.datetime, until: dt.datetime) -> None:
    if until <= since or until <= clock.now():
        raise Invalid(reason="代理的结束时间应晚于开始时间和现在，请核对。")
    if since < clock.at(clock.today()):
        raise Invalid(reason="代理不能从过去的日子开始，请从今天或以后填起。")
    if until - since > LONGEST:
        raise Invalid(reason="代理最长180天；更长的时间请办理任职。")


def _check_person(member_id: int, post: Post, place: Person, *, by: Actor) -> None:
    if member_id == post.member_id:
        raise Invalid(reason="不能由本人代理本人，请另选一位同志。")
    today = clock.today()
    held = members.posts_on(member_id, today)
    if any(role in SEPARATED for role, _ in held):
        raise Invalid(reason="系统、安全、审计三员不能代理负责人，请另选一位同志。")
    if by.member_id == post.member_id:
        where = members.belonging(member_id, today)
        inside = where is not None and where.branch_path.startswith(place.branch_path)
        if not inside and post.unit_id not in {unit for _, unit in held}:
            raise Invalid(reason="请从本组织的同志中选代理人；请外单位的同志代理，由上级党组织指定。")


def _tell(row: Deputy, principal: int, what: str) -> None:
    notices.queue_many(
        kind=f"deputy_{what}",
        rows=[
            (f"deputy:{row.id}:{what}:{who}", who, {"deputy": row.id, "mine": who == row.member_id})
            for who in (row.member_id, principal)
        ],
    )
