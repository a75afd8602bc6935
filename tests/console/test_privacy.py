"""One's own data at the desk: seen, taken along, corrected; papers for others; people erased."""

from __future__ import annotations

import io
import json

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.members.models import Member
from jifen.points import objecting, service, standings_follow, verify
from jifen.points.objecting import Wish
from jifen.points.service import Filing
from jifen.privacy import purge, visibility


def number(town, who: str) -> str:
    return db.session.get(Member, town.people[who]).number


def left(town, who: str) -> None:
    until = clock.civil_day(purge.months_before(clock.now(), 18))
    with transaction() as session:
        for table in ("membership", "post"):
            session.execute(
                sa.text(f"UPDATE {table} SET until = :until WHERE member_id = :m"),
                {"until": until, "m": town.people[who]},
            )
        session.flush()
        standings_follow.follow("/", day=clock.today())


def test_a_member_sees_who_sees_him_and_takes_his_data_along(at_desk, town):
    desk = at_desk("secretary").open("/console/").follow("我的信息")
    assert "支部副书记" in desk.text
    assert "没有人导出过含您的名单" in desk.text
    desk.follow("打开网页，可打印")
    assert "内部使用，不得外传" in desk.text
    assert "周正" in desk.text
    assert "吴敏" not in desk.text
    got = desk.client.get("/console/me/data.xlsx")
    assert load_workbook(io.BytesIO(got.data)).sheetnames[0] == "目录"
    got = desk.client.get("/console/me/data.json")
    assert json.loads(got.data)["name"] == "周正"
    assert got.headers["Cache-Control"] == "no-store"


def test_an_eleventh_copy_waits(at_desk, town):
    desk = at_desk("secretary")
    for _ in range(10):
        assert desk.client.get("/console/me/data").status_code == 200
    desk.open("/console/me/data")
    assert (desk.status, "一天" in desk.text) == (429, True)


def test_a_correction_by_the_desk(at_desk, town):
    asking = at_desk("secretary").open("/console/me")
    asking.choose("申请什么", "更正姓名").fill("更正的，应改成什么", "周政").press("提交申请")
    assert "前答复，本人会收到通知" in asking.text
    asking.choose("申请什么", "更正姓名").fill("更正的，应改成什么", "周征").press("提交申请")
    assert "正在办理" in asking.text

    deputy = at_desk("deputy").open("/console/").follow("个人信息申请，待答复").follow("去答复")
    deputy.tick("不同意").press("提交答复")
    assert "理由" in deputy.text
    deputy.tick("同意").fill("理由（写给本人）", "已核对证件").press("提交答复")
    assert db.session.get(Member, town.people["secretary"]).name == "周政"
    assert "已核对证件" in at_desk("secretary").open("/console/me").text


def test_a_paper_for_a_member_without_a_phone(at_desk, town):
    service.submit(Filing(item="D01", occurred_on=clock.today(), words="陪老人看病"), by=town.actor("member"))
    objecting.raise_(Wish(words="书记少记一次"), by=town.actor("member"))
    desk = at_desk("secretary").open("/console/requests")
    desk.fill("为谁登记（积分编号）", number(town, "member")).choose("申请什么", "索取本人信息（打印纸面）")
    desk.choose("怎样提出的", "口头").press("登记")
    address = desk.address
    desk.press("打开纸面，准备打印")
    assert "陪老人看病" in desk.text
    assert "书记少记一次" not in desk.text
    assert "只给您本人看、没有打印的" in desk.text
    kept = db.session.scalars(sa.text("SELECT body FROM idempotency_key")).all()
    assert not any("陪老人看病" in (body or "") for body in kept)

    assert "打开纸面" not in at_desk("secretary").open(address).text
    exported = db.session.execute(sa.text("SELECT what, purpose, by_member_id FROM export")).one()
    assert tuple(exported) == ("本人信息", "本人索取纸面", town.people["secretary"])
    [told] = visibility.mine(by=town.actor("member")).exports
    assert (told.who, told.what) == ("周正", "本人信息")


@pytest.mark.parametrize("who", ["office", "organ", "leader", "other_secretary"])
def test_nobody_above_or_beside_prints(at_desk, town, who):
    desk = at_desk(who).open("/console/requests")
    desk.fill("为谁登记（积分编号）", number(town, "member")).choose("申请什么", "索取本人信息（打印纸面）")
    desk.press("登记")
    assert desk.status in (403, 404)
    assert db.session.scalar(sa.text("SELECT count(*) FROM privacy_request")) == 0


def test_others_do_not_open_or_answer_it(at_desk, town):
    desk = at_desk("secretary").open("/console/me")
    desk.choose("申请什么", "更正工号").fill("更正的，应改成什么", "A7").press("提交申请")
    [number_] = db.session.scalars(sa.text("SELECT id FROM privacy_request")).all()
    for who in ("other_secretary", "it"):
        assert at_desk(who).open(f"/console/requests/{number_}").status == 404


def test_the_leader_erases_who_has_left(at_desk, town):
    desk = at_desk("leader").open("/console/").follow("删除离开人员")

    def press(again: str):
        gone = number(town, "member")
        desk.fill("积分编号", gone).fill("再填一次积分编号", again or gone)
        return desk.fill("同意删除的纪要或批件编号", "纪要9号").press("删除，不能恢复")

    press("")
    assert "还在支部" in desk.text
    left(town, "member")
    press("12345")
    assert "不一样" in desk.text
    press("")
    assert "已删除" in desk.text
    assert db.session.get(Member, town.people["member"]).name is None
    assert list(verify.faults()) == []


def test_nobody_is_erased_under_an_open_objection(at_desk, town):
    objecting.raise_(Wish(words="少记一次"), by=town.actor("member"))
    left(town, "member")
    desk = at_desk("leader").open("/console/erasures")
    gone = number(town, "member")
    desk.fill("积分编号", gone).fill("再填一次积分编号", gone).fill("同意删除的纪要或批件编号", "纪要9号")
    desk.press("删除，不能恢复")
    assert "还有没有办结的异议，请复核的组织先答复" in desk.text
    assert db.session.get(Member, town.people["member"]).name == "陈国强"
    for who in ("organ", "secretary", "wc_office"):
        other = at_desk(who).open("/console/erasures")
        other.fill("积分编号", gone).fill("再填一次积分编号", gone).fill(
            "同意删除的纪要或批件编号", "纪要9号"
        )
        other.press("删除，不能恢复")
        assert other.status == 403
