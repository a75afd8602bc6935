"""Lines of a confirmed sheet of facts or balances: what a ledger entry of theirs points at."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core.db import Base
from jifen.core.types import no_overlap


class ImportLine(Base):
    """One fact or one balance that a sheet brought (导入明细). Words are erasable; the ledger holds none."""

    __tablename__ = "import_line"
    __table_args__ = (
        sa.CheckConstraint("(since IS NULL) = (until IS NULL) AND since < until", name="months_in_order"),
        sa.CheckConstraint("since IS NULL OR (minute <> '' AND signer <> '')", name="balance_has_basis"),
        no_overlap(
            "ex_import_line_balance_once", "member_id", where="since IS NOT NULL AND state <> 'undone'"
        ),
    )

    #: Starts far above the numbers that generated facts carry under the same source.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1_000_000_000), primary_key=True)
    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Branch on ``occurred_on``.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"))
    #: Where it stood in the file.
    sheet: Mapped[str] = mapped_column(sa.String(60))
    row: Mapped[int]
    #: The rulebook's item; ``takeover`` for a balance.
    item_code: Mapped[str] = mapped_column(sa.String(32))
    occurred_on: Mapped[dt.date]
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    #: Points of a balance, else what the item measures.
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 4))
    level: Mapped[str | None] = mapped_column(sa.String(20))
    excused: Mapped[bool] = mapped_column(default=False)
    occasion: Mapped[str] = mapped_column(sa.String(60))
    #: posted, attached (it counted already), waiting (the confirmer's own: another decides), undone.
    state: Mapped[str] = mapped_column(sa.String(10))
    #: Its ledger entry, or the one that it stands beside.
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"), index=True)
    #: The months [since, until) that a balance stands for; null for a fact.
    since: Mapped[dt.date | None]
    until: Mapped[dt.date | None]
    #: What a balance rests on: source file, minute of the branch committee, who signed it.
    source: Mapped[str] = mapped_column(sa.String(120), default="")
    minute: Mapped[str] = mapped_column(sa.String(120), default="")
    signer: Mapped[str] = mapped_column(sa.String(40), default="")
    note: Mapped[str] = mapped_column(sa.String(200), default="")
