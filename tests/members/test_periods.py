"""The database itself keeps a person in one branch a day."""

import datetime as dt

import pytest
import sqlalchemy as sa

from jifen.core.actor import Door, system
from jifen.members import service as members
from jifen.members.models import Membership
from jifen.org import service as org
from jifen.org.models import UnitKind

BY = system("test", Door.CLI)


def day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize(
    ("there", "comes", "fits"),
    [
        pytest.param(("2025-01-01", "2026-01-01"), ("2026-01-01", ""), True, id="the day after"),
        pytest.param(("2025-01-01", "2026-01-01"), ("2025-12-31", ""), False, id="the last day"),
        pytest.param(("2025-01-01", ""), ("2026-01-01", ""), False, id="both open"),
        pytest.param(("2025-01-01", ""), ("2024-01-01", "2025-01-01"), True, id="before an open one"),
        pytest.param(("2025-01-01", ""), ("2024-01-01", "2025-01-02"), False, id="into an open one"),
        pytest.param(("2025-01-01", "2025-01-02"), ("2025-01-02", "2025-01-03"), True, id="single days"),
        pytest.param(("2025-01-01", "2026-01-01"), ("2025-03-01", "2025-04-01"), False, id="inside"),
        pytest.param(
            ("1921-07-01", "1950-01-01"), ("1950-01-01", "2999-01-01"), True, id="long ago, far ahead"
        ),
    ],
)
def test_two_memberships_share_no_day(db, there, comes, fits):
    root = org.found(name="工委", code="W", since=dt.date(1921, 7, 1), by=BY)
    unit = org.add(root.id, UnitKind.DEPARTMENT, name="局", since=dt.date(1921, 7, 1), by=BY)
    branch = org.add(unit.id, UnitKind.BRANCH, name="支部", since=dt.date(1921, 7, 1), by=BY)
    people = [
        members.take_in(name, branch_id=None, since=day(there[0]), by=BY) for name in ("邹桐子", "汤刚雨")
    ]

    def write(person, since, until):
        db.session.add(
            Membership(
                member_id=person.id,
                branch_id=branch.id,
                category="full_member",
                since=day(since),
                until=day(until),
            )
        )
        db.session.flush()

    write(people[0], *there)
    write(people[1], *there)
    if fits:
        write(people[0], *comes)
        return
    with pytest.raises(sa.exc.IntegrityError, match="ex_membership_one_branch_a_day"):
        write(people[0], *comes)
