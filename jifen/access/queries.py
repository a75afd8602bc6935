"""From what a door is shown to the person who acts."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from jifen.access import privacy_text
from jifen.access.models import ApiToken, Binding
from jifen.access.policy import OwnBranch, P
from jifen.core import clock, house
from jifen.core.actor import Actor, Door, Holding, Role, permits
from jifen.core.db import ask, db
from jifen.core.errors import NotFound, Unauthorized
from jifen.members.models import Member
from jifen.notices.ports import Addresses
from jifen.org import queries as org

#: Everything about who acts, in one statement.
_WHO = """
SELECT m.id, ms.branch_id, coalesce(u.path, ''),
       (SELECT coalesce(json_agg(json_build_array(p.role, p.unit_id, pu.path, p.id)), '[]')
          FROM post p JOIN unit pu ON pu.id = p.unit_id
         WHERE p.member_id = m.id AND p.since <= %(today)s AND (p.until IS NULL OR p.until > %(today)s)),
       (SELECT json_agg(json_build_array(p.role, p.unit_id, pu.path, p.id, p.member_id))
          FROM deputy d JOIN post p ON p.id = d.post_id JOIN unit pu ON pu.id = p.unit_id
         WHERE d.member_id = m.id AND d.since <= %(now)s AND coalesce(d.ended_at, d.until) > %(now)s
           AND p.since <= %(today)s AND (p.until IS NULL OR p.until > %(today)s))
"""
_AGREED = """
       , EXISTS (SELECT 1 FROM consent c
                  WHERE c.member_id = m.id AND c.version = %(version)s AND c.withdrawn_at IS NULL)
"""
_TODAY = """
  FROM member m
  LEFT JOIN membership ms ON ms.member_id = m.id
       AND ms.since <= %(today)s AND (ms.until IS NULL OR ms.until > %(today)s)
  LEFT JOIN unit u ON u.id = ms.branch_id
"""
#: The person's row is ``m``; a condition on it follows.
ACTOR = _WHO + _TODAY
_BY_MEMBER = ACTOR + " WHERE m.id = %(member)s AND m.erased_at IS NULL"
_BY_OPENID = (
    _WHO + _AGREED + _TODAY + " JOIN binding b ON b.member_id = m.id"
    " WHERE b.openid_digest = %(digest)s AND b.ended_at IS NULL AND m.erased_at IS NULL"
)
_BY_WECOM = (
    _WHO + _AGREED + _TODAY + " JOIN wecom_binding w ON w.member_id = m.id"
    " WHERE w.user_digest = %(digest)s AND w.ended_at IS NULL AND m.erased_at IS NULL"
)

#: Who stands behind an openid and agreed to the text in force, for a question that is asked together with it.
#: The person's row is ``m``; further joins follow.
AGREED = """
  FROM binding k
  JOIN member m ON m.id = k.member_id AND m.erased_at IS NULL
  JOIN consent g ON g.member_id = m.id AND g.version = %(version)s AND g.withdrawn_at IS NULL
"""
#: The end of such a question.
BEHIND_OPENID = " WHERE k.openid_digest = %(digest)s AND k.ended_at IS NULL"


def actor_of(member_id: int, door: Door, *, scopes: frozenset[str] | None = None) -> Actor | None:
    """Return the person as he stands today, None if there is no such person."""
    return actor_from(
        ask(_BY_MEMBER, {"member": member_id, "today": clock.today(), "now": clock.now()}), door, scopes
    )


@dataclass(frozen=True, slots=True)
class Bound:
    """Who stands behind an openid, or behind a member of WeCom."""

    who: Actor
    #: Whether he agreed to the privacy text in force; until then he may answer it and little else.
    agreed: bool


def bound(digest: str, door: Door = Door.WECHAT) -> Bound | None:
    """Return who is bound to the openid with that digest, None for a stranger."""
    return _bound(_BY_OPENID, digest, door)


def bound_in_wecom(digest: str, door: Door = Door.WECOM) -> Bound | None:
    """Return who is bound to the member of WeCom with that digest, None for a stranger."""
    return _bound(_BY_WECOM, digest, door)


def _bound(question: str, digest: str, door: Door) -> Bound | None:
    version = privacy_text.load().version
    asked = {"digest": digest, "today": clock.today(), "now": clock.now(), "version": version}
    rows = ask(question, asked)
    actor = actor_from([row[:-1] for row in rows], door)
    return Bound(actor, rows[0][-1]) if actor else None


def shown_text(text: privacy_text.PrivacyText) -> str:
    """Return the privacy notice as it is sent in a chat."""
    return text.short(committee=committee_name(), url=f"{house.settings().public_url}/m/privacy")


def committee_name() -> str:
    """Return who answers for this installation: the work committee's name."""
    root = org.root()
    return root.name if root else "市直机关工委"


