"""From words that may mean several things to the one wish they are taken for. Pure: no database, no clock.

What the door does with a message is decided here and nowhere else, so that the
phrasings of a corpus can be measured as the door hears them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bot.intents import Help, Intent, Said, Unknown
from bot.intents.deciding import Approve, Return
from bot.intents.own import Why
from bot.intents.reporting import Deed, ItemHow, Report, TakeBack
from bot.talk import amounts, controls, questions, reading
from bot.talk.names import Known

#: Units of which nobody does just one by default.
MEASURED = (amounts.HOUR, amounts.DAY)
#: Commands whose words may as well be the beginning of something else that is said.
_LOOSE = (Unknown, Help, Report, Approve, Return, TakeBack, Why)
#: A text that short is the command that it looks like.
_SHORT = 4


def wanted(said: Said, known: Mapping[str, Known], *, now: dt.datetime) -> Intent:
    """Return what is wanted by words that were said while nothing was being talked about.

    A report that lacks something is a ``Deed``; one without an item begins an empty draft.

    :param known: what the writer's rulebook holds, by code
    :param now: by the clock on the writer's wall
    """
    command = said.otherwise
    if isinstance(command, TakeBack) and "撤" in said.text:
        return command  # with nothing under way it is about a report
    if (control := controls.read(said.text)) is not None and not isinstance(control, Help):
        return control
    if isinstance(command, Report):
        return _report(said, command, known, now)
    if not isinstance(command, _LOOSE) or (isinstance(command, Why) and not command.item):
        return command
    text = reading.plain(said.text)
    if not isinstance(command, Unknown) and len(text) <= _SHORT and not questions.asking(text):
        return command
    meant = understood(said, known, now=now)
    if isinstance(command, Why) and isinstance(meant, ItemHow | Deed):
        return command
    return command if isinstance(meant, Unknown) else meant


def understood(said: Said, known: Mapping[str, Known], *, now: dt.datetime) -> Intent:
    """Return what the words mean by themselves, whatever command they look like."""
    return reading.understand(said.text, today=now.date(), hour=now.hour, items=list(known.values()))


def _report(said: Said, command: Report, known: Mapping[str, Known], now: dt.datetime) -> Intent:
    """Return 上报 … as it was typed where nothing is missing, else what the words tell."""
    if not command.item or (complete(command, known) and not said.heard):
        return command
    meant = understood(said, known, now=now)
    if isinstance(meant, Deed) and meant.items:
        return meant
    if not isinstance(meant, Deed | Unknown | Report):
        return meant
    return command


def named(command: Report, known: Mapping[str, Known]) -> list[Known]:
    """Return the items whose code, name or word was typed as such."""
    typed = command.item.upper()
    return [
        item
        for item in known.values()
        if typed in (item.code.upper(), item.name.upper(), *(word.upper() for word in item.words))
    ]


def complete(command: Report, known: Mapping[str, Known]) -> bool:
    """Return whether 上报 ITEM DAY AMOUNT says all that is needed, so that it may be filed as it stands."""
    items = named(command, known)
    return (
        command.day is not None
        and not command.bad_day
        and len(items) == 1
        and (items[0].unit not in MEASURED or command.counted)
    )
