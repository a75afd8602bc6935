"""Rulebooks as loaded: versions never edited, activated by a decision, assigned by dates."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime, no_overlap


class RulebookVersion(Base):
    """One text of one rulebook (积分办法的一个版本). A trigger refuses a change of its text."""

    __tablename__ = "rulebook_version"
    __table_args__ = (
        sa.UniqueConstraint("code", "version"),
        sa.Index(
            "uq_rulebook_effective",
            "code",
            "effective_from",
            unique=True,
            postgresql_where=sa.text("activated_at IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    code: Mapped[str] = mapped_column(sa.String(32))
    version: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(120))
    effective_from: Mapped[dt.date]
    #: The TOML text, whole.
    text: Mapped[str] = mapped_column(sa.Text)
    #: SHA-256 of the text.
    digest: Mapped[str] = mapped_column(sa.String(64))
    loaded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    loaded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    activated_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    activated_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Number of the document that decided to keep ``risky`` lines (文号).
    decision_document: Mapped[str | None] = mapped_column(sa.String(80))


class RulebookAssignment(Base):
    """Which rulebook holds for a unit's members of a category, between two days."""

    __tablename__ = "rulebook_assignment"
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until > since", name="dates"),
        no_overlap("ex_rulebook_assignment_one", "unit_id", where="category IS NULL"),
        sa.Index(
            "uq_rulebook_assignment_category",
            "unit_id",
            "category",
            unique=True,
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: A member category; None for all that the rulebook covers.
    category: Mapped[str | None] = mapped_column(sa.String(24))
    rulebook_code: Mapped[str] = mapped_column(sa.String(32))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
