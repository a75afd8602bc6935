"""Tokens of the platform, held once for all processes."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class WechatToken(Base):
    """The one holder of a platform token: many processes, one fetch."""

    __tablename__ = "wechat_token"

    kind: Mapped[str] = mapped_column(sa.String(24), primary_key=True)
    #: Sealed by the field cipher.
    value_sealed: Mapped[str | None] = mapped_column(sa.Text)
    expires_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
