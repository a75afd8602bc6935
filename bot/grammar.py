"""The bot's ear: from what a member typed to what he wants. Knows no WeChat, no database, no clock."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from decimal import Decimal

from bot import grammar_posts
from bot import intents as i
from bot.talk import days
from bot.talk.numbers import whole
from jifen.privacy import rules

#: First words by what they mean; longer ones are tried first.
WORDS: dict[str, tuple[str, ...]] = {
    "withdraw": ("撤回同意", "撤销同意", "取消同意", "解除绑定", "取消绑定", "退出绑定"),
    "bind": ("绑定码", "绑定", "綁定"),
    "who_sees_me": ("谁能看到我", "谁可以看到我", "谁能看我", "谁看得到我", "誰能看到我"),
    "my_data": ("导出我的数据", "导出我的信息", "导出数据", "我的数据", "我的信息"),
    "oppose": ("反对处理", "反对"),
    "limit": ("限制处理", "停止处理"),
    "my_requests": ("我的申请", "查申请", "申请记录"),
    "withdraw_request": ("撤回申请", "撤销申请", "取消申请"),
    "correct": ("重新上报", "重报", "更正", "修改"),
    "report": ("我要上报", "上报", "申报", "汇报", "登记", "上報"),
    "approve_all": (
        "全部通过",
        "全部确认",
        "一起通过",
        "都通过",
        "全通过",
        "通过全部",
        "全部同意",
        "全都通过",
    ),
    "more": ("更多", "下一页", "继续看"),
    "reminder_settings": ("提醒设置", "通知设置"),
    "messages": ("我的消息", "我的通知", "查看消息", "看消息", "消息", "未读消息"),
    "wechat_off": ("关闭微信通知", "关闭微信消息", "不要微信通知"),
    "wechat_on": ("打开微信通知", "打开微信消息", "开启微信通知"),
    "wecom_off": ("关闭企业微信通知", "关闭企业微信", "不要企业微信通知"),
    "wecom_on": ("打开企业微信通知", "打开企业微信", "开启企业微信通知"),
    "hours": ("志愿时长", "服务时长", "我的志愿时长", "我的时长"),
    "certificates": ("志愿服务证明", "志愿服务记录证明", "志愿证明", "我的证明", "服务证明"),
    "certificate_batches": ("证明批次", "成批证明", "成批出具证明"),
    "ask_certificate": ("我要志愿证明", "我要证明", "申请志愿证明", "申请证明", "开志愿证明", "开证明"),
    "missing": ("本期还差什么", "还差什么", "我还差什么", "还差多少"),
    "approve": ("审核通过", "通过", "同意", "确认", "批准", "通過"),
    "return": ("退回", "驳回", "不通过", "不同意", "打回"),
    "take_back": ("撤回", "撤销", "取消", "收回"),
    "withdraw_objection": ("撤回异议", "撤销异议", "取消异议"),
    "object": ("我有异议", "提出异议", "提异议", "有异议", "异议", "申诉"),
    "my_objections": ("我的异议", "查异议", "异议记录"),
    "my_points": (
        "我的积分",
        "查积分",
        "查询积分",
        "积分查询",
        "积分多少",
        "积分",
        "我的分数",
        "分数",
        "多少分",
        "我的積分",
    ),
    "attendance": ("我的考勤", "考勤"),
    "explain": ("说明情况", "情况说明", "说明"),
    "leave": ("我要请假", "我想请假", "请假"),
    "why": ("为什么是这个分", "为什么", "积分明细", "明细", "怎么算的", "為什麼", "为啥"),
    "ranking": ("我的名次", "我的排名", "排名", "名次", "排行", "第几名"),
    "publicity": ("公示", "公示名单", "积分公示", "看公示"),
    "queue": ("待审核", "待审", "待办", "审核", "待審"),
    "my_appraisal": ("我的民主评议", "民主评议", "我的评议", "评议结果", "评议等次", "评议"),
    "my_reports": ("我的上报", "上报记录", "我的记录"),
    "items": ("积分项目", "项目", "可报项目"),
    "look": ("查看", "看看", "看"),
    "help": ("帮助", "菜单", "使用说明", "怎么用", "幫助", "HELP", "你好", "您好", "在吗", "?"),
    "burden": ("减负意见", "减负建议", "减负"),
    "activities": ("近期活动", "可参加的活动", "有什么活动", "活动"),
    "model_posts": ("我的示范岗", "党员示范岗", "示范岗", "申报示范岗", "示范窗口", "责任区"),
    "my_activities": ("我的活动", "我的报名", "报名记录"),
    "sign_up": ("我要报名", "报名"),
    "sign_off": ("取消报名", "退出报名", "不报名了", "撤销报名"),
    "who_came": ("谁来了", "谁到了", "到会情况", "签到情况", "签到名单"),
    "code_in": ("签到码", "签到口令", "签到数字"),
    "code_out": ("签退码", "签退口令", "签退数字"),
    "stop_sign_up": ("截止报名", "关闭报名", "停止报名", "结束报名"),
    "close_activity": ("办结活动", "结束活动", "活动结束", "活动办结", "办结"),
    "check_in": ("我要签到", "签到"),
    "check_out": ("我要签退", "签退"),
    "reminders_off": ("关闭提醒", "不要提醒", "取消提醒", "提醒关"),
    "reminders_on": ("打开提醒", "开启提醒", "恢复提醒", "提醒开"),
}
_FIRST = sorted(((w, meaning) for meaning, ws in WORDS.items() for w in ws), key=lambda p: -len(p[0]))
#: Alone they answer the privacy text; with a number they decide a report.
_ANSWERS = {
    **dict.fromkeys(("同意", "我同意", "同意绑定"), i.Agree()),
    **dict.fromkeys(("不同意", "我不同意", "不同意绑定"), i.Disagree()),
}
ANOTHER = ("另一件", "另一次", "不是同一件")
EVIDENCE = re.compile(r"(?:佐证|证书编号|证书|文号|证明)[::]?\s*(\S+)")
#: Decisions of one message; a bubble of answers fits.
MOST = 20
_DECIDE = "审核通过|不通过|通过|同意|确认|批准|退回|驳回|打回|撤回|撤销|收回"
#: 第十二条 通过, 把3号退回, 7号日期不对退回.
_TURNED = re.compile(
    rf"(?:请|把|将|给)?\s*第?\s*(?P<n>\d{{1,9}}(?:[、,和\s]+\d{{1,9}})*|[一二两三四五六七八九十百零]{{1,6}})\s*[号条个]?(?:的?上报|那条)?[\s,:]*"
    rf"(?P<why>(?<=[号条,:\s])\S{{2,20}}?[\s,])??(?:给?(?:他|她)?|我|予以)?\s*(?P<word>{_DECIDE})(?:了|吧|掉|去)?(?P<rest>[\s,:].*|)"
)
#: 通过十二号, 退回第三条 日期不对.
_SPOKEN = re.compile(
    rf"(?P<word>{_DECIDE})\s*(?:第\s*(?P<n>\d{{1,9}}|[一二两三四五六七八九十百零]{{1,6}})\s*[号条个]?|(?P<n2>[一二两三四五六七八九十百零]{{1,6}})\s*[号条])"
)
#: 撤销通过12, 撤回刚才确认的8号: what is taken back may be named between.
_TAKEN_BACK = re.compile(
    r"我?(?:刚才|刚刚|刚|昨天|今天)?的?(?:通过|确认|批准|批|退回|审)?(?:的|过的|了的)?\s*第?(\d{1,9})"
)
_SHORT_TEXT = 24
_ONE_NUMBER = re.compile(r"(?<![\d月.])(\d{1,9})\s*[号条](?![\d楼线])")
_NO_DECISION = re.compile(r"[吗么没别?？]|不要|先不|暂不|不能|怎么|为什么|是否|月|小时|上报|异议")
_LINES = re.compile(r"[\n\r;]+|[,.。\s]+(?=(?:通过|退回|撤回|驳回)\s*\d)")
_FULL_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_MONTH_DAY = re.compile(r"(\d{1,2})月(\d{1,2})[日号]?|(\d{1,2})[-/](\d{1,2})")
_DAY_ONLY = re.compile(r"(\d{1,2})[日号]")
#: Days back from today; a day to come is understood, so that it can be refused by name.
_NEAR = {
    "今天": 0,
    "今日": 0,
    "昨天": 1,
    "昨日": 1,
    "前天": 2,
    "大前天": 3,
    "明天": -1,
    "明日": -1,
    "后天": -2,
}
#: Days that people say and that could mean two dates: asked for anew rather than taken for today.
_VAGUE = re.compile(
    r"(?:上个?|这个?|本|下个?)?(?:周|星期|礼拜)[一二三四五六日天末].*|上(?:个?月|周|星期).*|月初|月底|年初"
)
#: 42, 42号, 42 43 44号和45: report numbers, ended by anything that is none.
_NUMBERS = re.compile(r"(?:\d{1,9}号?(?![^\s号和;:])[\s和;:]*)+")
_UNITS = "次|个|篇|场|天|小时|钟头|个小时|时|课时|件|人|期|本"
_QUANTITY = re.compile(rf"([0-9]+(?:\.[0-9]+)?|[一二两三四五六七八九十半])(?:{_UNITS})?(半)?")
_NUMERAL = {"半": Decimal("0.5"), "两": Decimal(2)} | {
    c: Decimal(n) for n, c in enumerate("一二三四五六七八九十", start=1)
}
_GLUED = re.compile(r"([A-Za-z]\d{1,3}|[^\d\s]+?)((?:\d|今[天日]|昨[天日]|大?前天|明[天日]|后天).*)")


def parse(text: str, *, today: dt.date) -> i.Intent:
    """Turn what a member typed, in any width, into what he wants.

    :param today: the civil day, for 昨天 and dates without a year
    """
    if several := _several(text, today):
        return several
    said = " ".join(unicodedata.normalize("NFKC", text).replace(",", " ").replace("、", " ").split())
    said = said.strip("。.!！~ ")
    if not said and text.strip():
        said = "?" if set(text.strip()) <= set("?？") else ""
    if said in _ANSWERS:
        return _ANSWERS[said]
    said = _number_first(said)
    upper = said.upper()
    return grammar_posts.read(said) or _first(said, upper, today) or _decision(said) or i.Unknown(said[:40])


def _first(said: str, upper: str, today: dt.date) -> i.Intent | None:
    """Return what the first word of a text means; None where it is no command."""
    for word, meaning in _FIRST:
        if upper.startswith(word):
            intent = _MAKE[meaning](said[len(word) :].strip(" :,"), today)
            if intent is not None:
                return intent
    return None


def _decision(said: str) -> i.Intent | None:
    """Return the one decision on one number that a short text speaks of somewhere: 刚才通过的8号错了，撤回来.

    A question, a doubt, a day or several numbers make it none.
    """
    numbers = {int(n) for n in _ONE_NUMBER.findall(said)}
    if len(said) > _SHORT_TEXT or len(numbers) != 1 or _NO_DECISION.search(said):
        return None
    [number] = numbers
    if re.search("撤回|撤销|收回|撤下", said):
        return i.TakeBack(number)
    if re.search("退回|驳回|打回", said):
        why = re.sub(r"退回|驳回|打回|第?\d+[号条]?|[把将给请,\s]", "", said)
        return i.Return(number, why)
    return i.Approve((number,)) if re.search("通过|批准", said) else None


def _number_first(said: str) -> str:
    """Return a decision with its word in front and its number in digits: 第十二条通过, 把3号退回 日期不对."""
    if m := _TURNED.fullmatch(said):
        numbers = " ".join(str(whole(n) or n) for n in re.split(r"[、,和\s]+", m["n"]))
        why = m["why"] if m["word"] in WORDS["return"] else ""
        return f"{m['word']} {numbers} {why or ''} {m['rest']}".strip()
    if m := _SPOKEN.match(said):
        return f"{m['word']} {whole(m['n'] or m['n2'])} {said[m.end() :]}".strip()
    return said


def _several(text: str, today: dt.date) -> i.Several | None:
    """Return decisions written one a line; None where the text is no list of decisions."""
    parts = [part for part in _LINES.split(unicodedata.normalize("NFKC", text)) if part.strip()]
    if len(parts) < 2:
        return None
    read = tuple(parse(part, today=today) for part in parts[:MOST])
    decisions = [one for one in read if isinstance(one, i.Approve | i.Return | i.TakeBack) and _numbered(one)]
    return i.Several(read) if len(decisions) == len(read) else None


def _numbered(one: i.Approve | i.Return | i.TakeBack) -> bool:
    return bool(one.numbers) if isinstance(one, i.Approve) else one.number is not None


def _bind(rest: str, _today: dt.date) -> i.Intent:
    parts = rest.split()
    if len(parts) == 1 and (m := re.fullmatch(r"([A-Za-z0-9]{8})(\D.*)", parts[0])):
        parts = [m[1], m[2]]
    # The code may be typed in two halves: ABCD 1234 张三.
    if len(parts) >= 3 and all(p.isascii() and p.isalnum() for p in parts[:2]):
        parts = [parts[0] + parts[1], *parts[2:]]
    if len(parts) >= 2 and not parts[0].isascii() and parts[-1].isascii():
        parts = [parts[-1], *parts[:-1]]
    return i.Bind(parts[0] if parts else "", "".join(parts[1:]))


def _report(rest: str, today: dt.date) -> i.Intent:
    return _filing(rest, today, number=None)


def _correct(rest: str, today: dt.date) -> i.Intent | None:
    m = re.match(r"(\d+)号?\s*(.*)", rest)
    if m:
        return _filing(m[2], today, number=int(m[1]))
    asked = _ask(rules.Kind.CORRECT, rest)
    return asked if isinstance(asked, i.Ask) else i.Report(number=0)


def _ask(kind: rules.Kind, rest: str) -> i.Intent:
    """Understand what of one's own data is to be corrected, opposed or limited, and how."""
    word, _, left = rest.partition(" ")
    if rules.understood(kind, word) is None:
        # Written in one: 更正姓名陈国壮, 更正姓名:陈国壮, 更正 姓名为陈国壮.
        glued = [w for w in rules.spoken(kind) if rest.startswith(w)]
        if not glued:
            return i.AskHow(kind)
        word = max(glued, key=len)
        left = rest[len(word) :]
    left = re.sub(r"^[\s:]*(?:应?改[为成]|应?为)?[\s:]*", "", left)
    return i.Ask(kind, word, left.strip())


