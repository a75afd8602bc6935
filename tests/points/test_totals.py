"""Totals follow what is decided about people, and a missing one is explained."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.core.settings import ROOT
from jifen.members import service as members
from jifen.members.models import ExemptionReason
from jifen.points import deciding, errors, queries, service, standings_follow, verify
from jifen.points.service import Filing
from jifen.rulebook import service as rulebooks
from tests import city

TODAY = clock.today()


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def ranked(db, who: int) -> bool:
    return db.session.scalar(sa.text("SELECT ranked FROM standing WHERE member_id = :m"), {"m": who})


def test_an_exemption_and_its_revocation_are_followed_at_once(db, town):
    year = {"since": dt.date(TODAY.year, 1, 1), "until": dt.date(TODAY.year + 1, 1, 1)}
    organ, who = town.actor("organ"), town.people["member"]

    row = members.exempt(who, reason=ExemptionReason.AGE, minute="纪要〔2026〕3号", by=organ, **year)
    assert ranked(db, who) is False

    members.revoke_exemption(row.id, by=organ)
    assert ranked(db, who) is True


def test_somebody_new_has_a_total_at_once(db, town):
    new = members.take_in("新来", branch_id=town.branch, since=TODAY, by=city.BY)
    assert queries.standing(new.id, by=town.actor("secretary")).total

    db.session.execute(sa.text("DELETE FROM standing WHERE member_id = :m"), {"m": new.id})
    with pytest.raises(errors.NoTotalYet, match="请明天再看"):
        queries.standing(new.id, by=town.actor("secretary"))


def test_a_reversal_reaches_the_total_of_its_own_rulebook(db, town):
    filing = Filing(item="志愿服务", occurred_on=TODAY, quantity=Decimal(2))
    report = service.submit(filing, by=town.actor("member"))
    deciding.approve(report.id, by=town.actor("secretary"))
    text = (ROOT / "config" / "rulebooks" / "municipal-organs.toml").read_text(encoding="utf-8")
    own = rulebooks.load(text.replace('"municipal-organs"', '"own"', 1), by=city.BY)
    rulebooks.activate(own.id, by=city.BY)
    rulebooks.assign(town.branch, own.code, since=city.SINCE, by=city.BY)

    deciding.revoke(report.id, by=town.actor("secretary"))

    stmt = sa.text("SELECT total FROM standing WHERE member_id = :m AND rulebook_id = :r")
    assert db.session.scalar(stmt, {"m": town.people["member"], "r": town.rulebook}) == 60
    standings_follow.follow("/", day=TODAY)
    assert list(verify.faults()) == []
