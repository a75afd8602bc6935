"""A model post from the application to the plate: branch, next higher organisation, publicity, number.

Each step is asked through the shared decisions; the last yes publicises, and
when the publicity is over and nobody objected with success the plate is given.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, system, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.core.states import advance
from jifen.decisions import asks, publicity
from jifen.decisions import queries as decisions
from jifen.decisions.models_objections import Objection
from jifen.decisions.models_publicity import Publication
from jifen.decisions.states_objections import ObjectionState
from jifen.members import queries as members
from jifen.model_posts import conditions, errors, posting, rules, settings
from jifen.model_posts.models import ModelPost, ModelPostPerson
from jifen.model_posts.policy import Matter, P
from jifen.model_posts.settings import Kind
from jifen.model_posts.states import HANGING, LIVE, MOVES, WORDS, PostState
from jifen.notices import service as notices
from jifen.org import queries as org
from jifen.org.models import Unit

SUBJECT = "model_post"
#: Kind of the publicised list.
KIND = "model_post"
HOUSE = system("model_posts.follow")
#: Key of the lock under which plates are numbered.
_PLATES = 7_405_233


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What somebody applies with."""

    kind: str
    unit_id: int
    title: str
    deeds: str
    #: Whoever answers for it; the actor himself if None.
    lead_id: int | None = None
    #: Who works there beside him; none of a post of one person.
    people: Collection[int] = ()
    staff: int | None = None
    staff_members: int | None = None
    leader_member: bool = False


def kind_of(code: str) -> Kind:
    """Return a kind of the settings.

    :raises NotFound: no such kind, or one that the settings have dropped
    """
    found = settings.load().kinds.get(code)
    if found is None:
        raise NotFound(what="这种示范岗")
    return found


