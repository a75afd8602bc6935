"""The demo's hours agree with its points, and a roster waits for the showcase's secretary."""

from __future__ import annotations

import sqlalchemy as sa

from jifen.points import verify


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


def test_the_tours_committee_has_certificates_of_every_standing(city):
    found = city.session.execute(
        sa.text(
            "SELECT c.state, u.kind, m.name FROM certificate c JOIN unit u ON u.id = c.unit_id"
            " JOIN member m ON m.id = c.member_id ORDER BY c.id"
        )
    ).all()
    assert [state for state, _, _ in found] == ["registered", "withdrawn", "printed"]
    assert {kind for _, kind, _ in found} <= {"committee", "general_branch"}
    assert [name for _, _, name in found] == ["孙志远", "何雨桐", "马国栋"], "of whom the tour tells"
