"""A binding in WeCom is ended by the same hands as WeChat's, its person is told, and it acts by today's posts alone."""

from __future__ import annotations

import datetime as dt
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
import time_machine

from jifen.access import queries, wecom
from jifen.access import service as access
from jifen.audit import queries as audit
from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.db import db as database
from jifen.core.db import transaction
from jifen.core.errors import Conflict, Forbidden, NotFound
from jifen.members import service as members
from jifen.privacy import purge
from tests import city


@pytest.fixture
def town(db) -> city.City:
    town = city.build()
    members.appoint(town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=city.SINCE, by=city.BY)
    return town


def known(user: str) -> int | None:
    """Return who is known by a member of WeCom."""
    found = queries.bound_in_wecom(wecom.digest_of(user))
    return found and found.who.member_id


@pytest.mark.parametrize(
    ("whose", "by", "may"),
    [
        pytest.param("member", "secretary", True, id="a member's by the secretary"),
        pytest.param("member", "office", True, id="a member's by the office above"),
        pytest.param("member", "colleague", False, id="a member's by the recorder"),
        pytest.param("member", "other_secretary", False, id="a member's by another branch"),
        pytest.param("member", "it", False, id="a member's by the administrator"),
        pytest.param("secretary", "deputy", False, id="the secretary's by his deputy"),
        pytest.param("colleague", "secretary", False, id="the recorder's by the secretary"),
        pytest.param("secretary", "office", True, id="the secretary's by the office above"),
        pytest.param("leader", "office", False, id="a leader's by a department's office"),
        pytest.param("leader", "wc_office", True, id="a leader's by the work committee's office"),
    ],
)
def test_who_ends_it(town, whose, by, may):
    wecom.bind("u1", by=town.actor(whose))
    if may:
        wecom.unbind(town.people[whose], by=town.actor(by))
        with pytest.raises(NotFound):
            wecom.unbind(town.people[whose], by=town.actor(by))
    else:
        with pytest.raises(Forbidden):
            wecom.unbind(town.people[whose], by=town.actor(by))
    assert known("u1") == (None if may else town.people[whose])


def test_who_was_bound_is_told_where_he_was_bound(town, db):
    member = town.people["member"]
    wecom.bind("u-old", by=town.actor("member"))
    wecom.unbind(member, by=town.actor("secretary"))
    notice = db.session.execute(sa.text("SELECT member_id, kind, data FROM notice")).one()
    assert (notice.member_id, notice.kind) == (member, "binding_ended")
    wecom.bind("u-new", by=town.actor("member"))
    told = queries.addresses(member, notice.data)
    assert (told.wecom, told.wecom_first) == ("u-old", True)
    assert queries.addresses(member, {}).wecom == "u-new"
    with time_machine.travel(clock.now() + dt.timedelta(days=2)):
        list(purge.run({}, short=True))
    assert queries.addresses(member, notice.data).wecom is None
    assert queries.addresses(member, {}).wecom == "u-new"
    rows = db.session.execute(sa.text("SELECT user_digest, user_sealed FROM wecom_binding ORDER BY id"))
    assert [row.count(None) for row in rows] == [2, 0]


def test_whom_wecom_does_not_reach_is_told_in_wechat(town, db):
    member = town.people["member"]
    city.bind("openid-member", access.issue_code(member, by=city.BY), "陈国强")
    wecom.bind("u-old", by=town.actor("member"))
    wecom.unbind(member, by=town.actor("secretary"))
    data = db.session.scalar(sa.text("SELECT data FROM notice"))
    told = queries.addresses(member, data)
    assert (told.openid, told.wecom) == ("openid-member", "u-old")


def test_who_ends_it_himself_leaves_nothing_and_is_told_nothing(town, db):
    wecom.bind("u1", by=town.actor("member"))
    wecom.unbind(town.people["member"], by=town.actor("member"))
    assert db.session.execute(sa.text("SELECT user_digest, user_sealed FROM wecom_binding")).one() == (
        None,
        None,
    )
    assert db.session.scalar(sa.text("SELECT count(*) FROM notice")) == 0


