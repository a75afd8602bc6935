"""Photos that belong to reports or model posts; the bytes lie in the storage, here is what is known of them."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime
from jifen.files.states import PhotoState


class Photo(Base):
    """One photo that somebody sent as material (佐证照片)."""

    __tablename__ = "photo"
    __table_args__ = (
        sa.CheckConstraint("state IN ('awaited', 'stored', 'unfit', 'expired')", name="state_known"),
        sa.CheckConstraint("(state = 'stored') = (name IS NOT NULL)", name="stored_has_name"),
        sa.CheckConstraint("report_id IS NULL OR model_post_id IS NULL", name="one_purpose"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: Whose deed it shows.
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: The report it belongs to; None while it waits for one.
    report_id: Mapped[int | None] = mapped_column(sa.ForeignKey("report.id", ondelete="CASCADE"), index=True)
    #: The model post on whose plate it is shown, with his consent; then it belongs to no report.
    model_post_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("model_post.id", ondelete="CASCADE"), index=True
    )
    state: Mapped[str] = mapped_column(sa.String(10), default=PhotoState.AWAITED)
    #: Why it was refused, as a sentence of ours.
    reason: Mapped[str | None] = mapped_column(sa.String(120))
    #: The platform's name of it, good for three days; cleared when it is settled.
    media_id: Mapped[str | None] = mapped_column(sa.String(160), unique=True)
    #: SHA-256 of the bytes that came.
    digest: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    #: Names of picture and thumbnail in the storage.
    name: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    thumb: Mapped[str | None] = mapped_column(sa.String(64), index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    #: Not fetched before.
    next_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    received_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    #: By which it came: WeChat's and WeCom's photos lie with their own platform until they are fetched.
    door: Mapped[str] = mapped_column(sa.String(12))
