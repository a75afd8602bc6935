"""The menu at the bottom of the chat, and others that people with a tag see.

Source: developers.weixin.qq.com/doc/service/api/custommenu/.
"""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from bot.simulator.refusals import Refused

#: Buttons beside each other, and in one of them.
BUTTONS, UNDER = 3, 5
#: Bytes of a name on the bar and under it, of a key, of an address; foreign hosts in one menu.
NAME, NAME_UNDER, KEY, URL, HOSTS = 16, 60, 128, 1024, 3
_KEYED = {
    "click",
    "scancode_push",
    "scancode_waitmsg",
    "pic_sysphoto",
    "pic_photo_or_album",
    "pic_weixin",
    "location_select",
}
_BY_ID = {"media_id", "article_id", "article_view_limited", "view_limited"}
_RULES = {"tag_id", "group_id", "client_platform_type"}

Button = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu; ``tag`` is None for the one that everybody sees."""

    id: int
    buttons: list[Button]
    tag: int | None = None


class Menus:
    """The account's menus."""

    def __init__(self) -> None:
        self._next = 208_396_938
        self.default: Menu | None = None
        self.by_tag: list[Menu] = []

    def create(self, body: dict[str, Any]) -> None:
        """Set the menu that everybody sees.

        :raises Refused: a limit is broken
        """
        self.default = Menu(self._number(), checked(body.get("button")))

    def add(self, body: dict[str, Any]) -> int:
        """Set a menu for people with a tag, and return its id.

        :raises Refused: 65303 without a menu for everybody, 65305 without a rule, a limit is broken
        """
        if self.default is None:
            raise Refused(65303)
        rule = body.get("matchrule")
        if not isinstance(rule, dict) or not any(str(rule.get(name) or "") for name in _RULES):
            raise Refused(65305)
        tag = str(rule.get("tag_id") or rule.get("group_id") or "")
        if not tag.isdigit():
            raise Refused(65305)
        menu = Menu(self._number(), checked(body.get("button")), int(tag))
        # The last one made is looked at first.
        self.by_tag.insert(0, menu)
        return menu.id

    def remove(self, menu_id: str) -> None:
        """Take a menu for a tag away."""
        kept = [menu for menu in self.by_tag if str(menu.id) != menu_id]
        if len(kept) == len(self.by_tag):
            raise Refused(65301)
        self.by_tag = kept

    def delete(self) -> None:
        """Take all menus away."""
        self.default, self.by_tag = None, []

    def seen_by(self, tags: list[int]) -> Menu | None:
        """Return what somebody with these tags sees."""
        return next((menu for menu in self.by_tag if menu.tag in tags), self.default)

    def listed(self) -> dict[str, Any]:
        """Return what ``menu/get`` answers.

        :raises Refused: 46003, there is none
        """
        if self.default is None:
            raise Refused(46003)
        answer: dict[str, Any] = {"menu": {"button": _full(self.default.buttons), "menuid": self.default.id}}
        if self.by_tag:
            answer["conditionalmenu"] = [
                {"button": _full(one.buttons), "matchrule": {"group_id": str(one.tag)}, "menuid": one.id}
                for one in self.by_tag
            ]
        return answer

    def _number(self) -> int:
        self._next += 1
        return self._next


def _full(buttons: list[Button]) -> list[Button]:
    """Return buttons as the platform gives them back: each with a list of what is under it."""
    full = copy.deepcopy(buttons)
    for button in full:
        for one in (button, *button.setdefault("sub_button", [])):
            one.setdefault("sub_button", [])
    return full


def checked(buttons: Any) -> list[Button]:
    """Return buttons that keep every limit.

    :raises Refused: naming the limit
    """
    if not isinstance(buttons, list) or not 0 < len(buttons) <= BUTTONS:
        raise Refused(40016)
    hosts: set[str] = set()
    kept = []
    for button in buttons:
        if not isinstance(button, dict):
            raise Refused(40017)
        under = button.get("sub_button") or []
        _name(button, NAME, 40018)
        if under:
            if not isinstance(under, list) or len(under) > UNDER:
                raise Refused(40023)
            for one in under:
                if not isinstance(one, dict) or one.get("sub_button"):
                    raise Refused(40024)
                _name(one, NAME_UNDER, 40025)
                _act(one, hosts, 40024, 40026, 40027, 40054)
            kept.append({"name": button["name"], "sub_button": [_own(one) for one in under]})
        else:
            _act(button, hosts, 40017, 40019, 40020, 40055)
            kept.append(_own(button))
    if len(hosts) > HOSTS:
        raise Refused(65316)
    return kept


def _own(button: Button) -> Button:
    return {name: value for name, value in button.items() if name != "sub_button"}


def _name(button: Button, most: int, code: int) -> None:
    name = button.get("name")
    if not isinstance(name, str) or not name.strip() or len(name.encode()) > most:
        raise Refused(code)


def _act(
    button: Button, hosts: set[str], kind_code: int, key_code: int, url_code: int, host_code: int
) -> None:
    kind, key, url = button.get("type"), button.get("key"), button.get("url")
    if kind in _KEYED:
        if not isinstance(key, str) or not 0 < len(key.encode()) <= KEY:
            raise Refused(key_code)
    elif kind in ("view", "miniprogram"):
        if not isinstance(url, str) or not 0 < len(url.encode()) <= URL:
            raise Refused(url_code)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise Refused(host_code)
        if kind == "miniprogram" and not (button.get("appid") and button.get("pagepath")):
            raise Refused(kind_code)
        hosts.add(parts.hostname)
    elif kind not in _BY_ID:
        raise Refused(kind_code)
