"""What people ask about their own data (个人信息申请)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime
from jifen.privacy.rules import RequestState


class PrivacyRequest(Base):
    """Somebody wants his data corrected, handed out, or used less; somebody else answers with reasons.

    ``value``, ``words`` and ``reason`` are erasable; the decision and the audit hold none of them.
    """

    __tablename__ = "privacy_request"
    __table_args__ = (
        sa.CheckConstraint("(state = 'open') = (answered_at IS NULL)", name="answered_at"),
        sa.CheckConstraint("answered_by <> member_id", name="never_ones_own"),
        sa.CheckConstraint("answered_by <> entered_by OR kind IN ('withdraw', 'copy')", name="somebody_else"),
        sa.Index(
            "uq_privacy_request_open",
            "member_id",
            "kind",
            "what",
            unique=True,
            postgresql_where=sa.text("state = 'open'"),
        ),
    )

    #: Also the number people type: 撤回申请 12.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: correct, object, limit, withdraw, copy.
    kind: Mapped[str] = mapped_column(sa.String(12))
    #: Which particular or which use, a code of ``rules``; empty where there is nothing to choose.
    what: Mapped[str] = mapped_column(sa.String(20), default="")
    #: What the particular should say.
    value: Mapped[str | None] = mapped_column(sa.String(60))
    words: Mapped[str | None] = mapped_column(sa.String(500))
    #: Whose data it is about.
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: His branch; follows him when he moves. The work committee for those without one.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: wechat, console, api, phone; paper and mouth where somebody entered it for him.
    how: Mapped[str] = mapped_column(sa.String(12))
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    entered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    received_on: Mapped[dt.date]
    #: Last day on which an answer is in time.
    answer_by: Mapped[dt.date]
    state: Mapped[str] = mapped_column(sa.String(12), default=RequestState.OPEN)
    #: Reasons, for the person.
    reason: Mapped[str | None] = mapped_column(sa.String(500))
    answered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    answered_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
