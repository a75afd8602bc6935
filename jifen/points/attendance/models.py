"""Meetings with everybody expected, absences as matters of their own, leave, and corrections."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime
from jifen.points.attendance.states import AbsenceState, CorrectionState, GatheringState, LeaveState


class Gathering(Base):
    """A meeting of a branch or cell as it was entered (一次会议的考勤); confirmed once, which a trigger holds to."""

    __tablename__ = "gathering"
    __table_args__ = (
        sa.CheckConstraint(
            "(state IN ('confirmed', 'revoked')) = (confirmed_by IS NOT NULL)", name="confirmed_by_somebody"
        ),
        # A meeting of the branch and one of a cell are two; the branch stands for its own.
        sa.Index(
            "uq_gathering_live",
            "branch_id",
            sa.text("coalesce(cell_id, branch_id)"),
            "item_code",
            "occasion",
            unique=True,
            postgresql_where=sa.text("state IN ('prepared', 'confirmed')"),
        ),
        sa.Index("ix_gathering_branch", "branch_id", "occurred_on"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    #: 党小组, where only a cell met.
    cell_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: Names the item to people; everybody is scored by the rulebook that held for him on the day.
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"))
    item_code: Mapped[str] = mapped_column(sa.String(32))
    occurred_on: Mapped[dt.date]
    #: Key that tells it from another meeting of the day, if there was one.
    activity: Mapped[str | None] = mapped_column(sa.String(40))
    occasion: Mapped[str] = mapped_column(sa.String(60))
    state: Mapped[str] = mapped_column(sa.String(12), default=GatheringState.PREPARED)
    prepared_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    prepared_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    door: Mapped[str] = mapped_column(sa.String(12))


class Attendee(Base):
    """Somebody expected at a meeting and how he ended; added and taken away only before it is confirmed."""

    __tablename__ = "attendee"
    __table_args__ = (
        sa.UniqueConstraint("gathering_id", "member_id"),
        sa.CheckConstraint("confirmed_by <> member_id", name="never_by_himself"),
        sa.CheckConstraint("(outcome = 'on_leave') = (reason IS NOT NULL)", name="leave_has_a_reason"),
        sa.Index("ix_attendee_member", "member_id", "gathering_id"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    gathering_id: Mapped[int] = mapped_column(sa.ForeignKey("gathering.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    outcome: Mapped[str] = mapped_column(sa.String(12))
    #: Code of the leave's reason.
    reason: Mapped[str | None] = mapped_column(sa.String(12))
    #: The list by which his deed was posted; None where it earned nothing.
    roster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roster_entry.id"))
    #: Who confirmed how he ended; somebody else for whoever confirmed the meeting.
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class Absence(Base):
    """That somebody was not there, as a matter of its own (缺席事项): told, explained, decided. Words are erasable."""

    __tablename__ = "absence"
    __table_args__ = (
        sa.CheckConstraint("entered_by IS NULL OR explanation IS NOT NULL", name="entered_words"),
        sa.Index("ix_absence_member", "member_id", "id"),
        sa.Index("ix_absence_due", "explain_by", postgresql_where=sa.text("state = 'told'")),
        sa.Index("ix_absence_branch", "branch_id", "id"),
    )

    #: Starts far above the numbers that generated facts carry under the same source.
    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(start=1_000_000_000), primary_key=True)
    attendee_id: Mapped[int] = mapped_column(sa.ForeignKey("attendee.id"), unique=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    #: Branch that met.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"))
    #: Where it counts once confirmed.
    item_code: Mapped[str] = mapped_column(sa.String(32))
    occurred_on: Mapped[dt.date]
    occasion: Mapped[str] = mapped_column(sa.String(60))
    #: absent, late, left_early, on_leave.
    kind: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(12), default=AbsenceState.TOLD)
    #: Last of the three working days in which he may explain himself.
    explain_by: Mapped[dt.date]
    #: His words; erasable.
    explanation: Mapped[str | None] = mapped_column(sa.String(200))
    explained_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    #: The officer who wrote down what was said by mouth.
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: 1 at first; one more whenever a correction of the meeting opens it anew.
    round: Mapped[int] = mapped_column(default=1, server_default="1")
    #: How often it was posted: each line of the ledger is a revision of its own.
    postings: Mapped[int] = mapped_column(default=0, server_default="0")


class Leave(Base):
    """A request for leave (请假), before or after a meeting; a code for the reason and no words."""

    __tablename__ = "leave_request"
    __table_args__ = (
        sa.CheckConstraint("until > since", name="dates"),
        sa.Index("ix_leave_request_member", "member_id", "since"),
        sa.Index(
            "uq_leave_request_waiting",
            "member_id",
            "since",
            "until",
            unique=True,
            postgresql_where=sa.text("state IN ('requested', 'granted')"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"))
    #: His branch on the first day.
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    since: Mapped[dt.date]
    #: First day after the leave.
    until: Mapped[dt.date]
    reason: Mapped[str] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(12), default=LeaveState.REQUESTED)
    #: The officer who entered it for him; None where he asked himself.
    entered_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    door: Mapped[str] = mapped_column(sa.String(12))
    requested_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class RosterCorrection(Base):
    """A list or a meeting's entry to be put right (名册更正): some of its people, now or by another decider."""

    __tablename__ = "roster_correction"
    __table_args__ = (
        sa.CheckConstraint("num_nonnulls(roster_id, gathering_id) = 1", name="of_one_entry"),
        sa.CheckConstraint("cardinality(member_ids) > 0", name="of_somebody"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    roster_id: Mapped[int | None] = mapped_column(sa.ForeignKey("roster_entry.id"), index=True)
    gathering_id: Mapped[int | None] = mapped_column(sa.ForeignKey("gathering.id"), index=True)
    member_ids: Mapped[list[int]] = mapped_column(ARRAY(sa.BigInteger))
    #: How they really ended, for a meeting; None takes them off the list.
    outcome: Mapped[str | None] = mapped_column(sa.String(12))
    reason: Mapped[str | None] = mapped_column(sa.String(12))
    state: Mapped[str] = mapped_column(sa.String(12), default=CorrectionState.PROPOSED)
    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    proposed_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
