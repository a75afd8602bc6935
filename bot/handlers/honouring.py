"""登记荣誉: an honour of somebody written down in one line; somebody else confirms it."""

from __future__ import annotations

from bot import replies_model_posts as words
from bot.handlers import handle, people
from bot.intents.model_posts import EnterHonour
from jifen.core.actor import Actor
from jifen.decisions import asks
from jifen.model_posts import honours, queries_honours
from jifen.model_posts.honours import Award
from jifen.org import queries as org


@handle.register
def _(intent: EnterHonour, *, by: Actor) -> str:
    if intent.day is None:
        return words.ENTER_HOW
    found = people.named(intent.name, by=by)
    if isinstance(found, str):
        return found
    award = Award(
        member_id=found.member_id,
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
        name=found.name,
        level=row.level,
        title=row.title,
        unit=org.unit(asked.unit_id).name if asked else "",
    )
