"""The access token in the database: every process of the house shares one fetch."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.core import house
from jifen.core.db import transaction
from jifen.wechat.models import WechatToken
from jifen.wechat.tokens import LEASE, Token

ACCESS_TOKEN, JSAPI_TICKET = "access_token", "jsapi_ticket"
_PURPOSE = "wechat_token"


class DatabaseTokenStore:
    """The :class:`~jifen.wechat.tokens.TokenStore` of an installation; needs its application context.

    Each step is a transaction of its own, so the fetch between them holds none.

    :param kind: which of the platform's tokens is held
    """

    def __init__(self, kind: str = ACCESS_TOKEN) -> None:
        self._kind = kind

    def get(self) -> Token | None:
        with transaction() as session:
            row = session.get(WechatToken, self._kind, populate_existing=True)
            if row is None or row.value_sealed is None or row.expires_at is None:
                return None
            return Token(house.cipher().decrypt(row.value_sealed, purpose=_PURPOSE), row.expires_at)

    def claim(self, now: dt.datetime) -> bool:
        free = sa.or_(WechatToken.lease_until.is_(None), WechatToken.lease_until <= now)
        lease = {"lease_until": now + LEASE}
        upsert = insert(WechatToken).values(kind=self._kind, **lease)
        upsert = upsert.on_conflict_do_update(index_elements=["kind"], set_=lease, where=free)
        with transaction() as session:
            return session.scalar(upsert.returning(WechatToken.kind)) is not None

    def put(self, token: Token) -> None:
        sealed = house.cipher().encrypt(token.value, purpose=_PURPOSE)
        self._update(value_sealed=sealed, expires_at=token.expires_at, lease_until=None)

    def release(self) -> None:
        self._update(lease_until=None)

    def forget(self, value: str) -> None:
        with transaction() as session:
            row = session.get(WechatToken, self._kind, with_for_update=True, populate_existing=True)
            if row is None or row.value_sealed is None:
                return
            # Sealing is salted, so the comparison is of what is inside.
            if house.cipher().decrypt(row.value_sealed, purpose=_PURPOSE) == value:
                row.value_sealed = row.expires_at = None

    def _update(self, **values: object) -> None:
        with transaction() as session:
            session.execute(sa.update(WechatToken).where(WechatToken.kind == self._kind).values(**values))
