"""What the room needs of the world: ways to send, words to say, and what is bound. ``bot`` fills them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from jifen.notices.rules import Offer, Plan


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one sending."""

    #: accepted · refused (this way is closed for good, nothing was sent) · again (later, counted as a try) ·
    #: later (not counted: hours, quota, a rest) · unknown · skipped.
    state: str
    reason: str | None = None
    platform_id: str | None = None
    #: For ``again`` and ``later``: how long to wait.
    wait: dt.timedelta = dt.timedelta(minutes=5)
    #: For ``again``: it may have left; only a way that drops repeats tries it again.
    maybe_sent: bool = False


@dataclass(frozen=True, slots=True)
class Letter:
    """One notice on its way."""

    notice_id: int
    kind: str
    #: The bound account of the person: openid or WeCom's userid.
    address: str = field(repr=False)
    #: Template that the way uses, empty for a text.
    template_id: str
    #: What fills the sentence.
    values: dict[str, str] = field(repr=False)


class Channel(Protocol):
    """A way by which notices leave the house."""

    @property
    def repeatable(self) -> dt.timedelta | None:
        """How long the platform remembers a message's id and drops a repeat; None: sent once at most."""

    def send(self, letter: Letter) -> Outcome:
        """Send outside any transaction; never raises for a refusal."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """What of a person is bound."""

    openid: str | None = field(default=None, repr=False)
    wecom: str | None = field(default=None, repr=False)
    #: Whether WeCom comes before WeChat: for those in post (在职), or where WeCom itself was written to.
    wecom_first: bool = False
    #: Whether he follows the account of WeChat.
    followed: bool = True


@dataclass(frozen=True, slots=True)
class House:
    """The ways of one installation and what they need."""

    channels: dict[str, Channel]
    plan: Plan
    #: Member and data of a notice -> where it may go.
    addresses: Callable[[int, dict[str, Any]], Addresses]
    #: kind -> the templates that carry it.
    offer: Callable[[str], Offer]
    #: kind, member, data -> what fills the sentence; None when there is nothing to say any more.
    compose: Callable[[str, int, dict[str, Any]], dict[str, str] | None]
    #: kind -> what it is called, for whoever tells it in person.
    words: Callable[[str], str] = lambda kind: kind
    #: Digests of accounts -> the members to whom they are bound.
    members: Callable[[list[str]], dict[str, int]] = lambda digests: {}
    #: Notes when people wrote or tapped, by member: who does that follows the account.
    seen: Callable[[Mapping[int, dt.datetime]], object] = lambda heard: None
    #: Notes that the platform says a person left the account.
    left: Callable[[int], None] = lambda member_id: None
    #: Template id -> whether a consent to it is good for ever; None for a strange one.
    lasting: Callable[[str], bool | None] = lambda _template: None
    #: Every kind that some template carries.
    kinds: tuple[str, ...] = ()
    #: Quiet hours (免打扰), Shanghai wall time.
    quiet: tuple[dt.time, dt.time] = (dt.time(22), dt.time(7))


_house: list[House] = []


def use(house: House | None) -> None:
    """Say how notices leave this installation."""
    _house[:] = [house] if house else []


def house() -> House | None:
    """Return how notices leave this installation; None where nothing was said."""
    return _house[0] if _house else None
