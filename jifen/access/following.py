"""Whether a bound account is followed (关注): heard from WeChat, believed in the order it happened."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

import sqlalchemy as sa

from jifen.access.models import Binding
from jifen.core import queue
from jifen.core.db import db, tell, transaction

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


_SEEN = """
UPDATE binding b SET following = true, follow_at = w.at, tagged = false
  FROM unnest(CAST(%(members)s AS bigint[]), CAST(%(times)s AS timestamptz[])) AS w (member_id, at)
 WHERE b.member_id = w.member_id AND b.ended_at IS NULL AND b.following IS FALSE AND b.follow_at < w.at
RETURNING b.id
"""


def seen(heard: Mapping[int, dt.datetime]) -> int:
    """Note that people wrote or tapped: only who follows can, also where WeChat's word of it was lost.

    :param heard: by member, when the last came from him, by WeChat's clock
    :return: for how many it was news
    """
    with transaction():
        back = len(tell(_SEEN, {"members": list(heard), "times": list(heard.values())}))
        if back:
            queue.defer_once(TAGS)
        return back


def follows(member_id: int) -> bool:
    """Return whether the person is bound and follows the account, so that something can be sent."""
    return bool(
        db.session.scalar(
            sa.select(Binding.following).where(Binding.member_id == member_id, Binding.ended_at.is_(None))
        )
    )
