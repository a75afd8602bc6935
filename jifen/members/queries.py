"""Reads of people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import ask, db
from jifen.core.errors import NotFound
from jifen.members.models import Exemption, Member, Membership, Post, Transfer
from jifen.members.policy import WORKS_WITH_PEOPLE, P, Person
from jifen.org.models import Unit


@dataclass(frozen=True, slots=True)
class Belonging:
    """Where somebody belongs on a day."""

    member_id: int
    branch_id: int
    branch_path: str
    branch_name: str
    category: str
    exempt: bool = False


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


#: The columns of ``Belonging`` of a member on a day.
BELONGS = """
SELECT s.member_id, s.branch_id, u.path, u.name, s.category,
       EXISTS (SELECT FROM exemption x WHERE x.member_id = s.member_id AND x.revoked_at IS NULL
                AND x.since <= %(day)s AND (x.until IS NULL OR x.until > %(day)s))
  FROM membership s JOIN unit u ON u.id = s.branch_id
 WHERE s.member_id = %(member)s AND s.since <= %(day)s AND (s.until IS NULL OR s.until > %(day)s)
"""


def belonging(member_id: int, day: dt.date) -> Belonging | None:
    """Return where the member belongs on ``day``; None outside the scheme."""
    rows = ask(BELONGS, {"member": member_id, "day": day})
    return Belonging(*rows[0]) if rows else None


def belongings(member_ids: Iterable[int], day: dt.date) -> dict[int, Belonging]:
    """Return where several members belong on ``day``, by id; who is outside the scheme or exempt is left out."""
    exempt = sa.exists().where(
        Exemption.member_id == Membership.member_id, Exemption.revoked_at.is_(None), on_day(day, Exemption)
    )
    stmt = (
        sa.select(Membership.member_id, Membership.branch_id, Unit.path, Unit.name, Membership.category)
        .join(Unit, Unit.id == Membership.branch_id)
        .where(Membership.member_id.in_(list(member_ids)), on_day(day, Membership), ~exempt)
    )
    return {row[0]: Belonging(*row) for row in db.session.execute(stmt)}


def branches_on(member_ids: Iterable[int], day: dt.date) -> dict[int, int]:
    """Return the branch of each member on ``day``, the exempt too; who is outside the scheme is left out."""
    stmt = sa.select(Membership.member_id, Membership.branch_id)
    stmt = stmt.where(Membership.member_id.in_(list(member_ids)), on_day(day, Membership))
    return dict(db.session.execute(stmt).tuples().all())


def person(member_id: int, day: dt.date) -> Person:
    """Return the person as permissions see him on ``day``."""
    where = belonging(member_id, day)
    return Person(member_id, where.branch_path if where else "")


def posts_of(member_id: int, day: dt.date) -> list[str]:
    """Return the paths of the units in which somebody holds a post on ``day``."""
    stmt = sa.select(Unit.path).join(Post, Post.unit_id == Unit.id)
    return list(db.session.scalars(stmt.where(Post.member_id == member_id, on_day(day, Post))))


def posts_on(member_id: int, day: dt.date) -> list[tuple[str, int]]:
    """Return the roles that somebody holds on ``day``, each with its unit."""
    stmt = sa.select(Post.role, Post.unit_id).where(Post.member_id == member_id, on_day(day, Post))
    return list(db.session.execute(stmt).tuples())


def names(member_ids: set[int]) -> dict[int, str]:
    """Return names by id; an erased person is 已删除."""
    rows = db.session.execute(sa.select(Member.id, Member.name).where(Member.id.in_(member_ids)))
    return {i: name or "（已删除）" for i, name in rows}


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


def _below(by: Actor) -> list[sa.ColumnElement[bool]]:
    """Return the conditions that a unit lies where the actor works with people."""
    return [Unit.path.startswith(h.path, autoescape=True) for h in by.holdings if h.role in WORKS_WITH_PEOPLE]


def visible_people(
    *,
    by: Actor,
    unit_path: str = "/",
    number: str | None = None,
    name: str = "",
    after: int = 0,
    limit: int = 50,
) -> list[Listed]:
    """Return the people whom the actor may see today, himself among them, by id.

    :param unit_path: only those at or below it
    :param number: only the one with that number
    :param name: only those whose name or number begins so
    """
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
            sa.or_(Member.id == by.member_id, *_below(by)),
            Unit.path.startswith(unit_path, autoescape=True),
            on_day(clock.today(), Membership),
            Member.id > after,
            Member.erased_at.is_(None),
        )
        .order_by(Member.id)
        .limit(limit)
    )
    if number is not None:
        stmt = stmt.where(Member.number == number)
    if name:
        stmt = stmt.where(
            sa.or_(
                Member.name.startswith(name, autoescape=True), Member.number.startswith(name, autoescape=True)
            )
        )
    return [Listed(*row) for row in db.session.execute(stmt)]


@dataclass(frozen=True, slots=True)
class PostHeld:
    """A dated post as people read it."""

    id: int
    member_id: int
    member_name: str
    unit_id: int
    unit_name: str
    role: str
    title: str | None
    since: dt.date
    until: dt.date | None


_POSTS = (
    sa.select(
        Post.id,
        Post.member_id,
        sa.func.coalesce(Member.name, "（已删除）"),
        Post.unit_id,
        Unit.name,
        Post.role,
        Post.title,
        Post.since,
        Post.until,
    )
    .join(Unit, Unit.id == Post.unit_id)
    .join(Member, Member.id == Post.member_id)
)


def posts_in_sight(*, by: Actor, unit_path: str = "/", after: int = 0, limit: int = 50) -> list[PostHeld]:
    """Return the posts, past ones too, that the actor holds or works above, by id."""
    stmt = (
        _POSTS.where(
            sa.or_(Post.member_id == by.member_id, *_below(by)),
            Unit.path.startswith(unit_path, autoescape=True),
            Post.id > after,
        )
        .order_by(Post.id)
        .limit(limit)
    )
    return [PostHeld(*row) for row in db.session.execute(stmt)]


def post_held(post_id: int) -> PostHeld:
    """Return one post.

    :raises NotFound: no such post
    """
    row = db.session.execute(_POSTS.where(Post.id == post_id)).first()
    if row is None:
        raise NotFound(what="这项任职")
    return PostHeld(*row)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is kept about a person, for himself and for who works with him."""

    id: int
    number: str
    name: str
    joined_on: dt.date | None
    joined_precision: str
    confirmed_on: dt.date | None
    confirmed_precision: str
    branch_id: int | None
    branch_name: str | None
    category: str | None
    #: First day on which he is scored again; None when nothing exempts him today.
    exempt_until: dt.date | None
    posts: tuple[PostHeld, ...] = ()


