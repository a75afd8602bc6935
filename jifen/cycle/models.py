"""Opinions about the burden (减负意见)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class BurdenOpinion(Base):
    """What somebody finds too much; without a name if he wishes. Words are erasable."""

    __tablename__ = "burden_opinion"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: None where he gave no name: then neither member nor unit is kept.
    member_id: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    words: Mapped[str] = mapped_column(sa.String(500))
    #: A day, not an instant: nothing tells who was at the desk just then.
    said_on: Mapped[dt.date] = mapped_column(default=clock.today)
    answer: Mapped[str | None] = mapped_column(sa.String(500))
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
