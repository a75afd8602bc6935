"""Lists to object to, made by the real doors."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from jifen.decisions import publicity
from jifen.points import ledger
from jifen.points.ledger import Confirmed
from jifen.rulebook import queries as rulebooks
from tests import city

#: The list's period is over; its days run over the National Day holidays.
DEED = dt.date(2026, 9, 15)
SHOWN = dt.datetime(2026, 10, 12, 1, 0, tzinfo=dt.UTC)
LAST_DAY = dt.date(2026, 10, 16)
#: A kind of list of the tests' own: nothing follows when it is shown or frozen.
KIND = "contested"
publicity.enter(publicity.Kind(KIND, "名单公示", hold=lambda _: None))


def list_of(town: city.City, *, by: str = "secretary") -> publicity.Publication:
    """Publicise the third quarter's list of the branch today."""
    frame = {
        "sections": [{"key": "1", "title": "积分", "columns": [["total", "累计"]]}],
        "names_shown": False,
    }
    lines = [
        (town.people[who], {"section": "1", "total": "60"})
        for who in ("secretary", "deputy", "member", "colleague")
    ]
    drawn = publicity.draw(
        KIND, town.branch, "2026Q3", frame=frame, lines=lines, working_days=5, by=town.actor(by)
    )
    return publicity.publicise(drawn.id, by=town.actor(by))


def count(town: city.City, who: str = "member", *, by: str = "secretary", number: int = 1, day=DEED) -> int:
    """Let somebody's attendance be confirmed; return the entry."""
    rules = rulebooks.in_force(town.actor(who).branch_path, "full_member", day)
    fact = Confirmed(
        member_id=town.people[who],
        branch_id=town.actor(who).branch_id or 0,
        rules=rules,
        item_code="A01",
        occurred_on=day,
        quantity=Decimal(1),
        occasion=f"activity:{number}",
        source="manual",
        source_id=number,
    )
    return ledger.post([fact], by=town.actor(by))[0]
