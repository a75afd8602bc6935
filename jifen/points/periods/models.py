"""Where a branch's periods stand."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime
from jifen.points.periods.states import PeriodState


class BranchPeriod(Base):
    """A period of a branch that has ended (结算周期); an open one has no row."""

    __tablename__ = "branch_period"
    __table_args__ = (sa.Index("ix_branch_period_state", "state", "unit_id"),)

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    #: ``2026``, ``2026H1``, ``2026Q3``, ``2026-09``: by the rulebook's cycle of lists.
    period: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    #: Its civil days, ``[since, until)``.
    since: Mapped[dt.date]
    until: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(12), default=PeriodState.CLOSING)
    #: Civil day from which the clock draws the list.
    draw_on: Mapped[dt.date]
    #: Every ledger entry of an older transaction is in the list; later ones are looked at again.
    checked_xid: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    closed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
