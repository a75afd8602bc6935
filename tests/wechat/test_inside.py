"""Pages inside WeChat: who opened one, QR codes, tickets, signatures."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask, Response, request

from jifen.wechat import inside, qr, tags
from jifen.wechat.client import ApiError, Unreachable, Visitor
from tests.simulator.kit import SHARED, serve
from tests.wechat.samples import DATA, api_sample
from tests.wechat.test_client import client_for

VECTOR = json.loads((DATA / "vectors" / "official_vectors.json").read_text("utf-8"))["jssdk"]


class Platform:
    """Answers a script, by path, and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, list] = {
            "/cgi-bin/stable_token": [{"access_token": "T1", "expires_in": 7200}],
        }
        self.seen: list[tuple[str, str, dict, dict]] = []
        self.app = Flask("platform")
        self.app.add_url_rule("/<path:path>", view_func=self._answer, methods=["GET", "POST"])

    def _answer(self, path):
        body = json.loads(request.get_data() or "{}")
        self.seen.append((request.method, f"/{path}", request.args.to_dict(), body))
        known = self.answers[f"/{path}"]
        answer = known.pop(0) if len(known) > 1 else known[0]
        return answer if isinstance(answer, Response | dict) else json.dumps(answer)

    def asked(self, path: str) -> list[tuple[str, dict, dict]]:
        return [(method, args, body) for method, where, args, body in self.seen if where == path]


@pytest.fixture
def platform():
    return Platform()


@pytest.fixture
def client(platform):
    with serve(platform.app) as url:
        yield client_for(url)


def test_a_code_tells_who_came(platform, client):
    path = "/sns/oauth2/access_token"
    platform.answers[path] = [api_sample("sns_oauth2_access_token")]
    assert client.visitor("CODE").openid == api_sample("sns_oauth2_access_token")["openid"]
    assert not client.visitor("CODE").snapshot
    method, args, _ = platform.asked(path)[0]
    assert (method, args["appid"], args["code"], args["grant_type"]) == (
        "GET",
        SHARED.app_id,
        "CODE",
        "authorization_code",
    )
    # This door has a secret of its own: no access token is fetched for it.
    assert platform.asked("/cgi-bin/stable_token") == []


def test_a_preview_is_nobody(platform, client):
    platform.answers["/sns/oauth2/access_token"] = [api_sample("sns_oauth2_access_token_virtual")]
    assert client.visitor("CODE").snapshot


@pytest.mark.parametrize("code", [40029, 40163, 42003])
def test_a_used_code_is_told(platform, client, code):
    platform.answers["/sns/oauth2/access_token"] = [api_sample(f"error_{code}")]
    with pytest.raises(ApiError) as refused:
        client.visitor("CODE")
    assert refused.value.code == code


def test_an_answer_without_a_person_is_none(platform, client):
    platform.answers["/sns/oauth2/access_token"] = [{"access_token": "x"}]
    with pytest.raises(Unreachable):
        client.visitor("CODE")


def test_nobody_is_shown_in_a_visitor():
    assert "oSECRET" not in repr(Visitor("oSECRET"))


def test_the_ticket_is_fetched_once(platform, client):
    path = "/cgi-bin/ticket/getticket"
    platform.answers[path] = [api_sample("ticket_getticket_jsapi")]
    assert {client.ticket() for _ in range(5)} == {"TEST_JSAPI_TICKET"}
    assert [args for _, args, _ in platform.asked(path)] == [{"access_token": "T1", "type": "jsapi"}]


def test_a_question_with_a_stale_token_is_asked_once_more(platform, client):
    platform.answers["/cgi-bin/stable_token"] = [
        {"access_token": "T1", "expires_in": 7200},
        {"access_token": "T2", "expires_in": 7200},
    ]
    platform.answers["/cgi-bin/tags/get"] = [api_sample("error_40001"), {"tags": [{"id": 7, "name": "书记"}]}]
    assert tags.known(client) == {7: "书记"}
    assert [args["access_token"] for _, args, _ in platform.asked("/cgi-bin/tags/get")] == ["T1", "T2"]


def test_a_tag_is_made_by_its_name(platform, client):
    platform.answers["/cgi-bin/tags/create"] = [{"tag": {"id": 100, "name": "书记"}}]
    assert tags.make(client, "书记") == 100
    assert [body for _, _, body in platform.asked("/cgi-bin/tags/create")] == [{"tag": {"name": "书记"}}]


def test_a_qr_code_carries_its_scene_and_ends(platform, client):
    path = "/cgi-bin/qrcode/create"
    platform.answers[path] = [{"ticket": "gQ==", "expire_seconds": 600, "url": "http://weixin.qq.com/q/TEST"}]
    made = qr.create(client, "bind:x", seconds=600)
    assert (made.url, made.seconds) == ("http://weixin.qq.com/q/TEST", 600)
    assert platform.asked(path)[0][2] == {
        "expire_seconds": 600,
        "action_name": "QR_STR_SCENE",
        "action_info": {"scene": {"scene_str": "bind:x"}},
    }


@pytest.mark.parametrize("scene", ["", "x" * 65, "绑定"])
def test_a_scene_that_the_platform_would_not_keep_is_refused(client, scene):
    with pytest.raises(ValueError, match="scene"):
        qr.create(client, scene, seconds=600)


def test_the_way_to_be_named_is_as_documented():
    url = inside.authorize_url(
        base="https://open.weixin.qq.com", app_id="wx1", back="https://jf.example.cn/m/enter", state="a" * 32
    )
    parts = urlsplit(url)
    assert parts.fragment == "wechat_redirect"
    assert list(parse_qs(parts.query)) == ["appid", "redirect_uri", "response_type", "scope", "state"]
    assert parse_qs(parts.query)["scope"] == ["snsapi_base"]
    assert parse_qs(parts.query)["redirect_uri"] == ["https://jf.example.cn/m/enter"]


def test_the_official_signature_is_made_byte_for_byte():
    made = inside.page_signature(
        ticket=VECTOR["jsapi_ticket"],
        nonce=VECTOR["noncestr"],
        timestamp=int(VECTOR["timestamp"]),
        url=VECTOR["url"] + "#part",
    )
    assert made == VECTOR["signature"]


@pytest.mark.parametrize(
    ("url", "ours"),
    [
        ("https://jf.example.cn/m/", True),
        ("https://jf.example.cn/m", True),
        ("https://JF.example.cn/m/report?item=D01", True),
        ("http://jf.example.cn/m/", False),
        ("https://jf.example.cn:8443/m/", False),
        ("https://jf.example.cn/console/", False),
        ("https://jf.example.cn/mm/", False),
        ("https://jf.example.cn/m/../console/", False),
        ("https://jf.example.cn@evil.cn/m/", False),
        ("https://evil.cn/m/?https://jf.example.cn/m/", False),
        ("https://jf.example.cn.evil.cn/m/", False),
        ("https://jf.example.cn\\@evil.cn/m/", False),
        ("//jf.example.cn/m/", False),
        ("", False),
    ],
)
def test_only_our_own_pages_are_signed_for(url, ours):
    assert inside.is_ours(url, public_url="https://jf.example.cn") is ours


def test_pages_below_a_folder_are_ours_too():
    assert inside.is_ours("https://a.cn/jifen/m/", public_url="https://a.cn/jifen")
    assert not inside.is_ours("https://a.cn/m/", public_url="https://a.cn/jifen")
