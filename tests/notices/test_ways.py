"""By which way a notice may go: windows, consents, blocks and the order, as laws on plain values."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.core import clock
from jifen.notices import rules
from jifen.notices.rules import Consent, Offer, Plan, Reach, Window, choose, why_not

NOW = clock.at(dt.date(2026, 3, 5), 10)
ALL = Offer(lasting="L", once="O", template="T")
OPEN = Reach(
    wechat=True,
    wecom=True,
    message=Window(NOW - dt.timedelta(hours=1), 5),
    consents={"L": Consent(lasting=True), "O": Consent(left=1)},
)


def ago(**length) -> dt.datetime:
    return NOW - dt.timedelta(**length)


def reach(**changed) -> Reach:
    return Reach(**({"wechat": True} | changed))


@pytest.mark.parametrize(
    ("way", "known", "why"),
    [
        pytest.param("lasting", OPEN, "", id="agreed for good"),
        pytest.param(
            "lasting", reach(consents={"L": Consent(left=9)}), "no_consent", id="agreed for once only"
        ),
        pytest.param("once", OPEN, "", id="one consent left"),
        pytest.param("once", reach(consents={"O": Consent()}), "no_consent", id="the consent is used up"),
        pytest.param("template", reach(), "", id="a follower"),
        pytest.param("template", reach(followed=False), "unfollowed", id="left the account"),
        pytest.param("template", Reach(), "not_bound", id="not bound"),
        pytest.param("template", reach(blocked=frozenset({"template"})), "refuses", id="blocked it"),
        pytest.param("template", reach(off=frozenset({"template"})), "switched_off", id="switched it off"),
        pytest.param("customer", reach(message=Window(ago(hours=47), 1)), "", id="wrote 47 hours ago"),
        pytest.param("customer", reach(message=Window(ago(hours=48), 5)), "window", id="wrote 48 hours ago"),
        pytest.param("customer", reach(message=Window(ago(hours=1), 0)), "window", id="five were sent"),
        pytest.param("customer", reach(event=Window(ago(seconds=40), 3)), "", id="tapped 40 seconds ago"),
        pytest.param("customer", reach(event=Window(ago(seconds=55), 3)), "window", id="so near the end"),
        pytest.param("customer", reach(event=Window(ago(seconds=5), 0)), "window", id="three were sent"),
        pytest.param("wecom", reach(wecom=True, followed=False), "", id="WeCom does not ask who follows"),
        pytest.param("wecom", reach(), "not_bound", id="no WeCom"),
    ],
)
def test_when_a_way_is_open(way, known, why):
    assert why_not(way, known, ALL, NOW) == why


def test_the_order_is_the_houses_and_another_one_for_those_in_post():
    plan = Plan()
    found, known = [], OPEN
    tried: tuple[str, ...] = ()
    while (way := choose(plan, known, ALL, tried=tried, now=NOW)[0]) is not None:
        found.append(way)
        tried += (way,)
    assert found == list(rules.WAYS)
    assert choose(plan, known, ALL, tried=tried, now=NOW) == (None, "refused")
    in_post = Reach(wechat=True, wecom=True, wecom_first=True)
    assert choose(plan, in_post, ALL, tried=(), now=NOW) == ("wecom", "")
    assert choose(plan, Reach(wechat=True, wecom_first=True), ALL, tried=(), now=NOW) == ("template", "")


def test_without_any_way_the_reason_is_one_that_the_person_could_change():
    assert choose(Plan(), Reach(), ALL, tried=(), now=NOW) == (None, "not_bound")
    assert choose(Plan(), reach(followed=False), ALL, tried=(), now=NOW) == (None, "unfollowed")
    assert choose(Plan(), reach(), Offer(), tried=(), now=NOW) == (None, "window")
    off = reach(off=frozenset({"template"}))
    assert choose(Plan(), off, ALL, tried=(), now=NOW) == (None, "switched_off")


windows = st.builds(
    Window,
    st.none() | st.integers(0, 200_000).map(lambda s: NOW - dt.timedelta(seconds=s)),
    st.integers(0, 5),
)
ways = st.frozensets(st.sampled_from(rules.WAYS))
reaches = st.builds(
    Reach,
    wechat=st.booleans(),
    wecom=st.booleans(),
    wecom_first=st.booleans(),
    followed=st.booleans(),
    message=windows,
    event=windows,
    consents=st.dictionaries(st.sampled_from("LOT"), st.builds(Consent, st.booleans(), st.integers(0, 3))),
    off=ways,
    blocked=ways,
)


@given(known=reaches, tried=ways)
def test_what_is_chosen_is_open_and_first(known, tried):
    way, why = choose(Plan(), known, ALL, tried=tuple(tried), now=NOW)
    order = Plan().in_post if known.wecom_first else Plan().order
    closed = [one in tried or why_not(one, known, ALL, NOW) != "" for one in order]
    if way is None:
        assert all(closed)
        assert why
    else:
        assert all(closed[: order.index(way)])
        assert not closed[order.index(way)]
        assert way not in known.off | known.blocked
        assert way == "wecom" or known.followed


@pytest.mark.parametrize(
    ("at", "until"),
    [
        pytest.param("12:00", None, id="noon"),
        pytest.param("21:59", None, id="a minute before"),
        pytest.param("22:00", "2026-03-06 07:00", id="it begins"),
        pytest.param("23:30", "2026-03-06 07:00", id="before midnight"),
        pytest.param("00:30", "2026-03-05 07:00", id="after midnight"),
        pytest.param("07:00", None, id="it ends"),
    ],
)
def test_quiet_hours_pass_midnight(at, until):
    local = dt.datetime.combine(dt.date(2026, 3, 5), dt.time.fromisoformat(at), tzinfo=clock.SHANGHAI)
    found = rules.quiet_until(local, begins=dt.time(22), ends=dt.time(7))
    assert (found and f"{found:%Y-%m-%d %H:%M}") == until


def test_many_are_spread_over_the_hour():
    hour = dt.timedelta(hours=1)
    minutes = [0] * 60
    for n in range(20_000):
        delay = rules.spread_over(f"remind:2026-09:{n}", hour)
        assert dt.timedelta() <= delay < hour
        minutes[int(delay.total_seconds()) // 60] += 1
    assert max(minutes) < 2 * 20_000 / 60
    assert min(minutes) > 20_000 / 60 / 2
