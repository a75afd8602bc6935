"""What one brings from last year: under the same scheme, its next version, or another one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core.period import Period
from jifen.core.settings import ROOT
from jifen.decisions import publicity
from jifen.points import ledger, standings_follow, verify
from jifen.points.ledger import Confirmed
from jifen.points.periods import service as periods
from jifen.rulebook import queries as queries_of_books
from jifen.rulebook import service as rulebooks
from tests import city

TEXT = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
CARRYING = TEXT.replace('carry_over = "clear"', 'carry_over = "fraction"\ncarry_fraction = "20%"')
DECEMBER = dt.datetime(2026, 12, 31, 15, 59, tzinfo=dt.UTC)  # 23:59 in Shanghai
JANUARY = dt.datetime(2026, 12, 31, 16, 1, tzinfo=dt.UTC)  # 00:01


def activate(text: str):
    book = rulebooks.load(text, by=city.BY)
    return rulebooks.activate(book.id, by=city.BY)


def version(text: str, number: str, since: str) -> str:
    return text.replace('"2026.1"', f'"{number}"', 1).replace("2026-01-01", since, 1)


@pytest.fixture
def town(db):
    with time_machine.travel(DECEMBER, tick=False):
        made = city.build()
        activate(version(CARRYING, "2027.1", "2027-01-01"))
        standings_follow.follow("/", day=dt.date(2026, 12, 31))
        yield made


def total(db, town, period: str) -> Decimal:
    stmt = sa.text(
        "SELECT total FROM standing WHERE member_id = :m AND period = :p ORDER BY rulebook_id DESC"
    )
    return db.session.scalar(stmt, {"m": town.people["member"], "p": period})


def post(town, day: dt.date, number: int) -> int:
    rules = queries_of_books.in_force(town.actor("member").branch_path, "full_member", day)
    fact = Confirmed(
        member_id=town.people["member"],
        branch_id=town.branch,
        rules=rules,
        item_code="A01",
        occurred_on=day,
        quantity=Decimal(1),
        occasion=f"activity:{number}",
        source="manual",
        source_id=number,
    )
    return ledger.post([fact], by=town.actor("secretary"))[0]


def test_a_share_of_last_year_is_there_one_minute_into_the_new_one(db, town):
    assert total(db, town, "2026") == 60
    with time_machine.travel(JANUARY, tick=False):
        standings_follow.follow("/", day=dt.date(2027, 1, 1))

        assert total(db, town, "2027") == 72
        assert list(verify.faults()) == []


def test_a_late_fact_of_last_year_reaches_this_years_opening_and_so_does_its_reversal(db, town):
    with time_machine.travel(JANUARY, tick=False):
        standings_follow.follow("/", day=dt.date(2027, 1, 1))
        entry = post(town, dt.date(2026, 12, 31), 1)

        assert (total(db, town, "2026"), total(db, town, "2027")) == (61, Decimal("72.2"))
        ledger.reverse(entry, by=town.actor("organ"))

        assert (total(db, town, "2026"), total(db, town, "2027")) == (60, 72)
        assert list(verify.faults()) == []


@pytest.mark.parametrize(
    ("transfer", "scale", "opening"),
    [
        # 60 of 100 is 30 of 50; a fifth of it comes on top of the 30 that the scheme grants.
        pytest.param("percent", 50, 36, id="share-of-the-attainable"),
        pytest.param("carry", 100, 72, id="as-it-is"),
        pytest.param("restart", 100, 60, id="nothing"),
    ],
)
def test_a_total_under_another_scheme_is_worth_what_the_new_one_says(db, town, transfer, scale, opening):
    other = CARRYING.replace('"municipal-organs"', '"own"', 1).replace('"percent"', f'"{transfer}"')
    other = other.replace('cap = "100"', f'cap = "{scale}"', 1)
    other = other.replace('granted = "60"', f'granted = "{scale * 60 // 100}"', 1)
    activate(version(other, "2027.1", "2027-01-01"))
    with time_machine.travel(JANUARY, tick=False):
        rulebooks.assign(town.branch, "own", since=dt.date(2027, 1, 1), by=city.BY)
        standings_follow.follow("/", day=dt.date(2027, 1, 1))

        assert total(db, town, "2027") == opening
        assert list(verify.faults()) == []


def test_the_frozen_total_of_last_year_is_what_counts_and_after_it_the_frozen_revision(db, town):
    secretary = town.actor("secretary")
    last_quarter = Period.parse("2026Q4")
    with time_machine.travel(JANUARY, tick=False) as now:
        standings_follow.follow("/", day=dt.date(2027, 1, 1))
        periods.close(town.branch, last_quarter, by=secretary, at_once=True)
        listed = periods.draw(town.branch, last_quarter, by=secretary)
        publicity.publicise(listed.id, by=secretary)
        now.shift(dt.timedelta(days=20))
        publicity.freeze(listed.id, by=secretary)
        standings_follow.follow("/", day=dt.date(2027, 1, 21))
        assert total(db, town, "2027") == 72

        post(town, dt.date(2026, 12, 31), 1)
        assert (total(db, town, "2026"), total(db, town, "2027")) == (61, 72)
        assert list(verify.faults()) == []

        revised = periods.draw(town.branch, last_quarter, by=secretary)
        publicity.publicise(revised.id, by=secretary)
        assert total(db, town, "2027") == 72
        now.shift(dt.timedelta(days=20))
        publicity.freeze(revised.id, by=secretary)

        assert total(db, town, "2027") == Decimal("72.2")
        assert list(verify.faults()) == []
