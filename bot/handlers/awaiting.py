"""What somebody was asked to send: the place of an activity, and nothing that was not asked for."""

from __future__ import annotations

import datetime as dt

from bot import conversations, replies
from bot.conversations import CHOICE, Talk
from bot.handlers import choosing, fencing, handle, shown_posts
from bot.intents import NotText, Place, Said
from bot.intents.reporting import Photo
from bot.talk.offers import Asked
from jifen.activities.policy import organises_for
from jifen.core.actor import Actor
from jifen.core.errors import DomainError
from jifen.points import photos


def awaited(seen: Talk, what: str) -> int | None:
    """Return of which thing a place or a photo is awaited; None where none is."""
    kind, _, number = (Asked.restored(seen.data).awaits if seen.kind == CHOICE else "").partition(" ")
    return int(number) if kind == what else None


def wanted(seen: Talk, at: dt.datetime, *, by: Actor) -> int | None:
    """Return for which post a photo written at ``at`` was asked for.

    None where it was written before it was asked for, or where a report that
    takes photos was filed since: what everybody may see is never guessed.
    """
    number = awaited(seen, "photo")
    if (
        number is None
        or seen.said_at is None
        or at < seen.said_at
        or photos.wanted_since(seen.said_at, by=by)
    ):
        return None
    return number


def pictured(photo: Photo, number: int, first: bool, *, by: Actor) -> str:
    """Answer a photo that was asked for; the others of its album are neither looked at nor kept."""
    if not first:
        return ""
    seen = conversations.recall(by=by)
    said = Said("", photo.at, NotText("image"))
    try:
        with conversations.trying():
            answer = shown_posts.taken(number, photo.media_id, by=by)
    except DomainError as refusal:
        conversations.end(seen, at=photo.at, by=by)
        return refusal.message
    return choosing.offered(answer, said, seen, by=by)


def placed(said: Said, there: Place, seen: Talk, *, by: Actor) -> str:
    """Answer a place: it becomes the fence of the activity for which it was asked, or is forgotten."""
    number = awaited(seen, "place")
    late = seen.said_at is not None and said.at < seen.said_at
    if number is None or late:
        if organises_for(by) is not None:
            return replies.NOT_TEXT_OF["fence"]
        return choosing.offered(handle(NotText(there.kind), by=by), said, seen, by=by)
    return choosing.offered(fencing.placed(number, there.lat, there.lon, by=by), said, seen, by=by)
