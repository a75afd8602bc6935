"""The demo's year of activities agrees with its points; something waits to be joined, and something to be closed."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.activities import closing, queries, queries_due, signing_up
from jifen.activities.closing import End
from jifen.core import clock
from jifen.demo import month
from jifen.points import verify
from jifen.volunteering import queries as hours


@pytest.fixture
def people(city):
    return month._people()


def rows(db, text: str) -> set[tuple]:
    return set(db.session.execute(sa.text(text)).tuples())


def test_who_earned_points_by_a_list_was_at_its_activity(city):
    listed = rows(
        city,
        "SELECT source_id, member_id, occurred_on FROM ledger_entry WHERE source = 'roster'"
        " AND item_code IN ('A01', 'A02', 'A03', 'A04', 'A05', 'A06', 'D01')",
    )
    there = rows(
        city,
        "SELECT a.id, p.member_id, (a.starts_at AT TIME ZONE 'Asia/Shanghai')::date FROM activity a"
        " JOIN presence p ON p.activity_id = a.id WHERE a.state = 'closed' AND p.outcome = 'attended'"
        " AND a.kind <> 'committee_meeting'",
    )
    assert len(listed) > 1000
    assert listed == there
    assert list(verify.faults()) == []


def test_minutes_lie_inside_the_activity_and_nobody_confirmed_himself(city):
    assert (
        rows(
            city,
            "SELECT r.id FROM service_record r LEFT JOIN activity a ON a.id = r.activity_id"
            " WHERE r.source = 'activity' AND (a.id IS NULL OR r.started_at < a.starts_at OR r.ended_at > a.ends_at)",
        )
        == set()
    )
    assert (
        rows(
            city,
            "SELECT p.id FROM presence p JOIN activity a ON a.id = p.activity_id"
            " WHERE p.confirmed_by = p.member_id AND a.kind <> 'committee_meeting'",
        )
        == set()
    )
    assert (
        rows(city, "SELECT member_id FROM sign_up GROUP BY activity_id, member_id HAVING count(*) > 1")
        == set()
    )


def test_the_showcase_has_a_waiting_list_and_the_first_of_it_moves_up(people):
    coming = {a.title: a for a in queries.coming(by=people["陈思远"])}
    assert {"临江步道清洁", "党务干部培训", "主题党日"} <= coming.keys()
    path = coming["临江步道清洁"]
    assert (path.joined, path.waiting, path.mine) == (3, 1, "waiting")
    signing_up.leave(path.id, by=people["孙志远"])
    assert queries.shown(path.id, by=people["陈思远"]).mine == "joined"


def test_closing_yesterdays_project_makes_the_first_star(people):
    secretary, sun = people["周建平"], people["孙志远"]
    act = next(a for a in queries.run(by=secretary, only_open=True) if a.title == "老城区文明交通劝导")
    before = hours.account(sun.member_id)
    assert (before.star, before.to_next) == (0, 120)
    done = closing.close(act.id, {}, by=secretary)
    assert sun.member_id in done.credited
    assert done.open == (people["许静"].member_id,)
    after = hours.account(sun.member_id)
    assert (after.verified - before.verified, after.attested, after.star) == (150, before.attested, 1)
    again = closing.confirm_one(act.id, people["许静"].member_id, End("left_early"), by=secretary)
    assert again.credited == (people["许静"].member_id,)


def test_last_month_the_showcase_did_what_the_regulations_ask(people):
    day = clock.today().replace(day=1) - dt.timedelta(days=1)
    due = {
        d.kind.code: d
        for d in queries_due.still_due(people["孙志远"].branch_id, day, by=people["周建平"])
        if d.least and d.period == f"{day:%Y-%m}"
    }
    assert {code: d.missing for code, d in due.items()} == {
        "committee_meeting": 0,
        "cell_meeting": 0,
        "theme_day": 0,
    }


def test_whoever_reported_to_a_community_is_registered_and_each_wish_was_asked_for(city):
    reported = rows(
        city,
        "SELECT member_id FROM ledger_entry e WHERE item_code = 'D02' AND reverses_id IS NULL"
        " AND NOT EXISTS (SELECT FROM ledger_entry x WHERE x.reverses_id = e.id)",
    )
    here = rows(city, "SELECT DISTINCT member_id FROM community_registration")
    assert len(reported) > 20
    assert reported <= here
    fulfilled = rows(
        city, "SELECT count(*) FROM need_claim WHERE state = 'confirmed' AND done_on IS NOT NULL"
    )
    assert next(iter(fulfilled))[0] > 20
