"""Certificates through the doors, batches, publicity, and what erasing leaves."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock
from jifen.core.db import db as database
from jifen.core.period import Period
from jifen.decisions import publicity
from jifen.decisions.models_publicity import Publication
from jifen.decisions.states_objections import ObjectionState
from jifen.members.models import Export
from jifen.points import answering, objecting
from jifen.volunteering.certificates import batches, errors, publishing, queries, service
from jifen.volunteering.certificates.models import Certificate, CertificateBatch
from jifen.volunteering.certificates.publishing import NothingNew
from jifen.web import limits
from tests import city
from tests.api import doors
from tests.console.conftest import signed_in
from tests.phone.conftest import signed_in as on_phone
from tests.volunteering.certificate_town import certified, entitle, served_two_hours


@pytest.fixture
def town(db) -> city.City:
    made = city.build()
    entitle(made)
    served_two_hours(made)
    return made


@pytest.fixture
def quick(monkeypatch):
    """Wrong numbers are answered slowly; tests look only that they are."""
    waits: list[float] = []
    monkeypatch.setattr("jifen.volunteering.certificates.public.time.sleep", waits.append)
    return waits


def look(client, number: str, address: str = "10.1.1.1"):
    """Ask as a stranger; whoever guesses has an address of his own."""
    return client.get(f"/v/{number}", environ_base={"REMOTE_ADDR": address})


def test_a_stranger_verifies(client, town):
    row = certified(town, to="seal")
    before = look(client, row.number)
    assert "未签发" in before.text
    assert "陈" not in before.text
    assert "2小时" not in before.text
    service.register(row.id, by=town.actor("deputy"))
    after = look(client, row.number)
    assert "有效" in after.text
    assert "陈**" in after.text
    assert "陈国强" not in after.text
    assert "2小时" in after.text
    for answer in (before, after):
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Set-Cookie" not in answer.headers
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
    service.withdraw(row.id, reason="写错了", by=town.actor("deputy"))
    gone = look(client, row.number)
    assert "已撤销" in gone.text
    assert "有效</b>" not in gone.text
    assert "写错了" not in gone.text, "the reason is the member's"
    assert gone.headers["Cache-Control"] == "no-store"


def test_nothing_but_the_masked_name_is_shown_of_a_person(client, town):
    row = certified(town)
    text = look(client, row.number).text
    person = database.session.get_one(Certificate, row.id)
    for secret in (
        person.name,
        person.member_number,
        person.contact,
        "河道",
        str(town.people["member"]) + "号",
    ):
        assert secret not in text


def test_guesses_get_the_same_slow_answer_and_soon_none(client, town, quick):
    row = certified(town)
    slip = row.number[:-1] + str((int(row.number[-1]) + 1) % 10)
    answers = [look(client, guess, "10.9.9.9") for guess in (slip, "0000000000000000", "abc", "1" * 39)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.text for answer in answers}) == 1
    assert len(quick) == 4
    assert all(wait > 0.2 for wait in quick)
    for _ in range(limits.BAD_NUMBERS):
        last = look(client, "1", "10.9.9.9")
    assert last.status_code == 429
    assert last.headers["Retry-After"] == "60"
    assert look(client, row.number, "10.9.9.9").status_code == 429, "whoever guesses is not heard"
    assert look(client, row.number, "10.1.1.2").status_code == 200


def test_the_number_may_be_typed(client, town, quick):
    row = certified(town)
    typed = " ".join(row.number[at : at + 4] for at in range(0, 16, 4))
    found = client.get("/v/", query_string={"number": typed}, follow_redirects=True)
    assert "有效" in found.text
    assert "证明编号（16位数字）" in client.get("/v/").text
    assert client.get("/v/", query_string={"number": "a/b"}, follow_redirects=True).status_code == 404


def test_from_the_desk(app, town):
    service.request(by=town.actor("member"))
    deputy = signed_in(app, town.people["deputy"]).open("/console/")
    assert "志愿服务证明待办理" in deputy.text
    deputy.open(f"/console/certificates/unit?unit={town.branch}&state=requested").press("打印勾选的")
    assert "已打印1份" in deputy.text
    secretary = signed_in(app, town.people["secretary"]).open("/console/")
    assert "志愿服务证明待签发" in secretary.text
    secretary.open("/console/certificates/waiting").press("签发勾选的")
    assert "已签发1份" in secretary.text
    row = database.session.scalars(sa.select(Certificate)).one()
    pdf = deputy.client.get(f"/console/certificates/{row.id}/certificate.pdf")
    assert pdf.content_type == "application/pdf"
    assert pdf.data.startswith(b"%PDF-")
    deputy.open(f"/console/certificates/{row.id}").press("已盖章")
    deputy.open(f"/console/certificates/{row.id}").press("登记，开始生效")
    database.session.expire_all()
    assert queries.public(row.number).is_valid
    deputy.open(f"/console/certificates/{row.id}").fill("理由", "写错了单位").press("撤销")
    assert "已撤销" in deputy.text
    sheet = deputy.client.get(
        f"/console/certificates/unit/{town.branch}/register.xlsx?year={clock.today().year}"
    )
    assert sheet.status_code == 200
    whats = set(database.session.scalars(sa.select(Export.what)))
    assert whats == {"志愿服务记录证明", "志愿服务记录证明登记簿"}


def test_ones_own_at_the_desk_and_on_the_phone(app, town):
    served_two_hours(town, "deputy", activity=9)
    deputy = signed_in(app, town.people["deputy"])
    deputy.open("/console/certificates").press("申请证明")
    assert "已申请，由机关第一党支部出具" in deputy.text
    deputy.press("取消申请")
    assert "已取消申请" in deputy.text
    phone = on_phone(app, town, "member").open("/m/certificates").press("申请证明")
    assert "已申请，待出具" in phone.text
    phone.press("取消申请").press("申请证明")
    row = database.session.scalars(sa.select(Certificate).where(Certificate.state == "requested")).one()
    service.decline(row.id, reason="请先补录六月的", by=town.actor("deputy"))
    assert "请先补录六月的" in phone.open("/m/certificates").text


def test_the_work_committee_marks_who_may_issue(app, town):
    leader = signed_in(app, town.people["leader"]).open("/console/certificates/entitled")
    leader.choose("组织", "市林业局").fill("办公电话、地址", "0818-1234567").press("认定")
    assert "已认定：市林业局" in leader.text
    assert signed_in(app, town.people["office"]).open("/console/certificates/entitled").status == 403


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        ("stranger", "/certificates/{id}", 404),
        ("colleague", "/certificates/{id}", 404),
        ("other_secretary", "/certificates/{id}", 404),
        ("other_secretary", "/certificates/{id}/certificate.pdf", 404),
        ("colleague", "/certificates/{id}/certificate.pdf", 404),
        ("member", "/certificates/{id}/certificate.pdf", 404),
        ("other_secretary", "/units/{unit}/certificates", 404),
        ("colleague", "/units/{unit}/certificates", 404),
        ("it", "/units/{unit}/certificates", 404),
        ("member", "/certificates/{id}", 200),
        ("office", "/certificates/{id}", 200),
    ],
)
def test_who_sees_what_over_the_api(app, town, who, path, status):
    row = certified(town, to="print")
    answer = doors.caller(app, town, who).get(path.format(id=row.id, unit=town.branch))
    assert answer.status_code == status, answer.get_json()


@pytest.mark.parametrize("move", ["decline", "withdraw"])
@pytest.mark.parametrize("who", ["stranger", "other_secretary", "colleague", "member"])
def test_nobody_else_ends_one_over_the_api(app, town, who, move):
    row = certified(town)
    answer = doors.caller(app, town, who).post(f"/certificates/{row.id}/{move}", {"reason": "不对的"})
    assert answer.status_code == 404


def test_the_whole_way_over_the_api(app, town):
    member, deputy, secretary = (doors.caller(app, town, who) for who in ("member", "deputy", "secretary"))
    assert member.get("/me/certificate-issuers").get_json()[0]["minutes"] == 120
    made = member.post("/me/certificates", {}, key="once").get_json()
    assert member.post("/me/certificates", {}, key="once").get_json()["id"] == made["id"]
    again = member.post("/me/certificates", {})
    assert (again.status_code, again.get_json()["code"]) == (409, "certificate_underway")
    for caller, step in ((deputy, "print"), (secretary, "sign"), (deputy, "seal"), (deputy, "register")):
        body = {"ids": [made["id"]]} | ({} if step == "sign" else {"step": step})
        path = "/certificates/sign" if step == "sign" else "/certificates/move"
        assert caller.post(path, body).get_json() == {"done": 1, "refused": []}
    told = deputy.post("/certificates/move", {"ids": [made["id"]], "step": "register"}).get_json()
    assert told["done"] == 0
    assert "已登记" in told["refused"][0]
    found = member.get(f"/certificates/{made['id']}").get_json()
    assert (found["state"], found["minutes_verified"]) == ("registered", 120)
    listed = deputy.get(f"/units/{town.branch}/certificates").get_json()
    assert [one["id"] for one in listed["items"]] == [made["id"]]
    assert deputy.get(f"/units/{town.branch}/certificates.xlsx", year=clock.today().year).status_code == 200
    assert len(deputy.get("/certifying-units").get_json()) == 1


# --- a branch ---------------------------------------------------------------------


def run(town: city.City, batch: CertificateBatch, who: str = "secretary", *, most: int = 99) -> int:
    """Work on a batch as a worker does, at most for so many people."""
    looked = 0
    for _ in batches.work(batch.id, by=town.actor(who)):
        looked += 1
        if looked == most:
            break
    return looked


def test_a_branch_is_printed_by_a_job_that_may_be_stopped(town):
    served_two_hours(town, "colleague", activity=8)
    served_two_hours(town, "deputy", activity=9)
    batch = batches.start(town.branch, town.branch, by=town.actor("secretary"))
    assert batch.total == 4
    with pytest.raises(errors.BatchRunning):
        batches.start(town.branch, town.branch, by=town.actor("secretary"))
    assert run(town, batch, most=3) == 3  # the worker is killed here
    batches.stop(batch.id, by=town.actor("deputy"))
    assert run(town, batch) == 0
    assert (batch.state, batch.seen, batch.printed) == ("stopped", 3, 2)
    batches.resume(batch.id, by=town.actor("secretary"))
    assert run(town, batch) == 1
    assert run(town, batch) == 0
    assert (batch.state, batch.seen, batch.printed) == ("done", 4, 3)
    printed = database.session.scalars(sa.select(Certificate.member_id).order_by(Certificate.id)).all()
    assert printed == [town.people[who] for who in ("deputy", "member", "colleague")]


def test_a_batch_stops_where_nobody_answers_for_it_any_more(town):
    from jifen.volunteering.certificates import entitled

    batch = batches.start(town.branch, town.branch, by=town.actor("secretary"))
    assert run(town, batch, "member") == 0
    assert batch.state == "stopped"
    batches.resume(batch.id, by=town.actor("secretary"))
    entitled.end(entitled.listed()[0].id, by=town.actor("leader"))
    run(town, batch)
    assert (batch.state, batch.printed) == ("stopped", 0)


def test_the_worker_does_it(app, town):
    from jifen.jobs import work_hours

    batch = batches.start(town.branch, town.branch, by=town.actor("secretary"))
    work_hours.print_batch(batch.id)
    work_hours.print_batch(batch.id)
    assert (batch.state, batch.printed) == ("done", 1)
    walker = signed_in(app, town.people["secretary"]).open(f"/console/certificates/batches/{batch.id}")
    assert "已打印1份" in walker.text
    pdf = walker.client.get(f"/console/certificates/batches/{batch.id}/certificates.pdf")
    assert pdf.data.startswith(b"%PDF-")
    assert (
        signed_in(app, town.people["other_secretary"])
        .open(f"/console/certificates/batches/{batch.id}")
        .status
        == 404
    )


def test_who_was_left_out_and_why_is_named(app, client, town):
    """In the page, over the interface and in the chat; whoever does not issue there learns nothing."""
    served_two_hours(town, "colleague", activity=8)
    served_two_hours(town, "secretary", activity=9)
    underway = certified(town, "colleague", to="print")
    batch = batches.start(town.branch, town.branch, by=town.actor("secretary"))
    run(town, batch)
    why = {
        "吴敏": "没有可以证明的时长：还没有记录，或记录待审核、是外部导入的",
        "林小梅": "已有一份证明正在办理",
        "周正": "是经办人本人的，请由另一位同志单独出具",
    }
    assert {one.member_name: one.why for one in queries.left_out(batch.id)} == why
    assert (batch.printed, batch.seen, underway.state) == (1, 4, "printed")

    page = signed_in(app, town.people["deputy"]).open(f"/console/certificates/batches/{batch.id}")
    assert "没有出具3人" in page.text
    assert all(f"{name}" in page.text and words in page.text for name, words in why.items())
    got = doors.caller(app, town, "deputy").get(f"/certificate-batches/{batch.id}").get_json()
    assert {one["member_name"]: one["code"] for one in got["left_out"]} == {
        "吴敏": "nothing_to_certify",
        "林小梅": "certificate_underway",
        "周正": "own_certificate",
    }
    for who in ("member", "other_secretary", "stranger"):
        assert doors.caller(app, town, who).get(f"/certificate-batches/{batch.id}").status_code == 404
    said = chat(client, town, "secretary", "周正").say("证明批次")
    assert "机关第一党支部（全部）：已完成，看过4/4人，已打印1份" in said
    assert "· 林小梅：已有一份证明正在办理" in said
    for who, name in (("member", "陈国强"), ("other_secretary", "孙立")):
        assert chat(client, town, who, name).say("证明批次").startswith("没有您经办的")


def chat(client, town, who: str, name: str):
    """Return the WeChat of somebody who is bound."""
    from bot.callback import config_of_house
    from jifen.access import service as access
    from tests.bot.phone import Phone

    phone = Phone(client, config_of_house(), who)
    city.bind(phone.openid, access.issue_code(town.people[who], by=city.BY), name)
    return phone


# --- publicity --------------------------------------------------------------------


def this_month() -> Period:
    return Period.parse(f"{clock.today():%Y-%m}")


def test_what_was_registered_is_publicised_for_seven_days_and_more(client, town):
    row = certified(town)
    with pytest.raises(Exception, match="公示名单"):
        publishing.publicise(town.branch, this_month(), by=town.actor("office"))
    listed = publishing.publicise(town.branch, this_month(), by=town.actor("secretary"))
    assert (listed.until - listed.since).days >= 7
    assert queries.public(row.number).publicised_to == listed.until - dt.timedelta(days=1)
    assert "在本单位公示到" in look(client, row.number).text
    with pytest.raises(NothingNew):
        publishing.publicise(town.branch, this_month(), by=town.actor("secretary"))
    with time_machine.travel(clock.at(listed.until, 1)):
        assert publishing.freeze_due(clock.today(), by=city.BY) == 1
    assert queries.public(row.number).publicised_to is None


def test_a_list_that_said_its_days_as_figures_is_not_publicised_anew_for_them(town):
    row, by = certified(town), town.actor("secretary")
    [(member, line)] = publishing._lines(town.branch, this_month(), {})
    line |= {"span": f"{row.first_on}至{row.last_on}"}
    publicity.publicise(publishing._draw(town.branch, this_month(), [(member, line)], by).id, by=by)
    with pytest.raises(NothingNew):
        publishing.publicise(town.branch, this_month(), by=by)


def test_a_withdrawn_one_leaves_the_open_list_by_a_revision(town):
    row = certified(town)
    publishing.publicise(town.branch, this_month(), by=town.actor("secretary"))
    service.withdraw(row.id, reason="写错了", by=town.actor("deputy"))
    stmt = sa.select(Publication.revision, Publication.state).order_by(Publication.revision)
    assert [tuple(one) for one in database.session.execute(stmt)] == [(1, "publicised"), (2, "drawn")]


@pytest.mark.parametrize("outcome", [ObjectionState.UPHELD, ObjectionState.PARTLY])
def test_an_objection_that_is_upheld_withdraws_the_certificate_and_its_page_says_why(client, town, outcome):
    row = certified(town)
    listed = publishing.publicise(town.branch, this_month(), by=town.actor("secretary"))
    raised = objecting.raise_(
        objecting.Wish(
            words="那天他没有去", publication_id=listed.id, member_number=number_of(town, "member")
        ),
        by=town.actor("colleague"),
    )
    assert queries.public(row.number).is_valid, "an objection alone does nothing"
    answering.answer(
        raised.id, outcome, "签到表上没有本人的名字", reason_other="经核对，异议成立", by=town.actor("organ")
    )

    assert (row.state, row.cause, row.withdrawn_by) == ("withdrawn", "objection", town.people["organ"])
    assert row.reason == "签到表上没有本人的名字"
    page = look(client, row.number).text
    assert "已撤销" in page
    assert "公示期间有异议，经复核成立" in page
    assert "签到表上" not in page, "the words are the member's"
    revisions = sa.select(Publication.revision, Publication.state).order_by(Publication.revision)
    assert [tuple(one) for one in database.session.execute(revisions)] == [(1, "publicised"), (2, "drawn")]
    told = database.session.scalars(
        sa.text("SELECT kind FROM notice WHERE member_id = :m"), {"m": row.member_id}
    )
    assert "certificate_withdrawn" in set(told)
    # The right one may be issued anew.
    assert certified(town).state == "registered"


def number_of(town: city.City, who: str) -> str:
    return database.session.scalar(
        sa.text("SELECT number FROM member WHERE id = :m"), {"m": town.people[who]}
    )


def test_an_objection_that_is_rejected_leaves_it_valid(client, town):
    row = certified(town)
    listed = publishing.publicise(town.branch, this_month(), by=town.actor("secretary"))
    raised = objecting.raise_(
        objecting.Wish(words="时长少了", publication_id=listed.id), by=town.actor("member")
    )
    answering.answer(raised.id, ObjectionState.REJECTED, "核对无误", by=town.actor("organ"))
    assert (row.state, row.cause) == ("registered", None)
    assert "有效" in look(client, row.number).text


def test_of_two_certificates_of_a_month_the_contested_one_goes(town):
    first = certified(town)
    listed = publishing.publicise(town.branch, this_month(), by=town.actor("secretary"))
    served_two_hours(town, activity=8, hour=14)
    second = certified(town)
    raised = objecting.raise_(
        objecting.Wish(words="写多了", publication_id=listed.id), by=town.actor("member")
    )
    answering.answer(raised.id, ObjectionState.UPHELD, "多写一小时", by=town.actor("organ"))
    assert (first.state, second.state) == ("withdrawn", "registered")


def test_only_who_decides_is_offered_the_publicity(app, town):
    for who, shown in (("secretary", True), ("organ", True), ("office", False)):
        page = signed_in(app, town.people[who]).open(f"/console/certificates/unit?unit={town.branch}")
        assert ("哪个月登记的" in page.text) is shown, who


# --- the chat and the phone -------------------------------------------------------


def test_in_the_chat(app, client, town):
    phone = chat(client, town, "member", "陈国强")
    assert "还没有申请过" in phone.say("志愿证明")
    assert "由机关第一党支部出具" in phone.say("我要证明")
    assert "已有一份证明正在办理" in phone.say("我要证明")
    assert "已申请，待出具" in phone.say("志愿证明")
    row = database.session.scalars(sa.select(Certificate)).one()
    service.cancel(row.id, by=town.actor("member"))
    entitle(town, town.department)
    span_elsewhere(town)
    asked = phone.say("我要证明")
    assert "请选择由哪个出具" in asked
    assert re.search(r"1 由机关第一党支部出具（2小时）", asked)
    assert "由市林业局出具" in phone.say("2")


def span_elsewhere(town: city.City) -> None:
    """An hour that the other branch of the department organised."""
    from jifen.volunteering import service as hours
    from tests.volunteering.hours_town import at

    span = (at(15), at(16))
    stretch = hours.Served(
        member_id=town.people["member"],
        activity_id=77,
        unit_id=town.other_branch,
        started_at=span[0],
        ended_at=span[1],
        window_start=span[0],
        window_end=span[1],
    )
    hours.credit([stretch], by=town.actor("other_secretary"))
