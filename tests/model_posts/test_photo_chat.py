"""One's own photo of a model post, sent in the chat: after one's yes, one of an album, gone with the yes."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import queries as access
from jifen.core import clock
from jifen.core.db import db as database
from jifen.files import service as files
from jifen.jobs import work_photos
from jifen.model_posts import consents, reviewing, service
from tests import city
from tests.files.pictures import jpeg
from tests.model_posts.posts_town import applied, at, granted


@pytest.fixture
def town(db):
    with at():
        yield city.build(photos=True)


@pytest.fixture
def platform():
    """What WeChat holds, by MediaId; what it does not hold is gone."""
    held: dict[str, bytes] = {}
    before = list(files._fetcher)
    files.use(lambda media_id, _door: held.get(media_id, "gone"))
    yield held
    files._fetcher[:] = before


def rows() -> list[tuple[str, int | None, int | None]]:
    database.session.rollback()
    found = sa.text("SELECT state, model_post_id, report_id FROM photo ORDER BY id")
    return list(database.session.execute(found).tuples())


def later(seconds: int):
    return time_machine.travel(clock.now() + dt.timedelta(seconds=seconds), tick=False)


HONOUR = "上报 个人荣誉 昨天 1次 本单位 文号 林党〔2026〕3号"


def asked(phone, town):
    """Return a plate, and its person's telephone, who said yes and was asked for the photo."""
    plate, member = granted(town), phone("member")
    consents.agree(plate.id, "photo", by=town.actor("member"))
    assert "请现在发一张您本人的照片" in member.say(f"放照片 岗{plate.id}")
    return plate, member


def test_by_digits_alone_from_the_list_to_the_wall(phone, town, platform, client):
    plate, member = granted(town), phone("member")
    shown = member.say("示范岗")
    assert f"1 岗{plate.id} 林权登记岗" in shown
    shown = member.say("1")
    assert "您的照片：没有放" in shown
    shown = member.say("2")
    assert "任何人打开网页都能看到" in shown
    assert not rows()
    assert "请现在发一张您本人的照片" in member.say("1")
    platform["m1"] = jpeg()
    answers = [member.send("image", MediaId=f"m{n}") for n in (1, 2, 3)]
    assert [bool(one) for one in answers] == [True, False, False]
    assert "只用第一张" in answers[0]
    assert rows() == [("awaited", plate.id, None)]
    work_photos.fetch()
    assert rows() == [("stored", plate.id, None)]
    page = client.get(f"/plates/{plate.public_id}").text
    assert "/photos/" in page
    assert "陈国强" not in page
    # Taken back, it is gone at once.
    member.say(f"看 岗{plate.id}")
    assert "请核对" in member.say("3")
    assert "已撤下并删除您的照片" in member.say("1")
    assert not rows()
    assert "/photos/" not in client.get(f"/plates/{plate.public_id}").text


def test_another_photo_stands_in_place_of_the_first_once_it_is_there(phone, town, platform):
    plate, member = granted(town), phone("member")
    consents.agree(plate.id, "photo", by=town.actor("member"))
    platform |= {"m1": jpeg(), "m2": jpeg()}
    member.say(f"放照片 岗{plate.id}")
    member.send("image", MediaId="m1")
    work_photos.fetch()
    assert "请现在发一张您本人的照片" in member.say("1")
    with later(60):
        member.send("image", MediaId="m2")
        assert [one[0] for one in rows()] == ["stored", "awaited"]
        work_photos.fetch()
        assert [one[0] for one in rows()] == ["stored"]


def test_a_photo_sent_afterwards_is_not_put_on_the_wall(phone, town, platform):
    plate, member = granted(town), phone("member")
    consents.agree(plate.id, "photo", by=town.actor("member"))
    member.say("放照片")
    assert "请现在发" in member.say("1")
    member.send("image", MediaId="m1")
    with later(60):
        assert "先替您留十分钟" in member.send("image", MediaId="m2")
    assert rows() == [("awaited", plate.id, None), ("awaited", None, None)]


def test_a_photo_for_the_wall_is_no_material_of_a_report(phone, town, platform):
    plate, member = asked(phone, town)
    member.send("image", MediaId="m1")
    member.say("个人荣誉 昨天")
    member.say("1")
    assert "照片：还没有" in member.say("林党3号")
    assert "编号1" in member.say("1")
    assert rows() == [("awaited", plate.id, None)]
    with pytest.raises(sa.exc.IntegrityError, match="one_purpose"):
        database.session.execute(sa.text("UPDATE photo SET report_id = (SELECT id FROM report)"))
    database.session.rollback()


