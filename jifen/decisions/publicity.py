"""Publicised lists (公示): drawn, publicised for so many working days, frozen; corrected only by a revision.

A kind of list enters itself once (``enter``) with what it is called and what
follows when it is frozen. Whoever computes the lines calls ``draw``; everything
else is the same for all kinds. The digest covers the frame and the lines, so
that ``ledger verify`` proves that a list is what was shown.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, days, workdays
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, NotFound
from jifen.core.states import advance
from jifen.decisions.models_publicity import Publication, PublicationLine
from jifen.decisions.policy_publicity import Listing, P
from jifen.decisions.publicity_read import Row, difference, digest_of, same_list
from jifen.decisions.states_publicity import MOVES, WORDS, PublicationState
from jifen.notices import service as notices
from jifen.org import queries as org

Follow = Callable[[Publication], None]


class StillOpen(Conflict):
    """The days are not over, an objection is open, or a corrected list waits."""

    code, template = "still_open", "这份名单还不能定案：{why}。"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list (公示的种类)."""

    code: str
    #: 积分公示, 民主评议公示 …
    words: str
    #: Locks what such a list is about; whoever changes one of its revisions holds it first, in every use case.
    hold: Follow
    #: Draws a draft anew where what it tells has changed; returns the one that is to be publicised.
    refresh: Callable[[Publication], Publication] | None = None
    #: What follows in the same transaction when such a list is publicised, or frozen.
    publicised: Follow | None = None
    frozen: Follow | None = None
    #: What follows where an objection to somebody's line is upheld, in part too: the list, whose, why, who answered.
    upheld: Callable[[Publication, int, str, Actor], None] | None = None


_kinds: dict[str, Kind] = {}
_objections: list[Callable[[Sequence[int]], Collection[int]]] = []


def enter(kind: Kind) -> None:
    """Register a kind of list.

    :raises ValueError: entered twice
    """
    if kind.code in _kinds:
        raise ValueError(f"{kind.code}: entered twice")
    _kinds[kind.code] = kind


def kind_words(code: str) -> str:
    """Return what a kind of list is called."""
    return _kinds[code].words


def uphold(publication_id: int, member_id: int, reason: str, *, by: Actor) -> None:
    """Let follow what a kind of list says of an upheld objection; inside the answer's transaction."""
    found = db.session.get_one(Publication, publication_id)
    follow = _kinds[found.kind].upheld
    if follow is not None:
        follow(found, member_id, reason, by)


def wait_for(objected: Callable[[Sequence[int]], Collection[int]]) -> None:
    """Let lists wait for open objections: ``objected`` gets ids and returns those with an open one."""
    _objections.append(objected)


def objected(ids: Sequence[int]) -> set[int]:
    """Return which of these lists have an open objection."""
    return {one for ask in _objections for one in ask(ids)} if ids else set()


def draw(
    kind: str,
    unit_id: int,
    period: str,
    *,
    frame: Mapping[str, Any],
    lines: Sequence[tuple[int, Row]],
    working_days: int,
    matter: int = 0,
    by: Actor,
) -> Publication:
    """Draw a list: the first one, the next revision, or anew in place of a draft that nobody was shown.

    Answers for no permission: whoever computes the lines knows whether they may be drawn, and holds what the
    list is about.

    :param frame: sections, columns and titles, in plain JSON values, without names of people
    :param lines: member and his figures, in the order of the list
    :param working_days: how long it stays open to objections once it is publicised
    :param matter: what alone it is about, where the organisation publicises matters one by one
    """
    with transaction() as session:
        last = latest(kind, unit_id, period, matter, lock=True)
        if last is not None and last.state == PublicationState.DRAWN:
            # The same draft, so that a page or a person who has it in hand still finds it.
            found = last
            session.execute(sa.delete(PublicationLine).where(PublicationLine.publication_id == found.id))
        else:
            found = Publication(
                kind=kind,
                unit_id=unit_id,
                period=period,
                matter=matter,
                revision=last.revision + 1 if last else 1,
                state=PublicationState.DRAWN,
            )
        found.frame, found.working_days = dict(frame), working_days
        found.seal_seq, found.drawn_at = session.scalar(_SEALED) or 0, clock.now()
        ranked = [(rank, member_id, dict(row)) for rank, (member_id, row) in enumerate(lines, 1)]
        found.digest = digest_of(found, ranked)
        session.add(found)
        session.flush()  # found.id
        if ranked:
            session.execute(
                _LINES,
                {
                    "id": found.id,
                    "rank": [r for r, _, _ in ranked],
                    "member": [m for _, m, _ in ranked],
                    "row": [json.dumps(row, ensure_ascii=False) for _, _, row in ranked],
                },
            )
        _note(found, "draw", by)
        return found


