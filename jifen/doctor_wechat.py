"""``flask doctor`` and the account of WeChat: step by step, each fault with what to do about it.

Asks the platform only what changes nothing; sends nothing to anybody.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
import tomllib
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import requests

from jifen.access import menus as account_menus
from jifen.core import clock
from jifen.core.settings import ROOT, Settings
from jifen.findings import Finding, State
from jifen.wechat import menus
from jifen.wechat.client import (
    CUSTOM_SEND,
    SUBSCRIBE_SEND,
    TEMPLATE_SEND,
    ApiError,
    Unreachable,
    WeChatClient,
)
from jifen.wechat.crypto import signature
from jifen.wechat.tokens import MemoryTokenStore
from jifen.wechat.verdicts import Verdict

_FIELD = re.compile(r"\{\{\s*([a-z_]+\d*)\.DATA\s*\}\}", re.ASCII)
#: Part of a day's calls below which somebody should know.
FEW_LEFT = 0.1
#: What to do about a refusal that stops everything, by WeChat's code.
_REMEDIES = {
    40013: "AppID 不对：请在公众平台“设置与开发→基本配置”核对，改正 JIFEN_WECHAT_APP_ID。",
    40125: "AppSecret 不对：请在“基本配置”重置后，改正 JIFEN_WECHAT_SECRET。",
    40164: "本机的公网地址不在白名单里：请在“基本配置→IP白名单”加上本机出口地址。",
    61004: "本机的公网地址不在白名单里：请在“基本配置→IP白名单”加上本机出口地址。",
    45035: "本机的公网地址不在白名单里：请在“基本配置→IP白名单”加上本机出口地址。",
    89503: "这次调用要管理员确认：请管理员在微信“公众平台安全助手”里同意后再试。",
    40243: "AppSecret 已被冻结：请管理员在“基本配置”解冻。",
    48001: "账号没有这个接口的权限：请确认是已认证的服务号，并在“接口权限”里查看。",
    50002: "账号被限制使用：请登录公众平台查看通知。",
}
_ELSE = "平台拒绝了（错误码 {code}，编号 {rid}）：请凭编号到公众平台查询，或稍后再试。"
WAYS = {TEMPLATE_SEND: "模板消息", SUBSCRIBE_SEND: "订阅通知", CUSTOM_SEND: "客服消息"}


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the account; what cannot be asked without a way in is left out."""
    client = WeChatClient(
        app_id=settings.wechat_app_id,
        secret=settings.wechat_secret,
        store=MemoryTokenStore(),
        base_url=settings.wechat_api_base,
    )
    yield domains(settings)
    yield echo(settings)
    first = _asked("公众号凭证", lambda: entrance(client))
    yield first
    if first.state is State.BAD:
        return
    looks: list[tuple[str, Callable[[], Finding | list[Finding]]]] = [
        ("回调网络", lambda: callback(client)),
        ("今日额度", lambda: quotas(client)),
        ("模板消息", lambda: templates(client)),
        ("订阅通知", lambda: subscriptions(client)),
        ("菜单", lambda: menu(client, settings)),
    ]
    for subject, look in looks:
        found = _asked(subject, look)
        yield from found if isinstance(found, list) else [found]


def _asked(subject: str, look: Callable[[], Any]) -> Any:
    try:
        return look()
    except ApiError as err:
        words = _REMEDIES.get(err.code, _ELSE.format(code=err.code, rid=err.rid or "无"))
        bad = err.verdict in (Verdict.CREDENTIALS, Verdict.EXPIRED)
        return Finding(subject, State.BAD if bad or subject == "公众号凭证" else State.WARN, words)
    except Unreachable:
        return Finding(
            subject,
            State.BAD,
            "连不上微信平台：请检查本机能否访问外网的 443 端口，以及 JIFEN_WECHAT_API_BASE 是否正确。",
        )


