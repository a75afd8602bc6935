"""A roster is taken in as a whole or not at all, and taken back as a whole."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from jifen.access.queries import actor_of
from jifen.core import clock
from jifen.core.actor import Door, Role, system
from jifen.core.errors import Forbidden, NotFound
from jifen.members import import_queries, import_undo, import_writes, imports
from jifen.members import service as members
from jifen.members.models import ImportBatch, Member, Membership, Post
from jifen.members.numbers import is_valid
from jifen.members.roster import staging
from jifen.members.roster.mapping import mapping_of
from jifen.members.roster.people import extract
from jifen.members.roster.reader import read_book
from jifen.org import service as org
from jifen.org.models import Unit, UnitKind
from tests.members.sheets import BY_SHEET, HEADER, ONE_DEPARTMENT, xlsx

BY = system("test", Door.CLI)
SINCE = dt.date(2020, 1, 1)


@pytest.fixture
def city(db):
    """A work committee with the departments that the two sheets name."""
    root = org.found(name="某市市直机关工委", code="W", since=SINCE, by=BY)
    names = ["某市林业局", "市发展改革委", "市教育局", "市财政局", "市住建局"]
    return {name: org.add(root.id, UnitKind.DEPARTMENT, name=name, since=SINCE, by=BY).id for name in names}


def bring(content, *, unit=None, create=True, answers=None, said=None, by=BY):
    """Preview and confirm in one go."""
    seen = imports.preview(
        content,
        file_name="名册.xlsx",
        unit_code=unit,
        mapping=mapping_of(said or {}),
        create_branches=create,
        by=by,
    )
    return imports.confirm(seen.batch_id, answers=answers, create_branches=create, by=by)


def people(session):
    """Everybody today: number → (name, branch, category, joined)."""
    rows = session.execute(
        sa.select(Member.number, Member.name, Unit.name, Membership.category, Member.joined_on)
        .join(Membership, Membership.member_id == Member.id)
        .join(Unit, Unit.id == Membership.branch_id)
        .where(Membership.until.is_(None))
    )
    return {number: tuple(rest) for number, *rest in rows}


def count(session, table):
    return session.scalar(sa.select(sa.func.count()).select_from(table))


ROWS = [
    ["邹桐子", "第一支部", "正式党员", "2005-07-13", "2006-07-13", "书记"],
    ["汤刚雨", "第一支部", "正式党员", "2015.08", "2016-08-18", "组织委员、宣传委员"],
    ["黄敏子", "第二支部", "离退休党员", "1989-04-04", "1990-04-04", None],
    ["林诚红", "第二支部", "预备党员", "2026-02-22", None, None],
]
TITLE = ["填报单位：某市林业局"]


def sheet(rows, header=HEADER):
    return xlsx({"花名册": [TITLE, header, *rows]})


def test_faulty_rows_keep_the_whole_sheet_out(city, db):
    seen = imports.preview(ONE_DEPARTMENT, file_name="a.xlsx", create_branches=True, by=BY)
    assert (seen.unit_name, seen.counts["people"], seen.counts["errors"]) == ("某市林业局", 55, 2)
    assert not seen.ready
    with pytest.raises(imports.RosterBlocked) as refused:
        imports.confirm(seen.batch_id, create_branches=True, by=BY)
    assert refused.value.data["errors"] == 2
    assert count(db.session, Member) == 0
    assert count(db.session, Unit) == 6


def test_missing_branches_are_created_only_on_a_yes(city, db):
    said = {"sheets": {"*": {"leave_out": [59, 60, 61]}}}
    seen = imports.preview(ONE_DEPARTMENT, file_name="a.xlsx", mapping=mapping_of(said), by=BY)
    assert [p.code for p in seen.problems] == ["branch_unknown"] * 3
    with pytest.raises(imports.RosterBlocked):
        imports.confirm(seen.batch_id, by=BY)
    again = imports.review(seen.batch_id, create_branches=True, by=BY)
    assert again.ready
    assert {name for _, name, _ in again.new_branches} == {"机关第一支部", "机关第二支部", "退休干部支部"}
    outcome = imports.confirm(seen.batch_id, create_branches=True, by=BY)
    assert (outcome.created, outcome.branches, outcome.posts) == (54, 3, 12)
    assert all(map(is_valid, people(db.session)))


def test_the_committee_brings_all_its_departments(city, db):
    outcome = bring(BY_SHEET)
    assert (outcome.created, outcome.branches) == (74, 7)
    departments = db.session.execute(
        sa.select(Unit.department_id, sa.func.count())
        .join(Membership, Membership.branch_id == Unit.id)
        .group_by(Unit.department_id)
    )
    assert dict(departments.tuples().all()) == {
        city["市发展改革委"]: 34,
        city["市教育局"]: 19,
        city["市财政局"]: 12,
        city["市住建局"]: 9,
    }


def test_what_the_roster_says_is_what_is_written(city, db):
    bring(sheet(ROWS))
    found = {name: rest for name, *rest in people(db.session).values()}
    assert found == {
        "邹桐子": ["第一支部", "full_member", dt.date(2005, 7, 13)],
        "汤刚雨": ["第一支部", "full_member", dt.date(2015, 8, 1)],
        "黄敏子": ["第二支部", "retired_member", dt.date(1989, 4, 4)],
        "林诚红": ["第二支部", "probationary_member", dt.date(2026, 2, 22)],
    }
    tang = db.session.scalar(sa.select(Member).where(Member.name == "汤刚雨"))
    assert (tang.joined_precision, tang.confirmed_precision, tang.name_pinyin) == (
        "m",
        "d",
        "tang gang yu 汤刚雨",
    )
    posts = db.session.execute(sa.select(Member.name, Post.role, Post.title).join(Member)).all()
    assert sorted(map(tuple, posts)) == [
        ("汤刚雨", Role.BRANCH_COMMITTEE, "组织委员"),
        ("邹桐子", Role.BRANCH_SECRETARY, "支部书记"),
    ]
    since = dict(db.session.execute(sa.select(Member.name, Membership.since).join(Membership)).tuples().all())
    year = clock.today().replace(month=1, day=1)
    assert since["邹桐子"] == year, "a first roster speaks for the year"
    assert since["林诚红"] == max(year, dt.date(2026, 2, 22)), "nobody belongs before he joined"


def test_the_same_sheet_again_changes_nothing(city, db):
    bring(sheet(ROWS))
    before = people(db.session)
    seen = imports.preview(sheet(ROWS), file_name="again.xlsx", by=BY)
    assert (seen.counts["same"], seen.counts["new"], seen.ready) == (4, 0, True)
    outcome = imports.confirm(seen.batch_id, by=BY)
    assert (outcome.created, outcome.changed, outcome.moved) == (0, 0, 0)
    assert people(db.session) == before


def test_a_later_sheet_is_matched_by_number_whatever_else_changed(city, db):
    bring(sheet(ROWS))
    number = next(n for n, row in people(db.session).items() if row[0] == "黄敏子")
    row = [*ROWS[2], number]
    row[1], row[2] = "第一支部", "正式党员"
    later = sheet([[*ROWS[0], None], [*ROWS[1], None], row, [*ROWS[3], None]], [*HEADER, "积分编号"])
    outcome = bring(later)
    assert (outcome.created, outcome.moved) == (0, 1)
    assert people(db.session)[number][:3] == ("黄敏子", "第一支部", "full_member")


@pytest.mark.parametrize(
    ("number", "code"),
    [
        pytest.param("123", "number_unknown", id="not a number"),
        pytest.param("00000017", "number_unknown", id="never issued or wrong"),
    ],
)
def test_a_number_that_was_not_issued_is_an_error(city, db, number, code):
    rows = [[*ROWS[0], number]]
    seen = imports.preview(
        sheet(rows, [*HEADER, "积分编号"]), file_name="a.xlsx", create_branches=True, by=BY
    )
    assert [p.code for p in seen.problems] == [code]
    assert not seen.ready


def test_another_name_under_a_known_number_is_asked_about(city, db):
    bring(sheet(ROWS[:1]))
    [number] = people(db.session)
    later = sheet([["邹童子", *ROWS[0][1:], number]], [*HEADER, "积分编号"])
    seen = imports.preview(later, file_name="a.xlsx", by=BY)
    assert [p.code for p in seen.problems] == ["name_differs"]
    with pytest.raises(imports.RosterBlocked) as refused:
        imports.confirm(seen.batch_id, by=BY)
    assert refused.value.data["questions"] == 1
    assert imports.confirm(seen.batch_id, answers={"花名册!3": number}, by=BY).changed == 1
    assert people(db.session)[number][0] == "邹童子"


def test_a_likeness_is_asked_about_and_both_answers_hold(city, db):
    bring(sheet(ROWS[:1]))
    [number] = people(db.session)
    later = sheet([["邹桐子", "第一支部", "正式党员", "2011-01-01", None, None]])
    seen = imports.preview(later, file_name="a.xlsx", by=BY)
    [question] = seen.problems
    assert (question.code, number in question.reason) == ("who_is_it", True)
    assert not seen.ready
    assert imports.review(seen.batch_id, answers={"花名册!3": number}, by=BY).counts["changed"] == 1
    assert imports.review(seen.batch_id, answers={"花名册!3": "new"}, by=BY).counts["new"] == 1
    assert not imports.review(seen.batch_id, answers={"花名册!3": "00000000"}, by=BY).ready


def test_people_missing_from_a_later_sheet_stay_until_somebody_says_they_left(city, db):
    bring(sheet(ROWS))
    number = next(n for n, row in people(db.session).items() if row[0] == "汤刚雨")
    later = sheet([ROWS[0], ROWS[2], ROWS[3]])
    seen = imports.preview(later, file_name="a.xlsx", by=BY)
    assert seen.missing == [(number, "汤刚雨", "第一支部")]
    assert bring(later).left == 0
    assert number in people(db.session)
    answers = {f"missing:{number}": "left"}
    assert bring(later, answers=answers).left == 1
    assert number not in people(db.session)
    assert db.session.scalar(sa.select(Member.name).where(Member.number == number)) == "汤刚雨"
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Post).where(Post.until.is_(None))) == 1


def test_staff_numbers_match_inside_one_department_after_a_yes(city, db):
    header = [*HEADER, "工号"]
    said = {"use_staff_number": True}
    bring(sheet([[*ROWS[0], "7186"], [*ROWS[1], "7187"]], header), said=said)
    moved = [["邹桐子", "第二支部", "正式党员", None, None, None, "7186"], [*ROWS[1], "7187"]]
    outcome = bring(sheet(moved, header), said=said)
    assert (outcome.created, outcome.moved) == (0, 1)


def test_staff_numbers_are_refused_across_departments(city, db):
    with pytest.raises(imports.Invalid):
        bring(BY_SHEET, said={"use_staff_number": True})


def test_undo_takes_everything_back(city, db):
    units = count(db.session, Unit)
    outcome = bring(sheet(ROWS))
    undone = import_undo.undo(outcome.batch_id, by=BY)
    assert (undone.removed, undone.branches) == (4, 2)
    assert [count(db.session, t) for t in (Member, Membership, Post)] == [0, 0, 0]
    assert count(db.session, Unit) == units
    with pytest.raises(import_undo.NotConfirmed):
        import_undo.undo(outcome.batch_id, by=BY)


def everything(session):
    """All rows about people, without the ids of rows that were written anew."""
    session.expire_all()
    return {
        "members": sorted(
            session.execute(
                sa.select(
                    Member.id,
                    Member.number,
                    Member.name,
                    Member.name_pinyin,
                    Member.joined_on,
                    Member.joined_precision,
                    Member.confirmed_on,
                    Member.confirmed_precision,
                    Member.staff_number,
                )
            ).all(),
            key=lambda row: row[0],
        ),
        "memberships": sorted(
            session.execute(
                sa.select(
                    Membership.id,
                    Membership.member_id,
                    Membership.branch_id,
                    Membership.category,
                    Membership.since,
                    Membership.until,
                )
            ).all(),
            key=lambda row: row[0],
        ),
        "posts": sorted(
            session.execute(sa.select(Post.id, Post.member_id, Post.unit_id, Post.role, Post.until)).all(),
            key=lambda row: row[0],
        ),
        "units": sorted(session.scalars(sa.select(Unit.id))),
    }


@pytest.mark.parametrize("days_later", [0, 40], ids=["the same day", "forty days later"])
def test_undo_puts_every_change_back(city, db, days_later, monkeypatch):
    bring(sheet(ROWS))
    before = everything(db.session)
    later = clock.today() + dt.timedelta(days=days_later)
    monkeypatch.setattr(clock, "today", lambda: later)
    number = next(n for n, row in people(db.session).items() if row[0] == "林诚红")
    changed = [
        ["邹桐子", "第三支部", "正式党员", "2005-07-13", "2006-07-14", "书记"],
        ["汤刚雨", "第一支部", "流动党员", "2015-08-19", "2016-08-18", "书记"],
        ROWS[2],
        ["新来人", "第一支部", "正式党员", "2001-01-01", None, None],
    ]
    zou = next(n for n, row in people(db.session).items() if row[0] == "邹桐子")
    outcome = bring(sheet(changed), answers={f"missing:{number}": "left", "花名册!3": zou})
    assert (outcome.created, outcome.moved, outcome.left, outcome.branches) == (1, 2, 1, 1)
    assert everything(db.session) != before
    import_undo.undo(outcome.batch_id, by=BY)
    assert everything(db.session) == before


def test_undo_is_refused_where_later_facts_hang_on_the_people(city, db):
    outcome = bring(sheet(ROWS))
    somebody = db.session.scalar(sa.select(Member).where(Member.name == "邹桐子"))
    branch = db.session.scalar(sa.select(Unit).where(Unit.name == "第二支部"))
    members.appoint(somebody.id, branch.id, Role.DEPUTY_SECRETARY, since=clock.today(), by=BY)
    with pytest.raises(import_undo.UndoRefused) as refused:
        import_undo.undo(outcome.batch_id, by=BY)
    assert "后来的任职" in refused.value.message
    assert count(db.session, Member) == 4


def test_undo_is_refused_after_another_import_changed_the_people(city, db):
    first = bring(sheet(ROWS))
    bring(
        sheet([["邹桐子", "第二支部", *ROWS[0][2:]], *ROWS[1:]]),
        answers={"花名册!3": number_of(db, "邹桐子")},
    )
    with pytest.raises(import_undo.UndoRefused):
        import_undo.undo(first.batch_id, by=BY)


def number_of(db, name):
    return db.session.scalar(sa.select(Member.number).where(Member.name == name))


def test_a_failure_halfway_leaves_nothing(city, db, monkeypatch):
    """The last of the writes fails: nothing of the first is there."""
    seen = imports.preview(sheet(ROWS), file_name="a.xlsx", create_branches=True, by=BY)
    units = count(db.session, Unit)
    monkeypatch.setattr(import_writes, "write_posts", lambda *a, **k: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        imports.confirm(seen.batch_id, create_branches=True, by=BY)
    assert (count(db.session, Member), count(db.session, Unit)) == (0, units)
    monkeypatch.undo()
    assert imports.confirm(seen.batch_id, create_branches=True, by=BY).created == 4


def test_a_batch_is_confirmed_once_and_dropped_batches_never(city, db):
    seen = imports.preview(sheet(ROWS), file_name="a.xlsx", create_branches=True, by=BY)
    imports.confirm(seen.batch_id, create_branches=True, by=BY)
    with pytest.raises(imports.NotPreviewed):
        imports.confirm(seen.batch_id, create_branches=True, by=BY)
    other = imports.preview(sheet(ROWS), file_name="a.xlsx", by=BY)
    imports.drop(other.batch_id, by=BY)
    with pytest.raises(imports.NotPreviewed):
        imports.confirm(other.batch_id, by=BY)


def test_previews_older_than_a_day_are_purged(city, db):
    seen = imports.preview(sheet(ROWS), file_name="a.xlsx", create_branches=True, by=BY)
    assert imports.purge(before=clock.now() - dt.timedelta(hours=24)) == 0
    assert imports.purge(before=clock.now() + dt.timedelta(seconds=1)) == 1
    db.session.expire_all()
    batch = db.session.get(ImportBatch, seen.batch_id)
    assert (batch.state, batch.staged, batch.summary) == ("dropped", None, {})
    with pytest.raises(imports.NotPreviewed):
        imports.confirm(seen.batch_id, by=BY)


def test_an_uploaded_file_is_deleted_at_once_whatever_happens(city, db, tmp_path):
    good, bad = tmp_path / "好.xlsx", tmp_path / "坏.xlsx"
    good.write_bytes(sheet(ROWS))
    bad.write_bytes(b"a,b")
    imports.preview(good, file_name=good.name, uploaded=True, by=BY)
    with pytest.raises(imports.DomainError):
        imports.preview(bad, file_name=bad.name, uploaded=True, by=BY)
    assert list(tmp_path.iterdir()) == []


def test_corrected_columns_are_remembered_for_the_office(city, db):
    header, row = ["称呼", "组织名", "类别"], ["邹桐子", "第一支部", "正式党员"]
    book = xlsx({"花名册": [["填报单位：某市林业局"], header, row]})
    said = {"sheets": {"花名册": {"header": 2, "columns": {"name": "A", "branch": "B"}}}}
    bring(book, said=said)
    assert import_queries.remembered(db.session.scalar(sa.select(Unit.id).where(Unit.code == "W")))


def test_who_may_import_sees_his_own_unit_only(city, db):
    head = members.take_in("林场长", branch_id=None, since=SINCE, by=BY)
    members.appoint(head.id, city["某市林业局"], Role.PARTY_OFFICE, since=SINCE, by=BY)
    office = actor_of(head.id, Door.CONSOLE)
    outcome = bring(sheet(ROWS), by=office)
    assert outcome.created == 4
    assert [b.id for b in import_queries.batches(by=office)] == [outcome.batch_id]
    other = bring(BY_SHEET)
    with pytest.raises(NotFound):
        import_undo.undo(other.batch_id, by=office)
    with pytest.raises(Forbidden):
        imports.preview(BY_SHEET, file_name="a.xlsx", by=office)
    assert len(import_queries.batches(by=BY)) == 2


def test_posts_need_the_right_to_appoint(city, db):
    """A points recorder may bring a roster; it makes nobody a secretary."""
    bring(sheet(ROWS[2:3]))
    branch = db.session.scalar(sa.select(Unit).where(Unit.name == "第二支部"))
    recorder = db.session.scalar(sa.select(Member).where(Member.name == "黄敏子"))
    members.appoint(recorder.id, branch.id, Role.POINTS_RECORDER, since=SINCE, by=BY)
    by = actor_of(recorder.id, Door.CONSOLE)
    rows = [ROWS[2], ["林诚红", "第二支部", "正式党员", "2026-02-22", None, "书记"]]
    seen = imports.preview(sheet(rows), file_name="a.xlsx", unit_code=branch.code, by=by)
    assert "posts_left_out" in [p.code for p in seen.problems]
    assert imports.confirm(seen.batch_id, by=by).posts == 0


def test_progress_is_stored_for_whoever_watches(city, db):
    told = []
    seen = imports.preview(
        sheet(ROWS),
        file_name="a.xlsx",
        create_branches=True,
        progress=lambda stage, done, total: told.append((stage, done, total)),
        by=BY,
    )
    assert told == [("match", 0, 4)]
    assert import_queries.progress(seen.batch_id, by=BY) == ("match", 0, 4)


def test_structure_warnings_are_hints(city, db):
    seen = imports.preview(sheet(ROWS), file_name="a.xlsx", create_branches=True, by=BY)
    assert any("联合党支部" in words for words in seen.warnings)
    assert seen.ready


@given(st.text("重单行乐曾查仇区解任华任朴长宁梁艳汤刚雨", min_size=2, max_size=6))
def test_the_quick_sorting_key_is_the_ordinary_one(name):
    assert import_writes.sorting_key(name) == members.pinyin_key(name)


def test_staged_entries_come_back_as_they_were():
    entries = extract(read_book(ONE_DEPARTMENT), today=dt.date(2026, 11, 23)).entries
    assert staging.unpack(staging.pack(entries)) == entries