def test_it_is_on_record_and_no_superior_s_business(town, db):
    wecom.bind("u1", by=town.actor("member"))
    wecom.unbind(town.people["member"], by=town.actor("secretary"))
    done = db.session.execute(
        sa.text(
            "SELECT action, actor_member_id, subject_id FROM audit_entry WHERE action LIKE 'wecom.%' ORDER BY id"
        )
    )
    member = town.people["member"]
    assert [tuple(one) for one in done] == [
        ("wecom.bind", member, member),
        ("wecom.end", town.people["secretary"], member),
    ]
    seen = audit.entries(by=town.actor("leader"))
    assert seen, "a leader audits"
    assert not [one for one in seen if one.action.startswith("wecom.")]


def test_what_was_ended_is_free_for_another(town):
    wecom.bind("u1", by=town.actor("member"))
    with pytest.raises(wecom.WecomTaken):
        wecom.bind("u1", by=town.actor("deputy"))
    wecom.unbind(town.people["member"], by=town.actor("secretary"))
    wecom.bind("u1", by=town.actor("deputy"))
    assert known("u1") == town.people["deputy"]


def holdings(user: str) -> list[tuple[Role, int]]:
    found = queries.bound_in_wecom(wecom.digest_of(user))
    assert found is not None
    return [(one.role, one.unit_id) for one in found.who.holdings]


def test_it_acts_by_today_s_posts_and_today_s_branch(town, db):
    secretary = town.people["secretary"]
    wecom.bind("zhou", by=town.actor("secretary"))
    assert holdings("zhou") == [(Role.BRANCH_SECRETARY, town.branch)]
    post = db.session.scalar(sa.text("SELECT id FROM post WHERE member_id = :m"), {"m": secretary})
    tomorrow = clock.today() + dt.timedelta(days=1)
    members.end_post(post, on=tomorrow, by=town.actor("office"))
    members.transfer(secretary, town.other_branch, on=tomorrow, letter="〔2026〕9号", by=town.actor("office"))
    assert holdings("zhou") == [(Role.BRANCH_SECRETARY, town.branch)]
    with time_machine.travel(clock.at(tomorrow, 9)):
        assert holdings("zhou") == []
        assert queries.bound_in_wecom(wecom.digest_of("zhou")).who.branch_id == town.other_branch
        # From then on his way in is in the hands of the branch that he came to, and no more of the old one.
        with pytest.raises(Forbidden):
            wecom.unbind(secretary, by=town.actor("deputy"))
        wecom.unbind(secretary, by=town.actor("other_secretary"))
    assert known("zhou") is None


def test_who_left_holds_nothing_and_who_is_erased_is_nobody(town, db):
    wecom.bind("u1", by=town.actor("member"))
    member = {"m": town.people["member"]}
    db.session.execute(sa.text("UPDATE membership SET until = current_date - 1 WHERE member_id = :m"), member)
    left = queries.bound_in_wecom(wecom.digest_of("u1")).who
    assert (left.branch_id, left.holdings) == (None, ())
    with pytest.raises(Forbidden):
        wecom.unbind(town.people["member"], by=town.actor("secretary"))
    db.session.execute(sa.text("UPDATE member SET erased_at = now() WHERE id = :m"), member)
    assert known("u1") is None
    assert queries.addresses(town.people["member"], {}).wecom is None


def test_of_two_who_bind_the_same_at_once_one_is_refused(fresh_app):
    with fresh_app.app_context():
        town = city.build()
        actors = [town.actor(who) for who in ("member", "deputy")]
        database.session.remove()

    def bound(by) -> str:
        with fresh_app.app_context():
            try:
                wecom.bind("u1", by=by)
            except Conflict as refusal:
                return refusal.code
            return "bound"

    with fresh_app.app_context(), ThreadPoolExecutor(1) as pool:
        with transaction():
            wecom.bind("u1", by=actors[0])
            other = pool.submit(bound, actors[1])
            # It waits for ours at the index, until ours is there for good.
            waits = sa.text("SELECT count(*) FROM pg_locks WHERE NOT granted")
            while not database.session.scalar(waits):
                time.sleep(0.01)
        assert other.result(10) == "conflict"
        assert known("u1") == actors[0].member_id
