"""Laws of hours, over whatever happens to a member's days."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import itertools
from dataclasses import dataclass
from decimal import Decimal
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from jifen.core import clock
from jifen.core.db import attempt, db, transaction
from jifen.core.errors import DomainError, NotFound
from jifen.points import queries as points
from jifen.points import verify
from jifen.volunteering import deciding, queries, rules, service
from jifen.volunteering.models import ServiceRecord, ServiceSpan
from jifen.volunteering.settings import load
from jifen.volunteering.states import Source
from tests import city

BASE = dt.datetime(2026, 3, 2, tzinfo=dt.UTC)
MOMENTS = st.integers(0, 4 * 86_400).map(lambda s: BASE + dt.timedelta(seconds=s))
SPANS = st.tuples(MOMENTS, MOMENTS)


@given(SPANS, SPANS)
def test_what_is_cut_lies_in_both_and_is_never_longer(served, window):
    inside = rules.cut(served, window)
    if inside is None:
        return
    assert window[0] <= inside[0] < inside[1] <= window[1]
    assert served[0] <= inside[0] < inside[1] <= served[1]
    assert 0 < rules.minutes(inside) <= min(rules.minutes(served), rules.minutes(window))


@given(SPANS)
def test_a_spans_days_sum_to_its_minutes(span):
    per_day = rules.days(span, clock.SHANGHAI)
    assert sum(per_day.values()) == rules.minutes(span)
    assert all(0 < n <= 24 * 60 for n in per_day.values())


@given(SPANS.filter(lambda s: s[0] < s[1]), st.lists(SPANS.filter(lambda s: s[0] < s[1]), max_size=6))
def test_free_parts_and_what_is_taken_share_no_instant(span, taken):
    parts = rules.free_parts(span, taken)
    assert all(rules.free_of(part, taken) for part in parts)
    assert all(rules.free_of(a, parts[:i]) for i, a in enumerate(parts))
    assert sum(map(rules.minutes, parts)) <= rules.minutes(span)


@given(st.integers(0, 200_000), st.integers(0, 5_000), st.sampled_from(sorted(load().tables)))
def test_stars_never_rise_without_minutes(total, more, table):
    hours = load().tables[table].hours
    assert rules.star(total, hours) <= rules.star(total + more, hours)
    assert rules.star(total, hours) == 0 or total >= hours[rules.star(total, hours) - 1] * 60


@pytest.fixture(name="town")
def built(request) -> city.City:
    request.getfixturevalue("db")
    return city.build()


#: Stars within reach of two days, so that they rise and fall here.
STARS = (1, 2, 4, 8, 12)
PEOPLE = ("member", "colleague")
_AT = st.integers(0, 60 * 48)
_PICK = st.integers(0, 30)
OPERATIONS = st.lists(
    st.one_of(
        st.tuples(
            st.just("write"),
            st.sampled_from(PEOPLE),
            st.sampled_from([Source.ACTIVITY, Source.LATE_ENTRY, Source.IMPORT, Source.COMMUNITY]),
            st.integers(1, 9),
            _AT,
            st.integers(1, 60 * 14),
            # How far the announced window reaches beyond what was served, or falls short of it.
            st.integers(-90, 90),
            st.integers(-90, 90),
        ),
        st.tuples(st.just("reverse"), _PICK),
        st.tuples(st.just("amend"), _PICK, st.integers(-60, 60), st.integers(-60, 60), st.booleans()),
        st.tuples(st.just("clash"), _PICK, st.sampled_from(list(deciding.Which))),
        st.tuples(st.just("long"), _PICK, st.booleans()),
    ),
    min_size=4,
    max_size=12,
)
#: Every example's sources bear numbers of their own: what was told before is told again for nothing.
ROUNDS = itertools.count(1)


@dataclass
class Life:
    """What the operations of an example are done to."""

    town: city.City
    number: int

    def do(self, operation: tuple) -> None:
        what, *rest = operation
        # What is refused is refused whole: it changes nothing.
        with contextlib.suppress(DomainError), transaction(), attempt():
            getattr(self, what)(*rest)

    def write(self, who, source, n, start, length, before, after) -> None:
        since = BASE + dt.timedelta(minutes=start)
        until = since + dt.timedelta(minutes=length)
        window = (since - dt.timedelta(minutes=before), until + dt.timedelta(minutes=after))
        one = service.Stretch(
            member_id=self.town.people[who],
            unit_id=self.town.branch,
            served=(since, until),
            window=window if window[0] < window[1] else (since, until),
            source=source,
            source_id=self.number + n,
        )
        service.write([one], by=self.town.actor("secretary"))

    def reverse(self, pick) -> None:
        self._each(pick, None, lambda row: service.reverse([row.id], by=self.town.actor("deputy")))

    def amend(self, pick, since, until, nothing) -> None:
        def put_right(row: ServiceRecord) -> None:
            moved = (row.started_at + dt.timedelta(minutes=since), row.ended_at + dt.timedelta(minutes=until))
            asked = deciding.propose(
                row.id, None if nothing else moved, "核对", by=self.town.actor("secretary")
            )
            deciding.decide_amend(asked.id, approve=True, by=self.town.actor("deputy"))

        self._each(pick, None, put_right)

    def clash(self, pick, which) -> None:
        deputy = self.town.actor("deputy")
        self._each(pick, "clash", lambda row: deciding.decide_clash(row.id, which, by=deputy))

    def long(self, pick, approve) -> None:
        def decide(row: ServiceRecord) -> None:
            for who in ("organ", "leader"):
                # Whoever is not asked finds nothing; only one of the two is.
                with contextlib.suppress(NotFound), attempt():
                    deciding.decide_long_day(row.id, approve=approve, reason="核对", by=self.town.actor(who))
                    return

        self._each(pick, "held", decide)

    def _each(self, pick: int, state: str | None, do) -> None:
        found = [row for row, is_ in live(self.town) if state in (None, is_)]
        if found:
            do(found[pick % len(found)])


def live(town) -> list[tuple[ServiceRecord, str]]:
    """Every record of the two that was not reversed, and how it stands: read past the product's own reads."""
    stmt = (
        sa.select(ServiceRecord, ServiceSpan.state)
        .join(ServiceSpan, ServiceSpan.record_id == ServiceRecord.id)
        .where(ServiceRecord.member_id.in_([town.people[who] for who in PEOPLE]))
        .order_by(ServiceRecord.id)
        .execution_options(populate_existing=True)
    )
    return [(row, state) for row, state in db.session.execute(stmt)]


