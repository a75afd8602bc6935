"""Hours as what a quarter's sample is drawn from (志愿服务记录的抽查), whether they carry points or not.

Every source is drawn from, other platforms' sheets too: what nobody of the
city saw is what a second look is for. A deed whose points were drawn is not
looked at twice, and what waited for a higher organisation or for a decision
about an overlap was looked at there.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from jifen.core import days
from jifen.core.db import ask
from jifen.points.sampling.populations import Deed, Fact, Population, Span
from jifen.points.sampling.settings import rates
from jifen.volunteering.imports import ROWS
from jifen.volunteering.states import KIND_WORDS, SOURCE_WORDS

CODE = "service"
_CLAUSE = "志愿服务时长"
_BASIS = "《志愿服务条例》第十九条"

_FACTS = """
SELECT r.id, r.branch_id, r.member_id, r.decided_by
  FROM service_record r JOIN unit u ON u.id = r.branch_id JOIN member m ON m.id = r.member_id
 WHERE coalesce(u.department_id, %(root)s) = %(organisation)s
   AND r.recorded_at >= %(since)s AND r.recorded_at < %(until)s AND r.recorded_at <= %(as_of)s
   AND r.reverses_id IS NULL AND m.name IS NOT NULL
   AND NOT EXISTS (SELECT FROM service_record b WHERE b.reverses_id = r.id AND b.recorded_at < %(as_of)s)
   AND NOT EXISTS (SELECT FROM ask a WHERE a.subject IN ('long_day', 'service_clash') AND a.subject_id = r.id
                    AND (a.answered_at IS NULL OR a.answered_at >= %(as_of)s))
   AND NOT EXISTS (SELECT FROM ledger_entry e JOIN sample_look l ON l.fact = 'entry' AND l.fact_id = e.id
                    WHERE e.source = 'activity' AND e.source_id = r.id AND l.quarter = %(quarter)s)
"""
_DEEDS = """
SELECT r.id, coalesce(t.name, '志愿服务'), u.name, r.kind, r.source, r.occurred_on, r.started_at, r.ended_at,
       r.window_start, r.window_end, r.minutes, r.verified_by IS NOT NULL,
       CASE r.source
       WHEN 'late_entry' THEN (SELECT '补录理由：' || e.reason FROM late_entry e WHERE e.id = r.source_id)
       WHEN 'community' THEN (SELECT '社区：' || c.street || c.name FROM need_claim k
                                JOIN community_need n ON n.id = k.need_id JOIN community c ON c.id = n.community_id
                               WHERE k.id = r.source_id)
       WHEN 'import' THEN (SELECT i.file_name || '第' || r.source_id %% %(rows)s || '行' FROM import_batch i
                             WHERE i.id = r.source_id / %(rows)s)
       END
  FROM service_record r JOIN unit u ON u.id = r.unit_id LEFT JOIN service_title t ON t.id = r.title_id
 WHERE r.id = ANY(%(ids)s)
"""
_ANNULLED = "SELECT reverses_id FROM service_record WHERE reverses_id = ANY(%(ids)s)"


def facts(span: Span) -> list[Fact]:
    """Return the records that may be drawn."""
    values = {
        "quarter": span.quarter,
        "organisation": span.organisation,
        "root": span.root,
        "since": span.since,
        "until": span.until,
        "as_of": span.as_of,
    }
    return [Fact(*row) for row in ask(_FACTS, values)]


def deeds(ids: Collection[int]) -> dict[int, Deed]:
    """Return what these records are about."""
    found = {}
    for record, title, unit, kind, source, day, since, until, opens, closes, minutes, tapped, more in ask(
        _DEEDS, {"ids": list(ids), "rows": ROWS}
    ):
        told = f"{SOURCE_WORDS[source]}，组织者登记" if tapped else SOURCE_WORDS[source]
        evidence = f"{told}；公布的起止：{days.spoken(opens)}—{days.spoken(closes)}"
        found[record] = Deed(
            code=source,
            name=f"{title}（{unit}）",
            clause=f"{_CLAUSE}（{KIND_WORDS[kind]}）",
            basis=_BASIS,
            occurred_on=day,
            quantity=Decimal(minutes),
            unit="分钟",
            value=None,
            level=None,
            words=f"{days.spoken(since)}—{days.spoken(until)}",
            evidence=f"{evidence}；{more}" if more else evidence,
            remedy=f"已更正或撤销（服务记录{record}）",
        )
    return found


def annulled(ids: Sequence[int]) -> set[int]:
    """Return which of these records were taken back or put right."""
    return {number for (number,) in ask(_ANNULLED, {"ids": list(ids)})}


#: The kind of facts.
RECORDS = Population(
    CODE,
    "志愿服务记录",
    rates().hours_each,
    rates().hours_most,
    facts,
    deeds,
    annulled,
    "这条服务记录还没有更正。请先在本人的志愿时长页面提出更正，由另一位负责人核对后，再选“已更正”。",
)
