"""An import and the points: totals open with it, leave with its undo, and hold it fast."""

from decimal import Decimal

import pytest
import sqlalchemy as sa

from jifen.core import clock
from jifen.members import import_undo, imports
from jifen.members.models import Member, Membership
from jifen.org.models import Unit
from jifen.points import ledger, standings_follow, verify
from jifen.points.models import ScoreCount, Standing
from jifen.rulebook import queries as rulebooks
from tests import city
from tests.members.sheets import HEADER, xlsx

ROWS = [[f"新{name}", "第三支部", "正式党员", "2005-07-13", None, None] for name in ("桐子", "刚雨", "敏子")]


@pytest.fixture
def brought(db):
    """The small city, and three people more by a roster."""
    built = city.build()
    book = xlsx({"花名册": [HEADER, *ROWS]})
    code = db.session.scalar(sa.select(Unit.code).where(Unit.id == built.department))
    seen = imports.preview(book, file_name="a.xlsx", unit_code=code, create_branches=True, by=city.BY)
    before = picture(db)
    outcome = imports.confirm(seen.batch_id, create_branches=True, by=city.BY)
    standings_follow.follow("/", day=clock.today())
    return outcome, before


def picture(db):
    totals = db.session.execute(
        sa.select(Standing.member_id, Standing.total, Standing.ranked).order_by(Standing.member_id)
    )
    counts = db.session.execute(
        sa.select(ScoreCount.unit_id, ScoreCount.score, ScoreCount.people)
        .where(ScoreCount.people > 0)
        .order_by(ScoreCount.unit_id, ScoreCount.score)
    )
    return totals.all(), counts.all()


def test_totals_open_with_the_import_and_leave_with_its_undo(db, brought):
    outcome, before = brought
    assert len(picture(db)[0]) == len(before[0]) + 3
    import_undo.undo(outcome.batch_id, by=city.BY)
    assert picture(db) == before
    assert list(verify.faults()) == []


def test_a_confirmed_deed_holds_the_import_fast(db, brought):
    outcome, _ = brought
    row = db.session.execute(
        sa.select(Member.id, Membership.branch_id, Unit.path)
        .select_from(Member)
        .join(Membership)
        .join(Unit, Unit.id == Membership.branch_id)
        .where(Member.name == "新桐子")
    ).one()
    day = clock.today()
    rules = rulebooks.in_force(row.path, "full_member", day)
    fact = ledger.Confirmed(
        member_id=row.id,
        branch_id=row.branch_id,
        rules=rules,
        item_code=next(iter(rules.book.items)),
        occurred_on=day,
        quantity=Decimal(1),
        occasion=f"{day}",
        source="manual",
        source_id=1,
    )
    ledger.post([fact], by=city.BY)
    with pytest.raises(import_undo.UndoRefused) as refused:
        import_undo.undo(outcome.batch_id, by=city.BY)
    assert "积分记录（1）" in refused.value.message
    assert db.session.get(Member, row.id) is not None
    assert list(verify.faults()) == []


def test_people_new_to_a_house_with_people_belong_from_today(db, brought):
    since = db.session.scalars(sa.select(Membership.since).join(Member).where(Member.name.like("新%")))
    assert set(since) == {clock.today()}
