"""Claims, the ledger of confirmed facts, and what is derived from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import Points, UTCDateTime
from jifen.points.states import ReportState


class Report(Base):
    """A member's claim of one deed (上报). Words are erasable; the ledger holds none."""

    __tablename__ = "report"
    __table_args__ = (
        sa.UniqueConstraint("branch_id", "number"),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.Index(
            "uq_report_live_deed",
            "member_id",
            "item_code",
            "occasion",
            unique=True,
            postgresql_where=sa.text("state IN ('pending', 'approved')"),
        ),
        sa.Index(
            "ix_report_queue", "step_unit_id", "id", postgresql_where=sa.text("step_unit_id IS NOT NULL")
        ),
        sa.Index("ix_report_member", "member_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: Branch on the day of the deed.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: Short running number inside the branch, the one people type: 通过 42.
    number: Mapped[int]
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"))
    item_code: Mapped[str] = mapped_column(sa.String(32))
    #: Civil day of the deed.
    occurred_on: Mapped[dt.date]
    #: In the item's unit (次, 小时, 篇 …), exact.
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    #: Measured value or award level, where the item asks for one.
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 4))
    level: Mapped[str | None] = mapped_column(sa.String(20))
    #: Identity of the deed under the item's own rule.
    occasion: Mapped[str] = mapped_column(sa.String(60))
    words: Mapped[str] = mapped_column(sa.String(500), default="")
    #: 文号 or 佐证 reference, where the item's basis asks for one.
    evidence: Mapped[str | None] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(12), default=ReportState.PENDING)
    #: 1 for the first filing; a corrected filing points at what it replaces.
    version: Mapped[int] = mapped_column(default=1)
    previous_id: Mapped[int | None] = mapped_column(sa.ForeignKey("report.id"), unique=True)
    #: The unit whose deciders are asked now.
    step_unit_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    #: Which step of the item's decision chain is asked, 1 first.
    step: Mapped[int] = mapped_column(default=1, server_default="1")
    #: Since when the present unit is asked; None: since the report was filed.
    asked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: When the deciders of the present unit were reminded.
    reminded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: How often the present step went up because nobody decided.
    raised: Mapped[int] = mapped_column(default=0, server_default="0")
    door: Mapped[str] = mapped_column(sa.String(12))
    submitted_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    decided_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)

    #: No column: the name of the unit asked, where the report was filed just now.
    asked_name = ""


class BranchCounter(Base):
    """Last running number given out in a branch."""

    __tablename__ = "branch_counter"

    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    last: Mapped[int]


