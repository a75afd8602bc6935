"""Tokens of the platform, held once for all processes, and what of it rests."""

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
    #: When it was fetched: tells it from the one before.
    fetched_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: When the platform was last made to renew it.
    forced_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: When a token that was refused was last asked for anew.
    asked_again_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class WechatCircuit(Base):
    """An endpoint of the platform that has failed of late, and until when it rests."""

    __tablename__ = "wechat_circuit"

    #: ``wechat:/cgi-bin/message/template/send``; ``wechat:*`` for all of an account.
    endpoint: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    open_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Failures in a row.
    failures: Mapped[int] = mapped_column(default=0)
    #: Code of what opened it.
    reason: Mapped[str] = mapped_column(sa.String(40), default="")
