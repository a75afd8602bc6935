"""What somebody prepared for another to confirm."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class ManualEntry(Base):
    """One member's fact, or the reversal of a posted one, waiting for a second person; words are erasable."""

    __tablename__ = "manual_entry"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.CheckConstraint("prepared_by <> member_id", name="never_ones_own"),
        sa.Index("ix_manual_entry_branch", "branch_id", "id"),
    )

    #: Starts far above the numbers that generated facts carry under the same source.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1_000_000_000), primary_key=True)
    #: The ledger line to be annulled; None for a fact of its own.
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Branch on the day of the deed.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"))
    item_code: Mapped[str] = mapped_column(sa.String(32))
    occurred_on: Mapped[dt.date]
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 4))
    level: Mapped[str | None] = mapped_column(sa.String(20))
    occasion: Mapped[str] = mapped_column(sa.String(60))
    #: Why it is entered by hand; and the document or minute it rests on.
    reason: Mapped[str] = mapped_column(sa.String(200))
    basis: Mapped[str] = mapped_column(sa.String(200), default="")
    prepared_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    prepared_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    door: Mapped[str] = mapped_column(sa.String(12))
    #: pending -> confirmed | returned.
    state: Mapped[str] = mapped_column(sa.String(12), default="pending")
    #: Which step of the item's decision chain is asked.
    step: Mapped[int] = mapped_column(default=1)
