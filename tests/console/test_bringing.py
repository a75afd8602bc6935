"""Rosters, facts and balances brought at the desk, click by click."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from jifen.core import clock
from tests.members.sheets import HEADER, xlsx

FACTS = [["姓名", "项目", "日期"], ["陈国强", "志愿服务", "2026-03-05"], ["吴敏", "志愿服务", "2026-03-05"]]
BALANCES = [["姓名", "积分期间", "积分"], ["陈国强", "2026年1—8月", "23.5"]]


@pytest.fixture(autouse=True)
def september():
    with time_machine.travel(dt.datetime(2026, 9, 2, 10, tzinfo=clock.SHANGHAI), tick=False):
        yield


def brought(walker, rows):
    return walker.upload("Excel 文件", "台账.xlsx", xlsx({"表": rows}))


def test_facts_from_the_file_to_the_undo(at_desk):
    deputy = at_desk("deputy").open("/console/").follow("导入与接续")
    brought(deputy, FACTS).press("上传并预览")
    assert "2人，新记2条" in deputy.text
    assert "您本人的记录" in deputy.text

    deputy.press("确认导入")

    assert "记入1条" in deputy.text
    assert "1条等其他负责人确认" in deputy.text
    secretary = at_desk("secretary").open("/console/records")
    secretary.follow("台账.xlsx").press("确认这些记录")
    assert "已确认：记入1条" in secretary.text
    secretary.press("整批撤销", near="原流水")
    assert "冲正2条" in secretary.text
    assert "已撤销" in secretary.text


def test_a_balance_with_its_minute(at_desk):
    desk = at_desk("secretary").open("/console/records").tick("接续积分（总数）")
    brought(desk, BALANCES).fill("支委会纪要", "9月2日支委会纪要第7号").fill("签字人", "周正").press(
        "上传并预览"
    )
    assert "接续积分：1条" in desk.text

    desk.press("确认导入")

    assert "记入1条" in desk.text


def test_a_column_is_corrected_and_a_question_answered(at_desk):
    rows = [["谁", "哪天", "什么"], ["陈国强", "2026-03-05", "主题党日"]]
    desk = at_desk("secretary").open("/console/records")
    brought(desk, rows).press("上传并预览")
    assert "没有找到含“姓名”的表头" in desk.text
    brought(desk, rows).fill("表头在第几行", "1").fill("姓名在哪一列", "A").fill("日期在哪一列", "b")
    desk.fill("活动或项目在哪一列", "C").press("重新上传")
    assert "不由导入产生" in desk.text

    desk.tick("是，由组织决定记入").press("保存回答").press("确认导入")

    assert "记入1条" in desk.text


def test_who_prepares_hands_over(at_desk):
    office = at_desk("office").open("/console/records")
    brought(office, FACTS).press("上传并预览")
    assert "请负责人打开这一页确认" in office.text
    organ = at_desk("organ").open(office.address).press("确认导入")
    assert "记入2条" in organ.text
    assert at_desk("other_secretary").open(office.address).status == 404


def test_what_is_no_workbook_is_told_on_the_page(at_desk):
    desk = at_desk("secretary").open("/console/records")
    desk.upload("Excel 文件", "x.xlsx", "姓名,项目".encode()).press("上传并预览")
    assert desk.status == 422
    assert "不是 Excel 工作簿" in desk.text


def test_a_roster_with_a_new_branch(at_desk):
    rows = [HEADER, ["李爱民", "机关第三党支部", "正式党员", dt.date(2008, 7, 1), dt.date(2009, 7, 1), ""]]
    office = at_desk("office").open("/console/").follow("花名册")
    brought(office, rows).fill("哪个组织", "D01").press("上传并预览")
    assert "没有“机关第三党支部”这个支部" in office.text
    office.follow("新建名册里有").press("确认导入")
    assert "新增1人" in office.text
    office.press("整批撤销", near="恢复")
    assert "移除1人" in office.text
    assert at_desk("secretary").open(office.address).status == 404
