"""A correction makes its difference visible in the act: every list that counts the deed has its revision."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core.period import Period
from jifen.decisions import objections, publicity, publicity_read
from jifen.decisions.states_objections import ObjectionState
from jifen.jobs import work_periods
from jifen.members import service as members
from jifen.points import answering, objecting, verify
from jifen.points.answering import Fresh
from jifen.points.objecting import Wish
from jifen.points.periods import rounds
from jifen.points.periods import service as periods
from tests import city
from tests.points.periods_town import deed, on

Q1, Q2 = Period.parse("2026Q1"), Period.parse("2026Q2")
DRAWN, FROZEN = dt.date(2026, 4, 9), dt.date(2026, 4, 16)
MISSED = Fresh(item="A01", occurred_on=dt.date(2026, 3, 20))


def clockwork() -> None:
    for _ in work_periods.follow("", {}):
        continue


@pytest.fixture
def town(db):
    with on(dt.date(2026, 3, 2)):
        made = city.build()
        deed(made, "member", dt.date(2026, 3, 1))
    with on(DRAWN):
        clockwork()
    return made


def entry_of(db, town):
    stmt = sa.text("SELECT id FROM ledger_entry WHERE member_id = :m ORDER BY id")
    return db.session.scalars(stmt, {"m": town.people["member"]}).first()


def correct(town, *, reverse=(), add=(MISSED,), outcome=ObjectionState.UPHELD):
    """Object to one's own score and have it answered by whoever looks again."""
    found = objecting.raise_(Wish(words="少记一次党员大会"), by=town.actor("member"))
    assert found.publication_id is None
    answering.answer(found.id, outcome, "核对签到表属实。", reverse=reverse, add=add, by=town.actor("organ"))


def revised(town, period=Q1, unit=None):
    """Return the newest list of a branch and what it says otherwise of the member."""
    newest = publicity.latest("points", unit or town.branch, period.key)
    whose = [c for c in publicity_read.difference(newest) if c.member_id == town.people["member"]]
    return newest, [(c.before["total"], c.after["total"]) for c in whose]


def test_a_list_that_is_shown_has_its_revision_when_the_answer_is_given(db, town):
    with on(DRAWN):
        first = periods.publicise(town.branch, Q1, by=town.actor("secretary"))
        correct(town)
        newest, changed = revised(town)
        assert (newest.revision, newest.state, changed) == (2, "drawn", [("61", "62")])
        assert first.state == "publicised"
        clockwork()
        assert revised(town)[0].id == newest.id, "the clock finds nothing more to do"
        assert list(verify.faults()) == []


def test_a_frozen_list_too(db, town):
    with on(DRAWN):
        periods.publicise(town.branch, Q1, by=town.actor("secretary"))
    with on(FROZEN, 0, 20):
        clockwork()
    with on(FROZEN):
        correct(town, reverse=[entry_of(db, town)], add=())
        newest, changed = revised(town)
        assert (newest.revision, newest.state, changed) == (2, "drawn", [("61", "60")])
        assert list(verify.faults()) == []


def test_a_draft_that_nobody_saw_is_drawn_anew(db, town):
    with on(DRAWN):
        before = publicity.latest("points", town.branch, Q1.key).id
        correct(town)
        newest, _ = revised(town)
        assert (newest.revision, newest.state, newest.id == before) == (1, "drawn", True)
        (line,) = publicity_read.lines(newest.id, member_id=town.people["member"])
        assert line.row["total"] == "62"


def test_every_list_that_counts_the_deed_and_no_other(db, town):
    with on(dt.date(2026, 7, 10)):
        clockwork()
        for period in (Q1, Q2):
            periods.publicise(town.branch, period, by=town.actor("secretary"))
        correct(town, add=(Fresh(item="A01", occurred_on=dt.date(2026, 4, 20)),))
        assert [revised(town, period)[0].revision for period in (Q1, Q2)] == [1, 2]
        correct(town)
        assert [revised(town, period)[0].revision for period in (Q1, Q2)] == [2, 2]
        assert revised(town, Q2)[1] == [("61", "63")], "both corrections wait in one draft"


def test_whoever_moved_in_the_publicity_days_is_corrected_on_the_list_that_names_him(db, town):
    with on(DRAWN):
        periods.publicise(town.branch, Q1, by=town.actor("secretary"))
        periods.publicise(town.other_branch, Q1, by=town.actor("other_secretary"))
    with on(DRAWN + dt.timedelta(days=1)):
        members.transfer(
            town.people["member"],
            to_branch_id=town.other_branch,
            on=DRAWN,
            letter="〔2026〕第3号",
            by=town.actor("office"),
        )
        correct(town)
        assert revised(town)[1] == [("61", "62")]
        assert revised(town, unit=town.other_branch)[0].revision == 1


@pytest.mark.parametrize(
    ("outcome", "add"),
    [
        pytest.param(ObjectionState.REJECTED, (), id="rejected"),
        pytest.param(ObjectionState.UPHELD, (), id="upheld_without_a_correction"),
    ],
)
def test_an_answer_that_corrects_nothing_makes_no_revision(db, town, outcome, add):
    with on(DRAWN):
        periods.publicise(town.branch, Q1, by=town.actor("secretary"))
        correct(town, add=add, outcome=outcome)
        assert revised(town)[0].revision == 1


def test_a_correction_that_is_refused_leaves_list_and_ledger_as_they_were(db, town):
    with on(DRAWN):
        periods.publicise(town.branch, Q1, by=town.actor("secretary"))
        again = Fresh(item="A01", occurred_on=DRAWN + dt.timedelta(days=9))
        with pytest.raises(objecting.errors.InFuture):
            correct(town, reverse=[entry_of(db, town)], add=(again,))
        assert revised(town)[0].revision == 1
        assert objections.open_members() == {town.people["member"]}
        assert db.session.scalar(sa.text("SELECT count(*) FROM ledger_entry")) == 1


def test_a_list_closed_after_the_correction_has_it_from_the_start(db, town):
    with on(DRAWN):
        correct(town, add=(Fresh(item="A01", occurred_on=DRAWN),))
    with on(dt.date(2026, 7, 10)):
        rounds.close_one(town.branch, Q2, by=city.BY)
        (line,) = publicity_read.lines(revised(town, Q2)[0].id, member_id=town.people["member"])
        assert line.row["total"] == "62"
