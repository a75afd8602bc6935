"""Which member of WeCom (企业微信) somebody is: he binds it himself at the desk; he ends it there, or an office.

From then on WeCom names him as WeChat names whom a paper slip bound: on the
phone's pages and in the chat with the application. Who he is today, and what
he may, is asked anew each time.
"""

from __future__ import annotations

import sqlalchemy as sa

from jifen.access import service
from jifen.access.models import WecomBinding
from jifen.access.policy import P
from jifen.audit import service as audit
from jifen.core import clock, house
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, NotFound
from jifen.notices import service as notices

_PURPOSE = "wecom"


class WecomTaken(Conflict):
    """That member of WeCom is bound to somebody else."""

    code, template = (
        "wecom_taken",
        "这个企业微信账号已经绑定了别人。请核对登录的企业微信，或请系统管理员处理。",
    )


def digest_of(user: str) -> str:
    """Return under what a member of WeCom is looked up; his userid stands nowhere in clear."""
    return house.cipher().digest(user, purpose=_PURPOSE)


def bind(user: str, *, by: Actor) -> None:
    """Know the actor by this member of WeCom from now on, and send notices there.

    :param user: userid, as WeCom itself named who opened the page
    :raises Forbidden: a system
    :raises WecomTaken: somebody else is bound to it
    :raises Conflict: it, or he, was bound at this very moment
    """
    if by.member_id is None or not permits(by, P.OWN_ACCOUNT):
        raise Forbidden(action=words_for(P.OWN_ACCOUNT))
    digest = digest_of(user)
    with transaction() as session:
        mine = _living(by.member_id)
        taken = sa.select(WecomBinding.member_id).where(
            WecomBinding.user_digest == digest, WecomBinding.ended_at.is_(None)
        )
        if session.scalar(taken) not in (None, by.member_id):
            raise WecomTaken
        if mine is not None:
            _close(mine)
        fresh = WecomBinding(
            member_id=by.member_id,
            user_digest=digest,
            user_sealed=house.cipher().encrypt(user, purpose=_PURPOSE),
            bound_at=clock.now(),
        )
        try:
            with session.begin_nested():
                session.add(fresh)
                session.flush()
        except sa.exc.IntegrityError as err:
            raise Conflict from err  # bound at this very moment, by him or by somebody else
        audit.record(by=by, action="wecom.bind", subject="member", subject_id=by.member_id)


def unbind(member_id: int, *, by: Actor) -> None:
    """End the member's binding in WeCom; his records stay. Where somebody else ended it he is told.

    :raises Forbidden: neither himself, nor a decider or an office over him
    :raises NotFound: nothing is bound
    """
    with transaction():
        service.may_end(member_id, by=by)
        row = _living(member_id)
        if row is None:
            raise NotFound(what="企业微信绑定")
        if by.member_id == member_id:
            _close(row)
        else:
            # The account that was bound is told first; what is sealed goes within a day.
            row.ended_at, row.user_digest = clock.now(), None
            notices.queue_many(
                kind="binding_ended", rows=[(f"wecom_ended:{row.id}", member_id, {"wecom_binding": row.id})]
            )
        audit.record(by=by, action="wecom.end", subject="member", subject_id=member_id)


def forget(member_id: int) -> bool:
    """End a member's binding; returns whether there was one. Whoever calls has checked who ends it."""
    row = _living(member_id)
    if row is not None:
        _close(row)
    return row is not None


def is_bound(*, by: Actor) -> bool:
    """Return whether the actor himself is bound."""
    living = sa.exists().where(WecomBinding.member_id == by.member_id, WecomBinding.ended_at.is_(None))
    return bool(db.session.scalar(sa.select(living)))


def _living(member_id: int) -> WecomBinding | None:
    return db.session.scalar(
        sa.select(WecomBinding)
        .where(WecomBinding.member_id == member_id, WecomBinding.ended_at.is_(None))
        .with_for_update()
    )


def _close(row: WecomBinding) -> None:
    row.ended_at, row.user_digest, row.user_sealed = clock.now(), None, None
    db.session.flush()  # the end, before another one begins
