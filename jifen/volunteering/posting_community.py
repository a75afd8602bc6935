"""From 双报到 to points: a confirmed registration and a wish that a community confirmed, each one deed.

Which line of the rulebook takes them, its ``feeders`` say: ``registration``
and ``wish``. What a member reported of the same deed meets it there.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa

from jifen.core.actor import Actor, system
from jifen.core.db import db
from jifen.members import queries as members
from jifen.points import crediting
from jifen.points.ledger import Confirmed
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.book import Feeder, Item, Rulebook
from jifen.rulebook.queries import NoRulebook
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


_POSTED = sa.text(
    "SELECT coalesce(max(revision), 0) FROM ledger_entry"
    " WHERE source = :source AND source_id = :id AND reverses_id IS NULL"
)


def _count(
    source: str, feeder: Feeder, number: int, member_id: int, day: dt.date, key: str, by: Actor
) -> None:
    where = members.belonging(member_id, day)
    if where is None:
        return
    try:
        held = rulebooks.in_force(where.branch_path, where.category, day)
    except NoRulebook:
        return
    item = item_for(held.book, feeder)
    if item is None or where.category not in held.book.applies.in_force | held.book.applies.tracked:
        return
    revision = 1 + db.session.scalars(_POSTED, {"source": source, "id": number}).one()
    fact = Confirmed(
        member_id=member_id,
        branch_id=where.branch_id,
        rules=held,
        item_code=item.code,
        occurred_on=day,
        quantity=Decimal(1),
        occasion=occasion(item, day, activity=key),
        source=source,
        source_id=number,
        revision=revision,
    )
    crediting.count([fact], note=source, by=by)
