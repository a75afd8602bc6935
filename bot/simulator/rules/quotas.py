"""Calls a day, by Shanghai's calendar.

Source: developers.weixin.qq.com/doc/service/guide/dev/api/, the limits of a new verified account.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from zoneinfo import ZoneInfo

from bot.simulator.refusals import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Calls a day where nothing else is stated.
USUAL = 100_000
#: Path of the API -> calls a day.
DAILY = {
    "/cgi-bin/token": 2000,
    "/cgi-bin/stable_token": 500_000,
    "/cgi-bin/menu/create": 1000,
    "/cgi-bin/menu/get": 10_000,
    "/cgi-bin/menu/delete": 1000,
    "/cgi-bin/menu/addconditional": 2000,
    "/cgi-bin/menu/delconditional": 2000,
    "/cgi-bin/menu/trymatch": 20_000,
    "/cgi-bin/message/custom/send": 500_000,
    "/cgi-bin/message/template/send": 100_000,
    "/cgi-bin/message/subscribe/bizsend": 100_000,
    "/cgi-bin/media/upload": 100_000,
    "/cgi-bin/media/get": 200_000,
    "/cgi-bin/ticket/getticket": 1_000_000,
    "/cgi-bin/qrcode/create": 100_000,
    "/cgi-bin/user/info": 5_000_000,
    "/cgi-bin/user/info/batchget": 5_000_000,
    "/cgi-bin/user/get": 500,
    "/cgi-bin/tags/create": 1000,
    "/cgi-bin/tags/get": 1000,
    "/cgi-bin/tags/members/batchtagging": 10_000,
    "/cgi-bin/tags/members/batchuntagging": 10_000,
}
#: How often a month the counters may be set back.
CLEARED_A_MONTH = 10


class Quotas:
    """How much of each path was used today."""

    def __init__(self, *, now: Callable[[], float]) -> None:
        self._now = now
        #: What the account may do; a test or the panel may lower one.
        self.limits = dict(DAILY)
        self._day: dt.date | None = None
        self._used: dict[str, int] = {}
        self._cleared: list[str] = []

    def count(self, path: str) -> None:
        """Count one call.

        :raises Refused: 45009 when the day's calls are used up
        """
        used = self._today().get(path, 0)
        if used >= self.limits.get(path, USUAL):
            raise Refused(45009)
        self._used[path] = used + 1

    def left(self, path: str) -> dict[str, int]:
        """Return what ``openapi/quota/get`` says of a path.

        :raises Refused: 76003 for what is no path of the API
        """
        if not path.startswith("/cgi-bin/"):
            raise Refused(76003)
        limit, used = self.limits.get(path, USUAL), self._today().get(path, 0)
        return {"daily_limit": limit, "used": used, "remain": max(0, limit - used)}

    def used(self) -> dict[str, int]:
        """Return how often each path was called today."""
        return dict(self._today())

    def clear(self) -> None:
        """Set every counter back.

        :raises Refused: 48006, ten times a month
        """
        month = f"{self._date():%Y-%m}"
        if self._cleared.count(month) >= CLEARED_A_MONTH:
            raise Refused(48006)
        self._cleared.append(month)
        self._used = {}

    def _today(self) -> dict[str, int]:
        day = self._date()
        if day != self._day:
            self._day, self._used = day, {}
        return self._used

    def _date(self) -> dt.date:
        return dt.datetime.fromtimestamp(self._now(), SHANGHAI).date()
