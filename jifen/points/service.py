"""A member's report: filed, corrected, withdrawn."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count

from jifen.audit import service as audit
from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, tell, transaction, written
from jifen.core.errors import Forbidden
from jifen.core.states import advance
from jifen.decisions.rules import steps
from jifen.points import errors, items, ledger, photos, queries, reports
from jifen.points.models import Corroboration, Report
from jifen.points.policy import P
from jifen.points.states import MOVES, WORDS, ReportState
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import occasion
from jifen.rulebook.engine.item import Feeder, Item, OncePer
from jifen.rulebook.queries import InForce


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """What a member says he did."""

    item: str
    occurred_on: dt.date
    quantity: Decimal = Decimal(1)
    words: str = ""
    evidence: str | None = None
    level: str | None = None
    value: Decimal | None = None
    #: The member answered that this is another deed than the one he reported that day.
    another: bool = False
    #: Words behind the item in no order; a level of the item may be among them.
    typed: tuple[str, ...] = ()


def submit(filing: Filing, *, by: Actor) -> Report:
    """File a report for oneself; it asks the nearest organisation in which somebody else decides.

    A deed that counts already is attached to its entry: nothing is decided twice.

    :raises UnknownItem, NotSelfReported, InFuture, TooOld, BadQuantity, LevelNeeded, EvidenceNeeded: see errors
    :raises NotInScheme: the member was not scored on that day
    :raises SameDeed: a live report of the same occasion is there
    """
    if not permits(by, P.REPORT):
        raise Forbidden(action=words_for(P.REPORT))
    with transaction():
        return _file(filing, version=1, previous=None, by=by)


def resubmit(report_id: int, filing: Filing, *, by: Actor) -> Report:
    """File a corrected version of a returned report; the old one stays readable as superseded.

    :raises NotNow: it is not a returned one
    """
    with transaction():
        old = reports.access(report_id, P.WITHDRAW, by=by, lock=True)
        old.state = advance(MOVES, old.state, "supersede", what=f"{old.number}号", words=WORDS)
        db.session.flush()  # frees the occasion before the new version takes it
        return _file(filing, version=old.version + 1, previous=old.id, by=by)


def returned(number: int, *, by: Actor) -> Report:
    """Return the actor's own report of that number, which was given back and may be corrected.

    :raises NotYours: he has none with that number
    :raises NotNow: it was not given back, or was corrected already
    """
    own = reports.own_by_number(number, by=by)
    if own is None:
        raise errors.NotYours(number=number)
    report = reports.access(own, P.WITHDRAW, by=by)
    advance(MOVES, report.state, "supersede", what=f"{report.number}号", words=WORDS)
    return report


def withdraw(report_id: int, *, by: Actor) -> Report:
    """Take a report back before anybody decided.

    :raises NotNow: it was decided
    """
    with transaction():
        report = reports.access(report_id, P.WITHDRAW, by=by, lock=True)
        report.state = advance(MOVES, report.state, "withdraw", what=f"{report.number}号", words=WORDS)
        report.step_unit_id = None
        audit.record(by=by, action="report.withdraw", subject="report", subject_id=report.id)
        return report


#: The branch's next running number, its row locked until the commit, the report that bears it, and that it was filed.
_FILE = """
WITH counted AS (
  INSERT INTO branch_counter AS c (branch_id, last) VALUES (%(branch_id)s, 1)
  ON CONFLICT (branch_id) DO UPDATE SET last = c.last + 1 RETURNING last),
