"""Prepared by one, confirmed by another: facts without a report, and reversals of posted ones."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from decimal import Decimal
from itertools import count

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, days
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.core.period import Period
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions.models import Decision
from jifen.decisions.rules import steps
from jifen.members import queries as members
from jifen.notices import service as notices
from jifen.org import bases
from jifen.org import queries as org
from jifen.points import errors, items, ledger, reports
from jifen.points.manual.models import ManualEntry
from jifen.points.models import LedgerEntry, Report
from jifen.points.policy import P, Scope, works_in
from jifen.points.states import MOVES, WORDS, ReportState
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Feeder, Item, OncePer
from jifen.rulebook.queries import InForce, book

SUBJECT = "manual"
#: What a hand may write: not what a gathering or a confirmed absence brings by itself.
BY_HAND = frozenset({Feeder.MANUAL, Feeder.SELF_REPORT, Feeder.ROSTER, Feeder.IMPORT})


class NotOneself(Conflict):
    """Nobody prepares his own matter."""

    code, template = "not_oneself", "不能为本人登记。请本人上报，或请支部其他同志登记。"


class NotByHand(Invalid):
    """The item is fed by gatherings or absences alone."""

    code, template = "not_by_hand", "“{item}”由活动签到或考勤登记，不能手工登记。请到“活动”或“考勤”办理。"


def prepare(
    item: str,
    day: dt.date,
    member_ids: Collection[int],
    *,
    branch_id: int,
    reason: str,
    basis_id: int | None = None,
    quantity: Decimal = Decimal(1),
    level: str | None = None,
    value: Decimal | None = None,
    another: bool = False,
    by: Actor,
) -> list[ManualEntry]:
    """Prepare a fact of each of these members of a branch; nothing counts before somebody else confirms it.

    :param another: it is another deed than what counts or waits of that day
    :raises NotFound, Forbidden: not the actor's branch to see, or not his to prepare in
    :param basis_id: the document of the register on which it rests
    :raises NotOneself: the actor is on the list
    :raises UnknownBasis, BasisOver: the document does not hold there, or today
    :raises InFuture, UnknownItem, NotByHand, BadQuantity, LevelNeeded: see errors
    :raises NotInScheme: somebody did not belong to the branch, or was not scored, on that day
    :raises AlreadyCounted: the deed counts already
    """
    with transaction():
        path = _branch(branch_id, by)
        if by.member_id in member_ids:
            raise NotOneself
        if day > clock.today():
            raise errors.InFuture(day=day)
        basis = bases.choose(basis_id, units={branch_id}) or ""
        there = members.belongings(member_ids, day)
        return [
            _prepare_one(
                ManualEntry(
                    member_id=member_id,
                    branch_id=branch_id,
                    occurred_on=day,
                    quantity=quantity,
                    value=value,
                    level=level,
                    reason=reason.strip()[:200],
                    basis=basis,
                    prepared_by=by.member_id,
                    door=by.door,
                ),
                item,
                _rules(there.get(member_id), branch_id, day),
                path,
                another=another,
                by=by,
            )
            for member_id in sorted(set(member_ids))
        ]


def _prepare_one(
    row: ManualEntry, typed: str, rules: InForce, path: str, *, another: bool, by: Actor
) -> ManualEntry:
    item = items.find(rules.book, typed)
    if item.off is not None or not BY_HAND & item.feeders:
        raise NotByHand(item=item.name)
    items.check_amount(
        item, rules.book, day=row.occurred_on, quantity=row.quantity, value=row.value, level=row.level
    )
    row.rulebook_id, row.item_code = rules.rulebook_id, item.code
    row.occasion = _occasion(item, row, another)
    if ledger.live_entry(row.member_id, item.code, row.occasion):
        raise errors.AlreadyCounted
    return _put(row, path, steps(rules.book.chain(item, row.level))[0], by=by)


def prepare_reversal(entry_id: int, *, reason: str, basis_id: int | None = None, by: Actor) -> ManualEntry:
    """Prepare that a posted fact is annulled by a linked line; somebody else confirms it.

    It asks the organisation that decides the last step of the item's chain.

    :raises NotFound, Forbidden: no such line, or not the actor's to see, or not his to prepare
    :raises UnknownBasis, BasisOver: the document does not hold there, or today
    :raises AlreadyReversed: it was annulled before, or is a reversal
    """
    with transaction() as session:
        entry = session.get(LedgerEntry, entry_id)
        if entry is None:
            raise NotFound(what="这条流水")
        path = _branch(entry.branch_id, by)
        if by.member_id == entry.member_id:
            raise NotOneself
        gone = session.scalar(sa.select(LedgerEntry.id).where(LedgerEntry.reverses_id == entry_id))
        if entry.reverses_id is not None or gone is not None:
            raise errors.AlreadyReversed
        where = members.belonging(entry.member_id, entry.occurred_on)
        rules = rulebooks.in_force(path, where.category if where else "full_member", entry.occurred_on)
        item = rules.book.items.get(entry.item_code)
        row = ManualEntry(
            reverses_id=entry.id,
            member_id=entry.member_id,
            branch_id=entry.branch_id,
            rulebook_id=rules.rulebook_id,
            item_code=entry.item_code,
            occurred_on=entry.occurred_on,
            quantity=entry.quantity,
            value=entry.value,
            level=entry.level,
            occasion=entry.occasion,
            reason=reason.strip()[:200],
            basis=bases.choose(basis_id, units={entry.branch_id}) or "",
            prepared_by=by.member_id,
            door=by.door,
        )
        last = steps(rules.book.chain(item, entry.level))[-1] if item else "branch_secretary"
        return _put(row, path, last, by=by)


def confirm(entry_id: int, *, by: Actor) -> ManualEntry:
    """Confirm what somebody else prepared: it goes on to the next step, or counts after the last.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises AlreadyCounted, AlreadyReversed: it happened meanwhile by another way
    """
    with transaction():
        asked, row = _asked(entry_id, by=by)
        asks.decide(asked, "approved", by=by, reason=row.basis, step=row.step)
        chain = _chain(row)
        audit.record(by=by, action="manual.confirm", subject=SUBJECT, subject_id=row.id, codes=str(row.step))
        if row.reverses_id is None and row.step < len(chain):
            row.step += 1
            _ask(row, org.unit(row.branch_id).path, chain[row.step - 1])
            return row
        row.state = "confirmed"
        if row.reverses_id is not None:
            _reverse(row, by=by)
        else:
            ledger.post([_confirmed(row)], by=by)
        kind = "entry_posted" if row.reverses_id is None else "entry_reversed"
        notices.queue_many(kind=kind, rows=[(f"manual:{row.id}", row.member_id, {"manual": row.id})])
        db.session.flush()  # the state, before the caller reads
        return row


def return_(entry_id: int, reason: str, *, by: Actor) -> ManualEntry:
    """Give it back to whoever prepared it, with a reason; nothing counts.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    """
    with transaction():
        asked, row = _asked(entry_id, by=by)
        if not reason.strip():
            raise Invalid(reason="请写明退回的原因。")
        asks.decide(asked, "returned", by=by, reason=reason, step=row.step)
        row.state = "returned"
        audit.record(by=by, action="manual.return", subject=SUBJECT, subject_id=row.id)
        notices.queue_many(
            kind="entry_returned",
            rows=[(f"manual:{row.id}:returned", row.prepared_by, {"manual": row.id})],
        )
        db.session.flush()  # the state, before the caller reads
        return row


def _branch(branch_id: int, by: Actor) -> str:
    branch = org.unit(branch_id)
    scope = Scope(branch.id, branch.path, True)
    if not permits(by, P.PREPARE, scope):
        if works_in(by, scope):
            raise Forbidden(action=words_for(P.PREPARE))
        raise NotFound(what="这个支部")
    return branch.path


def _rules(where: members.Belonging | None, branch_id: int, day: dt.date) -> InForce:
    if where is None or where.branch_id != branch_id:
        raise Invalid(
            reason=f"名单里有人{days.spoken(day)}不在该支部或不在积分范围内，没有登记。请核对名单和日期。"
        )
    return rulebooks.in_force(where.branch_path, where.category, day)


def _occasion(item: Item, row: ManualEntry, another: bool) -> str:
    if not another or item.once_per not in (OncePer.DEED, OncePer.NONE):
        return occasion(item, row.occurred_on)
    taken = reports.live_deeds(row.member_id, item.code, row.occurred_on)
    free = (occasion(item, row.occurred_on, deed=str(n)) for n in count(2 if taken else 1))
    return next(one for one in free if one not in taken)


def _put(row: ManualEntry, path: str, step: str, *, by: Actor) -> ManualEntry:
    db.session.add(row)
    db.session.flush()  # row.id
    _ask(row, path, step)
    audit.record(by=by, action="manual.prepare", subject=SUBJECT, subject_id=row.id, codes=row.item_code)
    return row


def _ask(row: ManualEntry, path: str, step: str) -> None:
    rows = db.session.execute(
        sa.select(Decision.decided_by, Decision.on_behalf_of).where(
            Decision.subject == SUBJECT, Decision.subject_id == row.id
        )
    )
    out = {row.prepared_by, *(one for pair in rows for one in pair if one is not None)}
    unit_id = asks.unit_for(path, row.member_id, not_by=out, step=step)
    asks.ask(SUBJECT, row.id, unit_id=unit_id, concerns=row.member_id, not_by=out)


def _asked(entry_id: int, *, by: Actor) -> tuple[asks.Ask, ManualEntry]:
    if not permits(by, P.CONFIRM_MANUAL):
        raise Forbidden(action=words_for(P.CONFIRM_MANUAL))
    asked = asks.access(SUBJECT, entry_id, by=by)
    row = db.session.get(ManualEntry, entry_id, with_for_update=True)
    assert row is not None, "what is asked about was prepared in the same transaction"
    return asked, row


def _chain(row: ManualEntry) -> tuple[str, ...]:
    rules = book(row.rulebook_id)
    return steps(rules.chain(rules.items[row.item_code], row.level))


def _confirmed(row: ManualEntry) -> ledger.Confirmed:
    rules = book(row.rulebook_id)
    period = Period.containing(row.occurred_on, rules.cycle)
    return ledger.Confirmed(
        member_id=row.member_id,
        branch_id=row.branch_id,
        rules=InForce(row.rulebook_id, rules, period),
        item_code=row.item_code,
        occurred_on=row.occurred_on,
        quantity=row.quantity,
        value=row.value,
        level=row.level,
        occasion=row.occasion,
        source=SUBJECT,
        source_id=row.id,
    )


def _reverse(row: ManualEntry, *, by: Actor) -> None:
    assert row.reverses_id is not None
    entry = db.session.get(LedgerEntry, row.reverses_id)
    ledger.reverse(row.reverses_id, by=by)
    if entry is not None and entry.source == "report":
        report = db.session.get(Report, entry.source_id, with_for_update=True)
        if report is not None and report.state == ReportState.APPROVED:
            report.state = advance(MOVES, report.state, "revoke", what=f"{report.number}号", words=WORDS)
