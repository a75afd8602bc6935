"""One deed counts once: what makes two records the same deed (同一件事)."""

from __future__ import annotations

import datetime as dt

from jifen.rulebook.engine.item import Item, OncePer


def occasion(item: Item, on: dt.date, *, activity: str | int | None = None, deed: str | None = None) -> str:
    """Return the string that is unique among a member's live facts on an item.

    Items that go by activity or deed take the activity where one is named, so
    that a check-in and the secretary's roster of it meet. Where none is, the
    day stands for it: the first deed of a day needs no key, a second one needs
    one (the answer to "与 42 号是同一件事吗?"). So do items with ``once_per =
    "none"``, where every record is a deed of its own.

    :param activity: key of the activity the fact came from
    :param deed: what tells this deed from others of the day; ``"1"`` is the first and the same as none
    """
    match item.once_per:
        case OncePer.ACTIVITY | OncePer.DEED | OncePer.NONE:
            if activity is not None:
                return f"activity:{activity}"
            return on.isoformat() if deed in (None, "1") else f"{on.isoformat()}#{deed}"
        case OncePer.DAY:
            return on.isoformat()
        case OncePer.WEEK:
            year, week, _ = on.isocalendar()
            return f"{year}-W{week:02}"
        case OncePer.MONTH:
            return f"{on.year}-{on.month:02}"
        case OncePer.QUARTER:
            return f"{on.year}Q{(on.month + 2) // 3}"
        case OncePer.YEAR:
            return f"{on.year}"
