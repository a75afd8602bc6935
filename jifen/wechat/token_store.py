"""Tokens in the database: every process of the house shares one fetch."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute

from jifen.core import house
from jifen.core.db import transaction
from jifen.wechat.models import WechatToken
from jifen.wechat.tokens import LEASE, Token
from jifen.wechat.verdicts import FORCE_AT_MOST_EVERY

ACCESS_TOKEN, JSAPI_TICKET = "access_token", "jsapi_ticket"
WECOM_TOKEN, WECOM_TICKET = "wecom_token", "wecom_ticket"
_PURPOSE = "wechat_token"


class DatabaseTokenStore:
    """The :class:`~jifen.wechat.tokens.TokenStore` of an installation; needs its application context.

    Each step is a transaction of its own, so the fetch between them holds none.

    :param kind: which of the platforms' tokens is held
    """

    def __init__(self, kind: str = ACCESS_TOKEN) -> None:
        self._kind = kind

    def get(self) -> Token | None:
        with transaction() as session:
            row = session.get(WechatToken, self._kind, populate_existing=True)
            if row is None or row.value_sealed is None or row.expires_at is None or row.fetched_at is None:
                return None
            value = house.cipher().decrypt(row.value_sealed, purpose=_PURPOSE)
            return Token(value, row.expires_at, row.fetched_at)

    def claim(self, now: dt.datetime) -> bool:
        free = sa.or_(WechatToken.lease_until.is_(None), WechatToken.lease_until <= now)
        lease = {"lease_until": now + LEASE}
        upsert = insert(WechatToken).values(kind=self._kind, **lease)
        upsert = upsert.on_conflict_do_update(index_elements=["kind"], set_=lease, where=free)
        with transaction() as session:
            return session.scalar(upsert.returning(WechatToken.kind)) is not None

    def may_ask_again(self, now: dt.datetime) -> bool:
        return self._once(WechatToken.asked_again_at, now)

    def may_force(self, now: dt.datetime) -> bool:
        return self._once(WechatToken.forced_at, now)

    def _once(self, last: InstrumentedAttribute[dt.datetime | None], now: dt.datetime) -> bool:
        stmt = (
            sa.update(WechatToken)
            .where(WechatToken.kind == self._kind, sa.or_(last.is_(None), last <= now - FORCE_AT_MOST_EVERY))
            .values({last: now})
            .returning(WechatToken.kind)
        )
        with transaction() as session:
            return session.scalar(stmt) is not None

    def put(self, token: Token) -> None:
        sealed = house.cipher().encrypt(token.value, purpose=_PURPOSE)
        life = {"expires_at": token.expires_at, "fetched_at": token.fetched_at}
        self._update(value_sealed=sealed, lease_until=None, **life)

    def release(self) -> None:
        self._update(lease_until=None)

    def _update(self, **values: object) -> None:
        with transaction() as session:
            session.execute(sa.update(WechatToken).where(WechatToken.kind == self._kind).values(**values))
