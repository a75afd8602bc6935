"""Who switched a kind of message off gets none of it, however long it waited."""

from __future__ import annotations

import pytest

from jifen.core.db import db as database
from jifen.core.db import transaction
from jifen.notices import queries, sending
from jifen.notices import service as notices
from jifen.notices.models import Notice
from jifen.notices.ports import Outcome
from tests import city
from tests.notices.kit import house_of, using


@pytest.mark.parametrize("kind", queries.KINDS)
def test_what_was_switched_off_is_not_sent(db, monkeypatch, kind):
    town, sent = city.build(), []
    monkeypatch.setattr(sending, "OFFICE_HOURS", frozenset())
    with transaction():
        rows = [(f"{kind}:{who}", town.people[who], {"report": 1}) for who in ("member", "colleague")]
        notices.queue_many(kind=kind, rows=rows)
    notices.switch(kind, enabled=False, by=town.actor("member"))
    with using(house_of(lambda letter: sent.append(letter.address) or Outcome("accepted"))):
        while sending.send_some():
            database.session.remove()
    states = dict(database.session.query(Notice.member_id, Notice.state).filter(Notice.kind == kind))
    assert states == {town.people["member"]: "skipped", town.people["colleague"]: "accepted"}
    assert [int(address[1:]) for address in sent] == [town.people["colleague"]]