def test_a_photo_for_a_report_that_was_filed_meanwhile_is_not_put_on_the_wall(phone, town, platform):
    _, member = asked(phone, town)
    with later(20):
        assert "编号1" in member.say(HONOUR)
    with later(40):
        assert "附在1号上报后面" in member.send("image", MediaId="m1")
    assert [post for _, post, _ in rows()] == [None]


def test_a_photo_that_was_sent_before_it_was_asked_for_is_not_put_on_the_wall(phone, town, platform):
    before = clock.now()
    with later(60):
        _, member = asked(phone, town)
        assert "先替您留十分钟" in member.send("image", MediaId="m1", at=before)
    assert [post for _, post, _ in rows()] == [None]


def test_another_photo_is_taken_however_soon_it_follows(phone, town, platform):
    plate, member = asked(phone, town)
    member.send("image", MediaId="m1")
    with later(3):
        assert "请现在发一张您本人的照片" in member.say("1")
    with later(7):
        answers = [member.send("image", MediaId=f"m{n}") for n in (2, 3)]
    assert ["只用第一张" in one for one in answers] == [True, False]
    left = database.session.execute(sa.text("SELECT media_id, model_post_id FROM photo")).all()
    assert left == [("m2", plate.id)]


def test_what_does_not_come_is_asked_for_once(phone, town, platform):
    plate, member = granted(town), phone("member")
    consents.agree(plate.id, "photo", by=town.actor("member"))
    platform["m1"] = b"no picture"
    member.say(f"放照片 岗{plate.id}")
    member.send("image", MediaId="m1")
    for _ in range(2):
        work_photos.fetch()
    assert not rows()
    told = sa.text("SELECT count(*) FROM notice WHERE kind = 'model_post_told' AND data ->> 'what' = 'photo'")
    assert database.session.scalar(told) == 1


def test_one_that_was_sent_in_wecom_is_asked_for_there(in_wecom, town, platform):
    plate, member = granted(town), in_wecom("member")
    consents.agree(plate.id, "photo", by=town.actor("member"))
    assert "请现在发一张您本人的照片" in member.say(f"放照片 岗{plate.id}")
    assert "只用第一张" in member.photo("m1")
    work_photos.fetch()
    data = database.session.scalar(sa.text("SELECT data FROM notice WHERE kind = 'model_post_told'"))
    assert access.addresses(town.people["member"], data).wecom_first


def test_a_yes_taken_back_before_it_came_keeps_nothing(phone, town, platform):
    plate, member = granted(town), phone("member")
    consents.agree(plate.id, "photo", by=town.actor("member"))
    platform["m1"] = jpeg()
    member.say(f"放照片 岗{plate.id}")
    member.send("image", MediaId="m1")
    member.say(f"撤下照片 岗{plate.id}")
    work_photos.fetch()
    assert not rows()


def test_a_post_that_ended_meanwhile_takes_none(phone, town, platform):
    row, member = applied(town), phone("member")
    consents.agree(row.id, "photo", by=town.actor("member"))
    member.say(f"放照片 岗{row.id}")
    service.cancel(row.id, by=town.actor("member"))
    answers = [member.send("image", MediaId=f"m{n}") for n in (1, 2)]
    assert "不能上墙" in answers[0]
    assert rows() == [("awaited", None, None)]  # the second one waits for a report, and is forgotten
    assert "不能上墙" in member.say(f"放照片 岗{row.id}")


def test_a_plate_that_was_taken_down_takes_none(phone, town, platform):
    plate, member = granted(town), phone("member")
    consents.agree(plate.id, "photo", by=town.actor("member"))
    reviewing.withdraw(plate.id, reason="投诉属实", by=town.actor("secretary"))
    assert "不能上墙" in member.say(f"放照片 岗{plate.id}")
    with pytest.raises(Exception, match="不能上墙"):
        consents.show(plate.id, jpeg(), by=town.actor("member"))


@pytest.mark.parametrize("who", ["colleague", "secretary", "stranger"])
def test_nobody_shows_himself_at_a_post_of_others(phone, town, platform, who):
    plate, somebody = granted(town), phone(who)
    assert "请现在发" not in somebody.say(f"放照片 岗{plate.id}")
    assert "同意" not in somebody.say(f"放照片 岗{plate.id} 确认")
    somebody.send("image", MediaId="m1")
    assert all(post is None for _, post, _ in rows())
