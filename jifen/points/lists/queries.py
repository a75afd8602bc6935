"""What a list may be of, and the lists entered lately."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.org import queries as org
from jifen.org.models import Unit
from jifen.points.policy import P, Scope
from jifen.points.roster_undo import REVOCABLE
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.item import Feeder, Item


def branches(*, by: Actor) -> list[Unit]:
    """Return the branches for which the actor enters lists, by the tree."""
    units = [u for u in org.visible(by=by, limit=500) if u.kind == "branch"]
    return [u for u in units if permits(by, P.ENTER_ROSTER, Scope(u.id, u.path, True))]


def chosen(branch_id: int, there: list[Unit]) -> Unit | None:
    """Return the branch of that id, or the only one; None where he has to choose.

    :raises NotFound: it is not among those of the actor
    """
    if not branch_id:
        return there[0] if len(there) == 1 else None
    found = next((u for u in there if u.id == branch_id), None)
    if found is None:
        raise NotFound(what="这个支部")
    return found


def items(branch: Unit, day: dt.date) -> list[Item]:
    """Return the items that a list may be of on ``day``; meetings have a page of their own."""
    try:
        book = rulebooks.in_force(branch.path, "full_member", day).book
    except rulebooks.NoRulebook:
        return []
    kept = book.items.values()
    return [i for i in kept if i.off is None and Feeder.ROSTER in i.feeders and i.attendance is None]


@dataclass(frozen=True, slots=True)
class Lately:
    """A list entered lately."""

    id: int
    branch_name: str
    item_code: str
    item_name: str
    occurred_on: dt.date
    quantity: Decimal
    #: How many still count by it.
    people: int
    entered_by: str
    entered_at: dt.datetime
    #: Whether the actor may still take it back.
    revocable: bool


_LATELY = sa.text(
    """
    SELECT r.id, u.name, r.rulebook_id, r.item_code, r.occurred_on, r.quantity,
           (SELECT count(*) FROM ledger_entry e JOIN ledger_claim c ON c.entry_id = e.id
             WHERE e.source = 'roster' AND e.source_id = r.id),
           coalesce(m.name, '（已删除）'), r.entered_at, r.entered_by = :me
      FROM roster_entry r JOIN unit u ON u.id = r.branch_id JOIN member m ON m.id = r.entered_by
     WHERE r.branch_id = ANY(:branches) ORDER BY r.entered_at DESC, r.id DESC LIMIT 10
    """
)


def lately(there: list[Unit], *, by: Actor) -> list[Lately]:
    """Return the last ten lists of these branches, which the caller has looked up for the actor."""
    values = {"branches": [u.id for u in there], "me": by.member_id or 0}
    since = clock.now() - REVOCABLE
    return [
        Lately(
            i,
            branch,
            item,
            rulebooks.book(book).items[item].name,
            day,
            quantity,
            people,
            who,
            at,
            mine and at > since,
        )
        for i, branch, book, item, day, quantity, people, who, at, mine in db.session.execute(_LATELY, values)
    ]
