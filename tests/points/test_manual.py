"""Facts by hand: prepared by one, confirmed by another, step by step, and annulled the same way."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.actor import Role
from jifen.core.errors import DomainError, Forbidden, NotFound
from jifen.decisions import asks, todo
from jifen.decisions.errors import Answered, NotByYou
from jifen.members import service as people
from jifen.notices.models import Notice
from jifen.points import deciding, errors, explain, queries, reports, service, verify
from jifen.points.manual import queries as manuals
from jifen.points.manual import service as manual
from jifen.points.models import LedgerEntry
from jifen.points.service import Filing
from tests import city

YESTERDAY = clock.today() - dt.timedelta(days=1)


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def prepare(town, *names, item="志愿服务", who="secretary", **more):
    more = {"branch_id": town.branch, "reason": "漏报补录", "quantity": Decimal(2)} | more
    return manual.prepare(item, YESTERDAY, [town.people[n] for n in names], **more, by=town.actor(who))


def total(town, who="member") -> Decimal:
    return queries.my_standing(town.actor(who)).total


def test_one_prepares_another_confirms(town, db):
    before = total(town)
    first, second = prepare(town, "member", "colleague", basis_id=city.minute(town))
    assert total(town) == before
    with pytest.raises(NotByYou):
        manual.confirm(first.id, by=town.actor("secretary"))
    assert [t.subject for t in todo.waiting(by=town.actor("deputy"))] == ["manual"]
    assert {w.id for w in manuals.waiting(by=town.actor("deputy"))} == {first.id, second.id}
    manual.confirm(first.id, by=town.actor("deputy"))
    assert total(town) == before + 1
    [entry] = db.session.scalars(sa.select(LedgerEntry))
    assert (entry.source, entry.source_id, entry.decided_by) == ("manual", first.id, town.people["deputy"])
    why = explain.explain(town.people["member"], by=town.actor("member"))
    assert [e.decided_by for e in why.entries.values()] == ["吴敏"]
    manual.return_(second.id, "不是本人参加", by=town.actor("deputy"))
    kinds = db.session.execute(sa.select(Notice.kind, Notice.member_id).order_by(Notice.id))
    assert list(kinds) == [
        ("entry_posted", town.people["member"]),
        ("entry_returned", town.people["secretary"]),
    ]
    with pytest.raises(Answered):
        manual.confirm(second.id, by=town.actor("deputy"))
    assert list(verify.faults()) == []


def test_a_chain_asks_one_after_the_other(town):
    [row] = prepare(town, "member", item="C04", quantity=Decimal(1), value=Decimal(3))
    assert asks.open_ask("manual", row.id).unit_id == town.branch
    manual.confirm(row.id, by=town.actor("deputy"))
    assert (row.state, row.step, asks.open_ask("manual", row.id).unit_id) == ("pending", 2, town.department)
    manual.confirm(row.id, by=town.actor("organ"))
    assert row.state == "confirmed"
    [entry] = explain.explain(town.people["member"], by=town.actor("member")).entries.values()
    assert entry.decided_by == "吴敏、郑委"


def test_where_the_preparer_is_the_only_decider_it_goes_up(town):
    [row] = prepare(town, "stranger", branch_id=town.other_branch, who="other_secretary")
    assert asks.open_ask("manual", row.id).unit_id == town.department


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("deputy", None),
        ("office", None),
        ("organ", None),
        ("wc_office", None),
        ("member", NotFound),
        ("other_secretary", NotFound),
        ("it", NotFound),
    ],
)
def test_who_prepares(town, who, refused):
    if refused:
        with pytest.raises((NotFound, Forbidden, DomainError)):
            prepare(town, "colleague", who=who)
    else:
        assert prepare(town, "colleague", who=who)


def test_a_recorder_prepares_and_does_not_confirm(town):
    people.appoint(
        town.people["colleague"], town.branch, Role.POINTS_RECORDER, since=clock.today(), by=city.BY
    )
    [row] = prepare(town, "member", who="colleague")
    with pytest.raises(Forbidden):
        manual.confirm(row.id, by=town.actor("colleague"))
    manual.confirm(row.id, by=town.actor("secretary"))


@pytest.mark.parametrize(
    ("given", "refused"),
    [
        pytest.param({"names": ["secretary"]}, manual.NotOneself, id="himself"),
        pytest.param({"names": ["stranger"]}, DomainError, id="of another branch"),
        pytest.param({"item": "F01"}, manual.NotByHand, id="an absence"),
        pytest.param({"item": "没有"}, errors.UnknownItem, id="no such item"),
        pytest.param({"quantity": Decimal(99)}, errors.BadQuantity, id="too much"),
        pytest.param({"item": "E01", "quantity": Decimal(1)}, errors.LevelNeeded, id="no level"),
        pytest.param({"branch_id": 10**12}, NotFound, id="no such branch"),
    ],
)
def test_what_cannot_be_prepared(town, given, refused):
    names = given.pop("names", ["member"])
    with pytest.raises(refused):
        prepare(town, *names, **given)


def test_a_deed_that_counts_is_not_entered_again(town):
    [row] = prepare(town, "member")
    manual.confirm(row.id, by=town.actor("deputy"))
    with pytest.raises(errors.AlreadyCounted):
        prepare(town, "member")
    [other] = prepare(town, "member", another=True)
    manual.confirm(other.id, by=town.actor("deputy"))
    assert total(town) == 62


def test_a_posted_fact_is_annulled_by_two(town, db):
    report = service.submit(
        Filing(item="志愿服务", occurred_on=YESTERDAY, quantity=Decimal(2)), by=town.actor("member")
    )
    deciding.approve(report.id, by=town.actor("secretary"))
    entry = db.session.scalar(sa.select(LedgerEntry.id))
    with pytest.raises(NotFound):
        manual.prepare_reversal(entry, reason="记错了", by=town.actor("other_secretary"))
    row = manual.prepare_reversal(entry, reason="记错了", by=town.actor("secretary"))
    assert total(town) == 61
    with pytest.raises(NotByYou):
        manual.confirm(row.id, by=town.actor("secretary"))
    manual.confirm(row.id, by=town.actor("deputy"))
    assert total(town) == 60
    assert report.state == "revoked"
    with pytest.raises(errors.AlreadyReversed):
        manual.prepare_reversal(entry, reason="再来一次", by=town.actor("secretary"))
    assert reports.live_report(town.people["member"], "D01", report.occasion) is None
    assert list(verify.faults()) == []
