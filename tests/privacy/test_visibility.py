"""谁能看到我 tells the truth: whoever is named can look, and whoever can look is named."""

from __future__ import annotations

import datetime as dt

import pytest

from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import NotFound
from jifen.decisions import publicity, queries_objections
from jifen.members import service as members
from jifen.org import service as org
from jifen.org.models import UnitKind
from jifen.points import objecting, queries_statement
from jifen.points.objecting import Wish as Objecting
from jifen.privacy import queries, service, visibility
from jifen.privacy.service import Wish
from tests import city

POSTS = {
    "secretary": ("支部书记", "机关第一党支部"),
    "deputy": ("支部副书记", "机关第一党支部"),
    "office": ("机关党建办", "市林业局"),
    "organ": ("机关党委", "市林业局"),
    "wc_office": ("工委办公室", "市直机关工委"),
    "leader": ("工委领导", "市直机关工委"),
    "other_secretary": ("支部书记", "其他组织"),
    "it": ("系统管理员", "市直机关工委"),
    "colleague": ("党员", "机关第一党支部"),
}


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def told(town):
    return {(one.role, one.unit_name): one.sees for one in visibility.seers(town.people["member"])}


def looks(act) -> bool:
    try:
        act()
    except NotFound:
        return False
    return True


@pytest.mark.parametrize("who", POSTS)
def test_who_sees_the_score(town, told, who):
    member, by = town.people["member"], town.actor(who)
    can = looks(lambda: queries_statement.statement(member, by=by))
    assert ("积分和依据" in told.get(POSTS[who], ())) is can


@pytest.mark.parametrize("who", POSTS)
def test_who_sees_his_objection(town, told, who):
    row = objecting.raise_(Objecting(words="少记一次"), by=town.actor("member"))
    can = looks(lambda: queries_objections.objection(row.id, by=town.actor(who)))
    assert ("异议和答复" in told.get(POSTS[who], ())) is can


@pytest.mark.parametrize("who", POSTS)
def test_who_sees_a_list_with_his_line(town, told, who, monkeypatch):
    monkeypatch.setattr(
        publicity, "_kinds", {"test": publicity.Kind("test", "试验公示", hold=lambda _: None)}
    )
    monkeypatch.setattr(publicity, "_objections", [])
    lines = [(town.people["member"], {"total": "61"})]
    frame = {"sections": [{"key": "x", "title": "办法", "columns": [["total", "累计"]]}]}
    drawn = publicity.draw(
        "test", town.branch, "2026Q3", frame=frame, lines=lines, working_days=5, by=city.BY
    )
    publicity.publicise(drawn.id, by=town.actor("secretary"))
    can = looks(lambda: publicity.access(drawn.id, by=town.actor(who)))
    assert ("公示名单（不含理由）" in told.get(POSTS[who], ())) is can


@pytest.mark.parametrize("who", POSTS)
def test_who_may_be_asked_about_his_data(town, told, who):
    """Whoever answers a request of his is told; whoever is not told never does."""
    asked = []
    for what, value in (("姓名", "陈国壮"), ("入党时间", "2015.06")):
        asked.append(service.ask(Wish(kind="correct", what=what, value=value), by=town.actor("member")).id)
    can = any(looks(lambda one=one: queries.request(one, by=town.actor(who))) for one in asked)
    if can:
        assert "个人信息申请" in told[POSTS[who]]
    if "个人信息申请" not in told.get(POSTS[who], ()):
        assert not can
    prints = "经您提出可代打印本人信息（有记录）" in told.get(POSTS[who], ())
    assert prints is (who in ("secretary", "deputy"))


def test_another_organisation_may_look_at_a_sample(town, told):
    """Only where there is another one; its committee sees the family name, nobody on his own line is meant."""
    assert not any("季度抽查到的记分和服务记录（只有姓）" in sees for sees in told.values())
    other = org.add(town.committee, UnitKind.DEPARTMENT, name="市水务局", since=city.SINCE, by=city.BY)
    members.appoint(town.people["stranger"], other.id, Role.ORGAN_COMMITTEE, since=city.SINCE, by=city.BY)
    seers = visibility.seers(town.people["member"])
    assert [one.unit_name for one in seers if "季度抽查到的记分和服务记录（只有姓）" in one.sees] == [
        "其他组织"
    ]


def test_who_is_exempt_is_seen_all_the_same(town):
    today = clock.today()
    members.exempt(
        town.people["member"],
        reason="age",
        since=today,
        until=today + dt.timedelta(days=300),
        minute="纪要1号",
        by=town.actor("organ"),
    )
    assert "支部书记" in {one.role for one in visibility.seers(town.people["member"])}
