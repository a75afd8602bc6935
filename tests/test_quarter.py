"""A quarter of a branch through the real doors, on a seeded clock: roster and balances brought, meetings, reports,
the list, an objection, a correction, a revision, the year's end with what is carried over.

People act at the desk and in WeChat only; ``flask ledger verify`` is asked after each step.
"""

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
from jifen.core.settings import ROOT
from jifen.decisions import publicity, publicity_read
from jifen.jobs import service as jobs
from jifen.points import queries
from jifen.points.models import LedgerEntry
from tests import city
from tests.bot.phone import Phone
from tests.console.conftest import signed_in
from tests.console.walker import Walker
from tests.members.sheets import HEADER, xlsx

BALANCE = ["姓名", "所在支部", "积分期间", "积分", "来源文件", "支委会纪要", "签字人"]
BRANCH = "机关第一党支部"
#: Comes with the roster.
NEWCOMER = "李爱民"


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
        self.prove()

    def prove(self) -> None:
        """Ask the ledger for its proof, as an administrator does."""
        db.session.remove()
        said = self.app.test_cli_runner().invoke(args=["ledger", "verify"])
        assert said.exit_code == 0, said.output

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


def next_version() -> str:
    """Return the default rulebook's version of 2027, which carries over a fifth."""
    text = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
    text = text.replace('carry_over = "clear"', 'carry_over = "fraction"\ncarry_fraction = "20%"')
    return text.replace('"2026.1"', '"2027.1"', 1).replace("2026-01-01", "2027-01-01", 1)


def test_a_quarter_that_an_office_can_defend(live):
    house, on = live
    town = house.town
    colleague = town.people["colleague"]

    # 2 September: the office brings its roster, and loses nothing of January to August.
    person = [NEWCOMER, BRANCH, "正式党员", dt.date(2008, 7, 1), dt.date(2009, 7, 1), ""]
    desk = house.desk("office").open("/console/").follow("花名册")
    desk.upload("Excel 文件", "花名册.xlsx", xlsx({"花名册": [HEADER, person]})).fill("哪个组织", "D01")
    assert "新增1人" in desk.press("上传并预览").press("确认导入").text
    house.night()
    rows = [BALANCE] + [
        [name, BRANCH, "2026年1—8月", points, "2026年台账.xlsx", "9月1日支委会纪要", "周正"]
        for name, points in (
            (city.NAMES["member"], 12.5),
            (city.NAMES["colleague"], 3),
            (city.NAMES["secretary"], 6),
            (NEWCOMER, 4),
        )
    ]
    desk = house.desk("deputy").open("/console/records").tick("接续积分（总数）")
    desk.upload("Excel 文件", "台账.xlsx", xlsx({"表": rows})).press("上传并预览")
    assert "记入4条" in desk.press("确认导入").text
    assert (house.total("member"), house.total("colleague")) == (Decimal("72.5"), 63)
    assert "接续" in house.say("member", "为什么")
    house.prove()

    # 8 September: a members' meeting; one was absent without a word, one is on leave.
    on(9, 9)
    desk = house.desk("secretary").open("/console/attendance").follow("登记一次会议")
    desk.fill("会议日期", "2026-09-08").press("换日期").choose("什么会", "参加支部党员大会")
    desk.choose("林小梅", "缺席").choose("吴敏", "请假（公务）").press("登记并确认")
    assert "应到5人，实到3人，请假1人，缺席1人" in desk.text
    assert house.total("member") == Decimal("73.5")
    assert house.total("colleague") == 63, "an absence costs nothing before a person decided"
    own_end = house.desk("deputy").open("/console/attendance/waiting").press("确认", near="周正")
    assert "已确认" in own_end.text
    house.prove()
    # He is told, and explains; the secretary may decide when his three working days are over.
    assert "已记下" in house.say("colleague", "说明 家中有急事")
    waiting = house.desk("secretary").open("/console/attendance/waiting")
    assert "家中有急事" in waiting.text
    assert "确认缺席，按办法计" not in waiting.text
    on(9, 15)
    waiting = house.desk("secretary").open("/console/").follow("缺席")
    waiting.tick("确认缺席").fill("给本人的话", "当天没有请假。").press("处理")
    assert "已处理" in waiting.text
    assert house.total("colleague") < 63
    house.prove()
    # Leave that is granted later takes it back, visibly.
    on(9, 17)
    assert "已登记请假" in house.say("colleague", "请假 9月8日 公务")
    house.desk("secretary").open("/console/").follow("请假").press("批准", near="林小梅")
    assert house.total("colleague") == 63
    sources = db.session.scalars(sa.select(LedgerEntry.source).where(LedgerEntry.member_id == colleague))
    assert {"absence", "reversal"} <= set(sources)
    house.prove()

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
    house.prove()
    before = house.total("member")

    # The quarter ends by the clock; after the holidays the list is drawn and a person shows it.
    on(9, 30)
    on(10, 1)
    on(10, 8)
    on(10, 15)
    listed = house.shown()
    assert listed.state == "drawn"
    assert "已公示" in house.desk("secretary").open("/console/periods").press("公示", near=BRANCH).text
    [line] = publicity_read.lines(listed.id, member_id=colleague)
    assert "缺席" not in str(line.row), "no reason stands on the list"

    # An objection in WeChat: a deed of September was forgotten. Somebody else looks again and adds it.
    on(10, 16)
    assert "编号" in house.say("member", "异议 9月26日的志愿服务3小时没有记")
    organ = house.desk("organ").open("/console/").follow("异议").follow("去答复", near="陈国强")
    organ.tick("异议成立").fill("理由", "核对活动签到表，确有此事。")
    organ.fill("项目", "D01").fill("哪天的事", "2026-09-26").fill("数量", "3").press("提交答复")
    assert "异议成立" in organ.text
    assert house.total("member") == before + Decimal("1.5")
    assert "成立" in house.say("member", "我的异议")
    house.prove()

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
    [changed] = publicity_read.difference(third)
    assert changed.name == "林小梅"
    kept = publicity_read.revisions(third)
    assert [p.digest for p in kept if p.revision == 2] == [digest]
    assert (
        "已公示"
        in house.desk("secretary").open("/console/periods?period=2026Q3").press("公示", near=BRANCH).text
    )
    on(11, 9)

    # From the next year on a fifth of the last total is brought along: loaded by the office, decided by a leader.
    desk = house.desk("wc_office").open("/console/rulebooks")
    desk.upload("积分办法文件", "2027.toml", next_version().encode()).press("载入")
    assert "已载入" in desk.text
    leader = house.desk("leader").open(desk.address)
    assert "已启用" in leader.press("启用这一版").text
    house.prove()

    # The year's end.
    on(12, 31, hour=23)
    total = house.total("member")
    office = house.desk("office").open("/console/").follow("年度结转")
    assert "2027年1月1日起可以确认" in office.text
    assert "与上年总分有关" in office.text
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
    assert house.total("member") == 60 + total / 5
    assert queries.my_standing(town.actor("member"), day=dt.date(2026, 12, 31)).total == total
