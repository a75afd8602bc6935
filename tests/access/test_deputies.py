"""Deputies between two instants: what they may do, what not, and who names them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import deputies, queries_deputies
from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import Conflict, Forbidden, Invalid, NotFound
from jifen.decisions import queries as decisions
from jifen.decisions.models import Decision
from jifen.members import queries as members
from jifen.members import service
from jifen.notices.models import Notice
from jifen.points import deciding, queries_reports, roster
from jifen.points import service as points
from jifen.points.service import Filing
from tests import city

NOW = dt.datetime(2026, 3, 10, 2, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def town(db):
    with time_machine.travel(NOW, tick=False):
        yield city.build()


def post_of(town, who: str) -> int:
    held = members.posts_in_sight(by=town.actor("leader"))
    return next(p.id for p in held if p.member_id == town.people[who])


def stand_in(town, who="colleague", post="other_secretary", by="organ", since=NOW, until=NOW + DAY):
    return deputies.name_deputy(
        post_of(town, post), town.people[who], since=since, until=until, by=town.actor(by)
    )


def report(town, who="stranger", item="志愿服务"):
    filing = Filing(item=item, occurred_on=clock.today() - DAY, quantity=Decimal(1))
    return points.submit(filing, by=town.actor(who))


def test_a_deputy_decides_in_his_principals_place(town, db):
    row = stand_in(town)
    filed = report(town)
    colleague = town.actor("colleague")
    assert [w.report_id for w in queries_reports.queue(by=colleague)] == [filed.id]
    deciding.approve(filed.id, by=colleague)
    [decision] = db.session.scalars(sa.select(Decision))
    assert (decision.decided_by, decision.on_behalf_of, decision.unit_id) == (
        town.people["colleague"],
        town.people["other_secretary"],
        town.other_branch,
    )
    assert {h.unit_id for h in town.actor("other_secretary").holdings} == {town.other_branch}
    assert (town.people["colleague"], town.people["other_secretary"]) in decisions.deciders(
        [town.other_branch], clock.today()
    )[town.other_branch]
    told = db.session.execute(sa.select(Notice.member_id, Notice.data).where(Notice.kind == "deputy_named"))
    assert sorted((m, d["deputy"], d["mine"]) for m, d in told) == sorted(
        [(town.people["colleague"], row.id, True), (town.people["other_secretary"], row.id, False)]
    )


@pytest.mark.parametrize(
    ("moved", "may"),
    [
        pytest.param(-HOUR, False, id="not yet"),
        pytest.param(dt.timedelta(0), True, id="the first instant"),
        pytest.param(DAY - dt.timedelta(seconds=1), True, id="the last second"),
        pytest.param(DAY, False, id="the end is not in it"),
        pytest.param(DAY + HOUR, False, id="an hour after the end"),
    ],
)
def test_only_between_his_instants(town, moved, may):
    since = NOW + 2 * HOUR
    stand_in(town, since=since, until=since + DAY)
    filed = report(town)
    with time_machine.travel(since + moved, tick=False):
        if may:
            deciding.approve(filed.id, by=town.actor("colleague"))
        else:
            assert queries_reports.queue(by=town.actor("colleague")) == []
            with pytest.raises(NotFound):
                deciding.approve(filed.id, by=town.actor("colleague"))


def test_an_actor_of_before_the_end_is_not_kept(town):
    row = stand_in(town)
    filed = report(town)
    deputies.end_deputy(row.id, by=town.actor("other_secretary"))
    with pytest.raises(NotFound):
        deciding.approve(filed.id, by=town.actor("colleague"))
    with pytest.raises(Conflict):
        deputies.end_deputy(row.id, by=town.actor("other_secretary"))


def test_he_ends_with_the_post(town):
    stand_in(town, until=NOW + 5 * DAY)
    service.end_post(post_of(town, "other_secretary"), on=clock.today(), by=city.BY)
    assert town.actor("colleague").holdings == ()


def test_he_never_decides_his_principals_matter_nor_his_own(town):
    stand_in(town, who="stranger")
    principals, own = report(town, "other_secretary"), report(town)
    # Nobody in the branch may: it goes up past the deputy.
    assert principals.step_unit_id == town.department
    assert own.step_unit_id == town.other_branch
    assert [w.report_id for w in queries_reports.queue(by=town.actor("other_secretary"))] == [own.id]
    assert queries_reports.queue(by=town.actor("stranger")) == []
    done = roster.enter(
        "志愿服务",
        clock.today(),
        [town.people["other_secretary"]],
        branch_id=town.other_branch,
        quantity=Decimal(1),
        by=town.actor("organ"),
    )
    assert done.posted
    with pytest.raises(Conflict):
        roster.enter(
            "志愿服务",
            clock.today(),
            [town.people["other_secretary"], town.people["stranger"]],
            branch_id=town.other_branch,
            quantity=Decimal(1),
            by=town.actor("stranger"),
        )


def test_the_database_refuses_it_too(town, db):
    values = {
        "subject": "x",
        "subject_id": 1,
        "step": 1,
        "outcome": "approved",
        "concerns": town.people["other_secretary"],
        "decided_by": town.people["colleague"],
        "on_behalf_of": town.people["other_secretary"],
        "unit_id": town.branch,
        "door": "api",
        "decided_at": NOW,
    }
    with pytest.raises(sa.exc.IntegrityError):
        db.session.execute(sa.insert(Decision).values(values))


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        pytest.param({"by": "other_secretary", "who": "stranger"}, None, id="the holder, of his branch"),
        pytest.param({"by": "other_secretary", "who": "colleague"}, Invalid, id="the holder, a stranger"),
        pytest.param({"by": "organ", "who": "colleague"}, None, id="the organisation above, anybody"),
        pytest.param({"by": "leader", "who": "office"}, None, id="the work committee"),
        pytest.param({"by": "secretary"}, NotFound, id="another branch's secretary"),
        pytest.param({"by": "office"}, Forbidden, id="an office"),
        pytest.param({"by": "it"}, Forbidden, id="the administrator"),
        pytest.param({"by": "stranger"}, NotFound, id="a member"),
        pytest.param({"who": "other_secretary"}, Invalid, id="himself"),
        pytest.param({"who": "it"}, Invalid, id="one of the three"),
        pytest.param({"post": "office", "by": "leader"}, Invalid, id="a post that decides nothing"),
        pytest.param({"since": NOW - 2 * DAY}, Invalid, id="from the past"),
        pytest.param({"until": NOW}, Invalid, id="no time at all"),
        pytest.param({"until": NOW + 200 * DAY}, Invalid, id="too long"),
    ],
)
def test_who_names_whom(town, given, refused):
    if refused is None:
        assert stand_in(town, **given).id
    else:
        with pytest.raises(refused):
            stand_in(town, **given)


def test_one_at_a_time_and_no_chain(town):
    first = stand_in(town)
    with pytest.raises(deputies.DeputyTaken):
        stand_in(town, who="member", since=NOW + HOUR)
    with pytest.raises(Forbidden):
        stand_in(town, who="member", by="colleague", since=NOW + DAY, until=NOW + 2 * DAY)
    assert stand_in(town, who="member", since=NOW + DAY, until=NOW + 2 * DAY).id
    assert [d.id for d in queries_deputies.in_sight(by=town.actor("colleague"))] == [first.id]
    assert len(queries_deputies.in_sight(by=town.actor("organ"))) == 2
    assert queries_deputies.in_sight(by=town.actor("secretary")) == []


def test_a_deputy_of_the_one_above_names_nobody_below(town):
    stand_in(town, who="member", post="organ", by="leader")
    with pytest.raises((Forbidden, NotFound)):
        stand_in(town, by="member")


def test_a_secretary_of_two_places_uses_his_own_post_first(town, db):
    service.appoint(
        town.people["colleague"], town.other_branch, Role.DEPUTY_SECRETARY, since=clock.today(), by=city.BY
    )
    stand_in(town)
    deciding.approve(report(town).id, by=town.actor("colleague"))
    assert db.session.scalars(sa.select(Decision.on_behalf_of)).all() == [None]
    # His own post lets him decide about the one in whose place he stands as well.
    deciding.approve(report(town, "other_secretary").id, by=town.actor("colleague"))
