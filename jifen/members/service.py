"""Changes about people: taking in, posts, exemptions, transfers."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from pypinyin import lazy_pinyin

from jifen.audit import service as audit
from jifen.core import clock, queue
from jifen.core.actor import SEPARATED, Actor, Role, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.members import numbers, queries, ties
from jifen.members.models import (
    Category,
    Exemption,
    ExemptionReason,
    Member,
    Membership,
    Post,
    Transfer,
)
from jifen.members.policy import P, Person
from jifen.org import queries as org
from jifen.org.models import UnitKind


class PostTaken(Conflict):
    """He holds that post, or holds another of the three that must be apart."""

    code, template = (
        "post_taken",
        "不能登记这项任职：本人已任此职，或系统、安全、审计三员不能由一人兼任。请核对。",
    )


class NotThere(Conflict):
    """The person does not belong to the branch on that day."""

    code, template = "not_there", "{day}当天这位同志不在该支部，请核对日期。"


class AlreadyExempt(Conflict):
    """An exemption holds in part of those days."""

    code, template = "already_exempt", "这段时间内已有一项不参加积分的决定，请先核对。"


def pinyin_key(name: str) -> str:
    """Return the key by which names sort: pinyin syllables, then the name itself."""
    return (" ".join(lazy_pinyin(name)) + " " + name)[:120]


def next_numbers(count: int) -> list[str]:
    """Return ``count`` fresh member numbers, taken from one sequence so that two imports never meet."""
    rows = db.session.execute(
        sa.text("SELECT nextval('member_number') FROM generate_series(1, :n)"), {"n": count}
    ).scalars()
    return [numbers.issue(n) for n in rows]


def take_in(
    name: str,
    *,
    branch_id: int | None,
    category: Category = Category.FULL,
    since: dt.date,
    joined_on: dt.date | None = None,
    by: Actor,
) -> Member:
    """Enter one person, with his membership when he has a branch.

    :raises Forbidden: the actor does not run the office over that branch
    """
    with transaction() as session:
        branch = org.unit(branch_id) if branch_id else None
        if not (permits(by, P.APPOINT, Person(0, branch.path if branch else "/")) or by.is_system):
            raise Forbidden(action=words_for(P.IMPORT))
        [number] = next_numbers(1)
        member = Member(number=number, name=name, name_pinyin=pinyin_key(name), joined_on=joined_on)
        session.add(member)
        session.flush()  # member.id
        if branch:
            session.add(
                Membership(
                    member_id=member.id, branch_id=branch.id, category=category, since=since, reason="entry"
                )
            )
            session.flush()  # the membership, before his total is opened
            ties.renew(member.id)
        audit.record(by=by, action="member.take_in", subject="member", subject_id=member.id)
        return member


def appoint(
    member_id: int, unit_id: int, role: Role, *, since: dt.date, until: dt.date | None = None, by: Actor
) -> Post:
    """Give a dated post; access follows it to the day.

    :raises Forbidden: not his part of the tree, or one of the three that only leaders give
    :raises PostTaken: he has it, or has another of the three
    """
    with transaction() as session:
        unit = org.unit(unit_id)
        if not _gives(by, role, unit.path) or by.member_id == member_id:
            raise Forbidden(action=words_for(P.APPOINT))
        if not queries.names({member_id}):
            raise NotFound(what="这位党员")
        if until is not None and until <= since:
            raise Invalid(reason="免职日期应晚于任职日期，请核对。")
        post = Post(member_id=member_id, unit_id=unit_id, role=role, since=since, until=until)
        try:
            with session.begin_nested():
                session.add(post)
                session.flush()  # post.id, and what the database refuses
        except sa.exc.IntegrityError as err:
            raise PostTaken from err
        queue.defer("points.reroute", unit_id=unit_id)
        audit.record(by=by, action="post.appoint", subject="post", subject_id=post.id, codes=role)
        return post


def _gives(by: Actor, role: Role, path: str) -> bool:
    """Whether the actor gives and takes that post in the unit with that path."""
    if by.is_system:
        return True
    if role in SEPARATED or role in (Role.WC_OFFICE, Role.WC_LEADER):
        return permits(by, P.APPOINT_LEADING, Person(0, path))
    return permits(by, P.APPOINT, Person(0, path))


def end_post(post_id: int, *, on: dt.date, by: Actor) -> Post:
    """End a post: from ``on`` its holder acts no more.

    :raises NotFound: no such post
    :raises Forbidden: not his part of the tree, or one of those that only leaders give and take
    :raises Invalid: it would end before it began, or it ended before
    """
    with transaction() as session:
        post = session.get(Post, post_id, with_for_update=True)
        if post is None:
            raise NotFound(what="这项任职")
        if not _gives(by, Role(post.role), org.unit(post.unit_id).path):
            raise Forbidden(action=words_for(P.APPOINT))
        if on <= post.since:
            raise Invalid(reason="免职日期应晚于任职日期，请核对。")
        if post.until is not None and post.until < on:
            raise Invalid(reason="这项任职在此之前已经结束，请核对日期。")
        post.until = on
        session.flush()  # the end, before anybody asks who decides now
        queue.defer("points.reroute", unit_id=post.unit_id)
        audit.record(by=by, action="post.end", subject="post", subject_id=post.id, codes=post.role)
        return post


def exempt(
    member_id: int, *, reason: ExemptionReason, since: dt.date, until: dt.date, minute: str, by: Actor
) -> Exemption:
    """Approve that somebody is not scored for a time; no health detail is ever kept.

    :raises Forbidden: the actor does not decide above that branch, or it is his own matter
    :raises AlreadyExempt: another exemption holds in those days
    """
    with transaction() as session:
        if not permits(by, P.EXEMPT, queries.person(member_id, since)):
            raise Forbidden(action=words_for(P.EXEMPT))
        if not minute.strip():
            raise Invalid(reason="请写明党员大会讨论通过的会议纪要编号。")
        if until <= since:
            raise Invalid(reason="结束日期应晚于开始日期，请核对。")
        row = Exemption(
            member_id=member_id,
            reason=reason,
            since=since,
            until=until,
            minute=minute,
            approved_by=by.member_id,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # row.id, and what the database refuses
        except sa.exc.IntegrityError as err:
            raise AlreadyExempt from err
        ties.renew(member_id)
        audit.record(by=by, action="exemption.approve", subject="member", subject_id=member_id, codes=reason)
        return row


def revoke_exemption(exemption_id: int, *, by: Actor) -> Exemption:
    """Take an exemption back, as if it had never been approved; the row stays readable.

    :raises NotFound: no such exemption, or not the actor's to see
    :raises Forbidden: the actor does not decide above that branch, or it is his own matter
    """
    with transaction() as session:
        row = session.get(Exemption, exemption_id, with_for_update=True)
        if row is None:
            raise NotFound(what="这项决定")
        whose = queries.person(row.member_id, clock.today())
        if not permits(by, P.EXEMPT, whose):
            if not permits(by, P.SEE, whose):
                raise NotFound(what="这项决定")
            raise Forbidden(action=words_for(P.EXEMPT))
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = clock.now(), by.member_id
            session.flush()  # the end, before anybody asks who is scored
            ties.renew(row.member_id)
            audit.record(by=by, action="exemption.revoke", subject="member", subject_id=row.member_id)
        return row


def transfer(member_id: int, to_branch_id: int, *, on: dt.date, letter: str, by: Actor) -> Transfer:
    """Move somebody to another branch from ``on``; facts before stay where they were earned.

    :raises NotThere: he belongs to no branch on the day before
    :raises Forbidden: the actor does not run the office over both branches
    """
    with transaction() as session:
        target = org.unit(to_branch_id)
        row = session.scalar(
            sa.select(Membership)
            .where(Membership.member_id == member_id, Membership.until.is_(None), Membership.since < on)
            .with_for_update()
        )
        if row is None or row.branch_id == to_branch_id:
            raise NotThere(day=on)
        if target.kind != UnitKind.BRANCH:
            raise Invalid(reason="组织关系只能转入党支部，请选择支部。")
        source = org.unit(row.branch_id)
        for path in (source.path, target.path):
            if not permits(by, P.TRANSFER, Person(member_id, path)):
                raise Forbidden(action=words_for(P.TRANSFER))
        row.until = on
        session.flush()  # the end, before the new row would overlap it
        session.add(
            Membership(
                member_id=member_id,
                branch_id=to_branch_id,
                category=row.category,
                since=on,
                reason="transfer",
            )
        )
        moved = Transfer(
            member_id=member_id,
            from_branch_id=source.id,
            to_branch_id=to_branch_id,
            moved_on=on,
            letter=letter,
            recorded_by=by.member_id,
            recorded_at=clock.now(),
        )
        session.add(moved)
        session.flush()  # moved.id
        ties.renew(member_id)
        audit.record(by=by, action="member.transfer", subject="member", subject_id=member_id, codes=letter)
        return moved
