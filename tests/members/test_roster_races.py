"""Two hands on one roster: one of them wins, and nobody is there twice."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from jifen.core.actor import Door, system
from jifen.core.db import db
from jifen.core.errors import DomainError
from jifen.members import imports
from jifen.members.models import Member
from jifen.org import service as org
from jifen.org.models import UnitKind
from tests.members.test_roster_import import ROWS, sheet

BY = system("test", Door.CLI)
SINCE = dt.date(2020, 1, 1)


@pytest.fixture
def house(fresh_app):
    with fresh_app.app_context():
        root = org.found(name="工委", code="W", since=SINCE, by=BY)
        org.add(root.id, UnitKind.DEPARTMENT, name="某市林业局", code="D01", since=SINCE, by=BY)
    return fresh_app


def together(app, works):
    def run(work):
        with app.app_context():
            try:
                return work()
            except DomainError as refusal:
                return refusal.code

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def previews(count):
    return [
        imports.preview(sheet(ROWS), file_name="a.xlsx", create_branches=True, by=BY).batch_id
        for _ in range(count)
    ]


def confirming(batch_id):
    return lambda: imports.confirm(batch_id, create_branches=True, by=BY).created


def test_one_batch_confirmed_by_eight_is_taken_in_once(house):
    with house.app_context():
        [batch] = previews(1)
    done = together(house, [confirming(batch)] * 8)
    assert sorted(map(str, done)) == ["4", *["import_not_previewed"] * 7]
    with house.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == 4


def test_the_same_sheet_brought_four_times_makes_nobody_twice(house):
    with house.app_context():
        batches = previews(4)
    done = together(house, [confirming(batch) for batch in batches])
    assert sorted(done) == [0, 0, 0, 4]
    with house.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Member)) == 4
