"""The story through the real doors: publish → sign-up → waiting list → scan in → scan out → minutes → points → star,
and a certificate that a stranger verifies."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from bot.callback import config_of_house
from jifen.access import service as access
from jifen.activities import planning
from jifen.core.db import db
from jifen.notices.models import Notice
from jifen.points import verify
from jifen.volunteering import queries as hours
from tests import city
from tests.activities.town import DAY, at, need
from tests.api import doors
from tests.bot.phone import Phone


@pytest.fixture
def town(db):
    with at(9, day=DAY - dt.timedelta(days=3)):
        yield city.build()


@pytest.fixture
def phones(town, client):
    found = {}
    for who in ("member", "colleague"):
        phone = Phone(client, config_of_house(), who)
        city.bind(phone.openid, access.issue_code(town.people[who], by=city.BY), city.NAMES[who])
        found[who] = phone
    return found


def test_from_the_call_to_the_star_and_the_certificate(app, town, phones, client):
    secretary, deputy = (doors.caller(app, town, who) for who in ("secretary", "deputy"))
    leader = doors.caller(app, town, "leader")
    member, colleague = phones["member"], phones["colleague"]
    made = secretary.post(
        "/activities",
        {
            "unit_id": town.branch,
            "kind": "volunteer",
            "title": "社区清扫",
            "place": "幸福社区",
            "starts_at": "2026-06-10T14:00:00+08:00",
            "ends_at": "2026-06-10T16:00:00+08:00",
            "capacity": 1,
        },
    )
    assert made.status_code == 201, made.get_json()
    number = made.get_json()["id"]

    assert f"{number}号 社区清扫" in member.say("活动")
    assert "报名成功" in member.say(f"报名 {number}")
    assert "候补第1位" in colleague.say(f"报名{number}号")
    assert "已取消报名" in member.say(f"取消报名 {number}")
    told = db.session.scalars(sa.select(Notice.member_id).where(Notice.kind == "activity_place")).all()
    assert told == [town.people["colleague"]]
    assert "已报名" in colleague.say("我的活动")

    address = f"/activities/{number}/code"
    with at(13, 50):
        code = secretary.get(address).get_json()
        assert "签到成功" in colleague.scan(code["qr"])
        assert "已经签到过了" in colleague.say(f"签到 {code['digits']}")
        assert "名额已满" in member.say(f"签到 {code['digits']}")
    with at(16, 1):
        out = secretary.get(address, purpose="out").get_json()
        assert "签退成功" in colleague.say(f"签退 {out['digits'][:3]} {out['digits'][3:]}")
    with at(16, 30):
        assert hours.account(town.people["colleague"]).total == 0, "nothing counts before it is confirmed"
        closed = deputy.post(f"/activities/{number}/close", {"ends": []}).get_json()
        assert (closed["credited"], closed["open"]) == ([town.people["colleague"]], [])
        again = deputy.post(f"/activities/{number}/close", {"ends": []})
        assert (again.status_code, again.get_json()["code"]) == (409, "not_now")

        account = hours.account(town.people["colleague"])
        assert (account.verified, account.attested) == (120, 0)
        assert account.to_next == account.stars.hours[0] * 60 - 120
        assert "志愿服务" in colleague.say("为什么")
        assert list(verify.faults()) == []

        # Who recorded certifies, once the Work Committee said that it may; two people, a seal, the register.
        assert "还没有出具证明的资格" in colleague.say("我要证明")
        entitled = leader.post("/certifying-units", {"unit_id": town.branch, "contact": "0818-2123456"})
        assert entitled.status_code == 201, entitled.get_json()
        assert "由机关第一党支部出具" in colleague.say("我要证明")
        [asked] = deputy.get(f"/units/{town.branch}/certificates").get_json()["items"]
        ids = {"ids": [asked["id"]]}
        assert deputy.post("/certificates/move", {"step": "print", **ids}).get_json()["done"] == 1
        paper = deputy.get(f"/certificates/{asked['id']}/certificate.pdf")
        assert (paper.content_type, paper.data[:5]) == ("application/pdf", b"%PDF-")
        number = deputy.get(f"/certificates/{asked['id']}").get_json()["number"]
        assert "未签发" in client.get(f"/v/{number}").text
        assert secretary.post("/certificates/sign", ids).get_json()["done"] == 1
        for step in ("seal", "register"):
            assert deputy.post("/certificates/move", {"step": step, **ids}).get_json()["done"] == 1
        stranger = client.get(f"/v/{number}").text
        assert "有效" in stranger
        assert "林**" in stranger
        assert "2小时" in stranger
        assert "林小梅" not in stranger
        assert f"/v/{number}" in colleague.say("志愿证明")


def test_the_digits_count_by_when_they_were_written(app, town, phones):
    secretary = doors.caller(app, town, "secretary")
    number = secretary.post(
        "/activities",
        {
            "unit_id": town.branch,
            "kind": "members_meeting",
            "title": "党员大会",
            "place": "三楼",
            "starts_at": "2026-06-10T14:00:00+08:00",
            "ends_at": "2026-06-10T16:00:00+08:00",
        },
    ).get_json()["id"]
    member = phones["member"]
    assert "应到，不用报名" in member.say("活动")
    assert "不用报名" in member.say(f"报名 {number}")
    with at(13, 20):
        digits = secretary.get(f"/activities/{number}/code").get_json()["digits"]
        assert "13:30开始签到" in member.say(f"签到 {digits}")
    with at(14, 30):
        assert "没有找到口令" in member.say(f"签到 {digits}")
        assert "6位数字" in member.say("签到")
        assert "不用签退" in member.say(
            f"签退 {secretary.get(f'/activities/{number}/code', purpose='out').get_json()['digits']}"
        )


def test_an_organiser_runs_it_from_his_telephone(app, client, town, phones):
    secretary = Phone(client, config_of_house(), "secretary")
    city.bind(secretary.openid, access.issue_code(town.people["secretary"], by=city.BY), "周正")
    member, colleague = phones["member"], phones["colleague"]
    assert "请写明编号" in secretary.say("谁来了")
    number = planning.plan(need(town), by=town.actor("secretary")).id
    assert "报名成功" in member.say(f"报名 {number}")
    assert "报名已截止，已报名的1人" in secretary.say(f"截止报名 {number}")
    assert "请联系组织者" in colleague.say(f"报名 {number}")
    assert "没有“办理活动”的权限" in colleague.say(f"签到码 {number}")
    with at(13, 50):
        said = secretary.say("签到码")
        digits = re.search(r"签到 (\d{6})", said)[1]
        assert "签到成功" in member.say(f"签到 {digits}")
        came = secretary.say("谁来了")
        assert "已签到1人，还没有签到0人" in came
        assert city.NAMES["member"] in came
    with at(16):
        digits = re.search(r"签退 (\d{6})", secretary.say(f"签退码 {number}"))[1]
        assert "签退成功" in member.say(f"签退 {digits}")
        assert "只记未到，没有任何后果" in secretary.say("办结")
        assert hours.account(town.people["member"]).total == 0
        assert "已记入时长：1人" in secretary.say(f"办结 {number} 确认")
        assert hours.account(town.people["member"]).total == 120
        assert "已办结" in secretary.say(f"办结 {number} 确认")
