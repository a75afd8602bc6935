"""The tests' city at a volunteer activity: who came when, in Shanghai wall time."""

from __future__ import annotations

import datetime as dt

from jifen.core import clock
from jifen.volunteering import service
from jifen.volunteering.service import Credited, Served
from tests.city import City

DAY = clock.today() - dt.timedelta(days=3)


def at(hour: int, minute: int = 0, *, day: dt.date = DAY, second: int = 0) -> dt.datetime:
    """Return an instant of the day of the activity; hours past 24 are of the next day."""
    return clock.at(day) + dt.timedelta(hours=hour, minutes=minute, seconds=second)


def served(
    town: City,
    who: str,
    since: dt.datetime,
    until: dt.datetime,
    *,
    activity: int = 7,
    window: tuple[dt.datetime, dt.datetime] | None = None,
    tapped_by: str | None = None,
) -> Served:
    """Return what one of the people did; the window is what he did unless told."""
    opens, closes = window or (since, until)
    return Served(
        member_id=town.people[who],
        activity_id=activity,
        unit_id=town.branch,
        started_at=since,
        ended_at=until,
        window_start=opens,
        window_end=closes,
        verified_by=town.people[tapped_by] if tapped_by else None,
    )


def credit(town: City, *stretches: Served, who: str = "secretary") -> Credited:
    """Credit as the organiser, the branch's secretary unless told."""
    return service.credit(stretches, by=town.actor(who))
