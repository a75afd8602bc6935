"""Retake the pictures of the README from a running product: ``python docs/pictures.py [ADDRESS]``.

Plays the tour's report, confirmation and questions in the simulator. Start
from a fresh data folder (``JIFEN_DATA_DIR=$(mktemp -d) make run``): a deed that
was reported once is not taken a second time.
"""

from __future__ import annotations

import base64
import os
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

HERE = Path(__file__).parent
#: CSS pixels of one telephone.
PHONE: ViewportSize = {"width": 380, "height": 850}
#: Pixels of the picture for each of these.
SHARP = 1
MEMBER, SECRETARY = "王桂兰", "周建平"


def main(address: str) -> None:
    """Play the conversation and write the pictures beside this file."""
    with sync_playwright() as p:
        browser = p.chromium.launch(
            executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"),
            args=["--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-proxy-server"],
        )
        chooser = browser.new_page(viewport={"width": 1180, "height": 720}, locale="zh-CN")
        chooser.goto(f"{address}/simulator/")
        chooser.screenshot(path=HERE / "simulator.png")
        member, secretary = _phone(browser, address, MEMBER), _phone(browser, address, SECRETARY)
        _say(member, "上报 志愿服务 昨天 2小时")
        _say(secretary, "待审")
        number = _number_of(secretary)
        _say(secretary, f"通过 {number}")
        # The notice comes by the worker, a few seconds later.
        expect(member.locator(".notice").last).to_contain_text(f"{number}号已确认", timeout=60_000)
        shots = [_shot(member), _shot(secretary)]
        _say(member, "我的积分")
        _say(member, "为什么 志愿服务")
        shots.append(_shot(member))
        _side_by_side(browser, shots, HERE / "conversation.png")
        browser.close()


def _phone(browser: Browser, address: str, name: str) -> Page:
    page = browser.new_page(viewport=PHONE, locale="zh-CN", device_scale_factor=SHARP)
    page.goto(f"{address}/simulator/?q={name}")
    page.locator("a.person", has_text=name).first.click()
    return page


def _say(page: Page, text: str) -> None:
    """Type a message and wait for the answer."""
    answers = page.locator(".line-bot")
    before = answers.count()
    page.fill("#text", text)
    page.click(".send")
    expect(answers).to_have_count(before + 1, timeout=20_000)


def _number_of(page: Page) -> str:
    """Return the number of the member's report in the list that was just answered."""
    found = re.search(rf"(\d+)号 {MEMBER}", page.locator(".line-bot").last.inner_text())
    assert found, "the secretary does not see the report"
    return found[1]


def _shot(page: Page) -> str:
    page.locator("#text").blur()
    page.locator("#end").scroll_into_view_if_needed()
    return base64.b64encode(page.screenshot()).decode()


def _side_by_side(browser: Browser, shots: list[str], path: Path) -> None:
    width = PHONE["width"] * len(shots) + 20 * (len(shots) + 1)
    page = browser.new_page(
        viewport={"width": width, "height": PHONE["height"] + 40}, device_scale_factor=SHARP
    )
    pictures = "".join(
        f'<img src="data:image/png;base64,{shot}" width="{PHONE["width"]}" height="{PHONE["height"]}">'
        for shot in shots
    )
    page.set_content(
        "<style>body{margin:20px;display:flex;gap:20px;background:#dfe3e8}"
        "img{border-radius:18px}</style>" + pictures
    )
    page.screenshot(path=path)


if __name__ == "__main__":
    main((sys.argv[1:] or ["http://127.0.0.1:8000"])[0].rstrip("/"))
