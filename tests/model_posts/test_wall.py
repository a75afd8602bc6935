"""What strangers see: by consent only, fresh at every look; and answers that nobody can stuff."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
import sqlalchemy as sa

from jifen.core.db import db
from jifen.core.errors import Forbidden, NotFound
from jifen.files import service as files
from jifen.members import service as members
from jifen.model_posts import consents, errors, reviewing, settings
from jifen.model_posts import wall as doors
from jifen.model_posts.models import ModelPostPerson
from jifen.web import limits
from tests import city
from tests.files.pictures import jpeg
from tests.model_posts.posts_town import DAY, at, granted
from tests.model_posts.test_story import tap


@pytest.fixture
def town(db):
    with at():
        yield city.build()


@pytest.fixture
def plate(town):
    return granted(town)


@pytest.fixture
def address(plate):
    return f"/plates/{plate.public_id}"


def test_a_copy_is_asked_about_and_told_old_when_a_consent_goes(town, client, plate, address):
    member = town.actor("member")
    consents.agree(plate.id, "name", by=member)
    first = client.get(address)
    assert first.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in first.headers
    tag = {"If-None-Match": first.headers["ETag"]}
    assert client.get(address, headers=tag).status_code == 304
    wall = client.get("/wall")
    consents.take_back(plate.id, "name", by=member)
    again = client.get(address, headers=tag)
    assert (again.status_code, "陈国强" in again.text) == (200, False)
    walled = client.get("/wall", headers={"If-None-Match": wall.headers["ETag"]})
    assert (walled.status_code, "陈国强" in walled.text) == (200, False)


def test_a_photo_goes_with_its_consent(town, client, plate, address):
    member = town.actor("member")
    with pytest.raises(errors.AgreeFirst):
        consents.show(plate.id, jpeg(), by=member)
    consents.agree(plate.id, "photo", by=member)
    photo = consents.show(plate.id, jpeg(), by=member)
    assert files.forget_alone() == 0
    picture = client.get(f"{address}/photos/{photo}")
    assert (picture.status_code, picture.mimetype) == (200, "image/jpeg")
    tag = {"If-None-Match": picture.headers["ETag"]}
    assert client.get(f"{address}/photos/{photo}", headers=tag).status_code == 304
    consents.take_back(plate.id, "photo", by=member)
    assert client.get(f"{address}/photos/{photo}", headers=tag).status_code == 404
    assert "photos/" not in client.get(address).text
    assert db.session.scalar(sa.text("SELECT count(*) FROM photo")) == 0


def test_the_words_agreed_to_are_kept_and_new_words_are_asked_anew(town, client, plate, address, monkeypatch):
    made = consents.agree(plate.id, "name", by=town.actor("member"))
    assert made.words == settings.load().consent["name"]
    changed = settings.FILE.read_text("utf-8").replace('version = "2026.1"', 'version = "2026.2"')
    monkeypatch.setattr(settings, "load", lambda: settings.parse(changed))
    assert "陈国强" not in client.get(address).text
    again = consents.agree(plate.id, "name", by=town.actor("member"))
    assert (again.version, made.withdrawn_at is not None) == ("2026.2", True)
    assert "陈国强" in client.get(address).text


@pytest.mark.parametrize("who", ["secretary", "colleague", "stranger", "organ"])
def test_nobody_agrees_for_another(town, plate, who):
    with pytest.raises((NotFound, Forbidden)):
        consents.agree(plate.id, "name", by=town.actor(who))


def test_five_hundred_answers_from_one_address_are_twenty(town, client, address, monkeypatch):
    monkeypatch.setattr(doors, "_ANSWERS", limits.Window(10_000))
    ticket = re.search(r'name="ticket" value="([^"]+)"', client.get(address).text)[1]
    got = [
        client.post(
            f"{address}/answers",
            data={"ticket": ticket, "answer": "good"},
            headers={"User-Agent": f"phone {n}"},
        ).status_code
        for n in range(500)
    ]
    assert (got.count(303), got.count(429)) == (20, 480)
    assert db.session.scalar(sa.text("SELECT sum(count) FROM model_post_tally")) == 20


def test_a_minute_bears_so_many_answers_of_an_address(client, address, monkeypatch):
    monkeypatch.setattr(doors, "_ANSWERS", limits.Window(3))
    got = [client.post(f"{address}/answers", data={}).status_code for _ in range(5)]
    assert got == [409, 409, 409, 429, 429]


def test_one_telephone_answers_once_a_day_and_leaves_nothing(client, address):
    assert tap(client, address, "good", browser="甲").status_code == 303
    assert tap(client, address, "good", browser="甲").status_code == 409
    assert tap(client, address, "fair", browser="乙").status_code == 303
    rows = db.session.execute(sa.text("SELECT * FROM model_post_mark")).all()
    assert not any("198.51" in str(row) or "甲" in str(row) for row in rows)


@pytest.mark.parametrize(
    ("answer", "ticket", "headers", "status"),
    [
        ("good", "forged", {}, 409),
        ("nothing", None, {}, 422),
        ("good", None, {"Sec-Fetch-Site": "cross-site"}, 409),
    ],
)
def test_what_is_no_tap_of_a_citizen(client, address, answer, ticket, headers, status):
    real = re.search(r'name="ticket" value="([^"]+)"', client.get(address).text)[1]
    sent = client.post(
        f"{address}/answers", data={"ticket": ticket or real, "answer": answer}, headers=headers
    )
    assert sent.status_code == status
    assert client.get(f"{address}/answers").status_code == 405


def test_a_guessed_number_finds_nothing(client, address):
    answer = client.get("/plates/000000000000000000000000")
    assert (answer.status_code, "没有找到这块牌子" in answer.text) == (404, True)


def test_pages_are_small_and_ask_nobody_else(client, address):
    for path in (address, "/wall"):
        page = client.get(path)
        assert len(page.get_data()) < 8_000
        assert "<script" not in page.text
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', page.text)


def test_who_is_erased_or_whose_plate_is_down_is_not_shown(town, client, plate, address):
    consents.agree(plate.id, "name", by=town.actor("member"))
    reviewing.withdraw(plate.id, reason="投诉属实", by=town.actor("organ"))
    page = client.get(address).text
    assert "陈国强" not in page
    assert "已经不用了" in page


@pytest.fixture
def pictured(town, plate):
    """The member agreed to both, and his photo hangs; its number."""
    member = town.actor("member")
    for what in ("name", "photo"):
        consents.agree(plate.id, what, by=member)
    return consents.show(plate.id, jpeg(), by=member)


def copies(client, address, photo) -> dict[str, str]:
    """Let a stranger keep a copy of wall, plate and photo; returns what each asks about next time."""
    return {
        path: client.get(path).headers["ETag"] for path in ("/wall", address, f"{address}/photos/{photo}")
    }


def nobody_sees_him(client, address, kept) -> None:
    for path, tag in kept.items():
        again = client.get(path, headers={"If-None-Match": tag})
        assert again.status_code == (404 if "photos" in path else 200), path
        assert "陈国强" not in again.text
        assert "photos/" not in again.text
    assert "林权登记岗" in client.get(address).text


def test_who_was_transferred_is_named_no_more_from_that_day_on(town, client, plate, address, pictured):
    kept = copies(client, address, pictured)
    tomorrow = DAY + dt.timedelta(days=1)
    members.transfer(
        town.people["member"],
        town.other_branch,
        on=tomorrow,
        letter="岚直介〔2026〕3号",
        by=town.actor("wc_office"),
    )
    assert client.get(address, headers={"If-None-Match": kept[address]}).status_code == 304
    with at(tomorrow):
        nobody_sees_him(client, address, kept)


def test_who_left_is_named_no_more_and_who_stays_is(town, client, plate, address, pictured):
    db.session.add(ModelPostPerson(post_id=plate.id, member_id=town.people["colleague"]))
    db.session.flush()
    consents.agree(plate.id, "name", by=town.actor("colleague"))
    kept = copies(client, address, pictured)
    end = sa.text("UPDATE membership SET until = :day WHERE member_id = :m")
    db.session.execute(end, {"day": DAY, "m": town.people["member"]})
    nobody_sees_him(client, address, kept)
    assert city.NAMES["colleague"] in client.get(address).text
    # His own no still takes his photo away, though he belongs to no branch.
    consents.take_back(
        plate.id, "photo", by=dataclasses.replace(town.actor("colleague"), member_id=town.people["member"])
    )
    assert db.session.scalar(sa.text("SELECT count(*) FROM photo")) == 0
