"""Check-in and check-out: by scan, digits and the organiser's tap, on time, late, twice, by nobody."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
import sqlalchemy as sa

from jifen.activities import checking_in, errors, planning, rules, signing_up
from jifen.activities.models import Activity, Presence, SignUp
from jifen.activities.states import Purpose, SignUpState, Way
from jifen.core import clock
from jifen.core.db import db
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import NotNow
from jifen.members import service as members
from jifen.members.models import Membership
from jifen.org import service as org
from jifen.org.models import UnitKind
from tests import city
from tests.activities.town import DAY, ENDS, STARTS, at, crowd, meeting, need


@pytest.fixture
def town(db):
    with at(9, day=DAY - dt.timedelta(days=3)):
        yield city.build()


def published(town, what=need, **changed) -> Activity:
    return planning.plan(what(town, **changed), by=town.actor("secretary"))


def picture(act: Activity, purpose: str = Purpose.IN, when: dt.datetime | None = None) -> str:
    return rules.qr(act.id, act.seed, purpose, when or clock.now())


def there(act: Activity, who: int) -> Presence | None:
    stmt = sa.select(Presence).where(Presence.activity_id == act.id, Presence.member_id == who)
    return db.session.scalars(stmt.execution_options(populate_existing=True)).one_or_none()


def test_scan_in_scan_out_and_twice_each(town):
    act, me = published(town), town.actor("member")
    with at(13, 50):
        signing_up.join(act.id, by=me)
        first = checking_in.by_scan(picture(act), inside=True, by=me)
        assert (first.again, first.to_check_out) == (False, True)
    with at(13, 51):
        assert checking_in.by_scan(picture(act), by=me).again
    with at(16, 2):
        assert not checking_in.by_scan(picture(act, Purpose.OUT), by=me).again
        assert checking_in.by_scan(picture(act, Purpose.OUT), by=me).again
    row = there(act, town.people["member"])
    assert (row.in_at, row.out_at) == (clock.at(DAY, 13, 50), ENDS)
    assert (row.in_way, row.out_way, row.inside) == (Way.SCAN, Way.SCAN, True)


def test_digits_said_aloud(town):
    act, me = published(town, meeting), town.actor("member")
    with at(13, 45):
        said = rules.digits(act.seed, Purpose.IN, clock.now())
        with pytest.raises(errors.WrongDigits):
            checking_in.by_digits("000000" if said != "000000" else "111111", Purpose.IN, by=me)
        assert checking_in.by_digits(said, Purpose.IN, by=me).title == act.title
    with at(14, 20):
        with pytest.raises(errors.WrongDigits):
            checking_in.by_digits(said, Purpose.IN, by=town.actor("colleague"))
        with pytest.raises(errors.NoCheckOut):
            checking_in.by_digits(rules.digits(act.seed, "out", clock.now()), Purpose.OUT, by=me)


def test_who_guesses_is_stopped_and_counted_though_refused(town):
    published(town, meeting)
    me = town.actor("member")
    with at(13, 45):
        for _ in range(checking_in.MOST_GUESSES):
            with pytest.raises(errors.WrongDigits):
                checking_in.by_digits("123456", Purpose.IN, by=me)
        with pytest.raises(errors.Guessing):
            checking_in.by_digits("123456", Purpose.IN, by=me)
    with at(13, 56), pytest.raises(errors.WrongDigits):
        checking_in.by_digits("123456", Purpose.IN, by=me)


@pytest.mark.parametrize(
    ("hour", "minute", "refusal"),
    [(13, 29, errors.NotOpenYet), (16, 1, errors.Over), (13, 30, None), (16, 0, None)],
)
def test_the_window(town, hour, minute, refusal):
    act = published(town, meeting)
    with at(hour, minute):
        if refusal is None:
            assert not checking_in.by_scan(picture(act), by=town.actor("member")).again
        else:
            with pytest.raises(refusal):
                checking_in.by_scan(picture(act), by=town.actor("member"))


def test_an_old_screenshot_a_wrong_clock_and_a_late_network(town):
    act, me = published(town, meeting), town.actor("member")
    with at(13, 50):
        shot = picture(act)
    with at(13, 52), pytest.raises(errors.StaleCode):
        checking_in.by_scan(shot, by=me)
    with at(13, 55):
        # The page was opened at once, which our signature vouches for; the tap came through later.
        assert checking_in.by_scan(shot, seen_at=clock.at(DAY, 13, 50), by=me).at == clock.at(DAY, 13, 50)
    with at(14, 1), pytest.raises(errors.StaleCode):
        checking_in.by_scan(shot, seen_at=clock.at(DAY, 13, 50), by=town.actor("colleague"))
    with at(13, 52), pytest.raises(errors.StaleCode):
        checking_in.by_scan(picture(act), seen_at=clock.at(DAY, 14, 52), by=town.actor("colleague"))
    with pytest.raises(errors.StaleCode):
        checking_in.by_scan("https://evil.example/1", by=me)


def test_check_out_before_check_in(town):
    act, me = published(town), town.actor("member")
    with at(15), pytest.raises(errors.NotCheckedIn):
        checking_in.by_scan(picture(act, Purpose.OUT), by=me)


@pytest.mark.parametrize("who", ["stranger", "organ", "leader"])
def test_somebody_elses_activity(town, who):
    act = published(town, meeting)
    with at(14):
        with pytest.raises(errors.NotInvited):
            checking_in.by_scan(picture(act), by=town.actor(who))
        with pytest.raises((errors.WrongDigits, errors.StaleCode)):
            checking_in.by_digits(rules.digits(act.seed, "in", clock.now()), Purpose.IN, by=town.actor(who))
    assert there(act, town.people[who]) is None


def test_a_cancelled_activity_takes_nobody_in(town):
    act = published(town)
    planning.cancel(act.id, by=town.actor("secretary"))
    with at(14), pytest.raises(NotNow):
        checking_in.by_scan(picture(act), by=town.actor("member"))


def test_a_moved_activity_opens_at_its_new_time(town):
    act = published(town, meeting)
    day = dt.timedelta(days=1)
    planning.move(act.id, STARTS + day, ENDS + day, by=town.actor("secretary"))
    with at(14), pytest.raises(errors.NotOpenYet):
        checking_in.by_scan(picture(act), by=town.actor("member"))
    with at(14, day=DAY + day):
        assert not checking_in.by_scan(picture(act), by=town.actor("member")).again


def test_without_a_sign_up_one_takes_a_place_that_is_left(town):
    act = published(town, capacity=2)
    signing_up.join(act.id, by=town.actor("member"))
    with at(13, 50):
        checking_in.by_scan(picture(act), by=town.actor("colleague"))
        with pytest.raises(errors.Full):
            checking_in.by_scan(picture(act), by=town.actor("deputy"))
        # The organiser, who sees the place, lets him in.
        checking_in.by_organiser(act.id, [town.people["deputy"]], Purpose.IN, by=town.actor("secretary"))
    assert signing_up.taken(act.id) == 2
    assert there(act, town.people["deputy"]).in_way == Way.ROSTER


def test_who_waits_takes_the_place_of_who_stayed_away_only_if_one_is_free(town):
    act = published(town, capacity=1)
    for who in ("member", "colleague"):
        signing_up.join(act.id, by=town.actor(who))
    with at(13, 50), pytest.raises(errors.Full):
        checking_in.by_scan(picture(act), by=town.actor("colleague"))


def test_the_organisers_tap_is_equal_in_rank(town):
    act = published(town)
    mine = [town.people["member"], town.people["colleague"]]
    with at(13, 55):
        done = checking_in.by_organiser(act.id, mine, Purpose.IN, by=town.actor("secretary"))
        assert [d.again for d in done] == [False, False]
        assert checking_in.by_organiser(act.id, mine, Purpose.IN, by=town.actor("deputy"))[0].again
        with pytest.raises(NotFound):
            checking_in.by_organiser(
                act.id, [town.people["stranger"]], Purpose.IN, by=town.actor("secretary")
            )
        for who, refusal in (("member", Forbidden), ("other_secretary", NotFound)):
            with pytest.raises(refusal):
                checking_in.by_organiser(act.id, mine, Purpose.IN, by=town.actor(who))
    with at(15, 30):
        checking_in.by_organiser(act.id, mine[:1], Purpose.OUT, by=town.actor("secretary"))
    assert there(act, mine[0]).out_at == clock.at(DAY, 15, 30)


def test_who_forgot_to_check_out_stands_at_the_planned_end_until_somebody_confirms(town):
    act, me = published(town), town.actor("member")
    with at(14):
        checking_in.by_scan(picture(act), by=me)
    with at(16, 5):
        checking_in.close_forgotten()
        assert there(act, me.member_id).out_at is None
    with at(16, 11):
        assert checking_in.close_forgotten() is None
        assert checking_in.close_forgotten() is None
        row = there(act, me.member_id)
        assert (row.out_at, row.out_way) == (ENDS, Way.ASSUMED)
        checking_in.by_organiser(
            act.id, [me.member_id], Purpose.OUT, at=clock.at(DAY, 15), by=town.actor("secretary")
        )
        row = there(act, me.member_id)
        assert (row.out_at, row.out_way) == (clock.at(DAY, 15), Way.ROSTER)


def test_only_the_cell_is_expected_of_a_cells_meeting(town):
    cell = org.add(town.branch, UnitKind.CELL, name="第一党小组", since=city.SINCE, by=city.BY)
    made = members.take_in("组员", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY)
    town.people["celler"] = made.id
    db.session.execute(sa.update(Membership).where(Membership.member_id == made.id).values(cell_id=cell.id))
    act = published(town, meeting, kind="cell_meeting", audience_id=cell.id)
    with at(14):
        with pytest.raises(errors.NotInvited):
            checking_in.by_scan(picture(act), by=town.actor("member"))
        said = rules.digits(act.seed, "in", clock.now())
        assert not checking_in.by_digits(said, Purpose.IN, by=town.actor("celler")).again


def test_many_tap_twice_at_the_same_moment(fresh_app):
    with fresh_app.app_context(), at(9):
        town = city.build()
        people = crowd(town, 30)
        act = published(town, capacity=25)
        for one in people[:20]:
            signing_up.join(act.id, by=one)
        act_id, seed = act.id, act.seed
    barrier, full = threading.Barrier(6), []

    def some(mine):
        with fresh_app.app_context():
            barrier.wait()
            for one in mine:
                try:
                    checking_in.by_scan(rules.qr(act_id, seed, "in", clock.now()), by=one)
                except errors.Full:
                    full.append(one.member_id)
                finally:
                    db.session.remove()

    with at(13, 50):
        # Everybody twice, on two telephones.
        threads = [threading.Thread(target=some, args=(people[n % 3 :: 3],)) for n in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    with fresh_app.app_context():
        rows = db.session.scalars(sa.select(Presence.member_id).where(Presence.activity_id == act_id)).all()
        joined = db.session.scalars(
            sa.select(SignUp.member_id).where(
                SignUp.activity_id == act_id, SignUp.state == SignUpState.JOINED
            )
        ).all()
    assert sorted(rows) == sorted(set(rows))
    assert len(rows) == 25
    assert sorted(joined) == sorted(rows)
    assert len(set(full)) == 5
