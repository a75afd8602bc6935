"""Hours at the desk: a roster written down afterwards, its review, one's own account, what waits."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.volunteering import community, queries, registering
from tests.volunteering.hours_town import DAY, at, credit, served


def late_entry(desk):
    """Write the roster of a morning down as the deputy."""
    desk.open("/console/hours/late").fill("服务项目", "河道清洁").fill("日期", DAY.isoformat())
    desk.fill("活动开始", "9:00").fill("活动结束", "11:30").fill("为什么补录", "河边没有网络")
    return desk.tick("陈国强").tick("林小梅")


def test_a_roster_from_the_page_to_the_account(at_desk, town):
    deputy = late_entry(at_desk("deputy"))
    deputy.fill("林小梅本人的时间", "10:00-11:00").press("提交审核")
    assert "已登记2人" in deputy.text
    secretary = at_desk("secretary").open("/console/")
    assert "志愿时长补录待审核" in secretary.text
    secretary.open("/console/hours/waiting").press("通过")
    assert "2人已计入" in secretary.text
    found = at_desk("secretary").open(f"/console/hours/member/{town.people['member']}")
    assert "2小时30分钟" in found.text
    assert queries.account(town.people["colleague"]).attested == 60
    unit = at_desk("secretary").open("/console/hours/unit")
    assert "林小梅" in unit.text
    assert "不排名次" in unit.text


def test_a_roster_is_given_back_with_a_word(at_desk, town):
    late_entry(at_desk("deputy")).press("提交审核")
    secretary = at_desk("secretary").open("/console/hours/waiting")
    secretary.fill("理由", "签到表没有签字").press("不通过")
    assert "已退回" in secretary.text
    assert "未通过" in at_desk("deputy").open("/console/hours/late").text


def test_what_does_not_fit_is_said_on_the_page(at_desk, town):
    credit(town, served(town, "member", at(10), at(12)))
    deputy = late_entry(at_desk("deputy")).press("提交审核")
    assert "时间重叠：陈国强" in deputy.text
    deputy = late_entry(at_desk("deputy")).fill("陈国强本人的时间", "上午").press("提交审核")
    assert "看不懂" in deputy.text


def test_ones_own_record_is_put_right(at_desk, town):
    credit(town, served(town, "deputy", at(9), at(12)))
    deputy = at_desk("deputy").open("/console/hours").fill("真实的开始", "9:00")
    deputy.fill("真实的结束", "11:00").fill("为什么更正", "早走了").press("提出更正")
    assert "由支部负责人核对" in deputy.text
    secretary = at_desk("secretary").open("/console/hours/waiting").press("同意更正")
    assert "已处理" in secretary.text
    assert queries.account(town.people["deputy"]).verified == 120


def test_a_long_day_and_a_clash_wait_for_whom_they_are_asked(at_desk, town):
    credit(town, served(town, "member", at(6), at(16), activity=3))
    credit(town, served(town, "colleague", at(9), at(11), activity=4))
    credit(town, served(town, "colleague", at(10), at(12), activity=5))
    organ = at_desk("organ").open("/console/hours/waiting")
    organ.press("如数计入")
    assert "已处理" in organ.text
    secretary = at_desk("secretary").open("/console/hours/waiting")
    assert "时间重叠" in secretary.text
    secretary.press("确定")
    assert "已处理" in secretary.text


@pytest.mark.parametrize("who", ["other_secretary", "it"])
def test_nobody_else_opens_somebodys_hours(at_desk, town, who):
    assert at_desk(who).open(f"/console/hours/member/{town.people['member']}").status == 404


def test_a_community_from_its_need_to_its_word(at_desk, town):
    desk = at_desk("secretary").open("/console/community")
    desk.fill("街道（乡镇）", "朝阳街道").fill("社区（村）", "滨河社区").press("登记社区")
    desk.choose("哪个社区", "滨河社区").fill("内容", "换一盏灯").fill("认领截止", "2199-01-01").press(
        "登记需求"
    )
    deputy = at_desk("deputy").open("/console/community")
    deputy.choose("社区", "滨河社区").press("报到")
    assert "等社区确认" in deputy.text
    deputy.press("认领")
    assert "已认领" in deputy.text
    desk.open("/console/community").fill("哪一天", DAY.isoformat()).fill("开始", "9:00").fill("结束", "10:00")
    desk.press("登记", near="吴敏")
    assert "已登记社区的确认" in desk.text
    assert queries.account(town.people["deputy"]).attested == 60
    desk.press("社区已确认", near="吴敏")
    assert "社区已确认" in deputy.open("/console/community").text
    desk.press("撤回", near="换一盏灯")
    assert "已撤回确认" in desk.text
    assert queries.account(town.people["deputy"]).attested == 0


def test_the_office_lets_a_community_in_by_its_own_token(at_desk, town, db):
    community.found("朝阳街道", "滨河社区", by=town.actor("secretary"))
    desk = at_desk("wc_office").open("/console/community")
    desk.choose("开通给哪个社区", "滨河社区").press("开通令牌")
    assert "jf_" in desk.text
    assert "jf_" not in desk.open("/console/community").text
    desk.press("作废", near="朝阳街道滨河社区")
    assert "已作废，立即生效" in desk.text
    assert db.session.scalar(sa.text("SELECT count(*) FROM api_token WHERE revoked_at IS NULL")) == 0
    assert "开通令牌" not in at_desk("secretary").open("/console/community").text


def test_the_units_year_is_printed_for_the_two_seals(at_desk, town, db):
    secretary = town.actor("secretary")
    place = community.found("朝阳街道", "滨河社区", by=secretary).id
    registering.register(place, member_id=town.people["member"], by=secretary)
    soon = clock.today() + dt.timedelta(days=9)
    need = community.ask_for(place, "换灯", kind="wish", wanted=1, due_on=soon, by=secretary).id
    claim = community.claim(need, by=town.actor("member")).id
    span = (at(9), at(10, 30))
    community.confirm(claim, done=True, said="good", span=span, by=secretary)
    year = clock.today().year
    desk = at_desk("office").open(f"/console/community/units/{town.branch}/result?year={year}")
    for words in (
        "单位党组织：市林业局机关第一党支部",
        "社区党组织意见",
        "单位党组织意见",
        "填表人",
        "其中社区已确认 1人",
        "朝阳街道滨河社区 1 1 1 1 1小时30分钟",
    ):
        assert words in desk.text
    assert "好1次" in desk.text
    assert "内部使用，不得外传" in desk.text
    [noted] = db.session.execute(sa.text("SELECT what, cardinality(members) FROM export")).all()
    assert noted == ("双报到年度情况", 4)
    for who in ("other_secretary", "it"):
        assert at_desk(who).open(f"/console/community/units/{town.branch}/result?year={year}").status == 404
