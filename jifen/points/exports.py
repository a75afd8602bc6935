"""Sheets of points; whoever takes other people's figures out of the house is noted."""

from __future__ import annotations

import datetime as dt

from jifen.core import clock
from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import transaction
from jifen.core.errors import Forbidden
from jifen.documents import xlsx
from jifen.members import exports
from jifen.members import queries as members
from jifen.org import queries as org
from jifen.org.models import UnitKind
from jifen.points import queries, queries_compared
from jifen.points.policy import P, Scope
from jifen.points.queries_statement import statement

#: Most lines on a sheet; a member's whole life in the scheme is far below.
MOST_LINES = 20_000
HEADER = (
    *("流水号", "日期", "支部", "项目", "名称", "数量", "单位", "级别", "条款"),
    *("来源", "上报号", "确认人", "登记时间", "冲正"),
)
SOURCES = {
    "report": "本人上报",
    "roster": "名册登记",
    "activity": "活动签到",
    "import": "导入",
    "takeover": "接续",
    "manual": "人工登记",
    "absence": "缺席认定",
    "model_post": "示范岗授牌",
    "honour": "荣誉登记",
    "registration": "社区报到",
    "wish": "微心愿",
    "objection": "异议更正",
    "reversal": "冲正",
}


def statement_sheet(
    member_id: int, *, since: dt.date | None = None, until: dt.date | None = None, by: Actor
) -> bytes:
    """Return a member's statement as .xlsx.

    :raises NotFound: not the actor's to see
    :raises Forbidden: somebody else's, and the actor may look but not export
    """
    with transaction():
        queries.access_score(member_id, by=by)
        person = members.person(member_id, clock.today())
        if by.member_id != member_id and not permits(by, P.EXPORT, Scope(0, person.branch_path, True)):
            raise Forbidden(action=words_for(P.EXPORT))
        lines = statement(member_id, since=since, until=until, limit=MOST_LINES, by=by)
        name = members.names({member_id}).get(member_id, "")
        return exports.sheet(
            xlsx.Table(
                name="积分流水",
                title=f"{name} 积分流水（{clock.today()}）",
                header=HEADER,
                widths=(9, 12, 22, 10, 28, 8, 6, 8, 16, 10, 8, 10, 17, 14),
                rows=[
                    (
                        line.id,
                        line.occurred_on,
                        line.branch_name,
                        line.item_code,
                        line.item_name,
                        line.quantity,
                        line.unit,
                        line.level,
                        line.clause,
                        SOURCES.get(line.source, line.source),
                        line.report_number,
                        line.decided_by,
                        line.recorded_at,
                        _reversal(line.reverses_id, line.reversed_by_id),
                    )
                    for line in lines
                ],
            ),
            what="积分流水",
            people=[member_id],
            unit_id=org.line(person.branch_path)[-1] if person.branch_path else None,
            purpose="本人查阅" if by.member_id == member_id else exports.WORK,
            by=by,
        )


def _reversal(reverses: int | None, reversed_by: int | None) -> str:
    if reverses:
        return f"冲正第{reverses}条"
    return f"已被第{reversed_by}条冲正" if reversed_by else ""


def ranking_sheet(branch_id: int, *, day: dt.date | None = None, by: Actor) -> bytes:
    """Return a branch's ranking as .xlsx.

    :raises NotFound: no such branch, or not the actor's to see
    :raises Forbidden: the actor may look but not export
    """
    with transaction():
        rows = queries_compared.ranking(branch_id, by=by, day=day)
        branch = org.unit(branch_id)
        if not permits(by, P.EXPORT, Scope(branch.id, branch.path, branch.kind == UnitKind.BRANCH)):
            raise Forbidden(action=words_for(P.EXPORT))
        return exports.sheet(
            xlsx.Table(
                name="积分名次",
                title=f"{branch.name} 积分名次（{day or clock.today()}，仅限支部内使用）",
                header=("名次", "编号", "姓名", "总分", "等次"),
                widths=(8, 12, 14, 10, 12),
                rows=[(r.place or "不参加排名", r.number, r.name, r.total, r.grade) for r in rows],
            ),
            what="积分名次",
            people=[r.member_id for r in rows],
            unit_id=branch_id,
            by=by,
        )
