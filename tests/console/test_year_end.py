"""The end of a year at the desk."""

from __future__ import annotations

import datetime as dt

from jifen.jobs import work_periods
from jifen.members import service as members
from jifen.members.models import ExemptionReason
from tests.points.periods_town import on


def test_the_office_turns_the_year_and_the_committee_decides_anew(town, at_desk):
    with on(dt.date(2026, 12, 30)):
        members.exempt(
            town.people["colleague"],
            reason=ExemptionReason.AGE,
            since=dt.date(2026, 1, 1),
            until=dt.date(2027, 1, 1),
            minute="纪要〔2026〕3号",
            by=town.actor("organ"),
        )
        office = at_desk("office").open("/console/year-end")
        assert "2027年1月1日起可以确认" in office.text
        assert "纪要〔2026〕3号" in office.text
    with on(dt.date(2027, 1, 4)):
        office = (
            at_desk("office")
            .open("/console/")
            .follow("年度结转")
            .press("确认", near="确认市林业局2026年度结转")
        )
        assert "正在核定上年总分" in office.text
        work_periods.turn_the_year(unit_id=town.department, year=2026)
        assert "已经办理完成" in office.open("/console/year-end").text

        organ = at_desk("organ").open("/console/").follow("到期的不参加积分决定")
        organ.fill("新的会议纪要编号", "纪要〔2027〕1号").press("继续不参加")
        assert "没有等您决定的事项" in organ.text


def test_nobody_below_an_office_opens_it(town, at_desk):
    assert at_desk("secretary").open("/console/year-end").status == 404
    assert "年度结转" not in at_desk("secretary").open("/console/").text
    assert at_desk("office").open(f"/console/year-end?unit={town.committee}").status == 404
