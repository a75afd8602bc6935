"""Photos of reports: by WeChat and by the desk, fetched once, shown to whoever decides, gone with the row."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.errors import NotFound
from jifen.files import service as files
from jifen.files import storage
from jifen.files.errors import TooManyPhotos
from jifen.files.models import Photo
from jifen.notices.models import Notice
from jifen.points import deciding, photos, service
from jifen.points.service import Filing
from tests import city
from tests.files.pictures import CAMERA, jpeg, with_place


@pytest.fixture
def town(db):
    return city.build(photos=True)


@pytest.fixture
def platform():
    """What WeChat holds, by MediaId; what it does not hold is gone."""
    held: dict[str, object] = {}
    before = list(files._fetcher)
    files.use(lambda media_id, _door: held.get(media_id, "gone"))
    yield held
    files._fetcher[:] = before


@pytest.fixture
def file(town):
    def filed(who="member", item="E01", **more):
        return service.submit(
            Filing(item=item, occurred_on=clock.today(), evidence="证书12号", level="市级", **more),
            by=town.actor(who),
        )

    return filed


def rows(db, **where):
    return list(db.session.scalars(sa.select(Photo).filter_by(**where).order_by(Photo.id)))


def test_photos_after_the_report_are_fetched_once_and_cleaned(db, town, platform, file):
    report = file()
    member = town.actor("member")
    platform["m1"] = with_place()
    assert photos.receive("m1", by=member) == (report.number, 1)
    assert photos.receive("m1", by=member) == (report.number, 1)
    [photo] = rows(db)
    assert photo.state == "awaited"
    photos.fetch_due()
    photos.fetch_due()
    [photo] = rows(db)
    assert (photo.state, photo.media_id, photo.report_id) == ("stored", None, report.id)
    kept = photos.picture(photo.id, thumb=False, by=town.actor("secretary"))
    assert kept.startswith(b"\xff\xd8")
    assert CAMERA.encode() not in kept
    assert photos.picture(photo.id, thumb=True, by=member).startswith(b"\xff\xd8")


def test_three_at_most(town, platform, file):
    report = file()
    member = town.actor("member")
    for n in range(1, 4):
        assert photos.receive(f"m{n}", by=member) == (report.number, n)
    with pytest.raises(TooManyPhotos):
        photos.receive("m4", by=member)


def test_photos_first_wait_for_the_report(db, town, platform, file):
    member = town.actor("member")
    assert photos.receive("m1", by=member) is None
    assert photos.receive("m2", by=member) is None
    assert files.due() == []
    report = file()
    assert {photo.report_id for photo in rows(db)} == {report.id}
    assert len(files.due()) == 2


def test_where_no_basis_asks_none_is_taken(db, town, platform, file):
    file(item="志愿服务")
    assert photos.receive("m1", by=town.actor("member")) is None
    assert files.due() == []
    db.session.execute(sa.update(Photo).values(received_at=clock.now() - dt.timedelta(hours=1)))
    assert files.forget_alone() == 1


def test_a_report_is_complete_only_with_its_photos(db, town, platform, file):
    report = file()
    platform["m1"] = jpeg()
    photos.receive("m1", by=town.actor("member"))
    with pytest.raises(photos.PhotosAwaited) as refused:
        deciding.approve(report.id, by=town.actor("secretary"))
    assert f"{report.number}号" in refused.value.message
    photos.fetch_due()
    deciding.approve(report.id, by=town.actor("secretary"))


@pytest.mark.parametrize(
    ("came", "state"),
    [
        pytest.param("gone", "expired", id="WeChat has it no more"),
        pytest.param(b"no picture", "unfit", id="no photo"),
    ],
)
def test_what_does_not_come_is_asked_for_again_once(db, town, platform, file, came, state):
    file()
    platform["m1"] = came
    photos.receive("m1", by=town.actor("member"))
    photos.fetch_due()
    photos.fetch_due()
    assert [photo.state for photo in rows(db)] == [state]
    told = list(db.session.scalars(sa.select(Notice).where(Notice.kind == "photo_again")))
    assert [notice.member_id for notice in told] == [town.people["member"]]


def test_it_is_tried_again_later_and_later_until_it_is_too_late(db, town, platform, file):
    file()
    platform["m1"] = "later"
    photos.receive("m1", by=town.actor("member"))
    [photo] = rows(db)
    waits = []
    for _ in range(4):
        files.fetch(photo.id)
        photo = db.session.get(Photo, photo.id)
        waits.append(round((photo.next_at - clock.now()).total_seconds() / 30))
    assert waits == [1, 2, 4, 8]
    photo.received_at = clock.now() - dt.timedelta(days=3)
    db.session.commit()
    files.fetch(photo.id)
    assert db.session.get(Photo, photo.id).state == "expired"


def test_the_same_photo_twice_is_told_to_the_decider_alone(town, file):
    first, second = file(), file("colleague")
    secretary = town.actor("secretary")
    photos.add(first.id, jpeg(), by=town.actor("member"))
    photos.add(second.id, jpeg(), by=town.actor("colleague"))
    assert [one.seen_before for one in photos.of(second.id, by=secretary)] == [True]
    assert [one.seen_before for one in photos.of(first.id, by=secretary)] == [True]
    assert [one.seen_before for one in photos.of(second.id, by=town.actor("colleague"))] == [False]


@pytest.mark.parametrize("who", ["colleague", "stranger", "other_secretary", "it"])
def test_nobody_else_sees_a_photo(db, town, file, who):
    report = file()
    photo_id = photos.add(report.id, jpeg(), by=town.actor("member"))
    with pytest.raises(NotFound):
        photos.picture(photo_id, thumb=True, by=town.actor(who))
    with pytest.raises(NotFound):
        photos.of(report.id, by=town.actor(who))
    with pytest.raises(NotFound):
        photos.add(report.id, jpeg(), by=town.actor(who))


def test_files_go_with_their_rows_and_shared_ones_stay(db, town, file):
    files.sweep()
    first, second = file(), file("colleague")
    photos.add(first.id, jpeg((640, 480), "green"), by=town.actor("member"))
    photos.add(second.id, jpeg((640, 480), "green"), by=town.actor("colleague"))
    assert files.sweep() == 0
    db.session.delete(db.session.get(Photo, rows(db)[0].id))
    db.session.commit()
    assert files.sweep() == 0
    db.session.execute(sa.delete(Photo))
    db.session.commit()
    assert files.sweep() == 2
    assert list(storage.of_house().names()) == []


def test_who_is_killed_before_the_commit_leaves_nothing_for_long(db, town, file, monkeypatch):
    report = file()

    def killed(**_values):
        raise KeyboardInterrupt

    monkeypatch.setattr(photos.audit, "record", killed)
    with pytest.raises(KeyboardInterrupt):
        photos.add(report.id, jpeg((640, 480), "yellow"), by=town.actor("member"))
    assert rows(db) == []
    assert len(list(storage.of_house().names())) == 2
    assert files.sweep() == 2