def posted(member: int) -> Decimal:
    """Hours that count in points."""
    return db.session.scalar(
        sa.text(
            "SELECT coalesce(sum(quantity), 0) FROM ledger_entry e WHERE item_code = 'D01' AND member_id = :m"
            " AND reverses_id IS NULL AND NOT EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = e.id)"
        ),
        {"m": member},
    )


def hold(town, before: dict[int, queries.Account]) -> dict[int, queries.Account]:
    """Assert every law of the two accounts as they stand; returns them."""
    everything = live(town)
    after = queries.accounts([town.people[who] for who in PEOPLE])
    for member, account in after.items():
        mine = [(row, state) for row, state in everything if row.member_id == member]
        counts = [row for row, state in mine if state == "counts"]
        # verified + attested = total, and neither holds a minute of the other.
        by_kind = {
            kind: sum(r.minutes for r in counts if r.kind == kind) for kind in ("verified", "attested")
        }
        assert (account.verified, account.attested) == (by_kind["verified"], by_kind["attested"])
        assert account.total == account.verified + account.attested
        assert account.waiting == sum(row.minutes for row, state in mine if state != "counts")
        for row, _ in mine:
            assert row.kind == "attested" or row.source == "activity"
            assert row.kind == "attested" or inside_of_its_first(row), "nobody's word makes a minute verified"
            # minutes <= window, and <= what was served.
            assert row.window_start <= row.started_at < row.ended_at <= row.window_end
            assert 0 < row.minutes <= (row.ended_at - row.started_at) / dt.timedelta(minutes=1)
        # No minute is counted twice: neither what counts nor what waits for a higher organisation.
        taken = sorted((row.started_at, row.ended_at) for row, state in mine if state != "clash")
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(taken))
        # Stars: as many as the table says of these minutes, and none more without more minutes.
        assert account.star == sum(account.total >= hours * 60 for hours in STARS)
        if member in before:
            assert account.star <= before[member].star or account.total > before[member].total
        # Points follow the minutes that count, deed by deed.
        deeds: dict[tuple, int] = {}
        for row in counts:
            key = (row.occurred_on, row.source, row.source_id)
            deeds[key] = deeds.get(key, 0) + row.minutes
        worth = [min(Decimal(minutes // 30) / 2, Decimal(8)) for minutes in deeds.values()]
        assert posted(member) == sum(worth)
    return after


def inside_of_its_first(row: ServiceRecord) -> bool:
    first = row
    while first.replaces_id is not None:
        first = db.session.get_one(ServiceRecord, first.replaces_id)
    return first.started_at <= row.started_at and row.ended_at <= first.ended_at


@pytest.fixture
def low_stars(monkeypatch):
    config = load()
    table = dataclasses.replace(config.tables[config.use], hours=STARS)
    lowered = dataclasses.replace(config, tables={**config.tables, config.use: table})
    monkeypatch.setattr("jifen.volunteering.settings.load", lambda: lowered)


_MORNING = ("write", "member", Source.ACTIVITY, 1, 60 * 9, 120, 60, 60)
_LONG = ("write", "member", Source.ACTIVITY, 1, 60, 60 * 10, 0, 0)
_OVER = ("write", "member", Source.LATE_ENTRY, 2, 60 * 10, 120, 0, 0)


# What chance seldom makes, always: each way by which minutes come, change or go.
@example([_MORNING, ("amend", 0, -30, 30, False), ("amend", 0, 15, 0, False)], 0)
@example([_MORNING, ("amend", 0, 0, 0, True), _MORNING], 1)
@example([_LONG, ("long", 0, True)], 2)
@example([_LONG, ("long", 0, False)], 3)
@example([_MORNING, _OVER, ("clash", 0, deciding.Which.NEW)], 4)
@example([_MORNING, _OVER, ("clash", 0, deciding.Which.REST), ("reverse", 0)], 5)
@example([("write", "member", Source.ACTIVITY, 1, 60 * 9, 240, -60, -60), ("reverse", 0)], 6)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OPERATIONS, st.integers(0, 2**16))
def test_accounts_hold_whatever_comes_and_taking_all_back_leaves_nothing(town, low_stars, operations, seed):
    life = Life(town, next(ROUNDS) * 100)
    before = {who: points.my_standing(town.actor(who)).total for who in PEOPLE}
    accounts: dict[int, queries.Account] = {}
    for operation in operations:
        life.do(operation)
        accounts = hold(town, accounts)
    assert list(verify.faults()) == []
    rows = [row.id for row, _ in live(town)]
    annulled = sa.select(sa.func.count(ServiceRecord.reverses_id))
    was = db.session.scalar(annulled)
    Random(seed).shuffle(rows)
    for record in rows:
        service.reverse([record], by=town.actor("deputy"))
        accounts = hold(town, accounts)
    assert before == {who: points.my_standing(town.actor(who)).total for who in PEOPLE}
    assert [account.total + account.waiting for account in accounts.values()] in ([0, 0], [])
    assert db.session.scalar(annulled) - was == len(rows)
    assert list(verify.faults()) == []
