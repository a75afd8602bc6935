"""Photos in the chat: first or afterwards, as an album, sent again, seen by whoever decides and by nobody else."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core.db import db as database
from jifen.files import service as files
from jifen.points import photos
from tests import city
from tests.files.pictures import jpeg

TUESDAY = dt.datetime(2026, 11, 24, 1, 0, tzinfo=dt.UTC)
HONOUR = "上报 个人荣誉 昨天 1次 本单位 文号 林党〔2026〕3号"


@pytest.fixture
def town(db):
    with time_machine.travel(TUESDAY, tick=False):
        yield city.build(photos=True)


@pytest.fixture
def platform():
    """What WeChat holds, by MediaId; what it does not hold is gone."""
    held: dict[str, object] = {}
    before = list(files._fetcher)
    files.use(lambda media_id, _door: held.get(media_id, "gone"))
    yield held
    files._fetcher[:] = before


def rows() -> list[tuple[str, bool]]:
    database.session.rollback()
    found = database.session.execute(sa.text("SELECT state, report_id IS NOT NULL FROM photo ORDER BY id"))
    return list(found.tuples())


def test_photo_first_then_digits(phone):
    member = phone("member")
    shown = member.send("image", MediaId="m1")
    assert "收到照片" in shown
    assert "您要上报哪一项？回复序号" in shown
    member.say("个人荣誉 昨天")
    member.say("1")
    shown = member.say("林党3号")
    assert "照片：已有1张" in shown
    assert "编号1" in member.say("1")
    assert rows() == [("awaited", True)]


def test_before_it_is_filed_one_is_told_that_a_photo_is_wanted(phone):
    member = phone("member")
    member.say("个人荣誉 昨天")
    member.say("1")
    assert "照片：还没有。这一项要附照片" in member.say("林党3号")
    assert "照片：已有1张" in member.send("image", MediaId="m1")


def test_an_album_gets_one_answer_also_where_it_holds_too_many(phone):
    member = phone("member")
    member.say(HONOUR)
    answers = [member.send("image", MediaId=f"m{n}") for n in range(5)]
    assert [bool(one) for one in answers] == [True, False, False, False, False]
    assert "附在1号上报后面。一条上报最多三张" in answers[0]
    assert rows() == [("awaited", True)] * 3


def test_a_photo_does_not_take_the_turn_of_words(phone):
    member = phone("member")
    member.say("社区清扫2小时")
    member.send("image", MediaId="m1")
    member.send("image", MediaId="m2")
    assert "请核对" in member.say("2")


def test_what_was_lost_is_asked_for_and_may_be_sent_long_afterwards(phone, platform, town):
    member, secretary = phone("member"), phone("secretary")
    member.say(HONOUR)
    member.send("image", MediaId="m1")
    photos.fetch_due()
    assert "照片没有收到，已请本人重发" in secretary.say("通过 1")
    with time_machine.travel(TUESDAY + dt.timedelta(days=1), tick=False):
        platform["m2"] = jpeg()
        assert "附在1号上报后面" in member.send("image", MediaId="m2")
        photos.fetch_due()
        assert rows() == [("stored", True)]
        assert "已确认：1号" in secretary.say("通过 1")


def test_the_decider_sees_photos_and_is_told_of_a_doubt_on_a_page_of_his_own(phone, platform, client):
    member, colleague, secretary = phone("member"), phone("colleague"), phone("secretary")
    platform["m1"] = platform["m2"] = jpeg()
    for who, media in ((member, "m1"), (colleague, "m2")):
        who.say(HONOUR)
        who.send("image", MediaId=media)
    photos.fetch_due()
    shown = secretary.say("看 2")
    assert "照片：1张已收到" in shown
    assert "请向本人了解，不一定有问题" in shown
    assert "请向本人了解" not in colleague.say("看 2")
    link = re.search(r"/m/look\?ticket=\S+", shown)[0]
    page = client.get(link)
    assert page.status_code == 200
    picture = re.search(r'href="(/m/look/photos/[^"]+)"', page.text)[1].replace("&amp;", "&")
    answer = client.get(picture)
    assert answer.data.startswith(b"\xff\xd8")
    assert answer.headers["Cache-Control"] == "no-store"
    with time_machine.travel(TUESDAY + dt.timedelta(minutes=11), tick=False):
        # Nobody is named here: WeChat is asked first.
        for late in (client.get(link), client.get(picture)):
            assert (late.status_code, late.headers["Location"].startswith("/m/enter?next=")) == (303, True)
            assert b"\xff\xd8" not in late.data
    assert client.get(link[:-2] + "xx").status_code == 401


def test_a_link_to_one_report_opens_the_photos_of_no_other(phone, platform, client):
    member, colleague, secretary = phone("member"), phone("colleague"), phone("secretary")
    platform["m1"], platform["m2"] = jpeg(), jpeg(colour="blue")
    for who, media in ((member, "m1"), (colleague, "m2")):
        who.say(HONOUR)
        who.send("image", MediaId=media)
    photos.fetch_due()
    first, second = database.session.scalars(sa.text("SELECT id FROM photo ORDER BY id"))
    ticket = re.search(r"ticket=(\S+)", secretary.say("看 1"))[1]
    assert client.get(f"/m/look/photos/{first}?ticket={ticket}").status_code == 200
    assert client.get(f"/m/look/photos/{second}?ticket={ticket}").status_code == 404
