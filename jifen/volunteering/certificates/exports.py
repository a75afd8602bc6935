"""The register of an organisation as a sheet, marked and noted as every list that leaves the house."""

from __future__ import annotations

from jifen.core.actor import Actor, permits, words_for
from jifen.core.db import transaction
from jifen.core.errors import Forbidden
from jifen.documents import xlsx
from jifen.members import exports
from jifen.volunteering import late, rules
from jifen.volunteering.certificates import queries
from jifen.volunteering.certificates.policy import P

_HEADER = (
    "登记号",
    "登记日期",
    "姓名",
    "编号",
    "证明编号",
    "服务起止",
    "签到时长",
    "补录时长",
    "合计",
    "状态",
    "撤销日期",
)
_WIDTHS = (12, 12, 12, 12, 22, 26, 16, 16, 16, 10, 12)


def register_sheet(unit_id: int, year: int, *, by: Actor) -> bytes:
    """Return an organisation's register of a year as .xlsx, withdrawn ones too.

    :raises NotFound, Forbidden: not the actor's to see, or not to export
    """
    late.refuse_year(year)
    with transaction():
        unit = queries.access_unit(unit_id, by=by)
        if not permits(by, P.EXPORT, late.scope_of(unit)):
            raise Forbidden(action=words_for(P.EXPORT))
        rows = queries.register(unit.id, year)
        return exports.sheet(
            xlsx.Table(
                name="志愿服务记录证明登记簿",
                title=f"{unit.name} {year}年志愿服务记录证明登记簿（{len(rows)}份）",
                header=_HEADER,
                widths=_WIDTHS,
                rows=[
                    (
                        one.register,
                        one.registered_at,
                        one.member_name,
                        one.member_number,
                        one.spoken,
                        f"{one.first_on}至{one.last_on}",
                        rules.formatted(one.minutes_verified),
                        rules.formatted(one.minutes_attested),
                        rules.formatted(one.minutes),
                        one.state_words,
                        one.withdrawn_at,
                    )
                    for one in rows
                ],
            ),
            what="志愿服务记录证明登记簿",
            people={one.member_id for one in rows},
            unit_id=unit.id,
            purpose="志愿服务记录证明登记",
            by=by,
        )
