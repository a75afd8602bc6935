"""From words to what was understood of them; what is not sure stays open, so that it is asked for."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from bot.grammar.filing import ANOTHER, EVIDENCE
from bot.intents import Help, Intent, Unknown
from bot.intents.notices import Reminders
from bot.intents.own import BurdenHow, Hours, Missing, ObjectHow, Why
from bot.intents.people import WhoSeesMe
from bot.intents.reporting import Deed, ItemHow, Items, MyReports, Report
from bot.talk import amounts, days, mending, names, persons, questions
from bot.talk.names import MARGIN, Guess, Known
from bot.talk.numbers import NUM, whole

#: Longer texts are read up to here; 4 KB of words hold one report at most.
LONGEST = 300
_REPORTS = re.compile(
    r"报(?!到|道|名|告|纸|社|销)|登记|申报|记一下|加一?下?分|参加了|做了|完成了|去了|干了|搞了|补"
)
_WEEKDAY = re.compile(r"^(?:周|星期|礼拜)")
#: Parts of a day and the hour at which each begins: 下午 said in the morning is no part of today that was.
_PARTS = {
    "凌晨": 0,
    "早上": 0,
    "早晨": 0,
    "清早": 0,
    "一早": 0,
    "清晨": 0,
    "上午": 6,
    "中午": 11,
    "午后": 12,
    "下午": 12,
    "傍晚": 16,
    "晚上": 17,
    "午饭后": 12,
    "下班": 17,
    "晚饭后": 18,
}
_PART = re.compile("|".join(_PARTS))
_STARTS = re.compile(r"(?<![\d月:.])(\d{1,2})(?:点|:\d\d)")
_OCLOCK = re.compile(rf"\s*({NUM})(?:点|:|时(?!长))")
#: 刚献完血, 才从社区回来: it was today.
_JUST = re.compile(
    r"刚刚?(?:才)?(?:从|去|做|献|参加|讲|写|完|到|回|结束|忙|干|扫|走访|慰问|发|弄|搞|.{1,10}(?:回来|完|结束|到家|下来))"
)
#: 上报 before what was done is for us, not for who decides.
_COMMAND = re.compile(r"^(?:我要?)?上报[\s:：]+")
#: The day before these words is that of the report, not that of the deed.
_REPORTING = re.compile(
    r"\s*(?:我|才|再|来|想|赶紧|统一|一起|一并|在这)?"
    r"(?:忘了?记?[报登填]|补报|补登|补录|补记|上报|申报|登记|填报|报一下|来报|提交)"
)
#: 报几次都行吗, 能不能算, 要不要提前说.
_ALLOWED = re.compile(r"几|多少|行|能|可以|算|要")
_SENDING = re.compile(r"\s*(?:我|再|来|想|先)*把.{0,24}(?:报|登|补|记)")
_CLAUSE = re.compile(r"[,。;!?~、…:\s]")
#: What a deed was about is no deed: 《…》, 题目是….
_TITLE = re.compile(r"《[^》]*》|(?:题目|主题|标题|内容|名字)(?:是|为|叫|:).*$")
_WORTH = re.compile(
    "|".join(
        (
            r"(?:一次|每次|一?小时|一篇|一天|能|可以|加|得|值|算|记|有).{0,4}(?:几|多少)分",
            r"(?:几|多少)分.{0,4}一(?:次|篇|小时|天)",
            r"(?:几|多少)分$",
            r"\d(?:\.\d)?分(?:吗|么|吧)|(?:是不是|算不算|有没有).{0,8}分|(?:加|扣|算|得|给)分(?:吗|么|不)",
        )
    )
)
_HOW = re.compile(
    "|".join(
        (
            r"(?:要|需要|用|交|带|准备).{0,4}(?:什么|啥|哪些)?(?:材料|证明|照片|佐证|手续)",
            r"(?:算不算|能不能|可不可以|能算|可以算|算).{0,6}(?:分|吗|志愿)?(?:吗|呢|\?|？)",
            r"(?:怎么|如何|咋)(?:才)?(?:算|加|上?报|申报|登记|记|交|提交|弄)",
            r"(?:可以|能)(?:[上补]?报|补登?|加分|算)?(?:吗|么|不)",
        )
    )
)
_OF_MINE = re.compile(r"我|俺|扣|少|没|低|掉|降|只|才|为什么|为啥|凭什么")
#: Questions about oneself, though they name an item.
#: Wishes whose words may as well begin a deed.
_BEGINS = (Report, Items, Help)
_RESULTS = ("采纳", "采用")
_ABOUT_ME = (Why, Hours, MyReports, Missing)
#: Meant even where an item is named and nothing is asked: 昨天的志愿服务没给我记上.
_ALWAYS = (ObjectHow, Reminders, WhoSeesMe, Report)
#: Characters that no keyboard shows and that steer direction or look.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0e\ufe0f]")


def plain(text: str) -> str:
    """Return a text in half width, without marks that steer its direction, blanks made single."""
    return days.mended(" ".join(unicodedata.normalize("NFKC", visible(text)).split())[:LONGEST].strip())


def visible(text: str) -> str:
    """Return a text without characters that no keyboard shows: direction marks, joiners, controls."""
    return _HIDDEN.sub("", text)


def understand(text: str, *, today: dt.date, items: Sequence[Known], hour: int = 24) -> Intent:
    """Return what a text that is no command wants: a question, a deed, or nothing that is known.

    Pure, and never raises. The deed's day is never after ``today`` and its amount
    is only what was said.

    :param items: what the writer's rulebook holds
    :param hour: when it was written; what is told of a later part of ``today`` is still to come
    """
    said = plain(text)
    if not said:
        return Unknown(text[:40])
    # A document's number (市发〔2026〕3号) is neither a day nor an amount.
    told = EVIDENCE.sub(lambda m: "\x7f" * len(m[0]), said)
    named = days.find(told, today)
    masked = _without(told, [(one.start, one.end) for one in named])
    found = amounts.find(masked)
    # 一下午 is an amount, 下午2点到5点 is one that tells the day too.
    bare = _without(masked, [(one.start, one.end) for one in found if one.value is None])
    guesses = names.guesses(_without(masked, [m.span() for m in _TITLE.finditer(masked)]), items)
    asks = questions.asking(said)
    question = questions.read(said)
    if isinstance(question, _ALWAYS) and question != Report():
        return question
    if asks or not (found and (guesses or named)):
        about_item = _WORTH.search(said) or _HOW.search(said)
        of_all = isinstance(question, Why) and not _OF_MINE.search(said)
        if asks and guesses and about_item and (of_all or not isinstance(question, _ABOUT_ME)):
            return ItemHow(guesses[0].code)
        if isinstance(question, Why) and guesses:
            return Why(guesses[0].code)
        if isinstance(question, Hours) and any(one.day for one in named):
            question = None
        if isinstance(question, BurdenHow) and not named and not any(word in said for word in _RESULTS):
            return question
        alone = not isinstance(question, _BEGINS) and not _exactly(named, found)
        if question is not None and (asks or not guesses or alone):
            return question
    if asks and question is None and not _exactly(named, found):
        return ItemHow(guesses[0].code) if guesses and _ALLOWED.search(said) else Unknown(text[:40])
    reports = bool(_REPORTS.search(said))
    if not guesses and not (found and (named or reports)) and not (reports and named):
        return Unknown(text[:40])
    return _deed(said, masked, bare, named, found, guesses, items, today, hour)


def _exactly(named: list[days.Day], found: list[amounts.Amount]) -> bool:
    """Return whether a day or an amount was told, as of a deed."""
    return any(one.day is not None for one in named) or any(one.value is not None for one in found)


def _deed(
    said: str,
    masked: str,
    bare: str,
    named: list[days.Day],
    found: list[amounts.Amount],
    guesses: list[Guess],
    items: Sequence[Known],
    today: dt.date,
    hour: int,
) -> Deed:
    known = {item.code: item for item in items}
    codes, sure = _chosen(guesses, known, found)
    sure = sure and not _two_deeds(guesses, known, said) and _came_of_it(known[codes[0]], said)
    item = known[codes[0]] if sure else None
    about = [one.start for one in found] + [one.start for one in guesses]
    day, day_said, future = _day(_of_the_deed(named, said, about), bare, today, hour)
    quantity: Decimal | None = None
    amount_said = ""
    if item is not None:
        quantity, amount_said = amounts.fitting(found, item.unit)
    evidence = None
    if m := EVIDENCE.search(said):
        evidence = m[1]
    return Deed(
        items=codes,
        sure=sure,
        day=day,
        day_said=day_said,
        quantity=quantity,
        amount_said=amount_said,
        level=names.level_in(masked, item.levels) if item is not None and item.levels else None,
        who=persons.somebody_else(masked, said),
        undone=persons.not_done(masked, said),
        planned=day_said if future else _planned(masked, said, named),
        another=any(word in said for word in ANOTHER),
        evidence=evidence,
        words=_COMMAND.sub("", said),
    )


def _planned(masked: str, said: str, named: list[days.Day]) -> str:
    """Return the words of a plan; a day that only was (昨天, 11月3号) outweighs them."""
    past = any(one.day is not None and not _WEEKDAY.search(one.said) for one in named)
    return "" if past else persons.planned(masked, said)


def amounts_of(text: str, *, today: dt.date) -> list[amounts.Amount]:
    """Return the amounts of a text, its days left out."""
    said = plain(text)
    return amounts.find(_without(said, [(one.start, one.end) for one in days.find(said, today)]))


def day_of(text: str, *, today: dt.date) -> tuple[dt.date | None, str, bool]:
    """Return the one day a text names, what was said that is none, and whether it is still to come."""
    said = plain(text)
    return _day(mending.meant(days.find(said, today), said), said, today, 24)


def _begins(part: str, behind: str) -> int:
    """Return the hour at which a part of the day begins, or that which is said behind it: 下午4点."""
    if (m := _OCLOCK.match(behind)) and (hour := whole(m[1])) is not None and hour <= 24:
        return hour + 12 if _PARTS[part] >= 12 and hour < 12 else hour
    return _PARTS[part]


def _of_the_deed(named: list[days.Day], said: str, about: Sequence[int]) -> list[days.Day]:
    """Return the days on which it was done: not that of the report, and the one that stands with the deed.

    :param about: where the item and the amounts are named
    """
    meant = [
        one if mending.doubted(one, said) is None else replace(one, day=None)
        for one in mending.meant(named, said)
        if not _REPORTING.match(said[one.end :])
    ]
    # 今天把昨天的…报一下: where another day is named, this one is that of the report.
    meant = [one for one in meant if not _SENDING.match(said[one.end :])] or meant
    clauses = {_clause(said, start) for start in about}
    beside = [one for one in meant if _clause(said, one.start) in clauses]
    if beside:
        return beside
    # 明天要出差，…昨天…: what was, where what is to come stands elsewhere.
    return [one for one in meant if not one.future] or meant


def _clause(said: str, at: int) -> int:
    """Return the number of the clause in which a place of the text lies."""
    return len(_CLAUSE.findall(said[:at]))


def _day(named: list[days.Day], bare: str, today: dt.date, hour: int) -> tuple[dt.date | None, str, bool]:
    coming = [one for one in named if one.future]
    exact = {one.day for one in named}
    part = _PART.search(bare)
    later = part is not None and _begins(part[0], bare[part.end() :]) > hour
    if part is None and (m := _STARTS.search(bare)) is not None:
        later = int(m[1]) > hour
    tonight = next((one for one in named if one.said == "今晚" and _PARTS["晚上"] > hour), None)
    if tonight is not None:
        return None, tonight.said, True
    if coming:
        return None, coming[0].said, True
    if len(exact) == 1 and (day := exact.pop()) is not None:
        if later and day == today:
            return None, f"{named[0].said}{part[0] if part else ''}", True
        return day, "", False
    if named:
        return None, "、".join(dict.fromkeys(one.said.strip() for one in named)), False
    if _JUST.search(bare) or (part is not None and not later):
        return today, "", False
    return None, "", False


def _chosen(
    guesses: list[Guess], known: dict[str, Known], found: list[amounts.Amount]
) -> tuple[tuple[str, ...], bool]:
    """Return the likely items, best first, and whether the first may be taken without asking."""
    units = {one.unit for one in found if one.unit}

    def weight(guess: Guess) -> Decimal:
        item = known[guess.code]
        return guess.score + (MARGIN if item.unit in units else 0) - (0 if item.reported else MARGIN * 3)

    ranked = sorted(guesses, key=lambda one: (-weight(one), -(one.end - one.start), one.start))
    codes = tuple(dict.fromkeys(one.code for one in ranked))[:5]
    if not ranked:
        return (), False
    best = ranked[0]
    if units and known[best.code].unit not in units and any(known[one.code].unit in units for one in ranked):
        return codes, False  # 帮困难群众打扫2小时: what was counted belongs to another one
    sure = (
        len(codes) == 1
        or weight(best) - weight(next(one for one in ranked if one.code != best.code)) >= MARGIN
    )
    return codes, sure and not best.doubt


#: Where a deed is told by its beginning: 提了条建议, 写了篇调研报告.
_BEGUN = re.compile(r"提|写|交|递|投|报送|撰|建言")


def _came_of_it(item: Known, said: str) -> bool:
    """Return whether what an item's name asks for came of it: 建议被采纳, not only 提了建议."""
    for result, words in names.vocabulary().results.items():
        if result in item.name and _BEGUN.search(said) and not any(word in said for word in words):
            return False
    return True


_ALSO = re.compile(r"还|又|另外|并且|以及|同时|然后|接着|此外|顺便|外加|加上|和|、")


def _two_deeds(guesses: list[Guess], known: dict[str, Known], said: str) -> bool:
    """Return whether two things that count apart were told at once: 志愿服务2小时，还献了血."""
    own = [one for one in guesses if known[one.code].reported and one.score >= names.TOLD]
    for first, second in itertools.pairwise(sorted(own, key=lambda one: one.start)):
        if second.start < first.end:
            continue
        if second.code == first.code and second.doubt == first.doubt:
            continue
        between = said[first.end : second.start]
        if _ALSO.search(between) or _CLAUSE.search(between):
            return True
    return False


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "\x7f" * (end - start) + text[end:]
    return text