def apply(wish: Application, *, by: Actor) -> ModelPost:
    """Apply for a model post, for oneself or as whoever prepares for the branch.

    :raises NotFound: no such kind or branch, or not the actor's to apply in
    :raises NamesSomebody: what everybody reads names one of its people
    :raises NotOfBranch, AlreadyLeads, StillWaiting, ConditionsNotMet: see errors
    """
    with transaction() as session:
        kind, lead = kind_of(wish.kind), wish.lead_id or by.member_id or 0
        branch = org.unit(wish.unit_id)
        matter = Matter(branch.id, branch.path, lead_id=lead)
        if branch.kind != "branch" or not permits(by, P.APPLY, matter):
            raise NotFound(what="这个支部")
        people = {lead} if kind.individual else {lead, *wish.people}
        names = _check_people(people, branch)
        title, deeds = wish.title.strip()[:40], wish.deeds.strip()[:1000]
        if not title or not deeds:
            raise Invalid(reason="请写上名称和事迹。")
        if wish.staff_members is not None and wish.staff_members > (wish.staff or 0):
            raise Invalid(reason="党员人数不能多于工作人员总数，请核对人数。")
        check_words(title + deeds, names.values())
        if session.scalar(
            sa.select(ModelPost.id).where(
                ModelPost.kind == kind.code, ModelPost.lead_id == lead, ModelPost.state.in_(LIVE)
            )
        ):
            raise errors.AlreadyLeads(name=names[lead], kind=kind.name)
        conditions.check_waiting(kind, lead, names[lead])
        found = conditions.of(
            kind,
            lead,
            staff=wish.staff,
            staff_members=wish.staff_members,
            leader_member=wish.leader_member,
        )
        conditions.check(kind, found)
        row = ModelPost(
            kind=kind.code,
            unit_id=branch.id,
            title=title,
            deeds=deeds,
            lead_id=lead,
            applied_by=by.member_id,
            door=by.door,
            staff=None if kind.individual else wish.staff,
            staff_members=None if kind.individual else wish.staff_members,
            leader_member=wish.leader_member and not kind.individual,
            found=[f"{one.asked}：{one.found}（{one.basis}）" for one in found],
            state=PostState.APPLIED,
            step=1,
            reviews=0,
            quota_unit_id=branch.id if kind.quota_of == "branch" else branch.department_id or branch.id,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # its id; one live post of a kind for each who answers
        except sa.exc.IntegrityError as err:
            raise errors.AlreadyLeads(name=names[lead], kind=kind.name) from err
        session.add_all([ModelPostPerson(post_id=row.id, member_id=one) for one in sorted(people)])
        session.flush()  # its people keep out of it
        ask_step(row)
        note(row, "apply", by=by)
        if by.member_id != lead:
            tell(row, "applied")
        return row


def _check_people(people: set[int], branch: Unit) -> dict[int, str]:
    where = members.branches_on(people, clock.today())
    if any(where.get(one) != branch.id for one in people):
        raise errors.NotOfBranch(branch=branch.name)
    return members.names(people)


def check_words(words: str, names: Iterable[str]) -> None:
    """Refuse words for everybody that name one of these people: a name is shown only by his own yes.

    :raises NamesSomebody: with the name
    """
    bare = re.sub(r"\s", "", words)
    for name in names:
        if len(name) > 1 and name in bare:
            raise errors.NamesSomebody(name=name)


def people_of(post_id: int) -> frozenset[int]:
    """Return who works at a post; whoever calls has checked who looks."""
    stmt = sa.select(ModelPostPerson.member_id).where(ModelPostPerson.post_id == post_id)
    return frozenset(db.session.scalars(stmt))


def matter_of(row: ModelPost) -> Matter:
    """Return a post as permissions see it."""
    path = org.unit(row.unit_id).path
    return Matter(row.unit_id, path, people_of(row.id), row.lead_id, row.applied_by)


def access(post_id: int, permission: P = P.SEE, *, by: Actor, lock: bool = False) -> ModelPost:
    """Return a post that the actor may see and do this to.

    :raises NotFound: no such post, or not the actor's to see
    :raises Forbidden: his to see, not to do this to
    """
    return accessed(post_id, permission, by=by, lock=lock)[0]


def accessed(
    post_id: int, permission: P = P.SEE, *, by: Actor, lock: bool = False
) -> tuple[ModelPost, Matter]:
    """Return what ``access`` does, and the post as permissions see it."""
    row = locked(post_id) if lock else db.session.get(ModelPost, post_id)
    if row is None:
        raise NotFound(what="这个示范岗")
    matter = matter_of(row)
    if not permits(by, P.SEE, matter):
        raise NotFound(what="这个示范岗")
    if permission != P.SEE and not permits(by, permission, matter):
        raise Forbidden(action=words_for(permission))
    return row, matter


def locked(post_id: int) -> ModelPost | None:
    """Return the post as it is now, held until the transaction ends."""
    stmt = sa.select(ModelPost).where(ModelPost.id == post_id).with_for_update()
    return db.session.scalar(stmt.execution_options(populate_existing=True))


def moved(row: ModelPost, move: str) -> PostState:
    """Return the state that a move leads to.

    :raises NotNow: it does not start from where the post stands
    """
    return advance(MOVES, PostState(row.state), move, what="这个示范岗", words=WORDS)


def ask_step(row: ModelPost) -> None:
    """Ask whoever decides the step at which an application stands."""
    kind = kind_of(row.kind)
    said = decisions.decisions_on(SUBJECT, row.id)
    out = {row.applied_by, *people_of(row.id)}
    out |= {one for d in said for one in (d.decided_by, d.on_behalf_of) if one is not None}
    path = org.unit(row.unit_id).path
    unit_id = asks.unit_for(path, row.lead_id, not_by=out, step=kind.chain[row.step - 1])
    asks.ask(SUBJECT, row.id, unit_id=unit_id, concerns=row.lead_id, not_by=out)


def decide(post_id: int, *, approve: bool, reason: str = "", by: Actor) -> ModelPost:
    """Answer an application: it goes on, is publicised after the last step, or is given back with a word.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: refused without a word
    :raises ConditionsNotMet: what held when he applied holds no more
    :raises QuotaFull: all places are taken; it stays where it is
    """
    if not approve and not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        row = locked(post_id)
        asked = asks.access(SUBJECT, post_id, by=by)
        if row is None:
            raise NotFound(what="这个示范岗")
        kind = kind_of(row.kind)
        asks.decide(asked, "approved" if approve else "refused", by=by, reason=reason, step=row.step)
        if not approve:
            row.state, row.ended_on = moved(row, "refuse"), clock.today()
            tell(row, "refused")
        elif row.step < len(kind.chain):
            row.state = moved(row, "approve")
            row.step += 1
            session.flush()  # the step, before somebody else is asked
            ask_step(row)
        else:
            _publicise(row, kind, by)
        note(row, "approve" if approve else "refuse", by=by)
        session.flush()  # the state, before the caller reads
        return row


def _publicise(row: ModelPost, kind: Kind, by: Actor) -> None:
    found = conditions.of(
        kind,
        row.lead_id,
        staff=row.staff,
        staff_members=row.staff_members,
        leader_member=row.leader_member,
    )
    conditions.check(kind, found)
    row.slot = _place(row, kind)
    row.state = moved(row, "publicise")
    db.session.flush()  # the place of the quota is the database's promise
    section = {"key": KIND, "title": f"拟授予{kind.name}：{row.title}", "columns": [["part", "身份"]]}
    people = sorted(people_of(row.id), key=lambda one: (one != row.lead_id, one))
    drawn = publicity.draw(
        KIND,
        row.unit_id,
        f"{clock.today():%Y-%m}",
        frame={"sections": [section], "names_shown": True},
        lines=[(m, {"section": KIND, "part": "负责人" if m == row.lead_id else "成员"}) for m in people],
        working_days=kind.publicity_days,
        matter=row.id,
        by=by,
    )
    # His answer to the last step publicises: a token that may give it needs no other scope.
    publicity.publicise(drawn.id, by=replace(by, scopes=None))
    tell(row, "publicised")


def _place(row: ModelPost, kind: Kind) -> int:
    unit = db.session.execute(
        sa.select(Unit).where(Unit.id == row.quota_unit_id).with_for_update(key_share=True)
    ).scalar_one()
    stmt = sa.select(ModelPost.slot).where(
        ModelPost.kind == kind.code,
        ModelPost.quota_unit_id == unit.id,
        ModelPost.state.in_([PostState.PUBLICISED, *HANGING]),
    )
    taken = set(db.session.scalars(stmt))
    free = [n for n in range(1, kind.quota + 1) if n not in taken]
    if len(taken) >= kind.quota or not free:
        raise errors.QuotaFull(kind=kind.name, unit=unit.name, quota=kind.quota)
    return free[0]


def cancel(post_id: int, *, by: Actor) -> ModelPost:
    """Take an application back that is not publicised yet.

    :raises NotFound, Forbidden: not the actor's to see, or not his to take back
    :raises NotNow: it is publicised or decided
    """
    with transaction() as session:
        row = access(post_id, P.CANCEL, by=by, lock=True)
        row.state, row.ended_on = moved(row, "cancel"), clock.today()
        asks.answered(SUBJECT, row.id)
        note(row, "cancel", by=by)
        session.flush()  # the state, before the caller reads
        return row


def _of(publication: Publication) -> ModelPost:
    row = locked(publication.matter)
    assert row is not None, "a list of this kind is about a post"
    return row


def _frozen(publication: Publication) -> None:
    """Give the plate, or refuse where an objection was upheld."""
    row = _of(publication)
    upheld = db.session.scalar(
        sa.select(sa.func.count())
        .select_from(Objection)
        .join(Publication, Publication.id == Objection.publication_id)
        .where(
            Publication.kind == KIND,
            Publication.matter == row.id,
            Objection.state == ObjectionState.UPHELD,
        )
    )
    if upheld:
        row.state, row.ended_on = moved(row, "refuse"), clock.today()
        tell(row, "objected")
        note(row, "refuse", by=HOUSE)
        return
    _grant(row)


def _grant(row: ModelPost) -> None:
    kind, today = kind_of(row.kind), clock.today()
    db.session.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _PLATES})
    start = f"{kind.plate}-{today.year}-"
    last = db.session.scalar(
        sa.select(sa.func.max(ModelPost.plate)).where(ModelPost.plate.startswith(start, autoescape=True))
    )
    row.state = moved(row, "grant")
    row.plate = f"{start}{int(last[len(start) :]) + 1 if last else 1:04}"
    row.public_id = secrets.token_hex(12)
    row.granted_on, row.until = today, rules.add_months(today, kind.validity_months)
    row.review_on = rules.add_months(today, kind.review_months)
    db.session.flush()  # its number, before its points
    posting.count(row, kind, people_of(row.id), by=HOUSE)
    tell(row, "granted")
    note(row, "grant", by=HOUSE)


def _hold(publication: Publication) -> None:
    _of(publication)


publicity.enter(publicity.Kind(KIND, "示范岗公示", hold=_hold, frozen=_frozen))


def tell(row: ModelPost, what: str, *, key: str = "") -> None:
    """Owe everybody who works there a message, once for each such event."""
    values = {"post": row.id, "what": what}
    notices.queue_many(
        kind="model_post_told",
        rows=[(f"model_post:{row.id}:{what}{key}:{one}", one, values) for one in sorted(people_of(row.id))],
    )


def note(row: ModelPost, act: str, *, by: Actor) -> None:
    """Leave the line of the audit."""
    audit.record(by=by, action=f"model_post.{act}", subject=SUBJECT, subject_id=row.id, codes=row.state)
