"""Need, sign-up, attendance: three tables; the fact is the ledger's and the hours account's."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from jifen.activities.states import ActivityState, SignUpState
from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime


class ActivitySeries(Base):
    """An activity that comes again (系列活动): 每月第一个周五."""

    __tablename__ = "activity_series"
    __table_args__ = (
        sa.CheckConstraint("nth BETWEEN 1 AND 4 OR nth = -1", name="nth"),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint("every_months IN (1, 2, 3, 6, 12)", name="every"),
        sa.CheckConstraint("start_minute BETWEEN 0 AND 1439 AND minutes BETWEEN 1 AND 1440", name="time"),
        sa.CheckConstraint("until IS NULL OR until > since", name="dates"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    kind: Mapped[str] = mapped_column(sa.String(24))
    title: Mapped[str] = mapped_column(sa.String(80))
    place: Mapped[str] = mapped_column(sa.String(80))
    #: Every so many months, counted from the month of ``since``.
    every_months: Mapped[int]
    #: The so-manyeth such weekday of the month; -1 the last.
    nth: Mapped[int]
    #: 0 Monday.
    weekday: Mapped[int]
    #: Minutes after midnight, Shanghai.
    start_minute: Mapped[int]
    #: How long it lasts.
    minutes: Mapped[int]
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    created_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)


class Activity(Base):
    """One activity (活动): what is needed, when, where, and who is invited."""

    __tablename__ = "activity"
    __table_args__ = (
        sa.CheckConstraint("state IN ('published', 'closed', 'cancelled')", name="state_known"),
        sa.CheckConstraint("ends_at > starts_at", name="times"),
        sa.CheckConstraint("ends_at <= starts_at + interval '72 hours'", name="not_endless"),
        sa.CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity"),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name="closed_at_some_time"),
        sa.CheckConstraint("class_hours IS NULL OR class_hours > 0", name="class_hours"),
        sa.CheckConstraint("num_nulls(fence_lat, fence_lon, fence_metres) IN (0, 3)", name="fence"),
        sa.CheckConstraint("fence_metres BETWEEN 50 AND 5000", name="fence_size"),
        sa.Index("ix_activity_unit", "unit_id", "starts_at"),
        sa.Index("ix_activity_open", "ends_at", postgresql_where=sa.text("state = 'published'")),
        # A series has one activity a day.
        sa.Index(
            "uq_activity_of_series",
            "series_id",
            "series_day",
            unique=True,
            postgresql_where=sa.text("series_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: Who organises it: a branch, a cell, a department, the work committee.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: Whose members are invited: everybody at or below.
    audience_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    series_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activity_series.id"))
    #: The day that the series' rule named, though it may have been moved since.
    series_day: Mapped[dt.date | None]
    kind: Mapped[str] = mapped_column(sa.String(24))
    title: Mapped[str] = mapped_column(sa.String(80))
    place: Mapped[str] = mapped_column(sa.String(80))
    starts_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)
    #: Places for those who sign up; None: no limit.
    capacity: Mapped[int | None]
    #: When sign-up ends; None: when it begins.
    join_until: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: Where it is held, in degrees, and how far around a telephone may say that it is there. None: nobody is asked.
    fence_lat: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 5))
    fence_lon: Mapped[Decimal | None] = mapped_column(sa.Numeric(8, 5))
    fence_metres: Mapped[int | None]
    #: Codes of ``config/activities.toml`` that everybody who signs up must pass.
    gates: Mapped[list[str]] = mapped_column(ARRAY(sa.String(24)), default=list, server_default="{}")
    #: 学时, where the kind counts them.
    class_hours: Mapped[Decimal | None] = mapped_column(sa.Numeric(5, 1))
    state: Mapped[str] = mapped_column(sa.String(12), default=ActivityState.PUBLISHED)
    #: From which the codes on the organiser's screen are derived.
    seed: Mapped[bytes] = mapped_column(sa.LargeBinary(16))
    #: 会议记录, 活动记录; erasable words.
    minutes: Mapped[str | None] = mapped_column(sa.String(4000))
    created_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    closed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    closed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: How often it was moved: a message about each.
    moved: Mapped[int] = mapped_column(default=0, server_default="0")


class SignUp(Base):
    """Somebody's sign-up (报名); the waiting list is in the order of ``position``."""

    __tablename__ = "sign_up"
    __table_args__ = (
        sa.UniqueConstraint("activity_id", "member_id"),
        sa.CheckConstraint("state IN ('joined', 'waiting', 'withdrawn')", name="state_known"),
        sa.UniqueConstraint("activity_id", "position"),
        sa.Index("ix_sign_up_member", "member_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    state: Mapped[str] = mapped_column(sa.String(12), default=SignUpState.JOINED)
    #: Drawn under the activity's lock, ever higher: who withdraws and comes back stands last.
    position: Mapped[int]
    signed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: When the waiting list let him in.
    moved_up_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    door: Mapped[str] = mapped_column(sa.String(12))


class Presence(Base):
    """That somebody came and went (签到签退), and how he ended once the organiser confirmed it."""

    __tablename__ = "presence"
    __table_args__ = (
        sa.UniqueConstraint("activity_id", "member_id"),
        sa.CheckConstraint("(in_at IS NULL) = (in_way IS NULL)", name="came_some_way"),
        sa.CheckConstraint("(out_at IS NULL) = (out_way IS NULL)", name="went_some_way"),
        sa.CheckConstraint("out_at IS NULL OR (in_at IS NOT NULL AND out_at >= in_at)", name="in_before_out"),
        sa.CheckConstraint("(outcome = 'on_leave') = (reason IS NOT NULL)", name="leave_has_a_reason"),
        sa.Index("ix_presence_member", "member_id", "id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    in_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    in_way: Mapped[str | None] = mapped_column(sa.String(12))
    out_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    out_way: Mapped[str | None] = mapped_column(sa.String(12))
    #: Whether the telephone said that it was inside the fence; the point itself is never sent. None: not asked.
    inside: Mapped[bool | None]
    #: attended, late, left_early, on_leave, absent, exempt; None until the organiser confirmed it.
    outcome: Mapped[str | None] = mapped_column(sa.String(12))
    #: Code of a leave's reason.
    reason: Mapped[str | None] = mapped_column(sa.String(12))
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class ScreenCode(Base):
    """What WeChat drew for half a minute of an organiser's screen (带参数二维码); older ones go with the next."""

    __tablename__ = "screen_code"
    __table_args__ = (sa.CheckConstraint("purpose IN ('in', 'out')", name="purpose"),)

    activity_id: Mapped[int] = mapped_column(sa.ForeignKey("activity.id"), primary_key=True)
    purpose: Mapped[str] = mapped_column(sa.String(4), primary_key=True)
    #: The half minute, counted from 1970.
    step: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    #: What stands in the picture.
    url: Mapped[str] = mapped_column(sa.String(300))
    made_at: Mapped[dt.datetime] = mapped_column(UTCDateTime)


class DigitGuess(Base):
    """How often somebody typed digits that are none in the running ten minutes."""

    __tablename__ = "digit_guess"

    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True)
    failures: Mapped[int]
    since: Mapped[dt.datetime] = mapped_column(UTCDateTime)
