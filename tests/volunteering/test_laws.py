"""Laws of hours, over whatever happens to a member's days."""

from __future__ import annotations

import datetime as dt
import itertools
from random import Random

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jifen.core import clock
from jifen.core.db import db
from jifen.points import queries as points
from jifen.points import verify
from jifen.volunteering import queries, rules, service
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


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["member", "colleague"]),
        st.sampled_from([Source.ACTIVITY, Source.LATE_ENTRY, Source.IMPORT, Source.COMMUNITY]),
        st.integers(1, 9),
        st.integers(0, 60 * 48),
        st.integers(1, 60 * 14),
    ),
    max_size=9,
)


#: Every example's sources bear numbers of their own: what was told before is told again for nothing.
ROUNDS = itertools.count(1)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(DEEDS, st.integers(0, 2**16))
def test_accounts_hold_whatever_comes_and_taking_all_back_leaves_nothing(town, deeds, seed):
    session, number = db.session, next(ROUNDS) * 100
    people = {who: town.people[who] for who in ("member", "colleague")}
    before = {who: points.my_standing(town.actor(who)).total for who in people}
    rows_before = session.scalar(sa.select(sa.func.count(ServiceRecord.reverses_id)))
    for who, source, n, start, length in deeds:
        since = BASE + dt.timedelta(minutes=start)
        span = (since, since + dt.timedelta(minutes=length))
        one = service.Stretch(
            member_id=people[who],
            unit_id=town.branch,
            served=span,
            window=span,
            source=source,
            source_id=number + n,
        )
        service.write([one], by=town.actor("secretary"))
    for member in people.values():
        account, rows = queries.account(member), queries.live(member)
        assert account.total == account.verified + account.attested == sum(r.minutes for r in rows)
        assert account.verified == sum(r.minutes for r in rows if r.kind == "verified")
        assert all(r.minutes <= rules.minutes((r.window_start, r.window_end)) for r in rows)
        spans = [(r.started_at, r.ended_at) for r in rows]
        assert all(rules.free_of(s, spans[:i]) for i, s in enumerate(spans))
        assert account.star == rules.star(account.total, account.stars.hours)
    assert list(verify.faults()) == []
    live = list(session.scalars(sa.select(ServiceSpan.record_id).order_by(ServiceSpan.record_id)))
    Random(seed).shuffle(live)
    for record in live:
        service.reverse([record], by=town.actor("deputy"))
    assert before == {who: points.my_standing(town.actor(who)).total for who in people}
    assert [queries.account(member).total for member in people.values()] == [0, 0]
    annulled = session.scalar(sa.select(sa.func.count(ServiceRecord.reverses_id)))
    assert annulled - rows_before == len(live)
    assert list(verify.faults()) == []
