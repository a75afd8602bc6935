"""After the plate: reviews, renewal, ends, withdrawal; honours; and what must never happen twice."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.db import db
from jifen.core.errors import DomainError, Forbidden
from jifen.model_posts import errors, honours, queries, reviewing, service
from jifen.model_posts.honours import Award
from jifen.model_posts.settings import FILE, BadModelPosts, parse
from jifen.points import queries as points
from jifen.points import standings_follow, verify
from tests import city
from tests.model_posts.posts_town import applied, at, granted
from tests.points.test_races import at_once


@pytest.fixture
def town(db):
    with at():
        yield city.build()


def total(town, who="member"):
    return points.my_standing(town.actor(who)).total


def test_a_review_is_asked_once_and_keeps(town):
    row = granted(town)
    with at(row.review_on):
        reviewing.follow()
        reviewing.follow()
        assert [w.what for w in queries.waiting(by=town.actor("organ"))] == ["review"]
        with pytest.raises(errors.TooSoonToRenew):
            reviewing.review(row.id, "renew", by=town.actor("organ"))
        with pytest.raises(errors.WordsNeeded):
            reviewing.review(row.id, "warn", by=town.actor("organ"))
        reviewing.review(row.id, "keep", by=town.actor("organ"))
        reviewing.follow()
        assert queries.waiting(by=town.actor("organ")) == []


def test_renewed_before_its_end_it_goes_on_else_it_expires(town):
    one, two = granted(town), granted(town, "colleague", title="种苗检验岗")
    end = one.until
    with at(end - dt.timedelta(days=30)):
        standings_follow.follow("/", day=clock.today())
        reviewing.follow()
        reviewing.review(one.id, "renew", by=town.actor("organ"))
    assert one.until == end.replace(year=end.year + 2)
    with at(end):
        reviewing.follow()
        reviewing.follow()
    assert (one.state, two.state, two.ended_on) == ("active", "expired", end)


def test_a_veto_brings_a_review_and_withdrawal_reverses_the_points(town):
    before = total(town)
    row = granted(town)
    assert total(town) == before + 1
    db.session.execute(sa.text("UPDATE standing SET vetoed = true WHERE member_id = :m"), {"m": row.lead_id})
    reviewing.follow()
    assert [w.what for w in queries.waiting(by=town.actor("organ"))] == ["review"]
    with pytest.raises(Forbidden):
        reviewing.withdraw(row.id, reason="x", by=town.actor("member"))
    reviewing.withdraw(row.id, reason="投诉属实", by=town.actor("organ"))
    assert total(town) == before
    assert db.session.scalar(sa.text("SELECT count(*) FROM ledger_entry WHERE source = 'reversal'")) == 1
    assert list(verify.faults()) == []
    with pytest.raises(DomainError):
        reviewing.withdraw(row.id, reason="再来", by=town.actor("organ"))


def award(town, level, **more) -> Award:
    return Award(
        member_id=town.people["member"],
        title=f"优秀共产党员{level}",
        level=level,
        awarded_on=clock.today() - dt.timedelta(days=3),
        evidence="岚组〔2026〕9号",
        **more,
    )


def confirmed(town, made: Award):
    row = honours.enter(made, by=town.actor("secretary"))
    for who in ("deputy", "organ", "leader"):
        if row.state == "proposed":
            honours.decide(row.id, approve=True, by=town.actor(who))
    return row


def test_of_one_deed_the_highest_honour_counts(town):
    before = total(town)
    low = confirmed(town, award(town, "本单位"))
    assert total(town) == before + 1
    high = confirmed(town, award(town, "市级", same_deed_as=low.id))
    assert total(town) == before + 3
    lowest = confirmed(town, award(town, "省级"))
    assert total(town) == before + 8
    honours.revoke(lowest.id, reason="文件作废", by=town.actor("organ"))
    honours.revoke(high.id, reason="文件作废", by=town.actor("organ"))
    assert total(town) == before + 1, "the lower one of the deed counts again"
    assert list(verify.faults()) == []


def test_an_honour_needs_a_level_a_document_and_another_person(town):
    with pytest.raises(errors.NoSuchLevel, match="市级"):
        honours.enter(award(town, "街道级"), by=town.actor("secretary"))
    with pytest.raises(errors.NotOneself):
        honours.enter(award(town, "市级"), by=town.actor("member"))
    honours.enter(award(town, "市级"), by=town.actor("secretary"))
    with pytest.raises(errors.HonourTwice):
        honours.enter(award(town, "市级"), by=town.actor("secretary"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('quota_of = "branch"', 'quota_of = "city"'),
        ('review_by = "branch_secretary"', 'review_by = "somebody"'),
        ("members_percent = 50", "members_percent = 150"),
        ('code = "window"', 'code = "post"'),
        ("publicity_days = 5", "publicity_days = 0"),
        ('points_least = "60"', 'points_lost = "60"'),
        ('chain = ["branch_secretary", "department_committee"]',
         'chain = ["department_committee", "branch_secretary"]'),
        ('code = "fair"', 'code = "good"'),
    ],
)  # fmt: skip
def test_a_faulty_file_is_told_when_it_is_loaded(old, new):
    text = FILE.read_text("utf-8")
    assert old in text
    with pytest.raises(BadModelPosts):
        parse(text.replace(old, new, 1))


@pytest.fixture
def real(fresh_app):
    with fresh_app.app_context():
        return city.build()


def test_two_reviewers_at_once_decide_once(fresh_app, real):
    with fresh_app.app_context():
        post = applied(real).id

    def approve(n):
        return service.decide(
            post, approve=n % 2 == 0, reason="x", by=real.actor(("secretary", "deputy")[n % 2])
        ).id

    results = at_once(fresh_app, 6, approve)
    assert sum(r == post for r in results) == 1
    with fresh_app.app_context():
        assert db.session.scalar(sa.text("SELECT count(*) FROM decision WHERE subject = 'model_post'")) == 1


def test_the_last_place_goes_to_one(fresh_app, real):
    with fresh_app.app_context():
        ids = []
        for who in ("member", "colleague", "deputy", "secretary"):
            row = applied(real, who, title=f"{who}岗")
            other = "deputy" if who == "secretary" else "secretary"
            ids.append(service.decide(row.id, approve=True, by=real.actor(other)).id)

    results = at_once(
        fresh_app, 4, lambda n: service.decide(ids[n], approve=True, by=real.actor("organ")).state
    )
    assert sum(r == "publicised" for r in results) == 3
    assert sum(isinstance(r, errors.QuotaFull) for r in results) == 1
