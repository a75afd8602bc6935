"""From words to what was understood of them; what is not sure stays open, so that it is asked for."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from decimal import Decimal

from bot import intents as i
from bot.grammar import ANOTHER, EVIDENCE
from bot.talk import amounts, days, names, persons, questions
from bot.talk.names import MARGIN, Guess, Known

#: Longer texts are read up to here; 4 KB of words hold one report at most.
LONGEST = 300
_REPORTS = re.compile(
    r"报(?!到|道|名|告|纸|社|销)|登记|申报|记一下|加一?下?分|参加了|做了|完成了|去了|干了|搞了|补"
)
_WEEKDAY = re.compile(r"^(?:周|星期|礼拜)")
_TODAY = re.compile(r"早上|上午|中午|下午|傍晚|晚上|早晨|清早|一早|午后|清晨")
_WORTH = re.compile(
    "|".join(
        (
            r"(?:一次|每次|一?小时|一篇|一天|能|可以|加|得|值|算|记|有).{0,4}(?:几|多少)分",
            r"(?:几|多少)分.{0,4}一(?:次|篇|小时|天)",
            r"(?:几|多少)分$",
        )
    )
)
_HOW = re.compile(
    "|".join(
        (
            r"(?:要|需要|用|交|带|准备).{0,4}(?:什么|啥|哪些)?(?:材料|证明|照片|佐证|手续)",
            r"(?:算不算|能不能|可不可以|能算|可以算|算).{0,6}(?:分|吗|志愿)?(?:吗|呢|\?|？)",
            r"(?:怎么|如何|咋)(?:才)?(?:算|加|上?报|申报|登记|记|交|提交|弄)",
            r"(?:可以|能)(?:上?报|加分|算)?(?:吗|么)",
        )
    )
)
#: Questions about oneself, though they name an item.
_ABOUT_ME = (i.Why, i.Hours, i.MyReports, i.Missing)
#: Meant even where an item is named and nothing is asked: 昨天的志愿服务没给我记上.
_ALWAYS = (i.ObjectHow, i.Reminders, i.WhoSeesMe, i.Report)
#: Characters that no keyboard shows and that steer direction or look.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufe0e\ufe0f]")


def plain(text: str) -> str:
    """Return a text in half width, without marks that steer its direction, blanks made single."""
    said = unicodedata.normalize("NFKC", visible(text))
    for slip, word in days.SLIPS.items():
        said = said.replace(slip, word)
    return " ".join(said.split())[:LONGEST].strip()


def visible(text: str) -> str:
    """Return a text without characters that no keyboard shows: direction marks, joiners, controls."""
    return _HIDDEN.sub("", text)


def understand(text: str, *, today: dt.date, items: Sequence[Known]) -> i.Intent:
    """Return what a text that is no command wants: a question, a deed, or nothing that is known.

    Pure, and never raises. The deed's day is never after ``today`` and its amount
    is only what was said.

    :param items: what the writer's rulebook holds
    """
    said = plain(text)
    if not said:
        return i.Unknown(text[:40])
    # A document's number (市发〔2026〕3号) is neither a day nor an amount.
    told = EVIDENCE.sub(lambda m: "\x7f" * len(m[0]), said)
    named = days.find(told, today)
    masked = _without(told, [(one.start, one.end) for one in named])
    found = amounts.find(masked)
    # 一下午 is an amount, 下午2点到5点 is one that tells the day too.
    bare = _without(masked, [(one.start, one.end) for one in found if one.value is None])
    guesses = names.guesses(masked, items)
    asks = questions.asking(said)
    question = questions.read(said)
    if isinstance(question, _ALWAYS) and question != i.Report():
        return question
    if asks or not (found and (guesses or named)):
        about_item = _WORTH.search(said) or _HOW.search(said)
        if asks and guesses and about_item and not isinstance(question, _ABOUT_ME):
            return i.ItemHow(guesses[0].code)
        if isinstance(question, i.Why) and guesses:
            return i.Why(guesses[0].code)
        if isinstance(question, i.Hours) and any(one.day for one in named):
            question = None
        if question is not None and (asks or not guesses):
            return question
        if asks and question is None and not found:
            return i.Unknown(text[:40])
    reports = bool(_REPORTS.search(said))
    if not guesses and not (found and (named or reports)) and not (reports and named):
        return i.Unknown(text[:40])
    return _deed(said, masked, bare, named, found, guesses, items, today)


def _deed(
    said: str,
    masked: str,
    bare: str,
    named: list[days.Day],
    found: list[amounts.Amount],
    guesses: list[Guess],
    items: Sequence[Known],
    today: dt.date,
) -> i.Deed:
    known = {item.code: item for item in items}
    codes, sure = _chosen(guesses, known, found)
    item = known[codes[0]] if sure else None
    day, day_said, future = _day(named, bare, today)
    quantity: Decimal | None = None
    amount_said = ""
    if item is not None:
        quantity, amount_said = amounts.fitting(found, item.unit)
    evidence = None
    if m := EVIDENCE.search(said):
        evidence = m[1]
    return i.Deed(
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
        words=said,
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
    return _day(days.find(said, today), said, today)


def _day(named: list[days.Day], bare: str, today: dt.date) -> tuple[dt.date | None, str, bool]:
    coming = [one for one in named if one.future]
    exact = {one.day for one in named if one.day is not None}
    if coming:
        return None, coming[0].said, True
    if len(exact) == 1:
        return exact.pop(), "", False
    if named:
        return None, "、".join(dict.fromkeys(one.said.strip() for one in named)), False
    if _TODAY.search(bare):
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
    codes = tuple(one.code for one in ranked[:5])
    if not ranked:
        return (), False
    sure = len(ranked) == 1 or weight(ranked[0]) - weight(ranked[1]) >= MARGIN
    return codes, sure


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in spans:
        text = text[:start] + "\x7f" * (end - start) + text[end:]
    return text
