"""``flask doctor`` and the application in WeCom (企业微信): can we get in, do its pages lead to us, does it reach us.

Asks only what changes nothing; sends nothing to anybody.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from urllib.parse import urlsplit

import requests

from jifen.core import clock
from jifen.core.settings import Settings
from jifen.findings import Finding, State
from jifen.wechat.client import ApiError, Unreachable
from jifen.wechat.crypto import SafeBox, decode_aes_key, signature
from jifen.wechat.tokens import MemoryTokenStore
from jifen.wechat.wecom import WeComClient

_ENTRANCE, _ECHO = "企业微信应用", "企业微信接收消息"
#: What to do about a refusal, by WeCom's code.
_REMEDIES = {
    40013: "企业 ID 不对：请在管理后台“我的企业”核对，改正 JIFEN_WECOM_CORP_ID。",
    40001: "应用的 Secret 不对：请在管理后台该应用的页面查看，改正 JIFEN_WECOM_SECRET。",
    40056: "应用编号不对：请在管理后台该应用的页面核对 AgentId，改正 JIFEN_WECOM_AGENT_ID。",
    301002: "应用编号与 Secret 不是同一个应用：请核对 JIFEN_WECOM_AGENT_ID 和 JIFEN_WECOM_SECRET。",
    60020: "本机的公网地址不在名单里：请在该应用的“企业可信IP”加上本机出口地址。",
}
_ELSE = "企业微信拒绝了（错误码 {code}）：请登录管理后台查看该应用，或稍后再试。"


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the application; nothing where the organisation has none."""
    if not settings.wecom:
        return
    client = WeComClient(
        corp_id=settings.wecom_corp_id,
        secret=settings.wecom_secret,
        agent_id=settings.wecom_agent_id,
        store=MemoryTokenStore(),
        base_url=settings.wecom_api_base,
    )
    try:
        yield entrance(client, settings)
    except ApiError as err:
        yield Finding(_ENTRANCE, State.BAD, _REMEDIES.get(err.code, _ELSE.format(code=err.code)))
    except Unreachable:
        remedy = "请检查本机能否访问外网的 443 端口，以及 JIFEN_WECOM_API_BASE 是否正确。"
        yield Finding(_ENTRANCE, State.BAD, f"连不上企业微信：{remedy}")
    yield echo(settings)


def entrance(client: WeComClient, settings: Settings) -> Finding:
    """Get in, and compare the host to which a sign-in may lead back with ours."""
    application, host = client.application(), urlsplit(settings.public_url).hostname or ""
    if application.get("close"):
        return Finding(_ENTRANCE, State.BAD, "应用已停用：请在管理后台启用。")
    trusted = str(application.get("redirect_domain") or "").partition(":")[0]
    if trusted != host:
        had = f"现在是 {trusted}" if trusted else "现在没有填"
        remedy = f"请在该应用的“网页授权及JS-SDK”填可信域名 {host}，{had}；否则绑定和手机页面打不开。"
        return Finding(_ENTRANCE, State.BAD if settings.production else State.WARN, remedy)
    return Finding(_ENTRANCE, State.GOOD, f"接受企业 ID、Secret 和本机地址；可信域名是 {host}")


def echo(settings: Settings) -> Finding:
    """Do at our own address what WeCom does when the owner saves it: everything is encrypted."""
    url = f"{settings.public_url}/wecom"
    if not settings.wecom_token:
        remedy = "要用的请填 JIFEN_WECOM_TOKEN 和 JIFEN_WECOM_AES_KEY。"
        words = f"没有设置“接收消息”：通知照常发，在企业微信里说的话收不到。{remedy}"
        return Finding(_ECHO, State.WARN, words)
    timestamp, nonce, word = str(int(clock.now().timestamp())), secrets.token_hex(8), secrets.token_hex(8)
    box = SafeBox(settings.wecom_corp_id, settings.wecom_token, (decode_aes_key(settings.wecom_aes_key),))
    sealed = box.seal(word.encode())
    query = {
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": sealed,
        "msg_signature": signature(settings.wecom_token, timestamp, nonce, sealed),
    }
    try:
        with requests.Session() as http:
            http.trust_env = False
            answer = http.get(url, params=query, timeout=(3, 5), allow_redirects=False)
    except requests.RequestException:
        return Finding(_ECHO, State.BAD, f"{url} 打不开：请确认网站在运行，反向代理把 /wecom 转给了它。")
    if answer.status_code == 200 and answer.text == word:
        return Finding(_ECHO, State.GOOD, f"{url} 能通过验证，该应用“接收消息”的 URL 填它")
    if answer.status_code == 403:
        remedy = "令牌或密钥不一致：请让网站和这里用同一组 JIFEN_WECOM_…，并与管理后台上填的相同。"
        return Finding(_ECHO, State.BAD, f"{url} 不认签名。{remedy}")
    remedy = "请检查反向代理：要原样转发 /wecom 和网址参数，不要跳转，不要加登录。"
    return Finding(_ECHO, State.BAD, f"{url} 应答了 {answer.status_code}，不是验证用的字串。{remedy}")
