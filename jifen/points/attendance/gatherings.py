"""A meeting's entry (会议考勤): prepared by whoever keeps the list, confirmed once by a decider, posted by the roster."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import DECIDERS, Actor, Holding, permits, words_for
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions.models import Decision
from jifen.members import queries as members
from jifen.org.models import Unit
from jifen.org.queries import unit
from jifen.points import errors as points_errors
from jifen.points import items, roster
from jifen.points.attendance import absences, errors, leaves, queries
from jifen.points.attendance.absences import Missing
from jifen.points.attendance.models import Attendee, Gathering
from jifen.points.attendance.policy import P
from jifen.points.attendance.states import (
    GATHERING_MOVES,
    GATHERING_WORDS,
    MARKS,
    GatheringState,
    LeaveReason,
    LeaveState,
    Outcome,
)
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Feeder
from jifen.rulebook.queries import InForce

SUBJECT = "gathering"
#: Of one person's end, where the confirmer himself must keep out.
ONE = "attendee"


@dataclass(frozen=True, slots=True)
class Mark:
    """How somebody ended, as it was written down; ``reason`` is the code of a leave."""

    outcome: str
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What the secretary writes down: who of those expected did not simply attend."""

    branch_id: int
    item: str
    day: dt.date
    #: By member; who is expected and not named attended, or is on the leave he was granted.
    marks: Mapping[int, Mark] = field(default_factory=dict)
    activity: str | None = None
    #: 党小组, where only a cell met.
    cell_id: int | None = None
    #: Who was expected, where not the whole branch was; None: everybody in force.
    audience: Collection[int] | None = None


def record(sheet: Sheet, *, confirm: bool = False, by: Actor) -> Gathering:
    """Write a meeting down; a decider may confirm it in the same breath, else the branch's deciders are asked.

    :raises NotFound, Forbidden: see ``queries.access_branch``
    :raises InFuture, UnknownItem, NotByRoster: see the room's errors
    :raises NotExpected, NobodyExpected, ReasonNeeded: see errors; nothing is written
    :raises AlreadyEntered: that meeting has a live entry
    """
    with transaction() as session:
        branch = queries.access_branch(sheet.branch_id, P.CONFIRM if confirm else P.PREPARE, by=by)
        if sheet.day > clock.today():
            raise points_errors.InFuture(day=sheet.day)
        if sheet.cell_id is not None and unit(sheet.cell_id).parent_id != branch.id:
            raise NotFound(what="这个党小组")
        absences.lock_branches([branch.id])
        rows, rules = _expected(branch, sheet)
        item = items.find(rules.book, sheet.item)
        if item.off is not None or Feeder.ROSTER not in item.feeders:
            raise points_errors.NotByRoster(item=item.name)
        assert by.member_id is not None, "a post is held by a member"
        gathering = Gathering(
            branch_id=branch.id,
            cell_id=sheet.cell_id,
            rulebook_id=rules.rulebook_id,
            item_code=item.code,
            occurred_on=sheet.day,
            activity=sheet.activity,
            occasion=occasion(item, sheet.day, activity=sheet.activity),
            prepared_by=by.member_id,
            door=by.door,
        )
        try:
            with session.begin_nested():
                session.add(gathering)
                session.flush()  # its id; a meeting is entered once
        except sa.exc.IntegrityError as err:
            raise errors.AlreadyEntered(day=sheet.day, item=item.name) from err
        session.execute(
            sa.insert(table_of(Attendee)),
            [
                {"gathering_id": gathering.id, "member_id": m, "outcome": mark.outcome, "reason": mark.reason}
                for m, mark in rows.items()
            ],
        )
        codes = f"{gathering.item_code} {len(rows)}"
        audit.record(by=by, action="gathering.record", subject=SUBJECT, subject_id=gathering.id, codes=codes)
        if confirm:
            _confirm(gathering, branch, by=by)
        else:
            asks.ask(SUBJECT, gathering.id, unit_id=asks.unit_for(branch.path, None), concerns=None)
        return gathering


def confirm(gathering_id: int, *, by: Actor) -> Gathering:
    """Confirm a prepared meeting, once: deeds are posted, absences told. How the confirmer ended waits for another.

    :raises NotFound, Forbidden: not his to see, or not to confirm
    :raises NotNow: somebody confirmed first, or it was dropped
    """
    with transaction():
        gathering, branch = access(gathering_id, P.CONFIRM, by=by)
        asks.answered(SUBJECT, gathering.id)
        _confirm(gathering, branch, by=by)
        return gathering


