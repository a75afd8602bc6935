"""Hours from elsewhere: read, previewed, confirmed once, taken back once; and out again in the same sheet."""

from __future__ import annotations

import io

import pytest
import python_calamine
import xlsxwriter

from jifen.core.errors import Forbidden, NotFound
from jifen.members import service as members
from jifen.points import queries as points
from jifen.points import verify
from jifen.volunteering import imports, queries
from tests import city
from tests.volunteering.hours_town import DAY, at, credit, served

HEAD = ("姓名", "编号", "项目", "日期", "开始", "结束", "时长")


@pytest.fixture
def town(db) -> city.City:
    return city.build()


def book(*rows: tuple, head: tuple = HEAD, title: bool = True) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as made:
        sheet = made.add_worksheet("时长")
        if title:
            sheet.write(0, 0, "某平台导出")
        for at_row, row in enumerate([head, *rows], 1):
            sheet.write_row(at_row, 0, row)
    return out.getvalue()


def line(name: str, since: str = "9:00", until: str = "11:00", length: str = "", number: str = "") -> tuple:
    return name, number, "植树", DAY.isoformat(), since, until, length


def preview(town, *rows: tuple, who: str = "deputy", **more):
    return imports.preview(
        book(*rows, **more), file_name="a.xlsx", unit_id=town.branch, platform="志愿汇", by=town.actor(who)
    )


def attested(town, who: str) -> int:
    return queries.account(town.people[who]).attested


def test_from_the_sheet_to_the_account_and_back(town):
    seen = preview(town, line("陈国强"), line("林小梅", "14:00", "", "1.5"))
    assert (seen.ready, seen.lines, seen.minutes, seen.problems) == (True, 2, 210, [])
    assert attested(town, "member") == 0
    done = imports.confirm(seen.batch_id, by=town.actor("secretary"))

    assert done.counted == tuple(sorted((town.people["member"], town.people["colleague"])))
    assert (attested(town, "member"), attested(town, "colleague")) == (120, 90)
    assert points.my_standing(town.actor("member")).total == 61
    assert imports.undo(seen.batch_id, by=town.actor("secretary")) == 2
    assert (attested(town, "member"), points.my_standing(town.actor("member")).total) == (0, 60)
    with pytest.raises(imports.NothingToUndo):
        imports.undo(seen.batch_id, by=town.actor("secretary"))
    assert list(verify.faults()) == []


def test_what_stands_here_already_is_not_taken_twice(town):
    first = preview(town, line("陈国强"))
    imports.confirm(first.batch_id, by=town.actor("secretary"))
    again = preview(town, line("陈国强"), line("林小梅"))
    assert (again.repeated, again.lines, again.ready) == (1, 1, True)


def test_what_overlaps_is_said_and_blocks(town):
    credit(town, served(town, "member", at(10), at(12)))
    seen = preview(town, line("陈国强"))
    assert (seen.ready, [p.code for p in seen.problems]) == (False, ["overlap"])
    within = preview(town, line("林小梅"), line("林小梅", "10:30", "12:00"))
    assert [p.code for p in within.problems] == ["overlap"]
    with pytest.raises(imports.HoursBlocked):
        imports.confirm(seen.batch_id, by=town.actor("secretary"))


@pytest.mark.parametrize(
    ("row", "code"),
    [
        (("陈国强", "", "植树", "去年", "9:00", "11:00", ""), "day"),
        (("陈国强", "", "植树", "2999-01-01", "9:00", "11:00", ""), "day"),
        (("陈国强", "", "植树", DAY.isoformat(), "", "", "2"), "since"),
        (("查无此人", "", "植树", DAY.isoformat(), "9:00", "11:00", ""), "nobody"),
        (("陈国强", "99999999", "植树", DAY.isoformat(), "9:00", "11:00", ""), "number_unknown"),
    ],
)
def test_what_cannot_be_read_is_said_by_row(town, row, code):
    seen = preview(town, row)
    assert [(p.row, p.code) for p in seen.problems] == [(3, code)]
    assert not seen.ready


def test_of_two_of_one_name_the_right_one_is_asked_for(town):
    twin = members.take_in(
        "陈国强", branch_id=town.branch, since=city.SINCE, joined_on=city.SINCE, by=city.BY
    )
    seen = preview(town, line("陈国强"))
    [(key, _)] = seen.questions
    answered = imports.review(seen.batch_id, answers={key: twin.number}, by=town.actor("deputy"))
    assert answered.ready
    imports.confirm(seen.batch_id, by=town.actor("secretary"))
    assert (queries.account(twin.id).attested, attested(town, "member")) == (120, 0)


def test_a_sheet_without_a_header_says_what_is_wanted(town):
    seen = preview(town, ("a", "b"), head=("甲", "乙"))
    assert ([p.code for p in seen.problems], seen.ready) == (["no_header"], False)


def test_who_may_and_who_may_not(town):
    seen = preview(town, line("陈国强"))
    for who in ("other_secretary", "member", "it"):
        with pytest.raises(NotFound):
            preview(town, line("陈国强"), who=who)
        with pytest.raises(NotFound):
            imports.confirm(seen.batch_id, by=town.actor(who))
    with pytest.raises(Forbidden):
        imports.confirm(seen.batch_id, by=town.actor("office"))


def test_nobody_takes_in_his_own(town):
    seen = preview(town, line("周正"), line("陈国强"))
    done = imports.confirm(seen.batch_id, by=town.actor("secretary"))
    assert (done.own, done.counted) == ((town.people["secretary"],), (town.people["member"],))


def test_what_goes_out_comes_in_again_as_known(town):
    credit(town, served(town, "member", at(9), at(11)))
    content = imports.export(town.branch, DAY.year, by=town.actor("secretary"))
    rows = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    )
    assert any("陈国强" in row and "120分钟" in row for row in rows)
    seen = imports.preview(
        content, file_name="b.xlsx", unit_id=town.branch, platform="本系统", by=town.actor("deputy")
    )
    assert (seen.repeated, seen.lines) == (1, 0)
    with pytest.raises(NotFound):
        imports.export(town.branch, DAY.year, by=town.actor("member"))
