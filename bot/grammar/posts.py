"""What is typed about model posts and honours: 通过 岗3, 退回 岗3 事迹不够具体, 保留 岗3, 撤销 誉5 原因. Pure."""

from __future__ import annotations

import datetime as dt
import re

from bot.grammar.tails import typed
from bot.intents import Intent
from bot.intents.model_posts import ApplyPost, DecidePost, EnterHonour, LookPost, ShowPhoto
from bot.talk import days

#: What is done, by how people say it.
_ACTS = {
    "approve": ("审核通过", "通过", "同意", "确认", "批准"),
    "refuse": ("不通过", "不同意", "退回", "驳回", "打回"),
    "back": ("撤回", "撤销", "取消", "收回"),
    "look": ("查看", "看看", "看"),
    "keep": ("保留",),
    "renew": ("续期", "续牌"),
    "warn": ("提醒",),
    "rectify": ("要求整改", "整改"),
    "withdraw": ("摘牌",),
    "name": ("写上姓名", "写姓名"),
    "no_name": ("不写姓名", "撤下姓名"),
    "photo": ("放上照片", "放照片", "换照片"),
    "no_photo": ("不放照片", "撤下照片"),
}
_ACT_OF = {word: act for act, words in _ACTS.items() for word in words}
_ACT = "|".join(sorted(_ACT_OF, key=len, reverse=True))
_WHAT = r"(?P<what>党员示范岗|示范岗|岗|荣誉|誉)\s*第?(?P<n>\d{1,12})[号个]?"
_FORMS = (
    re.compile(rf"(?:请|把|将)?\s*(?P<act>{_ACT})\s*{_WHAT}(?:的申报)?[\s:,]*(?P<why>.*)"),
    re.compile(rf"(?:请|把|将)?\s*{_WHAT}(?:的申报)?\s*(?P<act>{_ACT})[了吧]?[\s:,]*(?P<why>.*)"),
)
_HONOUR = re.compile(r"登记荣誉[\s:]*(.*)")
#: Kinds that one person applies for; the others need more than a sentence.
_APPLY = re.compile(
    r"申报\s*(?P<kind>党员示范岗|示范岗|党员责任区|责任区|示范窗口|党员示范窗口|特色品牌|党建品牌|品牌)"
    r"(?:\s+(?P<title>\S{2,40}?)[\s::]+(?P<deeds>.+))?"
)


def read(said: str, text: str, today: dt.date) -> Intent | None:
    """Return what a text wants of a model post or an honour; None where it speaks of none.

    :param said: the text in one width
    :param text: as it was typed: reasons and deeds keep their commas
    """
    for form in _FORMS:
        if m := form.fullmatch(said):
            what = "honour" if "誉" in m["what"] else "post"
            act, number = _ACT_OF[m["act"]], int(m["n"])
            if act == "look":
                return LookPost(what, number)
            return DecidePost(what, number, act, typed(text, m["why"].strip(" :,。")))
    if said in _ACTS["photo"]:
        return ShowPhoto()
    if m := _HONOUR.fullmatch(said):
        return _entered(m[1], text, today)
    if (m := _APPLY.fullmatch(said)) and m["title"]:
        return ApplyPost(m["kind"], m["title"], typed(text, m["deeds"].strip()))
    return None


def _entered(said: str, text: str, today: dt.date) -> EnterHonour:
    """Read name, level, title and day in that order, and the document after 依据."""
    said, _, evidence = said.partition("依据")
    evidence = evidence.strip(" :")
    collective = "集体" in said.split()
    words = [word for word in said.split() if word != "集体"]
    day = None
    for word in words:
        named = [one.day for one in days.find(word, today) if one.day is not None]
        if named and len(words) > 3:
            day, words = named[0], [one for one in words if one is not word]
            break
    if len(words) < 3 or day is None or not evidence:
        return EnterHonour()
    return EnterHonour(words[0], words[1], "".join(words[2:]), day, typed(text, evidence), collective)
