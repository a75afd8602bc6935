"""年度结转: looked at from December, confirmed once from 1 January on, resumed, and exemptions asked again."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core.errors import Forbidden, Invalid, NotFound
from jifen.decisions import asks
from jifen.decisions.errors import Answered
from jifen.jobs import work_periods
from jifen.members import service as members
from jifen.members.models import Exemption, ExemptionReason
from jifen.points import standings_follow, verify
from jifen.points.periods import queries_year_end as queries
from jifen.points.periods import service_year_end as turning
from jifen.points.periods.models_year_end import YearEnd
from tests import city
from tests.points.periods_town import on
from tests.points.test_last_totals import CARRYING, activate, version

LAST, FIRST = dt.date(2026, 12, 31), dt.date(2027, 1, 1)


@pytest.fixture
def town(db):
    with on(LAST, 23, 59):
        made = city.build()
        activate(version(CARRYING, "2027.1", "2027-01-01"))
    return made


def exempt(town, *, since=dt.date(2026, 1, 1), until=FIRST, who="colleague") -> Exemption:
    return members.exempt(
        town.people[who],
        reason=ExemptionReason.AGE,
        since=since,
        until=until,
        minute="纪要〔2026〕3号",
        by=town.actor("organ"),
    )


def totals(db, year: str) -> dict[int, str]:
    stmt = sa.text("SELECT member_id, total FROM standing WHERE period = :p")
    return {m: str(t) for m, t in db.session.execute(stmt, {"p": year})}


def test_one_minute_before_midnight_it_is_looked_at_and_one_minute_after_confirmed(db, town):
    with on(LAST, 23, 59):
        exempt(town)
        seen = queries.preview(town.department, 2026, by=town.actor("office"))
        with pytest.raises(turning.YearRuns, match="2027年1月1日起办理"):
            turning.confirm(town.department, 2026, by=town.actor("office"))
    [held] = seen.rulebooks
    assert (held.people, held.before[-8:], held.after[-8:], held.carries) == (
        6,
        "（2026.1）",
        "（2027.1）",
        True,
    )
    assert {str(one.opening) for one in seen.openings} == {"72"}
    assert [(one.name, one.minute) for one in seen.exemptions] == [("林小梅", "纪要〔2026〕3号")]
    assert (seen.over, seen.stage, totals(db, "2027")) == (False, None, {})

    with on(FIRST, 0, 1):
        turning.confirm(town.department, 2026, by=town.actor("office"))
        work_periods.turn_the_year(unit_id=town.department, year=2026)

        done = queries.preview(town.department, 2026, by=town.actor("office"))
        assert (done.stage, len(totals(db, "2027"))) == ("done", 6)
        assert set(totals(db, "2027").values()) == {"72.00"}
        assert list(verify.faults()) == []


def test_a_second_confirmation_and_a_second_run_do_nothing_twice(db, town):
    with on(LAST):
        exempt(town)
    with on(FIRST):
        for _ in range(2):
            turning.confirm(town.department, 2026, by=town.actor("office"))
            work_periods.turn_the_year(unit_id=town.department, year=2026)
        before = totals(db, "2027")
        found = turning.confirm(town.department, 2026, by=town.actor("organ"))

        assert (found.stage, found.asked, totals(db, "2027")) == ("done", 1, before)
        assert len(asks.open_for(turning.EXEMPTION, by=town.actor("organ"))) == 1


def test_a_killed_run_goes_on_where_it_stopped(db, town, monkeypatch):
    whole = standings_follow.follow
    monkeypatch.setattr(
        turning.standings_follow,
        "follow",
        lambda path, *, day, after: whole(path, day=day, after=after, limit=2),
    )
    with on(FIRST):
        turning.confirm(town.department, 2026, by=town.actor("office"))
        run = turning.work(town.department, 2026)
        next(run)
        run.close()
        half = db.session.get(YearEnd, (town.department, 2026), populate_existing=True)
        assert (half.stage, half.after > 0) == ("closing", True)

        stages = [one.stage for one in turning.work(town.department, 2026)]

        assert stages[-1] == "done"
        assert len(totals(db, "2027")) == 6
        assert list(verify.faults()) == []


def test_an_exemption_is_asked_about_again_and_needs_a_new_minute(db, town):
    with on(LAST):
        old = exempt(town)
    with on(FIRST):
        turning.confirm(town.department, 2026, by=town.actor("office"))
        organ = town.actor("organ")
        [(row, name)] = turning.waiting(by=organ)
        assert (row.id, name) == (old.id, "林小梅")
        with pytest.raises(Invalid, match="会议纪要"):
            turning.renew(old.id, minute=" ", by=organ)
        with pytest.raises(Invalid, match="最长到年底"):
            turning.renew(old.id, minute="纪要〔2027〕1号", until=dt.date(2028, 1, 2), by=organ)
        new = turning.renew(old.id, minute="纪要〔2027〕1号", by=organ)
        assert (new.since, new.until) == (FIRST, dt.date(2028, 1, 1))
        with pytest.raises(Answered):
            turning.let_end(old.id, by=organ)
        with pytest.raises(NotFound):
            turning.let_end(old.id, by=town.actor("secretary"))


@pytest.mark.parametrize(
    ("since", "until", "ends"),
    [
        pytest.param(dt.date(2026, 1, 1), FIRST, True, id="to-the-end-of-the-year"),
        pytest.param(dt.date(2024, 2, 29), FIRST, True, id="since-29-february"),
        pytest.param(dt.date(2026, 3, 1), dt.date(2028, 2, 29), False, id="until-29-february"),
        pytest.param(dt.date(2026, 1, 1), LAST, False, id="over-before-the-last-day"),
    ],
)
def test_which_exemptions_end_with_the_year(town, since, until, ends):
    with on(LAST, 23, 59):
        exempt(town, since=since, until=until)

        assert bool(queries.preview(town.department, 2026, by=town.actor("organ")).exemptions) is ends


def test_29_february_is_a_day_like_another(db, town):
    with on(dt.date(2028, 2, 29)):
        row = exempt(town, since=dt.date(2028, 2, 29), until=dt.date(2028, 3, 1))
        standings_follow.follow("/", day=dt.date(2028, 2, 29))
        ranked = sa.text("SELECT ranked FROM standing WHERE member_id = :m AND period = '2028'")
        assert db.session.scalar(ranked, {"m": row.member_id}) is False
    with on(dt.date(2028, 3, 1)):
        standings_follow.follow("/", day=dt.date(2028, 3, 1))
        assert db.session.scalar(ranked, {"m": row.member_id}) is True


def test_where_no_version_is_activated_the_preview_says_so(db, town):
    with on(LAST):
        db.session.execute(sa.text("UPDATE rulebook_assignment SET until = '2027-01-01'"))
        [held] = queries.preview(town.department, 2026, by=town.actor("office")).rulebooks

        assert (held.before is not None, held.after) == (True, None)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [
        pytest.param("secretary", NotFound, id="secretary"),
        pytest.param("member", NotFound, id="member"),
        pytest.param("it", NotFound, id="keeper-of-the-system"),
    ],
)
def test_only_offices_turn_the_year(town, who, refusal):
    with on(FIRST):
        for act in (queries.preview, turning.confirm):
            with pytest.raises(refusal):
                act(town.department, 2026, by=town.actor(who))
            with pytest.raises((Forbidden, NotFound)):
                act(town.branch, 2026, by=town.actor(who))
        with pytest.raises(Invalid):
            queries.preview(town.department, 2028, by=town.actor("office"))
