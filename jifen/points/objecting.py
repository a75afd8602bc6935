"""Objections to points: what is contested, and who decided it.

Days and review are the same for every list; here stands what only the ledger knows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core import clock, workdays
from jifen.core.actor import Actor, permits
from jifen.core.db import db, transaction
from jifen.core.errors import NotFound
from jifen.core.period import Period
from jifen.decisions import objections, publicity, publicity_read
from jifen.decisions.models_objections import Objection
from jifen.decisions.models_publicity import Publication, PublicationLine
from jifen.decisions.objections import Contested
from jifen.decisions.policy_objections import Contest, P
from jifen.decisions.states_publicity import PublicationState
from jifen.members import queries as members
from jifen.members.policy import WORKS_WITH_PEOPLE
from jifen.members.policy import P as MEMBERS
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points import errors
from jifen.points.models import LedgerEntry, Report
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.book import Appeal

#: Where a rulebook says nothing of objections: five working days, answered within ten above the branch.
USUAL = Appeal(5, 10, "department_committee")
#: Who looks again, by the rulebook's word: the branch itself, what stands above it, the work committee.
_IN_THE_BRANCH = frozenset({"group_leader", "points_recorder", "branch_secretary", "branch_committee"})
_AT_THE_TOP = frozenset({"work_committee", "organisation_department"})
_ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody wants to object to, as a door heard it; numbers are those on people's slips."""

    words: str
    #: The list; None for one's own score at any time.
    publication_id: int | None = None
    entry_id: int | None = None
    #: Whose line, and who objects; the actor and the same person if None.
    member_number: str | None = None
    objector_number: str | None = None
    how: str | None = None
    received_on: dt.date | None = None


def raise_(wish: Wish, *, by: Actor) -> Objection:
    """Object for oneself, or enter what somebody brought on paper or by mouth.

    :raises NotFound: no such list, line, entry or person, or not the actor's to see
    :raises DomainError: see ``objections.raise_``
    """
    with transaction():
        whose = members.member_by_number(wish.member_number).id if wish.member_number else by.member_id
        objector = members.member_by_number(wish.objector_number).id if wish.objector_number else None
        if wish.how in objections.ON_PAPER:
            objector = objector or whose
        if wish.publication_id is not None:
            contested = on_list(wish.publication_id, member_id=whose, entry_id=wish.entry_id, by=by)
        else:
            contested = on_score(member_id=whose, entry_id=wish.entry_id, by=by)
        return objections.raise_(
            contested,
            wish.words,
            objector_id=objector,
            how=wish.how,
            received_on=wish.received_on,
            by=by,
        )


def on_list(
    publication_id: int, *, member_id: int | None = None, entry_id: int | None = None, by: Actor
) -> Contested:
    """Return a line of a list as something to object to.

    :param member_id: whose line; the actor's own if None
    :param entry_id: the entry behind it that is contested, where one is named
    :raises NotFound: no such list, line or entry, or not the actor's to see
    """
    found = publicity.access(publication_id, by=by)
    whose = member_id or by.member_id or 0
    if found.state == PublicationState.DRAWN:
        raise NotFound(what="这份公示名单")
    assert found.since is not None, "a list that was shown has its days"
    assert found.until is not None, "both of them"
    period, unit = Period.parse(found.period), org.unit(found.unit_id)
    where = members.belonging(whose, period.last_day)
    listed = bool(publicity_read.lines(found.id, member_id=whose))
    # Somebody whom the list forgot objects to just that.
    if not listed and (where is None or where.branch_id != unit.id):
        raise NotFound(what="这位同志在名单里的一行")
    entry = _entry(entry_id, whose, by) if entry_id else None
    decided = {entry.decided_by} if entry else {found.publicised_by}
    appeal = _appeal(unit.path, where.category if where else "full_member", period.last_day)
    last = publicity.last_day(found.since, appeal.open_working_days)
    return Contested(
        about=f"{found.kind}:{unit.id}:{found.period}" + (f":{found.matter}" if found.matter else ""),
        words=f"{period.words}{publicity.kind_words(found.kind)}",
        contest=Contest(
            member_id=whose,
            unit_id=unit.id,
            path=unit.path,
            shown=True,
            deciders=frozenset(one for one in decided if one is not None),
        ),
        publication_id=found.id,
        entry_id=entry_id,
        review_path=_review_path(unit, appeal.decided_by),
        since=found.since,
        last_day=max(last, found.until - _ONE_DAY),
        answer_working_days=appeal.answer_working_days,
    )


def on_score(*, member_id: int | None = None, entry_id: int | None = None, by: Actor) -> Contested:
    """Return one's own score, or one entry of it, as something to object to at any time in the rulebook's days.

    An entry may be contested so many working days after it was recorded, the
    score of the running period until so many after its end.

    :raises NotFound: no such entry, or not the actor's to see
    :raises NoRulebook: nobody scores him today
    """
    whose, today = member_id or by.member_id or 0, clock.today()
    if not permits(by, MEMBERS.SEE, members.person(whose, today)):
        raise NotFound(what="这位同志的积分")
    entry = _entry(entry_id, whose, by) if entry_id else None
    where = members.belonging(whose, today)
    if where is None and entry is None:
        raise NotFound(what="这位同志的积分")
    unit = org.unit(entry.branch_id if entry else where.branch_id)  # type: ignore[union-attr]
    category = where.category if where else "full_member"
    rules = rulebooks.in_force(unit.path, category, entry.occurred_on if entry else today)
    appeal = rules.book.appeal or USUAL
    since = clock.civil_day(entry.recorded_at) if entry else rules.period.since
    open_from = since if entry else rules.period.last_day
    return Contested(
        about=f"entry:{entry.id}" if entry else f"score:{rules.period.key}",
        words="这笔积分" if entry else f"{rules.period.words}积分",
        contest=Contest(
            member_id=whose,
            unit_id=unit.id,
            path=unit.path,
            deciders=frozenset({entry.decided_by} if entry and entry.decided_by else ()),
        ),
        entry_id=entry_id,
        review_path=_review_path(unit, appeal.decided_by),
        since=since,
        last_day=workdays.add(open_from, appeal.open_working_days),
        answer_working_days=appeal.answer_working_days,
    )