def drop(gathering_id: int, *, by: Actor) -> Gathering:
    """Drop a prepared entry that nobody confirmed; a new one may be written.

    :raises NotNow: it was confirmed: then it is taken back or corrected
    """
    with transaction():
        gathering, _ = access(gathering_id, P.PREPARE, by=by)
        gathering.state = _moved(gathering, "drop")
        asks.answered(SUBJECT, gathering.id)
        audit.record(by=by, action="gathering.drop", subject=SUBJECT, subject_id=gathering.id)
        db.session.flush()  # the state, before the caller reads
        return gathering


def confirm_one(attendee_id: int, *, by: Actor) -> Attendee:
    """Confirm how the confirmer of a meeting himself ended, as somebody else.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    """
    with transaction():
        found = db.session.get(Attendee, attendee_id)
        if found is None:
            raise NotFound(what="这件待办")
        gathering = db.session.get(Gathering, found.gathering_id)
        assert gathering is not None, "a foreign key"
        absences.lock_branches([gathering.branch_id])
        asked = asks.access(ONE, attendee_id, by=by)
        gathering = locked(gathering.id)
        db.session.refresh(found)
        asks.decide(asked, "approved", by=by)
        settle(gathering, unit(gathering.branch_id), [found], by=by)
        audit.record(by=by, action="attendee.confirm", subject=ONE, subject_id=found.id, codes=found.outcome)
        return found


def access(gathering_id: int, permission: P, *, by: Actor) -> tuple[Gathering, Unit]:
    """Return the meeting, locked, and its branch, if ``by`` may do ``permission`` to it.

    :raises NotFound: no such meeting, or one that ``by`` may not see
    :raises Forbidden: he may see it, but may not do this
    """
    found = db.session.get(Gathering, gathering_id)
    if found is None:
        raise NotFound(what="这次会议")
    branch = unit(found.branch_id)
    scope = queries.scope_of(branch)
    if not permits(by, permission, scope):
        if permits(by, P.SEE, scope):
            raise Forbidden(action=words_for(permission))
        raise NotFound(what="这次会议")
    absences.lock_branches([branch.id])
    return locked(gathering_id), branch


def locked(gathering_id: int) -> Gathering:
    """Return the meeting's row, locked and read anew."""
    stmt = sa.select(Gathering).where(Gathering.id == gathering_id).with_for_update()
    return db.session.scalars(stmt.execution_options(populate_existing=True)).one()


def attendees(gathering_id: int) -> list[Attendee]:
    """Return everybody on a meeting's list, read anew."""
    stmt = sa.select(Attendee).where(Attendee.gathering_id == gathering_id).order_by(Attendee.member_id)
    return list(db.session.scalars(stmt.execution_options(populate_existing=True)))


def _expected(branch: Unit, sheet: Sheet) -> tuple[dict[int, Mark], InForce]:
    """Return how everybody expected ended, and the rulebook that names the item."""
    people = {p.member_id: p for p in queries.expected(branch, sheet.day, cell_id=sheet.cell_id)}
    wanted = set(people) if sheet.audience is None else set(sheet.audience)
    strange = [m for m in sorted(wanted | set(sheet.marks)) if m not in people or m not in wanted]
    strange += [m for m in sheet.marks if m in people and people[m].exempt]
    if strange:
        shown = "、".join(people[m].name if m in people else f"{m}号人员" for m in strange[: roster.NAMED])
        raise errors.NotExpected(names=shown, day=sheet.day)
    if not wanted:
        raise errors.NobodyExpected(day=sheet.day)
    rows = {}
    for member in sorted(wanted):
        one = people[member]
        rows[member] = sheet.marks.get(member, Mark(Outcome.ATTENDED))
        if one.exempt:
            rows[member] = Mark(Outcome.EXEMPT)
        elif one.leave_state == LeaveState.GRANTED and rows[member].outcome == Outcome.ABSENT:
            rows[member] = Mark(Outcome.ON_LEAVE, one.leave)
        check(rows[member])
    held = queries.rules(branch, {people[m].category for m in wanted}, sheet.day)
    return rows, held.get("full_member") or next(iter(held.values()))


def check(mark: Mark) -> None:
    """Refuse a mark that says nothing, or leave without a reason's code.

    :raises ReasonNeeded: leave and reason do not go together
    """
    if (mark.outcome == Outcome.ON_LEAVE) != (mark.reason is not None) or (
        mark.reason is not None and mark.reason not in set(LeaveReason)
    ):
        raise errors.ReasonNeeded
    if mark.outcome not in (*MARKS, Outcome.EXEMPT):
        raise errors.ReasonNeeded


