"""The page with the phone: choose who to be, then chat.

Works without scripts (forms, and a page that reloads itself while an answer
is awaited); the script only saves the reloading.
"""

from __future__ import annotations

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

from flask import Flask, Response, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator import lens
from bot.simulator.doors import LONGEST, PLACES, bp, person_of, world
from bot.simulator.panel import panel
from bot.simulator.people import STRANGERS, Person
from bot.simulator.phones import Bubble
from bot.simulator.rules.templates import Template
from bot.simulator.texts import linked
from bot.simulator.words import words_for

#: People shown at a time; more are found by searching.
SHOWN = 60
_SHANGHAI = ZoneInfo("Asia/Shanghai")


def init_app(app: Flask) -> None:
    """Open the page on ``app``."""
    app.register_blueprint(bp)
    app.add_template_filter(_clock, "clock")
    app.add_template_filter(linked, "linked")


@bp.get("/")
def home() -> str:
    """Choose somebody."""
    return render_template("simulator/home.html", **_chooser())


@bp.get("/p/<key>")
def chat(key: str) -> str:
    """The phone of one person."""
    person = person_of(key)
    bubbles, waiting = world().look(person.openid)
    return render_template(
        "simulator/chat.html",
        person=person,
        phone=world().phone(person.openid),
        bubbles=_dated(bubbles),
        waiting=waiting,
        words=words_for(person, bubbles),
        partner=_partner(person),
        longest=LONGEST,
        codes=lens.codes(),
        sights=lens.sights(),
        asks=_asks(person),
        places=PLACES,
        said="",
        wecom_talks=world().wecom.corp.talks,
        desk=f"{world().product}/console/account",
        phone_in_wecom=f"{world().product}/m/enter?sim=wecom",
        **panel(),
        **_bar(person),
        **_chooser(),
    )


@bp.get("/p/<key>/bubbles")
def bubbles(key: str) -> dict[str, Any]:
    """What is new on the phone, as pieces of the page."""
    person = person_of(key)
    after = request.args.get("after", 0, type=int)
    held, waiting = world().look(person.openid)
    new = [(bubble, timed) for bubble, timed in _dated(held) if bubble.n > after]
    found = {
        "last": held[-1].n if held else 0,
        "waiting": waiting,
        "html": render_template("simulator/_bubbles.html", bubbles=new, person=person),
        "words": render_template("simulator/_words.html", words=words_for(person, held)),
        "others": render_template("simulator/_others.html", others=_others(person)),
        "menu": render_template("simulator/_menu.html", person=person, **_bar(person)),
        "codes": render_template("simulator/_codes.html", codes=lens.codes()),
        "asks": render_template("simulator/_asks.html", asks=_asks(person)),
        "faults": render_template("simulator/_faults.html", **panel()),
    }
    if "lens" in request.args:
        found["sights"] = render_template("simulator/_sights.html", sights=lens.sights())
    return found


@bp.get("/p/<key>/media/<media_id>")
def picture(key: str, media_id: str) -> Response:
    """A picture on the screen of one person."""
    person = person_of(key)
    medium = world().media.shown(media_id) or world().wecom.media.shown(media_id)
    seen = any(bubble.media_id == media_id for bubble in world().look(person.openid)[0])
    if medium is None or not seen or not medium.mime.startswith("image/"):
        abort(404)
    return Response(medium.content, content_type=medium.mime)


@bp.post("/p/<key>/say")
def say(key: str) -> AnyResponse:
    """Send what was typed; the answer comes later."""
    person = person_of(key)
    text = request.form.get("text", "").replace("\r\n", "\n").strip()[:LONGEST]
    if text:
        world().say(person.openid, text)
    return _after_post(key)


def _after_post(key: str) -> AnyResponse:
    if request.headers.get("X-Requested-With") == "fetch":
        return Response(status=204)
    return redirect(url_for("page.chat", key=key) + "#end", 303)


def _chooser() -> dict[str, Any]:
    """Return what the list of people shows for the words searched."""
    query, role = request.args.get("q", "").strip()[:40], request.args.get("role", "")[:40]
    members = world().people.members()
    words = query.casefold().split()
    found = [p for p in members if p.matches(words) and (not role or role == p.role)]
    return {
        "query": query,
        "role": role,
        "roles": list(dict.fromkeys(p.role for p in members)),
        "found": found[:SHOWN],
        "recent": [] if query or role else world().recent()[:4],
        "more": max(0, len(found) - SHOWN),
        "loaded": bool(members),
        "strangers": STRANGERS,
        "unread": {person.key: count for person, count in world().unread()},
    }


def _others(person: Person) -> list[tuple[Person, int]]:
    return [(other, count) for other, count in world().unread() if other.key != person.key]


def _partner(person: Person) -> Person | None:
    """Return who decides in the branch of somebody who does not."""
    if person.decides:
        return None
    members = world().people.members()
    deciders = [one for one in members if one.decides and one.branch == person.branch]
    return min(deciders, key=lambda one: one.role != "支部书记", default=None)


def _bar(person: Person) -> dict[str, Any]:
    """Return the menu at the bottom, and whether it is the account's own."""
    menu_id, buttons = world().menu(person.openid)
    return {"buttons": buttons, "own_menu": menu_id != 0}


def _asks(person: Person) -> list[tuple[Template, float]]:
    """Return the notices that somebody may be asked about, and how often each may still be sent."""
    with world().lock:
        listed = world().templates.listed(notice=True)[:5]
        return [(one, world().consents.left(person.openid, one.id)) for one in listed]


def _dated(bubbles: list[Bubble]) -> list[tuple[Bubble, bool]]:
    """Pair each bubble with whether the time stands above it: the first, and after a pause."""
    before = [0.0, *(bubble.at for bubble in bubbles)]
    return [(bubble, bubble.at - past > 300) for bubble, past in zip(bubbles, before, strict=False)]


def _clock(at: float) -> str:
    moment = dt.datetime.fromtimestamp(at, _SHANGHAI)
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"


@bp.app_errorhandler(404)
def _not_found(_err: Exception) -> tuple[str, int]:
    return render_template("simulator/missing.html"), 404
