"""A quarter of a branch through the real doors, on a seeded clock: what was brought, meetings, reports, the list,
an objection, a correction, a revision, the year's end; the ledger proves itself at each step."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

import flask
import pytest
import sqlalchemy as sa
import time_machine

from bot.callback import config_of_house
from jifen.access import service as access
from jifen.core import clock, queue
from jifen.core.db import db
from jifen.decisions import publicity
from jifen.jobs import service as jobs
from jifen.points import queries, verify
from jifen.points.attendance import absences, gatherings, leaves
from jifen.points.attendance.gatherings import Mark, Sheet
from jifen.points.attendance.models import Absence
from jifen.points.models import LedgerEntry
from tests import city
from tests.bot.phone import Phone
from tests.console.conftest import signed_in
from tests.console.walker import Walker
from tests.members.sheets import xlsx

BALANCE = ["姓名", "所在支部", "积分期间", "积分", "来源文件", "支委会纪要", "签字人"]
BRANCH = "机关第一党支部"


class House:
    """The installation, lived in day by day."""

    def __init__(self, app: flask.Flask) -> None:
        self.app = app
        self.town = city.build()
        self.phones: dict[str, Phone] = {}

    def night(self) -> None:
        """Let the clock make due what it missed, and the worker do it; the proof holds after every night."""
        jobs.catch_up()
        db.session.remove()
        queue.work(self.app, until_empty=True)
        db.session.remove()
        assert list(verify.faults()) == []

    def say(self, who: str, words: str) -> str:
        """Type into WeChat."""
        if who not in self.phones:
            phone = Phone(self.app.test_client(), config_of_house(), who)
            city.bind(phone.openid, access.issue_code(self.town.people[who], by=city.BY), city.NAMES[who])
            self.phones[who] = phone
        db.session.remove()
        return self.phones[who].say(words)

    def desk(self, who: str) -> Walker:
        """Sit down at the desk."""
        db.session.remove()
        return signed_in(self.app, self.town.people[who])

    def shown(self) -> publicity.Publication:
        """Return the quarter's list as it stands."""
        db.session.remove()
        found = publicity.latest("points", self.town.branch, "2026Q3")
        assert found is not None
        return found

    def total(self, who: str) -> Decimal:
        db.session.remove()
        return queries.my_standing(self.town.actor(who)).total


@pytest.fixture
def live(fresh_app: flask.Flask):
    """``live(day, hour)`` moves on to a day in Shanghai, through the night before it."""
    with time_machine.travel(clock.at(dt.date(2026, 9, 2), 9), tick=True) as time, fresh_app.app_context():
        house = House(fresh_app)

        def on(month: int, day: int, *, year: int = 2026, hour: int = 10) -> House:
            time.move_to(clock.at(dt.date(year, month, day), hour))
            house.night()
            return house

        house.on = on  # type: ignore[attr-defined]
        yield house, on


def number_in(answer: str) -> int:
    found = re.search(r"编号(\d+)", answer)
    assert found, answer
    return int(found[1])