def actor_from(rows: list[tuple], door: Door, scopes: frozenset[str] | None = None) -> Actor | None:
    """Return who the first row of ``ACTOR`` is, None if there is none."""
    if not rows:
        return None
    member_id, branch_id, path, posts, lent = rows[0]
    holdings = tuple(Holding(Role(role), *where) for role, *where in [*posts, *(lent or ())])
    return Actor(
        door=door,
        member_id=member_id,
        branch_id=branch_id,
        branch_path=path,
        holdings=holdings,
        scopes=scopes,
    )


def actor_of_token(token: str) -> Actor:
    """Return who brings the bearer token.

    An office system acts as the office of its unit, within its scopes; a
    community holds nothing and is seen nothing of but what asks for it.

    :raises Unauthorized: unknown, revoked or expired
    """
    row = db.session.scalar(
        sa.select(ApiToken).where(
            ApiToken.digest == hashlib.sha256(token.encode()).hexdigest(),
            ApiToken.revoked_at.is_(None),
            ApiToken.expires_at > clock.now(),
        )
    )
    if row is None:
        raise Unauthorized
    scopes = frozenset(row.scopes)
    if row.member_id is not None:
        actor = actor_of(row.member_id, Door.API, scopes=scopes)
        if actor is None:
            raise Unauthorized
        return actor
    if row.community_id is not None:
        return Actor(door=Door.API, name=row.system_name or "", scopes=scopes, community_id=row.community_id)
    over = org.unit(row.unit_id) if row.unit_id else None
    if over is None:
        raise Unauthorized
    office = Holding(Role.PARTY_OFFICE, over.id, over.path)
    return Actor(door=Door.API, name=row.system_name or "", holdings=(office,), scopes=scopes)


def openid_of(member_id: int, *, ended: int | None = None) -> str | None:
    """Return the openid bound to a member, None if there is none.

    :param ended: the binding that was ended, where its account is to be told just that
    """
    which = Binding.id == ended if ended is not None else Binding.ended_at.is_(None)
    sealed = db.session.scalar(sa.select(Binding.openid_sealed).where(Binding.member_id == member_id, which))
    return house.cipher().decrypt(sealed, purpose="openid") if sealed else None


def members_of(digests: list[str]) -> dict[str, int]:
    """Return to whom the openids with these digests are bound; strangers left out."""
    stmt = sa.select(Binding.openid_digest, Binding.member_id).where(
        Binding.openid_digest.in_(digests), Binding.ended_at.is_(None)
    )
    return {digest: member_id for digest, member_id in db.session.execute(stmt) if digest}


_ADDRESSES = """
SELECT b.openid_sealed, coalesce(ms.category, 'retired_member') <> 'retired_member', b.following, w.user_sealed
  FROM member m
  LEFT JOIN wecom_binding w ON w.member_id = m.id
       AND CASE WHEN %(told)s::bigint IS NULL THEN w.ended_at IS NULL ELSE w.id = %(told)s END
  LEFT JOIN binding b ON b.member_id = m.id AND b.ended_at IS NULL
  LEFT JOIN membership ms ON ms.member_id = m.id
       AND ms.since <= %(today)s AND (ms.until IS NULL OR ms.until > %(today)s)
 WHERE m.id = %(member)s AND m.erased_at IS NULL
"""