_SEALED = sa.text("SELECT max(seq) FROM seal WHERE chain = 'ledger'")
_LINES = sa.text(
    "INSERT INTO publication_line (publication_id, rank, member_id, row) SELECT :id, * FROM"
    " unnest(CAST(:rank AS int[]), CAST(:member AS bigint[]), CAST(:row AS jsonb[]))"
)


def latest(
    kind: str, unit_id: int, period: str, matter: int = 0, *, lock: bool = False
) -> Publication | None:
    """Return the newest revision of a list, None if it was never drawn."""
    stmt = (
        sa.select(Publication)
        .where(*same_list(kind, unit_id, period, matter))
        .order_by(Publication.revision.desc())
        .limit(1)
    )
    if lock:
        stmt = stmt.with_for_update().execution_options(populate_existing=True)
    return db.session.scalar(stmt)


def listing(publication: Publication, *, by: Actor) -> Listing:
    """Return a list as permissions see it."""
    unit = org.unit(publication.unit_id)
    shown = publication.state != PublicationState.DRAWN
    named = shown and by.member_id is not None and by.branch_id != unit.id
    if named:
        mine = sa.select(PublicationLine.rank).where(
            PublicationLine.publication_id == publication.id, PublicationLine.member_id == by.member_id
        )
        named = db.session.scalar(mine) is not None
    return Listing(unit.id, unit.path, shown, named)


def access(publication_id: int, permission: P = P.SEE, *, by: Actor, lock: bool = False) -> Publication:
    """Return a list that the actor may see and do this to.

    :raises NotFound: no such list, or not the actor's to see
    :raises Forbidden: his to see, not to do this to
    """
    found = db.session.get(Publication, publication_id)
    if found is None:
        raise NotFound(what="这份公示名单")
    if lock:
        found = _locked(found)
    about = listing(found, by=by)
    if not permits(by, P.SEE, about):
        raise NotFound(what="这份公示名单")
    if not permits(by, permission, about):
        raise Forbidden(action=words_for(permission))
    return found


def publicise(publication_id: int, *, by: Actor) -> Publication:
    """Publicise a draft from today on, for its working days; what was shown before is superseded.

    Today counts as the first working day if it is one.

    :raises NotFound, Forbidden: not the actor's to see, or not his to publicise
    :raises NotNow: it is publicised already
    """
    with transaction() as session:
        found = access(publication_id, P.PUBLICISE, by=by, lock=True)
        state = advance(MOVES, PublicationState(found.state), "publicise", what="这份公示名单", words=WORDS)
        kind = _kinds[found.kind]
        if kind.refresh is not None:
            found = kind.refresh(found)
        before = shown(found.kind, found.unit_id, found.period, found.matter)
        if before is not None and before.state == PublicationState.PUBLICISED:
            before.state = advance(
                MOVES, PublicationState.PUBLICISED, "supersede", what="这份公示名单", words=WORDS
            )
            session.flush()  # one list of a period is shown at a time
        found.since = clock.today()
        found.until = last_day(found.since, found.working_days) + dt.timedelta(days=1)
        found.publicised_by, found.publicised_at = by.member_id, clock.now()
        found.state = state
        session.flush()  # what follows reads it
        if kind.publicised is not None:
            kind.publicised(found)
        # Told in person: a list that was shown says something else about him now.
        told = {"publication": found.id, "kind": found.kind}
        notices.queue_many(
            kind="list_corrected",
            rows=[
                (f"publication:{found.id}:{c.member_id}", c.member_id, told)
                for c in difference(found)
                if c.before is not None
            ],
        )
        _note(found, "publicise", by)
        return found


