"""By which way a notice may go now: arithmetic on plain values, no database and no clock."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: The ways, by the names that ``config/notices.toml`` puts in order.
LASTING, ONE_TIME, TEMPLATE, CUSTOMER, WECOM = "lasting", "once", "template", "customer", "wecom"
WAYS = (LASTING, ONE_TIME, TEMPLATE, CUSTOMER, WECOM)
#: After a message five customer messages within 48 hours; after a tap, a scan or a follow three within a minute.
MESSAGE_WINDOW, MESSAGE_MOST = dt.timedelta(hours=48), 5
EVENT_WINDOW, EVENT_MOST = dt.timedelta(minutes=1), 3
#: A window that ends while the call is under way refuses: so much of it is left alone.
MARGIN = dt.timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Window:
    """Customer messages that somebody may still get since he wrote or tapped."""

    since: dt.datetime | None = None
    left: int = 0

    def open(self, now: dt.datetime, length: dt.timedelta) -> bool:
        """Return whether one may be sent now."""
        return self.since is not None and self.left > 0 and now < self.since + length - MARGIN


@dataclass(frozen=True, slots=True)
class Consent:
    """What a person said to one subscription notice."""

    lasting: bool = False
    left: int = 0


@dataclass(frozen=True, slots=True)
class Reach:
    """All that is known about reaching one person."""

    #: Whether an account of WeChat, and of WeCom, is bound.
    wechat: bool = False
    wecom: bool = False
    #: Whether the order of those in post (在职) holds, in which WeCom comes first.
    wecom_first: bool = False
    followed: bool = True
    message: Window = Window()
    event: Window = Window()
    #: By template id.
    consents: Mapping[str, Consent] = field(default_factory=dict)
    #: Ways that he switched off, and ways that the platform says he blocked.
    off: frozenset[str] = frozenset()
    blocked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Offer:
    """By which templates a kind of notice may go; empty where none is configured."""

    lasting: str = ""
    once: str = ""
    template: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """The house's order of ways, for those in post and for all others."""

    order: tuple[str, ...] = WAYS
    in_post: tuple[str, ...] = (WECOM, LASTING, ONE_TIME, TEMPLATE, CUSTOMER)
    #: Messages a day of each way.
    daily: Mapping[str, int] = field(default_factory=dict)


def why_not(way: str, reach: Reach, offer: Offer, now: dt.datetime) -> str:
    """Return why a way is closed now; empty where it is open."""
    if way in reach.off:
        return "switched_off"
    if way in reach.blocked:
        return "refuses"
    if way == WECOM:
        return "" if reach.wecom else "not_bound"
    if not reach.wechat:
        return "not_bound"
    if not reach.followed:
        return "unfollowed"
    if way == CUSTOMER:
        opened = reach.message.open(now, MESSAGE_WINDOW) or reach.event.open(now, EVENT_WINDOW)
        return "" if opened else "window"
    template = {LASTING: offer.lasting, ONE_TIME: offer.once, TEMPLATE: offer.template}[way]
    if not template:
        return "no_template"
    if way == TEMPLATE:
        return ""
    consent = reach.consents.get(template, Consent())
    given = consent.lasting if way == LASTING else consent.left > 0
    return "" if given else "no_consent"


def choose(
    plan: Plan, reach: Reach, offer: Offer, *, tried: Sequence[str], now: dt.datetime
) -> tuple[str | None, str]:
    """Return the first way that is open and was not refused before, or None and the reason of the nearest miss."""
    order = plan.in_post if reach.wecom_first else plan.order
    reasons = {}
    for way in order:
        reasons[way] = "refused" if way in tried else why_not(way, reach, offer, now)
        if not reasons[way]:
            return way, ""
    # What a person could change is told before what the house lacks.
    for reason in ("switched_off", "unfollowed", "refuses", "refused", "no_consent", "window", "not_bound"):
        if reason in reasons.values():
            return None, reason
    return None, "no_template"


def used_window(reach: Reach, now: dt.datetime) -> str:
    """Return which window a customer message uses up: the one that a message opened before a tap's short one."""
    return "message" if reach.message.open(now, MESSAGE_WINDOW) else "event"


def spread_over(key: str, span: dt.timedelta) -> dt.timedelta:
    """Return a delay within ``span``, always the same for ``key``, so that many do not leave in one minute."""
    total = int(span.total_seconds())
    number = 0
    for byte in key.encode():
        number = (number * 257 + byte) % 1_000_003
    return dt.timedelta(seconds=number % total if total else 0)


def quiet_until(local: dt.datetime, *, begins: dt.time, ends: dt.time) -> dt.datetime | None:
    """Return when the quiet hours end that ``local`` lies in; None outside them. They may pass midnight."""
    now = local.timetz().replace(tzinfo=None)
    inside = begins <= now < ends if begins < ends else (now >= begins or now < ends)
    if not inside or begins == ends:
        return None
    day = local.date() if now < ends else local.date() + dt.timedelta(days=1)
    return dt.datetime.combine(day, ends, tzinfo=local.tzinfo)
