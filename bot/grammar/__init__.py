"""The bot's ear: from what a member typed to what he wants. Knows no WeChat, no database, no clock."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from bot.grammar import communities, organising, posts
from bot.grammar.activities import check, run, sign_up
from bot.grammar.decisions import approve, decision, look, number_first, numbered, return_, take_back
from bot.grammar.filing import correct, report
from bot.grammar.own import alone, ask_certificate, burden, explain, leave, objection, withdraw_objection
from bot.grammar.people import ask, bind, withdraw_request
from bot.grammar.words import WORDS
from bot.intents import Help, Intent, More, Person, Thanks, Unknown
from bot.intents.activities import Activities
from bot.intents.communities import Communities, RegisterThere
from bot.intents.deciding import Approve, ApproveAll, Queue, Return, Several
from bot.intents.model_posts import ModelPosts
from bot.intents.notices import Messages, Reminders, ReminderSettings, SwitchWay
from bot.intents.own import (
    Attendance,
    CertificateBatches,
    Certificates,
    Hours,
    Missing,
    MyAppraisal,
    MyObjections,
    MyPoints,
    Publicity,
    Ranking,
    Why,
)
from bot.intents.people import (
    Agree,
    Disagree,
    MyData,
    MyRequests,
    WhoSeesMe,
    Withdraw,
)
from bot.intents.reporting import Items, MyReports, TakeBack
from jifen.privacy import rules

_FIRST = sorted(((w, meaning) for meaning, ws in WORDS.items() for w in ws), key=lambda p: -len(p[0]))

#: Alone they answer the privacy text; with a number they decide a report.
_ANSWERS = {
    **dict.fromkeys(("同意", "我同意", "同意绑定"), Agree()),
    **dict.fromkeys(("不同意", "我不同意", "不同意绑定"), Disagree()),
}
#: A code and a name, and nothing else; eight digits are a day.
_SLIP = re.compile(r"(?=[0-9]*[A-Za-z])[0-9A-Za-z]{8} ?[\u4e00-\u9fff·]{2,20}")
#: Decisions of one message; a bubble of answers fits.
MOST = 20
_LINES = re.compile(r"[\n\r;]+|[,.。\s]+(?=(?:通过|退回|撤回|驳回)\s*\d)")


def parse(text: str, *, today: dt.date) -> Intent:
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
    said = number_first(said)
    upper = said.upper()
    about = posts.read(said, text, today) or organising.read(said, text, today)
    return about or _first(said, upper, today) or decision(said) or _slip(said, today) or Unknown(said[:40])


def _slip(said: str, today: dt.date) -> Intent | None:
    """Read what stands on a paper slip and the name, where 绑定 was not written before them."""
    return bind(said, today) if _SLIP.fullmatch(said) else None


def _first(said: str, upper: str, today: dt.date) -> Intent | None:
    """Return what the first word of a text means; None where it is no command."""
    for word, meaning in _FIRST:
        if upper.startswith(word):
            intent = _MAKE[meaning](said[len(word) :].strip(" :,"), today)
            if intent is not None:
                return intent
    return None


def _several(text: str, today: dt.date) -> Several | None:
    """Return decisions written one a line; None where the text is no list of decisions."""
    parts = [part for part in _LINES.split(unicodedata.normalize("NFKC", text)) if part.strip()]
    if len(parts) < 2:
        return None
    read = tuple(parse(part, today=today) for part in parts[:MOST])
    decisions = [one for one in read if isinstance(one, Approve | Return | TakeBack) and numbered(one)]
    return Several(read) if len(decisions) == len(read) else None


_MAKE = {
    "activities": alone(Activities()),
    "my_activities": alone(Activities(mine=True)),
    "model_posts": alone(ModelPosts()),
    "sign_up": sign_up(leave=False),
    "sign_off": sign_up(leave=True),
    "who_came": run("came"),
    "code_in": run("in"),
    "code_out": run("out"),
    "stop_sign_up": run("stop"),
    "close_activity": run("close"),
    "check_in": check("in"),
    "check_out": check("out"),
    "look": look,
    "bind": bind,
    "my_data": alone(MyData()),
    "oppose": lambda rest, _today: ask(rules.Kind.OBJECT, rest),
    "limit": lambda rest, _today: ask(rules.Kind.LIMIT, rest),
    "my_requests": alone(MyRequests()),
    "withdraw_request": withdraw_request,
    "correct": correct,
    "report": report,
    "approve": approve,
    "return": return_,
    "take_back": take_back,
    "object": objection,
    "withdraw_objection": withdraw_objection,
    "my_objections": alone(MyObjections()),
    "attendance": alone(Attendance()),
    "explain": explain,
    "leave": leave,
    "why": lambda rest, _today: Why(rest.rstrip("?吗呢")),
    "my_points": alone(MyPoints()),
    "ranking": alone(Ranking()),
    "publicity": alone(Publicity()),
    "queue": alone(Queue()),
    "approve_all": alone(ApproveAll()),
    "more": alone(More()),
    "reminder_settings": alone(ReminderSettings()),
    "messages": alone(Messages()),
    "wechat_off": alone(SwitchWay("wechat", False)),
    "wechat_on": alone(SwitchWay("wechat", True)),
    "wecom_off": alone(SwitchWay("wecom", False)),
    "wecom_on": alone(SwitchWay("wecom", True)),
    "hours": alone(Hours()),
    "communities": alone(Communities()),
    "register_there": communities.register,
    "choose_community": alone(RegisterThere()),
    "unregister": alone(RegisterThere(withdrawn=True)),
    "take_on": communities.take_on(back=False),
    "give_back": communities.take_on(back=True),
    "confirm_registration": communities.word("registration"),
    "confirm_claim": communities.word("claim"),
    "undone": communities.word("claim", done=False),
    "certificates": alone(Certificates()),
    "certificate_batches": alone(CertificateBatches()),
    "ask_certificate": ask_certificate,
    "missing": alone(Missing()),
    "my_reports": alone(MyReports()),
    "my_appraisal": alone(MyAppraisal()),
    "items": alone(Items()),
    "help": alone(Help()),
    "thanks": alone(Thanks()),
    "person": alone(Person()),
    "withdraw": alone(Withdraw()),
    "who_sees_me": alone(WhoSeesMe()),
    "burden": lambda rest, _today: burden(rest),
    "reminders_off": alone(Reminders(False)),
    "reminders_on": alone(Reminders(True)),
}
