"""Hours on the phone: one's own, put right; the community and its wishes."""

from __future__ import annotations

import datetime as dt

from jifen.core import clock
from jifen.members import queries as members
from jifen.volunteering import community, queries_community, queries_desk
from tests.volunteering.hours_town import at, credit, served


def test_ones_hours_and_a_record_to_be_put_right(on_phone, town):
    credit(town, served(town, "member", at(9), at(12)))
    page = on_phone("member").open("/m/").follow("志愿时长")
    assert "签到3小时，补录0分钟" in page.text
    page.follow("志愿服务").fill("真实的开始", "9:00").fill("真实的结束", "11:00").fill(
        "为什么更正", "早走了"
    )
    page.press("提出更正")
    assert "由支部负责人核对" in page.text
    assert "更正待核对" in page.text
    [waiting] = queries_desk.waiting(by=town.actor("secretary")).amends
    assert waiting.reason == "早走了"


def test_nobody_opens_anothers_record(on_phone, town):
    record = credit(town, served(town, "colleague", at(9), at(12))).records[town.people["colleague"]]
    page = on_phone("member").open(f"/m/hours/records/{record}")
    assert page.status == 404


def test_a_wish_is_taken_on_and_given_back(on_phone, town):
    secretary = town.actor("secretary")
    place = community.found("朝阳街道", "滨河社区", by=secretary)
    soon = clock.today() + dt.timedelta(days=9)
    community.ask_for(place.id, "换一盏灯", kind="wish", wanted=1, due_on=soon, by=secretary)
    page = on_phone("member").open("/m/").follow("社区报到和微心愿")
    page.choose("社区", "滨河社区").fill("特长", "修家电").press("报到")
    assert "特长：修家电" in page.text
    assert "等社区确认" in page.text
    page.press("报到有误，撤回")
    assert "您还没有到居住地的社区报到" in page.text
    page.press("认领")
    assert "已认领" in page.text
    page.press("退回")
    assert "已退回" in page.text


def test_a_keeper_enters_it_for_somebody_of_his_branch(on_phone, town):
    secretary = town.actor("secretary")
    place = community.found("朝阳街道", "滨河社区", by=secretary)
    soon = clock.today() + dt.timedelta(days=9)
    community.ask_for(place.id, "换一盏灯", kind="wish", wanted=2, due_on=soon, by=secretary)
    numbers = {
        who: members.profile(town.people[who], by=town.actor(who)).number for who in ("member", "stranger")
    }
    page = on_phone("secretary").open("/m/community")
    page.fill("谁认领", numbers["stranger"]).press("替他认领")
    assert "没有找到" in page.text
    page.open("/m/community").fill("谁认领", numbers["member"]).press("替他认领")
    assert "已认领" in page.text
    assert [one.title for one in queries_community.own_claims(by=town.actor("member"))] == ["换一盏灯"]
    page.choose("社区", "滨河社区").fill("替谁报到", numbers["member"]).press("报到")
    assert "社区已确认" in on_phone("member").open("/m/community").text
    assert "谁认领" not in on_phone("member").open("/m/community").text