def _filing(rest: str, today: dt.date, *, number: int | None) -> i.Intent:
    evidence = None
    if m := EVIDENCE.search(rest):
        evidence, rest = m[1], (rest[: m.start()] + " " + rest[m.end() :])
    another = any(word in rest for word in ANOTHER)
    for word in ANOTHER:
        rest = rest.replace(word, " ")
    tokens = rest.split()
    if not tokens:
        return i.Report(number=number)
    item, tokens = tokens[0], tokens[1:]
    if m := _GLUED.fullmatch(item):
        item, tokens = m[1], [m[2], *tokens]
    day: dt.date | None = None
    bad_day = ""
    quantity: Decimal | None = None
    left: list[str] = []
    for token in tokens:
        if day is None and not bad_day and (found := _day(token, today)) is not None:
            day, token = found[0], found[1]
            bad_day = "" if day else token
            if day is None or not token:
                continue
        if quantity is None and (m := _QUANTITY.fullmatch(token)):
            quantity = _number(m[1]) + (Decimal("0.5") if m[2] else 0)
        else:
            left.append(token)
    counted = quantity is not None
    return i.Report(
        item, day, bad_day, quantity or Decimal(1), tuple(left), evidence, another, number, counted
    )


def _number(text: str) -> Decimal:
    return _NUMERAL[text] if text in _NUMERAL else Decimal(text)


