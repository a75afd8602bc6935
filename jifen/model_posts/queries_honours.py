"""Reads of honours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from jifen.core import clock
from jifen.core.actor import Actor, permits
from jifen.core.db import ask
from jifen.core.errors import NotFound
from jifen.decisions.queries import MAY_ANSWER, chairs
from jifen.members import queries as members
from jifen.model_posts import posting
from jifen.model_posts.policy import P
from jifen.model_posts.states import HONOUR_WORDS
from jifen.points.errors import NotInScheme
from jifen.points.queries import rules_of
from jifen.rulebook.queries import NoRulebook

_ANSWERS = MAY_ANSWER.replace(":units", "%(units)s").replace(":whose", "%(whose)s").replace(":me", "%(me)s")


#: Ids begin here, so that no other fact of the ledger bears one of them; people say what lies above.
_FIRST = 1_000_000_000


def id_of(number: int) -> int:
    """Return the id of the honour that people call by that number."""
    return number + _FIRST - 1 if number < _FIRST else number


def number_of(honour_id: int) -> int:
    """Return what people call an honour by."""
    return honour_id - _FIRST + 1


@dataclass(frozen=True, slots=True)
class Shown:
    """An honour as people read it."""

    id: int
    member_id: int
    member_name: str
    title: str
    level: str
    collective: bool
    awarded_on: dt.date
    evidence: str
    state: str
    prepared_by: str
    #: Whether it is the one of its deed that counts now.
    counts: bool
    deed_id: int

    @property
    def number(self) -> int:
        """What people call it by."""
        return number_of(self.id)

    @property
    def state_words(self) -> str:
        return HONOUR_WORDS[self.state]


_SHOWN = """
SELECT h.id, h.member_id, coalesce(m.name, '（已删除）'), h.title, h.level, h.collective, h.awarded_on, h.evidence,
       h.state, coalesce(w.name, '（已删除）'),
       EXISTS (SELECT FROM ledger_entry e WHERE e.source = 'honour' AND e.source_id = h.id
                AND e.member_id = h.member_id AND e.reverses_id IS NULL
                AND NOT EXISTS (SELECT FROM ledger_entry b WHERE b.reverses_id = e.id))
       OR EXISTS (SELECT FROM corroboration c WHERE c.source = 'honour' AND c.source_id = h.id),
       coalesce(h.deed_id, h.id)
  FROM honour h JOIN member m ON m.id = h.member_id JOIN member w ON w.id = h.prepared_by
"""


def of(member_id: int, *, by: Actor) -> list[Shown]:
    """Return a member's honours, newest first.

    :raises NotFound: not the actor's to see
    """
    if not permits(by, P.SEE_HONOUR, members.person(member_id, clock.today())):
        raise NotFound(what="这位党员")
    where = "WHERE h.member_id = %(member)s ORDER BY h.awarded_on DESC, h.id DESC LIMIT 200"
    return [Shown(*row) for row in ask(_SHOWN + where, {"member": member_id})]


_WAITING = """
 JOIN ask ON ask.subject = 'honour' AND ask.subject_id = h.id AND ask.answered_at IS NULL
WHERE {may} ORDER BY ask.id LIMIT 100
""".replace("{may}", _ANSWERS)


def waiting(*, by: Actor) -> list[Shown]:
    """Return the honours that the actor may confirm, oldest first."""
    return [Shown(*row) for row in ask(_SHOWN + _WAITING, chairs(by))]


def one(honour_id: int, *, by: Actor) -> Shown:
    """Return an honour.

    :raises NotFound: no such honour, or neither the actor's to see nor his to answer
    """
    rows = ask(_SHOWN + "WHERE h.id = %(id)s", {"id": honour_id})
    if not rows or not (
        permits(by, P.SEE_HONOUR, members.person(rows[0][1], clock.today()))
        or any(waits.id == honour_id for waits in waiting(by=by))
    ):
        raise NotFound(what="这项荣誉")
    return Shown(*rows[0])


def levels(member_id: int) -> list[str]:
    """Return the levels that may be chosen for somebody today, the collective ones too."""
    try:
        book = rules_of(member_id, clock.today()).book
    except (NoRulebook, NotInScheme):
        return []
    found = [*posting.levels(book, collective=False), *posting.levels(book, collective=True)]
    return list(dict.fromkeys(found))


def told(honour_id: int) -> str | None:
    """Return what a message about an honour calls it; None once it is gone."""
    rows = ask("SELECT title FROM honour WHERE id = %(id)s", {"id": honour_id})
    return rows[0][0] if rows else None
