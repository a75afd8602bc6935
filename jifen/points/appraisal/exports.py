"""The yearly summary as a sheet; taking it out of the house is noted."""

from __future__ import annotations

from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import transaction
from jifen.core.errors import Forbidden
from jifen.documents import xlsx
from jifen.members import exports
from jifen.members.roster.sheets import CATEGORY_LABELS
from jifen.org import queries as org
from jifen.points.appraisal import queries, service
from jifen.points.appraisal.policy import P
from jifen.points.appraisal.rules import REASONS


def summary_sheet(appraisal_id: int, *, by: Actor) -> bytes:
    """Return the summary of a branch's year and its list as .xlsx.

    :raises NotFound: not the actor's to see
    :raises Forbidden: his to see, not to export
    """
    with transaction():
        found = queries.sheet(appraisal_id, by=by)
        if not permits(by, P.EXPORT, service.scope_of(org.unit(found.branch_id))):
            raise Forbidden(action=words_for(P.EXPORT))
        title = f"{found.branch_name} {found.year}年度民主评议党员（{found.state_words}）"
        counts: list[tuple[str, int | str]] = [
            ("名单人数", found.summary.listed),
            ("参加评议人数", found.summary.participants),
        ]
        counts += list(found.summary.grades.items())
        counts += [(f"不评等次：{REASONS.get(c, '未定')}", n) for c, n in found.summary.without.items()]
        counts.append(("核对：参加评议人数＝各等次合计", "相符" if found.summary.adds_up else "不符"))
        return exports.sheet(
            xlsx.Table(name="汇总", title=title, header=("项目", "人数"), widths=(34, 10), rows=counts),
            xlsx.Table(
                name="名单",
                title=title,
                header=("编号", "姓名", "类别", "积分", "按积分", "等次", "说明"),
                widths=(12, 12, 12, 10, 12, 12, 40),
                rows=[
                    (
                        row.number,
                        row.name,
                        CATEGORY_LABELS.get(row.category, row.category),
                        row.total,
                        row.by_score,
                        row.grade,
                        row.reason or row.why,
                    )
                    for row in found.rows
                ],
            ),
            what="民主评议汇总表",
            people=[row.member_id for row in found.rows],
            unit_id=found.branch_id,
            purpose="民主评议党员",
            by=by,
        )
