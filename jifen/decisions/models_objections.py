"""Objections to what was publicised or counted (异议)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime
from jifen.decisions.states_objections import ObjectionState


class Objection(Base):
    """Somebody says that a figure is wrong; somebody else than its decider looks again (异议、复核).

    ``words``, ``reason`` and ``reason_other`` are erasable; the ledger and the audit hold none of them.
    """

    __tablename__ = "objection"
    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        sa.Index(
            "uq_objection_open",
            "objector_id",
            "member_id",
            "about",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
        sa.Index("ix_objection_unit", "unit_id", "id"),
        sa.Index("ix_objection_publication", "publication_id", postgresql_where=sa.text("state = 'open'")),
    )

    #: Also the number people type: 撤回异议 12.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: What it is about, over all revisions of a list: ``points:42:2026Q3``, ``entry:17``, ``score:2026``.
    about: Mapped[str] = mapped_column(sa.String(48))
    #: The list as it was shown; None for one's own score at any time.
    publication_id: Mapped[int | None] = mapped_column(sa.ForeignKey("publication.id"))
    #: The contested ledger entry, where one is named. No foreign key: this room does not know the ledger.
    entry_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: The unit of the list, or the branch in which the contested deed was earned.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: Whose line it is.
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Who objects: himself, or a member of the branch about a public list.
    objector_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: wechat, console, api, phone; paper and mouth where somebody entered it for him.
    how: Mapped[str] = mapped_column(sa.String(12))
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    entered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: The day that counts: a paper may be handed in before it is entered.
    received_on: Mapped[dt.date]
    words: Mapped[str | None] = mapped_column(sa.String(500))
    #: Last day on which an answer is in time.
    answer_by: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(12), default=ObjectionState.OPEN)
    #: Reasons for the person whose line it is.
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    #: What another objector is told, without the person's private matters.
    reason_other: Mapped[str | None] = mapped_column(sa.String(500))
    #: Who looked again; None where it was withdrawn.
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
