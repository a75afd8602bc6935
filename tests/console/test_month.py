"""A branch's month at the desk, counted: 45 people, 3 meetings, a service, 30 reports, 2 leaves, an objection, the list.

A click is a link, a button, a box or a choice; typing is none. A decision is a
form by which somebody settled something for others. Signing in is one click a
sitting. What costs nobody at the desk anything (reports and leave asked for in
WeChat, the clock) happens through the services that those doors call.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
import time_machine

from jifen.core import clock
from jifen.core.actor import system
from jifen.core.period import Period
from jifen.decisions import publicity
from jifen.jobs import work_periods
from jifen.members import service as members
from jifen.points import objecting, standings_follow, verify
from jifen.points import service as points_service
from jifen.points.attendance import absences, leaves
from jifen.points.service import Filing
from tests import city
from tests.console.conftest import signed_in
from tests.console.walker import Walker

#: Figures of the month.
MOST_DECISIONS, MOST_CLICKS = 25, 80
NAMES = [f"{family}{given}" for given in "华明芳军丽" for family in "赵钱孙李郑王冯褚卫"][:41]


class Month:
    """Who sat at the desk when, and what it cost."""

    def __init__(self, app, town) -> None:
        self.app, self.town = app, town
        self.sittings: list[tuple[str, str, Walker]] = []
        self.decisions: list[str] = []

    def sit(self, who: str, what: str) -> Walker:
        """Sign in (one click) and look at the first page."""
        walker = signed_in(self.app, self.town.people[who])
        walker.clicks = 1
        self.sittings.append((who, what, walker))
        return walker.open("/console/")

    def decide(self, what: str, act: Callable[[], Walker]) -> Walker:
        """Count a decision, which must succeed."""
        self.decisions.append(what)
        walker = act()
        assert walker.status == 200, walker.text[:400]
        return walker

    @property
    def clicks(self) -> int:
        return sum(walker.clicks for _, _, walker in self.sittings)

    def account(self) -> str:
        """Say what each sitting cost."""
        rows = [f"{walker.clicks:3}  {who:10} {what}" for who, what, walker in self.sittings]
        return "\n".join([*rows, f"{self.clicks:3}  clicks, {len(self.decisions)} decisions"])


@pytest.fixture
def on():
    """``on(3)`` lives on the third of September, at ten in the morning."""

    def at(day: int, month: int = 9):
        return time_machine.travel(clock.at(dt.date(2026, month, day), 10), tick=False)

    return at


@pytest.fixture
def town(db, on):
    """The small city, its branch grown to 45."""
    with on(1):
        made = city.build()
        for n, name in enumerate(NAMES):
            taken = members.take_in(
                name, branch_id=made.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY
            )
            made.people[f"m{n}"] = taken.id
        standings_follow.follow("/", day=clock.today())
    return made


def report(town, who: str, day: dt.date, **more) -> None:
    points_service.submit(Filing(**({"item": "志愿服务", "occurred_on": day} | more)), by=town.actor(who))


def meeting(month: Month, day: int, item: str, *absent: str) -> None:
    desk = month.sit("secretary", f"{item} of the {day}th")
    desk.follow("考勤").follow("登记一次会议").choose("什么会", item)
    for name in absent:
        desk.choose(name, "缺席")
    month.decide("meeting", lambda: desk.press("登记并确认"))


def batch(month: Month, number: int) -> None:
    desk = month.sit("secretary", "reports together")
    desk.follow("上报待审")
    month.decide("batch", lambda: desk.press("确认勾选的"))
    assert f"已确认{number}条" in desk.text


def test_a_month_costs_a_branch_little(app, town, on, capsys):
    month = Month(app, town)
    with on(2):
        leaves.request(dt.date(2026, 9, 3), None, "duty", by=town.actor("m1"))
        leaves.request(dt.date(2026, 9, 3), dt.date(2026, 9, 5), "vacation", by=town.actor("m2"))
        desk = month.sit("secretary", "two leaves")
        desk.follow("请假待批")
        month.decide("leave", lambda: desk.press("批准"))
        month.decide("leave", lambda: desk.press("批准"))
    with on(3):
        meeting(month, 3, "参加支部党员大会", NAMES[3])
        assert "请假2人，缺席1人" in month.sittings[-1][2].text
    with on(8):
        for n in range(14):
            report(town, f"m{n}", dt.date(2026, 9, 5), quantity=Decimal(2))
        report(town, "m20", dt.date(2026, 9, 6), quantity=Decimal(8))
        batch(month, 14)
        desk = month.sittings[-1][2]
        desk.follow("15号")
        month.decide("report", lambda: desk.press("确认"))
    with on(10):
        absences.ask_due(by=system("clock"))
        desk = month.sit("secretary", "an absence")
        desk.follow("缺席待处理").tick("确认缺席")
        month.decide("absence", lambda: desk.press("处理"))
    with on(11):
        meeting(month, 11, "参加主题党日")
    with on(18):
        meeting(month, 18, "参加党小组会")
    with on(20):
        desk = month.sit("secretary", "a service")
        desk.follow("名单登记").choose("什么事", "志愿服务").fill("每人多少", 3)
        desk.fill("名单", "#接龙\n周末社区清扫\n" + "\n".join(f"{n}. {NAMES[n]}" for n in range(1, 13)))
        month.decide("list", lambda: desk.press("登记"))
        assert "已登记12人" in desk.text
    with on(28):
        for n in range(15):
            report(town, f"m{n + 20}", dt.date(2026, 9, 22), quantity=Decimal("1.5"))
        batch(month, 15)
    with on(29):
        desk = month.sit("deputy", "how the secretary came to the meetings")
        desk.follow("会议确认人本人的到会情况")
        for _ in range(3):
            month.decide("own end", lambda: desk.press("确认"))
        assert "现在没有等您处理的考勤" in desk.text
    quarter = Period.parse("2026Q3")
    with on(16, 10):
        for _ in work_periods.follow("", {}):
            continue
        desk = month.sit("secretary", "the list")
        desk.follow("待公示的名单")
        month.decide("list shown", lambda: desk.press("公示"))
        desk.follow("打印公示")
        assert NAMES[3] in desk.text
        shown = publicity.shown("points", town.branch, quarter.key)
        words = "9月5日志愿服务应为3小时"
        wish = objecting.Wish(words=words, publication_id=shown.id)
        objecting.raise_(wish, by=town.actor("m1"))
    with on(19, 10):
        desk = month.sit("organ", "an objection")
        desk.follow("待答复的异议").follow("去答复").tick("异议不成立").fill("理由", "签到表为2小时。")
        month.decide("objection", lambda: desk.press("提交答复"))
    with capsys.disabled():
        print("\n" + month.account())
    assert len(month.decisions) <= MOST_DECISIONS, month.account()
    assert month.clicks <= MOST_CLICKS, month.account()
    with on(26, 10):
        for _ in work_periods.follow("", {}):
            continue
        assert publicity.latest("points", town.branch, quarter.key).state == "frozen"
        assert list(verify.faults()) == []
