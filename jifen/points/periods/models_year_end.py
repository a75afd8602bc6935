"""Where an office stands in turning the year."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class YearEnd(Base):
    """A unit's step from one year to the next (年度结转), confirmed once; resumable."""

    __tablename__ = "year_end"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    #: The year that is over.
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: closing: the old year's totals; opening: the new year's; done.
    stage: Mapped[str] = mapped_column(sa.String(8), default="closing")
    #: The last member whose total of this stage is written.
    after: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    #: Exemptions that were asked about again.
    asked: Mapped[int] = mapped_column(default=0)
    confirmed_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    confirmed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
