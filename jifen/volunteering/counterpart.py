"""A community that speaks for itself (社区令牌): letting it in, and the little that it sees."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.access import queries as tokens
from jifen.access import service as access
from jifen.access.policy import P as AccessP
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import ask, db, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.volunteering.models_community import Community
from jifen.volunteering.policy import P
from jifen.volunteering.queries_community import CLAIMS, UNCONFIRMED, Registration, Taken

#: All that a community's token is for.
SCOPES = frozenset({"community:confirm"})


def let_in(community_id: int, *, days: int = 90, by: Actor) -> tuple[int, str]:
    """Return the id and the text of a fresh token of a community; it is shown once.

    :raises Forbidden: the actor is not of the work committee's office
    :raises NotFound: no such community
    :raises Invalid: a term outside 1 … 365 days
    """
    if not permits(by, AccessP.ISSUE_SYSTEM_TOKEN):
        raise Forbidden(action=words_for(AccessP.ISSUE_SYSTEM_TOKEN))
    with transaction():
        place = db.session.get(Community, community_id)
        if place is None:
            raise NotFound(what="这个社区")
        name = f"{place.street}{place.name}"[:60]
        return access.issue_token(
            scopes=SCOPES, label="双报到", days=days, system_name=name, community_id=place.id, by=by
        )


@dataclass(frozen=True, slots=True)
class LetIn:
    """A community's living token, without its text."""

    id: int
    name: str
    created_on: dt.date
    expires_on: dt.date


def let_in_now(*, by: Actor) -> list[LetIn]:
    """Return the living tokens of communities, for whoever may end them; nothing for everybody else."""
    if not permits(by, AccessP.ISSUE_SYSTEM_TOKEN):
        return []
    return [
        LetIn(t.id, t.system_name or "", clock.civil_day(t.created_at), clock.civil_day(t.expires_at))
        for t in tokens.tokens(by=by, limit=500)
        if t.community_id is not None
    ]


def itself(by: Actor) -> int:
    """Return which community asks.

    :raises Forbidden: the actor is none
    """
    if by.community_id is None or not permits(by, P.SPEAK, by.community_id):
        raise Forbidden(action=words_for(P.SPEAK))
    return by.community_id


_REGISTRATIONS = UNCONFIRMED.format(which="r.community_id = %(community)s AND r.id > %(after)s")
_CLAIMS = CLAIMS.format(
    which="n.community_id = %(community)s AND k.state <> 'withdrawn' AND (%(after)s = 0 OR k.id < %(after)s)",
    first="",
)


def registrations(*, by: Actor, after: int = 0, limit: int = 50) -> list[Registration]:
    """Return who registered at the community that asks and waits for its word, by id.

    :raises Forbidden: the actor is no community
    """
    values = {"community": itself(by), "day": clock.today(), "after": after, "limit": limit}
    return [Registration(*row) for row in ask(_REGISTRATIONS, values)]


def claims(*, by: Actor, after: int = 0, limit: int = 50) -> list[Taken]:
    """Return what people took on of the needs of the community that asks, newest first.

    :raises Forbidden: the actor is no community
    """
    values = {"community": itself(by), "after": after, "limit": limit}
    return [Taken(*row) for row in ask(_CLAIMS, values)]
