"""The register of documents from which a basis is chosen (依据登记)."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class BasisDocument(Base):
    """A clause of a document, in force on [since, until) for a unit and everything below it."""

    __tablename__ = "basis_document"
    __table_args__ = (
        sa.UniqueConstraint("unit_id", "number", "clause", "since"),
        sa.CheckConstraint("until IS NULL OR until > since", name="dates"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: Which unit issued it; it holds there and below.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: 文号 or the minute's number.
    number: Mapped[str] = mapped_column(sa.String(60))
    #: 条款, e.g. 第四条第二项; "" for the whole document.
    clause: Mapped[str] = mapped_column(sa.String(40), default="")
    title: Mapped[str] = mapped_column(sa.String(80))
    since: Mapped[dt.date]
    #: First day on which it no longer holds.
    until: Mapped[dt.date | None]
    #: Member id; no foreign key, for people stand to the right of the tree.
    registered_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    registered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)

    @property
    def words(self) -> str:
        """The basis in one line: 林党〔2026〕3号《积分管理办法》第四条."""
        return f"{self.number}《{self.title}》{self.clause}"
