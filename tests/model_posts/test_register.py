"""From the application to the plate: conditions, steps, quota, publicity, number, points."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db
from jifen.core.errors import DomainError, NotFound
from jifen.core.states import NotNow
from jifen.decisions import objections, publicity, publicity_read
from jifen.decisions.errors import Answered, NotByYou
from jifen.decisions.models_objections import ObjectionState
from jifen.members import service as members
from jifen.members.models import ExemptionReason
from jifen.model_posts import errors, queries, service
from jifen.points import objecting, standings_follow, verify
from jifen.points import queries as points
from tests import city
from tests.model_posts.posts_town import DAY, applied, at, frozen, granted, publicised


@pytest.fixture
def town(db):
    with at():
        yield city.build()


def test_two_steps_a_publicity_and_a_plate(town):
    before = points.my_standing(town.actor("member")).total
    row = applied(town)
    assert row.state == "applied"
    assert [w.about.id for w in queries.waiting(by=town.actor("secretary"))] == [row.id]
    assert queries.waiting(by=town.actor("organ")) == []
    service.decide(row.id, approve=True, by=town.actor("secretary"))
    assert row.state == "reviewed"
    service.decide(row.id, approve=True, by=town.actor("organ"))
    assert (row.state, row.slot, row.plate) == ("publicised", 1, None)
    listed = publicity.shown(service.KIND, town.branch, "2026-06", row.id)
    assert [line.member_id for line in publicity_read.lines(listed.id)] == [town.people["member"]]
    assert publicity.due(service.KIND, listed.until - dt.timedelta(days=1)) == []
    with at(listed.until):
        frozen(row)
        assert (row.state, row.plate) == ("active", "岗-2026-0001")
        assert len(row.public_id) == 24
        assert row.until == listed.until.replace(year=2028)
        assert points.my_standing(town.actor("member")).total == before + 1
        assert list(verify.faults()) == []


@pytest.mark.parametrize(
    ("changed", "who", "refusal", "said"),
    [
        ({"kind": "nothing"}, "member", NotFound, "这种示范岗"),
        ({"deeds": " "}, "member", DomainError, "事迹"),
        ({"deeds": "陈国强 同志全年无差错"}, "member", errors.NamesSomebody, "陈国强"),
        ({"deeds": "陈国 强同志全年无差错"}, "member", errors.NamesSomebody, "改成"),
        ({"kind": "window"}, "member", errors.ConditionsNotMet, "没有填写人数"),
        ({"kind": "window", "staff": 9, "staff_members": 4, "leader_member": True}, "member",
         errors.ConditionsNotMet, "9人中党员4人（申报人填写，审核人核对）"),
        ({"kind": "window", "staff": 8, "staff_members": 4}, "member", errors.ConditionsNotMet, "没有勾选"),
    ],
    ids=["kind", "blank", "names", "names apart", "no staff", "too few", "no leader"],
)  # fmt: skip
def test_a_refusal_says_which_condition_what_was_found_and_what_to_do(town, changed, who, refusal, said):
    with pytest.raises(refusal) as found:
        applied(town, who, **changed)
    assert said in found.value.message


def test_half_of_the_staff_is_enough(town):
    row = applied(town, kind="window", staff=8, staff_members=4, leader_member=True)
    assert any("8人中党员4人" in one for one in row.found)


def test_points_below_the_line_are_told_with_their_figure(town, monkeypatch):
    monkeypatch.setattr("jifen.model_posts.conditions._points", lambda *_: (59, False))
    with pytest.raises(errors.ConditionsNotMet, match="不低于60分，现在59分（按本系统记录）"):
        applied(town)


def test_a_veto_and_an_exemption_are_told(town, db):
    db.session.execute(
        sa.text("UPDATE standing SET vetoed = true WHERE member_id = :m"), {"m": town.people["member"]}
    )
    with pytest.raises(errors.ConditionsNotMet, match="被一票否决"):
        applied(town)
    members.exempt(
        town.people["colleague"],
        reason=ExemptionReason.VILLAGE,
        since=DAY - dt.timedelta(days=9),
        until=DAY + dt.timedelta(days=90),
        minute="纪要3号",
        by=town.actor("organ"),
    )
    with pytest.raises(errors.ConditionsNotMet, match="免予积分"):
        applied(town, "colleague")


def test_nobody_applies_for_a_stranger_or_elsewhere(town):
    with pytest.raises(NotFound):
        applied(town, "member", lead_id=town.people["colleague"])
    with pytest.raises(NotFound):
        applied(town, "member", unit_id=town.other_branch)
    with pytest.raises(errors.NotOfBranch):
        applied(town, "secretary", lead_id=town.people["stranger"])


def test_who_applied_or_works_there_does_not_decide(town):
    row = applied(town, "secretary", lead_id=town.people["member"])
    with pytest.raises(NotByYou):
        service.decide(row.id, approve=True, by=town.actor("secretary"))
    window = applied(
        town, "member", kind="window", people=[town.people["deputy"]], staff=2, staff_members=2, leader_member=True
    )  # fmt: skip
    with pytest.raises(NotByYou):
        service.decide(window.id, approve=True, by=town.actor("deputy"))
    with pytest.raises(NotFound):
        service.decide(window.id, approve=True, by=town.actor("other_secretary"))


def test_one_person_one_post_and_a_waiting_time_after_a_no(town):
    row = applied(town)
    with pytest.raises(errors.AlreadyLeads):
        applied(town)
    with pytest.raises(errors.WordsNeeded):
        service.decide(row.id, approve=False, by=town.actor("secretary"))
    service.decide(row.id, approve=False, reason="事迹太笼统", by=town.actor("secretary"))
    with pytest.raises(Answered):
        service.decide(row.id, approve=True, by=town.actor("deputy"))
    with pytest.raises(errors.StillWaiting) as waits:
        applied(town)
    assert "请在2027年6月10日以后申报" in waits.value.message
    with at(dt.date(2027, 6, 10)):
        standings_follow.follow("/", day=clock.today())
        assert applied(town).state == "applied"


def test_taken_back_before_it_is_publicised_costs_nothing(town):
    row = applied(town)
    service.cancel(row.id, by=town.actor("member"))
    assert queries.waiting(by=town.actor("secretary")) == []
    again = publicised(town)
    with pytest.raises(NotNow):
        service.cancel(again.id, by=town.actor("member"))


def test_the_quota_ends_where_it_ends(town, monkeypatch):
    for who in ("member", "colleague", "deputy"):
        publicised(town, who, title=f"{who}岗")
    last = applied(town, "secretary", title="第四个")
    service.decide(last.id, approve=True, by=town.actor("deputy"))
    with pytest.raises(errors.QuotaFull, match="最多3个"):
        service.decide(last.id, approve=True, by=town.actor("organ"))
    assert (last.state, next(o.left for o in queries.openings(by=town.actor("member")))) == ("reviewed", 0)


def test_an_upheld_objection_ends_it(town):
    row = publicised(town)
    listed = publicity.shown(service.KIND, town.branch, "2026-06", row.id)
    raised = objecting.raise_(
        objecting.Wish(words="事迹不实", publication_id=listed.id, member_number=_number(town, "member")),
        by=town.actor("colleague"),
    )
    with at(listed.until):
        assert publicity.due(service.KIND, clock.today()) == [], "an open objection holds it back"
        for who in ("deputy", "secretary", "organ", "leader"):
            try:
                objections.answer(
                    raised.id, ObjectionState.UPHELD, "经核实", reason_other="经核实", by=town.actor(who)
                )
                break
            except DomainError:
                continue
        frozen(row)
    assert (row.state, row.plate) == ("refused", None)


def _number(town, who):
    return db.session.scalar(sa.text("SELECT number FROM member WHERE id = :m"), {"m": town.people[who]})


def test_two_posts_of_one_month_have_lists_of_their_own(town):
    one, two = publicised(town), publicised(town, "colleague", title="种苗检验岗")
    lists = [publicity.shown(service.KIND, town.branch, "2026-06", row.id) for row in (one, two)]
    assert [x.state for x in lists] == ["publicised", "publicised"]
    with at(lists[0].until):
        frozen(one)
    assert sorted([one.plate, two.plate]) == ["岗-2026-0001", "岗-2026-0002"]
    assert publicity_read.broken() is None


def test_the_members_of_a_window_each_get_the_collective_honour(town):
    people = [town.people["colleague"]]
    row = granted(town, kind="window", people=people, staff=3, staff_members=2, leader_member=True)
    entries = db.session.execute(
        sa.text("SELECT item_code, level FROM ledger_entry WHERE source = 'model_post' AND source_id = :p"),
        {"p": row.id},
    ).all()
    assert [tuple(e) for e in entries] == [("E02", "本单位")] * 2
