"""Which member of WeCom (企业微信) somebody is: he binds it himself at the desk, and unbinds it there.

From then on WeCom names him as WeChat names whom a paper slip bound: on the
phone's pages and in the chat with the application.
"""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.access.models import WecomBinding
from jifen.access.policy import P
from jifen.audit import service as audit
from jifen.core import clock, house
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Conflict, Forbidden, NotFound

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
    """Send notices to this member of WeCom from now on.

    :param user: userid, as WeCom itself named who opened the page
    :raises Forbidden: a system
    :raises WecomTaken: somebody else is bound to it
    """
    if not permits(by, P.OWN_ACCOUNT):
        raise Forbidden(action=words_for(P.OWN_ACCOUNT))
    cipher = house.cipher()
    digest = digest_of(user)
    values = {
        "user_digest": digest,
        "user_sealed": cipher.encrypt(user, purpose=_PURPOSE),
        "bound_at": clock.now(),
    }
    with transaction() as session:
        taken = sa.select(WecomBinding.member_id).where(WecomBinding.user_digest == digest)
        if session.scalar(taken) not in (None, by.member_id):
            raise WecomTaken
        fresh = insert(table_of(WecomBinding)).values(member_id=by.member_id, **values)
        session.execute(fresh.on_conflict_do_update(index_elements=["member_id"], set_=values))
        audit.record(by=by, action="wecom.bind", subject="member", subject_id=by.member_id or 0)


def unbind(*, by: Actor) -> None:
    """Send nothing by WeCom any more.

    :raises NotFound: nothing is bound
    """
    with transaction():
        if not forget(by.member_id or 0):
            raise NotFound(what="企业微信绑定")
        audit.record(by=by, action="wecom.end", subject="member", subject_id=by.member_id or 0)


def forget(member_id: int) -> bool:
    """End a member's binding; returns whether there was one. Whoever calls has checked who ends it."""
    gone = sa.delete(WecomBinding).where(WecomBinding.member_id == member_id)
    return db.session.scalar(gone.returning(WecomBinding.member_id)) is not None


def is_bound(*, by: Actor) -> bool:
    """Return whether the actor himself is bound."""
    return db.session.get(WecomBinding, by.member_id or 0) is not None
