"""社区报到: a member registers at his community; somebody else's word makes it count.

Who registers himself waits for the community's word, which the community says
by its own token or somebody of his branch enters from its paper. Who is
registered from that paper needs no second word.
"""

from __future__ import annotations

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db, transaction
from jifen.core.errors import NotFound
from jifen.members import queries as members
from jifen.points.policy import Claim
from jifen.volunteering import errors_community as errors
from jifen.volunteering import posting_community as posting
from jifen.volunteering import service
from jifen.volunteering.models_community import Community, CommunityRegistration
from jifen.volunteering.policy import P

_WHAT = "这次报到"


def access_member(member_id: int, *, by: Actor) -> None:
    """Refuse whoever neither is the member nor keeps his branch's hours.

    :raises NotFound: not the actor's to write for
    """
    claim = Claim(member_id, members.person(member_id, clock.today()).branch_path)
    if not permits(by, P.CORRECT, claim):
        raise NotFound(what="这位党员")


def speaks(by: Actor, community_id: int, member_id: int, *, what: str) -> None:
    """Refuse whoever may not say what a community says of a member.

    :raises NotFound: another community's, or of a branch whose hours the actor does not keep
    :raises OwnPaper: his own matter
    """
    if by.community_id is not None:
        if not permits(by, P.SPEAK, community_id):
            raise NotFound(what=what)
        return
    if member_id == by.member_id:
        raise errors.OwnPaper
    access_member(member_id, by=by)


def register(
    community_id: int, *, member_id: int | None = None, skills: str = "", by: Actor
) -> CommunityRegistration:
    """Register a member at his community from today, himself or by whoever keeps his branch's hours.

    Who moved is registered anew; the earlier registration ends, and what it
    brought stays. Put right on the day itself, the earlier one is as if it had
    never been.

    :param member_id: None: the actor himself
    :raises NotFound: no such community, or not the actor's to write for
    :raises AlreadyThere: he is registered there
    """
    with transaction() as session:
        whom = member_id or by.member_id or 0
        access_member(whom, by=by)
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
            _take_back(before, by)
        elif before is not None:
            before.until = today
        session.flush()  # the earlier one ends first
        his_own = whom == by.member_id
        row = CommunityRegistration(
            member_id=whom,
            community_id=community_id,
            skills=skills.strip()[:120],
            since=today,
            entered_by=None if his_own else by.member_id,
            confirmed_by=None if his_own else by.member_id,
            confirmed_at=None if his_own else clock.now(),
            door=by.door,
        )
        session.add(row)
        session.flush()  # its id
        audit.record(by=by, action="community.enter", subject="community", subject_id=row.id)
        if not his_own:
            posting.count_registration(row, by=by)
        return row


def confirm(registration_id: int, *, by: Actor) -> CommunityRegistration:
    """Say, as the community or from its paper, that a member registered there: it counts from then on.

    :raises NotFound: no such registration, over, or not the actor's to speak of
    :raises OwnPaper: his own
    :raises AlreadyConfirmed: somebody said so before
    """
    with transaction() as session:
        row = _held(registration_id)
        speaks(by, row.community_id, row.member_id, what=_WHAT)
        if row.confirmed_at is not None:
            raise errors.AlreadyConfirmed
        row.confirmed_by, row.confirmed_at = by.member_id, clock.now()
        session.flush()  # the word, before its points
        posting.count_registration(row, by=by)
        audit.record(by=by, action="community.confirm", subject="community", subject_id=row.id)
        return row


def withdraw(registration_id: int, *, by: Actor) -> None:
    """Take back a registration that was a mistake: it is over today, and what it brought is reversed.

    :raises NotFound: no such registration, over, or not the actor's to speak of
    """
    with transaction() as session:
        row = _held(registration_id)
        if by.community_id is not None:
            speaks(by, row.community_id, row.member_id, what=_WHAT)
        elif row.member_id != by.member_id:
            access_member(row.member_id, by=by)
        number = row.id
        _take_back(row, by)
        session.flush()  # gone, before the caller reads
        audit.record(by=by, action="community.withdraw", subject="community", subject_id=number)


def _held(registration_id: int) -> CommunityRegistration:
    """Return a registration of today, locked after its member like all that writes for him."""
    row = db.session.get(CommunityRegistration, registration_id)
    if row is None:
        raise NotFound(what=_WHAT)
    service.lock([row.member_id])
    row = db.session.get(CommunityRegistration, registration_id, populate_existing=True)
    if row is None or (row.until is not None and row.until <= clock.today()):
        raise NotFound(what=_WHAT)
    return row


def _take_back(row: CommunityRegistration, by: Actor) -> None:
    posting.take_back(posting.REGISTRATION, row.id, row.member_id, by=by)
    if row.since == clock.today():
        db.session.delete(row)
    else:
        row.until = clock.today()