def _confirm(gathering: Gathering, branch: Unit, *, by: Actor) -> None:
    gathering.state = _moved(gathering, "confirm")
    gathering.confirmed_by, gathering.confirmed_at = by.member_id, clock.now()
    db.session.flush()  # the state: the database confirms once
    post = _post_of(branch, by)
    assert by.member_id is not None, "who confirms holds a post"
    db.session.add(
        Decision(
            subject=SUBJECT,
            subject_id=gathering.id,
            outcome="approved",
            concerns=None,
            decided_by=by.member_id,
            on_behalf_of=post.deputy_for,
            unit_id=post.unit_id,
            door=by.door,
        )
    )
    people = attendees(gathering.id)
    apart = apart_from(by, branch)
    own = [a for a in people if a.member_id in apart]
    settle(gathering, branch, [a for a in people if a.member_id not in apart], by=by)
    for one in own:
        if one.outcome == Outcome.EXEMPT:
            continue
        unit_id = asks.unit_for(branch.path, one.member_id, not_by=apart)
        asks.ask(ONE, one.id, unit_id=unit_id, concerns=one.member_id, not_by=apart)
    audit.record(by=by, action="gathering.confirm", subject=SUBJECT, subject_id=gathering.id)


def apart_from(by: Actor, branch: Unit) -> set[int]:
    """Return whose end the actor cannot confirm: his own, and that of whom he only stands for."""
    stands_for = {h.deputy_for for h in by.holdings if h.deputy_for is not None}
    out = {m for m in stands_for if not by.holds(*DECIDERS, over=branch.path, about=m)}
    return out | ({by.member_id} if by.member_id is not None else set())


def _post_of(branch: Unit, by: Actor) -> Holding:
    """Return the post by which the actor confirms: his own before one that he holds for somebody, the nearest first."""
    posts = [h for h in by.holdings if h.role in DECIDERS and h.reaches(branch.path)]
    return min(posts, key=lambda h: (h.deputy_for is not None, -len(h.path)))


def settle(gathering: Gathering, branch: Unit, people: Sequence[Attendee], *, by: Actor) -> None:
    """Let the ends of these people take effect: deeds by the roster, absences as matters of their own.

    Where somebody stands has changed since the list was written (a transfer, an
    exemption or a leave that came later) counts as it is known now for that day.
    """
    day, ids = gathering.occurred_on, [a.member_id for a in people]
    there = {m: w for m, w in members.belongings(ids, day).items() if w.branch_id == branch.id}
    known = {p.member_id: p for p in queries.expected(branch, day)}
    leave = leaves.granted_on(ids, day)
    now = clock.now()
    for one in people:
        if one.member_id not in known:
            one.outcome, one.reason = Outcome.STRUCK, None
        elif known[one.member_id].exempt:
            one.outcome, one.reason = Outcome.EXEMPT, None
        elif one.outcome == Outcome.ABSENT and one.member_id in leave:
            one.outcome, one.reason = Outcome.ON_LEAVE, leave[one.member_id]
        one.confirmed_by, one.confirmed_at = by.member_id, now
    held = queries.rules(branch, {w.category for w in there.values()}, day)
    scored = [(a, held[there[a.member_id].category]) for a in people if a.member_id in there]
    _post_deeds(gathering, scored, by)
    missing = []
    for one, rules in scored:
        code = _counts_on(gathering, one, rules)
        if code is not None:
            missing.append(Missing(one, rules, code))
    db.session.flush()
    on_leave = [a.member_id for a in people if a.outcome == Outcome.ON_LEAVE]
    if on_leave:
        leaves.grant_with_meeting(gathering, on_leave, by=by)
    absences.open_many(gathering, missing, by=by)


def _post_deeds(gathering: Gathering, scored: Sequence[tuple[Attendee, InForce]], by: Actor) -> None:
    groups: dict[int, list[Attendee]] = defaultdict(list)
    for one, rules in scored:
        item = rules.book.items.get(gathering.item_code)
        partial = item is None or item.attendance is None or item.attendance.partial
        earns = {Outcome.ATTENDED, *((Outcome.LATE, Outcome.LEFT_EARLY) if partial else ())}
        if one.outcome in earns:
            groups[rules.rulebook_id].append(one)
    for _, group in sorted(groups.items()):
        entered = roster.enter(
            gathering.item_code,
            gathering.occurred_on,
            [a.member_id for a in group],
            branch_id=gathering.branch_id,
            activity=gathering.activity,
            by=by,
        )
        for one in group:
            one.roster_id = entered.roster_id


def _counts_on(gathering: Gathering, one: Attendee, rules: InForce) -> str | None:
    """Return the item on which the end of somebody counts once it is decided; None where it costs nothing."""
    item = rules.book.items.get(gathering.item_code)
    if item is None or item.attendance is None:
        return None
    key = Outcome.ABSENT if one.outcome == Outcome.ON_LEAVE else one.outcome
    return item.attendance.targets.get(key)


def _moved(gathering: Gathering, move: str) -> GatheringState:
    return advance(
        GATHERING_MOVES, GatheringState(gathering.state), move, what="这次会议的登记", words=GATHERING_WORDS
    )
