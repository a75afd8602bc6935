"""The session of a phone's pages: a signed cookie about an openid, asked anew who stands behind it each time.

The cookie holds no openid, only its HMAC, and names nobody: an ended binding,
a withdrawn consent or another post count at once. It opens no other door.
Who came from WeCom has the same, about his userid there.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass
from enum import StrEnum

import itsdangerous
from sqlalchemy.dialects.postgresql import insert

from jifen.access import wecom
from jifen.access.models import PhoneStateUsed
from jifen.access.queries import Bound, bound, bound_in_wecom
from jifen.access.service import openid_digest
from jifen.core import clock, house
from jifen.core.actor import Door
from jifen.core.db import db, table_of, transaction
from jifen.core.errors import DomainError, Unauthorized
from jifen.web.doors import Visit
from jifen.wechat import account
from jifen.wechat.client import Visitor

LASTS = dt.timedelta(hours=2)
#: The cookie of the way over WeChat and back, and how long it may take.
WAY, WAY_LASTS = "jifen_way", dt.timedelta(minutes=5)
#: Ways in five minutes after which a browser is not sent round again.
MOST_TRIES = 4


class Namer(StrEnum):
    """Who tells whose phone it is."""

    WECHAT = "wechat"
    WECOM = "wecom"


class NotBound(DomainError):
    """WeChat named him; nobody of ours stands behind that."""

    code, http_status = "not_bound", 403
    template = (
        "您的微信还没有绑定。请向所在党支部领取绑定纸条，在公众号对话里发送“绑定 绑定码 您的姓名”；"
        "或请支部在电脑上打开绑定二维码，您用微信扫一扫。绑定后再打开这个页面。"
    )


class NotBoundInWecom(NotBound):
    """WeCom named him; nobody of ours stands behind that."""

    template = (
        "您的企业微信还没有绑定。请在企业微信里打开工作台并登录，在“我的账号”里点“绑定企业微信”，再打开这个页面。"
        "没有工作台账号的同志，请在微信里打开公众号。"
    )


class AgreeFirst(Unauthorized):
    """The privacy text changed: only the answer to it is open to him."""

    code, template = "agree_first", "请先阅读并答复个人信息处理说明。"


def named(code: str) -> Visitor:
    """Return whom WeChat names; nothing of the database is held open while it answers.

    :raises ApiError, Unreachable: see the client
    """
    db.session.remove()
    return account.client().visitor(code)


def named_in_wecom(code: str) -> str | None:
    """Return which member WeCom names, None for somebody of another organisation; as ``named``."""
    db.session.remove()
    return account.wecom().visitor(code)


def ticket(token: str) -> tuple[str, str, bool]:
    """Return what signs a script of our own page for whoever named its reader; as ``named``.

    :return: appid, or the organisation's id of WeCom; the ticket; and whether it is WeCom's
    """
    session, s = _read_session(token), house.settings()
    db.session.remove()
    if session is not None and session[0] is Namer.WECOM:
        return s.wecom_corp_id, account.wecom().ticket(), True
    return s.wechat_app_id, account.client().ticket(), False


def begin(openid: str) -> str:
    """Return the cookie of a fresh session; whoever calls was told the openid by WeChat."""
    return _session(Namer.WECHAT, openid_digest(openid))


def begin_in_wecom(user: str) -> str:
    """Return the cookie of a fresh session; whoever calls was told the userid by WeCom."""
    return _session(Namer.WECOM, wecom.digest_of(user))


def _session(namer: Namer, digest: str) -> str:
    until = int((clock.now() + LASTS).timestamp())
    return _signer("phone-session").dumps([namer, digest, until, secrets.token_hex(8)])


def knows_in_wecom(user: str) -> bool:
    """Return whether somebody of ours stands behind a member of WeCom."""
    return bound_in_wecom(wecom.digest_of(user), Door.PHONE) is not None


def is_live(token: str) -> bool:
    """Return whether a cookie is a session of ours that has not ended, whoever it is about."""
    return _read_session(token) is not None


def _read_session(token: str) -> tuple[Namer, str] | None:
    """Return who named the reader, and the digest of the name."""
    try:
        namer, digest, until, _ = _signer("phone-session").loads(token)
        return (Namer(namer), digest) if until > clock.now().timestamp() else None
    except (itsdangerous.BadData, ValueError, TypeError):
        return None


def reader(token: str) -> Bound:
    """Return who reads, whether or not he has agreed to the text in force.

    :raises Unauthorized: no session of ours, or over
    :raises NotBound: nobody stands behind the openid, or behind the member of WeCom
    """
    session = _read_session(token)
    if session is None:
        raise Unauthorized
    namer, digest = session
    found = (bound if namer is Namer.WECHAT else bound_in_wecom)(digest, Door.PHONE)
    if found is None:
        raise NotBound if namer is Namer.WECHAT else NotBoundInWecom
    return found


def come_in(token: str) -> Visit:
    """Return who reads a page.

    :raises Unauthorized, NotBound: see ``reader``
    :raises AgreeFirst: he has not answered the text in force
    """
    found = reader(token)
    if not found.agreed:
        raise AgreeFirst
    return Visit(found.who, "", "", 0)


@dataclass(frozen=True, slots=True)
class Way:
    """A browser on its way over WeChat, or over WeCom."""

    state: str
    #: Where it wanted to go.
    target: str
    #: How often it was sent, this time counted.
    tries: int
    #: Who is asked whose phone it is.
    namer: Namer


def way(state: str, target: str, tries: int, namer: Namer) -> str:
    """Return the cookie of a way."""
    until = clock.now() + WAY_LASTS
    return _signer("phone-way").dumps([state, target, tries, namer, int(until.timestamp())])


def read_way(cookie: str) -> Way | None:
    """Return the way that a cookie speaks of; None where it is none, over, or at its end already."""
    found = _way(cookie)
    return found if found and found.state else None


def tries(cookie: str) -> int:
    """Return how often the browser was sent in these minutes."""
    found = _way(cookie)
    return found.tries if found else 0


def use_state(state: str) -> bool:
    """Count a state as used; False if it was."""
    digest = hashlib.sha256(state.encode()).hexdigest()
    fresh = insert(table_of(PhoneStateUsed)).values(digest=digest, at=clock.now())
    with transaction() as session:
        stmt = fresh.on_conflict_do_nothing().returning(PhoneStateUsed.digest)
        return session.scalar(stmt) is not None


def _way(cookie: str) -> Way | None:
    try:
        state, target, count, namer, until = _signer("phone-way").loads(cookie)
        return Way(state, target, count, Namer(namer)) if until > clock.now().timestamp() else None
    except (itsdangerous.BadData, ValueError, TypeError):
        return None


def _signer(purpose: str) -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(house.settings().secret_key, purpose)
