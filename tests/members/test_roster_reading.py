"""Sheets as offices keep them are understood; columns that are not allowed never leave the reader."""

import datetime as dt
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jifen.core.errors import Invalid
from jifen.core.settings import ROOT
from jifen.members.roster.mapping import Mapping, SheetMapping, mapping_of, mapping_to, parse_mapping
from jifen.members.roster.people import extract
from jifen.members.roster.problems import Severity, column_index, column_letters
from jifen.members.roster.reader import read_book
from jifen.members.roster.words import Field, unit_of_title
from tests.members.sheets import BY_SHEET, HEADER, ONE_DEPARTMENT, xls, xlsx

TODAY = dt.date(2026, 11, 23)
PLAIN = ["邹桐子", "第一支部", "正式党员", "2005-07-13", "2006-07-13", "书记"]


def read(content, **said):
    return extract(read_book(content, **said), today=TODAY)


def codes(found):
    return [(problem.row, problem.column, problem.code) for problem in found.problems]


def test_the_sheet_of_one_department():
    reading = read_book(ONE_DEPARTMENT)
    [sheet] = reading.sheets
    assert sheet.layout.header == (3, 3)
    assert (sheet.layout.unit, sheet.layout.unit_from) == ("某市林业局", "填报单位")
    assert {c.field.value: column_letters(c.index) for c in sheet.layout.columns} == {
        "name": "B",
        "joined": "H",
        "confirmed": "I",
        "branch": "J",
        "post": "K",
        "category": "L",
    }
    assert "身份证号" in sheet.layout.dropped
    found = extract(reading, today=TODAY)
    assert codes(found) == [(59, "H", "date_future"), (61, "B", "name_missing")]
    assert len(found.entries) == 55
    first = found.entries[0]
    assert (first.name, first.branch, first.unit) == ("梁艳", "机关第一支部", "某市林业局")
    assert str(first.joined), str(first.confirmed) == ("2021-11-16", "2022-11-16")
    assert {e.branch for e in found.entries} == {
        "机关第一支部",
        "机关第二支部",
        "退休干部支部",
        "不存在的支部",
    }
    assert str(found.entries[6].confirmed) == "2011.10"


def test_the_committee_with_a_sheet_for_each_department():
    found = read(BY_SHEET)
    assert [p for p in found.problems if p.severity is Severity.ERROR] == []
    assert {e.unit for e in found.entries} == {"市发展改革委", "市教育局", "市财政局", "市住建局"}
    assert len(found.entries) == 74
    assert found.entries[0].posts[0].role == "branch_secretary"
    assert {e.staff_number for e in found.entries} == {""}, "工号 is kept only after a yes"


def test_staff_numbers_are_kept_after_a_yes():
    found = read(BY_SHEET, mapping=Mapping(use_staff_number=True))
    assert found.entries[0].staff_number == "7186"


@pytest.mark.parametrize("book", [xlsx, xls], ids=["xlsx", "xls"])
def test_a_header_of_two_rows_and_a_branch_merged_over_its_members(book):
    rows = [
        ["某市水利局党员信息表", None, None, None, None, None, None],
        ["序号", "支部", "基本情况", None, "党内情况", None, "入党介绍人"],
        [None, None, "姓名", "性别", "类别", "入党时间", "姓名"],
        [1, "第一支部", "邹桐子", "男", "正式党员", "2005.07", "张三丰"],
        [2, None, "汤刚雨", "女", "预备党员", dt.date(2026, 1, 2), "李四光"],
        [3, "第二支部", "黄敏子", "女", "正式党员", "1989-04-04", "王五岳"],
    ]
    merges = [(0, 0, 0, 6), (1, 2, 1, 3), (1, 4, 1, 5), (1, 0, 2, 0), (1, 1, 2, 1), (3, 1, 4, 1)]
    found = read(xls(rows, merges) if book is xls else xlsx({"Sheet1": rows}, {"Sheet1": merges}))
    assert found.problems == []
    assert [(e.name, e.branch, e.category, str(e.joined)) for e in found.entries] == [
        ("邹桐子", "第一支部", "full_member", "2005.07"),
        ("汤刚雨", "第一支部", "probationary_member", "2026-01-02"),
        ("黄敏子", "第二支部", "full_member", "1989-04-04"),
    ]
    assert {e.unit for e in found.entries} == {"某市水利局"}


def test_a_header_that_starts_far_from_the_corner():
    rows = [[], [], [None, None, *HEADER], [None, None, *PLAIN]]
    [entry] = read(xlsx({"Sheet1": rows})).entries
    assert (entry.name, entry.row) == ("邹桐子", 4)


def test_branches_as_headings_of_groups():
    rows = [
        ["姓名", "党员类型", "入党时间"],
        ["一、机关第一支部（2人）", None, None],
        ["邹桐子", "正式", "2005.07"],
        ["汤刚雨", "正式", "2005.08"],
        ["小计：2人", None, None],
        ["二、退休支部（1人）", None, None],
        ["黄敏子", "正式", "1989.04"],
    ]
    found = read(xlsx({"Sheet1": rows}))
    assert found.problems == []
    assert [(e.name, e.branch) for e in found.entries] == [
        ("邹桐子", "机关第一支部"),
        ("汤刚雨", "机关第一支部"),
        ("黄敏子", "退休支部"),
    ]


