"""A quarter's sample lived: drawn, looked at elsewhere, answered, corrected by hand; no point moves by a look."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.db import db as database
from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.core.period import Cycle, Period
from jifen.decisions import todo
from jifen.decisions.errors import Answered
from jifen.jobs import work_sampling
from jifen.members import service as members
from jifen.org import service as org
from jifen.org.models import UnitKind
from jifen.points import deciding, queries, verify
from jifen.points import service as points
from jifen.points.manual import service as manual
from jifen.points.models import LedgerEntry
from jifen.points.sampling import queries as samples
from jifen.points.sampling import service
from jifen.points.sampling.models import SampleLook
from jifen.points.sampling.settings import rates
from jifen.points.service import Filing
from tests import city
from tests.api import doors
from tests.console.conftest import signed_in

NOW = Period.containing(clock.today(), Cycle.QUARTER)


@pytest.fixture
def town(db):
    """The small city with a second department, whose committee may look."""
    return with_another(city.build())


def with_another(built):
    """Add a second department, whose committee may look."""
    other = org.add(built.committee, UnitKind.DEPARTMENT, name="市档案馆", since=city.SINCE, by=city.BY)
    branch = org.add(other.id, UnitKind.BRANCH, name="档案馆党支部", since=city.SINCE, by=city.BY)
    for who, name, unit, role in (
        ("archive", "傅馆", other.id, Role.ORGAN_COMMITTEE),
        ("archive_secretary", "邹书记", branch.id, Role.BRANCH_SECRETARY),
    ):
        taken = members.take_in(name, branch_id=branch.id, since=city.SINCE, joined_on=city.SINCE, by=city.BY)
        members.appoint(taken.id, unit, role, since=city.SINCE, by=city.BY)
        built.people[who] = taken.id
    return built


def post(town, who="member", days=1) -> int:
    """Have a report confirmed; returns its ledger line."""
    day = clock.today() - dt.timedelta(days=days)
    filed = points.submit(Filing(item="志愿服务", occurred_on=day, words="社区清扫"), by=town.actor(who))
    deciding.approve(filed.id, by=town.actor("secretary" if who != "secretary" else "deputy"))
    return database.session.scalar(
        sa.select(LedgerEntry.id).where(LedgerEntry.source == "report", LedgerEntry.source_id == filed.id)
    )


def draw(quarter: Period = NOW) -> None:
    after: int | None = 0
    while after is not None:
        after = service.draw_next(quarter, after=after)


def test_a_look_that_agrees_is_the_end_of_it(town):
    entry = post(town)
    draw()
    draw()
    [one] = samples.waiting(by=town.actor("archive"))
    assert (one.fact_id, one.name, one.deed.words, one.deed.clause) == (
        entry,
        "陈**",
        "社区清扫",
        "第九条第一项",
    )
    assert [t.subject for t in todo.waiting(by=town.actor("archive"))] == ["sample"]
    before = queries.my_standing(town.actor("member")).total

    service.look(one.id, agrees=True, by=town.actor("archive"))

    with pytest.raises(Answered):
        service.look(one.id, agrees=False, reason="再看", by=town.actor("archive"))
    assert queries.my_standing(town.actor("member")).total == before
    assert samples.overview(by=town.actor("leader")).looked == 1
    assert samples.overview(by=town.actor("leader")).agreement is None, "one look says nothing"
    assert list(verify.faults()) == []


@pytest.mark.parametrize("who", ["secretary", "deputy", "organ", "archive_secretary", "member"])
def test_nobody_looks_at_his_own_organisation(town, who):
    post(town)
    draw()
    [number] = database.session.scalars(sa.select(SampleLook.id))
    assert samples.waiting(by=town.actor(who)) == []
    with pytest.raises(NotFound):
        service.look(number, agrees=True, by=town.actor(who))


def test_a_look_that_differs_is_answered_by_the_branch_and_corrected_by_hand(town):
    entry = post(town)
    draw()
    [one] = samples.waiting(by=town.actor("archive"))
    with pytest.raises(Invalid, match="哪里对不上"):
        service.look(one.id, agrees=False, by=town.actor("archive"))
    service.look(one.id, agrees=False, reason="材料里是1小时", by=town.actor("archive"))
    before = queries.my_standing(town.actor("member")).total
    [mine] = samples.waiting(service.REPLY, by=town.actor("secretary"))
    assert mine.reason == "材料里是1小时"
    with pytest.raises(NotFound):
        service.answer(one.id, corrected=False, reply="维持", by=town.actor("archive"))
    with pytest.raises(Invalid, match="还没有冲正"):
        service.answer(one.id, corrected=True, reply="已改", by=town.actor("secretary"))

    prepared = manual.prepare_reversal(entry, reason="数量有误", by=town.actor("secretary"))
    manual.confirm(prepared.id, by=town.actor("deputy"))
    service.answer(one.id, corrected=True, reply="已冲正", by=town.actor("secretary"))

    assert queries.my_standing(town.actor("member")).total == before - Decimal("0.5")
    assert database.session.get_one(SampleLook, one.id).state == "corrected"
    assert list(verify.faults()) == []


def test_what_was_annulled_meanwhile_needs_no_look(town):
    entry = post(town)
    draw()
    prepared = manual.prepare_reversal(entry, reason="重复", by=town.actor("secretary"))
    manual.confirm(prepared.id, by=town.actor("deputy"))
    assert service.drop_reversed() == 1
    assert service.drop_reversed() == 0
    assert samples.waiting(by=town.actor("archive")) == []
    assert samples.overview(by=town.actor("leader")).drawn == 0


def test_a_city_of_one_organisation_asks_the_work_committee(db):
    alone = city.build()
    post(alone)
    draw()
    assert len(samples.waiting(by=alone.actor("leader"))) == 1


def test_where_nobody_else_decides_nothing_is_drawn(db):
    alone = city.build()
    post(alone)
    leading = sa.text("UPDATE post SET until = :today WHERE role = 'wc_leader'")
    db.session.execute(leading, {"today": clock.today()})
    draw()
    assert db.session.scalar(sa.select(sa.func.count(SampleLook.id))) == 0
    assert samples.overview(by=alone.actor("wc_office")).looked == 0


def test_the_burden_is_small(town):
    for days in range(1, 9):
        post(town, days=days)
        post(town, "colleague", days=days)
    draw()
    assert len(samples.waiting(by=town.actor("archive"))) == rates().each


def test_a_worker_killed_in_the_middle_goes_on(town):
    post(town)
    service.draw_next(NOW, after=0)  # it was killed here
    assert not service.finished(NOW)
    draw()
    assert service.finished(NOW)
    assert len(samples.waiting(by=town.actor("archive"))) == 1


@pytest.mark.parametrize(
    ("recorded", "drawn"),
    [
        pytest.param("2026-12-31T23:59:59+08:00", 1, id="the last second of the year"),
        pytest.param("2027-01-01T00:00:00+08:00", 0, id="the first of the next"),
    ],
)
def test_a_quarter_ends_at_midnight_in_shanghai(db, recorded, drawn):
    with time_machine.travel(recorded, tick=False):
        built = city.build()
        post(built)
    with time_machine.travel("2027-01-04T07:20:00+08:00", tick=False):
        steps = list(work_sampling.follow_samples("2027-01-04", {}))
        assert steps[0] == {"moot": 0}
        assert len(samples.waiting(by=built.actor("leader"))) == drawn
        assert list(work_sampling.follow_samples("2027-01-05", {})) == [{"moot": 0}], (
            "a drawn quarter is done"
        )


def test_a_transferred_member_s_fact_stays_where_it_was_earned(town):
    post(town, days=3)
    members.transfer(
        town.people["member"],
        to_branch_id=town.other_branch,
        on=clock.today(),
        letter="介2026-9",
        by=town.actor("office"),
    )
    draw()
    [one] = samples.waiting(by=town.actor("archive"))
    assert one.branch_name == "机关第一党支部"


def test_over_http(app, town):
    post(town)
    draw()
    archive, secretary = (doors.caller(app, town, who) for who in ("archive", "secretary"))
    [one] = archive.get("/samples/looks").get_json()["items"]
    assert one["name"] == "陈**"
    assert "陈国强" not in archive.get("/samples/looks").text
    assert secretary.post(f"/samples/looks/{one['id']}", {"agrees": True}).status_code == 404
    said = archive.post(f"/samples/looks/{one['id']}", {"agrees": False, "reason": "日期不对"})
    assert said.get_json()["state"] == "differs"
    assert [r["id"] for r in secretary.get("/samples/replies").get_json()["items"]] == [one["id"]]
    assert (
        archive.post(f"/samples/replies/{one['id']}", {"corrected": False, "reply": "维持"}).status_code
        == 404
    )
    kept = secretary.post(f"/samples/replies/{one['id']}", {"corrected": False, "reply": "材料无误"})
    assert kept.get_json()["state"] == "kept"
    assert secretary.get("/samples").status_code == 403
    seen = doors.caller(app, town, "wc_office").get("/samples").get_json()
    assert (seen["drawn"], seen["looked"], seen["agreement"]) == (1, 1, None)
    assert doors.caller(app, town, "wc_office").get("/samples", quarter="2019Q1").status_code == 404
    assert doors.caller(app, town, "wc_office").get("/samples", quarter="第一").status_code == 422


def test_at_the_desk(app, town):
    post(town)
    draw()
    desk = signed_in(app, town.people["archive"]).open("/console/").follow("抽查：请复看")
    assert "陈**" in desk.text
    assert "陈国强" not in desk.text
    desk.fill("哪里对不上", "时长与签到表不一致").press("有不同意见")
    assert "积分和时长没有改动" in desk.text
    branch = signed_in(app, town.people["secretary"]).open("/console/").follow("抽查：有不同意见")
    branch.fill("答复", "签到表已补，维持。").press("答复")
    assert "现在没有要您复看或答复的" in branch.text
    seen = signed_in(app, town.people["wc_office"]).open("/console/").follow("抽查结果")
    assert "太少，不显示" in seen.text
    assert "不是名次" in seen.text
    assert "志愿服务" in seen.text


def test_the_difference_between_branches_has_no_name(town):
    for days in range(1, 7):
        post(town, days=days)
    draw()
    found = samples.overview(by=town.actor("leader"))
    assert found.days.of == 6
    assert found.branches is None, "of one branch a spread would be its own figure"


def test_anybody_draws_it_again_by_its_seed(app, town):
    for days in range(1, 9):
        post(town, days=days)
    entry = post(town, "colleague")
    draw()
    again = samples.again(NOW.key, by=town.actor("wc_office"))
    assert (again.drawn, again.same, again.holds) == (2, 2, True)
    prepared = manual.prepare_reversal(entry, reason="重复", by=town.actor("secretary"))
    manual.confirm(prepared.id, by=town.actor("deputy"))
    post(town, "deputy")
    found = doors.caller(app, town, "wc_office").get("/samples/again", quarter=NOW.key).get_json()
    assert (found["holds"], found["seed"]) == (True, again.seed), "what came later moves nothing"
    with pytest.raises(NotFound):
        samples.again("2019Q1", by=town.actor("wc_office"))
    with pytest.raises(Forbidden):
        samples.again(NOW.key, by=town.actor("secretary"))
    desk = signed_in(app, town.people["wc_office"]).open("/console/samples").follow("照种子重抽核对")
    assert "当时抽取的2条全部对上" in desk.text


def test_a_line_that_was_put_in_by_hand_is_found_out(town, db):
    """Drawing again is worth something only if it sees what the seed did not choose."""
    entries = [post(town, days=days) for days in range(1, 9)]
    draw()
    chosen = set(db.session.scalars(sa.select(SampleLook.fact_id)))
    [swapped, *_] = sorted(set(entries) - chosen)
    db.session.execute(sa.update(SampleLook).where(SampleLook.fact_id == min(chosen)).values(fact_id=swapped))
    assert not samples.again(NOW.key, by=town.actor("leader")).holds


def test_a_department_looks_through_its_party_committee(town):
    """Where 机关党委 is a unit of its own below the department, nobody decides in the department itself."""
    other = database.session.scalar(sa.text("SELECT id FROM unit WHERE name = '市档案馆'"))
    seat = org.add(other, UnitKind.COMMITTEE, name="机关党委", since=city.SINCE, by=city.BY)
    database.session.execute(
        sa.text("UPDATE post SET unit_id = :seat WHERE unit_id = :other"), {"seat": seat.id, "other": other}
    )
    post(town)
    draw()
    assert len(samples.waiting(by=town.actor("archive"))) == 1
    assert samples.waiting(by=town.actor("leader")) == [], (
        "the work committee does not look at the whole city"
    )


def test_a_department_of_one_branch_is_looked_at_and_does_not_look(town):
    ended = sa.text("UPDATE post SET until = :today WHERE role = 'organ_committee' AND member_id = :who")
    database.session.execute(ended, {"today": clock.today(), "who": town.people["archive"]})
    post(town)
    draw()
    assert samples.waiting(by=town.actor("archive_secretary")) == []
    assert len(samples.waiting(by=town.actor("leader"))) == 1
