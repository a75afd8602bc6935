"""The page with the phone: choose who to be, then chat.

Works without scripts (forms, and a page that reloads itself while an answer
is awaited); the script only saves the reloading.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, Response, abort, current_app, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator.people import STRANGERS, Person
from bot.simulator.phones import Bubble
from bot.simulator.world import World

bp = Blueprint(
    "page",
    __name__,
    url_prefix="/simulator",
    template_folder="templates",
    static_folder="static",
    static_url_path="/static",
)

#: People shown at a time; more are found by searching.
SHOWN = 60
#: Characters of one message; WeChat's own field ends about there.
LONGEST = 600
_SHANGHAI = ZoneInfo("Asia/Shanghai")
_QUOTED = re.compile(
    r"“((?:我的|为什么|排名|待审|项目|帮助|通过|退回|撤回|重报|打开|关闭|同意|不同意|谁能看到我)[^“”\n]{0,20})”"
)
_EXAMPLE = re.compile(r"例如：([^\n。，、“”]{2,30})")
_NUMBERED = re.compile(r"^(\d+)号", re.MULTILINE)
#: Words in a proposal that stand for something only the person knows.
_BLANK = re.compile(r"\s*(?:编号|原因|项目名|绑定码|…).*")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:;"
    " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word to tap: sent at once, or put into the field where the person goes on."""

    label: str
    text: str
    sends: bool = True


MEMBER_WORDS = (
    Word("我的积分", "我的积分"),
    Word("为什么", "为什么"),
    Word("上报…", "上报 ", sends=False),
    Word("项目", "项目"),
    Word("我的上报", "我的上报"),
    Word("排名", "排名"),
    Word("绑定…", "绑定 ", sends=False),
    Word("帮助", "帮助"),
)
DECIDER_WORDS = (
    Word("待审", "待审"),
    Word("通过…", "通过 ", sends=False),
    Word("退回…", "退回 ", sends=False),
    Word("撤回…", "撤回 ", sends=False),
)


def init_app(app: Flask) -> None:
    """Open the page on ``app``."""
    app.register_blueprint(bp)
    app.add_template_filter(_clock, "clock")


@bp.before_request
def _from_this_page_only() -> None:
    """Refuse what another site makes the browser send: here anybody can be played without a password."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site", "none") not in (
        "same-origin",
        "none",
    ):
        abort(403)


@bp.after_request
def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = _POLICY
    response.headers["Referrer-Policy"] = "same-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    if request.endpoint != "page.static":
        response.headers["Cache-Control"] = "no-store"
    return response


@bp.get("/")
def home() -> str:
    """Choose somebody."""
    return render_template("simulator/home.html", **_chooser())


@bp.get("/p/<key>")
def chat(key: str) -> str:
    """The phone of one person."""
    person = _person(key)
    bubbles, waiting = _world().look(person.openid)
    return render_template(
        "simulator/chat.html",
        person=person,
        phone=_world().phone(person.openid),
        bubbles=_dated(bubbles),
        waiting=waiting,
        words=_words(person, bubbles),
        partner=_partner(person),
        longest=LONGEST,
        **_chooser(),
    )


@bp.get("/p/<key>/bubbles")
def bubbles(key: str) -> dict[str, Any]:
    """What is new on the phone, as pieces of the page."""
    person = _person(key)
    after = request.args.get("after", 0, type=int)
    held, waiting = _world().look(person.openid)
    new = [(bubble, timed) for bubble, timed in _dated(held) if bubble.n > after]
    return {
        "last": held[-1].n if held else 0,
        "waiting": waiting,
        "html": render_template("simulator/_bubbles.html", bubbles=new, person=person),
        "words": render_template("simulator/_words.html", words=_words(person, held)),
        "others": render_template("simulator/_others.html", others=_others(person)),
    }


@bp.post("/p/<key>/say")
def say(key: str) -> AnyResponse:
    """Send what was typed; the answer comes later."""
    person = _person(key)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()[:LONGEST]
    if text:
        _world().say(person.openid, text)
    return _after_post(key)


@bp.post("/p/<key>/follow")
def follow(key: str) -> AnyResponse:
    """Follow or leave the account."""
    person = _person(key)
    _world().follow(person.openid, wanted=request.form.get("wanted") == "1")
    return redirect(url_for("page.chat", key=key), 303)


def _after_post(key: str) -> AnyResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return Response(status=204)
    return redirect(url_for("page.chat", key=key) + "#end", 303)


def _chooser() -> dict[str, Any]:
    """Return what the list of people shows for the words searched."""
    query, role = request.args.get("q", "").strip()[:40], request.args.get("role", "")[:40]
    members = _world().people.members()
    words = query.casefold().split()
    found = [p for p in members if p.matches(words) and (not role or role == p.role)]
    return {
        "query": query,
        "role": role,
        "roles": list(dict.fromkeys(p.role for p in members)),
        "found": found[:SHOWN],
        "recent": [] if query or role else _world().recent()[:4],
        "more": max(0, len(found) - SHOWN),
        "loaded": bool(members),
        "strangers": STRANGERS,
        "unread": {person.key: count for person, count in _world().unread()},
    }


def _others(person: Person) -> list[tuple[Person, int]]:
    return [(other, count) for other, count in _world().unread() if other.key != person.key][:4]


def _partner(person: Person) -> Person | None:
    """Return who decides in the branch of somebody who does not."""
    if person.decides:
        return None
    members = _world().people.members()
    deciders = [one for one in members if one.decides and one.branch == person.branch]
    return min(deciders, key=lambda one: one.role != "支部书记", default=None)


def _words(person: Person, bubbles: list[Bubble]) -> list[Word]:
    """Return the words to tap, first those that the last answer itself proposes."""
    last = next((b.text for b in reversed(bubbles) if b.side == "bot"), "")
    proposed = []
    typed = f"绑定 {person.slip} {person.name}"
    if person.slip and all(person.slip not in b.text for b in bubbles if b.side == "me"):
        proposed.append(Word("照纸条绑定", typed, sends=False))
    proposed += [Word(example, example, sends=False) for example in _EXAMPLE.findall(last)[:1]]
    if person.decides:
        proposed += [Word(f"通过 {number}", f"通过 {number}") for number in _NUMBERED.findall(last)[:2]]
    proposed += [Word(text, text) for text in _QUOTED.findall(last) if not _BLANK.search(text)]
    fixed: tuple[Word, ...] = (*DECIDER_WORDS, *MEMBER_WORDS) if person.decides else MEMBER_WORDS
    if person in STRANGERS:
        fixed = tuple(sorted(fixed, key=lambda word: not word.text.startswith("绑定")))
    return list({word.text: word for word in (*proposed[:4], *fixed)}.values())


def _dated(bubbles: list[Bubble]) -> list[tuple[Bubble, bool]]:
    """Pair each bubble with whether the time stands above it: the first, and after a pause."""
    before = [0.0, *(bubble.at for bubble in bubbles)]
    return [(bubble, bubble.at - past > 300) for bubble, past in zip(bubbles, before, strict=False)]


def _clock(at: float) -> str:
    moment = dt.datetime.fromtimestamp(at, _SHANGHAI)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def _person(key: str) -> Person:
    person = _world().people.by_key(key)
    if person is None:
        abort(404)
    return person


@bp.app_errorhandler(404)
def _not_found(_err: Exception) -> tuple[str, int]:
    return render_template("simulator/missing.html"), 404


def _world() -> World:
    return current_app.extensions["world"]
