"""Ways of sending with the platform's own rules: chosen when it leaves, refused, used up, ended."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
import time_machine

from bot import outbound
from jifen.access import binding
from jifen.access import service as access
from jifen.core import clock
from jifen.core.db import db as database
from jifen.core.db import transaction
from jifen.notices import reach, rules, sending
from jifen.notices import service as notices
from jifen.notices.models import Notice, NoticeConsent, NoticeReach
from jifen.notices.ports import Addresses, Outcome
from jifen.notices.rules import Offer, Plan
from tests import city
from tests.notices.kit import Way, house_of, using

MORNING = clock.at(dt.date(2026, 3, 5), 10)
OFFER = Offer(lasting="TPL-LASTING-1", once="TPL-ONCE-0001", template="TPL-TEMPLATE1")


class Everyway:
    """A house with all ways, each of which answers as a test says and remembers what left by it."""

    def __init__(self, **answers: list[Outcome]) -> None:
        self.left: list[str] = []
        self.answers = {way: list(answers.get(way, [])) for way in rules.WAYS}
        memory = {rules.TEMPLATE: dt.timedelta(minutes=9)}
        self.house = house_of(
            lambda letter: Outcome("accepted"),
            channels={way: Way(self._by(way), memory.get(way)) for way in rules.WAYS},
            plan=Plan(),
            addresses=lambda member_id, data: Addresses(openid="o" * 28),
            offer=lambda kind: OFFER,
            lasting=lambda template: {OFFER.lasting: True, OFFER.once: False}.get(template),
        )

    def _by(self, way: str):
        def do(letter) -> Outcome:
            self.left.append(way)
            if self.answers[way]:
                return self.answers[way].pop(0)
            return Outcome("accepted", platform_id=f"p{letter.notice_id}")

        return do


@pytest.fixture
def town(db):
    with time_machine.travel(MORNING, tick=False):
        yield city.build()


class Row:
    """A notice as it stands whenever it is looked at."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __getattr__(self, name: str):
        database.session.expire_all()
        return getattr(database.session.query(Notice).filter_by(key=self._key).one(), name)


def owe(town, *, kind="report_approved", key="k1", who="member") -> Row:
    with transaction():
        notices.queue_many(kind=kind, rows=[(key, town.people[who], {"report": 1})])
    return Row(key)


def send_all() -> None:
    while sending.send_some():
        database.session.expire_all()


def after(**length):
    return time_machine.travel(clock.now() + dt.timedelta(**length), tick=False)


def test_consents_are_used_first_and_used_up(town):
    by, ways = town.actor("member"), Everyway()
    with using(ways.house):
        reach.consent([(OFFER.once, True)], at=clock.now(), by=by)
        reach.consent([(OFFER.once, True)], at=clock.now(), by=by)
        reach.consent([("of-somebody-else", True)], at=clock.now(), by=by)
        for n in range(3):
            owe(town, key=f"k{n}")
            send_all()
        assert ways.left == ["once", "once", "template"]
        assert database.session.query(NoticeConsent).one().left == 0
        reach.consent([(OFFER.lasting, True)], at=clock.now(), by=by)
        for n in range(3, 6):
            owe(town, key=f"k{n}")
            send_all()
        assert ways.left[3:] == ["lasting"] * 3
        reach.consent([(OFFER.lasting, False)], at=clock.now(), by=by)
        owe(town, key="k6")
        send_all()
        assert ways.left[-1] == "template"


def test_a_refusal_leads_to_the_next_way_and_what_it_says_is_kept(town):
    ways = Everyway(
        once=[Outcome("refused", "no_consent")],
        template=[Outcome("refused", "refuses")],
    )
    with using(ways.house):
        reach.consent([(OFFER.once, True)], at=clock.now(), by=town.actor("member"))
        reach.heard(town.people["member"], clock.now())
        row = owe(town)
        send_all()
        assert ways.left == ["once", "template", "customer"]
        assert (row.state, row.channel, row.tried) == ("accepted", "customer", ["once", "template"])
        known = reach.of(row.member_id, Addresses("o"))
        assert known.consents[OFFER.once].left == 0
        assert known.blocked == {"template"}
        assert known.message.left == rules.MESSAGE_MOST - 1
        owe(town, key="k2")
        send_all()
        assert ways.left[3:] == ["customer"], "what the platform said is not asked again"


def test_five_messages_in_48_hours_and_then_it_waits(town):
    ways = Everyway()
    with using(ways.house):
        notices.switch_way("template", enabled=False, by=town.actor("member"))
        reach.heard(town.people["member"], clock.now())
        rows = [owe(town, key=f"k{n}") for n in range(6)]
        send_all()
        assert [row.state for row in rows] == ["accepted"] * 5 + ["waits"]
        with after(hours=49):
            last = owe(town, key="k9")
            send_all()
            assert (last.state, last.reason) == ("waits", "switched_off")


def test_who_left_gets_nothing_and_who_comes_back_everything(town):
    gone: list[int] = []
    ways = Everyway(template=[Outcome("refused", "unfollowed")])
    house = dataclasses.replace(
        ways.house,
        addresses=lambda member_id, data: Addresses("o" * 28, followed=member_id not in gone),
        left=gone.append,
    )
    with using(house):
        row = owe(town)
        send_all()
        assert (row.state, ways.left, gone) == ("waits", ["template"], [town.people["member"]])
        second = owe(town, key="k2")
        send_all()
        assert (second.state, second.reason, ways.left) == ("waits", "unfollowed", ["template"])
        gone.clear()
        owe(town, key="k3")
        send_all()
        assert ways.left == ["template", "template"]


