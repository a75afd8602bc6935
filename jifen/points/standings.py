"""Stored totals: derived from the ledger, written with it, rebuilt at any time.

``lock`` before the entries are written, ``write`` after: what ``write`` reads
then holds every entry that went before, whoever posted it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.core.period import Cycle, Period
from jifen.members import ties
from jifen.points import facts
from jifen.points.queries import periods_of
from jifen.rulebook import queries as rulebooks
from jifen.rulebook.engine import ScoreSheet, score
from jifen.rulebook.engine.book import Rulebook
from jifen.rulebook.engine.carry import carried_after, looks_back
from jifen.rulebook.engine.facts import Subject
from jifen.rulebook.queries import InForce

#: Members scored in one go; bounds memory and the length of a transaction.
CHUNK = 1000


@dataclass(frozen=True, slots=True)
class Key:
    """Which total: a member's, under the rulebook and in the period that hold for a fact."""

    member_id: int
    rules: InForce


#: What was stored before: total, ranked, branch, department; taken with the row's lock.
Old = tuple[Decimal, bool, int, int | None]
Locked = dict[Key, Old]


_LOCK = sa.text(
    """
    SELECT member_id, period, rulebook_id, total, ranked, branch_id, department_id FROM standing
     WHERE (member_id, period, rulebook_id) IN
           (SELECT * FROM unnest(CAST(:member AS bigint[]), CAST(:period AS text[]), CAST(:rulebook AS bigint[])))
     ORDER BY member_id, period, rulebook_id FOR UPDATE
    """
)
_OPEN = sa.text(
    """
    INSERT INTO standing (member_id, period, rulebook_id, branch_id, total, ranked, vetoed, scored_at)
    SELECT m, p, r, 0, 0, false, false, CAST(:now AS timestamptz)
      FROM unnest(CAST(:member AS bigint[]), CAST(:period AS text[]), CAST(:rulebook AS bigint[])) AS t (m, p, r)
     ORDER BY m, p, r
    ON CONFLICT DO NOTHING
    """
)
_UPDATE = sa.text(
    """
    UPDATE standing s
       SET branch_id = t.branch, department_id = t.department, total = t.total, kept = t.kept, grade = t.grade,
           ranked = t.ranked, vetoed = t.vetoed, scored_at = CAST(:now AS timestamptz)
      FROM unnest(CAST(:member AS bigint[]), CAST(:branch AS bigint[]), CAST(:department AS bigint[]),
                  CAST(:total AS numeric[]), CAST(:kept AS jsonb[]), CAST(:grade AS text[]),
                  CAST(:ranked AS boolean[]), CAST(:vetoed AS boolean[]))
               AS t (member, branch, department, total, kept, grade, ranked, vetoed)
     WHERE s.member_id = t.member AND s.period = :period AND s.rulebook_id = :rulebook
    """
)
_COUNT = sa.text(
    """
    INSERT INTO score_count AS c (unit_id, rulebook_id, period, score, people)
    SELECT u, :rulebook, :period, s, n
      FROM unnest(CAST(:unit AS bigint[]), CAST(:score AS numeric[]), CAST(:people AS int[])) AS t (u, s, n)
     ORDER BY u, s
    ON CONFLICT (unit_id, rulebook_id, period, score) DO UPDATE SET people = c.people + excluded.people
    """
)


_COUNTS_IN = sa.text(
    """
    SELECT s.member_id, s.rulebook_id, s.period
      FROM standing s JOIN rulebook_version v ON v.id = s.rulebook_id AND v.code = :code
     WHERE s.member_id = :member AND s.period = ANY(:periods)
    """
)


def keys_of(member_id: int, rulebook_code: str, day: dt.date) -> list[Key]:
    """Return the totals that a fact of ``day`` under a rulebook counts in, whatever holds for him now."""
    values = {"member": member_id, "code": rulebook_code, "periods": periods_of(day)}
    return keys_of_rows(db.session.execute(_COUNTS_IN, values))


_ALL_COUNT_IN = sa.text(
    """
    SELECT DISTINCT s.member_id, s.rulebook_id, s.period
      FROM unnest(CAST(:member AS bigint[]), CAST(:code AS text[]), CAST(:period AS text[])) AS f (m, c, p)
      JOIN rulebook_version v ON v.code = f.c
      JOIN standing s ON s.rulebook_id = v.id AND s.member_id = f.m AND s.period = f.p
    """
)


