"""WeChat, as one account and its people see it: what people do with their phones."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any

from bot.simulator import acts
from bot.simulator.arrivals import Arrivals
from bot.simulator.phones import WINDOW_EVENT, WINDOW_MESSAGE
from bot.simulator.push import Outcome
from bot.simulator.rules.menus import Button
from bot.simulator.wire import Fields

#: What stands at the bottom of a chat while the account has no menu of its own; the keys are words that one can type.
DEFAULT_MENU: list[Button] = [
    {"name": "上报", "type": "click", "key": "上报"},
    {
        "name": "我的",
        "sub_button": [
            {"name": word, "type": "click", "key": word}
            for word in ("我的积分", "为什么", "排名", "我的上报", "待审")
        ],
    },
    {
        "name": "更多",
        "sub_button": [
            {"name": word, "type": "click", "key": word} for word in ("项目", "公示", "谁能看到我", "帮助")
        ],
    },
]
#: What the page says where WeChat itself would not show the chat.
NOT_FOLLOWED = "您还没有关注这个公众号。点“关注”以后再发。"
_SPEECH = b"#!AMR\n" + bytes(320)
_FILM = b"\x00\x00\x00\x18ftypmp42" + bytes(64)
_STILL = b"\xff\xd8\xff\xe0" + bytes(64)

Sent = Future[Outcome | None]


@dataclass(frozen=True, slots=True)
class Led:
    """What came of a tap or a scan: an answer on its way, or a page to open."""

    sent: Sent | None = None
    url: str = ""


class World(Arrivals):
    """What people do. Each act returns at once; its answer arrives on the phone."""

    def say(self, openid: str, text: str, *, choice: str = "") -> Sent:
        """Type ``text``, or tap an entry of a menu in the chat, whose id is ``choice``.

        :return: what became of the delivery; None where the person does not follow the account
        """
        with self.lock:
            # A tap on such an entry counts as a tap on the menu, not as a message.
            window = ("event", WINDOW_EVENT) if choice else ("message", WINDOW_MESSAGE)
            return self._send(openid, acts.text(text, self.fresh_id(), choice=choice), text, window=window)

    def say_in_wecom(self, openid: str, text: str) -> Sent:
        """Type ``text`` to the application in WeCom; None in it where nobody of that name is there."""
        with self.lock:
            return self._in_wecom(openid, acts.text(text, self.fresh_id()), text)

    def photo_in_wecom(self, openid: str, content: bytes) -> Sent:
        """Send one picture to the application in WeCom.

        :raises Refused: not a picture, or too large
        """
        with self.lock:
            media_id = self.wecom.media.keep("image", content)
            fields = acts.image(media_id, self.fresh_id())
            return self._in_wecom(openid, fields, "[图片]", media_id=media_id)

    def album_in_wecom(self, openid: str, pictures: Sequence[bytes]) -> list[Sent]:
        """Send several pictures to the application at once: a message each, within the same second."""
        with self.lock:
            return [self.photo_in_wecom(openid, one) for one in pictures]

    def tap_in_wecom(self, openid: str, key: str) -> Sent:
        """Tap a button of the application's menu."""
        with self.lock:
            return self._in_wecom(openid, acts.event("click", key), f"菜单：{key}")

    def _in_wecom(self, openid: str, fields: Fields, words: str, **bubble: Any) -> Sent:
        person = self.people.by_openid(openid)
        self.show(openid, "me", words, kind="wecom", **bubble)
        if person is None or not self.wecom.corp.talks:
            self.show(openid, "system", "企业微信里没有这个应用")
            done: Sent = Future()
            done.set_result(None)
            return done
        return self.deliver_wecom(person, fields)

    def photo(self, openid: str, content: bytes) -> Sent:
        """Send one picture.

        :raises Refused: not a picture, or too large
        """
        with self.lock:
            media_id = self.media.keep("image", content)
            fields = acts.image(media_id, self.fresh_id())
            return self._send(openid, fields, "[图片]", kind="image", media_id=media_id)

    def album(self, openid: str, pictures: Sequence[bytes]) -> list[Sent]:
        """Send several pictures at once: a message each, within the same second."""
        with self.lock:
            return [self.photo(openid, one) for one in pictures]

    def speak(self, openid: str, words: str, *, recognised: bool) -> Sent:
        """Send speech; ``recognised`` tells whether the account turns it into words (语音转文字)."""
        with self.lock:
            media_id = self.media.keep("voice", _SPEECH)
            fields = acts.voice(media_id, self.fresh_id(), recognised=words if recognised else None)
            hint = "" if recognised else "微信没有转成文字"
            return self._send(openid, fields, words or "（没有说话）", kind="voice", hint=hint)

    def place(self, openid: str, latitude: float, longitude: float, label: str) -> Sent:
        """Send a place."""
        with self.lock:
            fields = acts.place(latitude, longitude, label, self.fresh_id())
            return self._send(openid, fields, label, kind="location")

    def film(self, openid: str, *, short: bool = False) -> Sent:
        """Send a video."""
        with self.lock:
            film, still = self.media.keep("video", _FILM), self.media.keep("thumb", _STILL)
            return self._send(openid, acts.video(film, still, self.fresh_id(), short=short), "[视频]")

    def share(self, openid: str, title: str, url: str) -> Sent:
        """Send a link."""
        with self.lock:
            fields = acts.link(title, "", url, self.fresh_id())
            return self._send(openid, fields, f"[链接] {title}")

    def attach(self, openid: str, title: str) -> Sent:
        """Send a file."""
        with self.lock:
            return self._send(openid, acts.file(title, 1024, self.fresh_id()), f"[文件] {title}")

    def sticker(self, openid: str) -> Sent:
        """Send a sticker: WeChat hands on only that there was something that it cannot."""
        with self.lock:
            fields = acts.text("【收到不支持的消息类型，暂无法显示】", self.fresh_id())
            return self._send(openid, fields, "[表情]")

    def arrive(self, openid: str, latitude: float, longitude: float) -> Sent:
        """Enter the chat with the whereabouts allowed; the person sees nothing of it."""
        with self.lock:
            return self.deliver(openid, acts.whereabouts(latitude, longitude), shown=False)

    def follow(self, openid: str, *, wanted: bool, ticket: str = "") -> Sent:
        """Follow or leave the account."""
        with self.lock:
            phone, scene = self.phone(openid), self.scenes.of_ticket(ticket)
            phone.followed = wanted
            self.show(openid, "system", "您关注了公众号" if wanted else "您取消了关注")
            if not wanted:
                phone.windows.clear()
                self.tags.forget(openid)
                return self.deliver(openid, acts.event("unsubscribe"), shown=False)
            phone.followed_at = self.clock()
            phone.came_by = "ADD_SCENE_QR_CODE" if scene else "ADD_SCENE_SEARCH"
            phone.scene = scene.scene if scene else ""
            phone.open_window("event", WINDOW_EVENT, self.clock())
            return self.deliver(openid, acts.follow(phone.scene, ticket))

    def scan(self, openid: str, content: str) -> Led:
        """Scan a code with WeChat's own scanner: the account's with a scene, an address, or words."""
        with self.lock:
            scene = self.scenes.read(content)
            if scene is None:
                if content.startswith(("http://", "https://")):
                    return Led(url=content)
                self.show(openid, "system", f"扫描结果：{content}")
                return Led()
            if not self.scenes.good(scene):
                self.show(openid, "system", "该二维码已过期")
                return Led()
            self.show(openid, "system", "您扫描了公众号的二维码")
            if not self.phone(openid).followed:
                return Led(self.follow(openid, wanted=True, ticket=scene.ticket))
            self.phone(openid).open_window("event", WINDOW_EVENT, self.clock())
            return Led(self.deliver(openid, acts.scan(scene.scene, scene.ticket)))

    def menu(self, openid: str) -> tuple[int, list[Button]]:
        """Return the id and the buttons of the menu that this person sees."""
        with self.lock:
            menu = self.menus.seen_by(self.tags.of(openid))
            return (menu.id, menu.buttons) if menu else (0, DEFAULT_MENU)

    def tap(
        self,
        openid: str,
        path: Sequence[int],
        *,
        scanned: str = "",
        pictures: Sequence[bytes] = (),
        where: tuple[float, float, str] | None = None,
    ) -> Led:
        """Tap a button of the menu, ``path`` being its place and its place under that.

        :param scanned, pictures, where: what the scanner reads, the album gives, the map says
        :raises LookupError: no such button
        """
        with self.lock:
            menu_id, level = self.menu(openid)
            button: Button = {}
            for index in path:
                button = level[index]
                level = button.get("sub_button", [])
            kind, key = button.get("type", ""), button.get("key", "")
            if not kind:
                raise LookupError(path)  # nothing, or what only opens a drawer
            if not self.phone(openid).followed:
                self.show(openid, "system", NOT_FOLLOWED)
                return Led()
            if kind in ("view", "miniprogram"):
                return Led(
                    self.deliver(openid, acts.view(button["url"], menu_id), shown=False), button["url"]
                )
            self.show(openid, "me", button.get("name", ""), kind="tap")
            self.phone(openid).open_window("event", WINDOW_EVENT, self.clock())
            if kind == "scancode_push":
                self.deliver(openid, acts.menu_scan(kind, key, scanned), shown=False)
                return self.scan(openid, scanned)
            if kind == "scancode_waitmsg":
                return Led(self.deliver(openid, acts.menu_scan(kind, key, scanned)))
            if kind in ("pic_sysphoto", "pic_photo_or_album", "pic_weixin"):
                self.deliver(openid, acts.menu_pictures(kind, key, pictures), shown=False)
                sent = self.album(openid, pictures)
                return Led(sent[-1] if sent else None)
            if kind == "location_select":
                latitude, longitude, label = where or (0.0, 0.0, "")
                self.deliver(openid, acts.menu_place(key, latitude, longitude, label), shown=False)
                return Led(self.place(openid, latitude, longitude, label))
            return Led(self.deliver(openid, acts.event("CLICK", key)))

    def agree(self, openid: str, choices: Sequence[tuple[str, bool]], *, page: bool = True) -> Sent:
        """Say yes or no to each notice in the window that a page or an article opens."""
        with self.lock:
            for template_id, yes in choices:
                template = self.templates.get(template_id)
                if yes:
                    self.consents.accept(openid, template_id, long_term=bool(template and template.long_term))
            words = "、".join("允许" if yes else "拒绝" for _, yes in choices)
            self.show(openid, "system", f"订阅通知：{words}")
            return self.deliver(openid, acts.asked(choices, page=page), shown=False)

    def refuse(self, openid: str, template_id: str) -> Sent:
        """Take a consent back in the account's settings."""
        with self.lock:
            self.consents.refuse(openid, template_id)
            self.show(openid, "system", "您关闭了一项订阅通知")
            return self.deliver(openid, acts.changed(template_id), shown=False)

    def _send(
        self,
        openid: str,
        fields: Fields,
        words: str,
        *,
        window: tuple[str, tuple[int, int]] = ("message", WINDOW_MESSAGE),
        **bubble: Any,
    ) -> Sent:
        self.show(openid, "me", words, **bubble)
        if not self.phone(openid).followed:
            self.show(openid, "system", NOT_FOLLOWED)
            done: Sent = Future()
            done.set_result(None)
            return done
        self.phone(openid).open_window(*window, self.clock())
        return self.deliver(openid, fields)
