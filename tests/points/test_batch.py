"""Confirming many at once: what goes, what stays and why, and that a repeat goes on where it stopped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock
from jifen.core.errors import NotFound
from jifen.decisions.models import Decision
from jifen.points import deciding, service, verify
from jifen.points.queue import batch, queries
from jifen.points.service import Filing
from jifen.points.states import ReportState
from tests import city
from tests.api.doors import statements

#: In the middle of a year: what is usual is measured in the running one.
TODAY = dt.date(2026, 9, 16)


@pytest.fixture
def town(db) -> Iterator[city.City]:
    with time_machine.travel(clock.at(TODAY, 10), tick=False):
        yield city.build()


def file(town, who="member", days=1, hours="1", item="志愿服务", **more):
    filing = Filing(item=item, occurred_on=TODAY - dt.timedelta(days=days), quantity=Decimal(hours), **more)
    return service.submit(filing, by=town.actor(who))


def test_what_needs_no_look_is_confirmed_with_its_basis(town, db):
    usual = [file(town, "member"), file(town, "colleague", days=2), file(town, "deputy", days=3)]
    most = file(town, "member", days=5, hours="8")
    level = file(town, "colleague", days=9, item="E01", level="市级", evidence="证书 1 号")
    twice = [file(town, "deputy", days=12), file(town, "deputy", days=13)]
    own = file(town, "secretary", days=2)

    done = batch.confirm(basis_id=city.minute(town), by=town.actor("secretary"))

    assert set(done.confirmed) == {r.id for r in usual}
    assert {one.report.id: one.why.split("号")[-1] for one in done.left} == {
        most.id: "数量到了上限",
        level.id: "写有级别",
        twice[0].id: "同项且日期相同或相邻",
        twice[1].id: "同项且日期相同或相邻",
    }
    assert own.state == ReportState.PENDING
    rows = db.session.execute(sa.select(Decision.decided_by, Decision.reason))
    assert set(rows) == {(town.people["secretary"], "支委会纪要〔2026〕3号《3月28日支委会》")}
    assert list(verify.faults()) == []
    assert batch.confirm(by=town.actor("secretary")).confirmed == ()


def test_a_quantity_is_unusual_against_what_counts_in_the_branch(town):
    for days in range(20, 30, 2):
        deciding.approve(file(town, days=days).id, by=town.actor("secretary"))
    much, little = file(town, "colleague", hours="2.5"), file(town, "deputy", hours="2")
    found = {w.report.id: w.apart for w in queries.waiting(by=town.actor("secretary"))}
    assert found[little.id] == ()
    assert found[much.id] == ("数量超过平时（1小时）的2倍",)


def test_same_words_are_looked_at(town):
    first, second = file(town, days=3, words="社区清雪"), file(town, days=9, words="社区清雪")
    found = {w.report.id: w.apart for w in queries.waiting(by=town.actor("secretary"))}
    assert found == {
        first.id: (f"与{second.number}号写得一样",),
        second.id: (f"与{first.number}号写得一样",),
    }


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        pytest.param({}, 3, id="everything"),
        pytest.param({"item": "D02"}, 1, id="one item"),
        pytest.param({"ids": [0, 2]}, 2, id="a list"),
        pytest.param({"ids": [0], "item": "D02"}, 0, id="both must hold"),
    ],
)
def test_a_list_or_a_filter(town, chosen, count):
    filed = [file(town), file(town, "colleague", days=3), file(town, "deputy", days=5, item="D02")]
    if "ids" in chosen:
        chosen = chosen | {"ids": [filed[i].id for i in chosen["ids"]]}
    assert len(batch.confirm(**chosen, by=town.actor("secretary")).confirmed) == count


def test_what_is_not_his_is_passed_over(town):
    elsewhere, own = file(town, "stranger"), file(town, "secretary")
    done = batch.confirm(ids=[elsewhere.id, own.id, 10**12], by=town.actor("secretary"))
    assert (done.confirmed, done.left) == ((), ())
    assert batch.confirm(by=town.actor("member")).confirmed == ()


def test_somebody_decided_one_of_them_meanwhile(town, monkeypatch):
    first, second = file(town), file(town, "colleague", days=3)
    real = queries.waiting

    def slow(**more):
        found = real(**more)
        deciding.approve(first.id, by=town.actor("deputy"))
        return found

    monkeypatch.setattr(queries, "waiting", slow)
    done = batch.confirm(by=town.actor("secretary"))
    assert done.confirmed == (second.id,)
    assert [one.report.id for one in done.left] == [first.id]


def test_a_batch_costs_the_same_whatever_its_size(town):
    def cost(first, last):
        for days in range(first, last, 2):
            file(town, days=days)
        with statements() as seen:
            done = batch.confirm(by=town.actor("secretary"))
        assert len(done.confirmed) == (last - first) // 2
        return len(seen)

    cost(1, 3)
    assert cost(5, 9) == cost(11, 29)


@pytest.mark.parametrize(
    ("who", "may"), [("secretary", True), ("deputy", True), ("member", False), ("other_secretary", False)]
)
def test_a_first_look_decides_nothing(town, db, who, may):
    report = file(town)
    if not may:
        with pytest.raises(NotFound):
            batch.look(report.id, by=town.actor(who))
        return
    batch.look(report.id, by=town.actor(who))
    batch.look(report.id, by=town.actor(who))
    assert report.state == ReportState.PENDING
    assert db.session.scalars(sa.select(Decision.outcome)).all() == ["looked"]
    deciding.approve(report.id, by=town.actor("secretary"))
