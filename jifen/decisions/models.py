"""Decisions of people about claims; the table every claim shares."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
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
        sa.CheckConstraint("on_behalf_of <> concerns", name="never_for_the_one_concerned"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: ``report`` …; with ``subject_id`` an idempotency key, never joined.
    subject: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: Which step of the chain, 1 first.
    step: Mapped[int] = mapped_column(default=1)
    #: approved, returned, revoked.
    outcome: Mapped[str] = mapped_column(sa.String(12))
    #: Whose matter it is; the database refuses that he decides it. None where it is nobody's own.
    concerns: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Whose post he held as a deputy; None where he decided by his own post.
    on_behalf_of: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    decided_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: The unit for which he acted.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: Words to the person; erasable.
    reason: Mapped[str | None] = mapped_column(sa.String(200))
    door: Mapped[str] = mapped_column(sa.String(12))
    decided_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class Ask(Base):
    """Something that waits for the deciders of a unit (待办); reports, the hot path, keep their own columns."""

    __tablename__ = "ask"
    __table_args__ = (
        sa.Index(
            "uq_ask_open",
            "subject",
            "subject_id",
            unique=True,
            postgresql_where=sa.text("answered_at IS NULL"),
        ),
        sa.Index("ix_ask_waiting", "unit_id", "id", postgresql_where=sa.text("answered_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: What kind of thing waits: ``manual``, ``objection`` …; with ``subject_id`` never joined.
    subject: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: The unit first asked; where its deciders are gone for a time, the question comes back to it.
    home_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: The unit whose deciders are asked now: a unit, not a person, so that a successor sees it at once.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: Whose matter it is; he does not answer, nor does anybody in his place.
    concerns: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Who must not answer either: whoever prepared it, decided it first …
    not_by: Mapped[list[int]] = mapped_column(ARRAY(sa.BigInteger), default=list)
    #: Last day on which an answer is in time; None where only the usual working days bind.
    answer_by: Mapped[dt.date | None]
    #: Since when the present unit is asked.
    asked_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: When the deciders of the present unit were reminded.
    reminded_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: How often it went up because nobody answered.
    raised: Mapped[int] = mapped_column(default=0, server_default="0")
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
