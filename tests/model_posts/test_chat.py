"""Model posts and honours decided in the chat: the same queue, the same steps, the same answers said twice."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from bot import grammar
from bot.intents.deciding import Approve, Return
from bot.intents.model_posts import ApplyPost, DecidePost, LookPost, ModelPosts
from jifen.jobs import work_model_posts
from jifen.model_posts import honours
from jifen.model_posts.honours import Award
from jifen.points import queries as points
from tests import city
from tests.model_posts.posts_town import DAY, applied, at, granted

ANSWERED = "这件事已经处理过了，不用再处理。"


@pytest.fixture
def town(db):
    with at():
        yield city.build()


def clock_runs():
    for _ in work_model_posts.follow("", {}):
        continue


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("通过 岗3", DecidePost("post", 3, "approve")),
        ("通过岗3号", DecidePost("post", 3, "approve")),
        ("岗3 通过", DecidePost("post", 3, "approve")),
        ("退回 示范岗 3 事迹不够具体", DecidePost("post", 3, "refuse", "事迹不够具体")),
        ("撤回 岗12", DecidePost("post", 12, "back")),
        ("通过 誉5", DecidePost("honour", 5, "approve")),
        ("撤销 荣誉5 文件不对", DecidePost("honour", 5, "back", "文件不对")),
        ("要求整改 岗3：时限没有更新", DecidePost("post", 3, "rectify", "时限没有更新")),
        ("摘牌 岗3 投诉属实", DecidePost("post", 3, "withdraw", "投诉属实")),
        ("看 岗3", LookPost("post", 3)),
        ("看看誉5", LookPost("honour", 5)),
        ("不写姓名 岗3", DecidePost("post", 3, "no_name")),
        ("申报 党员示范岗 林权登记岗：全年没有超期", ApplyPost("党员示范岗", "林权登记岗", "全年没有超期")),
        # A report keeps its plain number.
        ("通过 3", Approve((3,))),
        ("退回 3 日期不对", Return(3, "日期不对")),
        ("申报示范岗", ModelPosts()),
    ],
)
def test_what_is_typed(said, means):
    assert grammar.parse(said, today=DAY) == means


def test_from_the_application_to_the_plate_in_the_chat(phone, town):
    member, secretary, organ = phone("member"), phone("secretary"), phone("organ")
    said = member.say("申报 党员示范岗 林权登记岗：全年办理三百余件，没有一件超期。")
    assert "已申报：岗" in said
    number = said.partition("岗")[2].partition(" ")[0]
    assert f"岗{number} 林权登记岗" in member.say("示范岗")
    secretary.say("上报 志愿服务 昨天 1小时")
    assert f"1 看 岗{number} 林权登记岗（党员示范岗，陈国强）申报" in secretary.say("待审")
    looked = secretary.say("1")
    assert "事迹：全年办理三百余件" in looked
    assert "本期积分不低于60分" in looked
    assert "接下来由市林业局审核" in secretary.say("1")
    assert secretary.say(f"通过 岗{number}") == ANSWERED
    assert "从今天起公示" in organ.say(f"通过 岗{number}")
    assert organ.say(f"通过 岗{number}") == ANSWERED
    assert "没有找到" in phone("stranger").say(f"看 岗{number}")


def test_a_no_needs_a_reason_and_the_list_offers_some(phone, town):
    row = applied(town)
    member, secretary = phone("member"), phone("secretary")
    assert "是什么原因" in secretary.say(f"退回 岗{row.id}")
    assert f"已退回：岗{row.id} 林权登记岗（理由：事迹不够具体）" in secretary.say("2")
    assert secretary.say(f"退回 岗{row.id}") == ANSWERED
    assert "未通过" in member.say("示范岗")


def test_only_his_own_and_only_whom_it_is_asked(phone, town):
    row = applied(town)
    member, deputy, stranger = phone("member"), phone("deputy"), phone("stranger")
    assert "没有找到" in member.say(f"通过 岗{row.id}")
    assert "没有找到" in stranger.say(f"撤回 岗{row.id}")
    assert "不能撤回" in deputy.say(f"撤回 岗{row.id}") or "没有" in deputy.say(f"撤回 岗{row.id}")
    assert f"已撤回申报：岗{row.id}" in member.say(f"撤回 岗{row.id}")
    assert row.state == "cancelled"


def test_a_review_and_a_withdrawal(phone, town):
    row = granted(town)
    organ = phone("organ")
    with at(dt.date(2026, 12, 22)):
        clock_runs()
        assert f"看 岗{row.id} 林权登记岗（党员示范岗，陈国强）复核" in organ.say("待审")
        assert "是什么原因" in organ.say(f"整改 岗{row.id}")
        done = organ.say(f"整改 岗{row.id} 窗口公示的时限没有更新")
        assert "结论：要求整改，目前：整改中" in done
        assert organ.say(f"保留 岗{row.id}") == ANSWERED
        assert "已摘牌" in organ.say(f"摘牌 岗{row.id} 投诉属实")
    assert row.state == "withdrawn"


def test_an_honour_is_confirmed_counts_and_is_revoked(phone, town):
    award = Award(
        member_id=town.people["member"],
        title="优秀共产党员",
        level="市级",
        awarded_on=DAY - dt.timedelta(days=9),
        evidence="市直工委〔2026〕5号",
    )
    row = honours.enter(award, by=town.actor("deputy"))
    number = row.id - 999_999_999
    before = points.my_standing(town.actor("member")).total
    secretary = phone("secretary")
    assert f"看 誉{number} 陈国强 市级 优秀共产党员" in secretary.say("待审")
    assert "依据：市直工委〔2026〕5号" in secretary.say(f"看 誉{number}")
    said = secretary.say(f"通过 誉{number}")
    while "上一级" in said:
        said = phone("organ").say(f"通过 誉{number}")
    assert "按积分办法计分" in said
    assert points.my_standing(town.actor("member")).total > before
    assert secretary.say(f"通过 誉{number}") == ANSWERED
    assert "是什么原因" in secretary.say(f"撤销 誉{number}")
    assert "已撤销" in secretary.say("1")
    assert points.my_standing(town.actor("member")).total == before
    assert "没有找到" in phone("stranger").say(f"看 誉{number}")


def test_ones_name_on_the_wall_by_two_words_and_off_by_one(phone, town, client):
    row = granted(town)
    with at(DAY):
        chat = phone("member")
        assert "任何人打开网页都能看到" in chat.say(f"写姓名 岗{row.id}")
        assert "陈国强" not in client.get(f"/plates/{row.public_id}").text
        assert "已写上您的姓名" in chat.say("1")
        assert "陈国强" in client.get(f"/plates/{row.public_id}").text
        assert "机关第一党支部党员" in chat.say(f"不写姓名 岗{row.id}")
        assert "陈国强" not in client.get(f"/plates/{row.public_id}").text
        assert "陈国强" not in client.get("/wall").text
        assert "没有找到" in phone("colleague").say(f"不写姓名 岗{row.id}")


def test_the_same_message_twice_decides_once(phone, town, db):
    row = applied(town)
    secretary = phone("secretary")
    first = secretary.say(f"通过 岗{row.id}", msg_id="777")
    assert secretary.say(f"通过 岗{row.id}", msg_id="777") == first
    counted = "SELECT count(*) FROM decision WHERE subject = 'model_post'"
    assert db.session.scalar(sa.text(counted)) == 1


def test_an_honour_is_written_down_in_one_line(phone, town):
    deputy, secretary = phone("deputy"), phone("secretary")
    assert "请写全" in deputy.say("登记荣誉 陈国强 市级")
    assert "没有“刘无名”" in deputy.say("登记荣誉 刘无名 市级 优秀共产党员 6月1日 依据 市直工委〔2026〕5号")
    said = deputy.say("登记荣誉 陈国强 市级 优秀共产党员 6月1日 依据：市直工委〔2026〕5号，证书编号12")
    assert "已登记：誉" in said
    number = said.partition("誉")[2].partition(" ")[0]
    assert "依据：市直工委〔2026〕5号，证书编号12" in secretary.say(f"看 誉{number}")
    assert "已经登记过了" in deputy.say("登记荣誉 陈国强 市级 优秀共产党员 6月1日 依据 市直工委〔2026〕5号")
    assert "没有“市级”" not in said
    assert "可以选的有" in deputy.say("登记荣誉 陈国强 村级 好人 6月2日 依据 村里")
    member = phone("member")
    assert "没有“李小梅”" in member.say("登记荣誉 李小梅 市级 优秀共产党员 6月1日 依据 某文件")
    own = deputy.say(f"登记荣誉 {city.NAMES['deputy']} 市级 优秀共产党员 6月1日 依据 某文件")
    assert "不能为本人登记荣誉" in own
