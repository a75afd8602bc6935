"""Stars by table, told once; what the settings may say; a late entry for a period that is over."""

from __future__ import annotations

import copy
import datetime as dt
import tomllib

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.notices.models import Notice
from jifen.org import queries as org
from jifen.points.models import LedgerEntry
from jifen.volunteering import late, queries, service, settings, stars
from jifen.volunteering.late import Late
from jifen.volunteering.states import Source
from tests import city


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def hours(town, days: int, *, who: str = "member", first: int = 0) -> list[int]:
    """Write eight attested hours on each of so many days of the past; returns the records."""
    made = []
    for n in range(first, first + days):
        since = clock.at(clock.today() - dt.timedelta(days=10 + n), 9)
        span = (since, since + dt.timedelta(hours=8))
        one = service.Stretch(
            member_id=town.people[who],
            unit_id=town.branch,
            served=span,
            window=span,
            source=Source.IMPORT,
            source_id=900 + n,
        )
        made.append(service.write([one], by=town.actor("secretary")).records[town.people[who]])
    return made


def told(db, town) -> list[str]:
    stmt = sa.select(Notice.data).where(
        Notice.kind == "star_reached", Notice.member_id == town.people["member"]
    )
    return [data["star"] for data in db.session.scalars(stmt)]


def test_a_star_is_told_once_and_goes_with_the_minutes(town, db):
    records = hours(town, 12)
    assert stars.follow() is None
    assert told(db, town) == []
    account = queries.account(town.people["member"])
    assert (account.star, account.to_next) == (0, 4 * 60)
    records += hours(town, 1, first=12)
    stars.follow()
    stars.follow()
    assert told(db, town) == ["一星志愿者"]
    account = queries.account(town.people["member"])
    assert (account.star, account.star_words, account.to_next) == (1, "一星志愿者", 196 * 60)
    service.reverse([records[0]], by=town.actor("deputy"))
    assert queries.account(town.people["member"]).star == 0


def test_people_are_looked_at_some_at_a_time(town, db):
    hours(town, 13)
    hours(town, 1, who="colleague", first=20)
    seen, after = 0, 0
    while after is not None:
        after, seen = stars.follow(after=after, limit=1), seen + 1
    assert (seen, told(db, town)) == (3, ["一星志愿者"])


RAW = tomllib.loads(settings.FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "wrong",
    [
        lambda raw: raw["day"].update(tiers=[12, 8]),
        lambda raw: raw["day"].update(tiers=[8]),
        lambda raw: raw["stars"].update(use="nowhere"),
        lambda raw: raw["stars"].update(local=[{"unit": "D01", "table": "nowhere"}]),
        lambda raw: raw["late"].update(within_days=-1),
        lambda raw: raw["stars"]["tables"]["national"].update(words=["一星"]),
        lambda raw: raw["stars"]["tables"]["national"].update(of="some"),
    ],
)
def test_settings_that_cannot_be(wrong):
    raw = copy.deepcopy(RAW)
    wrong(raw)
    with pytest.raises(settings.BadVolunteering):
        settings.read(raw)


def test_an_organisation_may_have_its_own_table(town, monkeypatch):
    hours(town, 5)
    raw = copy.deepcopy(RAW)
    raw["stars"]["local"] = [{"unit": code_of(town.branch), "table": "city2014"}]
    monkeypatch.setattr(settings, "load", lambda: settings.read(raw))
    account = queries.account(town.people["member"])
    assert (account.star, account.star_words) == (1, "一星")


def code_of(unit_id: int) -> str:

    return org.unit(unit_id).code


def test_only_verified_minutes_where_the_table_says_so(town, monkeypatch):
    hours(town, 13)
    raw = copy.deepcopy(RAW)
    raw["stars"]["tables"]["national"]["of"] = "verified"
    monkeypatch.setattr(settings, "load", lambda: settings.read(raw))
    account = queries.account(town.people["member"])
    assert (account.total, account.star, account.to_next) == (13 * 480, 0, 6000)


def test_a_late_entry_of_a_period_that_is_over_keeps_its_day(town, db):
    """Where its points count is the rulebook's switch for late facts; the record says when it was served."""
    day = dt.date(clock.today().year - 1, 12, 20)
    window = (clock.at(day, 9), clock.at(day, 11))
    row = late.propose(
        Late(
            unit_id=town.branch,
            title="年末慰问",
            window=window,
            people={town.people["member"]: None},
            reason="去年的纸质表",
        ),
        by=town.actor("deputy"),
    )
    late.decide(row.id, approve=True, by=town.actor("secretary"))

    assert queries.account(town.people["member"]).attested == 120
    entry = db.session.scalars(sa.select(LedgerEntry)).one()
    assert (entry.occurred_on, entry.source) == (day, "activity")
    year = queries.accounts([town.people["member"]], since=dt.date(clock.today().year, 1, 1))
    assert year[town.people["member"]].total == 0
