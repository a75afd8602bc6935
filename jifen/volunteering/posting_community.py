"""From 双报到 to points: a confirmed registration and a wish that a community confirmed, each one deed.

Which line of the rulebook takes them, its ``feeders`` say: ``registration``
and ``wish``. What a member reported of the same deed meets it there.
"""

from __future__ import annotations

import datetime as dt

from jifen.core.actor import Actor, system
from jifen.points import crediting
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Feeder, Item
from jifen.volunteering.models_community import CommunityRegistration, NeedClaim

REGISTRATION, WISH = "registration", "wish"
HOUSE = system("volunteering.community")


def item_for(book: Rulebook, feeder: Feeder) -> Item | None:
    """Return the line that such a deed feeds; None where the rulebook has none."""
    return next(
        (i for i in book.items.values() if feeder in i.feeders and i.off is None and not i.levels), None
    )


def count_registration(row: CommunityRegistration, *, by: Actor) -> None:
    """Post a confirmed registration, of the day on which it was made; inside a transaction that locked the member."""
    _count(REGISTRATION, Feeder.REGISTRATION, row.id, row.member_id, row.since, f"registration-{row.id}", by)


def count_wish(row: NeedClaim, *, by: Actor) -> None:
    """Post a wish that was confirmed as done, of that day; inside a transaction that locked the member."""
    assert row.done_on is not None, "confirmed"
    _count(WISH, Feeder.WISH, row.id, row.member_id, row.done_on, f"wish-{row.need_id}", by)


def take_back(source: str, source_id: int, member_id: int, *, by: Actor) -> None:
    """Reverse by linked lines what a registration or a wish brought."""
    crediting.take_back(source, source_id, [member_id], by=HOUSE if member_id == by.member_id else by)


def _count(
    source: str, feeder: Feeder, number: int, member_id: int, day: dt.date, key: str, by: Actor
) -> None:
    fact = crediting.deed_of(
        [member_id], lambda book: item_for(book, feeder), day=day, key=key, source=source, source_id=number
    )
    crediting.count(fact, note=source, by=by)