filed AS (
INSERT INTO report (branch_id, number, member_id, rulebook_id, item_code, occurred_on, quantity, value, level, occasion,
                    words, evidence, state, version, previous_id, step_unit_id, step, door, submitted_at)
SELECT %(branch_id)s, last, %(member_id)s, %(rulebook_id)s, %(item_code)s, %(occurred_on)s, %(quantity)s,
       %(value)s, %(level)s, %(occasion)s, %(words)s, %(evidence)s, %(state)s, %(version)s, %(previous_id)s,
       %(step_unit_id)s, %(step)s, %(door)s, %(submitted_at)s FROM counted
ON CONFLICT DO NOTHING RETURNING id, number, item_code || ' ' || state AS codes),
{noted}
SELECT id, number, (SELECT name FROM unit WHERE id = %(step_unit_id)s) FROM filed
""".replace("{noted}", audit.NOTED)


def _file(filing: Filing, *, version: int, previous: int | None, by: Actor) -> Report:
    assert by.member_id is not None, "P.REPORT asks for a member"
    today = clock.today()
    if filing.occurred_on > today:
        raise errors.InFuture(day=filing.occurred_on)
    ground = queries.ground_of(by.member_id, filing.occurred_on)
    if ground is None or ground.where.exempt:
        raise errors.NotInScheme(day=filing.occurred_on)
    where = ground.where
    rules = rulebooks.nearest(ground.offered, where.branch_path, where.category, filing.occurred_on)
    if where.category not in rules.book.applies.in_force | rules.book.applies.tracked:
        raise errors.NotInScheme(day=filing.occurred_on)
    item = items.find(rules.book, filing.item)
    if filing.typed:
        filing = _sorted_out(filing, item)
    _check(item, rules, filing, today)
    deed = _occasion(item, filing, by.member_id)
    held_by = ledger.live_entry(by.member_id, item.code, deed)
    if held_by and reports.live_report(by.member_id, item.code, deed):
        raise _same_deed(item, filing, by.member_id, deed)
    row = {
        "branch_id": where.branch_id,
        "member_id": by.member_id,
        "rulebook_id": rules.rulebook_id,
        "item_code": item.code,
        "occurred_on": filing.occurred_on,
        "quantity": filing.quantity,
        "value": filing.value,
        "level": filing.level,
        "occasion": deed,
        "words": filing.words,
        "evidence": filing.evidence,
        "state": ReportState.ATTACHED if held_by else ReportState.PENDING,
        "version": version,
        "previous_id": previous,
        "step_unit_id": None
        if held_by
        else reports.asked_unit(
            where.branch_path,
            by.member_id,
            step=steps(rules.book.chain(item, filing.level))[0],
            deciders=ground.deciders,
        ),
        "step": 1,
        "door": by.door,
        "submitted_at": clock.now(),
    }
    filed = tell(_FILE, row | audit.values_of(by=by, action="report.submit", subject="report"))
    if not filed:  # a live deed is unique
        raise _same_deed(item, filing, by.member_id, deed)
    report_id, number, asked_name = filed[0]
    report = written(Report(id=report_id, number=number, **row))
    report.asked_name = asked_name or ""
    photos.gather(report)
    if held_by:
        db.session.add(
            Corroboration(entry_id=held_by, source="report", source_id=report.id, noted_by=by.member_id)
        )
    return report


def _sorted_out(filing: Filing, item: Item) -> Filing:
    """Return the filing with the item's level found among what was typed; the rest are its words."""
    level = next((w for w in filing.typed if w in item.levels), None)
    words = " ".join(w for w in filing.typed if w != level)[:500]
    return replace(filing, level=level, words=words, typed=())


def _check(item: Item, rules: InForce, filing: Filing, today: dt.date) -> None:
    if item.off is not None or Feeder.SELF_REPORT not in item.feeders:
        raise errors.NotSelfReported(item=item.name)
    within = item.report_within_days or rules.book.report_within_days
    if within is not None and (today - filing.occurred_on).days > within:
        raise errors.TooOld(day=filing.occurred_on, days=within)
    items.check_amount(
        item,
        rules.book,
        day=filing.occurred_on,
        quantity=filing.quantity,
        value=filing.value,
        level=filing.level,
    )
    if item.evidence is not None and item.evidence.min and not (filing.evidence or "").strip():
        raise errors.EvidenceNeeded(item=item.name, basis=item.evidence.basis)


def _occasion(item: Item, filing: Filing, member_id: int) -> str:
    """Return the identity of the deed; another deed of the day takes the first ordinal that is free."""
    deed = occasion(item, filing.occurred_on)
    if filing.another and item.once_per in (OncePer.DEED, OncePer.NONE):
        taken = reports.live_deeds(member_id, item.code, filing.occurred_on)
        # Where something counts that day, the bare day would be taken for it.
        free = (occasion(item, filing.occurred_on, deed=str(n)) for n in count(2 if taken else 1))
        deed = next(one for one in free if one not in taken)
    return deed


def _same_deed(item: Item, filing: Filing, member_id: int, deed: str) -> errors.SameDeed:
    first = reports.live_report(member_id, item.code, deed)
    several = item.once_per in (OncePer.DEED, OncePer.NONE)
    remedy = (
        "若是，不用再报；若是另一件事，请在末尾加上“另一件”再发一次。"
        if several
        else "这一项在此期间只记一次，不用再报。"
    )
    return errors.SameDeed(
        day=filing.occurred_on,
        item=item.name,
        number=first.number if first else "-",
        state=WORDS[first.state] if first else "",
        remedy=remedy,
    )
