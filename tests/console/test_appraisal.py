"""A branch appraises its year at the desk: pressed as a secretary presses, counted, printed, refused."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from jifen.core import clock
from jifen.points.appraisal import service
from tests import city
from tests.api.doors import statements
from tests.console.conftest import signed_in
from tests.points.appraisal import branch as branches
from tests.points.appraisal.branch import DAY, YEAR


@pytest.fixture
def town(db):
    with time_machine.travel(clock.at(DAY, 9), tick=False):
        yield city.build()


@pytest.fixture
def at(app, town):
    return lambda who: signed_in(app, town.people[who] if isinstance(who, str) else who)


def begun(at, team):
    """The secretary at the desk, with the list before him."""
    desk = at(team.members[0]).open("/console/").follow("民主评议")
    return desk.press("开始评议")


def met(desk, *, expected, present):
    desk.fill("会议记录编号", "支委会纪要12号").press("登记支委会意见")
    desk.fill("会议记录编号", "大会记录6号").fill("应到有表决权的党员", expected)
    return desk.fill("实到有表决权的党员", present).press("登记党员大会结果")


def test_a_year_from_scores_to_final_grades(at, town):
    team = branches.build(town, [9, 6, 1, 1])
    desk = begun(at, team)
    assert "初步名单" in desk.text
    assert "核对相符" in desk.text
    met(desk, expected=4, present=3)
    address = desk.address
    assert "待上级确认" in desk.text
    desk.press("开始公示")
    assert "等待上级党组织确认" in desk.text

    organ = at("organ").open("/console/").follow("登记人本人的评议等次")
    organ.press("确认这个等次")
    assert "已确认" in organ.text

    desk.open(address).press("开始公示")
    assert "公示中" in desk.text
    desk.press("定等次")
    assert "公示到12月11日为止" in desk.text
    with time_machine.travel(clock.at(dt.date(2026, 12, 14), 9), tick=False):
        desk = at(team.members[0]).open("/console/").follow("民主评议，等您办理下一步").follow("办理")
        desk.press("定等次")
        assert "已定等次" in desk.text


def test_equals_are_shown_and_chosen_by_people(at, town):
    team = branches.build(town, [1, 6, 6, 1])
    desk = begun(at, team)
    assert "并列，需要支委会决定" in desk.text
    desk.tick("同志02").fill("会议记录编号", "支委会纪要12号").press("登记决定")
    assert "并列的决定已登记" in desk.text
    desk.follow("导出汇总表")
    assert desk.status == 200


def test_a_changed_grade_needs_its_reason_and_keeps_what_was_typed(at, town):
    team = branches.build(town, [9, 1, 1])
    desk = begun(at, team)
    changed = next(n for n in desk.root.all("select") if n["name"] == f"grade.{team.members[1]}")
    for option in changed.all("option"):
        option.attributes.pop("selected", None)
        if option.text == "基本合格":
            option.attributes["selected"] = ""
    desk.fill("会议记录编号", "支委会纪要12号").press("登记支委会意见")
    assert "改动的理由" in desk.text
    assert desk.value("会议记录编号") == "支委会纪要12号"


def test_what_a_low_grade_asks_is_closed_at_the_desk(at, town, db):
    team = branches.build(town, [9, 6, 1, 1], probationary=[3])
    desk = met(begun(at, team), expected=3, present=3)
    at("organ").open("/console/appraisals/waiting").press("确认这个等次")
    desk.open(desk.address).press("开始公示")
    with time_machine.travel(clock.at(dt.date(2026, 12, 14), 9), tick=False):
        desk = at(team.members[0]).open(desk.address).press("定等次")
        desk.open("/console/").follow("评议后续事项")
        assert "讨论是否延长预备期" in desk.text
        desk.tick("延长预备期").fill("会议或谈话记录编号", "大会记录7号").press("登记结果")
        assert "已登记办理结果" in desk.text
        assert "讨论预备党员转正事宜" not in desk.text


@pytest.mark.parametrize("who", ["other_secretary", "it"])
def test_another_branch_finds_no_page(at, town, who):
    team = branches.build(town, [9, 1, 1])
    found = service.start(team.id, YEAR, by=team.actor(0))
    assert at(who).open(f"/console/appraisals/{found.id}").status == 404
    assert at(who).open(f"/console/appraisals/{found.id}/summary.xlsx").status == 404


@pytest.mark.parametrize(
    ("who", "address", "most"),
    [
        pytest.param(0, "/console/appraisals/{id}", 8, id="the list and its steps"),
        pytest.param("organ", "/console/appraisals", 7, id="branches"),
        pytest.param("organ", "/console/appraisals/waiting", 9, id="three lists"),
    ],
)
def test_a_page_is_cheap_however_many_people(at, town, who, address, most):
    small = branches.build(town, [9, 1, 1])
    first = service.start(small.id, YEAR, by=small.actor(0))
    large = branches.build(town, [2] * 20)
    second = service.start(large.id, YEAR, by=large.actor(0))

    def cost(team, appraisal) -> int:
        desk = at(team.members[0] if who == 0 else who)
        desk.open(address.format(id=appraisal.id))
        assert desk.status == 200
        with statements() as seen:
            desk.open(desk.address)
        return len(seen)

    few, many = cost(small, first), cost(large, second)
    assert few == many
    assert many <= most
