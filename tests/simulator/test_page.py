"""The page with the phone, without scripts and with them."""

import re
import threading
from pathlib import Path

import pytest

from bot.simulator import page
from bot.simulator.app import create_app
from bot.simulator.rules.templates import Template
from tests.simulator.kit import ACCOUNTS, Product, serve, world_for

OPENID = ACCOUNTS[0]["openid"]


@pytest.fixture
def product():
    return Product()


@pytest.fixture
def world(product, tmp_path):
    with serve(product.app) as url:
        yield world_for(f"{url}/wechat", tmp_path)


@pytest.fixture
def browser(world):
    return create_app(world).test_client()


def words_of(html: str) -> list[str]:
    return re.findall(r'class="word[^>]*(?:value|data-fill)="([^"]+)"', html)


def test_everybody_can_be_chosen_and_found(browser):
    html = browser.get("/simulator/").text
    for person in ACCOUNTS:
        assert f"/simulator/p/{person['number']}#end" in html
    assert "陌生人甲" in html
    found = browser.get("/simulator/?q=财政&role=党员").text
    assert "李小红" in found
    assert "王建国" not in found
    nobody = browser.get("/simulator/?q=没有<这个人>").text
    assert "没有找到" in nobody
    assert "没有&lt;这个人&gt;" in nobody


def test_a_chat_without_scripts(browser, world):
    assert "还没有消息" in browser.get("/simulator/p/J0001").text
    sent = browser.post("/simulator/p/J0001/say", data={"text": " 你好<b>\r\n再见 "})
    assert (sent.status_code, sent.headers["Location"]) == (303, "/simulator/p/J0001#end")
    world.say(OPENID, "第二句").result(10)  # leaves after the first
    html = browser.get("/simulator/p/J0001").text
    assert "王建国的手机" in html
    assert "你好&lt;b&gt;\n再见" in html
    assert html.count('class="line line-bot"') == 2
    assert "http-equiv" not in html


def test_while_an_answer_is_awaited_the_page_reloads_itself(browser, world, product):
    gate = threading.Event()
    product.answer = lambda message: gate.wait(4) and "来了"
    done = world.say(OPENID, "慢")
    assert 'http-equiv="refresh"' in browser.get("/simulator/p/J0001").text
    assert browser.get("/simulator/p/J0001/bubbles").json["waiting"] is True
    gate.set()
    done.result(10)
    assert browser.get("/simulator/p/J0001/bubbles").json["waiting"] is False


def test_a_script_gets_what_is_new(browser, world):
    world.say(OPENID, "一").result(10)
    first = browser.get("/simulator/p/J0001/bubbles?after=0").json
    assert first["last"] == 2
    assert first["html"].count("data-n=") == 2
    world.say(OPENID, "二").result(10)
    more = browser.get("/simulator/p/J0001/bubbles?after=2").json
    assert re.findall(r'data-n="(\d+)"', more["html"]) == ["3", "4"]
    assert browser.get("/simulator/p/J0001/bubbles?after=x").json["last"] == 4
    sent = browser.post("/simulator/p/J0001/say", data={"text": "三"}, headers={"X-Requested-With": "fetch"})
    assert sent.status_code == 204


def test_blank_and_endless_texts(browser, world, product):
    browser.post("/simulator/p/J0001/say", data={"text": " \n "})
    browser.post("/simulator/p/J0001/say", data={})
    browser.post("/simulator/p/J0001/say", data={"text": "长" * 5000})
    world.say(OPENID, "完").result(10)
    assert [len(message.text) for message in product.seen] == [page.LONGEST, 1]


def test_a_notice_for_another_phone_is_announced(browser, world):
    lines = [("事项", "上报被退回")]
    world.receive_template(OPENID, Template("TPL_REMIND_0001", "服务通知", {}), lines, client_msg_id="n1")
    others = browser.get("/simulator/p/J0002/bubbles").json["others"]
    assert "王建国" in others
    assert "收到 1 条新消息" in others
    assert "条新消息" in browser.get("/simulator/").text
    assert "上报被退回" in browser.get("/simulator/p/J0001").text
    assert browser.get("/simulator/p/J0002/bubbles").json["others"] == ""


