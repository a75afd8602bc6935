"""Hours in the quarter's sample: drawn with points or without, once a deed, put right by a linked record."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jifen.core.db import db as database
from jifen.core.errors import Invalid, NotFound
from jifen.points import verify
from jifen.points.sampling import queries as samples
from jifen.points.sampling import service as sampling
from jifen.points.sampling.models import SampleLook
from jifen.volunteering import deciding, imports, queries, service
from jifen.volunteering.models import ServiceRecord
from tests import city
from tests.api import doors
from tests.console.conftest import signed_in
from tests.points.sampling.test_sample_story import NOW, draw, with_another
from tests.volunteering.hours_town import DAY, at, credit, served
from tests.volunteering.test_hours_import import line, preview


@pytest.fixture
def town(db):
    return with_another(city.build())


def record(town, who="member") -> int:
    stmt = sa.select(ServiceRecord.id).where(ServiceRecord.member_id == town.people[who])
    return database.session.scalars(stmt.order_by(ServiceRecord.id).limit(1)).one()


def drawn() -> list[tuple[str, int]]:
    rows = database.session.execute(sa.select(SampleLook.fact, SampleLook.fact_id))
    return sorted(map(tuple, rows))


def test_hours_without_points_are_looked_at(app, town):
    credit(town, served(town, "member", at(9), at(9, 20)))  # too short for half an hour's points
    draw()
    assert drawn() == [("service", record(town))]
    [one] = samples.waiting(by=town.actor("archive"))
    assert (one.name, one.deed.quantity, one.deed.unit, one.deed.level) == ("陈**", 20, "分钟", None)
    assert "活动签到" in one.deed.evidence
    got = doors.caller(app, town, "archive").get("/samples/looks").get_json()["items"][0]
    assert (got["fact"], got["deed"]["code"], got["deed"]["basis"]) == (
        "service",
        "activity",
        "《志愿服务条例》第十九条",
    )
    assert "陈国强" not in doors.caller(app, town, "archive").get("/samples/looks").text
    assert (
        doors.caller(app, town, "secretary").post(f"/samples/looks/{one.id}", {"agrees": True}).status_code
        == 404
    )


def test_a_deed_whose_points_were_drawn_is_not_looked_at_twice(town):
    credit(town, served(town, "member", at(9), at(11)))
    draw()
    assert [fact for fact, _ in drawn()] == ["entry"]


def test_a_difference_ends_in_a_linked_record(app, town):
    credit(town, served(town, "member", at(9), at(9, 20)))
    draw()
    [one] = samples.waiting(by=town.actor("archive"))
    sampling.look(one.id, agrees=False, reason="签到表上只有十分钟", by=town.actor("archive"))
    assert queries.account(town.people["member"]).verified == 20, "a look moves no minute"
    with pytest.raises(Invalid, match="还没有更正"):
        sampling.answer(one.id, corrected=True, reply="已改", by=town.actor("secretary"))

    asked = deciding.propose(one.fact_id, (at(9), at(9, 10)), "抽查发现", by=town.actor("secretary"))
    deciding.decide_amend(asked.id, approve=True, by=town.actor("deputy"))
    desk = signed_in(app, town.people["secretary"]).open("/console/looks")
    assert f"已更正或撤销（服务记录{one.fact_id}）" in desk.text
    sampling.answer(one.id, corrected=True, reply="已更正为十分钟", by=town.actor("secretary"))

    assert queries.account(town.people["member"]).verified == 10
    [after] = queries.live(town.people["member"])
    assert after.replaces_id == one.fact_id
    assert samples.overview(by=town.actor("leader")).items[0].item_code == "activity"
    assert samples.again(NOW.key, by=town.actor("leader")).holds
    assert list(verify.faults()) == []


def test_what_was_taken_back_meanwhile_needs_no_look(town):
    credit(town, served(town, "member", at(9), at(9, 20)))
    draw()
    service.reverse([record(town)], by=town.actor("secretary"))
    assert sampling.drop_reversed() == 1
    assert samples.waiting(by=town.actor("archive")) == []


def test_what_a_higher_organisation_looked_at_is_not_drawn(town):
    credit(town, served(town, "member", at(6), at(16)))  # ten hours: the organ's committee is asked
    draw()
    assert drawn() == []
    deciding.decide_long_day(record(town), approve=True, by=town.actor("organ"))
    assert samples.again(NOW.key, by=town.actor("leader")).drawn == 0


def test_another_platforms_hours_say_where_they_come_from(town, monkeypatch):
    batch = preview(town, line("陈国强", "9:00", "9:20"))
    imports.confirm(batch.batch_id, by=town.actor("secretary"))
    draw()
    [one] = samples.waiting(by=town.actor("archive"))
    assert "志愿汇" in one.deed.name
    assert one.deed.evidence.startswith("外部导入")
    assert one.deed.evidence.endswith("行")
    assert one.deed.occurred_on == DAY


@pytest.mark.parametrize(
    "who", ["secretary", "deputy", "organ", "archive_secretary", "member", "other_secretary"]
)
def test_nobody_looks_at_hours_of_his_own_organisation(town, who):
    credit(town, served(town, "member", at(9), at(9, 20)))
    draw()
    [number] = database.session.scalars(sa.select(SampleLook.id))
    with pytest.raises(NotFound):
        sampling.look(number, agrees=True, by=town.actor(who))
