"""How notices leave the house: the ways that this installation has, and the templates that they use.

Runs in the worker, outside any transaction. Each way turns the platform's
answer into an outcome by the table of actions (``jifen/wechat/verdicts.py``).
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import structlog

from bot import sentences
from jifen.access import following
from jifen.access import queries as access
from jifen.core import clock, codes, house
from jifen.core.actor import Door
from jifen.core.settings import ROOT
from jifen.files.images import MAX_BYTES
from jifen.notices import ports, rules
from jifen.notices.ports import Letter, Outcome
from jifen.notices.rules import CUSTOMER, LASTING, ONE_TIME, TEMPLATE, WECOM, Offer, Plan
from jifen.wechat import fields
from jifen.wechat.account import client, wecom
from jifen.wechat.client import ApiError, CircuitOpen, Unreachable
from jifen.wechat.verdicts import Verdict

log = structlog.get_logger()
#: Characters that a ``thing`` field may hold.
THING = fields.FORMS["thing"].most
#: Below the ten minutes for which the platform remembers a ``client_msg_id``.
REPEATABLE = dt.timedelta(minutes=9)
_A_MINUTE = dt.timedelta(minutes=1)


@lru_cache(maxsize=1)
def templates() -> dict[str, dict[str, Any]]:
    """Return ``config/wechat.toml``: kind -> ids of its templates, and fields.

    :raises BadField: a field of a type that the platform does not know
    """
    found = tomllib.loads((ROOT / "config" / "wechat.toml").read_text(encoding="utf-8"))
    for kind in found.values():
        for name in (*kind["fields"], *kind.get("notice_fields", {})):
            fields.form_of(name)
    return found


@lru_cache(maxsize=1)
def plan() -> tuple[Plan, tuple[dt.time, dt.time]]:
    """Return ``config/notices.toml``: the order of ways, the day's most, and the quiet hours."""
    found = tomllib.loads((ROOT / "config" / "notices.toml").read_text(encoding="utf-8"))
    order, in_post = tuple(found["order"]["others"]), tuple(found["order"]["in_post"])
    unknown = {*order, *in_post, *found["daily"]} - set(rules.WAYS)
    if unknown:
        raise ValueError(f"config/notices.toml names ways that there are not: {sorted(unknown)}")
    return Plan(order, in_post, found["daily"]), (found["quiet"]["begins"], found["quiet"]["ends"])


def offer(kind: str) -> Offer:
    """Return the templates of a kind; the simulator has one for each, and a one-time notice where one is wanted."""
    template = templates().get(kind)
    if template is None:
        return Offer()
    once, usual = template.get("once_id", ""), template["template_id"]
    if house.settings().simulator:
        once = once or (f"simulator-once-{kind}" if "once_id" in template else "")
        usual = usual or f"simulator-{kind}"
    return Offer(template.get("lasting_id", ""), once, usual)


def lasting(template_id: str) -> bool | None:
    """Return whether a consent to a subscription notice is good for ever; None for one that is not ours."""
    for kind in templates():
        known = offer(kind)
        if template_id and template_id in (known.lasting, known.once):
            return template_id == known.lasting
    return None


def filled(kind: str, values: dict[str, str], *, notice: bool) -> dict[str, str]:
    """Return the fields of a template, each as its type may hold it.

    :param notice: of a subscription notice, whose fields may be named otherwise
    :raises BadField: one that the platform would refuse
    """
    template = templates()[kind]
    chosen = template.get("notice_fields", template["fields"]) if notice else template["fields"]
    return {name: fields.fitted(name, text.format(**values)) for name, text in chosen.items()}


def words(kind: str, values: dict[str, str]) -> str:
    """Return a notice as a text of a few lines."""
    texts = [text for text in templates()[kind]["fields"].values() if text != "{day}"]
    return "\n".join(text.format(**values) for text in texts)


