"""Honours (荣誉): written down with level and document, confirmed by somebody else; of one deed the highest counts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.audit import service as audit
from jifen.core import clock, days
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db, transaction
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.core.states import advance
from jifen.decisions import asks
from jifen.decisions import queries as decisions
from jifen.decisions.rules import steps
from jifen.members import queries as members
from jifen.model_posts import errors, posting
from jifen.model_posts.models import Honour
from jifen.model_posts.policy import P
from jifen.model_posts.states import HONOUR_MOVES, HONOUR_WORDS, HonourState
from jifen.notices import service as notices
from jifen.org import bases
from jifen.org import queries as org
from jifen.points import crediting
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine.book import Rulebook

SUBJECT = "honour"


@dataclass(frozen=True, slots=True, kw_only=True)
class Award:
    """An honour as somebody writes it down."""

    member_id: int
    title: str
    level: str
    awarded_on: dt.date
    #: A document of the register; or its words where it is not ours to register.
    basis_id: int | None = None
    evidence: str = ""
    collective: bool = False
    #: Another honour of his for the same deed.
    same_deed_as: int | None = None


def enter(award: Award, *, by: Actor) -> Honour:
    """Write an honour of somebody down; nothing counts before somebody else confirms it.

    :raises NotFound, Forbidden: not the actor's to write for
    :raises NotOneself: his own
    :raises Invalid: in the future, or without a document
    :raises NoSuchLevel: no line of the rulebook takes it
    :raises HonourTwice: it is there already
    """
    with transaction() as session:
        person = members.person(award.member_id, clock.today())
        if award.member_id == by.member_id:
            raise errors.NotOneself
        if not permits(by, P.ENTER_HONOUR, person):
            raise Forbidden(action=words_for(P.ENTER_HONOUR)) if _sees(award.member_id, by) else _nobody()
        if award.awarded_on > clock.today():
            raise Invalid(reason="获奖日期还没有到，请核对。")
        where = members.belonging(award.member_id, award.awarded_on)
        if where is None:
            raise Invalid(reason=f"{days.spoken(award.awarded_on)}他不在任何支部，没有登记。请核对获奖日期。")
        book = rulebooks.in_force(where.branch_path, where.category, award.awarded_on).book
        item = posting.item_for(book, award.level, collective=award.collective)
        if item is None:
            known = posting.levels(book, collective=award.collective)
            raise errors.NoSuchLevel(level=award.level, levels="、".join(known) or "无")
        evidence = bases.choose(award.basis_id, units={where.branch_id}) or award.evidence.strip()
        if not evidence:
            raise Invalid(reason="请写明表彰文件或者证书的名称和编号，荣誉以文件为准。")
        row = Honour(
            member_id=award.member_id,
            branch_id=where.branch_id,
            title=award.title.strip()[:60],
            level=award.level,
            collective=award.collective,
            awarded_on=award.awarded_on,
            evidence=evidence[:200],
            deed_id=_deed(award),
            state=HonourState.PROPOSED,
            prepared_by=by.member_id,
            door=by.door,
        )
        try:
            with session.begin_nested():
                session.add(row)
                session.flush()  # its id; the same one stands once
        except sa.exc.IntegrityError as err:
            raise errors.HonourTwice from err
        _ask(row, book)
        audit.record(by=by, action="honour.enter", subject=SUBJECT, subject_id=row.id, codes=row.level)
        return row


def _deed(award: Award) -> int | None:
    if award.same_deed_as is None:
        return None
    first = db.session.get(Honour, award.same_deed_as)
    if first is None or first.member_id != award.member_id:
        raise NotFound(what="同一件事的那项荣誉")
    return first.deed_id or first.id


def _nobody() -> NotFound:
    return NotFound(what="这位党员")


def _sees(member_id: int, by: Actor) -> bool:
    return permits(by, P.SEE_HONOUR, members.person(member_id, clock.today()))


def _chain(row: Honour, book: Rulebook) -> tuple[str, ...]:
    item = posting.item_for(book, row.level, collective=row.collective)
    return steps(book.chain(item, row.level)) if item else ("branch_secretary",)


def _book(row: Honour) -> Rulebook:
    where = members.belonging(row.member_id, row.awarded_on)
    path = where.branch_path if where else org.unit(row.branch_id).path
    return rulebooks.in_force(path, where.category if where else "full_member", row.awarded_on).book


def _ask(row: Honour, book: Rulebook) -> None:
    said = decisions.decisions_on(SUBJECT, row.id)
    out = {row.prepared_by}
    out |= {one for d in said for one in (d.decided_by, d.on_behalf_of) if one is not None}
    step = _chain(row, book)[len(said)]
    unit_id = asks.unit_for(org.unit(row.branch_id).path, row.member_id, not_by=out, step=step)
    asks.ask(SUBJECT, row.id, unit_id=unit_id, concerns=row.member_id, not_by=out)


def decide(honour_id: int, *, approve: bool, reason: str = "", by: Actor) -> Honour:
    """Confirm an honour, or give it back; after the last step of its level it counts.

    :raises NotFound, NotByYou, Answered: see ``asks.access``
    :raises WordsNeeded: given back without a word
    """
    if not approve and not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        row = session.get(Honour, honour_id, with_for_update=True)
        if row is None:
            raise NotFound(what="这项荣誉")
        asked = asks.access(SUBJECT, row.id, by=by)
        step = 1 + len(decisions.decisions_on(SUBJECT, row.id))
        asks.decide(asked, "approved" if approve else "refused", by=by, reason=reason, step=step)
        book = _book(row)
        audit.record(
            by=by,
            action=f"honour.{'approve' if approve else 'refuse'}",
            subject=SUBJECT,
            subject_id=row.id,
            codes=row.level,
        )
        if approve and step < len(_chain(row, book)):
            _ask(row, book)
            return row
        row.state = _moved(row, "approve" if approve else "refuse")
        session.flush()  # the state, before its deed is looked at
        if approve:
            _follow(row, book, by)
        whom, what = (row.member_id, "confirmed") if approve else (row.prepared_by, "refused")
        _tell(row, what, whom)
        return row


def revoke(honour_id: int, *, reason: str, by: Actor) -> Honour:
    """Take a confirmed honour back: what it brought is reversed, the next highest of the deed counts again.

    :raises NotFound, Forbidden: not the actor's to see, or not his to revoke
    :raises WordsNeeded: without a reason
    :raises NotNow: it is not confirmed
    """
    if not reason.strip():
        raise errors.WordsNeeded
    with transaction() as session:
        row = session.get(Honour, honour_id, with_for_update=True)
        if row is None or not _sees(row.member_id, by):
            raise NotFound(what="这项荣誉")
        if not permits(by, P.REVOKE_HONOUR, members.person(row.member_id, clock.today())):
            raise Forbidden(action=words_for(P.REVOKE_HONOUR))
        row.state = _moved(row, "revoke")
        session.flush()  # the state, before its deed is looked at
        audit.record(by=by, action="honour.revoke", subject=SUBJECT, subject_id=row.id, codes=row.level)
        crediting.take_back(posting.HONOUR, row.id, None, by=by)
        _follow(row, _book(row), by)
        _tell(row, "revoked", row.member_id)
        return row


def _follow(row: Honour, book: Rulebook, by: Actor) -> None:
    """Let the highest confirmed honour of the deed count, and no other."""
    deed = row.deed_id or row.id
    stmt = (
        sa.select(Honour)
        .where(
            sa.or_(Honour.id == deed, Honour.deed_id == deed),
            Honour.member_id == row.member_id,
            Honour.state == HonourState.CONFIRMED,
        )
        .order_by(Honour.id)
        .with_for_update()
    )
    standing = list(db.session.scalars(stmt))
    order = [*posting.levels(book, collective=False), *posting.levels(book, collective=True)]
    best = min(
        standing, key=lambda h: (order.index(h.level) if h.level in order else len(order), h.id), default=None
    )
    for one in standing:
        if one is not best:
            crediting.take_back(posting.HONOUR, one.id, None, by=by)
    if best is None or db.session.scalar(_COUNTS, {"id": best.id, "member": best.member_id}):
        return
    facts = posting.facts(
        [best.member_id],
        best.level,
        day=best.awarded_on,
        collective=best.collective,
        key=f"honour-{deed}",
        source=posting.HONOUR,
        source_id=best.id,
    )
    crediting.count(facts, note="honour", by=by)


_COUNTS = sa.text(
    "SELECT EXISTS (SELECT FROM ledger_entry e WHERE e.source = 'honour' AND e.source_id = :id"
    " AND e.member_id = :member AND e.reverses_id IS NULL"
    " AND NOT EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = e.id))"
)


def _moved(row: Honour, move: str) -> HonourState:
    return advance(HONOUR_MOVES, HonourState(row.state), move, what="这项荣誉", words=HONOUR_WORDS)


def _tell(row: Honour, what: str, whom: int) -> None:
    notices.queue_many(
        kind="honour_told", rows=[(f"honour:{row.id}:{what}", whom, {"honour": row.id, "what": what})]
    )
