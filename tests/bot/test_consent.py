"""What somebody is told before his WeChat is bound, and what his yes and his no do."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from bot import replies
from bot.callback import config_of_house
from jifen.access import binding, privacy_text, queries
from jifen.access import service as access
from jifen.core import clock
from jifen.core.errors import NotFound
from jifen.members import exports
from tests import city
from tests.bot.phone import Phone


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def slip(town):
    return access.issue_code(town.people["member"], by=city.BY)


@pytest.fixture
def phone(town, client, app):
    return Phone(client, config_of_house(), "member")


def rows(db, table: str) -> int:
    return db.session.scalar(sa.text(f"SELECT count(*) FROM {table}"))


def shown(db) -> str:
    """Everything that the tables about ways in hold, as one text."""
    return str(
        [db.session.execute(sa.text(f"SELECT * FROM {t}")).all() for t in ("pending_binding", "binding")]
    )


def test_the_text_comes_before_the_binding(phone, slip, db):
    said = phone.say(f"绑定 {slip} 陈国强")

    for part in (
        "谁处理：市直机关工委",
        "处理什么",
        "为什么",
        "多久",
        "没有任何影响",
        "/m/privacy",
        "“同意”",
    ):
        assert part in said
    assert len(said.encode()) < 2048
    assert "陈国强" not in said
    assert (rows(db, "binding"), rows(db, "consent"), rows(db, "pending_binding")) == (0, 0, 1)
    assert phone.openid not in shown(db)


@pytest.mark.parametrize(
    "word", ["我的积分", "上报 志愿服务 昨天 2小时", "排名", "待审", "通过 1", "关闭提醒"]
)
def test_nothing_else_works_before_the_answer(phone, slip, db, word):
    phone.say(f"绑定 {slip} 陈国强")
    assert phone.say(word).startswith(replies.AGREE_FIRST)
    assert rows(db, "report") == 0


def test_before_the_answer_one_may_ask_who_sees_one(phone, slip):
    phone.say(f"绑定 {slip} 陈国强")
    assert "机关第一党支部：支部书记、支部副书记" in phone.say("谁能看到我")
    assert phone.say("帮助") == replies.PENDING_HELP


def test_a_yes_binds_and_keeps_which_text_it_was_to(phone, slip, town, db):
    phone.say(f"绑定 {slip} 陈国强")
    assert "绑定成功，陈国强同志" in phone.say("同意")

    text = privacy_text.load()
    kept = db.session.execute(
        sa.text("SELECT member_id, version, digest, withdrawn_at, door FROM consent")
    ).one()
    assert tuple(kept) == (town.people["member"], text.version, text.digest, None, "wechat")
    assert rows(db, "pending_binding") == 0
    assert "60分" in phone.say("我的积分")


def test_a_repeated_yes_is_one_yes(phone, slip, db):
    phone.say(f"绑定 {slip} 陈国强")
    first = phone.say("同意", msg_id="77")
    assert phone.say("同意", msg_id="77") == first
    assert phone.say("同意") == replies.ALREADY_AGREED
    assert (rows(db, "binding"), rows(db, "consent")) == (1, 1)


def test_a_no_leaves_no_openid_and_only_the_own_secretary_knows(phone, slip, town, db):
    phone.say(f"绑定 {slip} 陈国强")
    assert phone.say("不同意") == replies.DECLINED

    assert (rows(db, "binding"), rows(db, "pending_binding")) == (0, 0)
    assert [p.name for p in queries.on_paper(town.branch, by=town.actor("secretary"))] == ["陈国强"]
    for who in ("other_secretary", "office", "organ", "leader", "it", "member"):
        with pytest.raises(NotFound):
            queries.on_paper(town.branch, by=town.actor(who))
    assert "绑定码" in phone.say("我的积分")
    assert "没有成功" in phone.say(f"绑定 {slip} 陈国强")


def test_who_said_no_may_come_back_with_a_new_slip(phone, slip, town, db):
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("不同意")
    fresh = access.issue_code(town.people["member"], by=city.BY)
    phone.say(f"绑定 {fresh} 陈国强")
    assert "绑定成功" in phone.say("同意")
    assert queries.on_paper(town.branch, by=town.actor("secretary")) == []


def test_an_answer_after_an_hour_needs_the_slip_again(town, client, app):
    start = clock.now()
    with time_machine.travel(start, tick=False) as moved:
        phone = Phone(client, config_of_house(), "member")
        slip = access.issue_code(town.people["member"], by=city.BY)
        phone.say(f"绑定 {slip} 陈国强")
        moved.shift(dt.timedelta(minutes=61))
        assert phone.say("同意") == binding.NothingAsked().message
        phone.say(f"绑定 {slip} 陈国强")
        assert "绑定成功" in phone.say("同意")


def test_one_slip_binds_one_account_whoever_saw_it(phone, slip, client, db):
    other = Phone(client, config_of_house(), "somebody else")
    for one in (phone, other):
        assert "同意" in one.say(f"绑定 {slip} 陈国强")
    assert "绑定成功" in phone.say("同意")
    assert "没有成功" in other.say("同意")
    assert rows(db, "binding") == 1


def test_a_guesser_learns_nothing_and_kills_the_slip(phone, slip, client, db):
    guesser = Phone(client, config_of_house(), "guesser")
    answers = {guesser.say(f"绑定 {slip} 王五{n}") for n in range(5)}
    assert len(answers) == 1
    assert rows(db, "pending_binding") == 0
    assert "没有成功" in phone.say(f"绑定 {slip} 陈国强")


def test_a_yes_to_nothing_binds_nobody(phone, town, db):
    assert "没有等您答复的绑定" in phone.say("同意")
    assert rows(db, "binding") == 0


def test_consent_is_taken_back_by_a_word(phone, slip, town, db):
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("同意")
    assert phone.say("撤回同意") == replies.WITHDRAWN_CONSENT

    assert db.session.execute(sa.text("SELECT openid_digest, openid_sealed FROM binding")).one() == (
        None,
        None,
    )
    assert db.session.execute(
        sa.text("SELECT given_at IS NULL, withdrawn_at IS NULL FROM consent")
    ).one() == (
        False,
        False,
    )
    assert "绑定码" in phone.say("我的积分")
    assert [p.name for p in queries.on_paper(town.branch, by=town.actor("secretary"))] == ["陈国强"]


def test_a_new_version_asks_again_once(phone, slip, town, db, monkeypatch):
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("同意")
    newer = privacy_text.parse(privacy_text.FILE.read_text("utf-8").replace("2026.4", "2027.1"))
    monkeypatch.setattr(privacy_text, "load", lambda: newer)

    assert phone.say("我的积分").startswith(replies.TEXT_CHANGED)
    assert "今天能看到您信息的岗位" in phone.say("谁能看到我")
    assert phone.say("同意") == replies.RENEWED
    assert "60分" in phone.say("我的积分")
    versions = db.session.scalars(sa.text("SELECT version FROM consent ORDER BY id")).all()
    assert versions == ["2026.4", "2027.1"]


def test_a_yes_to_a_version_that_changed_meanwhile_shows_the_new_one(phone, slip, db, monkeypatch):
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("同意")
    text = privacy_text.FILE.read_text("utf-8")
    for version in ("2027.1", "2027.2"):
        newer = privacy_text.parse(text.replace("2026.4", version))
        monkeypatch.setattr(privacy_text, "load", lambda newer=newer: newer)
        if version == "2027.1":
            assert phone.say("我的积分").startswith(replies.TEXT_CHANGED)
    assert phone.say("同意").startswith(replies.TEXT_CHANGED)
    assert db.session.scalars(sa.text("SELECT version FROM consent")).all() == ["2026.4"]
    assert phone.say("同意") == replies.RENEWED
    assert "2027.2" in db.session.scalars(sa.text("SELECT version FROM consent")).all()


def test_a_first_yes_is_to_the_version_that_was_shown(phone, slip, db, monkeypatch):
    phone.say(f"绑定 {slip} 陈国强")
    newer = privacy_text.parse(privacy_text.FILE.read_text("utf-8").replace("2026.4", "2027.1"))
    monkeypatch.setattr(privacy_text, "load", lambda: newer)
    assert "没有等您答复的绑定" in phone.say("同意")
    assert rows(db, "binding") == 0


def test_a_no_to_a_new_version_ends_the_binding(phone, slip, town, db, monkeypatch):
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("同意")
    newer = privacy_text.parse(privacy_text.FILE.read_text("utf-8").replace("2026.4", "2027.1"))
    monkeypatch.setattr(privacy_text, "load", lambda: newer)

    assert phone.say("不同意") == replies.WITHDRAWN_CONSENT
    assert phone.openid not in shown(db)
    assert db.session.scalar(sa.text("SELECT count(*) FROM binding WHERE ended_at IS NULL")) == 0


def test_a_number_still_decides_a_report(phone, slip):
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("同意")
    assert "没有找到42号" in phone.say("同意 42")
    assert phone.say("不同意") == replies.DISAGREE_HOW


def test_who_sees_me_names_posts_and_exports(phone, slip, town):
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("同意")
    said = phone.say("谁能看到我")
    who, what, only, little, why, taken, more = said.split("\n\n")
    assert who.startswith("今天能看到您信息的岗位：\n· 机关第一党支部：支部书记、支部副书记")
    assert "· 市林业局：机关党建办、机关党委" in who
    assert "· 市直机关工委：工委办公室、工委领导" in who
    assert what.startswith("他们看得到：姓名和任职，积分和上报，")
    assert "· 绑定和通知：支部书记、支部副书记、" in only
    assert "· 机关第一党支部：党员，公示名单" in little
    assert why.startswith("看得到是为了确认上报")
    assert taken == "没有人导出过含您的名单。"
    assert "“我的首页”的“谁能看到我”" in more
    assert max(len(group) for group in said.split("\n")) < 70
    assert "系统管理员" not in said
    assert "机关第二党支部" not in said

    exports.printed(what="积分公示", people=[town.people["member"]], by=town.actor("office"))
    exports.printed(what="别人的", people=[town.people["colleague"]], by=town.actor("office"))
    said = phone.say("谁能看到我")
    assert "钱办 积分公示" in said
    assert "别人的" not in said


def test_the_whole_text_is_for_everybody(client, town):
    page = client.get("/m/privacy")
    assert page.status_code == 200
    for head in ("谁处理您的信息", "保存多久", "不同意会怎样", "您的权利"):
        assert head in page.text
    assert "{" not in page.text


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param('version = "2026.4"', "", "version", id="no version"),
        pytest.param("没有任何影响", "后果自负", "没有写到", id="no word that a no costs nothing"),
        pytest.param("{committee}", "{openid}", "不能填入", id="something else filled in"),
        pytest.param("notice = ", "colour = 1\nnotice = ", "没有这样的项目", id="an unknown key"),
        pytest.param("绑定之前", "绑定之前" * 200, "最多600字", id="too long for a bubble"),
    ],
)
def test_a_faulty_text_is_told(old, new, says):
    with pytest.raises(privacy_text.BadPrivacyText, match=says):
        privacy_text.parse(privacy_text.FILE.read_text("utf-8").replace(old, new))