def test_words_to_tap(browser, world, product):
    assert words_of(browser.get("/simulator/p/J0001").text)[:2] == ["待审", "通过 "]
    assert words_of(browser.get("/simulator/p/J0002").text)[0] == "我的积分"
    assert words_of(browser.get("/simulator/p/stranger-1").text)[0] == "绑定 "
    product.answer = lambda message: (
        "等您处理的上报：\n42号 李小红\n43号 赵一凡\n回复“通过 编号”，或发“待审”。\n例如：上报 志愿服务 昨天"
    )
    world.say(OPENID, "待审").result(10)
    words = words_of(browser.get("/simulator/p/J0001").text)
    assert words[:4] == ["上报 志愿服务 昨天", "通过 42", "通过 43", "待审"]
    assert len(words) == len(set(words))
    product.answer = lambda message: "请核对：\n数量：2小时\n1 确认上报\n2 改项目  3 改日期\n0 取消，不报了"
    world.say(OPENID, "上报").result(10)
    assert words_of(browser.get("/simulator/p/J0001").text)[:4] == ["1", "2", "3", "0"]


def test_who_holds_a_slip_may_copy_it_until_it_was_sent(browser, world):
    assert words_of(browser.get("/simulator/p/J0003").text)[0] == "绑定 ABCD3467 赵一凡"
    world.say(world.people.by_key("J0003").openid, "绑定 ABCD3467 赵一凡").result(10)
    assert "ABCD3467" not in "".join(words_of(browser.get("/simulator/p/J0003").text))


def test_the_way_to_the_secretary_of_the_branch(browser):
    assert "换成本支部的支部书记" in browser.get("/simulator/p/J0002").text
    assert "换成本支部" not in browser.get("/simulator/p/J0001").text
    assert "换成本支部" not in browser.get("/simulator/p/J0003").text


def test_leaving_and_following(browser, world):
    assert browser.post("/simulator/p/J0001/do/follow", data={"wanted": "0"}).status_code == 303
    assert world.phone(OPENID).followed is False
    assert "关注这个公众号" in browser.get("/simulator/p/J0001").text
    browser.post("/simulator/p/J0001/do/follow", data={"wanted": "1"})
    assert world.phone(OPENID).followed is True


@pytest.mark.parametrize("path", ["/simulator/p/nobody", "/simulator/p/nobody/bubbles", "/elsewhere"])
def test_nobody_there(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "另选一位" in answer.text


def test_another_site_cannot_make_anybody_speak(browser, world):
    for site in ("cross-site", "same-site"):
        answer = browser.post(
            "/simulator/p/J0001/say", data={"text": "通过 1"}, headers={"Sec-Fetch-Site": site}
        )
        assert answer.status_code == 403
    assert world.look(OPENID)[0] == []


def test_nothing_is_fetched_from_elsewhere_and_no_script_is_inline(browser, world):
    world.say(OPENID, "你好").result(10)
    for path in ("/simulator/", "/simulator/p/J0001", "/simulator/p/stranger-1"):
        answer = browser.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert not re.search(r'(?:src|href|action)="(?:https?:)?//', answer.text)
        assert not re.search(r"<script(?![^>]*src=)|<style|\son\w+=|\sstyle=", answer.text)
        for asset in re.findall(r'(?:src|href)="(/simulator/static/[^"]+)"', answer.text):
            with browser.get(asset) as got:
                assert got.status_code == 200
    static = Path(page.__file__).parent / "static"
    for file in static.iterdir():
        assert "http" not in file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")


def test_without_a_list_the_page_says_what_to_do(tmp_path):
    world = world_for("http://127.0.0.1:9/wechat", tmp_path)
    (tmp_path / "accounts.json").unlink()
    html = create_app(world).test_client().get("/simulator/").text
    assert "演示人员还没有载入" in html
    assert "陌生人甲" in html


def test_what_scrolls_keeps_its_hidden_words_to_itself():
    css = (Path(page.__file__).parent / "static" / "simulator.css").read_text(encoding="utf-8")
    rules = re.findall(r"^\s*([.#\w, -]+?) \{([^}]*)\}", css, flags=re.MULTILINE)

    def having(what: str) -> set[str]:
        return {one for chosen, says in rules if re.search(what, says) for one in chosen.split(", ")}

    # Words for screen readers stand absolutely: without a place of their own they lengthen the page behind the phone.
    scrolling = having(r"overflow(-[xy])?: auto")
    assert {".side", ".log", ".lab-side"} <= scrolling
    assert scrolling <= having(r"position: (relative|absolute|fixed|sticky)")
