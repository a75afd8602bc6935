"""What the tests of model posts share: an application, a plate, a moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import time_machine

from jifen.core import clock
from jifen.decisions import publicity
from jifen.model_posts import service
from jifen.model_posts.models import ModelPost
from jifen.model_posts.service import Application
from jifen.points import standings_follow
from tests import city

DAY = dt.date(2026, 6, 10)


def at(day: dt.date = DAY, hour: int = 10):
    """Let it be that time of a day in Shanghai."""
    return time_machine.travel(clock.at(day, hour), tick=False)


def wish(town: city.City, **changed) -> Application:
    """Return what the member applies with."""
    made = Application(
        kind="post",
        unit_id=town.branch,
        title="林权登记岗",
        deeds="全年办理林权登记三百余件，没有一件超期；上门为行动不便的群众办理二十一件。",
    )
    return replace(made, **changed)


def applied(town: city.City, who: str = "member", **changed) -> ModelPost:
    return service.apply(wish(town, **changed), by=town.actor(who))


def publicised(town: city.City, who: str = "member", **changed) -> ModelPost:
    """Let both steps say yes."""
    row = applied(town, who, **changed)
    service.decide(row.id, approve=True, by=town.actor("secretary" if who != "secretary" else "deputy"))
    return service.decide(row.id, approve=True, by=town.actor("organ"))


def frozen(row: ModelPost) -> ModelPost:
    """Let the clock freeze what is due today."""
    for one in publicity.due(service.KIND, clock.today()):
        publicity.freeze(one, by=service.HOUSE)
    return row


def granted(town: city.City, who: str = "member", **changed) -> ModelPost:
    """Return a plate given today; its publicity began ten days ago."""
    today = clock.today()
    with at(today - dt.timedelta(days=12)):
        standings_follow.follow("/", day=clock.today())  # as its first night does for a year
        row = publicised(town, who, **changed)
    frozen(row)
    assert row.state == "active", row.state
    return row