def profile(member_id: int, *, by: Actor) -> Profile:
    """Return a person as he stands today, with the posts he holds today.

    :raises NotFound: no such person, or not the actor's to see
    """
    today = clock.today()
    access(member_id, by=by)
    stmt = (
        sa.select(
            Member.id,
            Member.number,
            Member.name,
            Member.joined_on,
            Member.joined_precision,
            Member.confirmed_on,
            Member.confirmed_precision,
            Membership.branch_id,
            Unit.name,
            Membership.category,
            Exemption.until,
        )
        .outerjoin(Membership, sa.and_(Membership.member_id == Member.id, on_day(today, Membership)))
        .outerjoin(Unit, Unit.id == Membership.branch_id)
        .outerjoin(
            Exemption,
            sa.and_(
                Exemption.member_id == Member.id, Exemption.revoked_at.is_(None), on_day(today, Exemption)
            ),
        )
        .where(Member.id == member_id, Member.erased_at.is_(None))
    )
    row = db.session.execute(stmt).first()
    if row is None:
        raise NotFound(what="这位党员")
    held = db.session.execute(
        _POSTS.where(Post.member_id == member_id, on_day(today, Post)).order_by(Post.id)
    )
    return replace(Profile(*row), posts=tuple(PostHeld(*p) for p in held))


def access(member_id: int, *, by: Actor) -> Person:
    """Return the person as permissions see him today.

    :raises NotFound: no such person, or not the actor's to see
    """
    found = person(member_id, clock.today())
    if not permits(by, P.SEE, found):
        raise NotFound(what="这位党员")
    return found


def exemptions(member_id: int, *, by: Actor, after: int = 0, limit: int = 50) -> list[Exemption]:
    """Return the decisions, revoked ones too, that left somebody out of scoring, by id.

    :raises NotFound: not the actor's to see
    """
    access(member_id, by=by)
    stmt = sa.select(Exemption).where(Exemption.member_id == member_id, Exemption.id > after)
    return list(db.session.scalars(stmt.order_by(Exemption.id).limit(limit)))


@dataclass(frozen=True, slots=True)
class Moved:
    """A transfer as people read it."""

    id: int
    member_id: int
    from_branch_id: int
    from_branch_name: str
    to_branch_id: int
    to_branch_name: str
    moved_on: dt.date
    letter: str


def transfers(member_id: int, *, by: Actor, after: int = 0, limit: int = 50) -> list[Moved]:
    """Return somebody's moves between branches, by id.

    :raises NotFound: not the actor's to see
    """
    access(member_id, by=by)
    source, target = sa.orm.aliased(Unit), sa.orm.aliased(Unit)
    stmt = (
        sa.select(
            Transfer.id,
            Transfer.member_id,
            Transfer.from_branch_id,
            source.name,
            Transfer.to_branch_id,
            target.name,
            Transfer.moved_on,
            Transfer.letter,
        )
        .join(source, source.id == Transfer.from_branch_id)
        .join(target, target.id == Transfer.to_branch_id)
        .where(Transfer.member_id == member_id, Transfer.id > after)
        .order_by(Transfer.id)
        .limit(limit)
    )
    return [Moved(*row) for row in db.session.execute(stmt)]