def addresses(member_id: int, data: dict[str, Any]) -> Addresses:
    """Return what of a person notices may be sent to.

    :param data: of the notice; one that a binding was ended goes to the account that was bound (in WeCom: first),
        and what is asked about something that came by one platform is asked there first
    """
    if "binding" in data:
        return Addresses(openid_of(member_id, ended=data["binding"]))
    told = data.get("wecom_binding")
    rows = ask(_ADDRESSES, {"member": member_id, "today": clock.today(), "told": told})
    if not rows:
        return Addresses()
    sealed, in_post, following, user = rows[0]
    openid = house.cipher().decrypt(sealed, purpose="openid") if sealed else None
    wecom = house.cipher().decrypt(user, purpose="wecom") if user and house.settings().wecom else None
    first = told is not None or (data["door"] == Door.WECOM if "door" in data else in_post)
    return Addresses(openid, wecom, wecom_first=first, followed=following is not False)


@dataclass(frozen=True, slots=True)
class HeldToday:
    """A post held today, with the unit's name."""

    role: str
    unit_id: int
    unit_name: str


@dataclass(frozen=True, slots=True)
class Identity:
    """Who acts, as he may read it himself."""

    member_id: int | None
    number: str | None
    name: str
    branch_id: int | None
    branch_name: str | None
    bound: bool
    posts: list[HeldToday]
    scopes: list[str]


def identity(*, by: Actor) -> Identity:
    """Return who acts: number, name, branch and posts of today, and what his token allows."""
    number, name, bound = None, by.name, False
    if by.member_id is not None:
        living = sa.exists().where(Binding.member_id == Member.id, Binding.ended_at.is_(None))
        stmt = sa.select(Member.number, Member.name, living).where(Member.id == by.member_id)
        number, name, bound = db.session.execute(stmt).one()
    units = org.names({h.unit_id for h in by.holdings} | ({by.branch_id} if by.branch_id else set()))
    return Identity(
        member_id=by.member_id,
        number=number,
        name=name or "",
        branch_id=by.branch_id,
        branch_name=units.get(by.branch_id or 0),
        bound=bound,
        posts=[HeldToday(h.role, h.unit_id, units.get(h.unit_id, "")) for h in by.holdings],
        scopes=sorted(by.scopes or ()),
    )


def tokens(*, by: Actor, after: int = 0, limit: int = 50) -> list[ApiToken]:
    """Return the living tokens that the actor may end: his own, and office systems' if he answers for them."""
    whose = ApiToken.member_id == (by.member_id or 0)
    if permits(by, P.ISSUE_SYSTEM_TOKEN):
        whose = sa.or_(whose, ApiToken.member_id.is_(None))
    stmt = (
        sa.select(ApiToken)
        .where(whose, ApiToken.id > after, ApiToken.revoked_at.is_(None), ApiToken.expires_at > clock.now())
        .order_by(ApiToken.id)
        .limit(limit)
    )
    return list(db.session.scalars(stmt))


@dataclass(frozen=True, slots=True)
class OnPaper:
    """Somebody whose matters the branch does on paper, by his own wish; why is nobody's business."""

    member_id: int
    number: str
    name: str


_ON_PAPER = sa.text(
    """
    SELECT m.id, m.number, m.name FROM member m
      JOIN membership ms ON ms.member_id = m.id AND ms.branch_id = :branch AND ms.since <= :today
       AND (ms.until IS NULL OR ms.until > :today)
     WHERE m.erased_at IS NULL
       AND EXISTS (SELECT 1 FROM consent c WHERE c.member_id = m.id)
       AND NOT EXISTS (SELECT 1 FROM consent c WHERE c.member_id = m.id AND c.withdrawn_at IS NULL)
     ORDER BY m.name_pinyin, m.id
    """
)


def on_paper(branch_id: int, *, by: Actor) -> list[OnPaper]:
    """Return whom the branch serves on paper: for its own secretaries and recorder, for nobody above.

    :raises NotFound: not the actor's own branch
    """
    if not permits(by, P.SEE_ON_PAPER, OwnBranch(branch_id)):
        raise NotFound(what="这个支部")
    rows = db.session.execute(_ON_PAPER, {"branch": branch_id, "today": clock.today()})
    return [OnPaper(*row) for row in rows]
