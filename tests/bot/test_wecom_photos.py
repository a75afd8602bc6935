"""Photos in WeCom: taken as WeChat's are, fetched from WeCom itself, asked for again where they came from."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from bot.simulator import acts
from jifen.access import queries as access
from jifen.core.db import db as database
from jifen.files import service as files
from jifen.points import photos
from tests import city
from tests.bot.test_photos import HONOUR, TUESDAY, rows
from tests.bot.wecom_phone import WeCom, fresh_id
from tests.files.pictures import jpeg


@pytest.fixture
def town(db):
    with time_machine.travel(TUESDAY, tick=False):
        yield city.build(photos=True)


@pytest.fixture
def held():
    """What the platforms hold, by door and MediaId; what they do not hold is gone."""
    found: dict[tuple[str, str], bytes] = {}
    before = list(files._fetcher)
    files.use(lambda media_id, door: found.get((door, media_id), "gone"))
    yield found
    files._fetcher[:] = before


def test_a_photo_first_then_digits(in_wecom):
    secretary = in_wecom("secretary")
    shown = secretary.photo("m1")
    assert "收到照片" in shown
    assert "您要上报哪一项？回复序号" in shown
    secretary.say("个人荣誉 昨天")
    secretary.say("1")
    assert "照片：已有1张" in secretary.say("林党3号")
    assert "编号1" in secretary.say("1")
    assert rows() == [("awaited", True)]


def test_an_album_gets_one_answer_and_every_copy_of_a_push_the_same(in_wecom):
    secretary = in_wecom("secretary")
    secretary.say(HONOUR)
    answers = [secretary.photo(f"m{n}") for n in range(5)]
    assert [bool(one) for one in answers] == [True, False, False, False, False]
    assert "附在1号上报后面。一条上报最多三张" in answers[0]
    assert rows() == [("awaited", True)] * 3
    again = secretary.push(acts.image("m2", fresh_id()), copies=3)
    assert again == [""] * 3


def test_what_was_begun_in_wechat_takes_the_photo_that_comes_by_wecom(phone, in_wecom, held):
    in_wechat, secretary = phone("secretary"), in_wecom("secretary")
    held["wechat", "a"], held["wecom", "b"] = jpeg(), jpeg(colour="blue")
    in_wechat.say(HONOUR)
    assert "附在1号上报后面" in secretary.photo("b")
    in_wechat.send("image", MediaId="a")
    photos.fetch_due()
    assert rows() == [("stored", True)] * 2, "each is fetched from the platform that holds it"


def test_what_was_lost_is_asked_for_where_it_came_from(phone, in_wecom, held, town):
    in_wechat, secretary = phone("secretary"), in_wecom("secretary")
    secretary.say(HONOUR)
    secretary.photo("a")
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=1), tick=False):
        in_wechat.send("image", MediaId="b")
        photos.fetch_due()
    assert rows() == [("expired", True)] * 2
    notices = database.session.execute(
        sa.text("SELECT member_id, data FROM notice WHERE kind = 'photo_again' ORDER BY id")
    )
    first = [access.addresses(member, data).wecom_first for member, data in notices]
    assert first == [True, False]
    with time_machine.travel(TUESDAY + dt.timedelta(days=1), tick=False):
        held["wecom", "c"] = jpeg()
        assert "附在1号上报后面" in secretary.photo("c")
        photos.fetch_due()
    assert ("stored", True) in rows()


def test_the_same_photo_by_two_doors_is_a_doubt_to_whoever_decides(phone, in_wecom, held):
    secretary, deputy, member = in_wecom("secretary"), in_wecom("deputy"), phone("member")
    held["wechat", "a"] = held["wecom", "b"] = jpeg()
    member.say(HONOUR)
    member.send("image", MediaId="a")
    deputy.say(HONOUR)
    deputy.photo("b")
    photos.fetch_due()
    shown = secretary.say("看 1")
    assert "照片：1张已收到" in shown
    assert "请向本人了解" in shown


def test_a_stranger_s_photo_is_not_kept(client, town):
    assert "绑定企业微信" in WeCom(client, "nobody").photo("m1")
    assert rows() == []
