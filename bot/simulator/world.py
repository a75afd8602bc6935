"""Everything the stand-in remembers: chats, reply windows, tokens. In memory, one lock."""

from __future__ import annotations

import secrets
import threading
from collections import deque
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from bot.simulator.people import People, Person
from bot.simulator.push import UNAVAILABLE, Outcome, Pusher
from bot.simulator.wire import Delivery

#: Seconds that a token lives.
TOKEN_LIFE = 7200
#: Five customer messages in 48 hours after a message, three in a minute after a tap, a scan or a follow.
WINDOW_MESSAGE, WINDOW_EVENT = (48 * 3600, 5), (60, 3)
#: Seconds in which one client_msg_id to one person is sent once; without one, the same words.
DEDUPE, DEDUPE_SAME = 600, 60
#: Bubbles kept of a chat.
KEPT = 400


class Refused(Exception):
    """The API refuses; ``code`` is WeChat's errcode."""

    def __init__(self, code: int, text: str) -> None:
        self.code = code
        super().__init__(text)


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
    #: Label and value of a notice's fields.
    lines: tuple[tuple[str, str], ...] = ()
    #: A word to whoever tries the product out, such as why nothing came back.
    hint: str = ""


@dataclass(slots=True)
class Phone:
    """What one person's WeChat holds about our account."""

    openid: str
    followed: bool = True
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
    queue: deque[tuple[Delivery, bool, Future[Outcome | None]]] = field(default_factory=deque)
    leaving: bool = False

    @property
    def unread(self) -> int:
        """How many bubbles came since anybody looked."""
        return sum(1 for bubble in self.bubbles if bubble.n > self.seen and bubble.side in ("bot", "notice"))