def domains(settings: Settings) -> Finding:
    """Look at our own address: WeChat leads people only to a named host over https."""
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    faults = []
    if parts.scheme != "https":
        faults.append("要用 https")
    if parts.port not in (None, 80, 443):
        faults.append("只能用 80 或 443 端口")
    try:
        ipaddress.ip_address(host)
        faults.append("要用备案过的域名，不能用 IP 地址")
    except ValueError:
        pass
    if faults:
        state = State.BAD if settings.production else State.WARN
        return Finding("域名", state, f"JIFEN_PUBLIC_URL 是 {settings.public_url}，{'，'.join(faults)}。")
    return Finding(
        "域名",
        State.GOOD,
        f"{host}；请在公众平台“网页授权域名”和“JS接口安全域名”都填上它（平台不提供查询，须人工核对）",
    )


def echo(settings: Settings) -> Finding:
    """Do at our own address what WeChat does when the owner saves it."""
    timestamp, nonce, word = str(int(clock.now().timestamp())), secrets.token_hex(8), secrets.token_hex(8)
    url = f"{settings.public_url}/wechat"
    query = {
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": word,
        "signature": signature(settings.wechat_token, timestamp, nonce),
    }
    try:
        with requests.Session() as http:
            http.trust_env = False
            answer = http.get(url, params=query, timeout=(3, 5), allow_redirects=False)
    except requests.RequestException:
        return Finding(
            "回调地址", State.BAD, f"{url} 打不开：请确认网站在运行，反向代理把 /wechat 转给了它。"
        )
    if answer.status_code == 200 and answer.text == word:
        return Finding("回调地址", State.GOOD, f"{url} 能通过微信的验证，公众平台“服务器配置”的 URL 填它")
    if answer.status_code == 403:
        remedy = "令牌不一致：请让网站和这里用同一个 JIFEN_WECHAT_TOKEN，并与公众平台上填的相同。"
        return Finding("回调地址", State.BAD, f"{url} 不认签名。{remedy}")
    remedy = "请检查反向代理：要原样转发 /wechat 和网址参数，不要跳转，不要加登录。"
    return Finding("回调地址", State.BAD, f"{url} 应答了 {answer.status_code}，不是验证用的字串。{remedy}")


def entrance(client: WeChatClient) -> Finding:
    """Get in: appid, secret and the list of addresses are accepted."""
    ips = client.callback_ips()
    return Finding(
        "公众号凭证", State.GOOD, f"平台接受 AppID、AppSecret 和本机地址；平台推送来自 {len(ips)} 个地址"
    )


def callback(client: WeChatClient) -> Finding:
    """Let the platform look at the way to us."""
    found = client.check_callback()
    if not found.get("dns"):
        return Finding("回调网络", State.BAD, "平台解析不了本站域名：请检查域名解析是否生效。")
    lost = [one for one in found.get("ping", []) if one.get("package_loss") not in ("0%", "0.00%")]
    if lost:
        words = f"平台到本站有 {len(lost)} 条线路不通或丢包：请检查防火墙是否放行平台的地址、带宽是否够用。"
        whole = len(lost) == len(found["ping"])
        return Finding("回调网络", State.BAD if whole else State.WARN, words)
    return Finding("回调网络", State.GOOD, "平台能解析并连到本站")


def quotas(client: WeChatClient) -> list[Finding]:
    """Look at what is left of today's calls."""
    found = []
    daily = tomllib.loads((ROOT / "config" / "notices.toml").read_text(encoding="utf-8"))["daily"]
    ours = {TEMPLATE_SEND: daily.get("template"), CUSTOM_SEND: daily.get("customer")}
    for path, words in WAYS.items():
        quota = client.quota(path)
        limit, left = int(quota.get("daily_limit", 0)), int(quota.get("remain", 0))
        subject = f"今日额度（{words}）"
        mine = ours.get(path)
        if limit and left < limit * FEW_LEFT:
            found.append(
                Finding(subject, State.WARN, f"只剩 {left}/{limit} 条：用完后留到明天发，不必手工处理。")
            )
        elif mine and limit and mine > limit:
            remedy = f"请把 config/notices.toml 的 [daily] 改成不超过 {limit}。"
            found.append(
                Finding(subject, State.WARN, f"平台每天只给 {limit} 条，配置的是 {mine} 条：{remedy}")
            )
        else:
            found.append(Finding(subject, State.GOOD, f"剩 {left}/{limit} 条"))
    return found


