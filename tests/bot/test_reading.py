"""Words as people say them, read without a database: what is understood, and what is left to be asked."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.intents import Help, Intent, Unknown
from bot.intents.deciding import Queue
from bot.intents.notices import Reminders, ReminderSettings
from bot.intents.own import BurdenHow, Hours, Missing, MyPoints, ObjectHow, Publicity, Ranking, Why
from bot.intents.people import WhoSeesMe
from bot.intents.reporting import Deed, ItemHow, Items, MyReports, Report
from bot.talk import amounts, days, reading
from tests.bot.catalogue import items

#: A Tuesday.
TODAY = dt.date(2026, 11, 24)


def understand(text: str) -> Intent:
    return reading.understand(text, today=TODAY, items=items())


def nov(day: int) -> dt.date:
    return dt.date(2026, 11, day)


@pytest.mark.parametrize(
    ("said", "day"),
    [
        pytest.param("昨天下午", nov(23), id="yesterday"),
        pytest.param("昨儿个", nov(23), id="yesterday in the north"),
        pytest.param("作天", nov(23), id="a slip of the fingers"),
        pytest.param("昨晚7点", nov(23), id="last night"),
        pytest.param("大前天", nov(21), id="three days ago"),
        pytest.param("三天前", nov(21), id="counted back"),
        pytest.param("上周六", nov(21), id="of last week"),
        pytest.param("周六上午", nov(21), id="the one that was"),
        pytest.param("上个礼拜天", nov(22), id="a week's other name"),
        pytest.param("上上周日", nov(15), id="two weeks back"),
        pytest.param("周3", nov(18), id="a weekday in digits"),
        pytest.param("周二", TODAY, id="today by its name"),
        pytest.param("11月3号", nov(3), id="month and day"),
        pytest.param("十一月二十三日", nov(23), id="in Chinese numerals"),
        pytest.param("11.3", nov(3), id="dotted"),
        pytest.param("11/12", nov(12), id="slashed"),
        pytest.param("2026-11-03", nov(3), id="in full"),
        pytest.param("20261103", nov(3), id="eight digits"),
        pytest.param("五号", nov(5), id="of this month"),
        pytest.param("28号", dt.date(2026, 10, 28), id="of last month, for this one's has not come"),
        pytest.param("上个月15号", dt.date(2026, 10, 15), id="of last month by name"),
        pytest.param("12月28日", dt.date(2025, 12, 28), id="of last year"),
        pytest.param("去年12月1日", dt.date(2025, 12, 1), id="of last year by name"),
        pytest.param("今早", TODAY, id="this morning"),
        pytest.param("昨夭", nov(23), id="a letter that looks like it"),
        pytest.param("国庆节", dt.date(2026, 10, 1), id="a feast of the sun"),
        pytest.param("中秋当天", dt.date(2026, 9, 25), id="a feast of the moon"),
        pytest.param("去年元旦", dt.date(2025, 1, 1), id="a feast of last year"),
        pytest.param("昨天周一", nov(23), id="a day and its weekday"),
        pytest.param("昨天，不对，是前天", nov(22), id="corrected"),
        pytest.param("不是昨天是前天", nov(22), id="denied"),
        pytest.param("今天补报上周三的", nov(18), id="not the day of the report"),
        pytest.param("明天出差，先报昨天的", nov(23), id="not the day of something else"),
        pytest.param("下午3点到5点", TODAY, id="an hour of today"),
    ],
)
def test_a_day_that_is_one(said, day):
    deed = understand(f"{said}志愿服务")
    assert isinstance(deed, Deed)
    assert (deed.day, deed.planned) == (day, "")


@pytest.mark.parametrize(
    "said",
    [
        "周末",
        "上周",
        "上个月",
        "月底",
        "前几天",
        "最近",
        "昨天和前天",
        "3号到5号",
        "每天",
        "国庆假期",
        "春节",
        "2月30号",
        "昨天或者前天",
        "好像昨天",
        "11月3号左右",
        "11月31号",
        "一周前",
    ],
)
def test_a_day_that_could_be_several_is_left_open(said):
    deed = understand(f"{said}志愿服务2小时")
    assert isinstance(deed, Deed)
    assert deed.day is None
    assert deed.day_said
    assert deed.planned == ""


@pytest.mark.parametrize(
    ("said", "hour", "day"),
    [
        pytest.param("今天下午志愿服务2小时", 9, None, id="this afternoon, said in the morning"),
        pytest.param("今天下午志愿服务2小时", 18, TODAY, id="this afternoon, said in the evening"),
        pytest.param("今晚志愿服务2小时", 10, None, id="tonight"),
        pytest.param("今天15点到17点志愿服务", 14, None, id="by the clock"),
        pytest.param("晚上志愿服务2小时", 8, None, id="last night or tonight"),
        pytest.param("刚志愿服务回来，2小时", 8, TODAY, id="just now"),
    ],
)
def test_a_part_of_today_is_over_or_not_yet(said, hour, day):
    deed = reading.understand(said, today=TODAY, hour=hour, items=items())
    assert isinstance(deed, Deed)
    assert deed.day == day


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("昨天志愿服务2小时，还讲了党课", id="also"),
        pytest.param("昨天讲党课一次，走访困难群众一次", id="one behind the other"),
        pytest.param("昨天志愿服务2小时，献血", id="one that the rulebook has no line for"),
        pytest.param("昨天无偿献血一次", id="only that one"),
        pytest.param("昨天走访企业", id="a word in other company"),
        pytest.param("昨天提了一条合理化建议", id="nothing came of it yet"),
        pytest.param("昨天上了一堂党课", id="given or heard"),
    ],
)
def test_what_may_be_another_item_is_asked_about(said):
    deed = understand(said)
    assert isinstance(deed, Deed)
    assert not deed.sure
    assert deed.items


@pytest.mark.parametrize("said", ["明天", "后天", "下周六", "这周六", "明年3月1日", "2027-01-01", "下个月"])
def test_a_day_to_come_is_a_plan(said):
    deed = understand(f"{said}志愿服务2小时")
    assert isinstance(deed, Deed)
    assert deed.day is None
    assert deed.planned


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        pytest.param("3小时", "3", id="plain"),
        pytest.param("两个半小时", "2.5", id="and a half"),
        pytest.param("俩小时", "2", id="two in the north"),
        pytest.param("半个钟头", "0.5", id="half"),
        pytest.param("三小时半", "3.5", id="half behind"),
        pytest.param("90分钟", "1.5", id="minutes"),
        pytest.param("1小时30分", "1.5", id="hours and minutes"),
        pytest.param("三刻钟", "0.75", id="quarters"),
        pytest.param("2h", "2", id="abbreviated"),
        pytest.param("9点到11点半", "2.5", id="by the clock"),
        pytest.param("8:30-11:00", "2.5", id="by the clock in digits"),
        pytest.param("上午10点到下午2点", "4", id="across noon"),
        pytest.param("从8点忙到12点", "4", id="told"),
        pytest.param("晚上7点到9点", "2", id="in the evening"),
        pytest.param("十二小时", "12", id="in Chinese numerals"),
    ],
)
def test_hours(said, hours):
    deed = understand(f"昨天志愿服务{said}")
    assert isinstance(deed, Deed)
    assert (deed.day, deed.quantity, deed.amount_said) == (nov(23), Decimal(hours), "")


@pytest.mark.parametrize(
    "said",
    [
        "两三个小时",
        "3个多小时",
        "半天",
        "一上午",
        "大半天",
        "2到3小时",
        "几个小时",
        "不到2小时",
        "上午2小时下午3小时",
        "大概3小时",
        "3小时左右",
        "不止2小时",
        "1小时还是2小时",
    ],
)
def test_an_amount_that_is_no_number_is_left_open(said):
    deed = understand(f"昨天志愿服务{said}")
    assert isinstance(deed, Deed)
    assert deed.quantity is None
    assert deed.amount_said


@pytest.mark.parametrize(
    ("said", "code"),
    [
        pytest.param("昨天在河边捡垃圾2小时", "D01", id="what one did"),
        pytest.param("昨天夜间巡逻去了", "D01", id="another"),
        pytest.param("昨天自愿服务3小时", "D01", id="sounds the same"),
        pytest.param("志愿服物昨天2小时", "D01", id="one letter wrong"),
        pytest.param("志服务昨天2小时", "D01", id="one letter missing"),
        pytest.param("去社区报道了", "D02", id="the common slip"),
        pytest.param("昨天走坊困难户", "D03", id="a slip of two letters"),
        pytest.param("认领了一个微心愿", "D04", id="counted"),
        pytest.param("写了一篇心德体会", "B02", id="written"),
        pytest.param("前天讲了一堂党课", "B03", id="with words between"),
        pytest.param("11月6号讲微党课", "B05", id="the longer name"),
        pytest.param("在党员大会上做了交流发言", "B04", id="not the meeting"),
        pytest.param("被评为市级优秀共产党员", "E01", id="an honour"),
        pytest.param("上周得了先进集体", "E02", id="shared"),
        pytest.param("d01 昨天 2小时", "D01", id="by its code"),
        pytest.param("参加了主题党日", "A02", id="the branch's own"),
    ],
)
def test_an_item_by_what_people_call_it(said, code):
    deed = understand(said)
    assert isinstance(deed, Deed)
    assert (deed.sure, deed.items[0]) == (True, code)


def test_two_likely_items_are_both_offered():
    deed = understand("昨天走访敬老院3小时")
    assert isinstance(deed, Deed)
    assert not deed.sure
    assert set(deed.items) == {"D01", "D03"}


@pytest.mark.parametrize(
    ("said", "who"),
    [
        pytest.param("小张昨天志愿服务3小时", "小张", id="a colleague"),
        pytest.param("我爱人昨天献血", "爱人", id="family"),
        pytest.param("他昨天做了2小时志愿", "他", id="he"),
        pytest.param("王桂兰同志昨天志愿服务2小时", "王桂兰", id="by name"),
        pytest.param("昨天下午王芳志愿服务2小时", "王芳", id="by name in the middle"),
        pytest.param("替李明上报昨天志愿服务2小时", "李明", id="in somebody's place"),
        pytest.param("我们科小王前天去敬老院了", "小王", id="of the office"),
        pytest.param("和小李一起昨天扫雪3小时", "", id="together"),
        pytest.param("小刘和我昨天扫雪3小时", "", id="with me"),
        pytest.param("帮小张搬家志愿服务2小时", "", id="for somebody"),
        pytest.param("陪我妈去敬老院做义工2小时", "", id="in company"),
        pytest.param("昨天在林场植树3小时", "", id="a place"),
        pytest.param("帮我登记一下昨天志愿服务2小时", "", id="for me"),
    ],
)
def test_whose_deed(said, who):
    deed = understand(said)
    assert isinstance(deed, Deed)
    assert deed.who == who


@pytest.mark.parametrize(
    "said",
    [
        "没去成上周六的志愿服务",
        "没参加昨天的植树",
        "昨天没志愿服务",
        "志愿服务取消了",
        "昨天请假没去主题党日",
        "不去献血了",
    ],
)
def test_what_was_not_done(said):
    deed = understand(said)
    assert isinstance(deed, Deed)
    assert deed.undone


@pytest.mark.parametrize(
    "said",
    [
        "我打算周六去献血",
        "准备周末去扫雪",
        "我想参加志愿服务",
        "要去走访困难户",
        "明天周三志愿服务",
        "明天（周三）上午社区清扫3小时",
        "明天周五志愿服务",
    ],
)
def test_what_is_only_planned(said):
    deed = understand(said)
    assert isinstance(deed, Deed)
    assert deed.planned
    assert deed.day is None or deed.day <= TODAY


@pytest.mark.parametrize(
    ("said", "intent"),
    [
        pytest.param("我现在多少分了", MyPoints(), id="points"),
        pytest.param("查一下我的积分", MyPoints(), id="looked up"),
        pytest.param("我排第几", Ranking(), id="place"),
        pytest.param("谁扣了我的分", Why(), id="who"),
        pytest.param("为啥我的志愿服务只有1分", Why("D01"), id="why this item"),
        pytest.param("离合格还差多少", Missing(), id="missing"),
        pytest.param("怎样才能评优秀", Missing(), id="how to get there"),
        pytest.param("志愿服务几个小时了", Hours(), id="hours"),
        pytest.param("志愿服务一次加几分", ItemHow("D01"), id="worth"),
        pytest.param("写心得要交材料吗", ItemHow("B02"), id="material"),
        pytest.param("公示名单出来了吗", Publicity(), id="publicity"),
        pytest.param("昨天的志愿服务没给我记上", ObjectHow(), id="left out"),
        pytest.param("上次报的志愿服务通过了吗", MyReports(), id="own reports"),
        pytest.param("我昨天报错了", Report(number=0), id="a mistake"),
        pytest.param("都有谁能看我的信息", WhoSeesMe(), id="who sees me"),
        pytest.param("别再提醒我了", Reminders(False), id="reminders off"),
        pytest.param("把提醒打开", Reminders(True), id="reminders on"),
        pytest.param("提醒在哪设置", ReminderSettings(), id="reminders"),
        pytest.param("能报哪些项目", Items(), id="items"),
        pytest.param("咋上报啊", Report(), id="how to report"),
        pytest.param("有没有要我审的", Queue(), id="queue"),
        pytest.param("表太多了，烦", BurdenHow(), id="burden"),
        pytest.param("不会弄", Help(), id="help"),
    ],
)
def test_a_question_in_ones_own_words(said, intent):
    assert understand(said) == intent


@pytest.mark.parametrize(
    "said",
    [
        "今天天气不错",
        "好的谢谢",
        "收到",
        "昨天",
        "3",
        "吃饭了吗",
        "周六上午",
        "昨天在家休息",
        "你们志愿服务队什么时候活动",
        "😀",
    ],
)
def test_what_is_nothing_is_taken_for_nothing(said):
    assert isinstance(understand(said), Unknown)


SAID = (
    "昨天 明天 周六 上周 下周 11月3号 十一月三日 28号 3天前 2027年1月1日 去年 志愿服务 心得 走访 小张 我 没去 打算 "
    "半天 两个半小时 3小时 9点到11点 90分钟 两三个小时 1.5 ? 多少 分 通过 42 😀 \u202e ]]> 月 日 号 周 点 个 半 十"
)
WORDS = st.sampled_from(SAID.split())
TEXTS = st.one_of(
    st.text(max_size=60),
    st.lists(WORDS, max_size=12).map("".join),
    st.lists(WORDS, max_size=12).map(" ".join),
)


@settings(max_examples=300)
@given(text=TEXTS, today=st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)))
def test_nothing_said_raises_or_makes_a_day_that_has_not_come(text, today):
    deed = reading.understand(text, today=today, items=items())
    again = reading.understand(text, today=today, items=items())
    assert deed == again
    if isinstance(deed, Deed):
        assert deed.day is None or deed.day <= today
        assert deed.quantity is None or deed.quantity.is_finite()
        assert not deed.sure or deed.items


@settings(max_examples=200)
@given(
    back=st.integers(0, 300),
    hours=st.integers(1, 16),
    form=st.sampled_from(["{m}月{d}日", "{m}月{d}号", "{y}-{m}-{d}", "{y}年{m}月{d}日"]),
)
def test_a_date_and_hours_that_are_written_are_read_as_written(back, hours, form):
    day = TODAY - dt.timedelta(days=back)
    said = form.format(y=day.year, m=day.month, d=day.day)
    deed = understand(f"{said} 志愿服务 {hours / 2}小时")
    assert isinstance(deed, Deed)
    assert (deed.day, deed.quantity) == (day, Decimal(hours) / 2)


@given(st.text(max_size=80))
def test_spans_lie_within_the_text_and_apart(text):
    named = days.find(text, TODAY)
    assert all(0 <= one.start < one.end <= len(text) for one in named)
    found = amounts.find(text)
    assert all(a.end <= b.start for a, b in itertools.pairwise(found))
