"""The audit table: append-only, ids and digests, no words and no names."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class AuditEntry(Base):
    """Who did what to what, by which door (审计记录). A trigger refuses UPDATE and DELETE."""

    __tablename__ = "audit_entry"
    __table_args__ = (sa.Index("ix_audit_entry_subject", "subject", "subject_id"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: No foreign key: the record outlives an erased person.
    actor_member_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Name of a system actor.
    actor_name: Mapped[str] = mapped_column(sa.String(40), default="")
    door: Mapped[str] = mapped_column(sa.String(12))
    action: Mapped[str] = mapped_column(sa.String(40))
    subject: Mapped[str] = mapped_column(sa.String(24))
    subject_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: Codes only (states, document numbers), never words or names.
    codes: Mapped[str] = mapped_column(sa.String(200), default="")
    #: Transaction that wrote the row; a seal takes whole ranges of these.
    xid: Mapped[int] = mapped_column(sa.BigInteger, server_default=sa.text("ledger_xid()"))
