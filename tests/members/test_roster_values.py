"""Dates, names, branches, categories and posts come into one form."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jifen.members.roster import values
from jifen.members.roster.dates import DateFault, RosterDay, parse_day


def day(text: str) -> RosterDay:
    return RosterDay(dt.date.fromisoformat(text))


def month(text: str) -> RosterDay:
    return RosterDay(dt.date.fromisoformat(text + "-01"), "month")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param("2021年11月16日", day("2021-11-16"), id="chinese"),
        pytest.param("2015-08-18", day("2015-08-18"), id="dashes"),
        pytest.param("1989/5/1", day("1989-05-01"), id="slashes"),
        pytest.param("2012.7.1", day("2012-07-01"), id="dots"),
        pytest.param("１９８９．５．１", day("1989-05-01"), id="full width"),
        pytest.param("20170222", day("2017-02-22"), id="eight digits"),
        pytest.param(20170222.0, day("2017-02-22"), id="eight digits as a number"),
        pytest.param(" 2017年 2月 22日 ", day("2017-02-22"), id="spaces"),
        pytest.param("2017-02-22 00:00:00", day("2017-02-22"), id="with midnight"),
        pytest.param("二〇一二年七月一日", day("2012-07-01"), id="chinese figures"),
        pytest.param("二○一九年十二月三十一日", day("2019-12-31"), id="tens"),
        pytest.param("二〇一九年十月二十日", day("2019-10-20"), id="round tens"),
        pytest.param("2012.07", month("2012-07"), id="month with dot"),
        pytest.param("2012年7月", month("2012-07"), id="month in chinese"),
        pytest.param("201207", month("2012-07"), id="six digits"),
        pytest.param("2012.1", month("2012-01"), id="a text says January"),
        pytest.param(2012.07, month("2012-07"), id="month as a number"),
        pytest.param(201207.0, month("2012-07"), id="six digits as a number"),
        pytest.param(dt.date(2022, 11, 16), day("2022-11-16"), id="excel date"),
        pytest.param(
            dt.datetime.combine(dt.date(2022, 11, 16), dt.time(8, 30)),
            day("2022-11-16"),
            id="excel date and time",
        ),
        pytest.param(43831, day("2020-01-01"), id="excel serial"),
        pytest.param("43831", day("2020-01-01"), id="excel serial as text"),
        pytest.param(43831.5, day("2020-01-01"), id="serial with a time"),
        pytest.param("", None, id="blank"),
        pytest.param("　 ", None, id="spaces only"),
        pytest.param(None, None, id="nothing"),
    ],
)
def test_a_day_is_read_in_every_form(cell, expected):
    assert parse_day(cell) == expected


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        pytest.param("1980.13", "date_impossible", id="month 13"),
        pytest.param("2021年2月30日", "date_impossible", id="30 February"),
        pytest.param("20211301", "date_impossible", id="month 13 in digits"),
        pytest.param(2012.1, "date_ambiguous", id="a number hides October"),
        pytest.param("2012", "date_year_only", id="year"),
        pytest.param("2012年", "date_year_only", id="year in words"),
        pytest.param("不详", "date_unreadable", id="words"),
        pytest.param("86.7.1", "date_unreadable", id="two-digit year"),
        pytest.param(True, "date_unreadable", id="a truth value"),
        pytest.param(0.0, "date_unreadable", id="zero, as an uncomputed formula leaves"),
        pytest.param(dt.time(3, 4), "date_unreadable", id="a time"),
        pytest.param(1e300, "date_unreadable", id="a huge number"),
    ],
)
def test_what_is_no_day_says_why(cell, code):
    with pytest.raises(DateFault) as refused:
        parse_day(cell)
    assert refused.value.code == code


def test_words_in_a_date_cell_are_not_repeated():
    with pytest.raises(DateFault) as refused:
        parse_day("长期病假")
    assert "病" not in refused.value.reason


@given(
    st.dates(dt.date(1921, 7, 1), dt.date(2099, 12, 31)),
    st.sampled_from(
        [
            "{0.year}年{0.month}月{0.day}日",
            "{0:%Y-%m-%d}",
            "{0:%Y/%m/%d}",
            "{0:%Y%m%d}",
            "{0.year}.{0.month}.{0.day}",
        ]
    ),
)
def test_a_written_day_reads_back(on, form):
    assert parse_day(form.format(on)) == RosterDay(on)


@given(st.dates(dt.date(1921, 7, 1), dt.date(2099, 12, 31)), st.sampled_from(["day", "month"]))
def test_a_roster_day_reads_back_from_its_own_words(on, precision):
    said = RosterDay(on.replace(day=1) if precision == "month" else on, precision)
    assert parse_day(str(said)) == said


@given(st.one_of(st.text(), st.floats(), st.integers()))
def test_any_cell_is_a_day_or_a_fault(cell):
    try:
        said = parse_day(cell)
    except DateFault:
        return
    assert said is None or said == parse_day(str(said))


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        pytest.param("梁　艳", "梁艳", id="full-width space"),
        pytest.param(" 秦帆丹 ", "秦帆丹", id="ends"),
        pytest.param("阿依古丽 . 买买提", "阿依古丽·买买提", id="a full stop for a dot"),
        pytest.param("阿依古丽•买买提", "阿依古丽·买买提", id="bullet"),
        pytest.param("张\u200b伟", "张伟", id="invisible character"),
        pytest.param("Ａｎｎａ  Lee", "Anna Lee", id="latin"),
        pytest.param("欧阳 修", "欧阳修", id="inner space"),
    ],
)
def test_a_name_has_one_form(raw, name):
    assert values.normalise_name(raw) == name
    assert values.is_name(name)


@given(st.one_of(st.text(), st.text("张伟阿依·•. 　aB\u200b")))
def test_normalising_a_name_twice_is_once(raw):
    once = values.normalise_name(raw)
    assert values.normalise_name(once) == once


@given(st.text())
def test_normalising_a_branch_twice_is_once(raw):
    once = values.normalise_title(raw)
    assert values.normalise_title(once) == once


@pytest.mark.parametrize(
    "text", ["张伟（病假）", "张", "13800000000", "王芳2", "=1+1", "张伟/李强", "\ue000明"]
)
def test_what_is_no_name(text):
    assert not values.is_name(values.normalise_name(text))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("机关第一支部", "机关第1党支部"),
        ("中共机关第十二支部", "机关第12支部"),
        ("老干(一)支部", "老干（一）支部"),
    ],
)
def test_two_spellings_of_a_branch_meet(one, other):
    assert values.title_key(one) == values.title_key(other)


def test_two_branches_do_not_meet():
    assert len({values.title_key(f"第{n}支部") for n in range(1, 120)}) == 119


@pytest.mark.parametrize(
    ("raw", "category"),
    [
        ("正式党员", "full_member"),
        ("正式", "full_member"),
        ("中共党员", "full_member"),
        ("预备党员", "probationary_member"),
        ("中共预备党员", "probationary_member"),
        ("离退休党员", "retired_member"),
        ("正式、退休", "retired_member"),
        ("正式、在职", "full_member"),
        ("流动党员", "floating_member"),
        ("失联党员", "lost_contact_member"),
        ("预备、退休", "probationary_member"),
        ("发展对象", "development_candidate"),
        ("入党积极分子", "activist"),
        ("", ""),
        ("长期病假", None),
        ("正式党员，长期病假", None),
    ],
)
def test_a_category_is_known_or_refused(raw, category):
    assert values.parse_category(raw) == category


@pytest.mark.parametrize(
    ("raw", "roles", "understood"),
    [
        ("支部书记", ["branch_secretary"], True),
        ("书记", ["branch_secretary"], True),
        ("党支部副书记、组织委员", ["deputy_secretary", "branch_committee"], True),
        ("组织委员兼第一党小组组长", ["branch_committee", "cell_leader"], True),
        ("宣传委员/纪检委员", ["branch_committee"], True),
        ("无", [], True),
        ("科长", [], False),
        ("书记、科长", ["branch_secretary"], False),
    ],
)
def test_posts_are_those_of_the_party(raw, roles, understood):
    posts, known = values.parse_posts(raw)
    assert ([post.role for post in posts], known) == (roles, understood)


@pytest.mark.parametrize(
    "cell", ["00000019620125378X", "100 2011 6410", "１００９２１７７３９４", 10092177394.0]
)
def test_id_numbers_and_phones_are_known_by_their_look(cell):
    assert values.is_private(cell)


@pytest.mark.parametrize("cell", ["2021年11月16日", "20170222", "2017-02-22", 43831.0, "机关第一支部", 7186])
def test_days_and_branches_are_not_taken_for_phones(cell):
    assert not values.is_private(cell)