def _day(token: str, today: dt.date) -> tuple[dt.date | None, str] | None:
    """Return the day a token begins with and what follows it; (None, token) for a day that is none."""
    for word, back in _NEAR.items():
        if token.startswith(word):
            return today - dt.timedelta(days=back), token[len(word) :]
    if _VAGUE.fullmatch(token):
        return None, token
    if m := _FULL_DAY.match(token):
        return _made(int(m[1]), int(m[2]), int(m[3]), token, m.end())
    if m := _MONTH_DAY.match(token):
        month, day = int(m[1] or m[3]), int(m[2] or m[4])
        made = _made(today.year, month, day, token, m.end())
        if made[0] is not None and made[0] > today:
            # 12月28日 typed in January means the one that was.
            made = _made(today.year - 1, month, day, token, m.end())
        return made
    if m := _DAY_ONLY.match(token):
        return _made(today.year, today.month, int(m[1]), token, m.end())
    return None


def _made(year: int, month: int, day: int, token: str, end: int) -> tuple[dt.date | None, str]:
    try:
        return dt.date(year, month, day), token[end:]
    except ValueError:
        return None, token


def _approve(rest: str, _today: dt.date) -> i.Intent | None:
    # Only the numbers that come first: a line of the queue sent back holds a day and a quantity too.
    m = _NUMBERS.match(rest)
    if m is None:
        return i.Approve()
    left = rest[m.end() :].split()
    numbers = tuple(dict.fromkeys(int(n) for n in re.findall(r"\d+", m[0])))
    return i.Approve(numbers, left[0] if left else "")


