"""A link for one person and ten minutes: who follows it from his own chat needs no account."""

from __future__ import annotations

import datetime as dt

import itsdangerous

from jifen.access import queries as access
from jifen.core import clock, house
from jifen.core.actor import Actor, Door
from jifen.core.errors import Forbidden, Unauthorized

MINUTES = 10


class Lapsed(Unauthorized):
    """The link is older than ten minutes, or none of ours."""

    code = "link_lapsed"
    template = "这个链接已过期。请在微信里重新发送“导出我的数据”。"


def _signer() -> itsdangerous.URLSafeSerializer:
    return itsdangerous.URLSafeSerializer(house.settings().secret_key, "my-data")


def link(*, by: Actor) -> str:
    """Return the address that shows the actor his data.

    :raises Forbidden: an office system, which is nobody
    """
    if by.member_id is None:
        raise Forbidden(action="导出我的数据")
    until = clock.now() + dt.timedelta(minutes=MINUTES)
    ticket = _signer().dumps([by.member_id, int(until.timestamp())])
    return f"{house.settings().public_url}/m/data?ticket={ticket}"


def bearer(ticket: str) -> Actor:
    """Return who was given the ticket; his consent to WeChat must hold still.

    :raises Lapsed: it is none, or too old, or he is bound no more
    """
    try:
        member_id, until = _signer().loads(ticket)
    except itsdangerous.BadData as err:
        raise Lapsed from err
    by = access.actor_of(member_id, Door.PHONE) if until > clock.now().timestamp() else None
    if by is None or access.openid_of(member_id) is None:
        raise Lapsed
    return by