def keys_of_many(facts: Iterable[tuple[int, str, dt.date]]) -> list[Key]:
    """Return the totals that facts (member, rulebook, day) count in, in one statement; see ``keys_of``."""
    current = lru_cache(maxsize=None)(periods_of)
    wanted = sorted({(m, code, period) for m, code, day in facts for period in current(day)})
    columns = {name: [row[i] for row in wanted] for i, name in enumerate(("member", "code", "period"))}
    return keys_of_rows(db.session.execute(_ALL_COUNT_IN, columns))


def lock(keys: Iterable[Key]) -> Locked:
    """Take the totals' rows in one order, making those that are missing; ``write`` gives them back.

    With a total of a period that is over go the later ones that begin with a part of it.
    """
    chosen = list(keys)
    wanted = {(k.member_id, k.rules.period.key, k.rules.rulebook_id): k for k in chosen + _built_on(chosen)}
    distinct = sorted(wanted)
    columns = {
        "member": [d[0] for d in distinct],
        "period": [d[1] for d in distinct],
        "rulebook": [d[2] for d in distinct],
    }
    session = db.session()
    rows = session.execute(_LOCK, columns).all()
    if len(rows) < len(distinct):
        session.execute(_OPEN, {**columns, "now": clock.now()})
        rows = session.execute(_LOCK, columns).all()
    return {wanted[tuple(row[:3])]: tuple(row[3:]) for row in rows}


_LATER = sa.text(
    """
    SELECT s.member_id, s.rulebook_id, s.period FROM standing s
     WHERE s.member_id = ANY(:members) AND s.period = ANY(:periods)
    """
)


def _built_on(keys: Sequence[Key]) -> list[Key]:
    """Return the totals of later periods that begin with a part of these; none while their period runs."""
    today = clock.today()
    over = [k for k in keys if k.rules.period.until <= today]
    return _later(sorted({k.member_id for k in over}), {k.rules.period for k in over}) if over else []


def _later(members: Sequence[int], periods: Iterable[Period]) -> list[Key]:
    today, later = clock.today(), set()
    for period in periods:
        while (period := period.next).since <= today:
            later.add(period.key)
    rows = db.session.execute(_LATER, {"members": list(members), "periods": sorted(later)})
    return [k for k in keys_of_rows(rows) if looks_back(k.rules.book)]


def follow_frozen(members: Sequence[int], period: Period) -> None:
    """Renew the later totals that begin with a part of what a list of ``period`` now says for good."""
    with transaction():
        ended = {Period.containing(period.last_day, cycle) for cycle in Cycle}
        keys = _later(members, [one for one in ended if one.until == period.until])
        if keys:
            write(lock(keys))


def write(locked: Locked) -> None:
    """Score the locked totals again and store them with the counts behind every place."""
    groups: dict[tuple[str, int], list[Key]] = defaultdict(list)
    for key in locked:
        groups[key.rules.period.key, key.rules.rulebook_id].append(key)
    # Earlier periods first: a later total may begin with a part of theirs.
    for _, group in sorted(groups.items()):
        group.sort(key=lambda k: k.member_id)
        for start in range(0, len(group), CHUNK):
            chunk = group[start : start + CHUNK]
            _write({k.member_id: locked[k] for k in chunk}, chunk[0].rules)


def _write(old: dict[int, Old], rules: InForce) -> None:
    session, now = db.session(), clock.now()
    today = clock.civil_day(now)
    shared = {"period": rules.period.key, "rulebook": rules.rulebook_id}
    live = facts.live_facts(list(old), rules.book, rules.period)
    people = facts.people(old, rules.book, rules.period, today=today)
    city_id = next((p.city_id for _, p in people.values() if p), None) or _city_id()
    in_place = placed(people, rules, today)
    difference: Counter[tuple[int, Decimal]] = Counter()
    columns: dict[str, list] = {
        name: [] for name in ("member", "branch", "department", "total", "kept", "grade", "ranked", "vetoed")
    }
    for member_id, (was, was_ranked, branch, department) in old.items():
        subject, place = people[member_id]
        sheet = score(subject, rules.period, live.get(member_id, ()), rules.book, as_of=today, trace=False)
        if was_ranked:
            for unit_id in filter(None, (branch, department, city_id)):
                difference[unit_id, was] -= 1
        if place:
            branch, department = place.branch_id, place.department_id
        ranked = member_id in in_place and sheet.status == "graded"
        if ranked:
            for unit_id in filter(None, (branch, department, city_id)):
                difference[unit_id, sheet.total] += 1
        for name, value in zip(
            columns,
            (
                member_id,
                branch,
                department,
                sheet.total,
                _kept(sheet, subject, rules.book),
                sheet.grade,
                ranked,
                sheet.vetoed,
            ),
            strict=True,
        ):
            columns[name].append(value)
    session.execute(_UPDATE, {**columns, **shared, "now": now})
    _count(difference, shared)


