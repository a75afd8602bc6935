"""A branch that appraises: so many members, each with the months of themed Party days he attended."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from jifen.core.actor import Actor, Door, Role
from jifen.core.settings import ROOT
from jifen.members import service as members
from jifen.members.models import Category
from jifen.org import queries as org
from jifen.org import service as orgs
from jifen.org.models import UnitKind
from jifen.points import roster, standings_follow
from jifen.rulebook import service as rulebooks
from tests import city

#: A Monday; the five working days of a list shown on it end on Friday.
DAY = dt.date(2026, 12, 7)
YEAR = 2026
_DEFAULT = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
#: Everybody starts at 80 = 合格; half a point a month; 82 and more may be 优秀.
TEXT = (
    _DEFAULT.replace('code = "municipal-organs"', 'code = "appraised"')
    .replace('granted = "60"', 'granted = "80"')
    .replace('at_least = "90"\nquota = "1/3"\nneeds = ["G01"]', 'at_least = "82"\nquota = "1/3"')
)


@dataclass
class Branch:
    """A branch of the small city, with people of its own."""

    town: city.City
    id: int
    #: By order; the first is secretary, the second, if asked for, deputy.
    members: list[int] = field(default_factory=list)
    #: Minutes of the members, by position.
    rulebook: int = 0

    def actor(self, position: int, door: Door = Door.CONSOLE) -> Actor:
        """Return a member as he stands today."""
        found = city.access.actor_of(self.members[position], door)
        assert found is not None
        return found


def build(
    town: city.City, months: Sequence[int], *, probationary: Sequence[int] = (), deputy: bool = False
) -> Branch:
    """Found a branch with one member for each entry of ``months``: in how many he was at the Party day.

    :param probationary: positions of probationary members
    """
    unit = orgs.add(
        town.department, UnitKind.BRANCH, name=f"评议党支部{len(months)}", since=city.SINCE, by=city.BY
    )
    book = rulebooks.load(TEXT, by=city.BY)
    rulebooks.activate(book.id, by=city.BY)
    rulebooks.assign(unit.id, book.code, since=city.SINCE, by=city.BY)
    made = Branch(town, unit.id, rulebook=book.id)
    for n in range(len(months)):
        category = Category.PROBATIONARY if n in probationary else Category.FULL
        person = members.take_in(
            f"同志{n:02}", branch_id=unit.id, category=category, since=city.SINCE, by=city.BY
        )
        made.members.append(person.id)
    members.appoint(made.members[0], unit.id, Role.BRANCH_SECRETARY, since=city.SINCE, by=city.BY)
    if deputy:
        members.appoint(made.members[1], unit.id, Role.DEPUTY_SECRETARY, since=city.SINCE, by=city.BY)
    standings_follow.follow(org.unit(unit.id).path, day=DAY)
    organ = town.actor("organ")
    for month in range(1, max(months, default=0) + 1):
        there = [made.members[n] for n, so_many in enumerate(months) if so_many >= month]
        roster.enter("主题党日", dt.date(YEAR, month, 10), there, branch_id=unit.id, by=organ)
    return made
