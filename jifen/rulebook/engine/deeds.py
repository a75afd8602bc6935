"""One deed counts once: what makes two records the same deed (同一件事)."""

from __future__ import annotations

import datetime as dt

from jifen.rulebook.engine.book import Item, OncePer


def occasion(
    item: Item, *, on: dt.date, activity: str | int | None = None, deed: str | None = None
) -> str | None:
    """Return the string that is unique among a member's live facts on an item; ``None``: nothing is shared.

    Items that go by activity or deed take the activity where one is named, so
    that a check-in and the secretary's roster of it meet. Where none is, the
    day stands for it: a second deed of that day needs a key of its own (the
    answer to "与 42 号是同一件事吗?").

    :param activity: key of the activity the fact came from
    :param deed: key that tells this deed from others of the day
    """
    match item.once_per:
        case OncePer.NONE:
            return None
        case OncePer.ACTIVITY | OncePer.DEED:
            return f"activity:{activity}" if activity is not None else _day(on, deed)
        case OncePer.DAY:
            return _day(on, None)
        case OncePer.WEEK:
            year, week, _ = on.isocalendar()
            return f"{year}-W{week:02}"
        case OncePer.MONTH:
            return f"{on.year}-{on.month:02}"
        case OncePer.QUARTER:
            return f"{on.year}Q{(on.month + 2) // 3}"
        case OncePer.YEAR:
            return f"{on.year}"


def _day(on: dt.date, deed: str | None) -> str:
    return on.isoformat() if deed is None else f"{on.isoformat()}#{deed}"