def _kept(sheet: ScoreSheet, subject: Subject, book: Rulebook) -> str | None:
    """Return as JSON what the next period begins with where points are kept, None where they are not."""
    if book.switches.carry_over != "keep":
        return None
    lots = carried_after(sheet, subject.carried, book)
    return json.dumps([[str(lot.points), lot.earned_on.isoformat()] for lot in lots])


def placed(people: facts.People, rules: InForce, today: dt.date) -> set[int]:
    """Return who has a place under a rulebook: his branch scores him by it, and he is not exempt.

    Whoever moved to where another rulebook holds keeps his old total, without a
    place: rankings stay inside a rulebook.
    """
    day = min(today, rules.period.last_day)
    held = rulebooks.holding(((p.branch_path, p.category) for _, p in people.values() if p), day)
    return {
        member
        for member, (_, p) in people.items()
        if p and not p.exempt and held[p.branch_path, p.category] == rules.rulebook_id
    }


def _count(difference: Counter[tuple[int, Decimal]], shared: dict[str, Any]) -> None:
    """Add a difference of (unit, score) to the counts, in one order."""
    changed = sorted((k, n) for k, n in difference.items() if n)
    if changed:
        db.session.execute(
            _COUNT,
            {
                **shared,
                "unit": [k[0] for k, _ in changed],
                "score": [k[1] for k, _ in changed],
                "people": [n for _, n in changed],
            },
        )


_DROP = sa.text(
    """
    DELETE FROM standing WHERE member_id = ANY(:members)
    RETURNING rulebook_id, period, branch_id, department_id, total, ranked
    """
)


def let_go(members: Sequence[int]) -> None:
    """Drop the totals of people who leave as if they had never come: their import is undone."""
    gone: dict[tuple[str, int], Counter[tuple[int, Decimal]]] = defaultdict(Counter)
    city_id = _city_id()
    rows = db.session.execute(_DROP, {"members": list(members)})
    for rulebook, period, branch, department, total, ranked in rows:
        if ranked:
            for unit_id in filter(None, (branch, department, city_id)):
                gone[period, rulebook][unit_id, total] -= 1
    for (period, rulebook), difference in sorted(gone.items()):
        _count(difference, {"rulebook": rulebook, "period": period})


def score_members(members: Sequence[int], rules: InForce, *, as_of: dt.date) -> dict[int, ScoreSheet]:
    """Return the totals of members from the ledger, without trace."""
    live = facts.live_facts(members, rules.book, rules.period)
    people = facts.people(members, rules.book, rules.period, today=as_of)
    return {
        m: score(people[m][0], rules.period, live.get(m, ()), rules.book, as_of=as_of, trace=False)
        for m in members
    }


def _city_id() -> int:
    return db.session.scalar(sa.text("SELECT id FROM unit WHERE parent_id IS NULL"))


def keys_of_rows(rows: Iterable[sa.Row]) -> list[Key]:
    """Return the totals that rows of (member, rulebook, period) name."""
    return [
        Key(member, InForce(rulebook, rulebooks.book(rulebook), Period.parse(period)))
        for member, rulebook, period in rows
    ]


ties.release(let_go)


def total_of(member_id: int, rulebook_id: int, day: dt.date) -> Decimal:
    """Return the stored total that a fact of ``day`` counted in; 0 if there is none."""
    rules = rulebooks.book(rulebook_id)
    stmt = sa.text("SELECT total FROM standing WHERE member_id = :m AND rulebook_id = :r AND period = :p")
    period = Period.containing(day, rules.cycle).key
    return db.session.scalar(stmt, {"m": member_id, "r": rulebook_id, "p": period}) or Decimal(0)
