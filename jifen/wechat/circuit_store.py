"""Circuits in the database: every process of the house respects the same rest."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert

from jifen.core.db import table_of, transaction
from jifen.wechat.circuits import ACCOUNT, PROBE, Circuit, rest_after
from jifen.wechat.models import WechatCircuit


class DatabaseCircuits:
    """The :class:`~jifen.wechat.circuits.Circuits` of an installation; needs its application context.

    :param account: apart for each account: ``wechat``, ``wecom``
    """

    def __init__(self, account: str = "wechat") -> None:
        self._account = account

    def look(self, *endpoints: str) -> list[Circuit]:
        names = {self._name(endpoint): endpoint for endpoint in endpoints}
        with transaction() as session:
            rows = session.execute(
                sa.select(table_of(WechatCircuit)).where(WechatCircuit.endpoint.in_(names))
            ).all()
        return [Circuit(names[r.endpoint], r.open_until, r.failures, r.reason) for r in rows]

    def probe(self, endpoint: str, now: dt.datetime) -> bool:
        over = sa.update(WechatCircuit).where(
            WechatCircuit.endpoint == self._name(endpoint), WechatCircuit.open_until <= now
        )
        with transaction() as session:
            won = session.scalar(over.values(open_until=now + PROBE).returning(WechatCircuit.endpoint))
            return won is not None

    def fail(self, endpoint: str, *, reason: str, now: dt.datetime) -> None:
        fresh = insert(WechatCircuit).values(endpoint=self._name(endpoint), failures=1, reason=reason)
        more = {"failures": WechatCircuit.failures + 1, "reason": reason}
        counted = fresh.on_conflict_do_update(index_elements=["endpoint"], set_=more)
        with transaction() as session:
            failures = session.scalars(counted.returning(WechatCircuit.failures)).one()
            if (rest := rest_after(failures)) is not None:
                session.execute(self._mine(endpoint).values(open_until=now + rest))

    def open(self, endpoint: str, *, until: dt.datetime, reason: str) -> None:
        rest = {"open_until": until, "reason": reason}
        fresh = insert(WechatCircuit).values(endpoint=self._name(endpoint), failures=0, **rest)
        with transaction() as session:
            session.execute(fresh.on_conflict_do_update(index_elements=["endpoint"], set_=rest))

    def close(self, endpoint: str, now: dt.datetime) -> None:
        over = sa.or_(WechatCircuit.open_until.is_(None), WechatCircuit.open_until <= now + PROBE)
        with transaction() as session:
            session.execute(
                sa.delete(WechatCircuit).where(WechatCircuit.endpoint == self._name(endpoint), over)
            )

    def _mine(self, endpoint: str) -> sa.Update:
        return sa.update(WechatCircuit).where(WechatCircuit.endpoint == self._name(endpoint))

    def _name(self, endpoint: str) -> str:
        return f"{self._account}:{endpoint}"


def resting(now: dt.datetime) -> list[Circuit]:
    """Return what rests now in all accounts, for the people who look after the machine."""
    with transaction() as session:
        rows = session.execute(
            sa.select(table_of(WechatCircuit))
            .where(WechatCircuit.open_until > now)
            .order_by(WechatCircuit.endpoint)
        ).all()
    return [Circuit(r.endpoint, r.open_until, r.failures, r.reason) for r in rows]


__all__ = ["ACCOUNT", "DatabaseCircuits", "resting"]
