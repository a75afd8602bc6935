"""The session of a phone's pages: a signed cookie about an openid, asked anew who stands behind it each time.

The cookie holds no openid, only its HMAC, and names nobody: an ended binding,
a withdrawn consent or another post count at once. It opens no other door.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from dataclasses import dataclass

import itsdangerous
from sqlalchemy.dialects.postgresql import insert

from jifen.access.models import PhoneStateUsed
from jifen.access.queries import Bound, bound
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


class NotBound(DomainError):
    """WeChat named him; nobody of ours stands behind that."""

    code, http_status = "not_bound", 403
    template = (
        "您的微信还没有绑定。请向所在党支部领取绑定纸条，在公众号对话里发送“绑定 绑定码 您的姓名”；"
        "或请支部在电脑上打开绑定二维码，您用微信扫一扫。绑定后再打开这个页面。"
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


def ticket() -> str:
    """Return the ticket that signs scripts of our own pages; as ``named``."""
    db.session.remove()
    return account.client().ticket()


def begin(openid: str) -> str:
    """Return the cookie of a fresh session; whoever calls was told the openid by WeChat."""
    until = clock.now() + LASTS
    return _signer("phone-session").dumps(
        [openid_digest(openid), int(until.timestamp()), secrets.token_hex(8)]
    )


def is_live(token: str) -> bool:
    """Return whether a cookie is a session of ours that has not ended, whoever it is about."""
    return _openid_digest(token) is not None


def _openid_digest(token: str) -> str | None:
    try:
        digest, until, _ = _signer("phone-session").loads(token)
    except (itsdangerous.BadData, ValueError, TypeError):
        return None
    return digest if until > clock.now().timestamp() else None


def reader(token: str) -> Bound:
    """Return who reads, whether or not he has agreed to the text in force.

    :raises Unauthorized: no session of ours, or over
    :raises NotBound: nobody stands behind the openid
    """
    digest = _openid_digest(token)
    if digest is None:
        raise Unauthorized
    found = bound(digest, Door.PHONE)
    if found is None:
        raise NotBound
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
    """A browser on its way over WeChat."""

    state: str
    #: Where it wanted to go.
    target: str
    #: How often it was sent, this time counted.
    tries: int


def way(state: str, target: str, tries: int) -> str:
    """Return the cookie of a way."""
    until = clock.now() + WAY_LASTS
    return _signer("phone-way").dumps([state, target, tries, int(until.timestamp())])


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
        state, target, count, until = _signer("phone-way").loads(cookie)
    except (itsdangerous.BadData, ValueError, TypeError):
        return None
    return Way(state, target, count) if until > clock.now().timestamp() else None


def _signer(purpose: str) -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(house.settings().secret_key, purpose)
