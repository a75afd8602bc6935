"""What each line of the clock table does; every step commits, so that a killed worker loses one step at most."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from jifen.access import following
from jifen.core import clock, queue
from jifen.core.actor import system
from jifen.core.db import db, transaction
from jifen.decisions import asks
from jifen.jobs import reminders
from jifen.jobs.service import does
from jifen.notices import sending
from jifen.points import deciding, seals, standings_follow
from jifen.privacy import purge
from jifen.privacy import service as requests

Progress = dict[str, Any]


@does("ledger.seal")
def seal(_period: str, progress: Progress) -> Iterator[Progress]:
    """Seal finished ranges of ledger and audit."""
    yield {**progress, "rows": seals.seal_all()}


@does("points.follow")
def follow(_period: str, progress: Progress) -> Iterator[Progress]:
    """Open and renew everybody's total: new people, transfers, exemptions, what falls due with the day."""
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = standings_follow.follow("/", day=clock.today(), after=after)
        yield {"after": after}


@queue.task("points.follow")
def follow_path(path: str) -> None:
    """Open and renew the totals below one unit, after an import or a transfer."""
    after: int | None = 0
    while after is not None:
        after = standings_follow.follow(path, day=clock.today(), after=after)


@queue.task("points.reroute")
def reroute_unit(unit_id: int) -> None:
    """Ask anew after a post began or ended in a unit."""
    by = system("points.reroute")
    deciding.reroute(by=by, unit_id=unit_id)
    asks.reroute(by=by, unit_id=unit_id)
    with transaction():
        queue.defer_once(following.TAGS)  # his menu follows his post


@does("reports.reroute")
def reroute(_period: str, progress: Progress) -> Iterator[Progress]:
    """Ask anew where nobody is left to decide."""
    by = system("reports.reroute")
    moved = requests.follow_all(by=by) + deciding.reroute(by=by) + asks.reroute(by=by)
    yield {**progress, "moved": moved}


@does("retention.hourly")
def purge_short(_period: str, progress: Progress) -> Iterator[Progress]:
    """Do the lines of the retention table that run in hours and days."""
    yield from purge.run(progress, short=True)


@does("retention.daily")
def purge_long(_period: str, progress: Progress) -> Iterator[Progress]:
    """Do the lines of the retention table that run in months."""
    yield from purge.run(progress, short=False)


@does("reminders.monthly")
def remind(period: str, progress: Progress) -> Iterator[Progress]:
    """Owe every person who owes something one reminder of the month."""
    after: int | None = progress.get("after", 0)
    while after is not None:
        after = reminders.owe(period, after=after)
        yield {"after": after}


@queue.task("notices.send")
def send_notices() -> None:
    """Send what is owed and due."""
    while sending.send_some():
        db.session.remove()


@queue.task("notices.ended")
def note_end(platform_id: str, arrived: bool, reason: str | None) -> None:
    """Note how a notice ended whose sender had not noted its id when the platform told."""
    sending.ended(platform_id, arrived=arrived, reason=reason)
