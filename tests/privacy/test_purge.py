"""What runs out goes, in steps, without harm to the proof; what is open or objected to stays."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import service as access
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.decisions import asks
from jifen.decisions.states_objections import ObjectionState
from jifen.jobs import service as jobs
from jifen.jobs.calendar import job
from jifen.notices import service as notices
from jifen.points import answering, deciding, objecting, purging, seals, service, verify
from jifen.points.objecting import Wish
from jifen.points.service import Filing
from jifen.privacy import purge
from tests import city

DAY = dt.timedelta(days=1)


def at(day: dt.date) -> dt.datetime:
    return clock.at(day, 10, 0)


def confirmed(town, day: dt.date, *, who: str = "member", words: str = "清扫街道") -> int:
    """File on the day after ``day``, confirm and seal; return the report."""
    with time_machine.travel(at(day + DAY)):
        filing = Filing(item="D01", occurred_on=day, words=words)
        report = service.submit(filing, by=town.actor(who)).id
        deciding.approve(report, by=town.actor("secretary"))
        seals.seal_all()
        return report


def rows(table: str, where: str = "true") -> int:
    return db.session.scalar(sa.text(f"SELECT count(*) FROM {table} WHERE {where}"))


def run(*, short: bool) -> dict[str, int]:
    gone = {}
    for step in purge.run({}, short=short):
        gone = step["gone"]
    return gone


@pytest.fixture
def old_town(fresh_app, monkeypatch):
    """A city with one sealed fact of seven years ago, one of six and one of these days; commits are real."""
    year = (clock.today() + 2 * DAY).year  # of the day on which the tests run
    monkeypatch.setattr(city, "SINCE", dt.date(year - 8, 1, 1))
    with fresh_app.app_context():
        with time_machine.travel(at(dt.date(year - 7, 1, 5))):
            town = city.build(effective_from=city.SINCE)
            seals.seal_all()
        for age in (7, 6):
            confirmed(town, dt.date(year - age, 3, 5))
        confirmed(town, clock.today() - 5 * DAY)
        with time_machine.travel(clock.now() + 2 * DAY):
            yield town


def test_old_facts_go_and_the_proof_stays_green(old_town):
    assert (rows("ledger_entry"), list(verify.faults())) == (3, [])
    gone = run(short=False)

    assert gone["ledger_entry"] >= 2
    assert (rows("ledger_entry"), rows("ledger_claim")) == (1, 1)
    assert rows("audit_entry", f"at < '{purge.months_before(clock.now(), 14)}'") == 0
    assert list(verify.faults()) == []
    seals.seal_all()
    assert list(verify.faults()) == []
    assert run(short=False).keys() & {"ledger_entry", "report"} == set()


def test_the_database_lets_nothing_young_go(old_town):
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.execute(sa.text("DELETE FROM ledger_entry"))
    young = sa.text(
        "INSERT INTO seal_purge (chain, seq, until_xid, digest, rows, year, purged_at)"
        " SELECT chain, seq, until_xid, digest, rows, 2000, now() FROM seal WHERE chain = 'ledger'"
        " ORDER BY seq DESC LIMIT 1"
    )
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.execute(young)
    assert list(verify.faults()) == []


def test_a_row_brought_back_after_its_purge_is_named(old_town):
    run(short=False)
    copy = (
        "INSERT INTO ledger_entry (member_id, branch_id, rulebook_code, item_code, quantity, excused, occurred_on,"
        " occasion, source, source_id, revision, recorded_at, xid) SELECT member_id, branch_id, rulebook_code,"
        " item_code, quantity, excused, occurred_on, 'x', 'manual', 1, 1, recorded_at, 1 FROM ledger_entry LIMIT 1"
    )
    with transaction() as session:
        session.execute(sa.text(copy))
    assert "到期已清理" in next(iter(verify.faults())).why


def test_a_fact_that_a_later_row_annuls_waits_for_it(old_town, monkeypatch):
    oldest = db.session.scalar(sa.text("SELECT min(id) FROM ledger_entry"))
    reverse = (
        "INSERT INTO ledger_entry (member_id, branch_id, rulebook_code, item_code, quantity, excused, occurred_on,"
        " occasion, source, source_id, revision, reverses_id, recorded_at) SELECT member_id, branch_id,"
        " rulebook_code, item_code, quantity, excused, occurred_on, occasion, 'reversal', id, 1, id, now()"
        " FROM ledger_entry WHERE id = :id"
    )
    with transaction() as session:
        session.execute(sa.text(reverse), {"id": oldest})
        session.execute(sa.text("DELETE FROM ledger_claim WHERE entry_id = :id"), {"id": oldest})
    assert purging.purge_some("ledger", before=purge.months_before(clock.now(), 60)) == 0


@pytest.mark.parametrize("killed_after", [0, 1, 2, 3])
def test_a_killed_purge_goes_on_where_it_stopped(old_town, monkeypatch, killed_after):
    monkeypatch.setattr(purging, "CHUNK", 1)
    monkeypatch.setattr(purge, "CHUNK", 1)
    steps = purge.run({}, short=False)
    last = {}
    for _ in range(killed_after):
        last = next(steps)
    steps.close()
    db.session.remove()
    assert list(verify.faults()) == []

    for step in purge.run(last, short=False):
        assert step["gone"] is not None
    assert rows("ledger_entry") == 1
    assert list(verify.faults()) == []


def test_words_go_a_year_after_the_years_end_and_not_while_objected_to(old_town):
    assert rows("report", "words = '清扫街道'") == 3
    with transaction():
        asks.ask("objection", 1, unit_id=old_town.department, concerns=old_town.people["member"], not_by=())
    gone = run(short=False)
    assert gone.keys() & {"ledger_entry", "report"} == set()
    assert rows("report", "words = '清扫街道'") == 3

    with transaction() as session:
        session.execute(sa.text("UPDATE ask SET answered_at = :now"), {"now": clock.now()})
    assert run(short=False)["report"] == 2
    assert rows("report", "words = '清扫街道'") == 1
    assert rows("ledger_entry") == 1


def test_a_report_under_objection_keeps_its_words_until_the_answer(old_town):
    """The objection comes in by its own door; its answer lets the next purge go on."""
    row = objecting.raise_(Wish(words="清扫应记3小时"), by=old_town.actor("member"))
    assert run(short=False).get("report", 0) == 0
    assert rows("report", "words = '清扫街道'") == 3

    answering.answer(row.id, ObjectionState.REJECTED, "记录无误", by=old_town.actor("organ"))
    assert run(short=False)["report"] == 2
    assert rows("objection", "words = '清扫应记3小时'") == 1
    assert list(verify.faults()) == []


def test_an_open_period_keeps_its_words_and_facts(old_town):
    year = clock.today().year - 6
    with transaction() as session:
        session.execute(
            sa.text(
                "INSERT INTO branch_period (unit_id, period, since, until, state, draw_on, checked_xid, closed_at)"
                " VALUES (:unit, :period, :since, :day, 'closing', :day, 0, now())"
            ),
            {
                "unit": old_town.branch,
                "period": f"{year}Q1",
                "since": dt.date(year, 1, 1),
                "day": dt.date(year, 4, 1),
            },
        )
    run(short=False)
    assert rows("ledger_entry", f"occurred_on >= '{year}-01-01'") == 2
    assert rows("report", "words = '清扫街道'") == 2
    assert list(verify.faults()) == []


@pytest.mark.parametrize(
    ("table", "days"),
    [
        pytest.param("inbox_message", 7, id="stored replies"),
        pytest.param("idempotency_key", 7, id="stored answers"),
    ],
)
def test_short_terms(town_db, table, days):
    for age in (days - 1, days + 1):
        values = {"k": f"key-{age}", "at": clock.now() - age * DAY}
        column = {"inbox_message": "reply", "idempotency_key": "request, status, body"}[table]
        given = {"inbox_message": "'x'", "idempotency_key": "'x', 200, 'x'"}[table]
        db.session.execute(
            sa.text(f"INSERT INTO {table} (key, at, {column}) VALUES (:k, :at, {given})"), values
        )
    assert run(short=True) == {table: 1}
    assert rows(table) == 1


@pytest.fixture
def town_db(db):
    return city.build()


def test_a_notice_and_a_slip_go_and_what_is_owed_stays(town_db):
    old = purge.months_before(clock.now(), 14)
    with time_machine.travel(old):
        notices.queue_many(
            kind="report_approved",
            rows=[(f"k{n}", town_db.people["member"], {"report": n}) for n in range(2)],
        )
        access.issue_code(town_db.people["member"], by=city.BY)
    db.session.execute(sa.text("UPDATE notice SET state = 'accepted' WHERE key = 'k0'"))
    gone = run(short=False)
    assert (gone["notice"], gone["bind_code"]) == (1, 1)
    assert rows("notice") == 1


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        pytest.param(dt.date(2028, 2, 29), 12, dt.date(2027, 2, 28), id="29 February"),
        pytest.param(dt.date(2026, 3, 31), 1, dt.date(2026, 2, 28), id="the 31st"),
        pytest.param(dt.date(2026, 1, 15), 13, dt.date(2024, 12, 15), id="over two years' ends"),
        pytest.param(dt.date(2026, 12, 31), 60, dt.date(2021, 12, 31), id="five years"),
    ],
)
def test_months_are_counted_back(day, months, expected):
    assert clock.civil_day(purge.months_before(at(day), months)) == expected


def test_the_clock_runs_it_once_a_day(old_town, fresh_app):
    line = job("retention.daily")
    assert jobs.make_due(line, clock.now())
    period = line.period(clock.now().astimezone(clock.SHANGHAI))
    jobs.run("retention.daily", period)
    done = db.session.execute(
        sa.text("SELECT state, progress FROM job_run WHERE job = 'retention.daily'")
    ).one()
    assert done.state == "done"
    assert done.progress["gone"]["report"] == 2
    jobs.run("retention.daily", period)
