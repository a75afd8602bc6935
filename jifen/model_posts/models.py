"""The register of model posts, who agreed to be named, what citizens said, and honours."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime

_LIVE = "state IN ('applied', 'reviewed', 'publicised', 'active', 'warned', 'rectifying')"
_TAKES = "state IN ('publicised', 'active', 'warned', 'rectifying')"
_HANGS = "state IN ('active', 'warned', 'rectifying', 'withdrawn', 'expired')"


class ModelPost(Base):
    """A model post (示范岗、示范窗口、责任区、特色品牌), from the application to its end."""

    __tablename__ = "model_post"
    __table_args__ = (
        sa.CheckConstraint(f"({_HANGS}) = (plate IS NOT NULL)", name="plate"),
        sa.CheckConstraint("(plate IS NULL) = (public_id IS NULL)", name="public"),
        sa.CheckConstraint("(plate IS NULL) = (granted_on IS NULL)", name="granted"),
        sa.CheckConstraint("until > granted_on", name="validity"),
        sa.CheckConstraint("(state = 'rectifying') = (rectify_by IS NOT NULL)", name="rectify_by"),
        sa.CheckConstraint(f"({_LIVE}) = (ended_on IS NULL)", name="ended"),
        sa.CheckConstraint("staff > 0 AND staff_members BETWEEN 0 AND staff", name="staff"),
        sa.CheckConstraint(f"({_TAKES}) <= (slot IS NOT NULL AND slot > 0)", name="slot"),
        # The quota is a promise of the database: from its publicity on it sits in a place that holds no two.
        sa.Index(
            "uq_model_post_slot",
            "kind",
            "quota_unit_id",
            "slot",
            unique=True,
            postgresql_where=sa.text(_TAKES),
        ),
        # One person answers for one post of a kind.
        sa.Index("uq_model_post_lead", "kind", "lead_id", unique=True, postgresql_where=sa.text(_LIVE)),
        sa.Index("ix_model_post_unit", "unit_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: A code of ``config/model_posts.toml``.
    kind: Mapped[str] = mapped_column(sa.String(12))
    #: The branch to which it belongs.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: 岗位、窗口、责任区或品牌的名称; no person's name in it.
    title: Mapped[str] = mapped_column(sa.String(40))
    #: What was done there, for everybody to read; no person's name in it, erasable.
    deeds: Mapped[str] = mapped_column(sa.String(1000))
    #: Who answers for it; the only one of a post of one person.
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Who applied: himself, or whoever prepares for the branch.
    applied_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    applied_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    door: Mapped[str] = mapped_column(sa.String(12))
    #: Staff of the place, and members among them, as the applicant wrote and the reviewers confirm.
    staff: Mapped[int | None]
    staff_members: Mapped[int | None]
    #: Whether one of its leaders is a member, likewise.
    leader_member: Mapped[bool] = mapped_column(default=False)
    #: What the conditions were found to be on the day of applying: sentences about figures, erasable.
    found: Mapped[list[Any]] = mapped_column(JSONB, default=list)
    state: Mapped[str] = mapped_column(sa.String(12), default="applied")
    #: Which step of the chain is asked, 1 first.
    step: Mapped[int] = mapped_column(default=1)
    #: Where the quota counts, and which of its places this one takes from its publicity on.
    quota_unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    slot: Mapped[int | None]
    #: 岗-2026-0001; never given twice.
    plate: Mapped[str | None] = mapped_column(sa.String(16), unique=True)
    #: Random, for strangers.
    public_id: Mapped[str | None] = mapped_column(sa.String(24), unique=True)
    granted_on: Mapped[dt.date | None]
    #: First day on which it no longer holds.
    until: Mapped[dt.date | None]
    #: On which the next review is due; and how many were asked for.
    review_on: Mapped[dt.date | None] = mapped_column(index=True)
    reviews: Mapped[int] = mapped_column(default=0)
    #: Last day of a rectification.
    rectify_by: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]


class ModelPostPerson(Base):
    """Somebody who works at a model post; whoever answers for it is one of them."""

    __tablename__ = "model_post_person"

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("model_post.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)


class ModelPostConsent(Base):
    """A person's yes to being named, or shown, to everybody (上墙同意); one stands at a time, taken back at any time."""

    __tablename__ = "model_post_consent"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["post_id", "member_id"], ["model_post_person.post_id", "model_post_person.member_id"]
        ),
        sa.CheckConstraint("what IN ('name', 'photo')", name="what"),
        sa.Index(
            "uq_model_post_consent_stands",
            "post_id",
            "member_id",
            "what",
            unique=True,
            postgresql_where=sa.text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    post_id: Mapped[int] = mapped_column(sa.BigInteger)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: name, photo.
    what: Mapped[str] = mapped_column(sa.String(8))
    #: The version and the very words that he agreed to.
    version: Mapped[str] = mapped_column(sa.String(16))
    words: Mapped[str] = mapped_column(sa.String(400))
    given_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    door: Mapped[str] = mapped_column(sa.String(12))
    withdrawn_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class ModelPostTally(Base):
    """How often citizens gave an answer in a month; nothing about who."""

    __tablename__ = "model_post_tally"
    __table_args__ = (sa.CheckConstraint("count > 0", name="count"),)

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("model_post.id"), primary_key=True)
    #: ``2026-11``.
    month: Mapped[str] = mapped_column(sa.String(7), primary_key=True)
    #: A code of the question's answers.
    answer: Mapped[str] = mapped_column(sa.String(8), primary_key=True)
    count: Mapped[int]


class ModelPostMark(Base):
    """That a telephone answered at a post today, as a digest that no other day or post makes; gone with the day."""

    __tablename__ = "model_post_mark"
    __table_args__ = (sa.Index("ix_model_post_mark_place", "post_id", "day", "place"),)

    post_id: Mapped[int] = mapped_column(sa.ForeignKey("model_post.id"), primary_key=True)
    day: Mapped[dt.date] = mapped_column(primary_key=True)
    #: Of the telephone: its network address and browser; and of the address alone.
    digest: Mapped[str] = mapped_column(sa.String(32), primary_key=True)
    place: Mapped[str] = mapped_column(sa.String(32))
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)


class Honour(Base):
    """An honour of a member (荣誉), with its level and the document; of one deed the highest counts."""

    __tablename__ = "honour"
    __table_args__ = (
        sa.CheckConstraint("prepared_by <> member_id", name="never_ones_own"),
        sa.Index("ix_honour_deed", "deed_id"),
        sa.Index(
            "uq_honour_once",
            "member_id",
            "title",
            "level",
            "awarded_on",
            unique=True,
            postgresql_where=sa.text("state IN ('proposed', 'confirmed')"),
        ),
    )

    #: Starts far above the numbers that generated facts carry under the same source.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1_000_000_000), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Branch on the day of the award.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: 优秀共产党员 …; erasable.
    title: Mapped[str] = mapped_column(sa.String(60))
    #: A level of the rulebook's item: 市级 …
    level: Mapped[str] = mapped_column(sa.String(20))
    #: Whether a collective was honoured and he had a main part in it.
    collective: Mapped[bool] = mapped_column(default=False)
    awarded_on: Mapped[dt.date]
    #: The document on which it rests, in words.
    evidence: Mapped[str] = mapped_column(sa.String(200))
    #: The honour for the same deed that was written down first; None: this one is it.
    deed_id: Mapped[int | None] = mapped_column(sa.ForeignKey("honour.id"))
    state: Mapped[str] = mapped_column(sa.String(12), default="proposed")
    prepared_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    prepared_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    door: Mapped[str] = mapped_column(sa.String(12))