def _configured() -> dict[str, dict[str, Any]]:
    return tomllib.loads((ROOT / "config" / "wechat.toml").read_text(encoding="utf-8"))


def templates(client: WeChatClient) -> list[Finding]:
    """Compare the template messages in the configuration with the account's."""
    known = {str(one.get("template_id")): str(one.get("content", "")) for one in client.templates()}
    return _compared("模板消息", "template_id", "fields", known)


def subscriptions(client: WeChatClient) -> list[Finding]:
    """Compare the subscription notices in the configuration with the account's, and how long a consent is good."""
    listed = client.subscribe_templates()
    known = {str(one.get("priTmplId")): str(one.get("content", "")) for one in listed}
    types = {str(one.get("priTmplId")): one.get("type") for one in listed}
    found = []
    for key, kind, words in (("lasting_id", 3, "长期"), ("once_id", 2, "一次性")):
        for one in _compared(f"{words}订阅通知", key, "notice_fields", known, all_needed=False):
            found.append(one)
        wrong = [k for k, t in _configured().items() if t.get(key) in types and types[t[key]] != kind]
        if wrong:
            remedy = f"请改填到 {'once_id' if key == 'lasting_id' else 'lasting_id'}。"
            found.append(
                Finding(f"{words}订阅通知", State.BAD, f"{'、'.join(wrong)} 填的模板不是{words}的：{remedy}")
            )
    return found


def _compared(
    subject: str, key: str, fields: str, known: dict[str, str], *, all_needed: bool = True
) -> list[Finding]:
    found, missing, right = [], [], 0
    for kind, template in _configured().items():
        template_id = template.get(key, "")
        if not template_id:
            missing.append(kind)
            continue
        if template_id not in known:
            found.append(
                Finding(
                    subject,
                    State.BAD,
                    f"{kind} 填的模板编号账号里没有：请到公众平台核对后改正 config/wechat.toml。",
                )
            )
            continue
        wanted, given = set(_FIELD.findall(known[template_id])), set(template.get(fields, template["fields"]))
        if wanted != given:
            differ = "、".join(sorted(wanted ^ given))
            remedy = f"账号里的字段是 {'、'.join(sorted(wanted))}，请按它改 config/wechat.toml。"
            found.append(Finding(subject, State.BAD, f"{kind} 的字段对不上（{differ}）：{remedy}"))
            continue
        right += 1
    if missing and all_needed:
        words = (
            f"有 {len(missing)} 类通知没有填模板编号，不会推送，本人发送“消息”查看：{'、'.join(missing[:5])}"
        )
        tail = "……" if len(missing) > 5 else ""
        found.append(Finding(subject, State.WARN, f"{words}{tail}。"))
    if right or (not missing and not found):
        found.append(Finding(subject, State.GOOD, f"{right} 类通知的模板和字段与账号一致"))
    return found


def menu(client: WeChatClient, settings: Settings) -> Finding:
    """Look whether the account's menus say what the file says, word by word."""
    try:
        chosen = menus.parse(menus.FILE.read_text(encoding="utf-8"), public_url=settings.public_url)
    except menus.BadMenu as bad:
        return Finding("菜单", State.BAD, "config/wechat_menu.toml 有误，请改正：" + "；".join(bad.faults))
    if menus.published(client).common is None:
        return Finding("菜单", State.WARN, "账号还没有菜单：请执行 flask wechat menu push。")
    different = account_menus.compare(chosen, client)
    if different:
        which = "、".join(f"“{one.tag}”的菜单" if one.tag else "公共菜单" for one in different)
        changed = sum(len([line for line in one.lines if line[:1] in "+-"]) for one in different)
        words = f"{which}与 config/wechat_menu.toml 不一致（{changed} 处）："
        words += "请执行 flask wechat menu diff 查看，再执行 flask wechat menu push 发布。"
        return Finding("菜单", State.WARN, words)
    return Finding("菜单", State.GOOD, f"{len(chosen)} 个菜单都与 config/wechat_menu.toml 一致")