def _return(rest: str, _today: dt.date) -> i.Intent:
    m = re.match(r"(\d{1,9})号?\s*(.*)", rest)
    return i.Return(int(m[1]), m[2].strip(" :,")) if m else i.Return()


def _take_back(rest: str, _today: dt.date) -> i.Intent:
    m = _TAKEN_BACK.match(rest)
    return i.TakeBack(int(m[1]) if m else None)


def _object(rest: str, _today: dt.date) -> i.Intent:
    if len(rest) <= 1 or _HOW_TO.fullmatch(rest):
        return i.ObjectHow()
    # A day is no number of a report: 9月15日 …
    m = re.match(r"(\d{1,9})(?:号(?!\d))?\s+(.+)|(\d{1,9})号\s*(.+)", rest)
    if m:
        return i.Object((m[2] or m[4]).strip(), int(m[1] or m[3]))
    return i.Object(rest)


def _withdraw_request(rest: str, _today: dt.date) -> i.Intent:
    m = re.match(r"(\d{1,9})", rest)
    return i.WithdrawRequest(int(m[1]) if m else None)


def _withdraw_objection(rest: str, _today: dt.date) -> i.Intent:
    m = re.match(r"(\d{1,9})", rest)
    return i.WithdrawObjection(int(m[1]) if m else None)


