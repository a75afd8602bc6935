"""Decisions of people about claims; the table every claim shares."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class Decision(Base):
    """A named person said yes, no or took it back (确认、退回、撤回)."""

    __tablename__ = "decision"
    __table_args__ = (
        sa.UniqueConstraint("subject", "subject_id", "step", "outcome", name="uq_decision_once"),
        sa.CheckConstraint("decided_by <> concerns", name="never_ones_own"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: ``report`` …; with ``subject_id`` an idempotency key, never joined.
    subject: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: Which step of the chain, 1 first.
    step: Mapped[int] = mapped_column(default=1)
    #: approved, returned, revoked.
    outcome: Mapped[str] = mapped_column(sa.String(12))
    #: Whose matter it is; the database refuses that he decides it.
    concerns: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: The unit for which he acted.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: Words to the person; erasable.
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    door: Mapped[str] = mapped_column(sa.String(12))
    decided_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
