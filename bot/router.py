"""From a delivery to an intent: kind and event first, then the words."""

from __future__ import annotations

import datetime as dt

from bot import grammar
from bot import intents as i
from jifen.wechat.inbound import Inbound


def intent_of(message: Inbound, *, today: dt.date) -> i.Intent:
    """Return what the person wants; every kind has a named intent or is passed over on purpose."""
    match message.kind, message.event:
        case "text", _:
            return grammar.parse(message.text, today=today)
        case "voice", _ if message.text:
            return grammar.parse(message.text, today=today)
        case "event", "subscribe":
            return i.Welcome()
        case "event", "CLICK":
            return grammar.parse(message.event_key, today=today)
        case "event", _:
            return i.Silence()
        case _:
            return i.NotText()
