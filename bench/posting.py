"""post_vs_raw: approvals through the service against the same rows by raw SQL."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from typing import LiteralString

import psycopg
import sqlalchemy as sa

from bench import city
from bench.base import Figure, acting, database, figure, settings
from jifen import create_app
from jifen.core import clock
from jifen.core.actor import Actor, Door, Holding, Role
from jifen.core.db import db, transaction
from jifen.core.postgres import conninfo
from jifen.points import deciding, queries, standings_follow

MEMBERS, CLIENTS, EACH, BATCH = 4_000, 2, 300, 1_000

_REPORTS = """
INSERT INTO report (branch_id, number, member_id, rulebook_id, item_code, occurred_on, quantity, occasion, words, state,
                    version, step_unit_id, door, submitted_at)
SELECT s.branch_id, {base} + s.member_id, s.member_id, {rulebook}, 'D01', '{day}', 1, '{tag}', '', 'pending', 1,
       s.branch_id, 'api', now()
  FROM membership s WHERE s.member_id BETWEEN {first} AND {last} AND (s.member_id - 1) % {per_branch} <> 0
RETURNING id, member_id, branch_id
"""
_runs = iter(range(1, 10**6))


def _pending(first: int, last: int) -> list[tuple[int, int, int]]:
    """File one pending report for each plain member of a range; returns report, member, branch."""
    with transaction() as session:
        base = session.scalar(sa.text("SELECT coalesce(max(number), 0) FROM report"))
        rules = queries.rules_of(1, clock.today())
        text = _REPORTS.format(
            base=base,
            rulebook=rules.rulebook_id,
            day=clock.today(),
            tag=f"bench{time.time_ns()}{next(_runs)}",
            first=first,
            last=last,
            per_branch=city.BRANCH,
        )
        return [tuple(r) for r in session.execute(sa.text(text))]


def _secretary(branch_id: int) -> int:
    return db.session.scalar(
        sa.text("SELECT member_id FROM post WHERE unit_id = :b LIMIT 1"), {"b": branch_id}
    )


def _by_service(url: str, work: list[tuple[int, int, int]], barrier, out) -> None:
    app = create_app(settings(), database_url=url)
    with app.app_context():
        actors = {b: acting(_secretary(b)) for _, _, b in work}
        barrier.wait()
        begun = time.perf_counter()
        for report_id, _, branch in work:
            deciding.approve(report_id, by=actors[branch])
            db.session.remove()
        out.put(len(work) / (time.perf_counter() - begun))


_RAW = (
    "SELECT 1 FROM report WHERE id = %(report)s FOR UPDATE",
    "SELECT 1 FROM standing WHERE member_id = %(member)s AND period = %(period)s FOR UPDATE",
    "INSERT INTO decision (subject, subject_id, step, outcome, concerns, decided_by, unit_id, door, decided_at)"
    " VALUES ('report', %(report)s, 1, 'approved', %(member)s, %(by)s, %(branch)s, 'api', now())",
    "WITH e AS (INSERT INTO ledger_entry (member_id, branch_id, rulebook_code, item_code, quantity, excused,"
    " occurred_on, occasion, source, source_id, revision, decided_by, recorded_at) VALUES (%(member)s, %(branch)s,"
    " 'municipal-organs', 'D01', 1, false, current_date, %(tag)s, 'report', %(report)s, 1, %(by)s, now())"
    " RETURNING id) INSERT INTO ledger_claim SELECT %(member)s, 'D01', %(tag)s, id FROM e",
    "UPDATE standing SET total = total + 0.5, scored_at = now() WHERE member_id = %(member)s AND period = %(period)s",
    "INSERT INTO score_count AS c SELECT u, %(rulebook)s, %(period)s, 60 + s, CASE s WHEN 0 THEN 1 ELSE -1 END"
    " FROM unnest(ARRAY[1, %(branch)s]::bigint[]) u, generate_series(0, 1) s ORDER BY u, s"
    " ON CONFLICT (unit_id, rulebook_id, period, score) DO UPDATE SET people = c.people + excluded.people",
    "INSERT INTO audit_entry (at, actor_member_id, actor_name, door, action, subject, subject_id, codes)"
    " VALUES (now(), %(by)s, '', 'api', 'report.approve', 'report', %(report)s, 'approved')",
    "INSERT INTO notice (key, member_id, kind, data, state, not_before, attempts, created_at)"
    " VALUES ('bench:' || %(report)s::text, %(member)s, 'report_approved', '{}', 'queued', now(), 0, now())",
    "UPDATE report SET state = 'approved', decided_at = now(), step_unit_id = NULL WHERE id = %(report)s",
)


def _one(raw: psycopg.Connection, query: LiteralString, values: tuple[int, ...] = ()) -> int:
    row = raw.execute(query, values).fetchone()
    assert row is not None
    return row[0]


def _by_raw(url: str, work: list[tuple[int, int, int]], barrier, out) -> None:
    with psycopg.connect(conninfo(url), prepare_threshold=2) as raw:
        period = str(clock.today().year)
        rulebook = _one(raw, "SELECT min(id) FROM rulebook_version")
        by = {b: _one(raw, "SELECT member_id FROM post WHERE unit_id = %s", (b,)) for _, _, b in work}
        raw.commit()
        barrier.wait()
        begun = time.perf_counter()
        for report, member, branch in work:
            values = {
                "report": report,
                "member": member,
                "branch": branch,
                "by": by[branch],
                "period": period,
                "rulebook": rulebook,
                "tag": f"raw{report}",
            }
            for statement in _RAW:
                raw.execute(statement, values)
            raw.commit()
        out.put(len(work) / (time.perf_counter() - begun))


def _rate(target: Callable, url: str) -> float:
    work = _pending(1, MEMBERS)[: CLIENTS * EACH]
    db.session.remove()
    context = multiprocessing.get_context("spawn")
    barrier, out = context.Barrier(CLIENTS), context.Queue()
    workers = [
        context.Process(target=target, args=(url, work[n::CLIENTS], barrier, out)) for n in range(CLIENTS)
    ]
    for worker in workers:
        worker.start()
    total = sum(out.get(timeout=300) for _ in workers)
    for worker in workers:
        worker.join()
    return total


def post_vs_raw() -> Figure:
    """Return approvals/s through the service ÷ by raw SQL, one transaction each; and a batch of 1 000 ÷ raw."""
    with database("post", lambda: city.fill(MEMBERS, entries=20)) as (_, url):
        standings_follow.follow("/", day=clock.today(), limit=MEMBERS + 1)
        raw, ours = _rate(_by_raw, url), _rate(_by_service, url)
        work = _pending(1, MEMBERS)
        branch_of = {r: b for r, _, b in work}
        actor = acting(_secretary(work[0][2]))
        # One decider over everything, so that a thousand fit in one batch.
        asked = tuple(Holding(Role.BRANCH_SECRETARY, b, f"/1/{b}/") for b in set(branch_of.values()))
        whole = Actor(door=Door.API, member_id=actor.member_id, holdings=(*asked, *actor.holdings))
        ids = [r for r, m, _ in work if m != actor.member_id][:BATCH]
        db.session.rollback()
        begun = time.perf_counter()
        deciding.approve_many(ids, by=whole)
        batch = len(ids) / (time.perf_counter() - begun)
    found = figure(
        ours / raw,
        0.15,
        unit="×",
        how=f"{CLIENTS} client processes, {EACH} approvals each, one transaction each ÷ the same rows by raw psycopg; "
        f"batch: {BATCH} in one transaction ÷ that raw rate",
        ours={"per_second": round(ours, 1), "batch_per_second": round(batch, 1)},
        peer={"per_second": round(raw, 1)},
        batch={"value": round(batch / raw, 3), "aim": 1.0, "met": batch / raw >= 1.0},
    )
    found["met"] = found["met"] and found["batch"]["met"]
    return found
