"""双报到: a member registers at his community, takes on what it needs, and the community's word counts as hours.

The community is a counterpart outside the tree: its word comes as paper, and
somebody of the branch, never the member himself, enters it.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import advance
from jifen.members import queries as members
from jifen.points.policy import Claim
from jifen.volunteering import errors as hours_errors
from jifen.volunteering import errors_community as errors
from jifen.volunteering import late, rules, service
from jifen.volunteering.models_community import Community, CommunityNeed, CommunityRegistration, NeedClaim
from jifen.volunteering.policy import P
from jifen.volunteering.service import Stretch
from jifen.volunteering.states import CLAIM_MOVES, CLAIM_WORDS, ClaimState, Source


def found(street: str, name: str, *, by: Actor) -> Community:
    """Return the community of that name, known or new.

    :raises Forbidden: the actor keeps no branch's hours
    """
    _refuse_unless(by, P.KEEP_COMMUNITIES)
    with transaction() as session:
        values = {"street": street.strip()[:40], "name": name.strip()[:40]}
        known = sa.select(Community).filter_by(**values)
        row = session.scalar(known)
        if row is None:
            session.execute(insert(table_of(Community)).values(**values).on_conflict_do_nothing())
            row = session.scalars(known).one()
            audit.record(by=by, action="community.register", subject="community", subject_id=row.id)
        return row


def _refuse_unless(by: Actor, permission: P) -> None:
    if not permits(by, permission):
        raise Forbidden(action=words_for(permission))


def _claim_of(member_id: int) -> Claim:
    return Claim(member_id, members.person(member_id, clock.today()).branch_path)


def _access(member_id: int, *, by: Actor) -> None:
    claim = _claim_of(member_id)
    if not permits(by, P.CORRECT, claim):
        raise NotFound(what="这位党员")


def register(
    community_id: int, *, member_id: int | None = None, skills: str = "", by: Actor
) -> CommunityRegistration:
    """Register a member at his community from today, himself or by whoever keeps his branch's hours.

    Who moved is registered anew; the earlier registration ends.

    :param member_id: None: the actor himself
    :raises NotFound: no such community, or not the actor's to write for
    :raises AlreadyThere: he is registered there
    """
    with transaction() as session:
        whom = member_id or by.member_id or 0
        _access(whom, by=by)
        place = session.get(Community, community_id)
        if place is None:
            raise NotFound(what="这个社区")
        service.lock([whom])
        today = clock.today()
        live = sa.select(CommunityRegistration).where(
            CommunityRegistration.member_id == whom,
            sa.or_(CommunityRegistration.until.is_(None), CommunityRegistration.until > today),
        )
        before = session.scalar(live)
        if before is not None and before.community_id == community_id:
            raise errors.AlreadyThere(community=place.name)
        if before is not None and before.since == today:
            # Put right on the day itself.
            session.delete(before)
        elif before is not None:
            before.until = today
        session.flush()  # the earlier one ends first
        row = CommunityRegistration(
            member_id=whom,
            community_id=community_id,
            skills=skills.strip()[:120],
            since=today,
            entered_by=None if whom == by.member_id else by.member_id,
            door=by.door,
        )
        session.add(row)
        session.flush()  # its id
        audit.record(by=by, action="community.enter", subject="community", subject_id=row.id)
        return row


def ask_for(
    community_id: int, title: str, *, kind: str, wanted: int, due_on: dt.date, by: Actor
) -> CommunityNeed:
    """Enter what a community asks for.

    :param kind: ``need`` or ``wish`` (微心愿)
    :raises Forbidden: the actor keeps no branch's hours
    :raises NotFound: no such community
    """
    _refuse_unless(by, P.KEEP_COMMUNITIES)
    with transaction() as session:
        if session.get(Community, community_id) is None:
            raise NotFound(what="这个社区")
        assert by.member_id is not None, "a post is held by a member"
        row = CommunityNeed(
            community_id=community_id,
            kind=kind,
            title=title.strip()[:80],
            wanted=wanted,
            due_on=due_on,
            entered_by=by.member_id,
        )
        session.add(row)
        session.flush()  # its id
        audit.record(by=by, action="need.enter", subject="need", subject_id=row.id)
        return row


def claim(need_id: int, *, member_id: int | None = None, by: Actor) -> NeedClaim:
    """Take a need on, or enter that a member of one's branch does; of many at once no more than are wanted.

    :param member_id: None: the actor himself
    :raises NotFound: no such need, the actor is no member, or the member is not his to write for
    :raises Overdue, AlreadyClaimed, Full: see errors
    """
    with transaction() as session:
        need = session.get(CommunityNeed, need_id, with_for_update=True)
        if need is None or (member_id is None and not permits(by, P.CLAIM)):
            raise NotFound(what="这项需求")
        whom = member_id or by.member_id or 0
        _access(whom, by=by)
        if need.due_on < clock.today():
            raise errors.Overdue(day=f"{need.due_on.month}月{need.due_on.day}日")
        stmt = sa.select(NeedClaim.member_id).where(
            NeedClaim.need_id == need.id, NeedClaim.state.in_([ClaimState.CLAIMED, ClaimState.CONFIRMED])
        )
        taken = session.scalars(stmt).all()
        if whom in taken:
            raise errors.AlreadyClaimed
        if len(taken) >= need.wanted:
            raise errors.Full
        row = NeedClaim(need_id=need.id, member_id=whom, state=ClaimState.CLAIMED)
        session.add(row)
        session.flush()  # its id
        audit.record(by=by, action="need.claim", subject="need", subject_id=need.id)
        return row


def withdraw(claim_id: int, *, by: Actor) -> NeedClaim:
    """Give a need back that the community said nothing of yet.

    :raises NotFound: no such claim, or not the actor's
    :raises NotNow: the community spoke
    """
    with transaction() as session:
        row = session.get(NeedClaim, claim_id, with_for_update=True)
        if row is None or row.member_id != by.member_id:
            raise NotFound(what="这项认领")
        row.state = _moved(row, "withdraw")
        audit.record(by=by, action="need.withdraw", subject="need", subject_id=row.need_id)
        session.flush()  # the state, before the caller reads
        return row


def confirm(
    claim_id: int, *, done: bool, said: str | None = None, span: rules.Span | None = None, by: Actor
) -> NeedClaim:
    """Enter the community's word on a claim: done or not, what it thought, and the time served if it says so.

    The time counts as attested hours, with the community as its source.

    :param said: good, fair, poor
    :param span: when it was done; None where it took no time of its own
    :raises NotFound: no such claim, or not of a branch whose hours the actor keeps
    :raises OwnPaper: his own claim
    :raises NotNow: it was confirmed or given back
    :raises NotInThePast, NothingServed, Overlapping: see errors
    """
    with transaction() as session:
        row = session.get(NeedClaim, claim_id, with_for_update=True)
        if row is None:
            raise NotFound(what="这项认领")
        if row.member_id == by.member_id:
            raise errors.OwnPaper
        _access(row.member_id, by=by)
        row.state = _moved(row, "confirm" if done else "undo")
        row.said, row.confirmed_by, row.confirmed_at = said, by.member_id, clock.now()
        row.done_on = clock.civil_day(span[1]) if span else clock.today()
        session.flush()  # the state, before the hours
        if done and span is not None:
            _credit(row, span, by)
        audit.record(by=by, action="need.confirm", subject="need", subject_id=row.need_id, codes=row.state)
        return row


def _credit(row: NeedClaim, span: rules.Span, by: Actor) -> None:
    if span[1] > clock.now():
        raise errors.NotInThePast
    if not rules.minutes(span) or not rules.plausible(span):
        raise hours_errors.NothingServed
    late.refuse_overlaps({row.member_id: span})
    need = db.session.get_one(CommunityNeed, row.need_id)
    where = members.belonging(row.member_id, clock.civil_day(span[0]))
    if where is None:
        raise NotFound(what="这位党员当天所在的支部")
    service.write(
        [
            Stretch(
                member_id=row.member_id,
                unit_id=where.branch_id,
                served=span,
                window=span,
                source=Source.COMMUNITY,
                source_id=row.id,
                title_id=service.title(need.title, unit_id=where.branch_id),
            )
        ],
        by=by,
    )


def _moved(row: NeedClaim, move: str) -> ClaimState:
    return advance(CLAIM_MOVES, ClaimState(row.state), move, what="这项认领", words=CLAIM_WORDS)
