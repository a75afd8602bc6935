"""The photos of one's own report on the phone: seen, added, and only those of one's own."""

from __future__ import annotations

import re

import pytest

from jifen.core import clock
from jifen.points import deciding
from jifen.points import service as points
from jifen.points.service import Filing
from tests import city
from tests.files.pictures import CAMERA, with_place


@pytest.fixture
def town(db) -> city.City:
    return city.build(photos=True)


@pytest.fixture
def award(town) -> int:
    filing = Filing(item="E01", occurred_on=clock.today(), level="市级", evidence="证书12号")
    return points.submit(filing, by=town.actor("member")).id


def test_a_photo_is_added_and_seen_without_its_place(on_phone, award):
    page = on_phone("member").open(f"/m/reports/{award}")
    page.upload("添一张照片", "照片.jpg", with_place()).press("上传照片")
    assert "照片已收下" in page.text
    [shown] = page.root.all("img")
    picture = page.client.get(shown.attributes["src"])
    assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
    assert CAMERA.encode() not in picture.data


def test_what_is_no_photo_is_refused_with_a_sentence(on_phone, award):
    page = on_phone("member").open(f"/m/reports/{award}")
    page.upload("添一张照片", "照片.jpg", b"not a picture").press("上传照片")
    assert page.status == 422
    assert "不是能打开的照片" in page.text
    assert not page.open(f"/m/reports/{award}").root.all("img")


def test_none_is_asked_for_where_no_basis_asks_or_nothing_waits(on_phone, town, award):
    plain = points.submit(Filing(item="志愿服务", occurred_on=clock.today()), by=town.actor("member")).id
    page = on_phone("member").open(f"/m/reports/{plain}")
    assert "添一张照片" not in page.text
    deciding.return_(award, reason="证书不清楚", by=town.actor("secretary"))
    assert "添一张照片" not in page.open(f"/m/reports/{award}").text


def test_a_report_shows_no_photo_of_another(on_phone, town, award):
    page = on_phone("member").open(f"/m/reports/{award}")
    page.upload("添一张照片", "照片.jpg", with_place()).press("上传照片")
    photo = re.search(r"/photos/(\d+)", page.root.all("img")[0].attributes["src"])[1]
    other = points.submit(Filing(item="志愿服务", occurred_on=clock.today()), by=town.actor("member")).id
    assert page.client.get(f"/m/reports/{other}/photos/{photo}").status_code == 404
