"""What goes wrong at activities: each has an answer, and nothing is lost.

=============================================  ========================================================================
what                                           answer, proved by
=============================================  ========================================================================
somebody else's code or ticket                 test_somebody_elses_code_counts_for_who_uses_it_and_never_for_its_owner,
                                               tests/phone: test_an_old_screenshot_and_somebody_elses_ticket
an old screenshot of a QR                      test_an_old_screenshot_checks_nobody_in
a clock wrong by an hour                       test_a_telephone_an_hour_off_is_refused_and_the_organiser_helps
two activities at once                         test_of_two_activities_at_once_no_minute_counts_twice,
                                               test_signing_up: test_nobody_is_in_two_places_at_once
check-out before check-in                      test_check_out_before_check_in_is_told_what_to_do
moved or cancelled after sign-up               test_moved_after_sign_up_the_place_stays_and_everybody_is_told_once,
                                               test_cancelled_after_sign_up_nothing_is_asked_of_anybody
transferred between check-in and check-out     test_transferred_between_check_in_and_check_out_he_goes_home_like_all
a late entry for a closed period               tests/volunteering/test_stars:
                                               test_a_late_entry_of_a_period_that_is_over_keeps_its_day,
                                               tests/volunteering/test_edges:
                                               test_a_late_entry_for_a_frozen_list_draws_a_revision_and_loses_nothing
a certificate number guessed                   tests/volunteering/certificates
a moment still to come                         test_nobody_is_written_down_before_it_happens
=============================================  ========================================================================
"""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.access import queries as access
from jifen.activities import checking_in, closing, errors, planning, queries, rules, signing_up
from jifen.activities.closing import End
from jifen.activities.models import Activity, Presence
from jifen.activities.states import Purpose, SignUpState, Way
from jifen.core import clock
from jifen.core.actor import Door
from jifen.core.db import db
from jifen.core.states import NotNow
from jifen.members import service as members
from jifen.notices.models import Notice
from jifen.points import verify
from jifen.volunteering import queries as hours
from tests import city
from tests.activities.town import DAY, ENDS, STARTS, at, need


@pytest.fixture
def town(db):
    with at(9, day=DAY - dt.timedelta(days=3)):
        yield city.build()


@pytest.fixture
def act(town) -> Activity:
    return planning.plan(need(town), by=town.actor("secretary"))


def picture(act: Activity, purpose: str = Purpose.IN) -> str:
    return rules.qr(act.id, act.seed, purpose, clock.now())


def there(act: Activity) -> dict[int, Presence]:
    stmt = sa.select(Presence).where(Presence.activity_id == act.id).execution_options(populate_existing=True)
    return {row.member_id: row for row in db.session.scalars(stmt)}


def told(kind: str) -> list[int]:
    return sorted(db.session.scalars(sa.select(Notice.member_id).where(Notice.kind == kind)))


def test_somebody_elses_code_counts_for_who_uses_it_and_never_for_its_owner(town, act):
    with at(13, 50):
        sent_on = picture(act)
        digits = rules.digits(act.seed, Purpose.IN, clock.now())
        checking_in.by_scan(sent_on, by=town.actor("member"))
        # The colleague at home got the picture and the digits: they say nothing of the member, and of himself once.
        assert not checking_in.by_scan(sent_on, by=town.actor("colleague")).again
        assert checking_in.by_digits(digits, Purpose.IN, by=town.actor("colleague")).again
        with pytest.raises(errors.NotInvited):
            checking_in.by_scan(sent_on, by=town.actor("stranger"))
    assert set(there(act)) == {town.people["member"], town.people["colleague"]}


@pytest.mark.parametrize(
    ("seconds", "counts"), [(0, True), (29, True), (59, True), (61, False), (3600, False)]
)
def test_an_old_screenshot_checks_nobody_in(town, act, seconds, counts):
    with at(13, 50):
        shot = picture(act)
    with at(13, 50, seconds):
        if counts:
            assert not checking_in.by_scan(shot, by=town.actor("member")).again
        else:
            with pytest.raises(errors.StaleCode, match="重新扫码"):
                checking_in.by_scan(shot, by=town.actor("member"))
            assert there(act) == {}


@pytest.mark.parametrize("hours_off", [-1, 1])
def test_a_telephone_an_hour_off_is_refused_and_the_organiser_helps(town, act, hours_off):
    me = town.actor("member")
    with at(14):
        wrong = clock.now() + dt.timedelta(hours=hours_off)
        with pytest.raises(errors.StaleCode):
            checking_in.by_scan(picture(act), seen_at=wrong, by=me)
        with pytest.raises(errors.StaleCode):
            checking_in.by_digits(rules.digits(act.seed, "in", clock.now()), "in", said_at=wrong, by=me)
        # Whose own clock is off by less than two minutes is right; our clock counts.
        near = clock.now() + dt.timedelta(seconds=90)
        assert checking_in.by_scan(picture(act), seen_at=near, by=me).at == clock.now()
        checking_in.by_organiser(act.id, [town.people["colleague"]], "in", by=town.actor("secretary"))
    assert there(act)[town.people["colleague"]].in_way == Way.ROSTER


def test_of_two_activities_at_once_no_minute_counts_twice(town, act):
    hour = dt.timedelta(hours=1)
    other = planning.plan(
        need(town, title="植树", starts_at=STARTS + hour, ends_at=ENDS + hour), by=town.actor("secretary")
    )
    me = town.actor("member")
    for which, came, went in ((act, (13, 50), (16, 0)), (other, (14, 50), (17, 0))):
        with at(*came):
            checking_in.by_scan(picture(which), by=me)
        with at(*went):
            checking_in.by_scan(picture(which, Purpose.OUT), by=me)
    with at(17, 30):
        assert closing.close(act.id, {}, by=town.actor("secretary")).credited == (me.member_id,)
        assert closing.close(other.id, {}, by=town.actor("secretary")).credited == ()
        account = hours.account(me.member_id)
        # The second is kept whole, for somebody to decide which counts.
        assert (account.total, account.waiting) == (120, 120)
        assert list(verify.faults()) == []


