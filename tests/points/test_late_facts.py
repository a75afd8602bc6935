"""Facts that come after their period: where they count is the scheme's switch, in the product as in the fold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.period import Period
from jifen.decisions import publicity, publicity_read
from jifen.org import queries as org
from jifen.points import ledger, queries, standings_follow, verify
from jifen.points.ledger import Confirmed
from jifen.points.periods import rounds
from jifen.points.periods import service as periods
from jifen.rulebook import queries as rulebooks
from jifen.rulebook import service as rulebook
from jifen.rulebook.engine import score
from jifen.rulebook.engine.facts import Fact, Subject
from tests import city
from tests.points.periods_town import on
from tests.rulebook.sound import book

BOOK = book().replace('code = "T"', 'code = "late"').replace("late_after_days = 31", "late_after_days = 5")
LISTS = '[publicity]\nscope = "branch"\ncycle = "quarter"\nworking_days = 5\nitems = "after"\n'
Q1, Q2 = Period.parse("2026Q1"), Period.parse("2026Q2")


def town_with(late: str, cycle: str):
    """A branch under a scheme of quarters or of years, with a switch for late facts."""
    text = BOOK.replace('late_facts = "own_period"', f'late_facts = "{late}"')
    text = text.replace('cycle = "year"', f'cycle = "{cycle}"', 1) + LISTS
    made = city.build()
    loaded = rulebook.load(text, by=city.BY)
    rulebook.activate(loaded.id, by=city.BY)
    rulebook.assign(made.branch, loaded.code, since=dt.date(2026, 1, 1), by=city.BY)
    standings_follow.follow("/", day=clock.today())
    return made


def post(town, day, number):
    """Confirm a deed of ``day`` today."""
    rules = rulebooks.in_force(_path(town), "full_member", day)
    item = next(iter(rules.book.items))
    fact = Confirmed(
        member_id=town.people["member"],
        branch_id=town.branch,
        rules=rules,
        item_code=item,
        occurred_on=day,
        quantity=Decimal(1),
        occasion=f"activity:{number}",
        source="roster",
        source_id=number,
    )
    return ledger.post([fact], by=town.actor("secretary"))[0], Fact(
        item, day, Decimal(1), source=f"roster:{number}", entry=number
    )


def _path(town):
    return org.unit(town.branch).path


@pytest.mark.parametrize("late", ["own_period", "current_period", "none"])
def test_the_product_and_the_fold_agree_where_late_facts_count(db, late):
    deeds = [
        (dt.date(2026, 3, 10), dt.date(2026, 3, 12)),
        (dt.date(2026, 3, 20), dt.date(2026, 4, 3)),
        (dt.date(2026, 3, 25), dt.date(2026, 4, 20)),
        (dt.date(2026, 4, 10), dt.date(2026, 4, 21)),
    ]
    with on(dt.date(2026, 3, 2)):
        town = town_with(late, "quarter")
    facts = []
    for number, (day, recorded) in enumerate(deeds, 1):
        with on(recorded):
            facts.append(post(town, day, number)[1]._replace(recorded_on=recorded))
    with on(dt.date(2026, 4, 22)):
        for period in (Q1, Q2):
            rules = rulebooks.in_force(_path(town), "full_member", period.last_day)
            as_of = min(dt.date(2026, 4, 22), period.last_day)
            expected = score(Subject("x"), period, facts, rules.book, as_of=as_of).total
            kept = db.session.scalar(
                sa.text(
                    "SELECT total FROM standing WHERE member_id = :m AND period = :p AND rulebook_id = :r"
                ),
                {"m": town.people["member"], "p": period.key, "r": rules.rulebook_id},
            )
            assert (period.key, kept) == (period.key, expected)
        assert queries.my_standing(town.actor("member")).period == Q2.key
        assert list(verify.faults()) == []


def frozen_quarter(town):
    rounds.close_one(town.branch, Q1, by=city.BY)
    periods.publicise(town.branch, Q1, by=town.actor("secretary"))
    with on(dt.date(2026, 4, 20)):
        assert rounds.freeze_due(dt.date(2026, 4, 20), by=city.BY) == 1


def row(town, period):
    found = publicity.latest("points", town.branch, period.key)
    (line,) = publicity_read.lines(found.id, member_id=town.people["member"])
    return found.revision, line.row["opening"], line.row["gained"]


@pytest.mark.parametrize(
    ("late", "first", "second"),
    [
        pytest.param("own_period", (2, "60", "2"), (1, "62", "0"), id="a revision of its own quarter"),
        pytest.param("current_period", (1, "60", "1"), (1, "61", "1"), id="the next statement"),
    ],
)
def test_a_fact_that_comes_after_its_list_was_frozen(db, late, first, second):
    with on(dt.date(2026, 3, 2)):
        town = town_with(late, "year")
        post(town, dt.date(2026, 3, 1), 1)
    with on(dt.date(2026, 4, 1)):
        frozen_quarter(town)
    with on(dt.date(2026, 4, 21)):
        post(town, dt.date(2026, 3, 15), 2)
        list(rounds.draw_due(dt.date(2026, 4, 21)))
        assert row(town, Q1) == first
    with on(dt.date(2026, 7, 1)):
        rounds.close_one(town.branch, Q2, by=city.BY)
        assert row(town, Q2) == second
        assert list(verify.faults()) == []
