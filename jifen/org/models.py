"""The tree: work committee, departments, committees, branches, groups."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from jifen.core.db import Base


class UnitKind(StrEnum):
    """What an organisation is."""

    WORK_COMMITTEE = "work_committee"  # 市直机关工委
    DEPARTMENT = "department"  # 市直部门（单位）
    COMMITTEE = "committee"  # 机关党委
    GENERAL_BRANCH = "general_branch"  # 党总支
    BRANCH = "branch"  # 党支部
    CELL = "cell"  # 党小组


#: What may stand directly below what.
CHILDREN: dict[UnitKind, frozenset[UnitKind]] = {
    UnitKind.WORK_COMMITTEE: frozenset({UnitKind.DEPARTMENT}),
    UnitKind.DEPARTMENT: frozenset({UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH, UnitKind.BRANCH}),
    UnitKind.COMMITTEE: frozenset({UnitKind.GENERAL_BRANCH, UnitKind.BRANCH}),
    UnitKind.GENERAL_BRANCH: frozenset({UnitKind.BRANCH}),
    UnitKind.BRANCH: frozenset({UnitKind.CELL}),
    UnitKind.CELL: frozenset(),
}


class Unit(Base):
    """One organisation."""

    __tablename__ = "unit"
    __table_args__ = (
        sa.CheckConstraint("until IS NULL OR until > since", name="dates"),
        sa.CheckConstraint("(parent_id IS NULL) = (kind = 'work_committee')", name="one_root"),
        sa.Index("ix_unit_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
        sa.Index("uq_unit_name", "parent_id", "name", unique=True, postgresql_where=sa.text("until IS NULL")),
    )

    id: Mapped[int] = mapped_column(sa.BigInteger, sa.Identity(), primary_key=True)
    #: Short code people type and files name: ``W``, ``D12``, ``D12-03``.
    code: Mapped[str] = mapped_column(sa.String(32), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(20))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: Ids from the root to this unit, ``/1/7/42/``; a prefix finds a subtree.
    path: Mapped[str] = mapped_column(sa.String(200), unique=True)
    #: Nearest department at or above; None for the work committee itself.
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("unit.id"), index=True)
    #: 单位类型, by which organisations of like type are compared (党群, 政府, 事业 …).
    type_code: Mapped[str | None] = mapped_column(sa.String(20))
    since: Mapped[dt.date]
    until: Mapped[dt.date | None]
    #: Whether members of the branch see each other's places (支委会决定公开排名); off unless decided.
    names_shown: Mapped[bool] = mapped_column(default=False)
    #: Minute or document of that decision.
    names_shown_basis: Mapped[str | None] = mapped_column(sa.String(200))
