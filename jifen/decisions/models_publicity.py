"""Publicised lists (公示): what was shown, for how long, and that it never changes afterwards."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime
from jifen.decisions.states_publicity import PublicationState


class Publication(Base):
    """A list of an organisation for a period (公示名单).

    A draft may be drawn again; what was publicised keeps its lines, and what is
    frozen never changes: triggers refuse. A later correction is the next revision.
    """

    __tablename__ = "publication"
    __table_args__ = (
        sa.UniqueConstraint("kind", "unit_id", "period", "matter", "revision"),
        sa.CheckConstraint("(state = 'drawn') = (since IS NULL)", name="publicised_on"),
        sa.CheckConstraint("(since IS NULL) = (until IS NULL)", name="both_days"),
        sa.CheckConstraint("(state = 'frozen') = (frozen_at IS NOT NULL)", name="frozen_at"),
        sa.Index(
            "uq_publication_draft",
            "kind",
            "unit_id",
            "period",
            "matter",
            unique=True,
            postgresql_where=sa.text("state = 'drawn'"),
        ),
        sa.Index(
            "uq_publication_shown",
            "kind",
            "unit_id",
            "period",
            "matter",
            unique=True,
            postgresql_where=sa.text("state = 'publicised'"),
        ),
        sa.Index("ix_publication_unit", "unit_id", "kind", "period"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: points, appraisal …: what the list is about.
    kind: Mapped[str] = mapped_column(sa.String(20))
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: ``2026``, ``2026H1``, ``2026Q3``, ``2026-09``.
    period: Mapped[str] = mapped_column(sa.String(8))
    #: What alone it is about, where an organisation publicises single matters: the number of a model post. 0: all.
    matter: Mapped[int] = mapped_column(sa.BigInteger, default=0, server_default="0")
    #: 1 for the first list; a later correction is the next.
    revision: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(sa.String(12), default=PublicationState.DRAWN)
    #: Sections, titles and columns as they were when the list was drawn; no names.
    frame: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    #: Working days it stays open to objections.
    working_days: Mapped[int]
    #: First civil day of the publicity, and the first day after it.
    since: Mapped[dt.date | None]
    until: Mapped[dt.date | None]
    publicised_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    publicised_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    frozen_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Last seal of the ledger's chain when it was drawn, 0 before the first.
    seal_seq: Mapped[int]
    #: SHA-256 over what it is, its frame, its lines and the seal.
    digest: Mapped[str] = mapped_column(sa.String(64))
    drawn_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class PublicationLine(Base):
    """What a list says about one member: figures as text, never a name, never a reason."""

    __tablename__ = "publication_line"

    publication_id: Mapped[int] = mapped_column(
        sa.ForeignKey("publication.id", ondelete="CASCADE"), primary_key=True
    )
    #: No foreign key: a frozen line outlives an erased person.
    member_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, index=True)
    #: Order of the list, 1 first.
    rank: Mapped[int]
    row: Mapped[dict[str, str]] = mapped_column(JSONB)
