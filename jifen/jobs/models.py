"""What ran for which period: (job, period) unique says once."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class JobRun(Base):
    """A job's work for a period: begun, done, and how far it came."""

    __tablename__ = "job_run"

    job: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    #: due -> running -> done | failed.
    state: Mapped[str] = mapped_column(sa.String(12), default="due")
    due_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    finished_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: A worker's claim; past it another may take over.
    lease_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Where a long job stands, so that it goes on rather than starts over.
    progress: Mapped[dict] = mapped_column(JSONB, default=dict)
    error: Mapped[str | None] = mapped_column(sa.String(200))


class Heartbeat(Base):
    """A process that lives: worker, clock."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    seen_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