def test_check_out_before_check_in_is_told_what_to_do(town, act):
    me = town.actor("member")
    with at(15), pytest.raises(errors.NotCheckedIn, match="请找组织者登记到场时间"):
        checking_in.by_scan(picture(act, Purpose.OUT), by=me)
    with at(15, 30):
        by = town.actor("secretary")
        checking_in.by_organiser(act.id, [me.member_id], "in", at=clock.at(DAY, 14, 10), by=by)
        assert not checking_in.by_scan(picture(act, Purpose.OUT), by=me).again
    row = there(act)[me.member_id]
    assert (row.in_at, row.out_at) == (clock.at(DAY, 14, 10), clock.at(DAY, 15, 30))


def test_moved_after_sign_up_the_place_stays_and_everybody_is_told_once(town):
    by = town.actor("secretary")
    act = planning.plan(need(town, capacity=1), by=by)
    for who in ("member", "colleague"):
        signing_up.join(act.id, by=town.actor(who))
    day = dt.timedelta(days=1)
    planning.move(act.id, STARTS + day, ENDS + day, place="河边", by=by)
    assert told("activity_moved") == sorted([town.people["member"], town.people["colleague"]])
    assert signing_up.join(act.id, by=town.actor("member")).state == SignUpState.JOINED
    assert signing_up.join(act.id, by=town.actor("colleague")).queue == 1
    with at(14), pytest.raises(errors.NotOpenYet, match="6月11日13:30开始签到"):
        checking_in.by_scan(picture(act), by=town.actor("member"))
    with at(14, day=DAY + day):
        assert not checking_in.by_scan(picture(act), by=town.actor("member")).again


def test_cancelled_after_sign_up_nothing_is_asked_of_anybody(town, act):
    signing_up.join(act.id, by=town.actor("member"))
    planning.cancel(act.id, by=town.actor("secretary"))
    assert told("activity_cancelled") == [town.people["member"]]
    with at(14), pytest.raises(NotNow):
        checking_in.by_scan(picture(act), by=town.actor("member"))
    with at(17), pytest.raises(NotNow):
        closing.close(act.id, {}, by=town.actor("secretary"))
    # The time is free again for something else.
    again = planning.plan(need(town, title="植树"), by=town.actor("secretary"))
    assert signing_up.join(again.id, by=town.actor("member")).state == SignUpState.JOINED
    assert hours.account(town.people["member"]).total == 0


def test_transferred_between_check_in_and_check_out_he_goes_home_like_all(town, act):
    me = town.people["member"]
    with at(13, 55):
        checking_in.by_scan(picture(act), by=town.actor("member"))
    with at(15):
        members.transfer(me, town.other_branch, on=DAY, letter="转〔2026〕7号", by=town.actor("office"))
        moved = access.actor_of(me, Door.WECHAT)
    with at(16):
        digits = rules.digits(act.seed, Purpose.OUT, clock.now())
        assert not checking_in.by_digits(digits, Purpose.OUT, by=moved).again
        assert checking_in.by_scan(picture(act, Purpose.OUT), by=moved).again
        with pytest.raises(errors.NotInvited):
            checking_in.by_scan(picture(act), by=moved)
    with at(17):
        assert closing.close(act.id, {}, by=town.actor("secretary")).credited == (me,)
        assert hours.account(me).verified == 120
        assert list(verify.faults()) == []


def test_nobody_is_written_down_before_it_happens(town, act):
    by, me = town.actor("secretary"), town.people["member"]
    with at(14, 30):
        with pytest.raises(errors.NotInTheFuture):
            checking_in.by_organiser(act.id, [me], "in", at=clock.at(DAY, 15), by=by)
        checking_in.by_organiser(act.id, [me], "in", at=clock.at(DAY, 14), by=by)
        # Closed early, nobody has served until the planned end.
        closing.close(act.id, {me: End("attended", out_at=ENDS)}, by=by)
    assert there(act)[me].out_at == clock.at(DAY, 14, 30)
    assert hours.account(me).verified == 30


def test_sign_up_ends_when_the_organiser_says_and_the_waiting_list_still_moves(town):
    by = town.actor("secretary")
    act = planning.plan(need(town, capacity=1), by=by)
    for who in ("member", "colleague"):
        signing_up.join(act.id, by=town.actor(who))
    signing_up.stop(act.id, by=by)
    with pytest.raises(errors.SignUpOver, match="请联系组织者"):
        signing_up.join(act.id, by=town.actor("deputy"))
    assert signing_up.join(act.id, by=town.actor("member")).state == SignUpState.JOINED
    signing_up.leave(act.id, by=town.actor("member"))
    assert queries.shown(act.id, by=town.actor("colleague")).mine == SignUpState.JOINED
    with pytest.raises(errors.SignUpOver):
        signing_up.join(act.id, by=town.actor("member"))


def test_sign_up_ends_at_its_day(town):
    until = STARTS - dt.timedelta(days=1)
    act = planning.plan(need(town, join_until=until), by=town.actor("secretary"))
    with at(13, 59, day=DAY - dt.timedelta(days=1)):
        assert signing_up.join(act.id, by=town.actor("member")).state == SignUpState.JOINED
    with at(14, day=DAY - dt.timedelta(days=1)), pytest.raises(errors.SignUpOver, match="6月9日14:00"):
        signing_up.join(act.id, by=town.actor("colleague"))