class World:
    """WeChat, as far as one account and its people see it."""

    def __init__(
        self, *, pusher: Pusher, people: People, account: str = "gh_simulator01", now: Callable[[], float]
    ) -> None:
        self.people, self.account, self.shared = people, account, pusher.shared
        self._pusher, self._now = pusher, now
        self._lock = threading.RLock()
        self._phones: dict[str, Phone] = {}
        # Ids go on from the clock: the product remembers the ids of an earlier run for days.
        self._next_id = int(now()) * 10_000_000
        self._tokens: dict[str, float] = {}
        self._stable: str | None = None
        self._classic: str | None = None
        self._sent: dict[tuple[str, str], tuple[float, int]] = {}
        self._pool = ThreadPoolExecutor(max_workers=16, thread_name_prefix="push")

    # --- phones -----------------------------------------------------------------

    def phone(self, openid: str) -> Phone:
        """Return the phone of ``openid``; everybody follows the account to begin with."""
        with self._lock:
            return self._phones.setdefault(openid, Phone(openid))

    def connected(self) -> bool:
        """Tell whether the product proves that the callback URL is its own."""
        return self._pusher.check_url()

    def recent(self) -> list[Person]:
        """Return who has chatted, the last one first."""
        with self._lock:
            used = [phone for phone in self._phones.values() if phone.bubbles]
            used.sort(key=lambda phone: phone.bubbles[-1].at, reverse=True)
            people = [self.people.by_openid(phone.openid) for phone in used]
        return [person for person in people if person is not None]

    def unread(self) -> list[tuple[Person, int]]:
        """Return who has something new on a phone that nobody looks at."""
        with self._lock:
            counts = [(self.people.by_openid(p.openid), p.unread) for p in self._phones.values()]
        return [(person, count) for person, count in counts if person is not None and count]

    def look(self, openid: str) -> tuple[list[Bubble], bool]:
        """Return what is on the screen, and whether an answer is still awaited."""
        with self._lock:
            phone = self.phone(openid)
            phone.seen = phone.next - 1
            return list(phone.bubbles), phone.waiting > 0

    def say(self, openid: str, text: str) -> Future[Outcome | None]:
        """Type ``text`` on the phone of ``openid``; the answer arrives later.

        :return: what became of the delivery; None where the person does not follow the account
        """
        with self._lock:
            self._show(openid, "me", text)
            if not self.phone(openid).followed:
                self._show(openid, "system", "您还没有关注这个公众号。点“关注”以后再发。")
                done: Future[Outcome | None] = Future()
                done.set_result(None)
                return done
            self._open_window(openid, "message", WINDOW_MESSAGE)
            fields = (("MsgType", "text"), ("Content", text), ("MsgId", self._id()))
            return self._deliver(openid, fields)

    def follow(self, openid: str, *, wanted: bool) -> Future[Outcome | None]:
        """Follow or leave the account."""
        with self._lock:
            phone = self.phone(openid)
            phone.followed = wanted
            self._show(openid, "system", "您关注了公众号" if wanted else "您取消了关注")
            if wanted:
                self._open_window(openid, "event", WINDOW_EVENT)
            else:
                phone.windows.clear()
            event = "subscribe" if wanted else "unsubscribe"
            return self._deliver(
                openid, (("MsgType", "event"), ("Event", event), ("EventKey", "")), shown=wanted
            )

    def _deliver(
        self, openid: str, fields: tuple[tuple[str, str], ...], *, shown: bool = True
    ) -> Future[Outcome | None]:
        """Push in the background; ``shown`` tells whether the person sees what comes of it."""
        phone, done = self.phone(openid), Future[Outcome | None]()
        phone.waiting += shown
        delivery = Delivery(account=self.account, openid=openid, fields=fields, created=int(self._now()))
        phone.queue.append((delivery, shown, done))
        if not phone.leaving:
            phone.leaving = True
            self._pool.submit(self._drain, phone)
        return done

    def _drain(self, phone: Phone) -> None:
        """Push what waits on one phone, in order; runs in the pool."""
        while True:
            with self._lock:
                if not phone.queue:
                    phone.leaving = False
                    return
                delivery, shown, done = phone.queue.popleft()
            outcome = self._pusher.push(delivery)
            with self._lock:
                phone.waiting -= shown
                if shown and outcome.fault is not None:
                    self._show(phone.openid, "system", UNAVAILABLE, hint=outcome.fault)
                elif shown and outcome.text is not None:
                    self._show(phone.openid, "bot", outcome.text)
            done.set_result(outcome)

    def _show(
        self, openid: str, side: str, text: str, *, lines: Iterable[tuple[str, str]] = (), hint: str = ""
    ) -> None:
        phone = self.phone(openid)
        phone.bubbles.append(Bubble(phone.next, side, text, self._now(), tuple(lines), hint))
        phone.next += 1
        del phone.bubbles[:-KEPT]

    def _id(self) -> str:
        self._next_id += 1
        return str(self._next_id)

    # --- the API's rules ---------------------------------------------------------

    def stable_token(self, *, force: bool) -> tuple[str, int]:
        """Return the token and its life: the same one until five minutes before its end."""
        with self._lock:
            left = self._tokens.get(self._stable or "", 0.0) - self._now()
            if self._stable is None or force or left <= 300:
                if force:
                    self._tokens.pop(self._stable or "", None)
                self._stable, left = self._new_token(), TOKEN_LIFE
            return self._stable, int(left)

    def classic_token(self) -> tuple[str, int]:
        """Return a new token; the one before it ends at once."""
        with self._lock:
            if self._classic is not None:
                self._tokens.pop(self._classic, None)
            self._classic = self._new_token()
            return self._classic, TOKEN_LIFE

    def _new_token(self) -> str:
        token = secrets.token_urlsafe(60)
        self._tokens[token] = self._now() + TOKEN_LIFE
        return token

    def check_token(self, token: str) -> None:
        """Let a call through.

        :raises Refused: 41001 without a token, 40001 with an unknown one, 42001 with an old one
        """
        if not token:
            raise Refused(41001, "access_token missing")
        with self._lock:
            until = self._tokens.get(token)
        if until is None:
            raise Refused(
                40001,
                "invalid credential, access_token is invalid or not latest,"
                " could get access_token by getStableAccessToken",
            )
        if until <= self._now():
            raise Refused(42001, "access_token expired")

    def receive_text(self, openid: str, text: str) -> None:
        """Take a customer message.

        :raises Refused: 40003, 45015 outside the windows, 45047 when they are full
        """
        with self._lock:
            self._known(openid)
            phone = self.phone(openid)
            now = self._now()
            windows = {kind: w for kind, w in phone.windows.items() if w[0] > now}
            if not phone.followed or not windows:
                raise Refused(45015, "response out of time limit or subscription is canceled")
            kind = max(windows, key=lambda name: windows[name][1])
            until, left = windows[kind]
            if left <= 0:
                raise Refused(45047, "out of response count limit")
            phone.windows[kind] = (until, left - 1)
            self._show(openid, "bot", text)

    def receive_template(
        self, openid: str, lines: list[tuple[str, str]], *, client_msg_id: str | None, same: Any
    ) -> int:
        """Take a template message and tell the product later how it went.

        :param same: what is compared where there is no ``client_msg_id``
        :return: the platform's message id
        :raises Refused: 40003, 43004, 40241
        """
        with self._lock:
            self._known(openid)
            phone, now = self.phone(openid), self._now()
            if not phone.followed:
                raise Refused(43004, "require subscribe")
            life = DEDUPE if client_msg_id else DEDUPE_SAME
            key = (openid, f"id:{client_msg_id}" if client_msg_id else f"same:{same!r}")
            self._sent = {k: v for k, v in self._sent.items() if v[0] > now}
            if key in self._sent:
                if client_msg_id:
                    return self._sent[key][1]
                raise Refused(40241, "The message is duplicate in 60 seconds")
            msg_id = int(self._id())
            self._sent[key] = (now + life, msg_id)
            self._show(openid, "notice", "服务通知", lines=lines)
            fields = (
                ("MsgType", "event"),
                ("Event", "TEMPLATESENDJOBFINISH"),
                ("MsgID", str(msg_id)),
                ("Status", "success"),
            )
            self._deliver(openid, fields, shown=False)
            return msg_id

    def _known(self, openid: str) -> None:
        if openid not in self._phones and self.people.by_openid(openid) is None:
            raise Refused(40003, "invalid openid")

    def _open_window(self, openid: str, kind: str, window: tuple[int, int]) -> None:
        life, count = window
        self.phone(openid).windows[kind] = (self._now() + life, count)
