"""Lists that were shown stay as they were: days, revisions, triggers, who sees what."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine

from jifen.core import clock, days
from jifen.core.db import transaction
from jifen.core.errors import Forbidden, NotFound
from jifen.core.states import NotNow
from jifen.decisions import publicity, publicity_read
from tests import city

FRAME = {"sections": [{"key": "x", "title": "办法", "columns": [["total", "累计"]]}]}
#: A Tuesday; the days after it hold a weekend.
DAY = dt.date(2026, 9, 8)


@pytest.fixture(autouse=True)
def a_kind(monkeypatch):
    monkeypatch.setattr(publicity, "_kinds", dict(publicity._kinds))
    monkeypatch.setattr(publicity, "_objections", [])
    publicity.enter(publicity.Kind("test", "试验公示", hold=lambda _: None))


@pytest.fixture
def town(db):
    with time_machine.travel(clock.at(DAY, 9), tick=False):
        yield city.build()


def drawn(town, total="61", unit=None):
    lines = [(town.people[who], {"total": total}) for who in ("member", "colleague")]
    return publicity.draw(
        "test", unit or town.branch, "2026Q3", frame=FRAME, lines=lines, working_days=5, by=city.BY
    )


def test_five_working_days_from_the_day_it_is_shown(town):
    shown = publicity.publicise(drawn(town).id, by=town.actor("secretary"))
    assert (shown.since, shown.until) == (DAY, dt.date(2026, 9, 15))
    with pytest.raises(publicity.StillOpen, match=days.spoken(dt.date(2026, 9, 14))):
        publicity.freeze(shown.id, by=city.BY)


@pytest.mark.parametrize(
    ("since", "days", "last"),
    [
        pytest.param(dt.date(2026, 9, 8), 1, dt.date(2026, 9, 8), id="the day itself"),
        pytest.param(dt.date(2026, 9, 12), 1, dt.date(2026, 9, 14), id="shown on a Saturday"),
        pytest.param(
            dt.date(2026, 9, 29), 5, dt.date(2026, 10, 10), id="over the holidays, make-up days count"
        ),
        pytest.param(dt.date(2028, 2, 28), 2, dt.date(2028, 2, 29), id="29 February"),
    ],
)
def test_the_last_day(since, days, last):
    assert publicity.last_day(since, days) == last


def test_a_list_freezes_when_its_days_are_over_and_nobody_objects(town, monkeypatch):
    shown = publicity.publicise(drawn(town).id, by=town.actor("secretary"))
    open_ones = {shown.id}
    publicity.wait_for(lambda ids: open_ones & set(ids))
    with time_machine.travel(clock.at(shown.until, 8), tick=False):
        assert publicity.due("test", clock.today()) == []
        with pytest.raises(publicity.StillOpen, match="异议"):
            publicity.freeze(shown.id, by=city.BY)
        open_ones.clear()
        assert publicity.due("test", clock.today()) == [shown.id]
        assert publicity.freeze(shown.id, by=city.BY).state == "frozen"
        with pytest.raises(NotNow):
            publicity.freeze(shown.id, by=city.BY)


def test_a_draft_is_drawn_anew_and_a_shown_list_gets_a_revision(town):
    first = drawn(town)
    place, digest = first.id, first.digest
    again = drawn(town, "62")
    # Whoever has the draft before him publicises what it says now.
    assert (again.id, again.revision, again.digest != digest) == (place, 1, True)
    publicity.publicise(again.id, by=town.actor("secretary"))
    second = drawn(town, "63")
    assert second.revision == 2
    changed = publicity_read.difference(second)
    assert [(c.name, c.before, c.after) for c in changed] == [
        ("陈国强", {"total": "62"}, {"total": "63"}),
        ("林小梅", {"total": "62"}, {"total": "63"}),
    ]
    assert publicity.shown("test", town.branch, "2026Q3").id == again.id
    publicity.publicise(second.id, by=town.actor("deputy"))
    assert [p.state for p in publicity_read.revisions(second)] == ["superseded", "publicised"]
    assert publicity_read.broken() is None


def test_a_frozen_list_keeps_what_a_revision_corrects(town):
    shown = publicity.publicise(drawn(town).id, by=town.actor("secretary"))
    with time_machine.travel(clock.at(shown.until, 8), tick=False):
        publicity.freeze(shown.id, by=city.BY)
        second = publicity.publicise(drawn(town, "63").id, by=town.actor("secretary"))
    assert [p.state for p in publicity_read.revisions(second)] == ["frozen", "publicised"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE publication_line SET row = '{}'",
        "DELETE FROM publication_line",
        "INSERT INTO publication_line SELECT publication_id, 999999, 9, row FROM publication_line",
        "UPDATE publication SET digest = ''",
        "UPDATE publication SET frame = '{}'",
        "DELETE FROM publication",
        "TRUNCATE publication CASCADE",
    ],
)
def test_the_database_refuses_to_change_what_was_shown(town, sql):
    publicity.publicise(drawn(town).id, by=town.actor("secretary"))
    with pytest.raises(sa.exc.IntegrityError), transaction() as session:
        session.execute(sa.text(sql))


def test_a_frozen_list_is_closed_for_good(town):
    shown = publicity.publicise(drawn(town).id, by=town.actor("secretary"))
    with time_machine.travel(clock.at(shown.until, 8), tick=False):
        publicity.freeze(shown.id, by=city.BY)
    with pytest.raises(sa.exc.IntegrityError, match="frozen"), transaction() as session:
        session.execute(sa.text("UPDATE publication SET state = 'publicised', frozen_at = NULL"))


def test_the_proof_names_a_list_that_was_altered(town):
    shown = publicity.publicise(drawn(town).id, by=town.actor("secretary"))
    with transaction() as session:
        session.execute(sa.text("ALTER TABLE publication_line DISABLE TRIGGER publication_line_no_update"))
        session.execute(sa.text('UPDATE publication_line SET row = \'{"total": "99"}\' WHERE rank = 2'))
    assert publicity_read.broken() == (shown.id, "名单内容与摘要不符")


@pytest.mark.parametrize(
    ("who", "draft", "shown"),
    [
        ("secretary", True, True),
        ("office", True, True),
        ("leader", True, True),
        ("member", False, True),
        ("stranger", False, False),
        ("other_secretary", False, False),
        ("it", False, False),
    ],
)
def test_who_sees_a_list(town, who, draft, shown):
    found = drawn(town)
    by = town.actor(who)
    for state, sees in (("draft", draft), ("shown", shown)):
        if state == "shown":
            publicity.publicise(found.id, by=town.actor("secretary"))
        if sees:
            assert publicity.access(found.id, by=by).id == found.id
        else:
            with pytest.raises(NotFound):
                publicity.access(found.id, by=by)


def test_who_stands_in_a_list_reads_it_wherever_he_belongs_today(town):
    found = publicity.draw(
        "test",
        town.branch,
        "2026Q3",
        frame=FRAME,
        lines=[(town.people["stranger"], {"total": "1"})],
        working_days=5,
        by=city.BY,
    )
    publicity.publicise(found.id, by=town.actor("secretary"))
    assert publicity.access(found.id, by=town.actor("stranger")).id == found.id


@pytest.mark.parametrize("who", ["office", "wc_office"])
def test_an_office_prepares_and_does_not_publicise(town, who):
    found = drawn(town)
    with pytest.raises(Forbidden):
        publicity.publicise(found.id, by=town.actor(who))
