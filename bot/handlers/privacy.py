"""谁能看到我, in one bubble."""

from __future__ import annotations

from bot import intents as i
from bot import replies
from bot.handlers import handle
from jifen.core import clock
from jifen.core.actor import Actor
from jifen.privacy import visibility
from jifen.privacy.visibility import Seer

#: Exports told in a chat; all of them are in the API.
SHOWN = 5


def seen_by(seers: list[Seer]) -> str:
    """Return who sees somebody, a line a post; posts of one unit that see the same share one."""
    shared: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for one in seers:
        shared.setdefault((one.unit_name, one.sees), []).append(one.role)
    lines = []
    before: tuple[str, ...] = ()
    for (unit, sees), roles in shared.items():
        lines.append(replies.SEEN_LINE.format(unit=unit, roles="、".join(roles), sees=_than(before, sees)))
        before = sees
    return "\n".join([replies.SEEN_HEAD, *lines]) if lines else replies.SEEN_BY_NOBODY


def _than(before: tuple[str, ...], sees: tuple[str, ...]) -> str:
    """Return what somebody sees, by what differs from the line before where that is shorter."""
    whole = "、".join(sees)
    less, more = [one for one in before if one not in sees], [one for one in sees if one not in before]
    parts = [f"不含{'、'.join(less)}"] if less else []
    parts += [f"另有{'、'.join(more)}"] if more else []
    short = f"同上（{'；'.join(parts)}）" if parts else "同上"
    return short if before and len(short) < len(whole) else whole


@handle.register
def _(intent: i.WhoSeesMe, *, by: Actor) -> str:
    found = visibility.mine(by=by)
    taken = [
        replies.TAKEN_LINE.format(day=clock.civil_day(x.at), who=x.who, what=x.what)
        for x in found.exports[:SHOWN]
    ]
    tail = [replies.TAKEN_HEAD, *taken] if taken else [replies.TAKEN_NONE]
    return "\n".join([seen_by(found.seers), *tail])
