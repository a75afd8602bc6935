"""The menu file: every limit of the platform is told before anything is sent."""

from __future__ import annotations

import pytest

from bot import router
from jifen.wechat import menus
from jifen.wechat.menus import BadMenu

OURS = "https://jf.example.cn"
FILE = menus.FILE.read_text("utf-8")
DRAWER = '[[menu]]\n[[menu.button]]\nname = "积分"\n'
ONE = '[[menu]]\n[[menu.button]]\nname = "积分"\nsays = "我的积分"\n'


def faults(text: str) -> list[str]:
    with pytest.raises(BadMenu) as bad:
        menus.parse(text, public_url=OURS)
    return bad.value.faults


def test_the_file_of_the_house_keeps_every_limit():
    common, deciders = menus.parse(FILE, public_url=OURS)
    assert (common.tag, deciders.tag) == (None, "积分负责人")
    for menu in (common, deciders):
        assert 1 <= len(menu.buttons) <= 3
    assert "待审" in deciders.keys
    assert "待审" not in common.keys
    pages = [b["url"] for top in common.buttons for b in top.get("sub_button", ()) if b["type"] == "view"]
    assert pages
    assert all(url.startswith(f"{OURS}/m/") for url in pages)


def test_every_tap_means_something(app):
    for menu in menus.parse(FILE, public_url=OURS):
        assert [key for key in menu.keys if not router.understands(key)] == []
    assert not router.understands("abracadabra")


def test_every_page_of_the_menu_is_there(app):
    addresses = app.url_map.bind("jf.example.cn")
    for menu in menus.parse(FILE, public_url=OURS):
        for top in menu.buttons:
            for one in top.get("sub_button", ()):
                if one["type"] == "view":
                    assert addresses.match(one["url"].removeprefix(OURS))[0].startswith("phone_")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("", "不写 tag 的菜单", id="none for all"),
        pytest.param(ONE + ONE, "不写 tag 的菜单", id="two for all"),
        pytest.param("menu = 1", "菜单", id="no list"),
        pytest.param("][", "格式不对", id="no TOML"),
        pytest.param("[[menu]]\n", "应有1到3个按钮", id="no button"),
        pytest.param(ONE + ONE.removeprefix("[[menu]]\n") * 3, "应有1到3个按钮", id="four buttons"),
        pytest.param(ONE.replace("积分", "一二三四五六", 1), "1到16个字节", id="a long name"),
        pytest.param(ONE.replace('"积分"', '""'), "1到16个字节", id="no name"),
        pytest.param(ONE.replace("我的积分", "字" * 43), "1到128个字节", id="a long key"),
        pytest.param(ONE + 'opens = "/m/"\n', "只写其中一个", id="both"),
        pytest.param(ONE + 'scans = "chat"\n', "只写其中一个", id="says and scans"),
        pytest.param(ONE.replace('says = "我的积分"', 'scans = "cat"'), "应为 chat", id="an unknown scan"),
        pytest.param(
            f'{DRAWER}scans = "chat"\n[[menu.button.button]]\nname = "看"\nsays = "帮助"',
            "自己就不能再写",
            id="a drawer that scans",
        ),
        pytest.param(ONE.replace("says", "colour"), "没有这样的项目", id="an unknown word"),
        pytest.param(ONE.replace('says = "我的积分"', 'opens = "/console/"'), "应为 /m/ 开头", id="the desk"),
        pytest.param(
            ONE.replace('says = "我的积分"', 'opens = "javascript:1"'), "应为 /m/ 开头", id="a script"
        ),
        pytest.param(
            ONE.replace('says = "我的积分"', f'opens = "https://a.cn/{"x" * 1024}"'), "1024", id="a long URL"
        ),
        pytest.param(
            ONE + '[[menu.button.button]]\nname = "x"\nsays = "帮助"\n', "自己就不能再写", id="act and more"
        ),
        pytest.param(
            '[[menu]]\n[[menu.button]]\nname = "x"\n'
            + '[[menu.button.button]]\nname = "y"\nsays = "帮助"\n' * 6,
            "应有1到5个按钮",
            id="six under one",
        ),
        pytest.param(
            '[[menu]]\n[[menu.button]]\nname = "x"\n'
            + "".join(f'[[menu.button.button]]\nname = "y"\nopens = "https://{n}.cn/"\n' for n in "abcd"),
            "最多3个",
            id="four foreign hosts",
        ),
    ],
)
def test_a_limit_that_is_broken_is_told(text, says):
    assert any(says in one for one in faults(text)), faults(text)


def test_all_faults_are_told_at_once():
    assert len(faults(ONE.replace("积分", "一二三四五六", 1).replace("says", "colour"))) >= 3


@pytest.mark.parametrize(
    ("scans", "kind", "told"),
    [("chat", "scancode_waitmsg", "在对话里回答"), ("page", "scancode_push", "打开扫到的网页")],
)
def test_a_button_that_scans_is_published_and_compared_as_one(scans, kind, told):
    (menu,) = menus.parse(ONE.replace('says = "我的积分"', f'scans = "{scans}"'), public_url=OURS)
    assert menu.buttons == ({"name": "积分", "type": kind, "key": "scan"},)
    assert not menu.keys  # it says nothing in the chat
    assert told in menus.lines(menu.buttons)[0]