def _explain(rest: str, _today: dt.date) -> i.Intent | None:
    if rest.startswith(("书", "一下怎么")) or _HOW_TO.fullmatch(rest):
        return None
    m = re.match(r"(\d{1,9})号?\s+(.*)", rest)
    return i.Explain(m[2], int(m[1])) if m else i.Explain(rest)


def _leave(rest: str, today: dt.date) -> i.Intent:
    """Read the days of a leave, which are mostly still to come: 12月3日 said in November is this year's."""
    named = [one.day for one in days.find(rest, today) if one.day is not None]
    ahead = [days.year_later(day) if (today - day).days > 180 else day for day in named]
    return i.Leave(min(ahead), max(ahead), rest) if ahead else i.Leave(words=rest)


def _ask_certificate(rest: str, _today: dt.date) -> i.Intent | None:
    if rest.strip("。.!！ ") in ("", "一份", "一张"):
        return i.AskCertificate()
    return i.AskCertificate(int(rest)) if re.fullmatch(r"[1-9]\d{0,8}", rest) else None


def _sign_up(leave: bool):
    """Return a maker for 报名 N and 取消报名 N."""

    def make(rest: str, _today: dt.date) -> i.Intent:
        m = re.match(r"(\d{1,9})", rest)
        return i.SignUp(int(m[1]) if m else None, leave)

    return make


def _check(purpose: str):
    """Return a maker for 签到 123456, in one or in two halves."""

    def make(rest: str, _today: dt.date) -> i.Intent | None:
        digits = re.sub(r"[\s:,口令码]", "", rest)
        if digits and not re.fullmatch(r"\d{1,8}", digits):
            return None if len(rest) > 3 else i.CheckIn(purpose)
        return i.CheckIn(purpose, digits)

    return make


def _run(what: str):
    """Return a maker for 谁来了 N, 签到码 N, 截止报名 N, 办结 N; without a number it is about the one on now."""

    def make(rest: str, _today: dt.date) -> i.Intent | None:
        m = re.fullmatch(r"第?(\d{1,9})号?(?:活动)?\s*(确认)?", rest)
        if m is None and not _POLITE.fullmatch(rest):
            return None
        sure = what == "close" and m is not None and m[2]
        return i.RunActivity("closed" if sure else what, int(m[1]) if m else None)

    return make


