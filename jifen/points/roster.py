"""A list entered by a decider (名册登记): who did an item on a day, posted in one go."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.members import queries as members
from jifen.members.policy import P as MEMBERS
from jifen.org import queries as org
from jifen.org.models import Unit, UnitKind
from jifen.points import crediting, errors, items, ledger
from jifen.points.models import RosterEntry
from jifen.points.policy import P, Scope, others_matter, works_in
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Feeder
from jifen.rulebook.queries import InForce

#: People named in a refusal.
NAMED = 10


@dataclass(frozen=True, slots=True)
class Entered:
    """What became of a list; ids of members, ascending."""

    roster_id: int
    item_code: str
    #: Their deed counts from now on.
    posted: tuple[int, ...]
    #: Their deed counted already: the list stands beside it.
    attached: tuple[int, ...]
    #: The actor himself, or in whose place alone he acts: left out, another decider enters them.
    own: tuple[int, ...]


def enter(
    item: str,
    day: dt.date,
    member_ids: Collection[int],
    *,
    branch_id: int,
    quantity: Decimal = Decimal(1),
    activity: str | None = None,
    level: str | None = None,
    value: Decimal | None = None,
    by: Actor,
) -> Entered:
    """Confirm that members of a branch did an item on ``day``; each deed counts once, whatever told of it first.

    A waiting report of the same deed is answered: it is attached to the entry and the member told so.

    :param quantity: of each member, in the item's unit
    :param activity: key of the activity (at most 40 characters); without one the day stands for it
    :raises NotFound, Forbidden: not the actor's branch to see, or not his to decide in
    :raises InFuture, UnknownItem, NotByRoster, BadQuantity, LevelNeeded: see errors
    :raises NotOnRoster: somebody did not belong there on that day, or was not scored; nothing is written
    :raises SeveralRulebooks: the members are not all scored by one rulebook
    :raises OnlyOneself: the list holds nobody but the actor
    """
    with transaction():
        branch = _branch(branch_id, by)
        if day > clock.today():
            raise errors.InFuture(day=day)
        own = tuple(sorted({m for m in member_ids if not others_matter(by, m, branch.path)}))
        listed = sorted(set(member_ids) - set(own))
        if not listed:
            raise errors.OnlyOneself
        rules = _rules(listed, branch, day, by)
        found = items.find(rules.book, item)
        if found.off is not None or Feeder.ROSTER not in found.feeders:
            raise errors.NotByRoster(item=found.name)
        items.check_amount(found, rules.book, day=day, quantity=quantity, value=value, level=level)
        row = RosterEntry(
            branch_id=branch.id,
            rulebook_id=rules.rulebook_id,
            item_code=found.code,
            occurred_on=day,
            quantity=quantity,
            occasion=occasion(found, day, activity=activity),
            entered_by=by.member_id,
            door=by.door,
        )
        db.session.add(row)
        db.session.flush()  # row.id
        done = crediting.count(
            [
                ledger.Confirmed(
                    member_id=m,
                    branch_id=row.branch_id,
                    rules=rules,
                    item_code=row.item_code,
                    occurred_on=row.occurred_on,
                    quantity=row.quantity,
                    value=value,
                    level=level,
                    occasion=row.occasion,
                    source="roster",
                    source_id=row.id,
                )
                for m in listed
            ],
            note="roster",
            by=by,
        )
        codes = f"{row.item_code} {len(done.posted)}+{len(done.attached)}"
        audit.record(by=by, action="roster.enter", subject="roster", subject_id=row.id, codes=codes)
        return Entered(row.id, row.item_code, done.posted, done.attached, own)


def _branch(branch_id: int, by: Actor) -> Unit:
    branch = org.unit(branch_id)
    scope = Scope(branch.id, branch.path, branch.kind == UnitKind.BRANCH)
    if not (scope.is_branch and permits(by, P.ENTER_ROSTER, scope)):
        if scope.is_branch and (by.branch_id == branch.id or works_in(by, scope)):
            raise Forbidden(action=words_for(P.ENTER_ROSTER))
        raise NotFound(what="这个支部")
    return branch


def _rules(listed: Sequence[int], branch: Unit, day: dt.date, by: Actor) -> InForce:
    """Return the one rulebook by which everybody on the list is scored."""
    there = {m: w for m, w in members.belongings(listed, day).items() if w.branch_id == branch.id}
    held = {c: rulebooks.in_force(branch.path, c, day) for c in sorted({w.category for w in there.values()})}
    covered = {c for c, r in held.items() if c in r.book.applies.in_force | r.book.applies.tracked}
    strange = [m for m in listed if m not in there or there[m].category not in covered]
    if strange:
        raise errors.NotOnRoster(names=_names(strange, by), day=day)
    distinct = set(held.values())
    if len(distinct) > 1:
        raise errors.SeveralRulebooks
    return distinct.pop()


def _names(strange: Sequence[int], by: Actor) -> str:
    """Return the names of people for a refusal; who is not the actor's to see stays a number."""
    today, shown = clock.today(), strange[:NAMED]
    known = members.names({m for m in shown if permits(by, MEMBERS.SEE, members.person(m, today))})
    words = "、".join(known.get(m, f"{m}号人员") for m in shown)
    return words if len(strange) == len(shown) else f"{words}等{len(strange)}人"
