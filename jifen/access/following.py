"""Whether a bound account is followed (关注): heard from WeChat, believed in the order it happened."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from jifen.access.models import Binding
from jifen.core import queue
from jifen.core.db import db, transaction

#: The worker's name for bringing the deciders' menu to whom it belongs.
TAGS = "access.tags"


def note(member_id: int, following: bool, *, at: dt.datetime) -> bool:
    """Note that a bound person follows the account or not; nothing else about him changes.

    Also when the platform refuses a message because he does not.

    :param at: when, by WeChat's clock; what is older than what is known changes nothing
    :return: whether it was news
    """
    with transaction() as session:
        stmt = (
            sa.update(Binding)
            .where(
                Binding.member_id == member_id,
                Binding.ended_at.is_(None),
                sa.or_(Binding.follow_at.is_(None), Binding.follow_at <= at),
            )
            # WeChat takes every tag from who leaves.
            .values(following=following, follow_at=at, tagged=False)
            .returning(Binding.id)
        )
        news = session.scalar(stmt) is not None
        if news and following:
            queue.defer_once(TAGS)
        return news


def follows(member_id: int) -> bool:
    """Return whether the person is bound and follows the account, so that something can be sent."""
    return bool(
        db.session.scalar(
            sa.select(Binding.following).where(Binding.member_id == member_id, Binding.ended_at.is_(None))
        )
    )
