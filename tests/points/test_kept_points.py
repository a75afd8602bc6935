"""Points kept until a date: stored at the end of a period, honoured in the next, as ``rules score`` says it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.period import Period
from jifen.jobs import work_periods
from jifen.points import facts, ledger, queries, standings_follow, verify
from jifen.points.ledger import Confirmed
from jifen.points.periods import queries_year_end, service_year_end
from jifen.rulebook import queries as rulebooks
from jifen.rulebook import scoring
from jifen.rulebook import service as rulebook
from jifen.rulebook.records import Person, Records
from tests import city
from tests.points.periods_town import on
from tests.rulebook.sound import book, item

CODE = "kept"


def scheme(months: int, cycle: str = "year") -> str:
    text = book(item(), item('points = "-2"', code="A02", name='"用去"')).replace(
        'code = "T"', f'code = "{CODE}"'
    )
    text = text.replace('granted = "60"', 'granted = "0"').replace(
        'carry_over = "clear"', f'carry_over = "keep"\ncarry_expires_months = {months}'
    )
    return text.replace('cycle = "year"', f'cycle = "{cycle}"', 1)


def town_with(months: int, cycle: str = "year"):
    made = city.build(effective_from=dt.date(2023, 1, 1))
    text = scheme(months, cycle).replace("effective_from = 2026-01-01", "effective_from = 2023-01-01")
    rulebook.activate(rulebook.load(text, by=city.BY).id, by=city.BY)
    rulebook.assign(made.branch, CODE, since=dt.date(2023, 1, 1), by=city.BY)
    standings_follow.follow("/", day=clock.today())
    return made


def post(town, number: int, *, item: str = "A01", quantity: int = 1, day: dt.date | None = None) -> int:
    day = day or clock.today()
    rules = rulebooks.in_force(town.actor("member").branch_path, "full_member", day)
    fact = Confirmed(
        member_id=town.people["member"],
        branch_id=town.branch,
        rules=rules,
        item_code=item,
        occurred_on=day,
        quantity=Decimal(quantity),
        occasion=f"activity:{number}",
        source="manual",
        source_id=number,
    )
    return ledger.post([fact], by=town.actor("secretary"))[0]


def standing(db, town, period: str):
    stmt = sa.text(
        "SELECT s.total, s.kept FROM standing s JOIN rulebook_version v ON v.id = s.rulebook_id"
        " WHERE s.member_id = :m AND s.period = :p AND v.code = :c"
    )
    return db.session.execute(stmt, {"m": town.people["member"], "p": period, "c": CODE}).one()


def by_file(town, period: str, as_of: dt.date) -> Decimal:
    """Return what ``rules score`` makes of the same facts."""
    rules = rulebooks.in_force(town.actor("member").branch_path, "full_member", as_of)
    found = []
    first = dt.date(2023, 1, 1)
    while first <= as_of:
        span = Period.containing(first, rules.book.cycle)
        found += facts.live_facts([town.people["member"]], rules.book, span)[town.people["member"]]
        first = span.until
    person = Person("m")
    person.facts.extend(found)
    person.days.extend({f.on for f in found} | {as_of})
    (sheet,) = [
        one
        for one in scoring.sheets(Records({"m": person}), rules.book, as_of=as_of)
        if one.period.key == period
    ]
    return sheet.total


def follow():
    standings_follow.follow("/", day=clock.today())


def test_points_of_two_years_end_one_after_the_other_and_the_oldest_are_used_first(db):
    with on(dt.date(2024, 6, 3)):
        town = town_with(24)
        post(town, 1, quantity=30)
    with on(dt.date(2025, 6, 3)):
        follow()
        post(town, 2, quantity=20)
        assert standing(db, town, "2025") == (50, [["30", "2024-12-31"], ["20", "2025-12-31"]])
    with on(dt.date(2026, 6, 3)):
        follow()
        post(town, 3, item="A02", quantity=5)
        assert standing(db, town, "2026") == (40, [["20", "2024-12-31"], ["20", "2025-12-31"]])
    with on(dt.date(2026, 12, 31), 23, 59):
        follow()
        assert queries.my_standing(town.actor("member")).total == by_file(town, "2026", clock.today()) == 40
    with on(dt.date(2027, 1, 1), 0, 1):
        follow()
        assert standing(db, town, "2027") == (20, [["20", "2025-12-31"]])
        assert by_file(town, "2027", clock.today()) == 20
        assert list(verify.faults()) == []


def test_the_last_day_of_february_in_a_leap_year(db):
    with on(dt.date(2024, 2, 29)):
        town = town_with(12, "month")
        post(town, 1, quantity=3)
    for month in range(3, 13):
        with on(dt.date(2024, month, 1)):
            follow()
    with on(dt.date(2025, 1, 1)):
        follow()
    with on(dt.date(2025, 2, 28), 23, 59):
        follow()
        assert standing(db, town, "2025-02").total == by_file(town, "2025-02", clock.today()) == 3
    with on(dt.date(2025, 3, 1), 0, 1):
        follow()
        assert standing(db, town, "2025-03").total == by_file(town, "2025-03", clock.today()) == 0


def test_the_year_end_step_stores_and_shows_what_is_brought(db):
    with on(dt.date(2025, 6, 3)):
        town = town_with(6)
        post(town, 1, quantity=30)
    with on(dt.date(2026, 1, 1), 0, 1):
        office = town.actor("office")
        shown = queries_year_end.preview(town.department, 2025, by=office)
        assert [one.opening for one in shown.openings if one.last_total == 30] == [30]
        service_year_end.confirm(town.department, 2025, by=office)
        list(service_year_end.work(town.department, 2025))
        assert standing(db, town, "2026") == (30, [["30", "2025-12-31"]])
    with on(dt.date(2026, 6, 30), 23, 59):
        follow()
        assert standing(db, town, "2026").total == by_file(town, "2026", clock.today()) == 30
    with on(dt.date(2026, 7, 1), 1, 10):
        follow()
        assert standing(db, town, "2026") == (0, [])
        assert by_file(town, "2026", clock.today()) == 0
        assert list(verify.faults()) == []


def test_a_late_reversal_takes_from_what_was_kept(db):
    with on(dt.date(2025, 6, 3)):
        town = town_with(24)
        entry = post(town, 1, quantity=30)
        post(town, 2, quantity=12)
    with on(dt.date(2026, 3, 3)):
        follow()
        ledger.reverse(entry, by=city.BY)
        assert standing(db, town, "2026") == (12, [["12", "2025-12-31"]])
        assert list(verify.faults()) == []


@pytest.mark.parametrize("months", [6, 24])
def test_a_year_that_is_over_says_the_same_however_late_it_is_asked(db, months):
    with on(dt.date(2025, 6, 3)):
        town = town_with(months)
        post(town, 1, quantity=30)
    with on(dt.date(2026, 12, 31)):
        follow()
        then = standing(db, town, "2026").total
    with on(dt.date(2029, 5, 5)):
        post(town, 2, day=dt.date(2026, 5, 5))
        assert standing(db, town, "2026").total == then + 1 == by_file(town, "2026", clock.today())
        for _ in work_periods.follow("", {}):
            continue
        assert list(verify.faults()) == []
