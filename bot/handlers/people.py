"""Somebody named in a command: by name or number, among those whom the actor sees."""

from __future__ import annotations

from bot import replies_model_posts as words
from jifen.core.actor import Actor
from jifen.members import queries as members
from jifen.members.queries import Listed

#: Namesakes that are listed.
_SHOWN = 6


def named(name: str, *, by: Actor) -> Listed | str:
    """Return who is meant, or what to say where nobody is, or more than one."""
    found = [
        one
        for one in members.visible_people(by=by, name=name, limit=_SHOWN)
        if name in (one.name, one.number)
    ]
    if not found:
        return words.NOBODY.format(name=name)
    if len(found) > 1:
        numbers = "、".join(f"{one.number}（{one.branch_name}）" for one in found)
        return words.NAMESAKES.format(count=len(found), name=name, numbers=numbers)
    return found[0]
