"""Messages to people: one row each, once by key, with a state a person can look up; and how each is reached."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class Notice(Base):
    """A message owed to a person (通知)."""

    __tablename__ = "notice"
    __table_args__ = (
        sa.Index("ix_notice_due", "not_before", postgresql_where=sa.text("state = 'queued'")),
        sa.Index("ix_notice_sending", "lease_until", postgresql_where=sa.text("state = 'sending'")),
        sa.Index("ix_notice_platform", "platform_id", postgresql_where=sa.text("platform_id IS NOT NULL")),
        sa.Index(
            "ix_notice_unseen",
            "member_id",
            postgresql_where=sa.text("state IN ('waits', 'failed', 'unknown')"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: What makes it once: ``remind:2026-09:17``, ``report:42:approved``.
    key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    #: Values of the sentence; erased with the notice, never names of others.
    data: Mapped[dict] = mapped_column(JSONB, default=dict)
    #: See ``states.State``.
    state: Mapped[str] = mapped_column(sa.String(12), default="queued")
    #: Code of the reason for what did not arrive or was not sent.
    reason: Mapped[str | None] = mapped_column(sa.String(40))
    not_before: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    attempts: Mapped[int] = mapped_column(default=0)
    #: A worker's claim; past it another worker looks what became of it. Proves a claim to be one's own.
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: The way by which it left last: see ``rules.WAYS``.
    channel: Mapped[str | None] = mapped_column(sa.String(12))
    #: Ways that refused it for good.
    tried: Mapped[list[str]] = mapped_column(
        ARRAY(sa.String(12)), default=list, server_default=sa.text("'{}'")
    )
    platform_id: Mapped[str | None] = mapped_column(sa.String(40))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: When it first left, or may have left, by ``channel``.
    sent_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: When the platform or a person said how it ended.
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Who told it in person or had it sent again.
    settled_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)


class NoticePreference(Base):
    """What a person switched off; absence means on."""

    __tablename__ = "notice_preference"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    enabled: Mapped[bool] = mapped_column(default=True)


class NoticeConsent(Base):
    """What a person said to a subscription notice (订阅通知), and how often it may still be sent."""

    __tablename__ = "notice_consent"
    __table_args__ = (sa.CheckConstraint('"left" >= 0', name="left_not_negative"),)

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    template_id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    #: Agreed for good (长期订阅).
    lasting: Mapped[bool] = mapped_column(default=False)
    #: Messages that his one-time consents are good for.
    left: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class NoticeReach(Base):
    """How somebody may be reached by WeChat now: for the sender alone, shown to nobody but himself."""

    __tablename__ = "notice_reach"
    __table_args__ = (sa.CheckConstraint("message_left >= 0 AND event_left >= 0", name="left_not_negative"),)

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    #: When he last wrote, and how many customer messages that still allows.
    message_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    message_left: Mapped[int] = mapped_column(default=0)
    #: The same for taps, scans and follows.
    event_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    event_left: Mapped[int] = mapped_column(default=0)
    #: Ways that he switched off himself, and ways that the platform says he blocked.
    off: Mapped[list[str]] = mapped_column(ARRAY(sa.String(12)), default=list)
    blocked: Mapped[list[str]] = mapped_column(ARRAY(sa.String(12)), default=list)


class NoticeQuota(Base):
    """How many messages left by a way on a day (北京时间)."""

    __tablename__ = "notice_quota"

    channel: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    used: Mapped[int] = mapped_column(default=0)