def test_a_quarter_that_an_office_can_defend(live):
    house, on = live
    town = house.town
    deputy, colleague = town.people["deputy"], town.people["colleague"]

    # 2 September: the office begins, and loses nothing of January to August.
    rows = [BALANCE] + [
        [city.NAMES[n], BRANCH, "2026年1—8月", points, "2026年台账.xlsx", "9月1日支委会纪要", "周正"]
        for n, points in (("member", 12.5), ("colleague", 3), ("secretary", 6))
    ]
    desk = house.desk("deputy").open("/console/records").tick("接续积分（总数）")
    desk.upload("Excel 文件", "台账.xlsx", xlsx({"表": rows})).press("上传并预览")
    assert "记入3条" in desk.press("确认导入").text
    assert (house.total("member"), house.total("colleague")) == (Decimal("72.5"), 63)
    assert "接续" in house.say("member", "为什么 takeover") or "接续" in house.say("member", "为什么")

    # 8 September: a members' meeting; one was absent without a word, one is on leave.
    on(9, 9)
    marks = {colleague: Mark("absent"), deputy: Mark("on_leave", "duty")}
    sheet = Sheet(branch_id=town.branch, item="A01", day=dt.date(2026, 9, 8), marks=marks)
    gatherings.record(sheet, confirm=True, by=town.actor("secretary"))
    assert house.total("member") == Decimal("73.5")
    assert house.total("colleague") == 63, "an absence costs nothing before a person decided"
    on(9, 15)
    absence = db.session.scalars(sa.select(Absence).where(Absence.member_id == colleague)).one()
    absences.decide(absence.id, "deduct", by=town.actor("secretary"))
    assert house.total("colleague") < 63
    # Leave that is granted later takes it back, visibly.
    on(9, 17)
    leave = leaves.request(dt.date(2026, 9, 8), None, "duty", by=town.actor("colleague"))
    leaves.decide(leave.id, grant=True, by=town.actor("secretary"))
    assert house.total("colleague") == 63
    sources = db.session.scalars(sa.select(LedgerEntry.source).where(LedgerEntry.member_id == colleague))
    assert {"absence", "reversal"} <= set(sources)

    # Reports by telephone: one is returned and corrected, the others are confirmed together at the desk.
    on(9, 22)
    wrong = number_in(house.say("member", "上报 志愿服务 昨天 2小时 清扫街道"))
    assert "已退回" in house.say("secretary", f"退回 {wrong} 时长请核对")
    on(9, 23)
    for who, words in (
        ("member", "上报 志愿服务 9月21日 1.5小时 清扫街道"),
        ("member", "上报 志愿服务 9月19日 2小时"),
        ("colleague", "上报 志愿服务 9月19日 2小时"),
    ):
        number_in(house.say(who, words))
    desk = house.desk("secretary").open("/console/queue")
    desk.press("确认勾选的")
    assert "已确认" in desk.text
    assert house.total("colleague") == 64
    before = house.total("member")

    # The quarter ends by the clock; after the holidays the list is drawn and a person shows it.
    on(9, 30)
    on(10, 1)
    on(10, 8)
    on(10, 15)
    listed = house.shown()
    assert listed.state == "drawn"
    assert "已公示" in house.desk("secretary").open("/console/periods").press("公示", near=BRANCH).text
    [line] = publicity.lines(listed.id, member_id=colleague)
    assert "缺席" not in str(line.row), "no reason stands on the list"

    # An objection in WeChat: a deed of September was forgotten. Somebody else looks again and adds it.
    on(10, 16)
    assert "编号" in house.say("member", "异议 9月26日的志愿服务3小时没有记")
    with pytest.raises(publicity.StillOpen):
        publicity.freeze(house.shown().id, by=town.actor("secretary"))
    organ = house.desk("organ").open("/console/").follow("异议").follow("去答复", near="陈国强")
    organ.tick("异议成立").fill("理由", "核对活动签到表，确有此事。")
    organ.fill("项目", "D01").fill("哪天的事", "2026-09-26").fill("数量", "3").press("提交答复")
    assert "异议成立" in organ.text
    assert house.total("member") == before + Decimal("1.5")
    assert "成立" in house.say("member", "我的异议")

    # The corrected list is shown again, and freezes when its days are over.
    on(10, 19)
    revised = house.shown()
    assert revised.revision == 2
    assert "已公示" in house.desk("deputy").open("/console/periods").press("公示", near=BRANCH).text
    on(10, 28)
    frozen = house.shown()
    assert (frozen.revision, frozen.state) == (2, "frozen")

    # A fact that comes late makes a revision with a visible difference; the frozen list stays as it was.
    digest = frozen.digest
    late = number_in(house.say("colleague", "上报 志愿服务 9月29日 1小时"))
    assert "已确认" in house.say("secretary", f"通过 {late}")
    on(10, 29)
    third = house.shown()
    assert third.revision == 3
    [changed] = publicity.difference(third)
    assert changed.name == "林小梅"
    kept = publicity.revisions(third)
    assert [p.digest for p in kept if p.revision == 2] == [digest]
    assert (
        "已公示"
        in house.desk("secretary").open("/console/periods?period=2026Q3").press("公示", near=BRANCH).text
    )
    on(11, 9)

    # The year's end.
    on(12, 31, hour=23)
    total = house.total("member")
    on(1, 1, year=2027)
    on(1, 4, year=2027)
    office = (
        house.desk("office")
        .open("/console/")
        .follow("年度结转")
        .press("确认", near="确认市林业局2026年度结转")
    )
    assert "已确认" in office.text
    house.night()
    assert "已经办理完成" in house.desk("office").open("/console/year-end").text
    assert house.total("member") == 60, "the default rulebook clears, and grants 60 anew"
    assert queries.my_standing(town.actor("member"), day=dt.date(2026, 12, 31)).total == total
