"""What would hurt most: races, kills, a database that goes away. Commits here are real."""

from __future__ import annotations

import datetime as dt
import threading
from decimal import Decimal

import pytest
import sqlalchemy as sa

from bot.callback import config_of_house
from jifen.access import service as access
from jifen.core import clock
from jifen.core.db import db, transaction
from jifen.core.errors import DomainError
from jifen.points import deciding, queries, seals, service, verify
from jifen.points.service import Filing
from tests import city
from tests.bot.phone import Phone

YESTERDAY = clock.today() - dt.timedelta(days=1)


@pytest.fixture
def town(fresh_app):
    with fresh_app.app_context():
        return city.build()


def at_once(app, count, work):
    """Run ``work(n)`` in threads that start together; return what each returned or raised."""
    barrier, results = threading.Barrier(count), [None] * count

    def one(n):
        with app.app_context():
            barrier.wait()
            try:
                results[n] = work(n)
            except DomainError as refusal:
                results[n] = refusal
            finally:
                db.session.remove()

    threads = [threading.Thread(target=one, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_eight_racing_approvals_post_once(fresh_app, town):
    with fresh_app.app_context():
        report = service.submit(
            Filing(item="D01", occurred_on=YESTERDAY, quantity=Decimal(2)), by=town.actor("member")
        )
        report_id = report.id

    def approve(n):
        return deciding.approve(report_id, by=town.actor(("secretary", "deputy")[n % 2])).state

    results = at_once(fresh_app, 8, approve)
    assert sum(r == "approved" for r in results) == 1
    assert all(isinstance(r, DomainError) for r in results if r != "approved")
    with fresh_app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM ledger_entry")) == 1
        assert queries.my_standing(town.actor("member")).total == 61
        assert list(verify.faults()) == []


def test_racing_batches_of_many_people_end_and_add_up(fresh_app, town):
    """Two batches over the same people in opposite order queue up rather than deadlock."""
    with fresh_app.app_context():
        ids = {}
        for who in ("member", "colleague"):
            for days in range(1, 9):
                filing = Filing(
                    item="D01", occurred_on=clock.today() - dt.timedelta(days=days), quantity=Decimal(1)
                )
                ids[who, days] = service.submit(filing, by=town.actor(who)).id

    def batch(n):
        half = [i for (who, days), i in ids.items() if days % 4 == n]
        return len(deciding.approve_many(half[:: 1 if n % 2 else -1], by=town.actor("secretary")))

    assert at_once(fresh_app, 4, batch) == [4, 4, 4, 4]
    with fresh_app.app_context():
        totals = [queries.my_standing(town.actor(who)).total for who in ("member", "colleague")]
        assert totals[0] == totals[1] > 60
        assert list(verify.faults()) == []


def test_racing_deliveries_have_one_effect_and_one_answer(fresh_app, town):
    with fresh_app.app_context():
        phone = Phone(fresh_app.test_client(), config_of_house(), "member")
        code = access.issue_code(town.people["member"], by=town.actor("office"))
        city.bind(phone.openid, code, "陈国强")
        config = config_of_house()

    def send(_n):
        mine = Phone(fresh_app.test_client(), config, "member")
        return mine.say("上报 志愿服务 昨天 2小时", msg_id="42")

    answers = set(at_once(fresh_app, 6, send))
    assert len(answers) == 1
    assert "编号1" in answers.pop()
    with fresh_app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM report")) == 1


def test_a_database_that_goes_away_mid_request_loses_and_repeats_nothing(fresh_app, town):
    """Every connection is cut between two messages: the next one is answered, once."""
    with fresh_app.app_context():
        phone = Phone(fresh_app.test_client(), config_of_house(), "member")
        code = access.issue_code(town.people["member"], by=town.actor("office"))
        city.bind(phone.openid, code, "陈国强")
        phone.say("上报 志愿服务 昨天 2小时", msg_id="1")
        killer = sa.create_engine(db.engine.url)
        with killer.connect() as other:
            other.execute(
                sa.text(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )
            )
        killer.dispose()
        again = phone.say("上报 志愿服务 昨天 2小时", msg_id="1")
        assert "编号1" in again
        assert "61" not in phone.say("我的积分")
        assert db.session.scalar(sa.text("SELECT count(*) FROM report")) == 1


def test_the_ledger_refuses_change_and_verify_names_the_first_wrong_line(fresh_app, town):
    with fresh_app.app_context():
        for days in (3, 2, 1):
            filing = Filing(item="D01", occurred_on=clock.today() - dt.timedelta(days=days))
            deciding.approve(service.submit(filing, by=town.actor("member")).id, by=town.actor("secretary"))
        assert seals.seal_all() > 0
        for sql in (
            "UPDATE ledger_entry SET quantity = 9",
            "DELETE FROM ledger_entry",
            "TRUNCATE ledger_entry CASCADE",
            "UPDATE audit_entry SET codes = ''",
            "DELETE FROM seal",
        ):
            with pytest.raises(sa.exc.IntegrityError, match="append-only"), transaction() as session:
                session.execute(sa.text(sql))
        assert list(verify.faults()) == []
        with transaction() as session:
            session.execute(sa.text("ALTER TABLE ledger_entry DISABLE TRIGGER ledger_entry_append_only"))
            session.execute(sa.text("UPDATE ledger_entry SET quantity = 3 WHERE id = 2"))
            session.execute(sa.text("ALTER TABLE ledger_entry ENABLE TRIGGER ledger_entry_append_only"))
        found = {f.part: f for f in verify.faults()}
        assert found["ledger"].where.startswith("第2行")
        assert found["总分"].where.startswith("党员")


def test_seals_take_finished_ranges_only(fresh_app, town):
    """A row written by a transaction that was open while others sealed is sealed later, not lost."""
    with fresh_app.app_context():
        report = service.submit(Filing(item="D01", occurred_on=YESTERDAY), by=town.actor("member"))
        slow = db.engine.connect()
        outer = slow.begin()
        slow.execute(
            sa.text(
                "INSERT INTO audit_entry (at, actor_name, door, action, subject, subject_id, codes)"
                " VALUES (now(), 'slow', 'job', 'x', 'y', 1, '')"
            )
        )
        deciding.approve(report.id, by=town.actor("secretary"))
        first = seals.seal_all()
        outer.commit()
        slow.close()
        assert seals.seal_all() >= 1
        assert first >= 0
        assert list(verify.faults()) == []
        sealed, rows = (
            db.session.scalar(sa.text(sql))
            for sql in (
                "SELECT sum(rows) FROM seal WHERE chain = 'audit'",
                "SELECT count(*) FROM audit_entry",
            )
        )
        assert sealed == rows


def test_seals_go_on_after_a_move_to_a_server_whose_ids_are_lower(fresh_app, town):
    with fresh_app.app_context():
        with transaction() as session:
            session.execute(sa.text("UPDATE xid_base SET base = 5000000"))
        report = service.submit(Filing(item="D01", occurred_on=YESTERDAY), by=town.actor("member"))
        deciding.approve(report.id, by=town.actor("secretary"))
        assert seals.seal_all() > 0
        with transaction() as session:
            session.execute(sa.text("UPDATE xid_base SET base = 0"))
        with pytest.raises(seals.Unordered):
            seals.seal_all()
        with transaction() as session:
            session.execute(sa.text("SELECT continue_xids()"))
        report = service.submit(Filing(item="D03", occurred_on=YESTERDAY), by=town.actor("member"))
        deciding.approve(report.id, by=town.actor("secretary"))
        assert seals.seal_all() > 0
        assert list(verify.faults()) == []
