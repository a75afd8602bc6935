"""What a reminder says is counted when it leaves."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest

from bot import sentences
from jifen.core import clock
from jifen.jobs import reminders
from jifen.points import deciding, service
from jifen.points.service import Filing
from tests import city


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def test_what_was_done_meanwhile_is_not_reminded_of(town):
    filing = Filing(item="志愿服务", occurred_on=clock.today() - dt.timedelta(days=1), quantity=Decimal(2))
    report = service.submit(filing, by=town.actor("member"))
    secretary, member = town.people["secretary"], town.people["member"]
    assert reminders.owed(secretary) == (0, 1)
    values = sentences.values("monthly_reminder", secretary, {"asked": 5, "returned": 0})
    assert values is not None
    assert values["what"] == "有1条上报等您确认"

    deciding.return_(report.id, "请补充地点", by=town.actor("secretary"))

    assert sentences.values("monthly_reminder", secretary, {"asked": 5, "returned": 0}) is None
    assert sentences.values("monthly_reminder", member, {"asked": 0, "returned": 0})["word"] == "我的上报"