@pytest.mark.parametrize("way", ["once", "customer", "wecom", "lasting"])
def test_other_ways_send_once_at_most(town, way):
    ways = Everyway(**{way: [Outcome("unknown", "maybe_sent")]})
    house = dataclasses.replace(
        ways.house,
        plan=Plan(order=(way,), in_post=(way,)),
        addresses=lambda member_id, data: Addresses("o" * 28, "w1"),
    )
    with using(house):
        reach.consent([(OFFER.once, True), (OFFER.lasting, True)], at=clock.now(), by=town.actor("member"))
        reach.heard(town.people["member"], clock.now())
        row = owe(town)
        send_all()
        with after(minutes=5):
            send_all()
        assert (row.state, ways.left) == ("unknown", [way])


def test_a_lost_answer_is_asked_for_within_nine_minutes_and_then_left_to_a_person(town):
    lost = Outcome("again", "maybe_sent", wait=dt.timedelta(minutes=1), maybe_sent=True)
    ways = Everyway(template=[lost, Outcome("again", "busy"), lost])
    with using(ways.house):
        row = owe(town)
        send_all()
        assert row.state == "queued"
        first = row.sent_at
        with after(minutes=2):
            send_all()
        assert row.sent_at == first, "busy now does not unsay that it may have left before"
        with after(minutes=10):
            send_all()
        assert (row.state, ways.left) == ("unknown", ["template", "template"])


def test_the_days_quota_stops_and_goes_on_next_morning(town):
    ways = Everyway()
    limited = dataclasses.replace(ways.house, plan=Plan(daily={"template": 2}))
    with using(limited):
        rows = [owe(town, key=f"k{n}") for n in range(5)]
        send_all()
        assert len(ways.left) == 2
        waiting = [row for row in rows if row.state == "queued"]
        assert len(waiting) == 3
        for row in waiting:
            local = row.not_before.astimezone(clock.SHANGHAI)
            assert (local.date(), local.hour) == (dt.date(2026, 3, 6), 9)
            assert row.attempts == 0
        with time_machine.travel(clock.at(dt.date(2026, 3, 6), 10), tick=False):
            send_all()
        assert len(ways.left) == 4


def test_quiet_hours_hold_back_all_but_who_is_in_the_chat(town):
    ways = Everyway()
    house = dataclasses.replace(ways.house, quiet=(dt.time(22), dt.time(7)))
    with using(house), time_machine.travel(clock.at(dt.date(2026, 3, 5), 23), tick=False):
        asleep, awake = owe(town), owe(town, key="k2", who="colleague")
        alarm = owe(town, key="k3", kind="account_changed")
        reach.heard(town.people["colleague"], clock.now() - dt.timedelta(minutes=10))
        send_all()
        assert (asleep.state, awake.state, alarm.state) == ("queued", "accepted", "accepted")
        assert asleep.not_before == clock.at(dt.date(2026, 3, 6), 7)


def test_an_end_that_the_platform_tells_is_kept_and_a_failure_goes_another_way(town):
    ways = Everyway()
    with using(ways.house):
        good, blocked = owe(town), owe(town, key="k2", who="colleague")
        send_all()
        assert sending.ended(good.platform_id, arrived=True)
        assert not sending.ended(good.platform_id, arrived=False), "it had ended"
        assert (good.state, good.ended_at) == ("delivered", clock.now())
        reach.heard(blocked.member_id, clock.now())
        assert sending.ended(blocked.platform_id, arrived=False, reason="refuses")
        send_all()
        assert (blocked.state, blocked.channel, blocked.tried) == ("accepted", "customer", ["template"])
        assert not sending.ended("of-nobody", arrived=True)


def test_another_account_begins_anew_and_ones_choice_stays(town):
    by = town.actor("member")
    city.bind("o" + "1" * 27, access.issue_code(by.member_id, by=city.BY), "陈国强")
    with using(Everyway().house):
        reach.consent([(OFFER.lasting, True)], at=clock.now(), by=by)
    notices.switch_way("customer", enabled=False, by=by)
    reach.heard(by.member_id, clock.now())
    reach.flush()
    binding.withdraw(by=by)
    known = reach.of(by.member_id, Addresses())
    assert (known.consents, known.message.since, known.off) == ({}, None, {"customer"})


def test_a_worker_that_took_too_long_does_not_send_what_another_holds(town):
    ways = Everyway()
    row = owe(town)

    def stolen(_kind, _member, _data):
        # While this worker reads what to say, its lease ends and another one claims the notice.
        with transaction() as session:
            session.query(Notice).update({"lease_until": clock.now() + dt.timedelta(seconds=99)})
        return {"what": "x"}

    with using(dataclasses.replace(ways.house, compose=stolen)):
        sending.send_some()
    database.session.expire_all()
    assert (ways.left, row.state) == ([], "sending")


def test_windows_of_many_people_are_written_together(town):
    for who in ("member", "colleague", "secretary"):
        reach.heard(town.people[who], clock.now())
    reach.heard(10**9, clock.now())  # nobody
    reach.flush()
    assert database.session.query(NoticeReach).count() == 3


def test_every_configured_kind_has_a_sentence_and_words():
    for kind in outbound.templates():
        assert outbound.ways().words(kind) != kind
