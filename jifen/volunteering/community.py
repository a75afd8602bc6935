"""双报到: what communities need, who takes it on, and the community's word, which counts as hours and points.

The community is a counterpart outside the tree: its word comes by a token of
its own, or as paper that somebody of the branch, never the member himself, enters.
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
from jifen.volunteering import errors as hours_errors
from jifen.volunteering import errors_community as errors
from jifen.volunteering import late, registering, rules, service
from jifen.volunteering import posting_community as posting
from jifen.volunteering.models import ServiceRecord, ServiceSpan
from jifen.volunteering.models_community import Community, CommunityNeed, NeedClaim
from jifen.volunteering.policy import P
from jifen.volunteering.service import Stretch
from jifen.volunteering.states import CLAIM_MOVES, CLAIM_WORDS, ClaimState, Source

_WHAT = "这项认领"


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
        registering.access_member(whom, by=by)
        if need.due_on < clock.today():
            raise errors.Overdue(day=need.due_on)
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
            raise NotFound(what=_WHAT)
        row.state = _moved(row, "withdraw")
        audit.record(by=by, action="need.withdraw", subject="need", subject_id=row.need_id)
        session.flush()  # the state, before the caller reads
        return row


def confirm(
    claim_id: int, *, done: bool, said: str | None = None, span: rules.Span | None = None, by: Actor
) -> NeedClaim:
    """Say, as the community or from its paper, whether a claim was done, what it thought, and the time served.

    The time counts as attested hours, with the community as its source; a wish
    that was done counts by the rulebook's line for it.

    :param said: good, fair, poor
    :param span: when it was done; None where it took no time of its own
    :raises NotFound: no such claim, or not the actor's to speak of
    :raises OwnPaper: his own claim
    :raises NotNow: it was confirmed or given back
    :raises NotInThePast, NothingServed, Overlapping: see errors
    """
    with transaction() as session:
        row, need = _spoken_of(claim_id, by)
        row.state = _moved(row, "confirm" if done else "undo")
        row.said, row.confirmed_by, row.confirmed_at = said, by.member_id, clock.now()
        row.done_on = clock.civil_day(span[1]) if span else clock.today()
        session.flush()  # the state, before the hours
        if done and span is not None:
            _credit(row, need, span, by)
        if done and need.kind == "wish":
            posting.count_wish(row, by=by)
        audit.record(by=by, action="need.confirm", subject="need", subject_id=row.need_id, codes=row.state)
        return row


def retract(claim_id: int, *, by: Actor) -> NeedClaim:
    """Take a community's word back that was said or entered by mistake: hours and points are reversed.

    The member, or another, may take the need on again.

    :raises NotFound: no such claim, or not the actor's to speak of
    :raises OwnPaper: his own claim
    :raises NotNow: it was not confirmed as done
    """
    with transaction() as session:
        row, _ = _spoken_of(claim_id, by)
        row.state = _moved(row, "retract")
        session.flush()  # the state, before what it brought goes
        live = (
            sa.select(ServiceRecord.id)
            .join(ServiceSpan, ServiceSpan.record_id == ServiceRecord.id)
            .where(ServiceRecord.source == Source.COMMUNITY, ServiceRecord.source_id == row.id)
        )
        if records := list(session.scalars(live)):
            service.reverse(records, by=by)
        posting.take_back(posting.WISH, row.id, row.member_id, by=by)
        audit.record(by=by, action="need.retract", subject="need", subject_id=row.need_id)
        return row


def _spoken_of(claim_id: int, by: Actor) -> tuple[NeedClaim, CommunityNeed]:
    """Return a claim of which the actor says what the community says, locked, and its need."""
    row = db.session.get(NeedClaim, claim_id)
    if row is None:
        raise NotFound(what=_WHAT)
    need = db.session.get_one(CommunityNeed, row.need_id)
    registering.speaks(by, need.community_id, row.member_id, what=_WHAT)
    service.lock([row.member_id])
    return db.session.get_one(NeedClaim, claim_id, with_for_update=True, populate_existing=True), need


def _credit(row: NeedClaim, need: CommunityNeed, span: rules.Span, by: Actor) -> None:
    if span[1] > clock.now():
        raise errors.NotInThePast
    if not rules.minutes(span) or not rules.plausible(span):
        raise hours_errors.NothingServed
    if by.community_id is None:
        late.refuse_overlaps({row.member_id: span})
    elif late.overlaps([(row.member_id, span)]):
        # When he served elsewhere is no community's business.
        raise hours_errors.Overlapping(who="这位同志在这段时间另有服务记录")
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
    return advance(CLAIM_MOVES, ClaimState(row.state), move, what=_WHAT, words=CLAIM_WORDS)