def test_a_sheet_named_after_its_branch():
    rows = [["姓名", "类别"], ["邹桐子", "正式"], ["汤刚雨", "正式"]]
    assert {e.branch for e in read(xlsx({"第一党支部": rows})).entries} == {"第一党支部"}


@pytest.mark.parametrize(
    "line",
    [
        "合计：57人",
        "合 计",
        "总计 57",
        "小计",
        "注：本表一式两份。",
        "填表人：邹桐子",
        "备注：",
        "审核人：汤刚雨",
    ],
)
def test_totals_and_footnotes_are_no_people(line):
    found = read(xlsx({"Sheet1": [HEADER, PLAIN, [line], [None, line]]}))
    assert (len(found.entries), found.problems) == (1, [])


@pytest.mark.parametrize("name", ["合建国", "总明", "注新华", "共青"])
def test_people_whose_names_begin_like_a_total_stay(name):
    [entry] = read(xlsx({"Sheet1": [HEADER, [name, *PLAIN[1:]]]})).entries
    assert entry.name == name


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("入党介绍人", None),
        ("申请入党时间", None),
        ("原所在支部", None),
        ("行政职务", None),
        ("出生年月", None),
        ("加入中国共产党时间（年月日）", Field.JOINED),
        ("目前所在党支部", Field.BRANCH),
        ("党内 职务", Field.POST),
        ("是否为流动党员", Field.SITUATION),
    ],
)
def test_headers_mean_what_they_say(header, field):
    [sheet] = read_book(xlsx({"Sheet1": [["姓名", "党员类型", header], ["邹桐子", "正式", "是"]]})).sheets
    third = next((c for c in sheet.layout.columns if c.index == 2), None)
    assert (third.field if third else None) is field


def test_an_administrative_post_is_not_kept():
    rows = [["姓名", "所在支部", "职务"], ["邹桐子", "第一支部", "科长"], ["汤刚雨", "第一支部", "副局长"]]
    [sheet] = read_book(xlsx({"Sheet1": rows})).sheets
    assert sheet.layout.column(Field.POST) is None


def test_a_branch_column_without_a_header_is_known_by_its_content():
    rows = [["姓名", "类别", "组织"], ["邹桐子", "正式", "第一党支部"], ["汤刚雨", "正式", "第一党支部"]]
    [sheet] = read_book(xlsx({"Sheet1": rows})).sheets
    assert sheet.layout.column(Field.BRANCH).how == "content"


def test_yes_and_no_columns_say_the_situation():
    rows = [
        ["姓名", "所在支部", "党员类别", "是否为流动党员", "是否失联党员"],
        ["邹桐子", "第一支部", "正式", "是", "否"],
        ["汤刚雨", "第一支部", "正式", "否", "否"],
        ["黄敏子", "第一支部", "正式", "否", "是"],
    ]
    found = read(xlsx({"Sheet1": rows}))
    assert [e.category for e in found.entries] == ["floating_member", "full_member", "lost_contact_member"]


def test_a_person_may_correct_the_guess():
    rows = [["说明"], ["人", "组织"], ["邹桐子", "甲"], ["汤刚雨", "乙"]]
    said = {"sheets": {"*": {"header": 2, "columns": {"name": "A", "branch": "B"}, "leave_out": [4]}}}
    [entry] = read(xlsx({"Sheet1": rows}), mapping=mapping_of(said)).entries
    assert (entry.name, entry.branch, entry.row) == ("邹桐子", "甲", 3)


def test_a_correction_is_remembered_by_the_header():
    rows = [["姓名", "所在支部", "曾用名"], ["旧名甲", "第一支部", "邹桐子"]]
    [sheet] = read_book(xlsx({"Sheet1": rows})).sheets
    before = {sheet.layout.signature: SheetMapping(columns={Field.NAME: 2})}
    [entry] = read(xlsx({"三月": rows}), remembered=before.get).entries
    assert entry.name == "邹桐子"


def test_mapping_files_read_back():
    said = {
        "sheets": {
            "花名册": {
                "header": [2, 3],
                "columns": {"name": "AB", "post": None},
                "unit": "D01",
                "leave_out": [7],
            },
            "说明": {"skip": True},
        },
        "use_staff_number": True,
        "answers": {"花名册!5": "new"},
        "since": "2026-01-01",
    }
    assert mapping_to(mapping_of(said)) == said


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"sheet": {}}',
        '{"sheets": {"a": {"columns": {"phone": "B"}}}}',
        '{"sheets": {"a": {"columns": {"name": 2}}}}',
        '{"sheets": {"a": {"header": [3, 1]}}}',
        '{"sheets": {"a": {"leave_out": "5"}}}',
        '{"answers": {"a": 1}}',
        '{"since": "一月"}',
    ],
)
def test_a_bad_mapping_file_is_refused(text):
    with pytest.raises(Invalid):
        parse_mapping(text)


