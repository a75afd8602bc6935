"""certificate_2000: a certificate of 2 000 records, frozen and drawn; and a branch of 50 one after the other."""

from __future__ import annotations

import time

import sqlalchemy as sa

from bench import city
from bench.base import Figure, acting, database, figure
from jifen.core.db import db, transaction
from jifen.volunteering.certificates import batches, paper, service

MEMBERS, RECORDS, EACH = 51, 2000, 40
_FILL = """
UPDATE membership SET branch_id = 3;
INSERT INTO post (member_id, unit_id, role, since) VALUES (41, 2, 'organ_committee', '2020-01-01');
INSERT INTO certificate_entitlement (unit_id, full_name, contact, since, marked_by, marked_at)
VALUES (3, '中共某市某部门机关支部委员会', '0800-2618001', '2020-01-01', 41, now());
INSERT INTO service_title (unit_id, name) SELECT 3, '项目' || n FROM generate_series(1, 30) AS n;
WITH made AS (
  INSERT INTO service_record (member_id, branch_id, unit_id, title_id, kind, source, source_id, revision, occurred_on,
                              started_at, ended_at, window_start, window_end, minutes, recorded_at)
  SELECT m, 3, 3, 1 + n % 30, 'verified', 'activity', n, 1, d, at, at + interval '2 hours', at, at + interval '2 hours',
         120, now()
    FROM generate_series(2, {members}) AS m,
         LATERAL generate_series(1, CASE WHEN m = 2 THEN {records} ELSE {each} END) AS n,
         LATERAL (SELECT DATE '2020-01-01' + n AS d,
                         (DATE '2020-01-01' + n + time '01:00') AT TIME ZONE 'UTC' AS at) AS t
  RETURNING id, member_id, started_at, ended_at)
INSERT INTO service_span (record_id, member_id, started_at, ended_at, state)
SELECT id, member_id, started_at, ended_at, 'counts' FROM made
"""


def _fill() -> None:
    city.fill(MEMBERS)
    with transaction() as session:
        for statement in _FILL.format(members=MEMBERS, records=RECORDS, each=EACH).split(";"):
            session.execute(sa.text(statement))


def certificate_2000() -> Figure:
    """Return the seconds from the request to the PDF of somebody with 2 000 records; a branch of 50 beside it."""
    with database("certificates", _fill):
        clerk, member = acting(1), acting(2)
        with transaction() as session:
            # Of an earlier run: what is printed stays, so that it is withdrawn.
            session.execute(
                sa.text("UPDATE certificate SET state = 'withdrawn', withdrawn_at = now(), cause = 'unit'")
            )
            session.execute(sa.text("UPDATE certificate_batch SET state = 'done'"))
            session.execute(sa.text("UPDATE ask SET answered_at = now() WHERE answered_at IS NULL"))
        begun = time.perf_counter()
        row = service.request(by=member)
        service.print_(row.id, by=clerk)
        frozen = time.perf_counter() - begun
        content = paper.printed(row.id, by=clerk)
        spent = time.perf_counter() - begun
        pages = content.count(b"/Type /Page") - content.count(b"/Type /Pages")
        batch = batches.start(3, 3, by=clerk)
        begun, steps = time.perf_counter(), 0
        for _ in batches.work(batch.id, by=clerk):
            steps += 1
        whole = time.perf_counter() - begun
        begun = time.perf_counter()
        sheets = len(paper.printed_batch(batch.id, by=clerk))
        drawn = time.perf_counter() - begun
        db.session.refresh(batch)
    return figure(
        spent,
        2,
        at_most=True,
        unit="s",
        how=f"request, print (frozen: {frozen:.2f} s) and PDF of {RECORDS} records, {pages} pages, {len(content) // 1024}"
        f" KB, cold; a branch of {steps}: {batch.printed} printed one by one in {whole:.1f} s, one PDF of"
        f" {sheets // 1024} KB in {drawn:.1f} s",
        ours={
            "branch_seconds": round(whole, 2),
            "branch_people": steps,
            "branch_pdf_seconds": round(drawn, 2),
        },
    )
