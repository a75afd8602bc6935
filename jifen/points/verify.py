"""The proof of the ledger: seals, standings, counts, uniqueness; the first wrong line of each is named."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import db
from jifen.core.errors import Forbidden
from jifen.core.period import Period
from jifen.decisions import publicity_read
from jifen.points import facts, standings
from jifen.points.policy import P
from jifen.points.purging import last_purge
from jifen.points.seals import CHAINS, Fault, broken_seal
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.queries import InForce

_TWICE = """
    SELECT min(e.id), e.member_id, e.item_code, e.occasion FROM ledger_entry e
     WHERE e.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = e.id)
     GROUP BY e.member_id, e.item_code, e.occasion HAVING count(*) > 1 LIMIT 1
"""
_UNCLAIMED = """
    SELECT e.id FROM ledger_entry e LEFT JOIN ledger_claim c ON c.entry_id = e.id
     WHERE e.reverses_id IS NULL AND NOT EXISTS (SELECT 1 FROM ledger_entry r WHERE r.reverses_id = e.id)
       AND (c.entry_id IS NULL OR c.member_id <> e.member_id OR c.item_code <> e.item_code
            OR c.occasion <> e.occasion)
     ORDER BY e.id LIMIT 1
"""
_STALE_CLAIM = """
    SELECT c.entry_id FROM ledger_claim c JOIN ledger_entry r ON r.reverses_id = c.entry_id
     ORDER BY c.entry_id LIMIT 1
"""
_BAD_REVERSAL = """
    SELECT r.id FROM ledger_entry r JOIN ledger_entry e ON e.id = r.reverses_id
     WHERE e.reverses_id IS NOT NULL OR (r.member_id, r.item_code, r.occurred_on, r.quantity)
           IS DISTINCT FROM (e.member_id, e.item_code, e.occurred_on, e.quantity)
     ORDER BY r.id LIMIT 1
"""
_OWN = "SELECT id FROM ledger_entry WHERE decided_by = member_id ORDER BY id LIMIT 1"
_COUNTS = """
    WITH truth AS (
      SELECT unit_id, rulebook_id, period, total AS score, count(*) AS people FROM (
        SELECT unnest(ARRAY[branch_id, department_id, (SELECT id FROM unit WHERE parent_id IS NULL)]) AS unit_id,
               rulebook_id, period, total FROM standing WHERE ranked) AS s
       WHERE unit_id IS NOT NULL GROUP BY 1, 2, 3, 4)
    SELECT coalesce(t.unit_id, c.unit_id), coalesce(t.score, c.score), coalesce(t.people, 0), coalesce(c.people, 0)
      FROM truth t FULL JOIN score_count c USING (unit_id, rulebook_id, period, score)
     WHERE coalesce(t.people, 0) <> coalesce(c.people, 0) ORDER BY 1, 2 LIMIT 1
"""


def proof(*, by: Actor) -> list[Fault]:
    """Return what is wrong, the first of each part; empty when the ledger holds.

    :raises Forbidden: the actor neither audits nor answers for the whole
    """
    if not (permits(by, P.VERIFY) or by.is_system):
        raise Forbidden(action=words_for(P.VERIFY))
    return list(faults())


def faults(progress: Callable[[str], None] = lambda _part: None) -> Iterator[Fault]:
    """Yield the first fault of each part; nothing when the ledger holds."""
    for chain in CHAINS:
        progress(f"封存链 {chain}")
        if (fault := broken_seal(chain)) is not None:
            yield fault
    progress("唯一性与冲正")
    for sql, part, why in (
        (_TWICE, "唯一性", "同一件事计了两次"),
        (_UNCLAIMED, "唯一性", "有效流水没有占位或占位不符"),
        (_STALE_CLAIM, "唯一性", "已冲正的流水仍占位"),
        (_BAD_REVERSAL, "冲正", "冲正与原流水不符"),
        (_OWN, "确认人", "本人确认了本人的事"),
    ):
        row = db.session.execute(sa.text(sql)).first()
        if row is not None:
            yield Fault(part, f"流水{row[0]}", why)
    progress("公示名单")
    wrong = publicity_read.broken()
    if wrong is not None:
        yield Fault("公示名单", f"名单{wrong[0]}", wrong[1])
    progress("总分")
    yield from _standings()
    progress("名次计数")
    row = db.session.execute(sa.text(_COUNTS)).first()
    if row is not None:
        yield Fault("名次计数", f"组织{row[0]} 分值{row[1]}", f"应有{row[2]}人，记为{row[3]}人")


def _standings() -> Iterator[Fault]:
    """Yield the first total that is not what the ledger gives."""
    kinds = db.session.execute(
        sa.text("SELECT DISTINCT rulebook_id, period FROM standing ORDER BY 1, 2")
    ).all()
    gone = last_purge("ledger")
    for rulebook_id, period in kinds:
        if gone is not None and Period.parse(period).since.year <= gone.year:
            continue  # its facts have gone, their time being over; the stored total is what is left
        rules = InForce(rulebook_id, rulebooks.book(rulebook_id), Period.parse(period))
        after = 0
        while rows := db.session.execute(
            sa.text(
                "SELECT member_id, total, scored_at, ranked FROM standing WHERE rulebook_id = :r AND period = :p"
                " AND member_id > :after ORDER BY member_id LIMIT :n"
            ),
            {"r": rulebook_id, "p": period, "after": after, "n": standings.CHUNK},
        ).all():
            by_day: dict = {}
            for member_id, total, scored_at, ranked in rows:
                by_day.setdefault(clock.civil_day(scored_at), []).append((member_id, total, ranked))
            for day, group in by_day.items():
                listed = [m for m, _, _ in group]
                sheets = standings.score_members(listed, rules, as_of=day)
                in_place = _placed(listed, rules, day)
                for member_id, total, ranked in group:
                    sheet = sheets[member_id]
                    if in_place is not None and ranked != (
                        member_id in in_place and sheet.status == "graded"
                    ):
                        why = "有名次但不在该办法的排名内" if ranked else "应有名次而没有"
                        yield Fault("名次", f"党员{member_id} {period}", why)
                        return
                    if sheets[member_id].total != total:
                        yield Fault(
                            "总分", f"党员{member_id} {period}", f"应为{sheets[member_id].total}，记为{total}"
                        )
                        return
            after = rows[-1][0]


def _placed(members: list[int], rules: InForce, day: dt.date) -> set[int] | None:
    """Return who has a place; None for a period that is over, whose places stay as they were."""
    if day not in rules.period:
        return None
    return standings.placed(facts.people(members, rules.book, rules.period, today=day), rules, day)
