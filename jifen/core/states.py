"""States as tables: which move leads from which state to which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from jifen.core.errors import Conflict

S = TypeVar("S", bound=str)
Moves = Mapping[tuple[S, str], S]


class NotNow(Conflict):
    """The thing has moved on: this move does not start from its state."""

    code, template = "not_now", "{what}目前是“{state}”，不能{move}。请刷新后再看。"


def advance(moves: Moves, state: S, move: str, *, what: str, words: Mapping[str, str]) -> S:
    """Return the state that ``move`` leads to.

    :raises NotNow: the move does not start from ``state``
    """
    try:
        return moves[state, move]
    except KeyError:
        raise NotNow(what=what, state=words[state], move=words[move]) from None
