"""Reads of publicised lists: which ones somebody may see, and one of them as he sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from jifen.core.actor import DECIDERS, Actor, permits
from jifen.core.db import db
from jifen.core.period import Period
from jifen.decisions import publicity, publicity_read
from jifen.decisions.models_publicity import Publication, PublicationLine
from jifen.decisions.policy_publicity import P
from jifen.decisions.states_publicity import WORDS, PublicationState
from jifen.members import queries as members
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.org import queries as org
from jifen.org.models import Unit


@dataclass(frozen=True, slots=True)
class Seen:
    """A list in a list of lists."""

    id: int
    kind: str
    unit_id: int
    unit_name: str
    period: str
    revision: int
    state: str
    since: dt.date | None
    #: First day after the publicity.
    until: dt.date | None
    digest: str

    @property
    def kind_words(self) -> str:
        return publicity.kind_words(self.kind)

    @property
    def period_words(self) -> str:
        return Period.parse(self.period).words

    @property
    def state_words(self) -> str:
        return WORDS[self.state]

    @property
    def last_day(self) -> dt.date | None:
        return self.until - dt.timedelta(days=1) if self.until else None


_COLUMNS = (
    Publication.id,
    Publication.kind,
    Publication.unit_id,
    Unit.name,
    Publication.period,
    Publication.revision,
    Publication.state,
    Publication.since,
    Publication.until,
    Publication.digest,
)


def seen(
    *,
    by: Actor,
    kind: str | None = None,
    unit_id: int | None = None,
    period: str | None = None,
    after: int = 0,
    limit: int = 50,
) -> list[Seen]:
    """Return the lists that the actor may see, newest first; ``after`` is the last id shown."""
    below = [
        Unit.path.startswith(h.path, autoescape=True) for h in by.holdings if h.role in WORKS_WITH_PEOPLE
    ]
    named = sa.exists().where(
        PublicationLine.publication_id == Publication.id, PublicationLine.member_id == by.member_id
    )
    shown = sa.and_(
        Publication.state != PublicationState.DRAWN, sa.or_(Publication.unit_id == by.branch_id, named)
    )
    stmt = sa.select(*_COLUMNS).join(Unit, Unit.id == Publication.unit_id).where(sa.or_(shown, *below))
    for column, value in (
        (Publication.kind, kind),
        (Publication.unit_id, unit_id),
        (Publication.period, period),
    ):
        if value is not None:
            stmt = stmt.where(column == value)
    if after:
        stmt = stmt.where(Publication.id < after)
    return [Seen(*row) for row in db.session.execute(stmt.order_by(Publication.id.desc()).limit(limit))]


@dataclass(frozen=True, slots=True)
class Opened:
    """A list with everything that its reader may see."""

    about: Seen
    frame: dict[str, Any]
    lines: list[publicity_read.Line]
    changed: list[publicity_read.Changed]
    #: Every revision that the reader may see, oldest first: id, number, state.
    revisions: list[tuple[int, int, str]]
    working_days: int
    publicised_by: str
    seal_seq: int
    may_publicise: bool

    def section(self, key: str) -> list[publicity_read.Line]:
        """Return the lines of one section; all of them where lines name none."""
        return [line for line in self.lines if line.row.get("section", key) == key]


def opened(publication_id: int, *, by: Actor) -> Opened:
    """Return a list as the actor sees it.

    :raises NotFound: no such list, or not the actor's to see
    """
    found = publicity.access(publication_id, by=by)
    home = org.unit(found.unit_id)  # held, so that who may see it is asked of the same row
    about = Seen(
        found.id,
        found.kind,
        found.unit_id,
        home.name,
        found.period,
        found.revision,
        found.state,
        found.since,
        found.until,
        found.digest,
    )
    drafts = permits(by, P.PUBLICISE, publicity.listing(found, by=by))
    who = found.publicised_by
    return Opened(
        about=about,
        frame=found.frame,
        lines=publicity_read.lines(found.id),
        changed=publicity_read.difference(found),
        revisions=[
            (one.id, one.revision, WORDS[one.state])
            for one in publicity_read.revisions(found)
            if drafts or one.state != PublicationState.DRAWN
        ],
        working_days=found.working_days,
        publicised_by=members.names({who}).get(who, "") if who else "",
        seal_seq=found.seal_seq,
        may_publicise=drafts and found.state == PublicationState.DRAWN,
    )


def own_line(*, by: Actor, kind: str) -> tuple[Seen, publicity_read.Line | None] | None:
    """Return the newest shown list of the actor's branch and his own line in it; None if there is none."""
    if by.branch_id is None:
        return None
    found = [
        one
        for one in seen(by=by, kind=kind, unit_id=by.branch_id, limit=4)
        if one.state in (PublicationState.PUBLICISED, PublicationState.FROZEN)
    ]
    if not found:
        return None
    mine = publicity_read.lines(found[0].id, member_id=by.member_id)
    return found[0], mine[0] if mine else None


def unshown(by: Actor) -> tuple[int, dt.datetime | None]:
    """Return how many drafts wait for the actor to publicise them, and since when the oldest does."""
    units = [h.unit_id for h in by.holdings if h.role in DECIDERS]
    if not units:
        return 0, None
    stmt = sa.select(sa.func.count(), sa.func.min(Publication.drawn_at)).where(
        Publication.state == PublicationState.DRAWN, Publication.unit_id.in_(units)
    )
    count, since = db.session.execute(stmt).one()
    return count, since
