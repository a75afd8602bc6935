"""The pages on the phone: used as a member uses them, each one's own, cheap and without a script."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import transaction
from jifen.files import service as files
from jifen.points import deciding
from jifen.points import service as points
from jifen.points.service import Filing
from jifen.volunteering import community
from jifen.volunteering import service as hours
from jifen.volunteering.certificates import service as certificates
from tests.api.doors import statements
from tests.files.pictures import jpeg
from tests.model_posts.posts_town import applied
from tests.phone.conftest import signed_in
from tests.volunteering.certificate_town import entitle

YESTERDAY = clock.today() - dt.timedelta(days=1)


def report(town, who: str = "member", item: str = "志愿服务", day: dt.date = YESTERDAY) -> int:
    return points.submit(Filing(item=item, occurred_on=day), by=town.actor(who)).id


def test_a_member_reports_and_sees_it_confirmed(on_phone, town, db):
    page = on_phone("member").open("/m/")
    assert "陈国强同志" in page.text
    assert "60分" in page.text
    assert "名次只有您自己能看到" in page.text
    page.follow("上报一件事").choose("做了什么", "志愿服务").fill("哪一天", YESTERDAY).fill("数量", "2")
    page.press("上报")
    assert "已收到，确认后计分" in page.text
    assert "待审" in page.text
    number = int(re.search(r"(\d+)号上报", page.text)[1])
    made = db.session.scalar(sa.text("SELECT id FROM report WHERE number = :n"), {"n": number})
    deciding.approve(made, by=town.actor("secretary"))
    page.open("/m/")
    assert "61分" in page.text
    page.follow("为什么是这个分").follow("志愿服务")
    assert "周正确认" in page.text
    assert f"{number}号上报" in page.text


def test_a_faulty_form_keeps_what_was_typed(on_phone, town):
    page = on_phone("member").open("/m/report").choose("做了什么", "志愿服务")
    page.fill("哪一天", clock.today() + dt.timedelta(days=3)).fill("说明", "清扫楼道").press("上报")
    assert page.status in (409, 422)
    assert page.root.all("form")
    assert page.value("说明") == "清扫楼道"


def test_a_form_sent_twice_is_one_report(on_phone, town, db):
    page = on_phone("member").open("/m/report").choose("做了什么", "志愿服务").fill("哪一天", YESTERDAY)
    data = page.data_of(page.root.all("form")[0])
    first, second = (page.client.post("/m/report", data=data) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert db.session.scalar(sa.text("SELECT count(*) FROM report")) == 1


def test_a_report_is_taken_back(on_phone, town, db):
    number = report(town)
    page = on_phone("member").open(f"/m/reports/{number}").press("确定取消")
    assert "已取消" in page.text
    assert db.session.scalar(sa.text("SELECT state FROM report")) == "withdrawn"


def test_what_was_given_back_waits_on_the_first_page(on_phone, town):
    made = report(town)
    deciding.return_(made, reason="日期写错了", by=town.actor("secretary"))
    page = on_phone("member").open("/m/")
    assert "被退回的上报" in page.text
    assert "日期写错了" in page.open(f"/m/reports/{made}").text


def test_who_decides_sees_what_waits_for_him(on_phone, town):
    report(town)
    assert "上报待审" in on_phone("secretary").open("/m/").text
    assert "等您处理" not in on_phone("colleague").open("/m/").text


def test_reminders_are_switched_one_by_one(on_phone, town, db):
    page = on_phone("member").open("/m/reminders").tick("每月提醒", off=True).press("保存")
    assert "提醒设置已保存" in page.text
    off = db.session.scalars(sa.text("SELECT kind FROM notice_preference WHERE NOT enabled")).all()
    assert off == ["monthly_reminder"]
    page.tick("每月提醒").press("保存")
    assert db.session.scalar(sa.text("SELECT count(*) FROM notice_preference WHERE NOT enabled")) == 0


def test_an_unknown_kind_is_refused(on_phone, town):
    page = on_phone("member").open("/m/reminders")
    data = page.data_of(page.root.all("form")[0])
    data.add("kind", "account_changed")
    assert page.client.post("/m/reminders", data=data).status_code == 422


def test_who_sees_me_is_the_same_as_in_the_chat(on_phone, town):
    page = on_phone("member").open("/m/seen-by")
    assert "机关第一党支部 支部书记" in page.text
    assert "系统管理员" not in page.text


def test_somebody_without_points_gets_a_page(on_phone, town):
    page = on_phone("wc_office").open("/m/")
    assert page.status == 200
    assert "何办同志" in page.text
    assert page.open("/m/report").status in (403, 404, 409, 422)


# --- one's own, and nobody else's ------------------------------------------------

#: Every page about one thing, asked by somebody else of the same branch, by his secretary, and by a stranger.
ABOUT_ONE = [
    ("GET", "/m/reports/{report}"),
    ("POST", "/m/reports/{report}/withdraw"),
    ("GET", "/m/reports/{report}/photos/{photo}"),
    ("POST", "/m/reports/{report}/photos"),
    ("GET", "/m/hours/records/{record}"),
    ("POST", "/m/hours/records/{record}/corrections"),
    ("POST", "/m/community/claims/{claim}/withdraw"),
    ("POST", "/m/certificates/{certificate}/cancel"),
    ("GET", "/m/model-posts/{post}"),
    ("POST", "/m/model-posts/{post}/cancel"),
    ("POST", "/m/model-posts/{post}/consents"),
    ("POST", "/m/model-posts/{post}/photo"),
]
#: What is open to every member.
FOR_ALL = ["/m/community/needs/{need}/claims"]
#: What has an audience, or a ticket, instead of an owner: tried in tests of their own.
OTHERWISE = {
    "/m/activities/<id:activity_id>",
    "/m/activities/<id:activity_id>/sign-up",
    "/m/activities/<id:activity_id>/withdraw",
    "/m/in/<scanned>",
    "/m/look/photos/<int:photo_id>",
    "/m/model-posts/new/<kind>",
}


def things(town) -> dict[str, int]:
    """What is the member's: a report, a service record, a wish that he took on, a model post."""
    secretary, day = town.actor("secretary"), clock.at(YESTERDAY, 9)
    span = (day, day + dt.timedelta(hours=1))
    served = hours.Served(
        member_id=town.people["member"],
        activity_id=7,
        unit_id=town.branch,
        started_at=span[0],
        ended_at=span[1],
        window_start=span[0],
        window_end=span[1],
    )
    filed = report(town)
    records = hours.credit([served], by=secretary).records
    entitle(town)
    place = community.found("一街", "一社", by=secretary)
    need = community.ask_for(place.id, "换灯", kind="wish", wanted=1, due_on=clock.today(), by=secretary)
    member = town.actor("member")
    with transaction():
        kept = files.keep(jpeg(), member_id=town.people["member"], report_id=filed, by=member)
    return {
        "report": filed,
        "photo": kept,
        "record": records[town.people["member"]],
        "certificate": certificates.request(by=town.actor("member")).id,
        "post": applied(town).id,
        "claim": community.claim(need.id, by=town.actor("member")).id,
    }


