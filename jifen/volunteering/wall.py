"""Wall times as people type them, on a civil day."""

from __future__ import annotations

import datetime as dt
import re

from jifen.core import clock
from jifen.core.errors import Invalid
from jifen.volunteering import errors, rules
from jifen.volunteering.schemas import CLOCK


def times(day: dt.date, since: str, until: str) -> rules.Span | None:
    """Return the wall times of a day; an end before its beginning is of the next day, none where both are blank."""
    if not since and not until:
        return None
    if not since or not until:
        raise errors.HalfATime
    begins, ends = _at(day, since), _at(day, until)
    return begins, ends if ends > begins else ends + dt.timedelta(days=1)


def own_time(day: dt.date, text: str) -> rules.Span | None:
    """Return one's own time of a day, as ``9:00-10:30``.

    :raises Invalid: it reads otherwise
    """
    parts = re.split(r"\s*[-—–~至到]+\s*", text.strip())
    if len(parts) != 2 or not all(re.fullmatch(CLOCK, p) for p in parts):
        raise Invalid(reason=f"“{text}”看不懂，本人的时间请写成 9:00-10:30 这样。")
    return times(day, *parts)


def _at(day: dt.date, text: str) -> dt.datetime:
    hour, minute = text.replace("：", ":").split(":")
    return clock.at(day, int(hour), int(minute))
