"""The account's menus (自定义菜单): read from a file, held to the platform's limits, compared, published.

Source: developers.weixin.qq.com/doc/service/api/custommenu/.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from jifen.core.settings import ROOT
from jifen.wechat.client import ApiError, WeChatClient

FILE = ROOT / "config" / "wechat_menu.toml"
#: Buttons beside each other, and under one of them.
MOST, MOST_UNDER = 3, 5
#: Bytes of UTF-8: a name on the bar and under it, a key, an address; hosts that are not ours.
NAME, NAME_UNDER, KEY, URL, HOSTS = 16, 60, 128, 1024, 3
#: What a button that scans is for, by the platform's type: the chat answers, or WeChat opens what was read.
SCANS = {"chat": "scancode_waitmsg", "page": "scancode_push"}
#: The platform asks for a key there too; what was scanned says all.
_SCAN_KEY = "scan"
#: There is no menu.
_NONE = 46003

Button = dict[str, Any]


class BadMenu(ValueError):
    """The file breaks a limit; ``faults`` lists every reason, one sentence each."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = faults
        super().__init__("\n".join(faults))


@dataclass(frozen=True, slots=True)
class Menu:
    """One menu."""

    #: Who sees it: followers with this tag; None: everybody else.
    tag: str | None
    buttons: tuple[Button, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """What its buttons say in the chat."""
        every = [b for top in self.buttons for b in (top, *top.get("sub_button", ()))]
        return tuple(b["key"] for b in every if b.get("type") == "click")


def parse(text: str, *, public_url: str) -> tuple[Menu, ...]:
    """Return the menus of a file, the common one first.

    :raises BadMenu: with one Chinese sentence for every fault found
    """
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as err:
        raise BadMenu([f"菜单文件的格式不对：{err}"]) from err
    read = _Reader(public_url)
    given = raw.get("menu", [])
    found = [read.menu(one) for one in (given if isinstance(given, list) else []) if isinstance(one, dict)]
    tags = [menu.tag for menu in found]
    if tags.count(None) != 1:
        read.faults.append("要有且只有一个不写 tag 的菜单，给所有人看。")
    if len(set(tags)) != len(tags):
        read.faults.append("同一个 tag 只能有一个菜单。")
    if unknown := set(raw) - {"menu"}:
        read.faults.append(f"没有这样的项目：{'、'.join(sorted(unknown))}。")
    if read.faults:
        raise BadMenu(read.faults)
    return tuple(sorted(found, key=lambda menu: (menu.tag is not None, menu.tag or "")))


class _Reader:
    """Reads menus; remembers what is wrong instead of stopping at the first."""

    def __init__(self, public_url: str) -> None:
        self._public_url = public_url
        self.faults: list[str] = []

    def menu(self, raw: Mapping[str, Any]) -> Menu:
        tag = raw.get("tag")
        if tag is not None and not (isinstance(tag, str) and 0 < len(tag) <= 30):
            self.faults.append("tag 应为1到30个字。")
            tag = str(tag)
        where = f"“{tag}”的菜单" if tag else "公共菜单"
        tops = self._listed(raw, where, MOST)
        hosts: set[str] = set()
        buttons = tuple(self._top(one, where, hosts) for one in tops)
        if len(hosts) > HOSTS:
            self.faults.append(f"{where}打开的外部网站最多{HOSTS}个：{'、'.join(sorted(hosts))}。")
        return Menu(tag, buttons)

    def _listed(self, raw: Mapping[str, Any], where: str, most: int) -> list[dict[str, Any]]:
        found = raw.get("button", [])
        if not isinstance(found, list) or not 1 <= len(found) <= most:
            self.faults.append(f"{where}应有1到{most}个按钮。")
            return []
        return [one for one in found if isinstance(one, dict)]

    def _top(self, raw: Mapping[str, Any], where: str, hosts: set[str]) -> Button:
        name = self._name(raw, where, NAME)
        if "button" not in raw:
            return {"name": name, **self._act(raw, f"{where}的“{name}”", hosts)}
        if {"says", "opens", "scans"} & raw.keys():
            self.faults.append(f"{where}的“{name}”下面有按钮，自己就不能再写 says、opens 或 scans。")
        under = self._listed(raw, f"{where}的“{name}”下面", MOST_UNDER)
        return {
            "name": name,
            "sub_button": [
                {
                    "name": self._name(one, f"{where}的“{name}”下面", NAME_UNDER),
                    **self._act(one, f"{where}的“{one.get('name')}”", hosts),
                }
                for one in under
            ],
        }

    def _name(self, raw: Mapping[str, Any], where: str, most: int) -> str:
        name = str(raw.get("name", "")).strip()
        if not 1 <= len(name.encode()) <= most:
            self.faults.append(f"{where}的名称“{name}”应为1到{most}个字节（{most // 3}个汉字）。")
        return name

    def _act(self, raw: Mapping[str, Any], where: str, hosts: set[str]) -> Button:
        if unknown := set(raw) - {"name", "says", "opens", "scans"}:
            self.faults.append(f"{where}里没有这样的项目：{'、'.join(sorted(unknown))}。")
        says, opens, scans = raw.get("says"), raw.get("opens"), raw.get("scans")
        if scans is not None and says is None and opens is None:
            if scans not in SCANS:
                self.faults.append(f"{where}的 scans 应为 chat（在对话里回答）或 page（打开扫到的网页）。")
                return {}
            return {"type": SCANS[scans], "key": _SCAN_KEY}
        if scans is not None:
            says = opens = None
        if isinstance(says, str) and opens is None:
            if not 1 <= len(says.encode()) <= KEY:
                self.faults.append(f"{where}的 says 应为1到{KEY}个字节。")
            return {"type": "click", "key": says}
        if isinstance(opens, str) and says is None:
            url = f"{self._public_url}{opens}" if opens.startswith("/m/") else opens
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https") or not parts.hostname:
                self.faults.append(f"{where}的 opens 应为 /m/ 开头的本系统页面，或 https 开头的网址。")
            elif url == opens:
                hosts.add(parts.hostname)
            if len(url.encode()) > URL:
                self.faults.append(f"{where}的网址最多{URL}个字节。")
            return {"type": "view", "url": url}
        self.faults.append(f"{where}应写 says、opens 或 scans，只写其中一个。")
        return {}


@dataclass(frozen=True, slots=True)
class Published:
    """What the platform shows today."""

    #: None where there is no menu.
    common: tuple[Button, ...] | None
    #: Menus by tag: the tag's id, the menu's id, the buttons.
    by_tag: tuple[tuple[int, str, tuple[Button, ...]], ...]


def published(client: WeChatClient) -> Published:
    """Return the menus of the account.

    :raises ApiError, Unreachable: see there
    """
    try:
        answer = client.ask("/cgi-bin/menu/get")
    except ApiError as err:
        if err.code == _NONE:
            return Published(None, ())
        raise
    by_tag = []
    for one in answer.get("conditionalmenu") or []:
        rule = one.get("matchrule") or {}
        tag = str(rule.get("tag_id") or rule.get("group_id") or "")
        # One of another kind, set by hand in the console, matches nothing of ours and is replaced.
        by_tag.append(
            (int(tag) if tag.isdigit() else 0, str(one.get("menuid", "")), _plain(one.get("button")))
        )
    return Published(_plain((answer.get("menu") or {}).get("button")), tuple(by_tag))


def create(client: WeChatClient, menu: Menu) -> None:
    """Set the menu that everybody sees."""
    client.call("/cgi-bin/menu/create", {"button": list(menu.buttons)})


def add(client: WeChatClient, menu: Menu, tag_id: int) -> None:
    """Set the menu of followers with a tag."""
    client.call(
        "/cgi-bin/menu/addconditional", {"button": list(menu.buttons), "matchrule": {"tag_id": str(tag_id)}}
    )


def remove(client: WeChatClient, menu_id: str) -> None:
    """Take a tag's menu away."""
    client.call("/cgi-bin/menu/delconditional", {"menuid": menu_id})


def _plain(buttons: Any) -> tuple[Button, ...]:
    """Return buttons as we write them: the platform adds empty lists and numbers."""
    kept = []
    for one in buttons or []:
        button: Button = {name: one[name] for name in ("name", "type", "key", "url") if one.get(name)}
        if one.get("sub_button"):
            button = {"name": one.get("name", ""), "sub_button": list(_plain(one["sub_button"]))}
        kept.append(button)
    return tuple(kept)


def lines(buttons: tuple[Button, ...] | None) -> list[str]:
    """Return a menu as lines that people compare: one a button."""
    shown = []
    for top in buttons or ():
        shown.append(f"{top['name']}{_does(top)}")
        shown += [f"  {one['name']}{_does(one)}" for one in top.get("sub_button", ())]
    return shown


def _does(button: Button) -> str:
    if button.get("type") == "click":
        return f" → 发“{button['key']}”"
    if button.get("type") in SCANS.values():
        return " → 扫一扫，" + ("在对话里回答" if button["type"] == SCANS["chat"] else "打开扫到的网页")
    return f" → 打开 {button['url']}" if button.get("type") == "view" else ""
