"""A branch's appraisal of a year: its list, the steps that people took, their changes, counts and tasks."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import Points, UTCDateTime
from jifen.points.appraisal.states import AppraisalState


class Appraisal(Base):
    """民主评议党员 of a branch in a year. A trigger refuses any change once it is final."""

    __tablename__ = "appraisal"
    __table_args__ = (sa.UniqueConstraint("branch_id", "year"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    year: Mapped[int]
    state: Mapped[str] = mapped_column(sa.String(12), default=AppraisalState.DRAFT)
    #: The version by which everybody on the list is graded.
    rulebook_id: Mapped[int] = mapped_column(sa.ForeignKey("rulebook_version.id"))
    #: The day whose people and points are on the list; the last of the year at most.
    as_of: Mapped[dt.date]
    started_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    started_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    final_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class AppraisalLine(Base):
    """Somebody on the list: what his score said, and the grade he has now."""

    __tablename__ = "appraisal_line"
    __table_args__ = (
        sa.UniqueConstraint("appraisal_id", "member_id"),
        # Who moves is appraised once, where he was on the appraisal's day.
        sa.Index(
            "uq_appraisal_line_once_a_year",
            "member_id",
            "year",
            unique=True,
            postgresql_where=sa.text("reason IS DISTINCT FROM 'elsewhere'"),
        ),
        sa.CheckConstraint("confirmed_by <> member_id", name="never_ones_own"),
        sa.CheckConstraint("confirmed_by IS NULL OR confirm", name="asked_before"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    year: Mapped[int]
    category: Mapped[str] = mapped_column(sa.String(24))
    #: Code of why he has no grade from his score; None for whoever is graded.
    reason: Mapped[str | None] = mapped_column(sa.String(16))
    total: Mapped[Decimal] = mapped_column(Points)
    #: Best grade whose threshold is met, or the one a veto sets; never changed by people.
    by_score: Mapped[str | None] = mapped_column(sa.String(20))
    vetoed: Mapped[bool] = mapped_column(default=False)
    #: By threshold, quota and decided ties: what the branch committee begins with.
    proposed: Mapped[str | None] = mapped_column(sa.String(20))
    #: The grade after the steps taken so far.
    grade: Mapped[str | None] = mapped_column(sa.String(20))
    #: Whether the next higher organisation has to confirm it: he recorded a step himself.
    confirm: Mapped[bool] = mapped_column(default=False)
    confirmed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)

    @property
    def scored(self) -> bool:
        """Whether ``total`` is a figure of his, and not the nought of whoever is not scored."""
        return self.reason in (None, "tracked")


class AppraisalStep(Base):
    """A step that somebody recorded; one step back undoes it and leaves it readable."""

    __tablename__ = "appraisal_step"
    __table_args__ = (
        sa.Index(
            "uq_appraisal_step_live",
            "appraisal_id",
            "step",
            "grade",
            unique=True,
            postgresql_where=sa.text("undone_at IS NULL"),
            postgresql_nulls_not_distinct=True,
        ),
        sa.CheckConstraint("present <= expected AND 2 * present > expected", name="quorum"),
        sa.CheckConstraint("NOT recorded_by = ANY(tied)", name="never_ones_own"),
        sa.CheckConstraint("NOT on_behalf_of = ANY(tied)", name="never_for_the_one_concerned"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    appraisal_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal.id"))
    #: tie, committee, meeting, publicise.
    step: Mapped[str] = mapped_column(sa.String(12))
    #: 会议纪要编号 and the day of the meeting; none for a publication.
    minute: Mapped[str | None] = mapped_column(sa.String(80))
    held_on: Mapped[dt.date | None]
    #: Members with a vote who should have been there, and who were.
    expected: Mapped[int | None]
    present: Mapped[int | None]
    #: For a tie: the grade, who had equal points, who of them got it.
    grade: Mapped[str | None] = mapped_column(sa.String(20))
    tied: Mapped[list[int] | None] = mapped_column(ARRAY(sa.BigInteger))
    chosen: Mapped[list[int] | None] = mapped_column(ARRAY(sa.BigInteger))
    recorded_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: In whose place he acted as a deputy.
    on_behalf_of: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: The unit for which he acted.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    door: Mapped[str] = mapped_column(sa.String(12))
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    undone_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    undone_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    #: Why it was taken back; words, erasable.
    undone_reason: Mapped[str | None] = mapped_column(sa.String(200))


class AppraisalChange(Base):
    """A grade that people changed in a step, with their reason."""

    __tablename__ = "appraisal_change"
    __table_args__ = (
        sa.UniqueConstraint("step_id", "member_id"),
        sa.CheckConstraint("before IS DISTINCT FROM after", name="differs"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    step_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal_step.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    before: Mapped[str | None] = mapped_column(sa.String(20))
    after: Mapped[str] = mapped_column(sa.String(20))
    #: Words, erasable.
    reason: Mapped[str | None] = mapped_column(sa.String(200))


class AppraisalBallot(Base):
    """How many votes a grade got for somebody; nobody's vote is kept."""

    __tablename__ = "appraisal_ballot"
    __table_args__ = (sa.CheckConstraint("votes >= 0", name="votes"),)

    step_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal_step.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)
    #: A grade, or 弃权.
    choice: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    votes: Mapped[int]


class AppraisalTask(Base):
    """What a final grade or a probationary line asks the branch to do; it never happens by itself."""

    __tablename__ = "appraisal_task"
    __table_args__ = (
        sa.UniqueConstraint("line_id", "kind"),
        sa.CheckConstraint("done_by <> member_id", name="never_ones_own"),
        sa.CheckConstraint("(done IS NULL) = (done_by IS NULL)", name="done_by_somebody"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("appraisal_line.id"))
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: probation or talk.
    kind: Mapped[str] = mapped_column(sa.String(12))
    #: Code of the rulebook's line, or the grade.
    because: Mapped[str] = mapped_column(sa.String(32))
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    #: Code of what was done, its minute and day; no words about the person.
    done: Mapped[str | None] = mapped_column(sa.String(16))
    minute: Mapped[str | None] = mapped_column(sa.String(80))
    done_on: Mapped[dt.date | None]
    done_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    done_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
