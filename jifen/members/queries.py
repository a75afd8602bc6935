"""Reads of people."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core.db import db
from jifen.core.errors import NotFound
from jifen.members.models import Exemption, Member, Membership, Post
from jifen.members.policy import Person
from jifen.org.models import Unit


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where somebody belongs on a day."""

    member_id: int
    branch_id: int
    branch_path: str
    branch_name: str
    category: str


def member_by_number(number: str) -> Member:
    """Return the member with that number.

    :raises NotFound: no such member, or an erased one
    """
    found = db.session.scalar(sa.select(Member).where(Member.number == number, Member.erased_at.is_(None)))
    if found is None:
        raise NotFound(what=f"编号为“{number}”的党员")
    return found


def on_day(day: dt.date, row: type[Membership] | type[Post] | type[Exemption]) -> sa.ColumnElement[bool]:
    """Return the condition that a dated row holds on ``day``."""
    return sa.and_(row.since <= day, sa.or_(row.until.is_(None), row.until > day))


def belonging(member_id: int, day: dt.date) -> Belonging | None:
    """Return where the member belongs on ``day``; None outside the scheme."""
    stmt = (
        sa.select(Membership.member_id, Membership.branch_id, Unit.path, Unit.name, Membership.category)
        .join(Unit, Unit.id == Membership.branch_id)
        .where(Membership.member_id == member_id, on_day(day, Membership))
    )
    row = db.session.execute(stmt).first()
    return Belonging(*row) if row else None


def person(member_id: int, day: dt.date) -> Person:
    """Return the person as permissions see him on ``day``."""
    where = belonging(member_id, day)
    return Person(member_id, where.branch_path if where else "")


def names(member_ids: set[int]) -> dict[int, str]:
    """Return names by id; an erased person is 已注销."""
    rows = db.session.execute(sa.select(Member.id, Member.name).where(Member.id.in_(member_ids)))
    return {i: name or "（已注销）" for i, name in rows}


def exemption(member_id: int, day: dt.date) -> Exemption | None:
    """Return the exemption in force on ``day``."""
    return db.session.scalar(
        sa.select(Exemption).where(
            Exemption.member_id == member_id, Exemption.revoked_at.is_(None), on_day(day, Exemption)
        )
    )


@dataclass(frozen=True, slots=True)
class Listed(Person):
    """A person with what a list of people shows."""

    number: str
    name: str
    branch_id: int
    branch_name: str
    category: str


def people(path: str, day: dt.date, *, after: int = 0, limit: int = 50) -> list[Listed]:
    """Return the people of the units at or below ``path`` on ``day``, by member id after ``after``."""
    stmt = (
        sa.select(
            Member.id,
            Unit.path,
            Member.number,
            Member.name,
            Membership.branch_id,
            Unit.name,
            Membership.category,
        )
        .join(Membership, Membership.member_id == Member.id)
        .join(Unit, Unit.id == Membership.branch_id)
        .where(
            Unit.path.startswith(path, autoescape=True),
            on_day(day, Membership),
            Member.id > after,
            Member.erased_at.is_(None),
        )
        .order_by(Member.id)
        .limit(limit)
    )
    return [Listed(*row) for row in db.session.execute(stmt)]