class RosterEntry(Base):
    """A list of members who did one thing, as a decider recorded it (名册登记); names no member itself."""

    __tablename__ = "roster_entry"
    __table_args__ = (
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.Index("ix_roster_entry_branch", "branch_id", "occurred_on"),
    )

    #: Starts far above the numbers that generated facts carry under the same source.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1_000_000_000), primary_key=True)
    #: Branch of every member of the list on the day of the deed.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"))
    item_code: Mapped[str] = mapped_column(sa.String(32))
    occurred_on: Mapped[dt.date]
    #: Of each member, in the item's unit.
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    occasion: Mapped[str] = mapped_column(sa.String(60))
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    door: Mapped[str] = mapped_column(sa.String(12))
    entered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class LedgerEntry(Base):
    """One confirmed fact (流水). Append-only by a trigger; a correction is a linked reversal."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        sa.UniqueConstraint(
            "source", "source_id", "item_code", "member_id", "revision", name="uq_ledger_entry_source"
        ),
        sa.CheckConstraint("quantity > 0", name="quantity_positive"),
        sa.Index("ix_ledger_entry_member", "member_id", "occurred_on"),
        sa.Index("ix_ledger_entry_branch", "branch_id", "occurred_on"),
        sa.Index("ix_ledger_entry_xid", "xid"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: No foreign key: a sealed row outlives an erased person.
    member_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: The branch on ``occurred_on``; a later transfer does not move it.
    branch_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: The item is one of this rulebook's.
    rulebook_code: Mapped[str] = mapped_column(sa.String(32))
    item_code: Mapped[str] = mapped_column(sa.String(32))
    quantity: Mapped[Decimal] = mapped_column(sa.Numeric(12, 2))
    value: Mapped[Decimal | None] = mapped_column(sa.Numeric(14, 4))
    level: Mapped[str | None] = mapped_column(sa.String(20))
    role: Mapped[str | None] = mapped_column(sa.String(24))
    excused: Mapped[bool] = mapped_column(default=False)
    #: Civil day in Shanghai; decides the period it counts in.
    occurred_on: Mapped[dt.date]
    #: Identity of the deed; unique among live facts through ``ledger_claim``.
    occasion: Mapped[str] = mapped_column(sa.String(60))
    #: report, roster, activity, import, takeover, manual, objection.
    source: Mapped[str] = mapped_column(sa.String(16))
    source_id: Mapped[int] = mapped_column(sa.BigInteger)
    revision: Mapped[int] = mapped_column(default=1)
    #: Who confirmed it; never the member himself.
    decided_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Annuls that entry; once.
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ledger_entry.id"), unique=True)
    #: Instant the line was written. Never breaks a tie.
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: Transaction that wrote the row; a seal takes whole ranges of these.
    xid: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("ledger_xid()"))


class LedgerClaim(Base):
    """One deed counts once: the live fact that holds an occasion."""

    __tablename__ = "ledger_claim"

    member_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    item_code: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    occasion: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entry.id"), unique=True)


class Corroboration(Base):
    """A second source of a deed that already counts (印证): kept beside it, never posted."""

    __tablename__ = "corroboration"
    __table_args__ = (sa.UniqueConstraint("source", "source_id", "entry_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("ledger_entry.id"), index=True)
    source: Mapped[str] = mapped_column(sa.String(16))
    source_id: Mapped[int] = mapped_column(sa.BigInteger)
    noted_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    noted_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class Seal(Base):
    """A link of the hash chain over a batch of sealed rows (封存). Append-only."""

    __tablename__ = "seal"
    __table_args__ = (sa.UniqueConstraint("chain", "seq"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: ledger or audit.
    chain: Mapped[str] = mapped_column(sa.String(8))
    #: 1, 2, 3 … without gaps.
    seq: Mapped[int]
    #: Rows with ``since_xid <= xid < until_xid`` belong to it.
    since_xid: Mapped[int] = mapped_column(sa.BigInteger)
    until_xid: Mapped[int] = mapped_column(sa.BigInteger)
    rows: Mapped[int]
    #: SHA-256 over the previous digest and the batch's rows.
    digest: Mapped[str] = mapped_column(sa.String(64))
    #: First four bytes of the running digest after each row, so that a proof names the row that is wrong.
    marks: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sealed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class SealPurge(Base):
    """The rows of every seal up to ``seq`` have gone, their time being over (到期清理). Append-only.

    The database refuses it over seals that are younger than the shortest term.
    """

    __tablename__ = "seal_purge"
    __table_args__ = (sa.UniqueConstraint("chain", "seq"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    chain: Mapped[str] = mapped_column(sa.String(8))
    seq: Mapped[int]
    until_xid: Mapped[int] = mapped_column(sa.BigInteger)
    #: The seal's own digest, from which the next one goes on.
    digest: Mapped[str] = mapped_column(sa.String(64))
    rows: Mapped[int]
    #: Latest year of a fact that went, so far; totals up to it can no longer be proved. 0 for the audit.
    year: Mapped[int]
    purged_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class Standing(Base):
    """The stored total of a member in a period under a rulebook; derived, rebuilt at any time."""

    __tablename__ = "standing"
    __table_args__ = (
        sa.Index("ix_standing_branch", "branch_id", "period", "rulebook_id"),
        sa.Index("ix_standing_department", "department_id", "period", "rulebook_id"),
    )

    member_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"), primary_key=True)
    #: Where the member ranks: his branch today.
    branch_id: Mapped[int] = mapped_column(sa.BigInteger)
    department_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    total: Mapped[Decimal] = mapped_column(Points)
    #: Under a scheme that keeps points: how many, and the day until which they were earned, oldest first.
    kept: Mapped[list[list[str]] | None] = mapped_column(postgresql.JSONB)
    grade: Mapped[str | None] = mapped_column(sa.String(20))
    #: False for exempt and ungraded people: they have no place and are in no median.
    ranked: Mapped[bool]
    vetoed: Mapped[bool] = mapped_column(default=False)
    scored_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class ScoreCount(Base):
    """How many ranked members of a unit have a score: the table behind every place.

    No CHECK on ``people``: an upsert's proposed row may be a mere difference,
    below zero. ``ledger verify`` proves the counts instead.
    """

    __tablename__ = "score_count"
    unit_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    rulebook_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    score: Mapped[Decimal] = mapped_column(Points, primary_key=True)
    people: Mapped[int]
