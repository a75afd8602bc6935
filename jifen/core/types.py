"""Column types that refuse bad values at the door of the database."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint


class UTCDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An instant; naive times are refused, what comes back is aware UTC."""

    impl, cache_ok = sa.DateTime(timezone=True), True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError(f"naive instant: {value!r}")
        return value

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        return None if value is None else value.astimezone(dt.UTC)


class Points(sa.types.TypeDecorator[Decimal]):
    """Decimal points, at most hundredths; floats are refused."""

    impl, cache_ok = sa.Numeric(12, 2), True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> Decimal | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise ValueError(f"a float is not exact: {value!r}")
        if value != round(value, 2):
            raise ValueError(f"finer than 0.01 point: {value!r}")
        return value


def no_overlap(name: str, *columns: str, where: str | None = None) -> ExcludeConstraint:
    """Refuse two rows whose BIGINT ``columns`` agree and whose [since, until) share a day.

    Needs no btree_gist: a number becomes a range of one.
    """
    same = [(sa.literal_column(f"int8range({c}, {c}, '[]')"), "&&") for c in columns]
    return ExcludeConstraint(
        *same,
        (sa.literal_column("daterange(since, until)"), "&&"),
        name=name,
        using="gist",
        where=sa.text(where) if where else None,
    )
