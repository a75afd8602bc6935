"""双报到: communities, who registered there, what they need, and who took it on."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime, no_overlap


class Community(Base):
    """A residential community (社区) where members register beside their branch; an organisation, no person."""

    __tablename__ = "community"
    __table_args__ = (sa.UniqueConstraint("street", "name"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    street: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(40))


class CommunityRegistration(Base):
    """That a member reported to his community (社区报到); one at a time. What he can do is erasable."""

    __tablename__ = "community_registration"
    __table_args__ = (
        no_overlap("ex_community_registration_one", "member_id"),
        sa.CheckConstraint("until > since", name="dates"),
        sa.CheckConstraint("confirmed_by <> member_id", name="never_by_himself"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_at IS NOT NULL", name="confirmed"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    #: 特长, in his own words.
    skills: Mapped[str] = mapped_column(sa.String(120), default="")
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    #: Who wrote it down for him; None where he did himself.
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Since when the community's word is known, and who entered it from paper; None beside a time: the community itself.
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    door: Mapped[str] = mapped_column(sa.String(12))


class CommunityNeed(Base):
    """Something a community asks for (需求、微心愿), for so many people until a day; about no person."""

    __tablename__ = "community_need"
    __table_args__ = (
        sa.CheckConstraint("kind IN ('need', 'wish')", name="kind"),
        sa.CheckConstraint("wanted > 0", name="wanted"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    community_id: Mapped[int] = mapped_column(sa.ForeignKey("community.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(8))
    title: Mapped[str] = mapped_column(sa.String(80))
    #: How many people may take it on.
    wanted: Mapped[int]
    #: Last day on which it may be taken on.
    due_on: Mapped[dt.date]
    entered_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    entered_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class NeedClaim(Base):
    """That a member took a need on (认领), and what the community said of it."""

    __tablename__ = "need_claim"
    __table_args__ = (
        sa.CheckConstraint("confirmed_by <> member_id", name="never_by_himself"),
        sa.CheckConstraint(
            "(state IN ('confirmed', 'undone', 'retracted')) = (confirmed_at IS NOT NULL)", name="said"
        ),
        sa.CheckConstraint("confirmed_by IS NULL OR confirmed_at IS NOT NULL", name="said_by_somebody"),
        sa.Index(
            "uq_need_claim_live",
            "need_id",
            "member_id",
            unique=True,
            postgresql_where=sa.text("state IN ('claimed', 'confirmed')"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    need_id: Mapped[int] = mapped_column(sa.ForeignKey("community_need.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(12), default="claimed")
    claimed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: Civil day on which it was done, by the community's word.
    done_on: Mapped[dt.date | None]
    #: good, fair, poor: what the community thought of it.
    said: Mapped[str | None] = mapped_column(sa.String(8))
    #: Who entered the community's paper; None beside a time: the community itself.
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
