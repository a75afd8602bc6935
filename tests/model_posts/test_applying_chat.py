"""Applying in the chat, for oneself and for a place with several people: part by part, names inside one's own branch."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from bot import grammar
from bot.intents.model_posts import ApplyPost, ModelPosts
from jifen.members import service as members
from jifen.model_posts import service
from tests import city
from tests.model_posts.posts_town import DAY, at

WINDOW = (
    "申报 党员示范窗口 名称 林权窗口 成员 林小梅 人数 10 党员 {members} 有党员负责人 {check}"
    "事迹 全年办理三百余件，没有一件超期。"
)


@pytest.fixture
def town(db):
    with at():
        yield city.build()


def posts(db) -> list[tuple[str, int | None, int | None, str]]:
    db.session.rollback()
    rows = db.session.execute(sa.text("SELECT kind, staff, staff_members, deeds FROM model_post ORDER BY id"))
    return list(rows.tuples())


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("申报 责任区", ApplyPost("责任区")),
        ("申报示范岗", ModelPosts()),
        ("申报 责任区 河口责任区", ApplyPost("责任区", "河口责任区")),
        (
            WINDOW.format(members=6, check="核对 "),
            ApplyPost(
                *("党员示范窗口", "林权窗口", "全年办理三百余件，没有一件超期。"),
                people=("林小梅",),
                staff=10,
                staff_members=6,
                leader=True,
                check=True,
            ),
        ),
        ("申报 品牌 名称 护林 没有别人 改事迹", ApplyPost("品牌", "护林", people=(), ask="事迹")),
        # What stands among the deeds is no part.
        (
            "申报 品牌 名称 护林 事迹 党员 人数 不多 带头巡山",
            ApplyPost("品牌", "护林", "党员 人数 不多 带头巡山"),
        ),
    ],
)
def test_what_is_typed(said, means):
    assert grammar.parse(said, today=DAY) == means


def test_a_window_part_by_part_and_what_its_condition_says(phone, town, db):
    member = phone("member")
    shown = member.say("示范岗")
    assert "2 申报党员示范窗口（还有1个名额）" in shown
    assert "叫什么名称" in member.say("2")
    shown = member.say("林权窗口")
    assert "除了负责人陈国强" in shown
    assert "林小梅" not in shown  # a member is shown no list of people
    assert "一共有几名工作人员" in member.say("林小梅")
    assert "其中党员几人" in member.say("10")
    assert "有没有党员" in member.say("4")
    assert "做了哪些事" in member.say("1")
    shown = member.say("全年办理三百余件，没有一件超期。")
    assert "成员：林小梅" in shown
    assert "工作人员10人，其中党员4人" in shown
    refused = member.say("1")
    assert "工作人员中党员不少于50%，现在10人中党员4人" in refused
    assert not posts(db)
    assert "2 改人数" in refused
    assert "一共有几名工作人员" in member.say("2")
    member.say("10")
    assert "事迹：全年办理三百余件，没有一件超期。" in member.say("6")  # said once
    assert "已申报：岗" in member.say("1")
    assert posts(db) == [("window", 10, 6, "全年办理三百余件，没有一件超期。")]
    member.say("1")
    assert len(posts(db)) == 1


def test_digits_alone_apply_for_an_area(phone, town, db):
    secretary = phone("secretary")
    secretary.say("申报 责任区")
    shown = secretary.say("1")
    assert "3 陈国强" in shown  # who works with the branch's people chooses by digits
    assert "赵远" not in shown
    assert "已选：陈国强" in secretary.say("3")
    assert "不想细写的回1" in secretary.say("1")
    assert "成员：陈国强" in secretary.say("1")
    said = secretary.say("1")
    assert "已申报：岗" in said
    number = int(said.partition("岗")[2].partition(" ")[0])
    assert service.people_of(number) == {town.people["secretary"], town.people["member"]}
    assert posts(db)[0][3] == "本岗有党员2人，具体事迹请审核人现场了解。"


def test_names_are_looked_for_in_ones_own_branch_only(phone, town, db):
    member = phone("member")
    number = db.session.scalar(
        sa.text("SELECT number FROM member WHERE id = :id"), {"id": town.people["stranger"]}
    )
    for name in ("赵远", number, "王五"):
        assert f"本支部没有“{name}”" in member.say(f"申报 责任区 名称 河口 成员 {name}")
    members.take_in("林小梅", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY)
    assert "本支部有几位“林小梅”" in member.say("申报 责任区 名称 河口 成员 林小梅")
    assert not posts(db)


def test_whoever_prepares_names_who_answers_for_it(phone, town, db):
    line = "申报 责任区 名称 河口责任区 负责人 林小梅 没有别人 事迹 全年清理河道二十次。"
    assert "没有找到" in phone("member").say(line)
    assert not posts(db)
    assert "已申报：岗" in phone("secretary").say(line)


def test_a_name_and_impossible_figures_are_refused_and_may_be_changed(phone, town, db):
    member = phone("member")
    refused = member.say(WINDOW.format(members=11, check=""))
    assert "党员人数不能多于工作人员总数" in refused
    named = WINDOW.format(members=6, check="").replace("全年", "林小梅全年")
    refused = member.say(named)
    assert "里面写了“林小梅”的姓名" in refused
    assert "做了哪些事" in member.say("3")
    assert not posts(db)


def test_a_leader_who_was_left_out_may_be_named_by_a_digit(phone, town, db):
    member = phone("member")
    refused = member.say(WINDOW.format(members=6, check="").replace("有党员负责人", "没有党员负责人"))
    assert "负责人中至少一人是党员" in refused
    assert "4 改负责人中有没有党员" in refused
    assert "有没有党员" in member.say("4")
    assert "负责人中有党员" in member.say("1")
    assert "已申报：岗" in member.say("1")


def test_what_is_shown_is_what_is_handed_in(phone, town, db):
    member, line = phone("member"), WINDOW.format(members=6, check="核对 ")
    shown = member.say(line.replace("林权窗口", "长" * 60))
    assert f"：{'长' * 40}\n" in shown
    # No part of a figure is taken for it.
    assert "一共有几名工作人员" in member.say(line.replace("人数 10", "人数 1000000"))
    assert not posts(db)


def test_an_outsider_applies_for_nothing(phone, town, db):
    assert "没有找到" in phone("organ").say("申报 责任区")
    assert not posts(db)
