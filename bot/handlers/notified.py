"""Notices in the chat: what was not pushed, by which ways they come, and what the platform says of them."""

from __future__ import annotations

from bot import outbound, replies, sentences
from bot.handlers import handle
from bot.intents import Event
from bot.intents.notices import Consented, Messages, NoticesEnded, ReminderSettings, SwitchWay
from bot.talk.offers import Choice, Offer
from jifen.core.actor import Actor
from jifen.notices import queries, reach, sending, service
from jifen.notices.rules import CUSTOMER, LASTING, ONE_TIME, TEMPLATE, WAYS, WECOM, Reach

#: What people call the ways: nobody needs to know what a template is.
GROUPS = {"wechat": (LASTING, ONE_TIME, TEMPLATE, CUSTOMER), "wecom": (WECOM,)}
#: Messages in one answer.
SHOWN = 5


def note(event: Event, *, by: Actor | None) -> str:
    """Note what happened to an account; nothing is answered, and of a stranger nothing is kept."""
    match event:
        case NoticesEnded(ends):
            for platform_id, why in ends:
                sending.ended_soon(platform_id, arrived=why is None, reason=why)
        case Consented(choices, at) if by is not None:
            reach.consent(choices, at=at, by=by)
    return ""


@handle.register
def _(intent: Messages, *, by: Actor) -> str:
    assert by.member_id is not None
    lines = []
    for row in service.read(by=by, limit=SHOWN):
        values = sentences.values(row.kind, by.member_id, row.data)
        if values is not None:
            lines.append("· " + outbound.words(row.kind, values).replace("\n", "："))
    return "\n".join([replies.MESSAGES_HEAD, *lines]) if lines else replies.MESSAGES_NONE


@handle.register
def _(intent: ReminderSettings, *, by: Actor) -> str:
    known = queries.reached(by=by)
    off = queries.switched_off(by.member_id or 0, "monthly_reminder")
    lines = [replies.REMINDERS_ARE_OFF if off else replies.REMINDERS_ARE_ON, _wechat(known)]
    if known.wecom:
        lines.append(replies.WECOM_IS_OFF if WECOM in known.off else replies.WECOM_IS_ON)
    turn = replies.REMINDERS_TURN_ON if off else replies.REMINDERS_TURN_OFF
    return Offer("\n".join(lines), [Choice(turn, turn)], replies.WAYS_FOOT)


def _wechat(known: Reach) -> str:
    if known.off.issuperset(GROUPS["wechat"]):
        return replies.WECHAT_IS_OFF
    return replies.WECHAT_IS_ON


@handle.register
def _(intent: SwitchWay, *, by: Actor) -> str:
    for way in WAYS:
        if way in GROUPS[intent.way]:
            service.switch_way(way, enabled=intent.enabled, by=by)
    said = replies.WAY_ON if intent.enabled else replies.WAY_OFF
    return said.format(way={"wechat": "微信", "wecom": "企业微信"}[intent.way])