@dataclass(frozen=True, slots=True)
class Way:
    """A way by which notices leave: how the platform is asked, and whether it drops a repeat."""

    name: str
    ask: Callable[[Letter], str | None]
    repeatable: dt.timedelta | None = None

    def send(self, letter: Letter) -> Outcome:
        """Send one notice and tell what became of it."""
        try:
            return Outcome("accepted", platform_id=self.ask(letter))
        except fields.BadField as err:
            log.error("notice.field", kind=letter.kind, field=err.name, why=err.why)
            return Outcome("refused", str(Verdict.DATA))
        except ApiError as err:
            return self._after(err)
        except CircuitOpen as err:
            return Outcome("later", err.reason, wait=max(err.until - clock.now(), _A_MINUTE))
        except Unreachable as err:
            if not err.maybe_done:
                return Outcome("again", "unreachable", wait=_A_MINUTE)
            if self.repeatable is None:
                return Outcome("unknown", "maybe_sent")
            # The same client_msg_id within ten minutes is sent once: trying again soon is safe.
            return Outcome("again", "maybe_sent", wait=_A_MINUTE, maybe_sent=True)

    def _after(self, err: ApiError) -> Outcome:
        action, why = err.action, str(err.verdict)
        if err.verdict is Verdict.DUPLICATE:
            return Outcome("accepted", why)
        if action.next_channel:
            return Outcome("refused", why)
        if action.again is not None:
            state = "again" if err.verdict is Verdict.BUSY else "later"
            return Outcome(state, why, wait=action.again)
        return Outcome("refused", why)


def _by_template(letter: Letter) -> str | None:
    return client().send_template(
        openid=letter.address,
        template_id=letter.template_id,
        data=filled(letter.kind, letter.values, notice=False),
        client_msg_id=f"n{letter.notice_id}",
    )


def _by_subscription(letter: Letter) -> str | None:
    return client().send_subscribed(
        openid=letter.address,
        template_id=letter.template_id,
        data=filled(letter.kind, letter.values, notice=True),
    )


def _by_customer_message(letter: Letter) -> None:
    client().send_text(openid=letter.address, text=words(letter.kind, letter.values))


def _by_wecom(letter: Letter) -> str | None:
    return wecom().send_text(user=letter.address, text=words(letter.kind, letter.values))


def _left(member_id: int) -> None:
    following.note(member_id, False, at=clock.now())


def ways() -> ports.House:
    """Return how notices leave this installation."""
    order, quiet = plan()
    channels: dict[str, ports.Channel] = {
        LASTING: Way(LASTING, _by_subscription),
        ONE_TIME: Way(ONE_TIME, _by_subscription),
        TEMPLATE: Way(TEMPLATE, _by_template, REPEATABLE),
        CUSTOMER: Way(CUSTOMER, _by_customer_message),
        WECOM: Way(WECOM, _by_wecom),
    }
    return ports.House(
        channels=channels,
        plan=order,
        addresses=access.addresses,
        offer=offer,
        compose=sentences.values,
        words=lambda kind: codes.said("kind", kind),
        members=access.members_of,
        seen=following.seen,
        left=_left,
        lasting=lasting,
        kinds=tuple(templates()),
        quiet=quiet,
    )


def fetch_media(media_id: str, door: str) -> bytes | Literal["gone", "later"]:
    """Return the bytes of a photo; ``gone`` where the platform has it no more, ``later`` to try again.

    :param door: where it was sent: WeCom holds what was said to it, WeChat all else
    """
    if door == Door.WECOM and not house.settings().wecom:
        return "later"  # until its three days are over: the values may come back
    try:
        return (wecom() if door == Door.WECOM else client()).media(media_id, most=MAX_BYTES)
    except ApiError as err:
        return "gone" if err.verdict is Verdict.MEDIA else "later"
    except Unreachable:
        return "later"


__all__ = ["fetch_media", "templates", "ways"]