def _entry(entry_id: int, member_id: int, by: Actor) -> LedgerEntry:
    """Return a live entry of that member, for himself or whoever works with the people of its branch."""
    found = db.session.get(LedgerEntry, entry_id)
    if found is None or found.member_id != member_id or found.reverses_id is not None:
        raise NotFound(what="这笔积分")
    contest = Contest(
        member_id=member_id, unit_id=found.branch_id, path=org.unit(found.branch_id).path, shown=False
    )
    if by.member_id != member_id and not permits(by, P.ENTER, contest):
        raise NotFound(what="这笔积分")
    return found


def _appeal(path: str, category: str, day: dt.date) -> Appeal:
    try:
        return rulebooks.in_force(path, category, day).book.appeal or USUAL
    except rulebooks.NoRulebook:
        return USUAL


def _review_path(unit: Unit, decided_by: str) -> str:
    """Return from where the review is asked: the branch, what stands above it, or the top of the line."""
    if decided_by in _IN_THE_BRANCH or unit.kind != UnitKind.BRANCH:
        return unit.path
    line = unit.path.strip("/").split("/")
    upwards = line[:1] if decided_by in _AT_THE_TOP else line[:-1]
    return f"/{'/'.join(upwards)}/"


@dataclass(frozen=True, slots=True)
class ListShown:
    """A list that was shown, for the choice of what an objection is about."""

    id: int
    words: str
    unit_name: str


def lists_shown(*, by: Actor) -> list[ListShown]:
    """Return the latest lists of the actor's branch and of where he works with people, newest first."""
    own = [Unit.id == by.branch_id] if by.branch_id else []
    over = [Unit.path.startswith(h.path, autoescape=True) for h in by.holdings if h.role in WORKS_WITH_PEOPLE]
    if not own + over:
        return []
    stmt = (
        sa.select(Publication.id, Publication.kind, Publication.period, Unit.name)
        .join(Unit, Unit.id == Publication.unit_id)
        .where(
            sa.or_(*own, *over),
            Publication.state.in_((PublicationState.PUBLICISED, PublicationState.FROZEN)),
            Publication.until > clock.today() - dt.timedelta(days=60),
        )
        .order_by(Publication.id.desc())
        .limit(60)
    )
    return [
        ListShown(i, f"{Period.parse(period).words}{publicity.kind_words(kind)}", unit_name)
        for i, kind, period, unit_name in db.session.execute(stmt)
    ]


def open_lists(*, by: Actor) -> list[Contested]:
    """Return the lists with the actor's own line to which he may still object, the latest first.

    A list names him also after he moved to another branch.
    """
    today = clock.today()
    named = sa.exists().where(
        PublicationLine.publication_id == Publication.id, PublicationLine.member_id == by.member_id
    )
    stmt = (
        sa.select(Publication.id)
        .where(
            sa.or_(Publication.unit_id == by.branch_id, named),
            Publication.state.in_((PublicationState.PUBLICISED, PublicationState.FROZEN)),
            Publication.until > today - dt.timedelta(days=60),
        )
        .order_by(Publication.since.desc(), Publication.id.desc())
        .limit(6)
    )
    found: dict[str, Contested] = {}
    for publication_id in db.session.scalars(stmt).all():
        contested = on_list(publication_id, by=by)
        if contested.last_day >= today:
            found.setdefault(contested.about, contested)
    return list(found.values())


def by_chat(words: str, *, number: int | None = None, by: Actor) -> tuple[Objection, Contested]:
    """Object in a sentence: about the list that is open, else about one's own score.

    :param words: the sentence; where it begins with the name of somebody on the list, about his line
    :param number: the running number of one's own report that was counted wrongly
    :raises NotYours: no report of one's own bears the number
    :raises SameName: several people of the list bear the name
    """
    with transaction():
        entry_id = _counted(number, by) if number is not None else None
        lists = open_lists(by=by)
        if not lists or lists[0].publication_id is None:
            contested = on_score(entry_id=entry_id, by=by)
        else:
            whose = _named(lists[0].publication_id, words, by) if entry_id is None else None
            contested = on_list(lists[0].publication_id, member_id=whose, entry_id=entry_id, by=by)
        return objections.raise_(contested, words, by=by), contested


def _counted(number: int, by: Actor) -> int:
    stmt = (
        sa.select(LedgerEntry.id)
        .join(Report, sa.and_(LedgerEntry.source == "report", LedgerEntry.source_id == Report.id))
        .where(Report.number == number, Report.member_id == by.member_id)
        .order_by(LedgerEntry.id.desc())
        .limit(1)
    )
    found = db.session.scalar(stmt)
    if found is None:
        raise errors.NotYours(number=number)
    return found


def _named(publication_id: int, words: str, by: Actor) -> int | None:
    """Return who of the list is named first in the sentence, None if nobody else is."""
    first = words.split(maxsplit=1)[0] if " " in words.strip() else ""
    if not 2 <= len(first) <= 4:
        return None
    same = [line.member_id for line in publicity_read.lines(publication_id) if line.name == first]
    if len(same) > 1:
        raise errors.SameName(name=first)
    return next((one for one in same if one != by.member_id), None)
