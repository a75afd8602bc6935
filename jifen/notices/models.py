"""Messages to people: one row each, once by key, with a state a person can look up."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class Notice(Base):
    """A message owed to a person (通知)."""

    __tablename__ = "notice"
    __table_args__ = (sa.Index("ix_notice_due", "not_before", postgresql_where=sa.text("state = 'queued'")),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: What makes it once: ``remind:2026-09:17``, ``report:42:approved``.
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    #: Values of the sentence; erased with the notice, never names of others.
    data: Mapped[dict] = mapped_column(JSONB, default=dict)
    #: queued -> sending -> accepted | unknown | failed | skipped.
    state: Mapped[str] = mapped_column(sa.String(12), default="queued")
    #: Code of the reason for failed, unknown or skipped.
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    not_before: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    #: A worker's claim; past it the sending is taken for unknown.
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    platform_id: Mapped[str | None] = mapped_column(sa.String(40))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class NoticePreference(Base):
    """What a person switched off; absence means on."""

    __tablename__ = "notice_preference"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=True)
