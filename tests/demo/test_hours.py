"""The demo's hours agree with its points, and a roster waits for the showcase's secretary."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from jifen.core.actor import Door, system
from jifen.demo import service
from jifen.points import verify


@pytest.fixture
def city(db):
    service.load(members=500, by=system("demo", Door.CLI))
    return db


def test_every_organised_service_has_the_minutes_behind_it(city):
    lists, records = (
        set(city.session.execute(sa.text(text)).tuples())
        for text in (
            "SELECT member_id, occurred_on, CAST(quantity * 60 AS int) FROM ledger_entry"
            " WHERE item_code = 'D01' AND source = 'roster'",
            "SELECT r.member_id, r.occurred_on, r.minutes FROM service_record r"
            " JOIN service_span s ON s.record_id = r.id WHERE s.state = 'counts' AND r.source = 'activity'",
        )
    )
    assert len(lists) > 100
    assert lists == records
    assert list(verify.faults()) == []
    waiting = city.session.scalar(sa.text("SELECT count(*) FROM late_entry WHERE state = 'proposed'"))
    assert waiting == 1
