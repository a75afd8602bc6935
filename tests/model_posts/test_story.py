"""The story through the real doors: apply → plate → citizens' answers → review → withdrawal."""

from __future__ import annotations

import datetime as dt
import re

import pytest

from bot.callback import config_of_house
from jifen.access import service as access
from jifen.access import visitors
from jifen.core import clock
from jifen.decisions import queries_publicity as publications
from jifen.jobs import work_model_posts
from jifen.points import queries as points
from jifen.points import verify
from jifen.web.doors import PHONE_COOKIE
from tests import city
from tests.api import doors
from tests.bot.phone import Phone
from tests.console.conftest import signed_in as at_desk
from tests.console.walker import Walker
from tests.model_posts.posts_town import DAY, at


@pytest.fixture
def town(db):
    with at():
        yield city.build()


def on_phone(app, chat: Phone) -> Walker:
    """Return the pages of the telephone that also chats."""
    walker = Walker(app)
    walker.client.set_cookie(PHONE_COOKIE, visitors.begin(chat.openid), path="/m")
    return walker


def clock_runs():
    for _ in work_model_posts.follow("", {}):
        continue


def tap(client, address, answer, *, browser, place="198.51.100.7"):
    """Open the plate's page as a citizen does, and tap one of the answers."""
    known = {"environ_base": {"REMOTE_ADDR": place}, "headers": {"User-Agent": browser}}
    page = client.get(address, **known)
    ticket = re.search(r'name="ticket" value="([^"]+)"', page.text)[1]
    return client.post(f"{address}/answers", data={"ticket": ticket, "answer": answer}, **known)


def test_from_the_application_to_the_end(app, town, client):
    code = access.issue_code(town.people["member"], by=city.BY)
    chat = Phone(client, config_of_house(), "member")
    city.bind(chat.openid, code, "陈国强")
    assert "申报党员示范岗（还有3个名额）" in chat.say("示范岗")

    page = on_phone(app, chat).open("/m/model-posts").follow("党员示范岗")
    page.fill("名称", "林权登记岗").fill("事迹", "全年办理林权登记三百余件，没有一件超期。").press("提交申报")
    assert "已提交，由支部审核" in page.text
    assert "林权登记岗（党员示范岗）：待支部审核" in chat.say("示范岗")

    desk = at_desk(app, town.people["secretary"]).open("/console/model-posts/waiting").follow("林权登记岗")
    assert "本期积分不低于60分" in desk.text
    desk.press("通过")
    organ = doors.caller(app, town, "organ")
    [waits] = organ.get("/model-posts/waiting").get_json()["items"]
    post = waits["about"]["id"]
    decided = organ.post(f"/model-posts/{post}/decide", {"approve": True}).get_json()
    assert decided["about"]["state"] == "publicised"
    [listed] = publications.seen(by=town.actor("secretary"), kind="model_post")
    notice = at_desk(app, town.people["secretary"]).open(f"/console/publications/{listed.id}/notice")
    assert "拟授予党员示范岗：林权登记岗" in notice.text
    assert "示范岗情况予以公示" in notice.text
    assert "党员积分" not in notice.text.split("现将")[1].split("予以公示")[0]
    before = points.my_standing(town.actor("member")).total

    with at(DAY + dt.timedelta(days=12)):
        clock_runs()
        clock_runs()
        shown = organ.get(f"/model-posts/{post}").get_json()["about"]
        assert (shown["state"], shown["plate"]) == ("active", "岗-2026-0001")
        assert points.my_standing(town.actor("member")).total == before + 1
        address = f"/plates/{shown['public_id']}"
        assert "林权登记岗" in client.get("/wall").text
        printed = at_desk(app, town.people["secretary"]).open(f"/console/model-posts/{post}/plate")
        assert address in printed.text
        assert "市林业局机关第一党支部" in printed.text
        assert "陈国强" not in printed.text

        stranger = client.get(address).text
        assert "陈国强" not in stranger
        assert "机关第一党支部党员" in stranger
        mine = on_phone(app, chat).open(f"/m/model-posts/{post}")
        mine.press("同意写出我的姓名")
        assert "陈国强" in client.get(address).text
        mine.press("撤回：不写我的姓名")
        assert "陈国强" not in client.get(address).text

        for n in range(4):
            assert tap(client, address, "good", browser=f"手机{n}").status_code == 303
        assert "大家的评价" not in client.get(address).text
        assert tap(client, address, "poor", browser="手机9").status_code == 303
        assert "大家的评价（5份）" in client.get(address).text
        assert "80%" in client.get(address).text

    with at(dt.date(2026, 12, 22)):
        clock_runs()
        clock_runs()
        desk = at_desk(app, town.people["organ"]).open("/console/model-posts/waiting").follow("林权登记岗")
        assert "群众评价（5份）" in desk.text
        desk.tick("要求整改").fill("理由", "窗口公示的时限没有更新").press("登记结论")
        assert "复核结论已登记" in desk.text
        assert "整改中，请在2027年1月21日前改好" in chat.say("示范岗")
    with at(dt.date(2027, 1, 22)):
        clock_runs()
        organ = doors.caller(app, town, "organ")  # tokens end
        said = {"outcome": "withdraw", "reason": "到期没有改好"}
        done = organ.post(f"/model-posts/{post}/review", said).get_json()
        assert "about" in done, done
        assert done["about"]["state"] == "withdrawn"
        assert "这块牌子已经不用了" in client.get(address).text
        assert "事迹" not in client.get(address).text
        assert tap_refused(client, address) == 409
        assert "林权登记岗" not in client.get("/wall").text
        assert "已摘牌" in chat.say("示范岗")
        assert points.my_standing(town.actor("member"), dt.date(2026, 12, 31)).total == before
        assert list(verify.faults()) == []
    assert clock.today() == DAY


def tap_refused(client, address) -> int:
    from jifen.model_posts.wall import _signer

    ticket = _signer().dumps([address.rsplit("/", 1)[1], str(clock.today())])
    return client.post(f"{address}/answers", data={"ticket": ticket, "answer": "good"}).status_code
