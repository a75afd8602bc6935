"""From plates and honours to points: facts through the points room, once, and visibly reversed.

Which line of the rulebook takes them, the rulebook says: one that ``honour``
feeds and that has the level; a collective's goes to each by a line whose team
is copied.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from jifen.core.actor import Actor
from jifen.model_posts.models import ModelPost
from jifen.model_posts.settings import Kind
from jifen.points import crediting
from jifen.points.ledger import Confirmed
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.item import Feeder, Item

POST, HONOUR = "model_post", "honour"


def item_for(book: Rulebook, level: str, *, collective: bool) -> Item | None:
    """Return the line that takes an honour of that level; None where the rulebook has none."""
    for item in book.items.values():
        takes = Feeder.HONOUR in item.feeders and item.off is None and level in item.levels
        if takes and (item.team == "copy") is collective:
            return item
    return None


def levels(book: Rulebook, *, collective: bool) -> list[str]:
    """Return the levels that the rulebook knows, in its order."""
    found = [
        name
        for item in book.items.values()
        if Feeder.HONOUR in item.feeders and item.off is None and (item.team == "copy") is collective
        for name in item.levels
    ]
    return list(dict.fromkeys(found))


def facts(
    member_ids: Collection[int],
    level: str,
    *,
    day: dt.date,
    collective: bool,
    key: str,
    source: str,
    source_id: int,
) -> list[Confirmed]:
    """Return the fact of each who is scored on that day by a rulebook that takes such an honour.

    :param key: what tells the deed from others
    """
    return crediting.deed_of(
        member_ids,
        lambda book: item_for(book, level, collective=collective),
        day=day,
        key=key,
        source=source,
        source_id=source_id,
        level=level,
    )


def count(row: ModelPost, kind: Kind, people: Collection[int], *, by: Actor) -> None:
    """Post what a plate brings to its people; nothing where the settings name no level."""
    if kind.level is None or row.granted_on is None:
        return
    crediting.count(
        facts(
            people,
            kind.level,
            day=row.granted_on,
            collective=not kind.individual,
            key=f"post-{row.id}",
            source=POST,
            source_id=row.id,
        ),
        note="post",
        by=by,
    )


def take_back(row: ModelPost, *, by: Actor) -> None:
    """Reverse what a plate brought, by linked lines."""
    crediting.take_back(POST, row.id, None, by=by)
