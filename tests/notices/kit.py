"""A house with one way or some, for tests of sending."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from jifen.notices import ports, rules
from jifen.notices.ports import Addresses, House, Letter, Outcome
from jifen.notices.rules import Offer, Plan

NEVER = (dt.time(0), dt.time(0))


@dataclass(frozen=True)
class Way:
    """A way that does what a test says."""

    do: Callable[[Letter], Outcome]
    repeatable: dt.timedelta | None = dt.timedelta(minutes=9)

    def send(self, letter: Letter) -> Outcome:
        return self.do(letter)


def house_of(do: Callable[[Letter], Outcome], **changed) -> House:
    """Return a house with template messages alone, to which everybody is bound."""
    given = {
        "channels": {rules.TEMPLATE: Way(do)},
        "plan": Plan(order=(rules.TEMPLATE,), in_post=(rules.TEMPLATE,)),
        "addresses": lambda member_id, data: Addresses(openid=f"o{member_id:027}", wecom_first=True),
        "offer": lambda kind: Offer(template=f"T-{kind}"),
        "compose": lambda kind, member_id, data: {"what": kind},
        "quiet": NEVER,
    }
    return House(**(given | changed))


@contextmanager
def using(house: House) -> Iterator[House]:
    """Let notices leave by ``house``, and put back what was before."""
    before = ports.house()
    ports.use(house)
    try:
        yield house
    finally:
        ports.use(before)
