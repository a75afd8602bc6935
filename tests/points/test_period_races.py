"""A period closed while reports are being confirmed; a run that is killed in the middle. Commits are real."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core.db import db, transaction
from jifen.core.errors import DomainError
from jifen.core.period import Period
from jifen.decisions import publicity, publicity_read
from jifen.decisions.states_objections import ObjectionState
from jifen.points import answering, deciding, objecting, queries, service, verify
from jifen.points.answering import Fresh
from jifen.points.objecting import Wish
from jifen.points.periods import rounds
from jifen.points.periods import service as periods
from jifen.points.service import Filing
from tests import city
from tests.points.periods_town import on

Q1 = Period.parse("2026Q1")
APRIL = dt.date(2026, 4, 1)


@pytest.fixture
def town(fresh_app):
    with fresh_app.app_context(), on(dt.date(2026, 3, 2)):
        return city.build()


def filed(town, days):
    with on(dt.date(2026, 3, 31)):
        return [
            service.submit(
                Filing(item="D01", occurred_on=dt.date(2026, 3, day), quantity=Decimal(2)),
                by=town.actor("member"),
            ).id
            for day in days
        ]


def total(publication, town):
    (line,) = publicity_read.lines(publication.id, member_id=town.people["member"])
    return line.row["total"]


def test_a_fact_confirmed_in_an_open_transaction_while_the_list_is_drawn_is_in_the_next_look(fresh_app, town):
    """The report's transaction is older than the list's and ends after it."""
    confirmed, drawn = threading.Event(), threading.Event()

    def confirm(report_id):
        with fresh_app.app_context():
            with transaction():
                deciding.approve(report_id, by=town.actor("secretary"))
                confirmed.set()
                assert drawn.wait(20)
            db.session.remove()

    with fresh_app.app_context():
        (report_id,) = filed(town, [20])
        with on(APRIL):
            other = threading.Thread(target=confirm, args=(report_id,))
            other.start()
            assert confirmed.wait(20)
            rounds.close_one(town.branch, Q1, by=city.BY)
            first = publicity.latest("points", town.branch, Q1.key)
            assert total(first, town) == "60"
            drawn.set()
            other.join()
            assert [unit for unit, _ in rounds.draw_due(APRIL)] == [town.branch]
            assert total(publicity.latest("points", town.branch, Q1.key), town) == "61"
            assert list(rounds.draw_due(APRIL)) == []
            assert list(verify.faults()) == []


def test_many_at_once_lose_and_double_nothing(fresh_app, town):
    with fresh_app.app_context():
        reports = filed(town, range(1, 9))

    def confirm(report_id):
        deciding.approve(report_id, by=town.actor("secretary"))

    def publicise(_n):
        periods.publicise(town.branch, Q1, by=town.actor("deputy"))

    def draw(_n):
        rounds.close_one(town.branch, Q1, by=city.BY)

    acts = [(confirm, r) for r in reports] + [(draw, 0), (publicise, 0), (draw, 1)]
    barrier = threading.Barrier(len(acts))

    def run(act, value):
        with fresh_app.app_context():
            barrier.wait()
            try:
                act(value)
            except DomainError:
                db.session.rollback()  # nothing to publicise yet, or somebody was first
            finally:
                db.session.remove()

    with on(APRIL):
        threads = [threading.Thread(target=run, args=act) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with fresh_app.app_context():
            list(rounds.draw_due(APRIL))
            newest = publicity.latest("points", town.branch, Q1.key)
            assert db.session.scalar(sa.text("SELECT count(*) FROM ledger_entry")) == 8
            assert Decimal(total(newest, town)) == queries.my_standing(town.actor("member")).total > 60
            assert list(verify.faults()) == []


def test_closing_many_goes_on_where_it_was_broken_off(fresh_app, town):
    with fresh_app.app_context(), on(APRIL):
        run = rounds.close_many(town.committee, Q1, by=city.BY)
        assert next(run) == (1, 2)
        run.close()
        db.session.remove()
        assert list(rounds.close_many(town.committee, Q1, by=city.BY)) == [(1, 1)]
        assert db.session.scalar(sa.text("SELECT count(*) FROM publication")) == 2


def objected(town):
    """Object to one's own score; the organ committee is to answer."""
    return objecting.raise_(Wish(words="少记一次党员大会"), by=town.actor("member")).id


def corrected(objection_id, town):
    add = [Fresh(item="A01", occurred_on=dt.date(2026, 3, 20))]
    answering.answer(objection_id, ObjectionState.UPHELD, "属实。", add=add, by=town.actor("organ"))


def test_a_list_closed_while_an_objection_is_being_answered_has_the_correction_at_the_next_look(
    fresh_app, town
):
    """The answer found no list yet, and the list did not see the answer."""
    answered, drawn = threading.Event(), threading.Event()

    def answer(objection_id):
        with fresh_app.app_context():
            with transaction():
                corrected(objection_id, town)
                answered.set()
                assert drawn.wait(20)
            db.session.remove()

    with fresh_app.app_context(), on(APRIL):
        found = objected(town)
        other = threading.Thread(target=answer, args=(found,))
        other.start()
        assert answered.wait(20)
        rounds.close_one(town.branch, Q1, by=city.BY)
        assert total(publicity.latest("points", town.branch, Q1.key), town) == "60"
        drawn.set()
        other.join()
        assert [unit for unit, _ in rounds.draw_due(APRIL)] == [town.branch]
        assert total(publicity.latest("points", town.branch, Q1.key), town) == "61"
        assert list(verify.faults()) == []


@pytest.mark.parametrize("step", ["publicise", "freeze", "draw"])
def test_an_answer_and_a_step_of_the_list_at_the_same_moment(fresh_app, town, step):
    """Whoever is first, nobody waits in a circle, and what is shown next has the correction."""
    with fresh_app.app_context(), on(APRIL):
        rounds.close_one(town.branch, Q1, by=city.BY)
        if step == "freeze":
            shown = periods.publicise(town.branch, Q1, by=town.actor("deputy")).id
    day = dt.date(2026, 4, 20)
    acts = {
        "publicise": lambda: periods.publicise(town.branch, Q1, by=town.actor("deputy")),
        "freeze": lambda: publicity.freeze(shown, by=periods.HOUSE),
        "draw": lambda: periods.draw(town.branch, Q1, by=periods.HOUSE),
    }
    barrier = threading.Barrier(2)
    refused: list[DomainError] = []

    def run(act):
        with fresh_app.app_context():
            barrier.wait()
            try:
                act()
            except DomainError as err:
                refused.append(err)
                db.session.rollback()
            finally:
                db.session.remove()

    with on(day):
        with fresh_app.app_context():
            found = objected(town)
        threads = [
            threading.Thread(target=run, args=(act,)) for act in (acts[step], lambda: corrected(found, town))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with fresh_app.app_context():
            # A list with a corrected one behind it is not frozen: that is the one refusal there may be.
            assert [err for err in refused if not isinstance(err, publicity.StillOpen)] == []
            newest = publicity.latest("points", town.branch, Q1.key)
            assert total(newest, town) == "61"
            assert list(verify.faults()) == []
