"""People; where they belong, what they hold and what frees them, each with dates."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core import clock
from jifen.core.db import Base
from jifen.core.types import UTCDateTime, no_overlap


class Category(StrEnum):
    """人员类别, dated with the membership."""

    FULL = "full_member"  # 正式党员
    PROBATIONARY = "probationary_member"  # 预备党员
    CANDIDATE = "development_candidate"  # 发展对象
    ACTIVIST = "activist"  # 入党积极分子
    RETIRED = "retired_member"  # 离退休党员
    FLOATING = "floating_member"  # 流动党员
    LOST = "lost_contact_member"  # 失联党员


class Member(Base):
    """A person. The row is erasable: sealed tables hold only its id."""

    __tablename__ = "member"
    __table_args__ = (sa.CheckConstraint("joined_precision IN ('d', 'm', 'y')", name="joined_precision"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: The number that jifen issues; the only identity across sheets, units and years.
    number: Mapped[str] = mapped_column(sa.String(16), unique=True)
    #: None once erased.
    name: Mapped[str | None] = mapped_column(sa.String(40))
    #: Sorting key, so that lists need no Chinese collation.
    name_pinyin: Mapped[str] = mapped_column(sa.String(120), default="", index=True)
    #: 入党时间 and how exact the source was: day, month or year.
    joined_on: Mapped[dt.date | None]
    joined_precision: Mapped[str] = mapped_column(sa.String(1), default="d")
    #: 转正时间.
    confirmed_on: Mapped[dt.date | None]
    confirmed_precision: Mapped[str] = mapped_column(sa.String(1), default="d")
    #: 工号, unique only inside one department and used only by a yes.
    staff_number: Mapped[str | None] = mapped_column(sa.String(24))
    #: No foreign key: a batch is never deleted, and checking it once a row costs as much as an index.
    import_batch_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    erased_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class Membership(Base):
    """Branch and category of a person between two days; a change ends the row and starts another."""

    __tablename__ = "membership"
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until > since", name="dates"),
        no_overlap("ex_membership_one_branch_a_day", "member_id"),
        sa.Index("ix_membership_branch_open", "branch_id", postgresql_where=sa.text("until IS NULL")),
        # Few rows have a cell; without this, taking a unit back reads every membership.
        sa.Index("ix_membership_cell", "cell_id", postgresql_where=sa.text("cell_id IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: 党小组, if the branch has any.
    cell_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"))
    category: Mapped[str] = mapped_column(sa.String(24))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    #: Why it ended or began: import, transfer, category, leaving.
    reason: Mapped[str] = mapped_column(sa.String(20), default="import")
    import_batch_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)


class Post(Base):
    """A role held in a unit between two days (任职); access follows it to the day."""

    __tablename__ = "post"
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until > since", name="dates"),
        no_overlap("ex_post_separated", "member_id", where="role IN ('it', 'security', 'auditor')"),
        sa.Index("ix_post_unit_role", "unit_id", "role"),
        sa.Index(
            "uq_post_open",
            "member_id",
            "unit_id",
            "role",
            unique=True,
            postgresql_where=sa.text("until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"))
    role: Mapped[str] = mapped_column(sa.String(24))
    #: The title on the roster: 组织委员, 宣传委员 …
    title: Mapped[str | None] = mapped_column(sa.String(30))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    import_batch_id: Mapped[int | None] = mapped_column(sa.BigInteger, index=True)


class ExemptionReason(StrEnum):
    """Why somebody is left out of scoring: never a health detail."""

    AGE = "age"  # 年满七十周岁
    MEETING = "meeting"  # 经党员大会讨论、上级批准（不记录具体缘由）
    LONG_ABSENT = "long_absent"  # 长期外出
    SECONDED = "seconded"  # 借调、挂职在外单位
    VILLAGE = "village"  # 驻村


class Exemption(Base):
    """A dated decision that somebody is not scored or ranked (不参加积分)."""

    __tablename__ = "exemption"
    __table_args__ = (
        sa.CheckConstraint("until > since", name="dates"),
        no_overlap("ex_exemption_once", "member_id", where="revoked_at IS NULL"),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    reason: Mapped[str] = mapped_column(sa.String(20))
    since: Mapped[dt.date]
    #: Exemptions end; at year end they are asked again.
    until: Mapped[dt.date]
    #: Minute of the members' meeting (会议纪要编号).
    minute: Mapped[str] = mapped_column(sa.String(80))
    approved_by: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    approved_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    revoked_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    revoked_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)


class Transfer(Base):
    """组织关系转接: the person moves on a day, what he earned stays where he earned it."""

    __tablename__ = "transfer"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), index=True)
    from_branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    to_branch_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: First day in the new branch.
    moved_on: Mapped[dt.date]
    #: 介绍信编号.
    letter: Mapped[str] = mapped_column(sa.String(40))
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("member.id"), index=True)
    recorded_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class ImportBatch(Base):
    """One sheet taken in: previewed, confirmed once, undone once (导入批次)."""

    __tablename__ = "import_batch"

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    kind: Mapped[str] = mapped_column(sa.String(20), default="roster")
    #: Unit the sheet speaks for; everything it brings lies in this subtree.
    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: previewed -> confirmed -> undone, or previewed -> dropped.
    state: Mapped[str] = mapped_column(sa.String(12))
    #: File name as uploaded, for the person who looks for his batch.
    file_name: Mapped[str] = mapped_column(sa.String(120))
    #: Guessed and corrected layout: sheet, header rows, column meanings.
    layout: Mapped[dict] = mapped_column(JSONB, default=dict)
    #: Counts and questions of the preview; never a dropped column's value.
    summary: Mapped[dict] = mapped_column(JSONB, default=dict)
    #: People taken in of people in the sheet.
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    #: The kept columns of the sheet, compressed; gone at confirm, at dropping, or after a day.
    staged: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    #: Member id of who brought the sheet; no foreign key, for members point at their batch.
    created_by: Mapped[int | None] = mapped_column(sa.BigInteger)
    created_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)
    confirmed_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)
    undone_at: Mapped[dt.datetime | None] = mapped_column(UTCDateTime)


class ImportProgress(Base):
    """How far a running import is; written outside its transaction, so that others see it move."""

    __tablename__ = "import_progress"

    #: No foreign key: the row is written before and beside the batch's own transaction.
    batch_id: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    #: read, match or write.
    stage: Mapped[str] = mapped_column(sa.String(8))
    done: Mapped[int]
    total: Mapped[int]


class ImportChange(Base):
    """What a batch changed about somebody who was there before, for its undo; erased with the person."""

    __tablename__ = "import_change"

    batch_id: Mapped[int] = mapped_column(sa.ForeignKey("import_batch.id"), primary_key=True)
    member_id: Mapped[int] = mapped_column(sa.ForeignKey("member.id"), primary_key=True, index=True)
    #: Allow-listed fields of the person and of his membership, as they were and as they became.
    before: Mapped[dict] = mapped_column(JSONB)
    after: Mapped[dict] = mapped_column(JSONB)


class ImportLayout(Base):
    """How an office corrected the guess for a header; used for its next sheet with the same header."""

    __tablename__ = "import_layout"

    unit_id: Mapped[int] = mapped_column(sa.ForeignKey("unit.id"), primary_key=True)
    #: Fingerprint of the header's words.
    signature: Mapped[str] = mapped_column(sa.String(16), primary_key=True)
    #: Field -> column letters, null for "there is none"; "=" -> the item of a whole sheet of facts.
    columns: Mapped[dict] = mapped_column(JSONB)
    saved_at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now)


class Export(Base):
    """A list of people that left the house: who took it, when, why and who was on it (导出记录)."""

    __tablename__ = "export"
    __table_args__ = (sa.Index("ix_export_members", "members", postgresql_using="gin"),)

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(UTCDateTime, default=clock.now, index=True)
    #: No foreign key: the record outlives an erased person.
    by_member_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    #: Name of a system actor or an office system.
    by_name: Mapped[str] = mapped_column(sa.String(40), default="")
    door: Mapped[str] = mapped_column(sa.String(12))
    #: Name of the list: 积分名次, 名册 …
    what: Mapped[str] = mapped_column(sa.String(40))
    unit_id: Mapped[int | None] = mapped_column(sa.BigInteger)
    purpose: Mapped[str] = mapped_column(sa.String(60))
    #: Ids of the members on it, so that each may learn of it.
    members: Mapped[list[int]] = mapped_column(ARRAY(sa.BigInteger))
    #: SHA-256 of the file.
    digest: Mapped[str] = mapped_column(sa.String(64))
