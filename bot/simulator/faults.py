"""Faults by script: which call or push goes wrong, how, how often.

A script is a list of faults. Each call and each push asks it; the first fault
that fits strikes. Whether one with a probability strikes is drawn from the
seed, by the count of what it could have struck: the same in every run.
"""

from __future__ import annotations

import fnmatch
import random
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.chance import Chance

#: What may happen to a call of the API, and the words of the panel for it.
CALLS = {
    "errcode": "返回错误码",
    "delay": "慢一些才应答",
    "hang": "一直不应答",
    "reset": "应答到一半断线",
    "html": "返回一个网页（HTTP 200）",
    "http": "返回网关错误（如 502）",
    "truncated": "应答只有半截 JSON",
    "lost": "事情办了，应答丢了",
}
#: What may happen to a push.
PUSHES = {
    "duplicate": "同一条推送多送一次",
    "concurrent": "同一条推送几份同时到",
    "reorder": "推到下一条后面才到",
    "lost": "产品的应答丢了，五秒后重推",
    "delay": "晚一些才推送",
    "skew": "微信的时钟有偏差",
    "markfail": "微信认定产品故障，停推一分钟",
}
#: How a template message ends that was taken.
FINISH = {"finish": "模板消息没有送达"}
WHERE = ("push", "finish")


class BadFault(ValueError):
    """A fault that cannot be; the text says why, in Chinese."""


@dataclass(slots=True)
class Fault:
    """One line of the script."""

    #: Path of the API, with ``*`` for anything; ``push``; ``finish``.
    where: str
    what: str
    #: errcode, or HTTP status.
    code: int = 0
    #: Seconds of a delay, a hang or a skew.
    seconds: float = 0.0
    #: Copies of a duplicate or concurrent push, the first included.
    copies: int = 2
    #: How a template message ends.
    status: str = "failed: system failed"
    #: How often it strikes; None for ever.
    times: int | None = 1
    #: How many calls it lets pass first.
    after: int = 0
    #: With which probability it strikes.
    chance: float = 1.0
    #: Whose calls and pushes; empty for anybody's.
    openid: str = ""
    struck: int = 0
    number: int = 0
    _draws: random.Random = field(default_factory=random.Random, repr=False)

    @property
    def spent(self) -> bool:
        return self.times is not None and self.struck >= self.times

    def told(self) -> str:
        """Return one line of Chinese for the panel."""
        words = (CALLS | FINISH if self.where != "push" else PUSHES)[self.what]
        if self.what in ("errcode", "http"):
            words = f"{words} {self.code}"
        if self.what in ("delay", "skew"):
            words = f"{words} {self.seconds:g} 秒"
        often = "一直" if self.times is None else f"{self.times} 次"
        return f"{words}，{often}，已发生 {self.struck} 次"

    def shown(self) -> dict[str, Any]:
        """Return what the panel's interface tells of it."""
        names = (
            "number",
            "where",
            "what",
            "code",
            "seconds",
            "copies",
            "times",
            "after",
            "chance",
            "openid",
            "struck",
        )
        return {name: getattr(self, name) for name in names} | {"told": self.told()}


class Script:
    """What goes wrong from now on."""

    def __init__(self, chance: Chance) -> None:
        self._chance = chance
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._made = 0
        self._cleared = threading.Event()

    def add(self, where: str, what: str, **more: Any) -> Fault:
        """Add a fault and return it.

        :param where: ``push``, ``finish`` or a path; ``message/*`` stands for ``/cgi-bin/message/*``
        :param more: further fields of ``Fault``
        :raises BadFault: no such thing, or not there
        """
        fault = Fault(_path(where), what, **more)
        _check(fault)
        with self._lock:
            self._made += 1
            fault.number = self._made
            fault._draws = self._chance.another(f"fault {self._made}")
            self._faults.append(fault)
            self._cleared.clear()
        return fault

    def read(self, asked: Mapping[str, Any]) -> Fault:
        """Add a fault from what was sent to the panel.

        :raises BadFault: not understood
        """
        more: dict[str, Any] = {}
        try:
            for name, form in (
                ("code", int),
                ("seconds", float),
                ("copies", int),
                ("after", int),
                ("chance", float),
            ):
                if str(asked.get(name, "")).strip():
                    more[name] = form(asked[name])
            times = str(asked.get("times", "1")).strip()
            more["times"] = None if times in ("", "None", "forever") else int(times)
        except (TypeError, ValueError) as err:
            raise BadFault("次数、秒数、错误码和概率都要填数字。") from err
        more |= {name: str(asked[name]) for name in ("status", "openid") if asked.get(name)}
        return self.add(str(asked.get("where", "")), str(asked.get("what", "")), **more)

    def strike(self, where: str, *whats: str, openid: str = "") -> Fault | None:
        """Return the fault that strikes here, and count it; None where all goes well."""
        with self._lock:
            for fault in self._faults:
                if fault.spent or (whats and fault.what not in whats) or not _fits(fault, where, openid):
                    continue
                if fault.after > 0:
                    fault.after -= 1
                    continue
                if fault.chance < 1.0 and fault._draws.random() >= fault.chance:
                    continue
                fault.struck += 1
                return fault
        return None

    def listed(self) -> list[Fault]:
        """Return what can still strike, and what has."""
        with self._lock:
            return list(self._faults)

    def remove(self, number: int) -> None:
        with self._lock:
            self._faults = [fault for fault in self._faults if fault.number != number]
            self._cleared.set()

    def clear(self) -> None:
        """Let everything go well; who hangs is let go."""
        with self._lock:
            self._faults = []
            self._cleared.set()

    def wait(self, seconds: float) -> None:
        """Wait by the machine's clock, until ``clear`` at most."""
        self._cleared.wait(seconds)


def _path(where: str) -> str:
    if where in WHERE or where.startswith(("/", "*")):
        return where
    return (
        f"/{where}" if where.startswith(("sns/", "connect/", "wxaapi/", "cgi-bin/")) else f"/cgi-bin/{where}"
    )


def _fits(fault: Fault, where: str, openid: str) -> bool:
    if fault.openid and fault.openid != openid:
        return False
    if where in WHERE or fault.where in WHERE:
        return fault.where == where
    return fnmatch.fnmatchcase(where, fault.where)


def _check(fault: Fault) -> None:
    known = {"push": PUSHES, "finish": FINISH}.get(fault.where, CALLS)
    if fault.what not in known:
        raise BadFault(f"没有这种故障：{fault.what}。可选：{'、'.join(known)}。")
    if fault.what == "errcode" and fault.code == 0:
        raise BadFault("请填错误码，例如 40001。")
    if fault.what == "http" and not 400 <= fault.code <= 599:
        raise BadFault("HTTP 状态要在 400 到 599 之间，例如 502。")
    if not 0 < fault.chance <= 1:
        raise BadFault("概率要大于 0，不超过 1。")
    if fault.times is not None and fault.times < 1:
        raise BadFault("次数至少是 1。")
    if not 2 <= fault.copies <= 20:
        raise BadFault("份数要在 2 到 20 之间。")