#: What changes nothing of what was asked for: 我的积分是多少呀, 排名查一下谢谢.
_POLITE = re.compile(
    r"(?:[的了吗呢吧啊呀啦哈哦么呗嘛是有下请我?!。~\s]|一下|查询|查看?|看看?|多少|几分|第几|分|谢谢?|多谢|现在|目前|给我|帮我|情况|所有|哪些|什么|啥)*"
)
#: How it is done, not what is to be said: 异议怎么提, 减负意见在哪写.
_HOW_TO = re.compile(
    r"(?:要?(?:怎么|怎样|如何|咋)|在哪|哪里|哪儿|到哪|找谁|流程|是什么|啥意思|什么时候|有用吗).{0,10}"
)


def _alone(intent: i.Intent):
    """Return a maker for words that mean something only when nothing follows but politeness."""
    return lambda rest, _today: intent if _POLITE.fullmatch(rest) else None


def _burden(rest: str) -> i.Intent:
    if not rest or _HOW_TO.fullmatch(rest):
        return i.BurdenHow()
    anonymous = rest.startswith("匿名")
    return i.Burden(rest.removeprefix("匿名").strip(" :"), anonymous)


def _look(rest: str, _today: dt.date) -> i.Intent | None:
    m = re.fullmatch(r"第?(\d{1,9})[号条]?(?:的?上报)?\s*(\S{0,12})", rest)
    return i.Look(int(m[1]), m[2]) if m else None


_MAKE = {
    "activities": _alone(i.Activities()),
    "my_activities": _alone(i.Activities(mine=True)),
    "model_posts": _alone(i.ModelPosts()),
    "sign_up": _sign_up(leave=False),
    "sign_off": _sign_up(leave=True),
    "who_came": _run("came"),
    "code_in": _run("in"),
    "code_out": _run("out"),
    "stop_sign_up": _run("stop"),
    "close_activity": _run("close"),
    "check_in": _check("in"),
    "check_out": _check("out"),
    "look": _look,
    "bind": _bind,
    "my_data": _alone(i.MyData()),
    "oppose": lambda rest, _today: _ask(rules.Kind.OBJECT, rest),
    "limit": lambda rest, _today: _ask(rules.Kind.LIMIT, rest),
    "my_requests": _alone(i.MyRequests()),
    "withdraw_request": _withdraw_request,
    "correct": _correct,
    "report": _report,
    "approve": _approve,
    "return": _return,
    "take_back": _take_back,
    "object": _object,
    "withdraw_objection": _withdraw_objection,
    "my_objections": _alone(i.MyObjections()),
    "attendance": _alone(i.Attendance()),
    "explain": _explain,
    "leave": _leave,
    "why": lambda rest, _today: i.Why(rest.rstrip("?吗呢")),
    "my_points": _alone(i.MyPoints()),
    "ranking": _alone(i.Ranking()),
    "publicity": _alone(i.Publicity()),
    "queue": _alone(i.Queue()),
    "approve_all": _alone(i.ApproveAll()),
    "more": _alone(i.More()),
    "reminder_settings": _alone(i.ReminderSettings()),
    "messages": _alone(i.Messages()),
    "wechat_off": _alone(i.SwitchWay("wechat", False)),
    "wechat_on": _alone(i.SwitchWay("wechat", True)),
    "wecom_off": _alone(i.SwitchWay("wecom", False)),
    "wecom_on": _alone(i.SwitchWay("wecom", True)),
    "hours": _alone(i.Hours()),
    "certificates": _alone(i.Certificates()),
    "certificate_batches": _alone(i.CertificateBatches()),
    "ask_certificate": _ask_certificate,
    "missing": _alone(i.Missing()),
    "my_reports": _alone(i.MyReports()),
    "my_appraisal": _alone(i.MyAppraisal()),
    "items": _alone(i.Items()),
    "help": _alone(i.Help()),
    "withdraw": _alone(i.Withdraw()),
    "who_sees_me": _alone(i.WhoSeesMe()),
    "burden": lambda rest, _today: _burden(rest),
    "reminders_off": _alone(i.Reminders(False)),
    "reminders_on": _alone(i.Reminders(True)),
}
