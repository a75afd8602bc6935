"""Answers with numbered choices: each digit says what one would else have typed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot import replies

#: Where an answer in one's own words stands in a line, if not at its end: a sign that is taken out of whatever
#: people write (``reading.visible``), so that no words of theirs are taken for it.
BLANK = "\u2060"
#: Choices of one list; 8 shows the next ones, so that one digit chooses.
PAGE = 7


@dataclass(frozen=True, slots=True)
class Choice:
    """One line of a list."""

    label: str
    #: What choosing it says, as if it had been typed.
    says: str
    #: Whether it is asked once more before it is done.
    asks: bool = False


class Offer(str):
    """An answer with choices; as a text it stands without digits, where these answer another question."""

    head: str
    choices: tuple[Choice, ...]
    foot: str
    free: str
    fills: str
    awaits: str
    done: str

    def __new__(
        cls,
        head: str,
        choices: Iterable[Choice],
        foot: str = "",
        *,
        free: str = "",
        fills: str = "",
        awaits: str = "",
        done: str = "",
    ) -> Offer:
        """Make one of what is said, what can be chosen, and what can be typed instead.

        :param free: what stands before an answer in one's own words, as if both had been typed; empty: none is taken
        :param fills: how such an answer goes on without a yes, for it only fills a line: words, or number
        :param awaits: what a photo or a place that follows is for: ``photo 3``, ``place 42``
        :param done: what leads here again where something was done just now, to which no step leads back
        """
        lines = tuple(choices)
        made = super().__new__(cls, "\n".join([head, *(f"· {one.label}" for one in lines), *_foot(foot)]))
        made.head, made.choices, made.foot, made.free = head, lines, foot, free
        made.fills, made.awaits, made.done = fills, awaits, done
        return made


@dataclass(frozen=True, slots=True)
class Asked:
    """An offer as the conversation keeps it."""

    head: str
    foot: str
    choices: tuple[Choice, ...]
    page: int = 0
    #: What was said to come here, and before: 上一步 says it again.
    trail: tuple[str, ...] = ()
    free: str = ""
    fills: str = ""
    awaits: str = ""

    def stored(self) -> dict[str, Any]:
        """Return it as plain values."""
        return {
            "head": self.head,
            "foot": self.foot,
            "choices": [[one.label, one.says, one.asks] for one in self.choices],
            "page": self.page,
            "trail": list(self.trail),
            "free": self.free,
            "fills": self.fills,
            "awaits": self.awaits,
        }

    @classmethod
    def restored(cls, data: Mapping[str, Any]) -> Asked:
        """Return what was stored."""
        choices = tuple(Choice(*one) for one in data["choices"])
        more = (data.get(name, "") for name in ("free", "fills", "awaits"))
        return cls(data["head"], data["foot"], choices, data["page"], tuple(data["trail"]), *more)

    def filled(self, words: str) -> str:
        """Return the line with an answer in one's own words."""
        free = self.free if BLANK in self.free else f"{self.free} {BLANK}"
        return free.replace(BLANK, words, 1)

    @property
    def shown(self) -> Sequence[Choice]:
        """Return the choices of the page that is shown."""
        return self.choices[self.page * PAGE : (self.page + 1) * PAGE]

    @property
    def more(self) -> bool:
        """Tell whether other pages follow; after the last one comes the first."""
        return len(self.choices) > PAGE

    def words(self) -> str:
        """Return the list with its digits."""
        lines = [f"{n} {one.label}" for n, one in enumerate(self.shown, start=1)]
        if self.more:
            lines.append(replies.CHOICE_MORE)
        asks = self.fills or self.awaits.startswith(("place", "photo"))
        first = replies.CHOICE_STOP if asks else replies.CHOICE_END
        back = replies.CHOICE_BACK if len(self.trail) > 1 else first
        return "\n".join([self.head, *lines, back, *_foot(self.foot)])


def _foot(foot: str) -> list[str]:
    return [foot] if foot else []
