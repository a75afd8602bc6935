"""What one does with the phone on the page: each act a form, answered at once; what comes of it appears on the screen."""

from __future__ import annotations

from collections.abc import Callable

from flask import jsonify, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from bot.simulator import lens, photos
from bot.simulator.doors import LONGEST, PLACES, bp, person_of, world
from bot.simulator.refusals import Refused
from bot.simulator.world import Led

#: Pictures of one album; WeChat's own limit.
ALBUM = 9
Act = Callable[[str], Led | None]
ACTS: dict[str, Act] = {}
#: Whose last sample can be sent again.
_last: dict[str, bytes] = {}


def act(name: str) -> Callable[[Act], Act]:
    """Register what ``/do/<name>`` does with the openid of who does it."""

    def registered(function: Act) -> Act:
        ACTS[name] = function
        return function

    return registered


@bp.post("/p/<key>/do/<name>")
def do(key: str, name: str) -> AnyResponse:
    """Do one thing; a script is told which page to open, a plain browser is led there."""
    person = person_of(key)
    if name not in ACTS:
        return redirect(url_for("page.chat", key=key), 303)
    fault, led = "", None
    try:
        led = ACTS[name](person.openid)
    except Refused:
        fault = "这个文件微信不收：请选一张不超过 10 MB 的照片。"
        with world().lock:
            world().show(person.openid, "system", fault)
    leads = url_for("page.opened", key=key, url=led.url) if led is not None and led.url else ""
    if request.headers.get("X-Requested-With") == "fetch":
        return jsonify(open=leads)
    return redirect(leads or url_for("page.chat", key=key) + "#end", 303)


@act("tap")
def tap(openid: str) -> Led | None:
    return _tapped(openid, _path(), scanned="https://example.org/")


def _path() -> list[int]:
    """Return which button of the menu is meant."""
    return [int(part) for part in _text("path", 8).split("-") if part.isdigit()]


def _tapped(openid: str, path: list[int], *, scanned: str) -> Led | None:
    try:
        return world().tap(
            openid,
            path,
            scanned=scanned,
            pictures=(_sample(openid),),
            where=(*next(iter(PLACES.values())), next(iter(PLACES))),
        )
    except LookupError:
        return None  # the menu has changed since it was shown


@act("photo")
def photo(openid: str) -> Led | None:
    if _text("again", 1):
        world().photo(openid, _last.get(openid) or _sample(openid))
    elif pictures := _pictures(openid):
        world().album(openid, pictures)
    return None


def _pictures(openid: str) -> list[bytes]:
    """Return the pictures that were chosen, or as many samples as were asked for."""
    chosen = [one.read() for one in request.files.getlist("photos")[:ALBUM] if one.filename]
    count = min(int(_text("samples", 1) or "0"), ALBUM) if _text("samples", 1).isdigit() else 0
    return chosen or [_sample(openid) for _ in range(count)]


@act("speak")
def speak(openid: str) -> Led | None:
    world().speak(openid, _text("words"), recognised=request.form.get("recognised") == "1")
    return None


@act("wecom")
def in_wecom(openid: str) -> Led | None:
    words = _text("words")
    if pictures := _pictures(openid):
        world().album_in_wecom(openid, pictures)
    elif words:
        world().say_in_wecom(openid, words)
    return None


@act("place")
def place(openid: str) -> Led | None:
    label = _text("label", 40)
    if label in PLACES:
        world().place(openid, *PLACES[label], label)
    return None


@act("scan")
def scan(openid: str) -> Led | None:
    content = lens.held_up()
    if not content:
        with world().lock:
            world().show(openid, "system", "没有认出二维码。请换一张清楚的图片，或直接填二维码里的内容。")
        return None
    if path := _path():
        return _tapped(openid, path, scanned=content)
    return world().scan(openid, content)


@act("choose")
def choose(openid: str) -> Led | None:
    text = _text("text")
    if text:
        world().say(openid, text, choice=_text("choice", 32) or "0")
    return None


@act("other")
def other(openid: str) -> Led | None:
    kinds: dict[str, Callable[[], object]] = {
        "sticker": lambda: world().sticker(openid),
        "link": lambda: world().share(openid, "第三季度学习材料", "https://example.org/a/1"),
        "file": lambda: world().attach(openid, "志愿服务总结.docx"),
        "film": lambda: world().film(openid),
        "short": lambda: world().film(openid, short=True),
        "arrive": lambda: world().arrive(openid, *next(iter(PLACES.values()))),
    }
    kinds.get(_text("kind", 10), lambda: None)()
    return None


@act("agree")
def agree(openid: str) -> Led | None:
    asked = request.form.getlist("template")[:5]
    allowed = set(request.form.getlist("yes"))
    if asked:
        world().agree(openid, [(one, one in allowed) for one in asked])
    return None


@act("refuse")
def refuse(openid: str) -> Led | None:
    world().refuse(openid, _text("template", 64))
    return None


@act("settings")
def settings(openid: str) -> Led | None:
    with world().lock:
        phone = world().phone(openid)
        phone.refuses_templates = request.form.get("refuses_templates") == "1"
        phone.snapshot = request.form.get("snapshot") == "1"
    return None


@act("follow")
def follow(openid: str) -> Led | None:
    world().follow(openid, wanted=_text("wanted", 1) == "1")
    return None


def _sample(openid: str) -> bytes:
    """Return a photo that nobody sent before."""
    made = photos.sample(world().chance.number(2**40), taken=world().clock())
    _last[openid] = made
    return made


def _text(name: str, most: int = LONGEST) -> str:
    return request.form.get(name, "").strip()[:most]
