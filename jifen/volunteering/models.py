"""Minutes served, as facts; what of them counts; and what they were served for."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class ServiceTitle(Base):
    """What was served for (服务项目), as records and certificates call it; an organisation's words, nobody's own."""

    __tablename__ = "service_title"
    __table_args__ = (sa.UniqueConstraint("unit_id", "name"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: Who organised it.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(sa.String(80))


class ServiceRecord(Base):
    """Integer minutes of one member in one window (一条服务记录). Append-only by a trigger.

    A correction is a linked reversal and, where something remains, a new
    record. Whether a record counts stands in ``service_span``.
    """

    __tablename__ = "service_record"
    __table_args__ = (
        sa.UniqueConstraint(
            "source", "source_id", "member_id", "started_at", "revision", name="uq_service_record_source"
        ),
        sa.CheckConstraint("kind IN ('verified', 'attested')", name="kind"),
        sa.CheckConstraint(
            "kind = 'attested' OR source IN ('activity', 'reversal')", name="verified_at_an_activity"
        ),
        sa.CheckConstraint("window_start <= started_at AND ended_at <= window_end", name="inside_the_window"),
        sa.CheckConstraint(
            "minutes > 0 AND minutes * interval '1 minute' <= ended_at - started_at", name="minutes_served"
        ),
        sa.CheckConstraint("verified_by <> member_id AND decided_by <> member_id", name="never_by_himself"),
        sa.Index("ix_service_record_member", "member_id", "occurred_on"),
        sa.Index("ix_service_record_unit", "unit_id", "occurred_on"),
        sa.Index("ix_service_record_branch", "branch_id", "occurred_on"),
    )

    #: Starts far above the numbers that generated facts carry under the same source.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1_000_000_000), primary_key=True)
    #: No foreign key: the fact outlives an erased person.
    member_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: His branch on ``occurred_on``; a later transfer does not move it. None outside the scheme.
    branch_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Who organised it and answers for the record.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    title_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_title.id"))
    #: The activity, where it is one of the system's; its minutes of a day are one deed, whatever told of them.
    activity_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: verified, attested: two accounts that never mix.
    kind: Mapped[str] = mapped_column(sa.String(12))
    #: activity, late_entry, import, community, reversal; and the number there.
    source: Mapped[str] = mapped_column(sa.String(12))
    source_id: Mapped[int] = mapped_column(sa.BigInteger)
    #: 1, and one more for each correction of the same stretch.
    revision: Mapped[int] = mapped_column(default=1)
    #: Civil day in Shanghai on which it began; decides where its points belong.
    occurred_on: Mapped[dt.date]
    #: Inside the announced window.
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    window_start: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    window_end: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    #: Whole minutes between start and end.
    minutes: Mapped[int]
    #: The organiser whose taps stand for it; None where codes did.
    verified_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Who let it count: who closed the activity, the second reviewer. None: the house itself.
    decided_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Annuls that record; once.
    reverses_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_record.id"), unique=True)
    #: Stands in the place of that record, which was reversed.
    replaces_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_record.id"), unique=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class ServiceSpan(Base):
    """The time that a live record takes; no two of a member may share an instant, whatever told of them."""

    __tablename__ = "service_span"
    __table_args__ = (
        ExcludeConstraint(
            (sa.literal_column("int8range(member_id, member_id, '[]')"), "&&"),
            (sa.literal_column("tstzrange(started_at, ended_at)"), "&&"),
            name="ex_service_span_no_minute_twice",
            using="gist",
            where=sa.text("state <> 'clash'"),
        ),
        sa.CheckConstraint("state IN ('counts', 'held', 'clash')", name="state"),
        sa.Index("ix_service_span_member", "member_id", "started_at"),
    )

    record_id: Mapped[int] = mapped_column(sa.ForeignKey("service_record.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.BigInteger)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(sa.String(8))


class LateEntry(Base):
    """A roster of an activity written down afterwards (补录): one an activity, one reason, one second reviewer."""

    __tablename__ = "late_entry"
    __table_args__ = (
        sa.CheckConstraint("window_start < window_end", name="window"),
        sa.Index(
            "uq_late_entry_activity",
            "activity_id",
            unique=True,
            postgresql_where=sa.text("state IN ('proposed', 'approved')"),
        ),
        sa.Index(
            "uq_late_entry_live",
            "unit_id",
            "title_id",
            "window_start",
            unique=True,
            postgresql_where=sa.text("state IN ('proposed', 'approved')"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: Who organised it; everybody on the list belongs there or below on that day.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: None for one that was never announced in the system.
    activity_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    title_id: Mapped[int] = mapped_column(sa.ForeignKey("service_title.id"))
    window_start: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    window_end: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    #: Why so late; erasable.
    reason: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(12), default="proposed")
    prepared_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    prepared_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    door: Mapped[str] = mapped_column(sa.String(12))


class LateLine(Base):
    """One member of a late entry's roster and his time."""

    __tablename__ = "late_line"
    __table_args__ = (sa.CheckConstraint("started_at < ended_at", name="time"),)

    late_id: Mapped[int] = mapped_column(sa.ForeignKey("late_entry.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class ServiceAmend(Base):
    """A record to be put right (更正): its true time, or nothing at all; somebody else decides."""

    __tablename__ = "service_amend"
    __table_args__ = (
        sa.CheckConstraint("(started_at IS NULL) = (ended_at IS NULL)", name="both_or_none"),
        sa.CheckConstraint("started_at < ended_at", name="time"),
        sa.Index(
            "uq_service_amend_open", "record_id", unique=True, postgresql_where=sa.text("state = 'proposed'")
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    record_id: Mapped[int] = mapped_column(sa.ForeignKey("service_record.id"), index=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: The true time; None: the record is taken back whole.
    started_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    ended_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Why; erasable.
    reason: Mapped[str] = mapped_column(sa.String(200))
    state: Mapped[str] = mapped_column(sa.String(12), default="proposed")
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    proposed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    door: Mapped[str] = mapped_column(sa.String(12))
