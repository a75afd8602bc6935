"""A photo through the API: proven by its content, kept without its place, shown to whoever may see the report."""

from __future__ import annotations

import datetime as dt
import io

import pytest

from jifen.core import clock
from jifen.files import images
from jifen.points import api_photos
from tests import city
from tests.files.pictures import CAMERA, jpeg, with_place

YESTERDAY = (clock.today() - dt.timedelta(days=1)).isoformat()
AWARD = {"item": "E01", "occurred_on": YESTERDAY, "level": "市级", "evidence": "证书12号"}


@pytest.fixture
def town(db):
    return city.build(photos=True)


@pytest.fixture
def report(as_):
    filed = as_("member").post("/reports", AWARD)
    assert filed.status_code == 201, filed.text
    return filed.get_json()["id"]


def send(caller, report_id, data: bytes, *, name: str = "照片.jpg", key: str = ""):
    return caller.call(
        "POST",
        f"/reports/{report_id}/photos",
        data={"file": (io.BytesIO(data), name)},
        content_type="multipart/form-data",
        headers={"Idempotency-Key": key} if key else {},
    )


def test_a_photo_is_kept_without_its_place_and_shown_to_who_decides(as_, report):
    kept = send(as_("member"), report, with_place())
    assert kept.status_code == 201, kept.text
    [photo] = kept.get_json()["items"]
    assert (photo["state"], photo["words"], photo["seen_before"]) == ("stored", "已收到", False)
    for who in ("member", "secretary"):
        picture = as_(who).get(f"/photos/{photo['id']}")
        assert (picture.status_code, picture.content_type) == (200, "image/jpeg")
        assert picture.data.startswith(b"\xff\xd8")
        assert CAMERA.encode() not in picture.data
    whole = as_("member").get(f"/photos/{photo['id']}").data
    assert len(as_("member").get(f"/photos/{photo['id']}", thumb="true").data) <= len(whole)
    assert as_("secretary").post(f"/reports/{report}/approve").status_code == 200


@pytest.mark.parametrize(
    ("data", "says"),
    [
        pytest.param(b"not a picture", "不是能打开的照片", id="text"),
        pytest.param(b"%PDF-1.7 ...", "这是文件", id="pdf"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", "这是文件", id="svg"),
        pytest.param(jpeg()[:200], "打不开", id="cut short"),
        pytest.param(b"", "不是能打开的照片", id="empty"),
        pytest.param(b"a" * 300_001, "太大", id="too large"),
    ],
)
def test_what_is_no_photo_is_refused_whatever_it_is_called(as_, report, data, says, monkeypatch):
    # The ten megabytes, made smaller: the test client would leave a file open behind a form as large.
    for module in (images, api_photos):
        monkeypatch.setattr(module, "MAX_BYTES", 300_000)
    refused = send(as_("member"), report, data)
    assert refused.status_code == 422
    assert says in refused.get_json()["message"]
    assert as_("member").get(f"/reports/{report}/photos").get_json() == {"items": []}


def test_three_at_most_none_twice_and_none_after_the_decision(as_, report):
    member = as_("member")
    first = send(member, report, jpeg(colour="red"), key="k1")
    assert send(member, report, jpeg(colour="red"), key="k1").get_json() == first.get_json()
    for colour in ("green", "blue"):
        assert send(member, report, jpeg(colour=colour)).status_code == 201
    full = send(member, report, jpeg(colour="black"))
    assert (full.status_code, len(member.get(f"/reports/{report}/photos").get_json()["items"])) == (422, 3)
    as_("secretary").post(f"/reports/{report}/return", {"reason": "证书看不清"})
    assert send(member, report, jpeg()).status_code == 409


def test_a_report_whose_basis_asks_for_none_takes_none(as_):
    hours = {"item": "志愿服务", "occurred_on": YESTERDAY, "quantity": "2"}
    plain = as_("member").post("/reports", hours).get_json()["id"]
    refused = send(as_("member"), plain, jpeg())
    assert (refused.status_code, refused.get_json()["code"]) == (422, "photos_not_asked")


def test_nobody_else_sends_or_sees_a_photo(as_, report):
    [photo] = send(as_("member"), report, jpeg()).get_json()["items"]
    for who in ("colleague", "stranger", "other_secretary", "it"):
        assert send(as_(who), report, jpeg()).status_code == 404
        assert as_(who).get(f"/photos/{photo['id']}").status_code == 404
    assert as_("member", "reports:read").call("POST", f"/reports/{report}/photos").status_code == 403
    assert send(as_("office"), report, jpeg()).status_code == 403
