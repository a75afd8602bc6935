"""Activities on the phone: sign up, scan the organiser's screen, tap, tap again when the network was away."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import time_machine

from jifen.activities import planning, queries, queries_checking
from jifen.activities.planning import Fence, Need
from jifen.core import clock

DAY = clock.today() + dt.timedelta(days=1)


@pytest.fixture
def act(town):
    need = Need(
        unit_id=town.branch,
        kind="volunteer",
        title="社区清扫",
        place="幸福社区",
        starts_at=clock.at(DAY, 14),
        ends_at=clock.at(DAY, 16),
    )
    return planning.plan(need, by=town.actor("secretary")).id


def picture(town, act: int, purpose: str = "in") -> str:
    found = queries.shown(act, by=town.actor("secretary"))
    return "/m/in/" + queries_checking.code(found, purpose).qr.rsplit("/", 1)[1]


def at(hour: int, minute: int = 0):
    return time_machine.travel(clock.at(DAY, hour, minute), tick=False)


def test_sign_up_and_think_again(on_phone, act):
    page = on_phone("member").open("/m/").follow("活动：报名和签到").follow("社区清扫").press("报名")
    assert "报名成功" in page.text
    assert "已报名" in page.text
    assert "已取消报名" in page.press("确定取消").text


def test_a_scan_opens_one_button_and_a_second_tap_is_no_second_check_in(app, on_phone, town, act):
    with at(13, 50):
        page = on_phone("member").open(picture(town, act))
        data = page.data_of(page.root.all("form")[0])
        assert "签到成功" in page.press("我来了，签到").text
        data["_once"] = "another"
        page.client.post("/m/in", data=data)
        assert "已经签到过" in page.open(f"/m/activities/{act}").text
    with at(16):
        done = on_phone("member").open(picture(town, act, "out")).press("我走了，签退")
        assert "签退成功" in done.text
        assert "13:50 签到，" in done.text
        assert "16:00 签退" in done.text
        assert "取消报名" not in done.text


def test_the_moment_of_the_scan_counts_for_ten_minutes(on_phone, town, act):
    with at(13, 50):
        page = on_phone("member").open(picture(town, act))
        data = page.data_of(page.root.all("form")[0])
    with at(13, 59):
        page.client.post("/m/in", data=data)
        assert queries.shown(act, by=town.actor("member")).in_at == clock.at(DAY, 13, 50)
    with at(13, 50):
        late = on_phone("colleague").open(picture(town, act))
    with at(14, 1):
        assert "已经失效" in late.press("我来了，签到").text
    assert queries.shown(act, by=town.actor("colleague")).in_at is None


def test_an_old_screenshot_and_somebody_elses_ticket(on_phone, town, act):
    with at(13, 50):
        shot = picture(town, act)
        mine = on_phone("member").open(shot)
        ticket = mine.data_of(mine.root.all("form")[0])["ticket"]
        other = on_phone("colleague").open(shot)
        data = other.data_of(other.root.all("form")[0]) | {"ticket": ticket}
        assert other.client.post("/m/in", data=data).status_code == 404
        data["ticket"] = "forged"
        assert other.client.post("/m/in", data=data).status_code == 409
    with at(13, 52):
        assert "已经失效" in mine.open(shot).text
    for who in ("member", "colleague"):
        assert queries.shown(act, by=town.actor(who)).in_at is None


@pytest.mark.parametrize("path", ["/m/activities/{act}", "{picture}"])
def test_somebody_elses_activity_is_not_found(on_phone, town, act, path):
    with at(13, 50):
        page = on_phone("stranger").open(path.format(act=act, picture=picture(town, act)))
    assert page.status == 404


@pytest.mark.parametrize("act_of", ["sign-up", "withdraw"])
def test_nobody_joins_somebody_elses_activity(on_phone, act, act_of):
    page = on_phone("stranger").open("/m/reminders")
    data = {"_csrf": page.data_of(page.root.all("form")[0])["_csrf"]}
    assert page.client.post(f"/m/activities/{act}/{act_of}", data=data).status_code == 404


def test_the_telephone_may_say_that_it_is_there_and_need_not(on_phone, town):
    need = Need(
        unit_id=town.branch,
        kind="volunteer",
        title="植树",
        place="北山",
        starts_at=clock.at(DAY, 14),
        ends_at=clock.at(DAY, 16),
        fence=Fence(Decimal("30.12345"), Decimal("120.12345"), 300),
    )
    act = planning.plan(need, by=town.actor("secretary")).id
    with at(13, 50):
        page = on_phone("member").open(picture(town, act))
        body = page.answer.get_data(as_text=True)
        assert 'data-fence="30.12345,120.12345,300"' in body
        assert "script-src 'self'" in page.answer.headers["Content-Security-Policy"]
        assert page.client.get("/m/static/place.js").status_code == 200
        data = page.data_of(page.root.all("form")[0]).to_dict()
        page.client.post("/m/in", data=data | {"inside": "1"})
        plain = on_phone("colleague").open(picture(town, act))
        assert "签到成功" in plain.press("我来了，签到").text
        again = on_phone("member").open(picture(town, act))
        data = again.data_of(again.root.all("form")[0]).to_dict() | {"inside": "30.1,120.1"}
        # A point is no answer: the form takes yes or no.
        assert again.client.post("/m/in", data=data).status_code == 422
    people = queries_checking.people(queries.shown(act, by=town.actor("secretary")))
    by_id = {p.member_id: (p.in_at is not None, p.inside) for p in people}
    assert by_id == {town.people["member"]: (True, True), town.people["colleague"]: (True, None)}
