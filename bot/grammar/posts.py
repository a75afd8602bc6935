"""What is typed about model posts and honours: 通过 岗3, 退回 岗3 事迹不够具体, 保留 岗3, 撤销 誉5 原因. Pure."""

from __future__ import annotations

import datetime as dt
import re

from bot.grammar.tails import parts, typed
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
_APPLY = re.compile(
    r"申报\s*(?P<kind>党员示范岗|示范岗|党员责任区|责任区|示范窗口|党员示范窗口|特色品牌|党建品牌|品牌)(?:[\s:]+(?P<rest>.+))?"
)
_DEEDS = re.compile(r"(?:^|\s)事迹[\s:]+(?P<deeds>.+)$")
_BOTH = re.compile(r"(?P<title>\S{2,40}?)[\s:]+(?P<deeds>.+)")
#: Parts of an application that stand behind their names; the deeds come last.
_PARTS = ("名称", "负责人", "成员", "人数", "党员")
#: Words of their own, before the deeds; 改成员 asks for that part again.
_NOBODY, _LEADS, _LEADS_NOT, _CHECK = "没有别人", "有党员负责人", "没有党员负责人", "核对"
_AGAIN = {f"改{part}": part for part in ("成员", "人数", "事迹")}
_FLAGS = {_NOBODY, _LEADS, _LEADS_NOT, _CHECK, *_AGAIN}


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
    if (m := _APPLY.fullmatch(said)) and (m["rest"] or m["kind"] != "示范岗"):
        return _applied(m["kind"], m["rest"] or "", text)
    return None


def _applied(kind: str, said: str, text: str) -> ApplyPost:
    """Read 名称：事迹, or the parts behind their names."""
    deeds = ""
    if m := _DEEDS.search(said):
        deeds, said = typed(text, m["deeds"].strip()), said[: m.start()]
    flags = [word for word in said.split() if word in _FLAGS]
    bare, named = parts(" ".join(word for word in said.split() if word not in flags) + " ", _PARTS)
    first = {name: words[0] for name, words in named.items()}
    title = first.get("名称", "")
    if not (named or flags or deeds) and (m := _BOTH.fullmatch(bare.strip())):
        title, deeds = m["title"], typed(text, m["deeds"].strip())
    counts = [
        int(m[0]) if (m := re.match(r"\d{1,5}(?!\d)", first.get(name, ""))) else None
        for name in ("人数", "党员")
    ]
    people = tuple(first["成员"].split()) if "成员" in first else () if _NOBODY in flags else None
    return ApplyPost(
        kind,
        title or bare.strip(),
        deeds,
        lead=first.get("负责人", ""),
        people=people,
        staff=counts[0],
        staff_members=counts[1],
        leader=True if _LEADS in flags else False if _LEADS_NOT in flags else None,
        check=_CHECK in flags,
        ask=next((_AGAIN[word] for word in flags if word in _AGAIN), ""),
    )


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
