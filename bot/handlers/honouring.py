"""登记荣誉: an honour of somebody written down in one line; somebody else confirms it."""

from __future__ import annotations

from bot import replies_model_posts as words
from bot.handlers import handle
from bot.intents.model_posts import EnterHonour
from jifen.core.actor import Actor
from jifen.decisions import asks
from jifen.members import queries as members
from jifen.model_posts import honours, queries_honours
from jifen.model_posts.honours import Award
from jifen.org import queries as org

#: Namesakes that are listed.
_SHOWN = 6


@handle.register
def _(intent: EnterHonour, *, by: Actor) -> str:
    if intent.day is None:
        return words.ENTER_HOW
    found = [
        one
        for one in members.visible_people(by=by, name=intent.name, limit=_SHOWN)
        if intent.name in (one.name, one.number)
    ]
    if not found:
        return words.NOBODY.format(name=intent.name)
    if len(found) > 1:
        numbers = "、".join(f"{one.number}（{one.branch_name}）" for one in found)
        return words.NAMESAKES.format(count=len(found), name=intent.name, numbers=numbers)
    award = Award(
        member_id=found[0].member_id,
        title=intent.title,
        level=intent.level,
        awarded_on=intent.day,
        evidence=intent.evidence,
        collective=intent.collective,
    )
    row = honours.enter(award, by=by)
    asked = asks.open_ask(honours.SUBJECT, row.id)
    return words.ENTERED.format(
        number=queries_honours.number_of(row.id),
        name=found[0].name,
        level=row.level,
        title=row.title,
        unit=org.unit(asked.unit_id).name if asked else "",
    )
