"""What citizens say at a plate: one tap, counted by month; who said it is never known.

A telephone is told from others for one day by a digest over its network
address and browser, made with the house's key, the day and the post: it tells
nothing elsewhere or tomorrow, and is purged when the day is over.
"""

from __future__ import annotations

import hashlib
import hmac

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.core import clock, house
from jifen.core.db import table_of, transaction
from jifen.core.errors import Invalid
from jifen.model_posts import errors, settings
from jifen.model_posts.models import ModelPost, ModelPostMark, ModelPostTally
from jifen.model_posts.states import HANGING


def give(public_id: str, answer: str, *, address: str, browser: str) -> None:
    """Count one citizen's answer; nobody is named, so nobody is asked for.

    :raises UnknownPlate: no such plate
    :raises NotAsked: it does not hang any more
    :raises AnsweredToday: that telephone answered there today
    :raises TooManyHere: so many came from that address today
    """
    asked = settings.load().question
    if answer not in asked.answers:
        raise Invalid(reason="请从页面上的几个答案里选一个。")
    with transaction() as session:
        # Answers at one plate queue up, so that the count of an address holds.
        stmt = sa.select(ModelPost.id, ModelPost.state).where(ModelPost.public_id == public_id)
        row = session.execute(stmt.with_for_update(key_share=True)).first()
        if row is None:
            raise errors.UnknownPlate
        if row.state not in HANGING:
            raise errors.NotAsked
        today = clock.today()
        place = _digest(row.id, str(today), address)
        marks = table_of(ModelPostMark)
        here = sa.select(sa.func.count()).where(
            marks.c.post_id == row.id, marks.c.day == today, marks.c.place == place
        )
        made = insert(marks).values(
            post_id=row.id,
            day=today,
            digest=_digest(row.id, str(today), address, browser),
            place=place,
            at=clock.now(),
        )
        if (session.scalar(here) or 0) >= asked.address_most:
            raise errors.TooManyHere(wait="一天")
        if session.scalar(made.on_conflict_do_nothing().returning(marks.c.post_id)) is None:
            raise errors.AnsweredToday
        tally = table_of(ModelPostTally)
        one = insert(tally).values(post_id=row.id, month=f"{today:%Y-%m}", answer=answer, count=1)
        session.execute(
            one.on_conflict_do_update(
                index_elements=["post_id", "month", "answer"], set_={"count": tally.c.count + 1}
            )
        )


def _digest(post_id: int, *parts: str) -> str:
    key = house.settings().secret_key.encode()
    text = "\0".join(["plate", str(post_id), *parts])
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:32]
