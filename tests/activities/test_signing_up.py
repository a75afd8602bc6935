"""Sign-up, the waiting list, conflicts, and what a moved or cancelled activity tells."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace

import pytest
import sqlalchemy as sa

from jifen.activities import errors, planning, queries, signing_up
from jifen.activities.models import SignUp
from jifen.activities.states import SignUpState
from jifen.core.db import db
from jifen.core.errors import DomainError, Forbidden, NotFound
from jifen.core.states import NotNow
from jifen.members import service as members
from jifen.notices.models import Notice
from jifen.points.attendance import leaves
from tests import city
from tests.activities.town import DAY, ENDS, STARTS, at, crowd, meeting, need


@pytest.fixture
def town(db):
    with at(9, day=DAY - dt.timedelta(days=3)):
        yield city.build()


def notices(kind: str) -> list[int]:
    return sorted(db.session.scalars(sa.select(Notice.member_id).where(Notice.kind == kind)))


def test_fifty_want_ten_places_and_five_leave(fresh_app):
    """10 in, 40 wait in order; the first five move up, each told once."""
    with fresh_app.app_context(), at(9):
        town = city.build()
        people = crowd(town, 50)
        act = planning.plan(need(town, capacity=10), by=town.actor("secretary")).id
    barrier, failed = threading.Barrier(50), []

    def some(mine):
        with fresh_app.app_context():
            barrier.wait()
            for one in mine:
                try:
                    signing_up.join(act, by=one)
                except DomainError as err:
                    failed.append(err)
                finally:
                    db.session.remove()

    with at(10):
        threads = [threading.Thread(target=some, args=([one],)) for one in people]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failed
        with fresh_app.app_context():
            rows = db.session.scalars(
                sa.select(SignUp).where(SignUp.activity_id == act).order_by(SignUp.position)
            ).all()
            states = [r.state for r in rows]
            assert states == [SignUpState.JOINED] * 10 + [SignUpState.WAITING] * 40
            by_id = {p.member_id: p for p in people}
            queue = [r.member_id for r in rows[10:]]
            assert [signing_up.join(act, by=by_id[m]).queue for m in queue[:3]] == [1, 2, 3]
            for row in rows[:5]:
                signing_up.leave(act, by=by_id[row.member_id])
            assert notices("activity_place") == sorted(queue[:5])
            assert signing_up.taken(act) == 10
            with pytest.raises(errors.NotSignedUp):
                signing_up.leave(act, by=by_id[rows[0].member_id])
            assert notices("activity_place") == sorted(queue[:5])


def test_joined_twice_is_joined_once_and_back_at_the_end_of_the_queue(town):
    act = planning.plan(need(town, capacity=1), by=town.actor("secretary")).id
    for _ in range(2):
        assert signing_up.join(act, by=town.actor("member")).state == SignUpState.JOINED
    assert signing_up.join(act, by=town.actor("colleague")).queue == 1
    assert signing_up.join(act, by=town.actor("deputy")).queue == 2
    signing_up.leave(act, by=town.actor("colleague"))
    assert signing_up.join(act, by=town.actor("colleague")).queue == 2
    signing_up.leave(act, by=town.actor("member"))
    assert notices("activity_place") == [town.people["deputy"]]


def test_more_places_let_the_waiting_in(town):
    act = planning.plan(need(town, capacity=1), by=town.actor("secretary")).id
    for who in ("member", "colleague", "deputy"):
        signing_up.join(act, by=town.actor(who))
    signing_up.widen(act, 2, by=town.actor("secretary"))
    assert signing_up.join(act, by=town.actor("deputy")).queue == 1
    signing_up.widen(act, None, by=town.actor("secretary"))
    assert signing_up.join(act, by=town.actor("deputy")).state == SignUpState.JOINED


def test_nobody_is_in_two_places_at_once(town):
    by = town.actor("secretary")
    first = planning.plan(need(town), by=by).id
    hour = dt.timedelta(hours=1)
    second = planning.plan(need(town, title="植树", starts_at=STARTS + hour, ends_at=ENDS + hour), by=by).id
    after = planning.plan(need(town, title="走访", starts_at=ENDS, ends_at=ENDS + hour), by=by).id
    signing_up.join(first, by=town.actor("member"))
    with pytest.raises(errors.Clash) as err:
        signing_up.join(second, by=town.actor("member"))
    assert "社区清扫" in err.value.message
    assert signing_up.join(after, by=town.actor("member")).state == SignUpState.JOINED
    signing_up.leave(first, by=town.actor("member"))
    with pytest.raises(errors.Clash):
        signing_up.join(second, by=town.actor("member"))
    signing_up.leave(after, by=town.actor("member"))
    assert signing_up.join(second, by=town.actor("member")).state == SignUpState.JOINED


def test_a_meeting_that_expects_him_comes_first_unless_he_is_on_leave(town):
    by, me = town.actor("secretary"), town.actor("member")
    with at(9):
        held = planning.plan(meeting(town), by=by)
        act = planning.plan(need(town), by=by).id
        with pytest.raises(errors.ClashWithMeeting, match="第二季度党员大会"):
            signing_up.join(act, by=me)
        evening = planning.plan(
            need(town, title="夜巡", starts_at=ENDS, ends_at=ENDS + dt.timedelta(hours=1)), by=by
        )
        assert signing_up.join(evening.id, by=me).state == SignUpState.JOINED
        asked = leaves.request(DAY, None, "duty", by=me)
        with pytest.raises(errors.ClashWithMeeting):
            signing_up.join(act, by=me)
        leaves.decide(asked.id, grant=True, by=by)
        assert signing_up.join(act, by=me).state == SignUpState.JOINED
        planning.cancel(held.id, by=by)
        assert signing_up.join(act, by=town.actor("colleague")).state == SignUpState.JOINED


def test_two_telephones_of_one_person_join_one_of_two(fresh_app):
    with fresh_app.app_context(), at(9):
        town = city.build()
        by = town.actor("secretary")
        acts = [planning.plan(need(town, title=t), by=by).id for t in ("甲", "乙")]
        me = town.actor("member")
    barrier, done = threading.Barrier(2), []

    def tap(act):
        with fresh_app.app_context():
            barrier.wait()
            try:
                signing_up.join(act, by=me)
                done.append(True)
            except errors.Clash:
                done.append(False)
            finally:
                db.session.remove()

    with at(10):
        threads = [threading.Thread(target=tap, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(done) == [False, True]


@pytest.mark.parametrize(
    ("who", "changed", "refusal"),
    [
        ("stranger", {}, NotFound),
        ("organ", {}, NotFound),
        ("member", {"kind": "members_meeting"}, errors.NoSignUp),
        ("newcomer", {"gates": ("year_in_branch",)}, errors.NotThroughGate),
    ],
)
def test_who_may_not_join(town, who, changed, refusal):
    if who == "newcomer":
        made = members.take_in(
            "新来", branch_id=town.branch, since=dt.date(2026, 5, 1), joined_on=city.SINCE, by=city.BY
        )
        town.people["newcomer"] = made.id
    act = planning.plan(need(town, **changed), by=town.actor("secretary")).id
    with pytest.raises((refusal, Forbidden)):
        signing_up.join(act, by=town.actor(who))


def test_a_department_invites_its_branches_and_the_city_is_invited_by_choice(town):
    office = town.actor("office")
    act = planning.plan(need(town, unit_id=town.department), by=office).id
    assert signing_up.join(act, by=town.actor("stranger")).state == SignUpState.JOINED
    wide = planning.plan(
        need(
            town,
            title="义诊",
            audience_id=town.committee,
            starts_at=ENDS,
            ends_at=ENDS + dt.timedelta(hours=1),
        ),
        by=town.actor("secretary"),
    ).id
    assert [a.id for a in queries.coming(by=town.actor("stranger"))] == [act, wide]


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"kind": "party"}, errors.UnknownKind),
        ({"ends_at": STARTS}, errors.BadTimes),
        ({"ends_at": STARTS + dt.timedelta(days=4)}, errors.BadTimes),
        ({"starts_at": STARTS - dt.timedelta(days=30), "ends_at": ENDS}, errors.BadTimes),
        ({"gates": ("tall",)}, errors.UnknownGate),
        ({"kind": "training"}, errors.HoursNeeded),
        ({"audience_id": "other_branch"}, errors.TooWide),
        ({"kind": "members_meeting", "audience_id": "department"}, errors.NotForThem),
        ({"unit_id": "other_branch"}, NotFound),
    ],
)
def test_what_cannot_be_planned(town, changed, refusal):
    named = {k: getattr(town, v) if k.endswith("_id") else v for k, v in changed.items()}
    with pytest.raises(refusal):
        planning.plan(replace(need(town), **named), by=town.actor("secretary"))


def test_a_meeting_calls_whom_it_expects_and_a_moved_or_cancelled_one_tells_them_again(town):
    by = town.actor("secretary")
    called = sorted(town.people[w] for w in ("secretary", "deputy", "member", "colleague"))
    act = planning.plan(meeting(town), by=by).id
    assert notices("activity_called") == called
    planning.move(act, STARTS + dt.timedelta(days=1), ENDS + dt.timedelta(days=1), by=by)
    planning.move(act, STARTS + dt.timedelta(days=2), ENDS + dt.timedelta(days=2), by=by)
    assert notices("activity_moved") == sorted(called * 2)
    planning.cancel(act, by=by)
    assert notices("activity_cancelled") == called
    with pytest.raises(NotNow):
        planning.cancel(act, by=by)
    with pytest.raises(NotNow):
        planning.move(act, STARTS + dt.timedelta(days=1), ENDS + dt.timedelta(days=1), by=by)


def test_whoever_signed_up_hears_of_the_change_and_an_invitation_is_not_pushed(town):
    by = town.actor("secretary")
    act = planning.plan(need(town, capacity=1), by=by).id
    assert notices("activity_called") == []
    for who in ("member", "colleague"):
        signing_up.join(act, by=town.actor(who))
    planning.cancel(act, by=by)
    assert notices("activity_cancelled") == sorted([town.people["member"], town.people["colleague"]])
    with pytest.raises(NotNow):
        signing_up.join(act, by=town.actor("deputy"))


def test_a_series_fills_the_coming_weeks_once_and_ends(town):
    by = town.actor("secretary")
    rule = planning.Rule(every_months=1, nth=1, weekday=4, start_minute=15 * 60, minutes=90, since=DAY)
    series = planning.repeat(meeting(town, title="主题党日"), rule, by=by)
    with at(9, day=dt.date(2026, 7, 1)):
        assert planning.fill_series() is None
        assert planning.fill_series() is None
        found = [a.starts_at for a in queries.run(by=by)]
        assert [s.date() for s in sorted(found)] == [dt.date(2026, 7, 3), dt.date(2026, 8, 7)]
        planning.end_series(series.id, by=by)
    with at(9, day=dt.date(2026, 9, 1)):
        planning.fill_series()
        assert len(queries.run(by=by)) == 2