def last_day(since: dt.date, working_days: int) -> dt.date:
    """Return the last of so many working days from ``since`` on, ``since`` included if it is one."""
    return workdays.add(since - dt.timedelta(days=1), working_days)


def shown(kind: str, unit_id: int, period: str, matter: int = 0) -> Publication | None:
    """Return the list that people see now: the newest revision that was publicised."""
    return db.session.scalar(
        sa.select(Publication)
        .where(
            *same_list(kind, unit_id, period, matter),
            Publication.state != PublicationState.DRAWN,
        )
        .order_by(Publication.revision.desc())
        .limit(1)
    )


def freeze(publication_id: int, *, by: Actor) -> Publication:
    """Freeze a list whose days are over and to which nobody objects any more.

    The house does it by the clock; a decider may do it by hand from that day on.

    :raises NotFound, Forbidden: not the actor's to see, or not his to freeze
    :raises NotNow: it is not publicised
    :raises StillOpen: its days are not over, an objection is open, or a corrected list waits
    """
    with transaction() as session:
        if by.is_system:
            found = _locked(db.session.get_one(Publication, publication_id))
        else:
            found = access(publication_id, P.PUBLICISE, by=by, lock=True)
        state = advance(MOVES, PublicationState(found.state), "freeze", what="这份公示名单", words=WORDS)
        assert found.until is not None
        if clock.today() < found.until:
            raise StillOpen(why=f"公示到{days.spoken(found.until - dt.timedelta(days=1))}为止")
        newest = latest(found.kind, found.unit_id, found.period, found.matter)
        if newest is not None and newest.id != found.id:
            raise StillOpen(why="有一份更正后的名单等待公示")
        if objected([found.id]):
            raise StillOpen(why="还有异议没有答复")
        found.state, found.frozen_at = state, clock.now()
        session.flush()  # what follows reads it
        follow = _kinds[found.kind].frozen
        if follow is not None:
            follow(found)
        _note(found, "freeze", by)
        return found


def _locked(found: Publication) -> Publication:
    """Lock what a list is about and then the list; return it as it is now."""
    _kinds[found.kind].hold(found)
    stmt = sa.select(Publication).where(Publication.id == found.id).with_for_update()
    return db.session.execute(stmt.execution_options(populate_existing=True)).scalar_one()


_DUE = sa.text(
    """
    SELECT p.id FROM publication p
     WHERE p.kind = :kind AND p.state = 'publicised' AND p.until <= :day
       AND NOT EXISTS (SELECT 1 FROM publication n WHERE n.kind = p.kind AND n.unit_id = p.unit_id
                        AND n.period = p.period AND n.matter = p.matter AND n.revision > p.revision)
     ORDER BY p.id
    """
)


def due(kind: str, day: dt.date) -> list[int]:
    """Return the lists whose days are over on ``day`` and that nothing holds back."""
    ids = list(db.session.scalars(_DUE, {"kind": kind, "day": day}))
    held = objected(ids)
    return [one for one in ids if one not in held]


def _note(publication: Publication, act: str, by: Actor) -> None:
    audit.record(
        by=by,
        action=f"publication.{act}",
        subject="publication",
        subject_id=publication.id,
        codes=f"{publication.kind} {publication.period} r{publication.revision} {publication.digest[:16]}",
    )
