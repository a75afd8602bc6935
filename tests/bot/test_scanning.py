"""The QR code on a branch's screen, and who follows the account: from the events that WeChat pushes."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa
import time_machine

from bot import outbound, replies
from bot.callback import config_of_house
from jifen.access import binding, following, queries_bindings, screens
from jifen.access import service as access
from jifen.core import clock, house
from jifen.core.db import transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.notices import sending
from jifen.notices import service as notices
from jifen.wechat.client import Unreachable
from jifen.wechat.qr import QrCode
from tests import city
from tests.bot.phone import Phone

HOW_IT_ENDS = "请支部在电脑上重新打开一个"


@pytest.fixture
def town(db):
    return city.build()


@pytest.fixture
def phones(client, app):
    return lambda who: Phone(client, config_of_house(), who)


@pytest.fixture
def screen(town):
    """A QR code for the member, by the secretary; its id."""
    return screens.show(town.people["member"], by=town.actor("secretary"))


def scene_of(db, code_id: int) -> str:
    sealed = db.session.scalar(sa.text("SELECT scene_sealed FROM bind_code WHERE id = :id"), {"id": code_id})
    return house.cipher().decrypt(sealed, purpose="bind_scene")


def test_a_follower_scans_reads_and_agrees(phones, town, screen, db):
    phone = phones("member")
    said = phone.event("SCAN", scene_of(db, screen))
    assert "谁处理：市直机关工委" in said
    assert "陈国强" not in said
    assert db.session.scalar(sa.text("SELECT count(*) FROM binding")) == 0
    assert screens.screen(screen, by=town.actor("secretary")).state == "scanned"
    assert "绑定成功，陈国强同志" in phone.say("同意")
    assert screens.screen(screen, by=town.actor("secretary")).state == "done"
    assert "60分" in phone.say("我的积分")


def test_who_follows_by_the_code_is_asked_at_once(phones, screen, db):
    phone = phones("member")
    said = phone.event("subscribe", f"qrscene_{scene_of(db, screen)}")
    assert "“同意”" in said
    assert "绑定成功" in phone.say("同意")


def test_copies_of_one_scan_get_one_answer(phones, screen, db):
    phone, scene = phones("member"), scene_of(db, screen)
    at = clock.now()
    assert phone.event("SCAN", scene, at=at) == phone.event("SCAN", scene, at=at)
    assert db.session.scalar(sa.text("SELECT count(*) FROM pending_binding")) == 1


def test_the_first_phone_has_it(phones, screen, db):
    mine, other, scene = phones("member"), phones("bystander"), scene_of(db, screen)
    assert "“同意”" in mine.event("SCAN", scene)
    assert HOW_IT_ENDS in other.event("SCAN", scene)
    assert "没有等您答复的绑定" in other.say("同意")
    assert "“同意”" in mine.event("SCAN", scene, at=clock.now() + dt.timedelta(seconds=3))
    assert "绑定成功" in mine.say("同意")
    assert HOW_IT_ENDS in other.event("SCAN", scene, at=clock.now() + dt.timedelta(seconds=6))


def test_a_no_ends_the_code(phones, screen, town, db):
    phone, scene = phones("member"), scene_of(db, screen)
    phone.event("SCAN", scene)
    assert phone.say("不同意") == replies.DECLINED
    assert screens.screen(screen, by=town.actor("secretary")).state == "over"
    assert HOW_IT_ENDS in phone.event("SCAN", scene, at=clock.now() + dt.timedelta(seconds=3))


def test_ten_minutes_for_the_scan_and_an_hour_for_the_answer(phones, town, db):
    with time_machine.travel(clock.now(), tick=False) as moved:
        first = screens.show(town.people["member"], by=town.actor("secretary"))
        scene = scene_of(db, first)
        moved.shift(dt.timedelta(minutes=10))
        assert HOW_IT_ENDS in phones("member").event("SCAN", scene)
        assert screens.screen(first, by=town.actor("secretary")).state == "over"

        second = screens.show(town.people["member"], by=town.actor("secretary"))
        scene = scene_of(db, second)
        moved.shift(dt.timedelta(minutes=9))
        assert "“同意”" in phones("member").event("SCAN", scene)
        moved.shift(dt.timedelta(minutes=50))
        assert "绑定成功" in phones("member").say("同意")


def test_an_answer_after_an_hour_is_too_late(phones, town, db):
    with time_machine.travel(clock.now(), tick=False) as moved:
        code = screens.show(town.people["member"], by=town.actor("secretary"))
        phones("member").event("SCAN", scene_of(db, code))
        moved.shift(dt.timedelta(minutes=61))
        assert phones("member").say("同意") == binding.NothingAsked().message
        assert screens.screen(code, by=town.actor("secretary")).state == "over"


def test_a_newer_screen_ends_the_older_and_no_paper(phones, town, db):
    slip = access.issue_code(town.people["member"], by=city.BY)
    old = screens.show(town.people["member"], by=town.actor("secretary"))
    scene = scene_of(db, old)
    screens.show(town.people["member"], by=town.actor("secretary"))
    assert HOW_IT_ENDS in phones("member").event("SCAN", scene)
    assert "“同意”" in phones("member").say(f"绑定 {slip} 陈国强")


def test_what_is_left_over_dies_with_the_binding(phones, town, screen, db):
    slip = access.issue_code(town.people["member"], by=city.BY)
    scene = scene_of(db, screen)
    phone = phones("member")
    phone.say(f"绑定 {slip} 陈国强")
    phone.say("同意")
    access.unbind(town.people["member"], by=town.actor("secretary"))
    assert HOW_IT_ENDS in phones("other").event("SCAN", scene)


def test_guessed_scenes_are_counted(phones, town, screen, db):
    guesser = phones("guesser")
    start = clock.now()
    said = [guesser.event("SCAN", f"bind:guess{n}", at=start + dt.timedelta(seconds=n)) for n in range(6)]
    assert all(HOW_IT_ENDS in one for one in said[:5])
    assert said[5] == binding.GuessedTooOften(wait="一小时").message
    late = guesser.event("SCAN", scene_of(db, screen), at=start + dt.timedelta(seconds=9))
    assert late == binding.GuessedTooOften(wait="一小时").message


def test_a_bound_account_and_a_bound_member_are_refused_with_what_to_do(phones, town, db):
    member = phones("member")
    member.say(f"绑定 {access.issue_code(town.people['member'], by=city.BY)} 陈国强")
    member.say("同意")
    other = screens.show(town.people["colleague"], by=town.actor("secretary"))
    assert member.event("SCAN", scene_of(db, other)) == replies.ALREADY
    assert "联系所在支部解除" in replies.ALREADY
    with pytest.raises(binding.AlreadyBound, match="联系支部办理"):
        screens.show(town.people["member"], by=town.actor("secretary"))


@pytest.mark.parametrize(
    ("by", "may"), [("secretary", True), ("office", True), ("other_secretary", False), ("member", False)]
)
def test_whose_screen_it_may_be(town, screen, by, may):
    if may:
        screens.show(town.people["member"], by=town.actor(by))
        assert screens.screen(screen, by=town.actor(by)).name == "陈国强"
    else:
        with pytest.raises(Forbidden):
            screens.show(town.people["member"], by=town.actor(by))
        with pytest.raises(Forbidden):
            screens.screen(screen, by=town.actor(by))


def test_a_slip_is_no_screen(town):
    access.issue_code(town.people["member"], by=city.BY)
    with pytest.raises(NotFound):
        screens.screen(1, by=town.actor("secretary"))


def test_the_picture_is_asked_for_outside_and_the_scene_goes_then(town, screen, db, monkeypatch):
    asked = []

    def create(_client, scene, *, seconds):
        assert not db.session.info.get("depth")
        asked.append((scene, seconds))
        return QrCode("http://weixin.qq.com/q/TEST", seconds)

    monkeypatch.setattr(screens.qr, "create", create)
    scene = scene_of(db, screen)
    assert screens.screen(screen, by=town.actor("secretary")).state == "making"
    screens.make(screen)
    screens.make(screen)
    assert asked == [(scene, pytest.approx(600, abs=2))]
    shown = screens.screen(screen, by=town.actor("secretary"))
    assert (shown.state, shown.url) == ("shown", "http://weixin.qq.com/q/TEST")
    assert db.session.scalar(sa.text("SELECT scene_sealed FROM bind_code")) is None
    # A backup of the database, or a look into it, opens nothing.
    assert scene not in str(db.session.execute(sa.text("SELECT * FROM bind_code")).all())


def test_where_wechat_does_not_answer_it_is_tried_again(town, screen, monkeypatch):
    def gone(*_args, **_kwargs):
        raise Unreachable("ReadTimeout", maybe_done=True)

    monkeypatch.setattr(screens.qr, "create", gone)
    with pytest.raises(Unreachable):
        screens.make(screen)
    assert screens.screen(screen, by=town.actor("secretary")).state == "making"


def test_two_phones_that_scan_at_once_bind_one(fresh_app, settings):
    with fresh_app.app_context():
        town = city.build()
        code = screens.show(town.people["member"], by=town.actor("secretary"))
        scene = scene_of(fresh_app.extensions["sqlalchemy"], code)
    together, said = threading.Barrier(4), []

    def scan(n):
        with fresh_app.app_context():
            together.wait()
            try:
                screens.begin(f"openid-{n}", scene)
                said.append("asked")
            except screens.BadScreen:
                said.append("refused")

    threads = [threading.Thread(target=scan, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(said) == ["asked", "refused", "refused", "refused"]


# --- following -----------------------------------------------------------------


@pytest.fixture
def bound(phones, town):
    phone = phones("member")
    phone.say(f"绑定 {access.issue_code(town.people['member'], by=city.BY)} 陈国强")
    phone.say("同意")
    return phone


def test_who_leaves_gets_nothing_and_keeps_everything(bound, town, db):
    phone, member = bound, town.people["member"]
    assert following.follows(member)
    assert phone.event("unsubscribe", at=clock.now() + dt.timedelta(seconds=1)) == ""
    assert not following.follows(member)
    with transaction():
        notices.queue_many(kind="account_changed", rows=[("k1", member, {"what": "password"})])
    sending.send_some()
    owed = sa.text("SELECT state, reason FROM notice WHERE key = 'k1'")
    assert db.session.execute(owed).one() == ("waits", "unfollowed")
    assert db.session.scalar(sa.text("SELECT count(*) FROM binding WHERE ended_at IS NULL")) == 1
    assert db.session.scalar(sa.text("SELECT count(*) FROM consent WHERE withdrawn_at IS NULL")) == 1

    assert replies.WELCOME in phone.event("subscribe", at=clock.now() + dt.timedelta(seconds=5))
    assert following.follows(member)
    assert "60分" in phone.say("我的积分")


def test_events_in_another_order_end_as_they_happened(bound, town):
    now = clock.now()
    bound.event("subscribe", at=now + dt.timedelta(seconds=9))
    bound.event("unsubscribe", at=now + dt.timedelta(seconds=4))
    assert following.follows(town.people["member"])


def test_a_scan_by_who_comes_back_restores_too(bound, town, db):
    now = clock.now()
    other = screens.show(town.people["colleague"], by=town.actor("secretary"))
    bound.event("unsubscribe", at=now + dt.timedelta(seconds=1))
    bound.event("subscribe", f"qrscene_{scene_of(db, other)}", at=now + dt.timedelta(seconds=3))
    assert following.follows(town.people["member"])


def test_a_stranger_who_leaves_is_forgotten(phones, town, db):
    phone = phones("stranger")
    phone.say(f"绑定 {access.issue_code(town.people['member'], by=city.BY)} 陈国强")
    assert phone.event("unsubscribe") == ""
    assert db.session.scalar(sa.text("SELECT count(*) FROM pending_binding")) == 0
    assert phones("never seen").event("unsubscribe") == ""


def test_who_was_unbound_is_told_though_nobody_is_bound(bound, town, monkeypatch):
    sent = []
    monkeypatch.setattr(
        outbound, "client", lambda: type("C", (), {"send_template": lambda _, **v: sent.append(v)})()
    )
    access.unbind(town.people["member"], by=town.actor("secretary"))
    sending.send_some()
    assert [one["openid"] for one in sent] == [bound.openid]
    assert "绑定已由组织解除" in str(sent[0]["data"])


def test_the_office_of_the_city_is_told_of_no_binding(town):
    """Another branch's list is not there for anybody above."""

    assert [one.name for one in queries_bindings.branch_bindings(town.branch, by=town.actor("secretary"))]
    for who in ("other_secretary", "office", "organ", "leader", "wc_office", "it", "member"):
        with pytest.raises(NotFound):
            queries_bindings.branch_bindings(town.branch, by=town.actor(who))