def test_the_same_person_twice_is_an_error_two_of_one_name_are_a_doubt():
    other = ["邹桐子", "第一支部", "正式党员", "2011-01-01", None, None]
    found = read(xlsx({"Sheet1": [HEADER, PLAIN, PLAIN, other]}))
    assert [(p.row, p.code, p.severity) for p in found.problems] == [
        (3, "person_twice", Severity.ERROR),
        (4, "name_twice", Severity.DOUBT),
    ]
    assert [e.row for e in found.entries] == [2, 4]


@pytest.mark.parametrize(
    ("change", "code", "column"),
    [
        pytest.param({0: "邹桐子（病假）"}, "name_unreadable", "A", id="a remark in the name"),
        pytest.param({1: None}, "branch_missing", "B", id="no branch"),
        pytest.param({2: "长期病假"}, "category_unknown", "C", id="a remark for a category"),
        pytest.param({3: "2031年5月1日"}, "date_future", "D", id="the future"),
        pytest.param({3: "1980.13"}, "date_impossible", "D", id="month 13"),
        pytest.param({3: "1900-01-01"}, "date_too_early", "D", id="before the Party"),
        pytest.param({3: "=TODAY()"}, "formula_without_value", "D", id="a formula without a value"),
        pytest.param({3: "2006-08-13"}, "confirmed_before_joined", "E", id="confirmed before joined"),
        pytest.param({4: "10091231226"}, "private", "E", id="a phone in a date"),
        pytest.param({0: "邹桐子13900000000"}, "private", "A", id="a phone in a name"),
    ],
)
def test_each_fault_is_placed_to_its_cell(change, code, column):
    row = [change.get(i, cell) for i, cell in enumerate(PLAIN)]
    found = read(xlsx({"Sheet1": [HEADER, row]}))
    assert codes(found) == [(2, column, code)]
    assert found.entries == []
    assert all(p.reason and p.remedy for p in found.problems)


def test_an_unknown_post_is_left_out_and_said():
    found = read(xlsx({"Sheet1": [HEADER, [*PLAIN[:5], "书记、科长"]]}))
    assert [(p.code, p.severity) for p in found.problems] == [("post_unknown", Severity.DOUBT)]
    assert [post.role for post in found.entries[0].posts] == ["branch_secretary"]


def test_another_sheet_without_people_is_a_doubt_only():
    found = read(xlsx({"花名册": [HEADER, PLAIN], "说明": [["请按要求填写"]]}))
    assert [(p.sheet, p.severity) for p in found.problems] == [("说明", Severity.DOUBT)]


@pytest.mark.parametrize(("index", "letters"), [(0, "A"), (25, "Z"), (26, "AA"), (16383, "XFD")])
def test_column_letters(index, letters):
    assert column_letters(index) == letters
    assert column_index(letters) == index


@pytest.mark.parametrize(
    ("title", "unit"),
    [
        ("某市林业局机关党委党员花名册（2026年3月）", "某市林业局"),
        ("中共某市水利局党员信息表", "某市水利局"),
        ("党员花名册", None),
    ],
)
def test_a_title_names_its_department(title, unit):
    assert unit_of_title(title) == unit


SECRETS = st.text("甲乙丙丁戊己庚辛壬癸", min_size=6, max_size=12)
DROPPED = ["身份证号", "联系电话", "备注", "家庭住址", "出生年月", "民族", "入党介绍人", "某列", ""]


@settings(max_examples=60)
@given(
    st.lists(st.tuples(st.sampled_from(DROPPED), SECRETS), min_size=1, max_size=4),
    st.permutations(range(len(HEADER))),
    st.integers(0, 6),
)
def test_no_dropped_value_leaves_the_reader(secrets, order, at):
    """Whatever stands in another column, in whatever order, is in no row, layout or problem."""
    header = [HEADER[i] for i in order]
    people = [[PLAIN[i] for i in order], ["坏" if HEADER[i] == "姓名" else "？" for i in order]]
    for word, _ in secrets:
        header.insert(at, word)
    rows = [header]
    for person in people:
        for _, secret in secrets:
            person.insert(at, secret)
        rows.append(person)
    reading = read_book(xlsx({"Sheet1": rows}))
    seen = repr(reading) + repr(extract(reading, today=TODAY).entries)
    seen += repr(extract(reading, today=TODAY).problems)
    for _, secret in secrets:
        assert secret not in seen


def test_the_documented_mapping_file_is_a_mapping_file():
    text = (ROOT / "docs" / "rosters.md").read_text("utf-8")
    [example] = re.findall(r"```json\n(.*?)```", text, re.DOTALL)
    mapping = parse_mapping(example)
    assert mapping.of("花名册").columns == {Field.NAME: 1, Field.BRANCH: 9, Field.POST: None}
    assert all(f"`{field.value}`" in text for field in Field)
