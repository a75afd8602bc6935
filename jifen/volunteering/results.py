"""A unit's result of a year in its communities (双报到年度情况): one reading, as a sheet and on paper.

The paper is the one that the field hands round: counts of the unit, what each
community says, everybody's line, and room for the two seals. It holds no rate
and no order but the number: registering is voluntary.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask, transaction
from jifen.core.errors import Forbidden
from jifen.documents import xlsx
from jifen.members import exports
from jifen.org import queries as org
from jifen.org.models import Unit
from jifen.volunteering import late, rules
from jifen.volunteering.policy import P
from jifen.volunteering.queries_community import Registered, registered
from jifen.volunteering.states import SAID_WORDS

_PURPOSE, _WHAT = "双报到年度通报", "双报到年度情况"


@dataclass(slots=True)
class Done:
    """What was taken on in a year and what the community said of it."""

    taken: int = 0
    confirmed: int = 0
    wishes: int = 0
    #: By good, fair, poor.
    said: dict[str, int] = field(default_factory=lambda: dict.fromkeys(SAID_WORDS, 0))
    #: Attested minutes of this source.
    minutes: int = 0

    def add(self, other: Done) -> None:
        """Add what somebody else did."""
        self.taken += other.taken
        self.confirmed += other.confirmed
        self.wishes += other.wishes
        self.minutes += other.minutes
        for one, n in other.said.items():
            self.said[one] += n

    @property
    def said_words(self) -> str:
        return "、".join(f"{SAID_WORDS[one]}{n}次" for one, n in self.said.items() if n)

    @property
    def time(self) -> str:
        return rules.formatted(self.minutes) if self.minutes else ""


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody's year."""

    member_id: int
    number: str
    name: str
    branch_name: str
    place: Registered | None
    done: Done


@dataclass(frozen=True, slots=True)
class OfCommunity:
    """A community's year with the unit: who is registered there, and what was done for it."""

    community: str
    registered: int
    done: Done


@dataclass(frozen=True, slots=True)
class Year:
    """A unit's year."""

    unit: Unit
    #: With its department's: the community reads it.
    name: str
    year: int
    #: Registrations are those of this day: the year's last, or today.
    on: dt.date
    lines: list[Line]
    communities: list[OfCommunity]
    total: Done

    @property
    def registered(self) -> int:
        return sum(line.place is not None for line in self.lines)

    @property
    def confirmed(self) -> int:
        return sum(line.place is not None and line.place.confirmed for line in self.lines)


_CLAIMS = """
SELECT k.member_id, c.street || c.name, count(*) FILTER (WHERE k.state <> 'withdrawn'),
       count(*) FILTER (WHERE k.state = 'confirmed'),
       count(*) FILTER (WHERE k.state = 'confirmed' AND n.kind = 'wish'),
       count(*) FILTER (WHERE k.state <> 'retracted' AND k.said = 'good'),
       count(*) FILTER (WHERE k.state <> 'retracted' AND k.said = 'fair'),
       count(*) FILTER (WHERE k.state <> 'retracted' AND k.said = 'poor')
  FROM need_claim k JOIN community_need n ON n.id = k.need_id JOIN community c ON c.id = n.community_id
 WHERE k.member_id = ANY(%(members)s) AND k.claimed_at >= %(since)s AND k.claimed_at < %(until)s
 GROUP BY k.member_id, c.id
"""
_MINUTES = """
SELECT r.member_id, c.street || c.name, sum(r.minutes)::bigint
  FROM service_record r JOIN service_span s ON s.record_id = r.id
  JOIN need_claim k ON k.id = r.source_id JOIN community_need n ON n.id = k.need_id
  JOIN community c ON c.id = n.community_id
 WHERE r.member_id = ANY(%(members)s) AND r.source = 'community' AND s.state = 'counts'
   AND r.occurred_on >= %(first)s AND r.occurred_on < %(next)s
 GROUP BY r.member_id, c.id
"""


def of(unit_id: int, year: int, *, by: Actor) -> Year:
    """Return a unit's year, by number: who registered where and did what.

    :raises NotFound, Forbidden: not the actor's to see, or not to take out of the house
    :raises TooLarge: more people than one sheet is for
    """
    late.refuse_year(year)
    unit = late.access_unit(unit_id, P.LIST, by=by)
    if not permits(by, P.EXPORT, late.scope_of(unit)):
        raise Forbidden(action=words_for(P.EXPORT))
    first, following = dt.date(year, 1, 1), dt.date(year + 1, 1, 1)
    on = min(clock.today(), following - dt.timedelta(days=1))
    there = late.everybody(unit)
    ids = [p.member_id for p in there]
    spans = {"since": clock.at(first), "until": clock.at(following), "first": first, "next": following}
    places = registered(ids, on)
    mine: dict[int, Done] = {}
    theirs: dict[str, Done] = {}

    def add(member: int, community: str, done: Done) -> None:
        mine.setdefault(member, Done()).add(done)
        theirs.setdefault(community, Done()).add(done)

    for member, community, taken, confirmed, wishes, *words in ask(_CLAIMS, {"members": ids, **spans}):
        said = dict(zip(SAID_WORDS, words, strict=True))
        add(member, community, Done(taken, confirmed, wishes, said))
    for member, community, minutes in ask(_MINUTES, {"members": ids, **spans}):
        add(member, community, Done(minutes=minutes))
    at: dict[str, int] = {}
    for place in places.values():
        at[place.community] = at.get(place.community, 0) + 1
    total = Done()
    for done in mine.values():
        total.add(done)
    return Year(
        unit=unit,
        name=org.name_in_full(unit.id),
        year=year,
        on=on,
        lines=[
            Line(
                p.member_id,
                p.number,
                p.name,
                p.branch_name,
                places.get(p.member_id),
                mine.get(p.member_id, Done()),
            )
            for p in there
        ],
        communities=[
            OfCommunity(name, at.get(name, 0), theirs.get(name, Done()))
            for name in sorted(at.keys() | theirs)
        ],
        total=total,
    )


def printed(unit_id: int, year: int, *, by: Actor) -> tuple[Year, str]:
    """Return a unit's year for paper and the line that marks it; the printing is noted.

    :raises NotFound, Forbidden: see ``of``
    """
    with transaction():
        found = of(unit_id, year, by=by)
        ids = [line.member_id for line in found.lines]
        return found, exports.printed(what=_WHAT, people=ids, unit_id=found.unit.id, purpose=_PURPOSE, by=by)


def sheet(unit_id: int, year: int, *, by: Actor) -> bytes:
    """Return a unit's year as .xlsx, marked and noted.

    :raises NotFound, Forbidden: see ``of``
    """
    with transaction():
        found = of(unit_id, year, by=by)
        rows = [
            (
                line.number,
                line.name,
                line.branch_name,
                line.place.community if line.place else "",
                line.place.since if line.place else None,
                line.done.taken,
                line.done.confirmed,
                line.done.wishes,
                line.done.minutes,
                line.done.said_words,
            )
            for line in found.lines
        ]
        return exports.sheet(
            xlsx.Table(
                name="双报到",
                title=f"{found.name} {year}年在职党员社区报到服务情况",
                header=(
                    *("编号", "姓名", "支部", "报到社区", "报到日期", "认领", "办成"),
                    *("其中微心愿", "社区确认的分钟", "社区评价"),
                ),
                widths=(12, 12, 22, 24, 12, 8, 8, 10, 14, 18),
                rows=rows,
            ),
            what=_WHAT,
            people=[line.member_id for line in found.lines],
            unit_id=found.unit.id,
            purpose=_PURPOSE,
            by=by,
        )
