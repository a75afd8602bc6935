"""What waits for somebody, on one page (待办): every room says what its questions are called and where they lie."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

import sqlalchemy as sa

from jifen.core.actor import Actor
from jifen.core.db import db
from jifen.decisions import queries
from jifen.decisions.policy import seats

#: How many of a kind wait for somebody, and since when the oldest does.
Counted = tuple[int, dt.datetime | None]
Count = Callable[[Actor], Counted]


@dataclass(frozen=True, slots=True)
class Todo:
    """A line of the first page: so many of that kind wait, there."""

    subject: str
    words: str
    #: Name of the page where they are answered.
    endpoint: str
    count: int
    #: Since when the oldest waits.
    since: dt.datetime | None


_provided: dict[str, tuple[str, str, Count | None]] = {}


def provide(subject: str, words: str, endpoint: str, count: Count | None = None) -> None:
    """Say how the questions of one kind are called and on which page they are answered.

    :param count: counts what is not an ``Ask``, such as reports
    :raises ValueError: the kind was provided before
    """
    if subject in _provided:
        raise ValueError(f"{subject}: provided twice")
    _provided[subject] = (words, endpoint, count)


def words_of(subject: str) -> str:
    """Return what questions of that kind are called."""
    return _provided[subject][0] if subject in _provided else "待办事项"


_ASKED = sa.text(
    "SELECT subject, count(*), min(asked_at) FROM ask WHERE answered_at IS NULL AND {may} GROUP BY subject".replace(
        "{may}", queries.MAY_ANSWER
    )
)


def waiting(*, by: Actor) -> list[Todo]:
    """Return what waits for the actor, kind by kind in the order in which rooms provided them; empty kinds left out."""
    asked: dict[str, Counted] = {}
    if seats(by):
        asked = {kind: (n, since) for kind, n, since in db.session.execute(_ASKED, queries.chairs(by))}
    found = []
    for subject, (words, endpoint, count) in _provided.items():
        number, since = count(by) if count else asked.get(subject, (0, None))
        if number:
            found.append(Todo(subject, words, endpoint, number, since))
    return found
