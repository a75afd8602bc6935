"""An objection at the desk: a paper entered by somebody else, answered by somebody else again."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jifen.decisions import objections, publicity
from jifen.members.models import Member
from jifen.points import objecting
from tests.api.doors import statements
from tests.console.walker import NotOnThePage
from tests.decisions import objecting as kit


@pytest.fixture
def shown(db, town):
    with time_machine.travel(kit.SHOWN, tick=False) as now:
        made = kit.list_of(town)
        kit.count(town)
        yield made, now


def number(db, town, who: str) -> str:
    return db.session.scalar(sa.select(Member.number).where(Member.id == town.people[who]))


def own(town, who: str = "member", whose: str = "member") -> int:
    listed = publicity.shown(kit.KIND, town.branch, "2026Q3")
    contested = objecting.on_list(listed.id, member_id=town.people[whose], by=town.actor(who))
    return objections.raise_(contested, "少记一次党员大会", by=town.actor(who)).id


def test_a_paper_is_entered_answered_and_corrected(db, town, at_desk, shown):
    office = at_desk("office").open("/console/").follow("异议").follow("登记异议")
    office.tick("同志交来书面").choose("对哪份名单", "机关第一党支部 2026年第三季度名单公示")
    office.fill("谁的一行", number(db, town, "member")).fill("收到的日期", "2026-10-12")
    office.fill("哪里不对", "9月15日党员大会记错了").press("登记")
    assert "已登记" in office.text
    assert "书面" in office.text

    organ = at_desk("organ").open("/console/")
    organ.follow("异议").follow("去答复", near="陈国强")
    organ.tick("异议成立").fill("理由", "核对签到表，日期应为9月16日。").tick("9月15日 参加支部党员大会")
    organ.fill("项目", "A01").fill("哪天的事", "2026-09-16").press("提交答复")

    assert "异议成立" in organ.text
    entries = "SELECT source, occurred_on FROM ledger_entry ORDER BY id"
    assert [tuple(r) for r in db.session.execute(sa.text(entries))] == [
        ("manual", kit.DEED),
        ("reversal", kit.DEED),
        ("objection", dt.date(2026, 9, 16)),
    ]


def test_the_decider_is_told_who_may_enter_a_paper(db, town, at_desk, shown):
    page = at_desk("secretary").open("/console/objections/new")
    page.tick("同志口头提出").choose("对哪份名单", "2026年第三季度")
    page.fill("谁的一行", number(db, town, "member")).fill("哪里不对", "少记一次").press("登记")

    assert page.status == 403
    assert "请由其他同志登记" in page.text
    assert db.session.scalar(sa.text("SELECT count(*) FROM objection")) == 0


def test_past_the_days_the_page_names_the_last_one(town, at_desk, shown):
    shown[1].shift(dt.timedelta(days=7))
    page = at_desk("deputy").open("/console/objections/new")
    page.choose("对哪份名单", "2026年第三季度").fill("哪里不对", "少记一次").press("登记")

    assert page.status == 409
    assert "异议期到10月16日为止" in page.text


def test_whose_objection_it_is_stays_with_those_who_look_again(town, at_desk, shown):
    found = own(town, "colleague")

    assert "支部党员（不公开姓名）" in at_desk("secretary").open(f"/console/objections/{found}").text
    organ = at_desk("organ").open(f"/console/objections/{found}")
    assert "林小梅" in organ.text
    organ.tick("异议不成立").fill("理由", "无误").press("提交答复")
    assert (organ.status, "给提出人" in organ.text) == (422, True)


def test_an_objection_is_taken_back_by_whoever_brought_it(town, at_desk, shown):
    found = own(town, "deputy", "deputy")
    page = at_desk("deputy").open(f"/console/objections/{found}")
    page.press("撤回", near="撤回后不再复核")
    assert "已撤回" in page.text
    with pytest.raises(NotOnThePage):
        at_desk("secretary").open(f"/console/objections/{own(town)}").press("撤回")


@pytest.mark.parametrize(
    ("act", "typed"),
    [
        pytest.param("/answer", {"outcome": "rejected", "reason": "无误"}, id="answer"),
        pytest.param("/withdraw", {}, id="withdraw"),
    ],
)
def test_the_secretary_of_another_branch_neither_opens_nor_changes_it(town, at_desk, shown, act, typed):
    found = own(town)
    page = at_desk("other_secretary")
    assert page.open(f"/console/objections/{found}").status == 404
    token = page.open("/console/objections/new").root.all("form")[0]
    hidden = {name: value for name, value in page.data_of(token).items() if name.startswith("_")}

    assert page.client.post(f"/console/objections/{found}{act}", data=hidden | typed).status_code == 404
    assert objections.open_members() == {town.people["member"]}


def test_a_page_of_objections_is_cheap(town, at_desk, shown):
    found = own(town)
    organ = at_desk("organ")
    for path, most in (
        ("/console/objections", 7),
        (f"/console/objections/{found}", 12),
        ("/console/objections/new", 7),
    ):
        organ.open(path)
        with statements() as seen:
            organ.open(path)
        assert len(seen) <= most, (path, seen)
