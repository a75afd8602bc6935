"""Answers remembered by Idempotency-Key."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class IdempotencyKey(Base):
    """A POST that was done: the same key gets the same answer."""

    __tablename__ = "idempotency_key"

    #: Digest of token and key.
    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    #: Digest of method, path and body: the same key for another request is refused.
    request: Mapped[str] = mapped_column(sa.String(64))
    status: Mapped[int]
    body: Mapped[str] = mapped_column(sa.Text)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