@pytest.mark.parametrize("who", ["colleague", "secretary", "stranger", "other_secretary", "office"])
@pytest.mark.parametrize(("method", "path"), ABOUT_ONE)
def test_nobody_opens_what_is_another_ones(app, town, db, who, method, path):
    made = things(town)
    walker = signed_in(app, town, who)
    walker.open("/m/reminders")
    data = {"_csrf": walker.data_of(walker.root.all("form")[0])["_csrf"]} if method == "POST" else None
    answer = walker.client.open(path.format(**made), method=method, data=data)
    assert answer.status_code == 404
    assert "志愿服务" not in answer.text
    assert db.session.scalar(sa.text("SELECT state FROM report")) == "pending"


def test_every_page_about_one_thing_is_tried_above(app):
    ids = {str(rule) for rule in app.url_map.iter_rules() if str(rule).startswith("/m/") and "<" in str(rule)}
    tried = [*(path for _, path in ABOUT_ONE), *FOR_ALL]
    assert ids - OTHERWISE == {re.sub(r"{(\w+)}", r"<id:\1_id>", path) for path in tried}
    assert ids >= OTHERWISE


def test_lists_hold_nobody_elses(app, town):
    report(town, "colleague")
    page = signed_in(app, town, "member").open("/m/reports")
    assert "还没有上报过" in page.text


def test_every_form_must_be_ours(app, town):
    walker, other = signed_in(app, town, "member"), signed_in(app, town, "colleague")
    other.open("/m/report")
    stolen = other.data_of(other.root.all("form")[0])["_csrf"]
    posts = [
        str(rule)
        for rule in app.url_map.iter_rules()
        if str(rule).startswith("/m/") and "POST" in (rule.methods or ())
    ]
    assert len(posts) >= 4
    for path in posts:
        for data in ({}, {"_csrf": "0" * 64}, {"_csrf": stolen}):
            answer = walker.client.post(re.sub("<[^>]*>", "1", path), data=data)
            assert (path, answer.status_code) == (path, 403)


# --- cost ------------------------------------------------------------------------

PAGES = [
    "/m/",
    "/m/activities",
    "/m/model-posts",
    "/m/model-posts/new/window",
    "/m/why",
    "/m/reports",
    "/m/report",
    "/m/reminders",
    "/m/seen-by",
]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_cheap_small_and_asks_nobody_else(on_phone, town, path):
    report(town)
    walker = on_phone("member")
    walker.open(path)
    with statements() as seen:
        page = walker.open(path)
    assert len(seen) <= 12, "\n".join(seen)
    body = page.answer.get_data(as_text=True)
    assert len(body.encode()) < 40_000
    assert not re.search(r'(?:src|href|action)="(?:https?:)?//', body)
    # Whole without a script; the only one is ours, and it hides nothing but what WeChat alone can do.
    assert (
        re.findall(r"<script[^>]*src=\"([^?\"]*)", body) == ["/m/static/wechat.js"][: body.count("<script")]
    )
    policy = page.answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert ("script-src" in policy) == ("<script" in body)
    assert page.answer.headers["Cache-Control"] == "no-store"
    [sheet] = [one for one in page.root.all("link") if one["rel"] == "stylesheet"]
    css = page.client.get(sheet["href"])
    assert "immutable" in css.headers["Cache-Control"]


def test_the_first_page_costs_the_same_with_many_reports(on_phone, town):
    walker = on_phone("member")
    walker.open("/m/")
    with statements() as few:
        walker.open("/m/")
    for n in range(2, 14):
        report(town, day=clock.today() - dt.timedelta(days=n))
    walker.open("/m/")
    with statements() as many:
        walker.open("/m/")
    assert len(many) == len(few)
