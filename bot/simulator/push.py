"""Delivering to the product as WeChat's servers do: five seconds, three copies."""

from __future__ import annotations

import dataclasses
import http.client
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.simulator.chance import Chance
from bot.simulator.clock import Clock
from bot.simulator.faults import Script
from bot.simulator.replies import Reply, read_reply
from bot.simulator.wire import BadReply, Credentials, Delivery, request_of

#: Copies of one delivery, the first included, and seconds that each may take.
COPIES, WITHIN = 3, 5.0
#: Deliveries in a row of which no copy was answered, after which nothing is pushed, and for how long (MarkFail).
MARK_AFTER, MARKED = 20, 60.0
#: What WeChat shows when no copy was answered, or the answer cannot be shown.
UNAVAILABLE = "该公众号暂时无法提供服务，请稍后再试"


class NoAnswer(Exception):
    """One copy was not answered; the text says why, in Chinese."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery."""

    #: What the person sees; None where the product had nothing to say, or failed.
    reply: Reply | None
    #: Why the person sees "unavailable"; None where all went well.
    fault: str | None
    #: How many copies were pushed.
    copies: int
    #: What every copy that was answered would have shown, the one that is shown first.
    answers: tuple[Reply | None, ...] = ()

    @property
    def text(self) -> str | None:
        """The answer's words."""
        return self.reply.text if self.reply is not None else None


class Pusher:
    """Pushes to one callback URL.

    :param url: the product's ``http://…/wechat``
    :param within: seconds to answer; WeChat gives five
    :param patience: the same by the machine's clock, where ``clock`` stands still
    """

    def __init__(
        self,
        url: str,
        shared: Credentials,
        *,
        clock: Clock,
        chance: Chance,
        script: Script,
        within: float = WITHIN,
        patience: float | None = None,
    ) -> None:
        self.shared = shared
        parts = urlsplit(url)
        if parts.scheme != "http" or not parts.hostname:
            raise ValueError(f"the callback must be an http:// address: {url!r}")
        self._host, self._port, self._path = parts.hostname, parts.port or 80, parts.path or "/"
        self._clock, self._chance, self._script = clock, chance, script
        self._within = within
        self._patience = within if patience is None else patience
        self._lock = threading.Lock()
        self._failed = 0
        self._marked_until = 0.0

    def push(self, delivery: Delivery) -> Outcome:
        """Deliver; again every ``within`` seconds until answered, with the same MsgId and a new nonce."""
        openid = delivery.openid
        if self._script.strike("push", "markfail", openid=openid):
            self._mark()
        if self._clock() < self._marked_until:
            return Outcome(None, "微信认定产品的地址出了故障，一分钟内不再推送（MarkFail）。", 0)
        if late := self._script.strike("push", "delay", openid=openid):
            self._clock.sleep(late.seconds)
        skew = 0.0
        if wrong := self._script.strike("push", "skew", openid=openid):
            skew = wrong.seconds
            delivery = dataclasses.replace(delivery, created=int(delivery.created + skew))
        outcome = self._pushed(delivery, skew)
        if again := self._script.strike("push", "duplicate", openid=openid):
            more = [self._answer(delivery, skew) for _ in range(again.copies - 1)]
            outcome = dataclasses.replace(
                outcome, copies=outcome.copies + len(more), answers=(*outcome.answers, *more)
            )
        return outcome

    def check_url(self) -> bool:
        """Do what WeChat does when the owner saves the URL: ask it to echo a signed word."""
        timestamp, nonce, echo = str(int(self._clock())), self._nonce(), str(self._chance.number(10**19))
        signed = self.shared.sign(timestamp, nonce)
        query = f"signature={signed}&timestamp={timestamp}&nonce={nonce}&echostr={echo}"
        try:
            return self._exchange("GET", query, None) == echo.encode()
        except NoAnswer:
            return False

    def _pushed(self, delivery: Delivery, skew: float) -> Outcome:
        fault = ""
        for copy in range(1, COPIES + 1):
            began = self._clock()
            try:
                answers = self._copies_at_once(delivery, skew)
                if self._script.strike("push", "lost", openid=delivery.openid):
                    raise NoAnswer("产品的应答在路上丢了（按脚本）。")
                self._failed = 0
                return Outcome(answers[0], None, copy - 1 + len(answers), tuple(answers))
            except BadReply as err:
                self._failed = 0
                return Outcome(None, str(err), copy)
            except NoAnswer as err:
                fault = str(err)
            if copy < COPIES:
                self._clock.sleep(max(0.0, began + self._within - self._clock()))
        with self._lock:
            self._failed += 1
            if self._failed >= MARK_AFTER:
                self._mark()
        return Outcome(None, fault, COPIES)

    def _copies_at_once(self, delivery: Delivery, skew: float) -> list[Reply | None]:
        """Push one copy, or by script several at once; return what each would show."""
        storm = self._script.strike("push", "concurrent", openid=delivery.openid)
        if storm is None:
            return [self._answer(delivery, skew)]
        with ThreadPoolExecutor(storm.copies) as pool:
            return list(pool.map(lambda _: self._answer(delivery, skew), range(storm.copies)))

    def _answer(self, delivery: Delivery, skew: float) -> Reply | None:
        query, body = request_of(
            delivery,
            self.shared,
            nonce=self._nonce(),
            timestamp=str(int(self._clock() + skew)),
            salt=self._chance.salt(),
        )
        return read_reply(self._exchange("POST", query, body), delivery, self.shared)

    def _exchange(self, method: str, query: str, body: bytes | None) -> bytes:
        """Return the body of a 200 answer that came in time.

        :raises NoAnswer: anything else
        """
        late = f"产品没有在 {self._within:g} 秒内应答。"
        began = time.monotonic()
        line = http.client.HTTPConnection(self._host, self._port, timeout=self._patience)
        try:
            line.request(method, f"{self._path}?{query}", body, {"Content-Type": "text/xml"})
            response = line.getresponse()
            answer = response.read()
        except TimeoutError as err:
            raise NoAnswer(late) from err
        except (OSError, http.client.HTTPException) as err:
            raise NoAnswer("连不上产品：请确认网页服务正在运行。") from err
        finally:
            line.close()
        if response.status != 200:
            raise NoAnswer(f"产品应答了 HTTP {response.status}，微信只认 200。")
        if time.monotonic() - began > self._patience:
            raise NoAnswer(late)
        return answer

    def _mark(self) -> None:
        self._failed, self._marked_until = 0, self._clock() + MARKED

    def _nonce(self) -> str:
        return str(self._chance.number(10**10))
