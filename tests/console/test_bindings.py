"""The branch's page of who is bound: a sheet of slips, a QR code on the screen, an end that is told."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from jifen.access import queries, screens, wecom
from jifen.access import service as access
from jifen.access.models import BindCode
from jifen.core.actor import Role
from jifen.members import service as members
from jifen.wechat.qr import QrCode
from tests import city


def test_a_sheet_of_slips_binds_each_of_them(at_desk, town):
    page = at_desk("secretary").open("/console/").follow("微信绑定")
    assert "陈国强" in page.text
    assert "林小梅" in page.text
    assert "赵远" not in page.text
    page.press("打印勾选的纸条")
    cuts = [one for one in page.root.all("section") if one["class"] == "cut"]
    assert len(cuts) == 2
    for cut, openid in zip(cuts, ("openid-1", "openid-2"), strict=True):
        code, name = re.search(r"绑定 (\w{8}) (\S+)", cut.text).groups()
        assert city.bind(openid, code, name).name == name
    assert page.open("/console/bindings").text.count("已绑定（") == 2


def test_nobody_ticked_is_told(at_desk, town):
    page = at_desk("secretary").open("/console/bindings")
    page.tick("陈国强", off=True).tick("林小梅", off=True).press("打印勾选的纸条")
    assert page.status == 422
    assert "还没有勾选人员" in page.text


def test_the_screen_shows_the_code_and_what_became_of_it(at_desk, town, db, monkeypatch):
    monkeypatch.setattr(
        screens.qr, "create", lambda _client, _scene, *, seconds: QrCode("http://weixin.qq.com/q/T", seconds)
    )
    page = at_desk("secretary").open("/console/bindings").press("打开二维码", near="陈国强")
    assert "正在请微信生成二维码" in page.text
    code = db.session.scalar(sa.select(BindCode.id))
    scene = screens.house.cipher().decrypt(db.session.get(BindCode, code).scene_sealed, purpose="bind_scene")
    screens.make(code)
    here = f"/console/bindings/screens/{code}"
    page.open(here)
    assert "请陈国强同志本人用微信“扫一扫”" in page.text
    assert page.root.all("svg")
    assert [m["content"] for m in page.root.all("meta") if m["http-equiv"] == "refresh"] == ["4"]
    screens.begin("openid-member", scene)
    assert "已经扫过，等本人在手机上回复" in page.open(here).text
    city.binding.agree("openid-member")
    assert "微信已绑定" in page.open(here).text
    assert [m for m in page.root.all("meta") if m["http-equiv"] == "refresh"] == []


def test_an_end_is_told_and_a_new_slip_follows(at_desk, town, db):
    city.bind("openid-member", access.issue_code(town.people["member"], by=city.BY), "陈国强")
    page = at_desk("secretary").open("/console/bindings").press("解除绑定", near="陈国强")
    assert "系统会告诉本人" in page.text
    assert queries.openid_of(town.people["member"]) is None
    assert db.session.scalar(sa.text("SELECT kind FROM notice")) == "binding_ended"
    assert "没有绑定" in page.open("/console/bindings").text


def test_a_recorder_prints_but_ends_nothing(at_desk, town):
    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=city.SINCE, by=city.BY)
    member = town.people["member"]
    city.bind("openid-member", access.issue_code(member, by=city.BY), "陈国强")
    page = at_desk("colleague").open("/console/bindings")
    assert "解除绑定" not in page.text
    data = page.data_of(page.root.all("form")[0]) if page.root.all("form") else {}
    token = re.search(r'name="_csrf" value="(\w+)"', page.answer.text)
    data = {"_csrf": token[1]} if token else data
    refused = page.client.post(f"/console/people/{member}/binding/end", data=data)
    assert refused.status_code in (403, 422)
    assert queries.openid_of(member) == "openid-member"


@pytest.mark.parametrize("who", ["office", "organ", "wc_office", "leader", "it", "member"])
def test_nobody_above_has_the_list(at_desk, town, who):
    walker = at_desk(who)
    answer = walker.client.get("/console/bindings")
    assert answer.status_code in (303, 404)
    assert "陈国强" not in answer.text


@pytest.mark.parametrize(("who", "may"), [("secretary", True), ("office", True), ("other_secretary", False)])
def test_whose_screen_may_be_opened(at_desk, town, who, may):
    code = screens.show(town.people["member"], by=town.actor("secretary"))
    answer = at_desk(who).client.get(f"/console/bindings/screens/{code}")
    assert (answer.status_code == 200) is may
    assert ("陈国强" in answer.text) is may


def test_an_office_ends_the_binding_of_who_holds_a_post(at_desk, town, db):
    secretary = town.people["secretary"]
    city.bind("openid-s", access.issue_code(secretary, by=city.BY), "周正")
    page = at_desk("office").open(f"/console/people/{secretary}").press("解除绑定")
    assert "绑定已解除" in page.text
    assert queries.openid_of(secretary) is None


def test_the_branch_sees_who_is_bound_in_wecom_and_ends_it(at_desk, town, db):
    wecom.bind("chen", by=town.actor("member"))
    wecom.bind("wu", by=town.actor("deputy"))
    page = at_desk("secretary").open("/console/bindings")
    assert page.text.count("已绑定（") == 2
    assert [b.text for b in page.root.all("summary")].count("解除企业微信绑定") == 1, (
        "the deputy's is the office's"
    )
    page.press("解除企业微信绑定", near="陈国强")
    assert "系统会告诉本人" in page.text
    assert queries.addresses(town.people["member"], {}).wecom is None
    assert db.session.scalar(sa.text("SELECT kind FROM notice")) == "binding_ended"
    assert page.open("/console/bindings").text.count("已绑定（") == 1


def test_an_office_ends_it_for_who_holds_a_post(at_desk, town):
    secretary = town.people["secretary"]
    wecom.bind("zhou", by=town.actor("secretary"))
    page = at_desk("office").open(f"/console/people/{secretary}").press("解除企业微信绑定")
    assert "企业微信绑定已解除" in page.text
    assert queries.addresses(secretary, {}).wecom is None
    again = page.open(f"/console/people/{secretary}").press("解除企业微信绑定")
    assert (again.status, "没有找到企业微信绑定" in again.text) == (404, True)


@pytest.mark.parametrize("who", ["other_secretary", "colleague", "it"])
def test_nobody_else_ends_it(at_desk, town, who):
    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=city.SINCE, by=city.BY)
    member = town.people["member"]
    wecom.bind("chen", by=town.actor("member"))
    page = at_desk(who).open("/console/account")
    token = re.search(r'name="_csrf" value="(\w+)"', page.answer.text)[1]
    refused = page.client.post(f"/console/people/{member}/wecom/end", data={"_csrf": token})
    assert refused.status_code == 403
    assert queries.addresses(member, {}).wecom == "chen"
