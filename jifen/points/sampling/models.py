"""What was drawn in a quarter, and what the second look said."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class SampleDraw(Base):
    """The draw of a quarter (季度抽查); its seed is the ledger's last seal, which nobody chose."""

    __tablename__ = "sample_draw"

    #: Such as 2026Q3: facts recorded in it.
    quarter: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    seed: Mapped[str] = mapped_column(sa.String(64))
    #: What stood at this instant is drawn from, however long the drawing takes.
    drawn_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: Since when every organisation has been drawn; until then the next day goes on.
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class SampleLook(Base):
    """One confirmed fact that another organisation looks at a second time; words are erasable."""

    __tablename__ = "sample_look"
    __table_args__ = (
        sa.UniqueConstraint("quarter", "fact", "fact_id"),
        sa.CheckConstraint("looker_id <> department_id", name="never_ones_own"),
        sa.Index("ix_sample_look_department", "quarter", "department_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    quarter: Mapped[str] = mapped_column(sa.ForeignKey("sample_draw.quarter"))
    #: Which kind of fact (``populations``): entry, service.
    fact: Mapped[str] = mapped_column(sa.String(8))
    #: Its number. No foreign key: sealed lines are purged by range.
    fact_id: Mapped[int] = mapped_column(sa.BigInteger)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Where the fact was earned and confirmed.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    department_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: The organisation that looks.
    looker_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: waiting -> agrees | differs | moot; differs -> kept | corrected. See ``states``.
    state: Mapped[str] = mapped_column(sa.String(12), default="waiting")
    #: Why the looker differs; and what the branch's deciders answered.
    reason: Mapped[str] = mapped_column(sa.String(200), default="")
    reply: Mapped[str] = mapped_column(sa.String(200), default="")
    drawn_on: Mapped[dt.date] = mapped_column(default=clock.today)
