"""What the tests of activities share: a moment, a need, a crowd."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import time_machine

from jifen.access import queries as access
from jifen.activities.planning import Need
from jifen.core import clock
from jifen.core.actor import Actor, Door
from jifen.members import service as members
from tests import city

DAY = dt.date(2026, 6, 10)
STARTS = clock.at(DAY, 14)
ENDS = clock.at(DAY, 16)


def at(hour: int, minute: int = 0, second: int = 0, *, day: dt.date = DAY):
    """Let it be that time of the day in Shanghai."""
    return time_machine.travel(clock.at(day, hour, minute) + dt.timedelta(seconds=second), tick=False)


def need(town: city.City, **changed) -> Need:
    """Return a volunteer project of the branch."""
    made = Need(
        unit_id=town.branch,
        kind="volunteer",
        title="社区清扫",
        place="幸福社区",
        starts_at=STARTS,
        ends_at=ENDS,
    )
    return replace(made, **changed)


def meeting(town: city.City, **changed) -> Need:
    """Return a meeting of the branch's members."""
    said = {"kind": "members_meeting", "title": "第二季度党员大会", "place": "三楼会议室"}
    return need(town, **{**said, **changed})


def crowd(town: city.City, count: int) -> list[Actor]:
    """Take in so many members of the branch."""
    made = []
    for n in range(count):
        member = members.take_in(
            f"队员{n:03}", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY
        )
        found = access.actor_of(member.id, Door.WECHAT)
        assert found is not None
        made.append(found)
    return made
