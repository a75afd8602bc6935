"""What one person's WeChat holds about our account."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.simulator.push import Outcome
    from bot.simulator.wire import Delivery

#: Bubbles kept of a chat.
KEPT = 400
#: Five customer messages in 48 hours after a message, three in a minute after a tap, a scan or a follow.
WINDOW_MESSAGE, WINDOW_EVENT = (48 * 3600, 5), (60, 3)


@dataclass(frozen=True, slots=True)
class Article:
    """One picture-and-words entry (图文) of an answer."""

    title: str
    words: str
    picture: str
    url: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One thing on the screen of a phone."""

    #: Runs from 1 in each chat.
    n: int
    #: ``me`` (who holds the phone), ``bot``, ``notice`` (a template message) or ``system``.
    side: str
    text: str
    #: Seconds since the epoch.
    at: float
    #: ``text``, ``image``, ``voice``, ``location``, ``tap``, ``news``, ``choice``, ``wecom``.
    kind: str = "text"
    #: Label and value of a notice's fields; id and words of a choice to tap.
    lines: tuple[tuple[str, str], ...] = ()
    #: Where a notice or a card leads.
    url: str = ""
    #: A picture of the person or of the answer.
    media_id: str = ""
    articles: tuple[Article, ...] = ()
    #: A word to whoever tries the product out, such as why nothing came back.
    hint: str = ""


@dataclass(slots=True)
class Push:
    """A delivery on its way, and who waits for what becomes of it."""

    #: On whose screen its answer appears.
    openid: str
    delivery: Delivery
    #: Whether the person sees what comes of it.
    shown: bool
    done: Future[Outcome | None]
    #: Said to the application in WeCom, not to the account in WeChat.
    wecom: bool = False


@dataclass(slots=True)
class Phone:
    """One phone."""

    openid: str
    followed: bool = True
    #: When and how he came to follow; 0 for who followed before our time.
    followed_at: float = 0.0
    came_by: str = "ADD_SCENE_SEARCH"
    scene: str = ""
    #: Whether he refuses template messages (拒收): they then end in ``failed:user block``.
    refuses_templates: bool = False
    #: Whether pages that ask for more than the openid are opened as a snapshot (快照页).
    snapshot: bool = False
    bubbles: list[Bubble] = field(default_factory=list)
    #: Number of the next bubble.
    next: int = 1
    #: Last bubble that was on screen.
    seen: int = 0
    #: Deliveries not yet answered.
    waiting: int = 0
    #: When the window closes, and how many messages fit in yet; one for messages, one for events.
    windows: dict[str, tuple[float, int]] = field(default_factory=dict)
    #: Deliveries not yet pushed; those of one person leave one after the other.
    queue: deque[Push] = field(default_factory=deque)
    leaving: bool = False

    @property
    def unread(self) -> int:
        """How many bubbles came since anybody looked."""
        return sum(1 for bubble in self.bubbles if bubble.n > self.seen and bubble.side in ("bot", "notice"))

    def show(self, side: str, text: str, at: float, **more: object) -> Bubble:
        """Put a bubble on the screen."""
        bubble = Bubble(self.next, side, text, at, **more)  # type: ignore[arg-type]
        self.bubbles.append(bubble)
        self.next += 1
        del self.bubbles[:-KEPT]
        return bubble

    def open_window(self, kind: str, window: tuple[int, int], now: float) -> None:
        life, count = window
        self.windows[kind] = (now + life, count)
