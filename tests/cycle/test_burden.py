"""The register of documents, what was asked this month, and opinions about the burden."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.access.queries import actor_of
from jifen.audit.models import AuditEntry
from jifen.core import clock
from jifen.core.actor import Door, Role
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.cycle import queries, service
from jifen.cycle.models import BurdenOpinion
from jifen.decisions import asks, todo
from jifen.members import service as members
from jifen.notices.models import Notice
from jifen.org import bases
from jifen.org import service as org
from jifen.points import queries_reports
from jifen.points import service as points
from jifen.points.models import Report
from jifen.points.service import Filing
from tests import city
from tests.api import doors
from tests.console.conftest import signed_in

TODAY = clock.today()
DAY = dt.timedelta(days=1)


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def registered(town, who="office", unit="department", **more):
    values = {
        "number": "林党〔2026〕3号",
        "title": "积分管理办法",
        "clause": "第四条",
        "since": TODAY - 30 * DAY,
    }
    return bases.register(unit_id=getattr(town, unit), **(values | more), by=town.actor(who))


def test_a_basis_holds_for_its_unit_below_and_in_its_days(db, town):
    row = registered(town, until=TODAY + DAY)
    there = {town.branch}
    assert bases.choose(row.id, units=there) == "林党〔2026〕3号《积分管理办法》第四条"
    with pytest.raises(bases.BasisOver, match="不在有效期内"):
        bases.choose(row.id, units=there, day=TODAY + DAY)
    with pytest.raises(bases.BasisOver):
        bases.choose(row.id, units=there, day=TODAY - 31 * DAY)
    with pytest.raises(bases.UnknownBasis):
        bases.choose(row.id, units={town.branch, town.committee})
    with pytest.raises(bases.UnknownBasis):
        bases.choose(10**6, units=there)
    assert [b.id for b in bases.listed(by=town.actor("member"))] == [row.id]


def test_who_registers_and_ends_a_basis(town):
    row = registered(town)
    with pytest.raises(bases.BasisTaken):
        registered(town)
    with pytest.raises(Forbidden):
        registered(town, who="secretary")
    with pytest.raises(Invalid):
        registered(town, until=TODAY - 60 * DAY)
    with pytest.raises(bases.UnknownBasis):
        bases.end(row.id, until=TODAY, by=town.actor("secretary"))
    assert bases.end(row.id, until=TODAY, by=town.actor("office")).until == TODAY
    assert bases.listed(by=town.actor("member"), day=TODAY) == []


def test_an_opinion_reaches_the_office_and_its_answer_the_member(db, town):
    number = service.speak("同一份材料报了三次", by=town.actor("member"))
    assert [row.words for row in todo.waiting(by=town.actor("wc_office"))] == ["减负意见，待答复"]
    assert todo.waiting(by=town.actor("member")) == []
    assert queries.opinions(by=town.actor("colleague")) == []
    with pytest.raises(NotFound):
        service.answer(number, "好", by=town.actor("secretary"))

    service.answer(number, "已合并为一次。", by=town.actor("wc_office"))

    [mine] = queries.opinions(by=town.actor("member"))
    assert mine.answer == "已合并为一次。"
    assert db.session.scalars(sa.select(Notice.kind)).all() == ["burden_answered"]
    with pytest.raises(service.HeardAlready):
        service.answer(number, "再答", by=town.actor("leader"))


def test_a_nameless_opinion_keeps_nobody(db, town):
    number = service.speak("会太多", anonymous=True, by=town.actor("member"))

    assert db.session.get(BurdenOpinion, number).member_id is None
    told = db.session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "burden.speak")).one()
    assert told.subject_id == number
    beside = {name: value for name, value in vars(told).items() if name not in ("id", "subject_id")}
    assert town.people["member"] not in beside.values()
    service.answer(number, "减少。", by=town.actor("wc_office"))
    assert db.session.scalars(sa.select(Notice.id)).all() == []


def test_what_was_asked_is_counted_and_no_speed(town):
    points.submit(Filing(item="志愿服务", occurred_on=TODAY), by=town.actor("member"))

    counted = {one.unit_id: one for one in queries.asked_of_units(by=town.actor("leader"))}

    assert (counted[town.branch].reports, counted[town.branch].over) == (1, False)
    assert set(counted) == {town.department, town.branch, town.other_branch}
    assert {one.unit_id for one in queries.asked_of_units(by=town.actor("secretary"))} == {town.branch}
    assert queries.asked_of_units(by=town.actor("member")) == []
    mine = queries.asked_of_me(by=town.actor("member"))
    assert (mine.total, mine.most) == (0, queries.ceiling(TODAY).member)


def test_what_is_asked_of_a_committee_is_asked_of_its_department(town):
    of_the_house = org.add(town.department, "committee", name="机关党委", since=city.SINCE, by=city.BY)
    person = members.take_in("孟委", branch_id=None, since=city.SINCE, by=city.BY)
    members.appoint(person.id, of_the_house.id, Role.ORGAN_COMMITTEE, since=city.SINCE, by=city.BY)
    for number, unit in enumerate((of_the_house.id, of_the_house.id, town.department)):
        asks.ask("manual", number, unit_id=unit, concerns=None)

    mine = queries.asked_of_units(by=actor_of(person.id, Door.CONSOLE))

    assert [(one.unit_id, one.questions) for one in mine] == [(town.department, 3)]


def test_over_http(app, town):
    member, office = (doors.caller(app, town, who) for who in ("member", "wc_office"))
    made = member.post("/burden/opinions", {"words": "会太多"}).get_json()
    assert member.post(f"/burden/opinions/{made['id']}/answer", {"words": "好"}).status_code == 404
    assert office.post(f"/burden/opinions/{made['id']}/answer", {"words": "好"}).status_code == 204
    assert member.get("/burden/opinions").get_json()["items"][0]["answer"] == "好"
    assert member.get("/burden").get_json()["mine"]["total"] == 0
    body = {
        "unit_id": town.department,
        "number": "3号",
        "title": "办法",
        "since": TODAY.isoformat(),
    }
    department = doors.caller(app, town, "office")
    made = department.post("/bases", body)
    assert (made.status_code, made.get_json()["words"]) == (201, "3号《办法》")
    assert department.post("/bases", body).get_json()["code"] == "basis_taken"


def test_at_the_desk(app, town):
    secretary = signed_in(app, town.people["secretary"]).open("/console/").follow("减负")
    assert "只计提出了多少" in secretary.text
    secretary.fill("哪件事负担重", "同一张表报三次").tick("不留姓名").press("提交意见")
    assert "意见已送到工委办公室" in secretary.text
    office = signed_in(app, town.people["wc_office"]).open("/console/burden")
    office.fill("答复", "已取消。", near="同一张表").press("答复", near="同一张表")
    assert "已取消。" in office.text
    desk = signed_in(app, town.people["office"]).open("/console/burden").follow("依据登记")
    desk.fill("文号或纪要编号", "林党〔2026〕3号").fill("名称", "积分管理办法").press("登记")
    assert "林党〔2026〕3号" in desk.text


def test_a_batch_rests_on_a_registered_minute_chosen_at_the_desk(app, town, db):
    filed = points.submit(Filing(item="志愿服务", occurred_on=TODAY), by=town.actor("member"))
    desk = signed_in(app, town.people["secretary"]).open("/console/bases")
    desk.fill("文号或纪要编号", "支委会纪要〔2026〕3号").fill("名称", "3月28日支委会").press("登记")
    desk.open("/console/queue").choose("依据", "支委会纪要〔2026〕3号《3月28日支委会》").press("确认勾选的")
    assert "已确认1条" in desk.text
    shown = queries_reports.report(filed.id, by=town.actor("member"))
    assert [one.reason for one in shown.decided] == ["支委会纪要〔2026〕3号《3月28日支委会》"]


@pytest.mark.parametrize(
    ("where", "until", "code"),
    [
        pytest.param("other_branch", None, "unknown_basis", id="another branch's"),
        pytest.param("branch", TODAY, "basis_over", id="over"),
        pytest.param(None, None, "unknown_basis", id="none such"),
    ],
)
def test_a_basis_that_does_not_hold_confirms_nothing(app, town, db, where, until, code):
    filed = points.submit(Filing(item="志愿服务", occurred_on=TODAY), by=town.actor("member"))
    number = registered(town, who="wc_office", unit=where, until=until).id if where else 10**6
    secretary = doors.caller(app, town, "secretary")
    assert secretary.post("/queue/confirm", {"basis_id": number}).get_json()["code"] == code
    assert db.session.get(Report, filed.id, populate_existing=True).state == "pending"
